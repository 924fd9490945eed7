"""Commands on their way to devices: queued in the database, sent by whichever gateway holds the device's connection.

A command is marked as sent before it is sent and never sent twice, because cutting the fuel twice is worse than not at all;
one at a time per device, the next one when the answer has come or is overdue.
"""

from __future__ import annotations

import asyncio
import logging
import time
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from motorpool.core.database.database import Database
from motorpool.core.errors import MotorpoolError
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.decoders.protocol import Unsendable
from motorpool.telematics.gateway import metrics
from motorpool.telematics.gateway.session import Session, Sessions

log = logging.getLogger(__name__)

#: Where the action that queues a command tells the gateways; the payload is the device.
CHANNEL = "motorpool_commands"
#: Notifications can be lost with their connection, so everything is looked at now and then.
LOOK_EVERY_S = 30.0
ANSWER_WITHIN_S = 120.0

NEXT = """
UPDATE device_commands SET status = 'sent', sent_at = now(), attempts = attempts + 1, updated_at = now()
WHERE tenant_id = %(tenant)s AND id = (
    SELECT id FROM device_commands WHERE tenant_id = %(tenant)s AND device_id = %(device)s AND status = 'queued'
        AND expires_at > now() ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, command
"""
WAITING = """
SELECT DISTINCT device_id::text FROM device_commands
WHERE tenant_id = %(tenant)s AND status = 'queued' AND expires_at > now() AND device_id = ANY (%(devices)s::uuid[])
"""
FINISH = """
UPDATE device_commands SET status = %(status)s, result = %(result)s, answered_at = now(), updated_at = now()
WHERE tenant_id = %(tenant)s AND id = %(command)s AND status = 'sent'
"""
PASSING = (psycopg.OperationalError, PoolTimeout, MotorpoolError)


class Commands:
    """One per gateway."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    async def deliver(self, session: Session) -> None:
        """Send the next command of a connected device, if there is one and none is under way."""
        device = session.device
        if device is None or session.identifier is None or session.protocol.command_example is None:
            return
        session.is_new = False
        async with session.turn:
            while session.awaited is None and self._sessions.get(device.device_id) is session:
                async with self._database.connection(system_actor(device.tenant_id)) as connection:
                    cursor = await connection.execute(
                        NEXT, {"tenant": device.tenant_id, "device": device.device_id}
                    )
                    row = await cursor.fetchone()
                if row is None:
                    return
                try:
                    told = session.protocol.command(row[1], session.identifier, time.time_ns() // 1000)
                    session.send(told)
                except (Unsendable, OSError, RuntimeError) as error:
                    await self._finish(device.tenant_id, row[0], "failed", str(error))
                    continue
                session.awaited, session.overdue_at = row[0], time.monotonic() + ANSWER_WITHIN_S
                metrics.COMMANDS.labels("sent").inc()

    async def answered(self, session: Session, answer: str, obeyed: bool) -> None:
        """A device has answered; an answer that nobody waits for is only part of its last message."""
        if session.awaited is None or session.device is None:
            return
        command, session.awaited = session.awaited, None
        status = "acknowledged" if obeyed else "failed"
        await self._finish(session.device.tenant_id, command, status, answer)
        await self.deliver(session)

    async def run(self) -> None:
        """Wait for news and deliver, until cancelled."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._database.url, autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    while True:
                        await self._look()
                        deadline = time.monotonic() + LOOK_EVERY_S
                        while (left := deadline - time.monotonic()) > 0:
                            async for notice in connection.notifies(timeout=left, stop_after=1):
                                session = self._sessions.get(notice.payload)
                                if session is not None:
                                    await self.deliver(session)
            except PASSING as error:
                log.warning("commands to devices wait for the database: %s", error)
                await asyncio.sleep(1)
            except Exception:
                log.exception("a command to a device failed")
                await asyncio.sleep(1)

    async def _look(self) -> None:
        """Give up what is overdue, and deliver what waits for devices that are connected here."""
        now = time.monotonic()
        tenants: dict[UUID, dict[str, Session]] = {}
        for session in self._sessions:
            device, command = session.device, session.awaited
            if device is None or session.protocol.command_example is None:
                continue
            tenants.setdefault(device.tenant_id, {})[device.device_id] = session
            if command is not None and session.overdue_at < now:
                session.awaited = None
                await self._finish(device.tenant_id, command, "failed", "The device did not answer.")
        for tenant_id, connected in tenants.items():
            rows = await self._database.read(
                system_actor(tenant_id), WAITING, {"tenant": tenant_id, "devices": list(connected)}
            )
            for (device_id,) in rows:
                await self.deliver(connected[device_id])

    async def _finish(self, tenant_id: UUID, command: UUID, status: str, result: str) -> None:
        async with self._database.connection(system_actor(tenant_id)) as connection:
            await connection.execute(
                FINISH,
                {"tenant": tenant_id, "command": command, "status": status, "result": result[:2000]},
            )
        metrics.COMMANDS.labels(status).inc()
