"""What devices show of themselves: when they were last heard, how they are connected, what they said last.

Collected in memory and written every few seconds in one statement per tenant and table, because a write per message would
cost more than the message. It is not part of what is acknowledged: after a crash a few seconds of it are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy.actor import system_actor

RAW_BYTES = 1_024
KEEP_SESSIONS_DAYS = 30

PLACES = """
UPDATE devices d SET last_report_at = greatest(d.last_report_at, s.at),
    last_latitude = coalesce(s.latitude::numeric, d.last_latitude),
    last_longitude = coalesce(s.longitude::numeric, d.last_longitude)
FROM (SELECT * FROM jsonb_to_recordset(%(rows)s::text::jsonb)
      AS s (device_id uuid, at timestamptz, latitude float8, longitude float8, reported bool) ORDER BY device_id) s
WHERE d.tenant_id = %(tenant)s AND d.id = s.device_id AND s.reported
"""
COLUMNS = (
    "protocol",
    "transport",
    "remote_address",
    "connected_at",
    "connected_until",
    "last_message_at",
    "last_message",
    "last_message_format",
    "last_refusal",
)
CONNECTIONS = f"""
INSERT INTO device_connections AS c (tenant_id, device_id, {", ".join(COLUMNS)}, message_count, refused_count)
SELECT %(tenant)s, s.device_id, {", ".join(f"s.{name}" for name in COLUMNS)}, s.message_count, s.refused_count
FROM jsonb_to_recordset(%(rows)s::text::jsonb) AS s (device_id uuid, protocol text, transport text, remote_address text,
    connected_at timestamptz, connected_until timestamptz, last_message_at timestamptz, last_message text,
    last_message_format text, last_refusal text, message_count int8, refused_count int)
WHERE EXISTS (SELECT FROM devices d WHERE d.tenant_id = %(tenant)s AND d.id = s.device_id)
ORDER BY s.device_id
ON CONFLICT (tenant_id, device_id) DO UPDATE SET
    {", ".join(f"{name} = coalesce(excluded.{name}, c.{name})" for name in COLUMNS)},
    message_count = c.message_count + excluded.message_count,
    refused_count = c.refused_count + excluded.refused_count
"""
SESSIONS = """
WITH ended AS (
    INSERT INTO device_sessions (tenant_id, device_id, protocol, transport, remote_address, connected_at, disconnected_at,
        reason, message_count)
    SELECT %(tenant)s, s.device_id, s.protocol, s.transport, s.remote_address, s.connected_at, s.disconnected_at,
        s.reason, s.message_count
    FROM jsonb_to_recordset(%(rows)s::text::jsonb) AS s (device_id uuid, protocol text, transport text,
        remote_address text, connected_at timestamptz, disconnected_at timestamptz, reason text, message_count int)
    WHERE EXISTS (SELECT FROM devices d WHERE d.tenant_id = %(tenant)s AND d.id = s.device_id)
    ORDER BY s.device_id
    RETURNING device_id
)
DELETE FROM device_sessions WHERE tenant_id = %(tenant)s AND connected_at < now() - make_interval(days => %(days)s)
"""


@dataclass(slots=True)
class Sighting:
    """What was learned about one device since the last write. Unset fields leave the row as it is."""

    device_id: str
    at: datetime
    reported: bool = False
    latitude: float | None = None
    longitude: float | None = None
    protocol: str | None = None
    transport: str | None = None
    remote_address: str | None = None
    connected_at: datetime | None = None
    connected_until: datetime | None = None
    last_message_at: datetime | None = None
    last_message: str | None = None
    last_message_format: str | None = None
    last_refusal: str | None = None
    message_count: int = 0
    refused_count: int = 0

    def merge(self, newer: Sighting) -> None:
        """Take over what a later sighting knows; counts add up."""
        for name in self.__slots__:
            value = getattr(newer, name)
            if name in ("message_count", "refused_count"):
                setattr(self, name, getattr(self, name) + value)
            elif name == "reported":
                self.reported = self.reported or value
            elif value is not None:
                setattr(self, name, value)


@dataclass(frozen=True, slots=True)
class EndedSession:
    """One connection from its first message to its end."""

    device_id: str
    protocol: str
    transport: str
    remote_address: str
    connected_at: datetime
    disconnected_at: datetime
    reason: str
    message_count: int


@dataclass(slots=True)
class Sightings:
    """What waits to be written, by tenant."""

    waiting: dict[UUID, dict[str, Sighting]] = field(default_factory=dict)
    ended: dict[UUID, list[EndedSession]] = field(default_factory=dict)

    def add(self, tenant_id: UUID, sighting: Sighting) -> None:
        of_tenant = self.waiting.setdefault(tenant_id, {})
        known = of_tenant.get(sighting.device_id)
        if known is None:
            of_tenant[sighting.device_id] = sighting
        else:
            known.merge(sighting)

    def end(self, tenant_id: UUID, session: EndedSession) -> None:
        self.ended.setdefault(tenant_id, []).append(session)

    async def write(self, database: Database) -> None:
        """Write and forget. What could not be written is lost: it is news, and the next message brings more."""
        waiting, self.waiting = self.waiting, {}
        ended, self.ended = self.ended, {}
        for tenant_id in {*waiting, *ended}:
            async with database.connection(system_actor(tenant_id)) as connection:
                seen = list(waiting.get(tenant_id, {}).values())
                if seen:
                    await _run(connection, PLACES, tenant_id, seen)
                if told := [each for each in seen if each.protocol is not None]:
                    await _run(connection, CONNECTIONS, tenant_id, told)
                if sessions := ended.get(tenant_id):
                    await _run(connection, SESSIONS, tenant_id, sessions)


async def _run(connection: Connection, statement: str, tenant_id: UUID, rows: Sequence[Any]) -> None:
    text = msgspec.json.encode(rows).decode()
    await connection.execute(statement, {"tenant": tenant_id, "rows": text, "days": KEEP_SESSIONS_DAYS})


def is_text(raw: bytes) -> bool:
    """Whether people can read a message as it came; some protocols have messages of both sorts."""
    try:
        return raw.decode().strip().isprintable()
    except UnicodeDecodeError:
        return False


def shown(raw: bytes, identifier: str, binary: bool) -> str:
    """A message as people see it: hex or text, at most 1 kB of it, the identifier masked because it is a secret."""
    if not binary:
        text = raw[:RAW_BYTES].decode("utf-8", "replace").replace("\x00", " ")
        return text.replace(identifier, "*" * len(identifier)) if identifier else text
    found = raw[:RAW_BYTES].hex()
    digits = identifier if len(identifier) % 2 == 0 else f"0{identifier}"
    # Digits two by two stand in front of or behind the half byte that is left over.
    for written in (identifier.encode().hex(), digits, identifier):
        if len(written) >= 10:
            found = found.replace(written, "*" * len(written))
    return found
