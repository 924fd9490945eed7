"""One device on one connection, and the connections of this process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID

from motorpool.telematics.decoders.protocol import Protocol
from motorpool.telematics.gateway.limits import Rate
from motorpool.telematics.ingest.devices import Known, remember
from motorpool.telematics.ingest.sightings import EndedSession, Sighting, Sightings, is_text, shown

#: How long a connection counts as open without being renewed; longer than `RENEW_S`, so that a killed gateway's
#: connections soon count as closed.
LEASE_S = 150
RENEW_S = 60
#: Devices over UDP have no connection: they count as connected this long after a datagram.
DATAGRAM_S = 300
MOST_RATES = 50_000


@dataclass(eq=False)
class Session:
    """A device is known from the first message that says who it is; until then `device` is None."""

    protocol: Protocol
    transport: str
    address: str
    #: Sends bytes to the device; raises OSError or RuntimeError when it is gone.
    send: Callable[[bytes], None]
    #: Ends the connection; the reader then sees its end.
    close: Callable[[], None]
    identifier: str | None = None
    device: Known | None = None
    connected_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    heard_at: float = field(default_factory=monotonic)
    messages: int = 0
    #: Messages one after the other that made no sense.
    problems: int = 0
    reason: str = "closed"
    #: It has just said whose it is: nobody has looked yet whether a command waits for its device.
    is_new: bool = False
    #: The command that was sent and not answered yet, and when (`monotonic`) it is given up.
    awaited: UUID | None = None
    overdue_at: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Sessions:
    """Sessions by device. What is to be seen of them goes to `sightings`."""

    def __init__(self, sightings: Sightings, rows_per_s: float) -> None:
        self._sightings = sightings
        self._rows_per_s = rows_per_s
        self._by_device: dict[str, Session] = {}
        #: Kept over reconnects: a device does not get a new allowance by hanging up.
        self._rates: OrderedDict[str, Rate] = OrderedDict()

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_device.values()))

    def get(self, device_id: str) -> Session | None:
        return self._by_device.get(device_id)

    def enter(self, session: Session, identifier: str, device: Known) -> None:
        """A connection has said whose it is. An older one of the same device is closed: devices forget them."""
        if session.device is not None:
            # It spoke for another device before, or had been given up as silent.
            self.leave(session)
            session.connected_at, session.messages = datetime.now(UTC), 0
            if session.device.device_id != device.device_id:
                session.awaited = None
        session.is_new = True
        before = self._by_device.get(device.device_id)
        if before is not None:
            session.awaited, session.overdue_at = before.awaited, before.overdue_at
            if before.transport == session.transport == "udp":
                # Mobile networks and many devices send each datagram from another port: it is the same visit.
                session.connected_at, session.messages = before.connected_at, before.messages
                session.is_new = before.is_new
            else:
                before.reason = "replaced"
                self.leave(before)
                before.close()
        session.identifier, session.device = identifier, device
        self._by_device[device.device_id] = session

    def leave(self, session: Session) -> None:
        """The connection has ended."""
        device = session.device
        if device is None or self._by_device.get(device.device_id) is not session:
            return
        del self._by_device[device.device_id]
        now = datetime.now(UTC)
        sighting = self._sighting(session, device, now)
        sighting.connected_until = now
        self._sightings.add(device.tenant_id, sighting)
        ended = EndedSession(
            device.device_id,
            session.protocol.name,
            session.transport,
            session.address,
            session.connected_at,
            now,
            session.reason,
            session.messages,
        )
        self._sightings.end(device.tenant_id, ended)

    def rate(self, device: Known) -> Rate:
        rate = self._rates.get(device.device_id)
        if rate is None:
            rate = Rate(self._rows_per_s)
        remember(self._rates, device.device_id, rate, MOST_RATES)
        return rate

    def heard(self, session: Session, raw: bytes) -> Sighting:
        """What a message shows of its device; the caller adds it to the others."""
        assert session.device is not None
        now = datetime.now(UTC)
        session.heard_at = monotonic()
        session.messages += 1
        sighting = self._sighting(session, session.device, now)
        sighting.last_message_at, sighting.message_count = now, 1
        binary = not is_text(raw)
        sighting.last_message = shown(raw, session.identifier or "", binary)
        sighting.last_message_format = "hex" if binary else "text"
        return sighting

    def refused(self, session: Session, device: Known, why: str) -> None:
        """Count a refusal where people see it."""
        now = datetime.now(UTC)
        sighting = Sighting(
            device.device_id,
            now,
            protocol=session.protocol.name,
            transport=session.transport,
            remote_address=session.address,
            last_refusal=why,
            refused_count=1,
        )
        self._sightings.add(device.tenant_id, sighting)

    def renew(self) -> None:
        """Say again that connections are open, and end those over UDP that have gone silent."""
        now, clock = datetime.now(UTC), monotonic()
        for session in self:
            if session.transport == "udp" and session.heard_at < clock - DATAGRAM_S:
                session.reason = "silent"
                self.leave(session)
            elif session.device is not None:
                self._sightings.add(session.device.tenant_id, self._sighting(session, session.device, now))

    async def run(self) -> None:
        """Renew until cancelled."""
        while True:
            await asyncio.sleep(RENEW_S)
            self.renew()

    @staticmethod
    def _sighting(session: Session, device: Known, now: datetime) -> Sighting:
        lease = DATAGRAM_S if session.transport == "udp" else LEASE_S
        return Sighting(
            device.device_id,
            now,
            protocol=session.protocol.name,
            transport=session.transport,
            remote_address=session.address,
            connected_at=session.connected_at,
            connected_until=now + timedelta(seconds=lease),
        )
