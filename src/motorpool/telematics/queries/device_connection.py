"""How a device is connected, what it said last, what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

LATEST = 10
CONNECTION = """
SELECT row_to_json(r) FROM (
    SELECT protocol, transport, remote_address, connected_at, connected_until > now() AS is_connected, last_message_at,
        last_message, last_message_format, message_count, refused_count, last_refusal
    FROM device_connections WHERE tenant_id = %(tenant)s AND device_id = %(device)s) r
"""
SESSIONS = """
SELECT row_to_json(r) FROM (
    SELECT protocol, transport, remote_address, connected_at, disconnected_at, reason, message_count
    FROM device_sessions WHERE tenant_id = %(tenant)s AND device_id = %(device)s
    ORDER BY connected_at DESC LIMIT %(latest)s) r
"""
COMMANDS = """
SELECT row_to_json(r) FROM (
    SELECT c.id, c.command, c.status, c.result, c.created_at, c.sent_at, c.answered_at, c.expires_at,
        u.display_name AS asked_by
    FROM device_commands c
    LEFT JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.requested_by_user_id
    WHERE c.tenant_id = %(tenant)s AND c.device_id = %(device)s
    ORDER BY c.created_at DESC LIMIT %(latest)s) r
"""


@dataclass(slots=True)
class DeviceConnectionView:
    """`connection` is None for a device that was never heard."""

    connection: dict[str, Any] | None = None
    sessions: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)


async def device_connection(database: Database, actor: Actor, device_id: UUID) -> DeviceConnectionView:
    """The connection of a device with its last ten sessions and commands, as far as the actor may read each of them; the
    caller has checked the device itself.
    """
    parameters = {"tenant": actor.tenant_id, "device": device_id, "latest": LATEST}
    found = DeviceConnectionView()
    if actor.access.allows("device_connections.read") and (
        rows := await database.read(actor, CONNECTION, parameters)
    ):
        found.connection = rows[0][0]
    if actor.access.allows("device_sessions.read"):
        found.sessions = [row[0] for row in await database.read(actor, SESSIONS, parameters)]
    if actor.access.allows("device_commands.read"):
        found.commands = [row[0] for row in await database.read(actor, COMMANDS, parameters)]
    return found
