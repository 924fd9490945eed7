"""Tell a device to do something. The gateway that holds its connection sends it, now or when the device next connects.

queued -> sent -> acknowledged or failed; queued -> expired, when its time runs out or somebody cancels it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid, NotFound
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.create_device import tenant_of
from motorpool.telematics.decoders.protocol import Unsendable
from motorpool.telematics.decoders.registry import PROTOCOLS
from motorpool.telematics.gateway.commands import CHANNEL
from motorpool.telematics.models import Device, DeviceCommand, DeviceConnection

MOST_QUEUED = 20
NO_COMMANDS = {
    "osmand": "The OsmAnd protocol has no commands: a phone only reports.",
    "owntracks": "Motorpool sends no commands over OwnTracks.",
}


async def command_device(
    session: AsyncSession, actor: Actor, device_id: UUID, *, command: str, expires_hours: float
) -> DeviceCommand:
    """Queue a command and wake the gateways. `expires_hours`: not sent any more after that.

    Raises NotFound, Conflict (the device is not in use, or too much waits for it), Invalid (its protocol has no such
    command).
    """
    tenant_id = tenant_of(session)
    device = await session.scalar(select(Device).where(Device.tenant_id == tenant_id, Device.id == device_id))
    if device is None:
        raise NotFound("There is no such device")
    if device.status != "active":
        raise Conflict(f"This device is {device.status}; only a device in use takes commands")
    check_command(await spoken(session, device), command, device.identifier)
    waiting = await session.scalar(
        text(
            "SELECT count(*) FROM device_commands WHERE tenant_id = :tenant AND device_id = :device "
            "AND status = 'queued'"
        ),
        {"tenant": tenant_id, "device": device_id},
    )
    if (waiting or 0) >= MOST_QUEUED:
        raise Conflict(f"{MOST_QUEUED} commands wait for this device already; cancel some of them")
    queued = DeviceCommand(
        tenant_id=tenant_id,
        device_id=device_id,
        command=command,
        status="queued",
        requested_by_user_id=actor.user_id,
        expires_at=datetime.now(UTC) + timedelta(hours=expires_hours),
    )
    session.add(queued)
    await session.flush()
    await session.execute(
        text("SELECT pg_notify(:channel, :device)"), {"channel": CHANNEL, "device": str(device_id)}
    )
    return queued


async def spoken(session: AsyncSession, device: Device) -> str | None:
    """The protocol that a device last spoke, else the one that it was added with."""
    heard = await session.scalar(
        select(DeviceConnection.protocol).where(
            DeviceConnection.tenant_id == device.tenant_id, DeviceConnection.device_id == device.id
        )
    )
    return heard or device.protocol


def check_command(protocol: str | None, command: str, identifier: str) -> None:
    """Raises Invalid that says what the protocol wants."""
    kind = PROTOCOLS.get(protocol or "")
    if kind is None or kind.command_example is None:
        known = ", ".join(kind.name for kind in PROTOCOLS.values() if kind.command_example)
        why = NO_COMMANDS.get(
            protocol or "", f"The device's protocol is not known to take commands; these do: {known}"
        )
        raise Invalid(why, fields=[FieldProblem("command", why, "no_commands")])
    try:
        kind().command(command, identifier, time.time_ns() // 1000)
    except Unsendable as error:
        raise Invalid(fields=[FieldProblem("command", f"{kind.title}: {error}", "unsendable")]) from error
