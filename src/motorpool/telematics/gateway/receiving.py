"""From a decoded message to its acknowledgement: who sent it, may it, store it, then answer.

Nothing is acknowledged before it is committed. Whoever waits for the database is not read from meanwhile, so TCP slows the
sender down; datagrams over the limit are dropped unanswered and come again.
"""

from __future__ import annotations

import asyncio
import logging
import time

from motorpool.core.errors import Invalid
from motorpool.telematics.decoders.protocol import Garbage, Message
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.gateway import metrics
from motorpool.telematics.gateway.commands import Commands
from motorpool.telematics.gateway.limits import Strikes
from motorpool.telematics.gateway.session import Session, Sessions
from motorpool.telematics.ingest.checks import is_possible
from motorpool.telematics.ingest.collecting import Fix, FixCollector, submit
from motorpool.telematics.ingest.devices import Known
from motorpool.telematics.ingest.pipeline import IngestPipeline

log = logging.getLogger(__name__)

#: A message with more positions than this is a device catching up: it goes to the pipeline as a batch of its own and does
#: not hold up those who report live.
CATCHING_UP = 20
#: A sender is not made to wait longer than this at once, else devices give the connection up.
LONGEST_PAUSE_S = 20.0


class Refused(Exception):
    """The device may not report; the text says why. `farewell` is what the protocol answers then."""

    def __init__(self, why: str, farewell: bytes = b"") -> None:
        super().__init__(why)
        self.farewell = farewell


class Receiver:
    """One per process; shared by all connections and protocols."""

    def __init__(
        self, pipeline: IngestPipeline, sessions: Sessions, strikes: Strikes, commands: Commands
    ) -> None:
        self._pipeline = pipeline
        self.sessions = sessions
        self.strikes = strikes
        self.commands = commands
        self._collectors: dict[str, FixCollector] = {}

    async def take(self, session: Session, message: Message, raw: bytes) -> None:
        """Store a message and answer it. Raises Refused, Garbage (nobody has said who it is), and what `submit` raises:
        then it is not answered, and the device sends it again.
        """
        device = await self._device(session, message)
        protocol = session.protocol.name
        sighting = self.sessions.heard(session, raw)
        if message.problem:
            self.sessions.refused(session, device, message.problem)
        fixes = self._usable(session, device, message.reports)
        rate = self.sessions.rate(device)
        if session.transport == "udp" and not rate.has_room():
            metrics.MESSAGES.labels(protocol, "too_fast").inc()
            self.sessions.refused(session, device, "more than a device may send at once")
            return
        # A message without a position, such as a heartbeat, costs as much as one.
        pause = rate.take(len(fixes) or 1)
        if pause and session.transport != "udp":
            self.sessions.refused(session, device, "slowed down: more than a device may send at once")
            await asyncio.sleep(min(pause, LONGEST_PAUSE_S))
        if fixes:
            await self._store(session, device, fixes)
        placed = [report for report in message.reports if report.latitude is not None]
        last = max(placed, key=lambda each: each.recorded_at or 0) if placed else Report("")
        self._pipeline.devices.saw(device, last, sighting)
        self.strikes.trust(session.address.rpartition(":")[0])
        metrics.MESSAGES.labels(protocol, "taken").inc()
        if message.reply:
            session.send(message.reply)
        if message.answer is not None:
            await self.commands.answered(session, message.answer, message.obeyed)
        elif session.is_new and session.awaited is None:
            await self.commands.deliver(session)

    async def _device(self, session: Session, message: Message) -> Known:
        """Whose message it is; looked up each time, so that a disabled device is refused within seconds."""
        identifier = message.identifier or session.identifier
        if identifier is None:
            raise Garbage("the device has not said who it is")
        device = await self._pipeline.devices.find(identifier)
        if device is None:
            report = next((each for each in message.reports if each.latitude is not None), Report(""))
            report.identifier = identifier
            address = session.address.rpartition(":")[0]
            await self._pipeline.devices.quarantine(report, session.protocol.name, address)
            raise Refused("unknown", message.refusal)
        if not device.may_report or device.vehicle_id is None or self.strikes.is_out(device.device_id):
            why = (
                "disabled" if not device.may_report else "no vehicle" if not device.vehicle_id else "garbage"
            )
            self.sessions.refused(session, device, f"refused: {why}")
            raise Refused(why, message.refusal)
        if session.device is None or self.sessions.get(device.device_id) is not session:
            self.sessions.enter(session, identifier, device)
        session.device = device
        return device

    def _usable(self, session: Session, device: Known, reports: list[Report]) -> list[Fix]:
        """What can be stored. A time that cannot be would be refused for ever: it is counted and acknowledged."""
        now = time.time_ns() // 1000
        fixes: list[Fix] = []
        for report in reports:
            if report.latitude is None and not report.happenings and not report.readings:
                continue
            moment = now if report.recorded_at is None else report.recorded_at
            if is_possible(moment, now):
                fixes.append(Fix(report, device, moment))
            else:
                metrics.MESSAGES.labels(session.protocol.name, "impossible_time").inc()
                self.sessions.refused(session, device, "the device's clock is wrong: its time was not taken")
        return fixes

    async def _store(self, session: Session, device: Known, fixes: list[Fix]) -> None:
        try:
            if len(fixes) > CATCHING_UP:
                await submit(self._pipeline, fixes, session.protocol.name)
            else:
                name = session.protocol.name
                collector = self._collectors.get(name)
                if collector is None:
                    collector = self._collectors[name] = FixCollector(self._pipeline, name)
                await collector.store(*fixes)
        except Invalid as error:
            # The database refuses the rows, and would each time: taking them is the only way on for the device.
            log.warning("positions of a device over %s cannot be stored: %s", session.protocol.name, error)
            self.sessions.refused(session, device, f"could not be stored: {error.detail}"[:500])
