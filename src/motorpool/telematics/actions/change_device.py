"""What can happen to a device: adopted out of quarantine, disabled, enabled again. Takes effect within 10
seconds.

quarantined -> active (adopt), disabled; active -> disabled; disabled -> active.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, NotFound
from motorpool.telematics.actions.create_device import require_vehicle, tenant_of
from motorpool.telematics.models import Device

MOVES = {"quarantined": ("active", "disabled"), "active": ("disabled",), "disabled": ("active",)}


async def adopt_device(
    session: AsyncSession, device_id: UUID, *, vehicle_id: UUID, name: str | None = None
) -> Device:
    """Make a quarantined device report for a vehicle. Raises NotFound, Conflict (not in quarantine), Invalid."""
    device = await _locked(session, device_id)
    if device.status != "quarantined":
        raise Conflict(
            f"This device is {device.status}; only a device in quarantine can be adopted",
            status_now=device.status,
            legal_moves=list(MOVES[device.status]),
        )
    await require_vehicle(session, vehicle_id)
    device.status = "active"
    device.vehicle_id = vehicle_id
    if name and name.strip():
        device.name = name.strip()
    await session.flush()
    return device


async def disable_device(session: AsyncSession, device_id: UUID) -> Device:
    """Refuse what the device sends from now on. Raises NotFound, Conflict (it is disabled already)."""
    return await _move(session, device_id, "disabled")


async def enable_device(session: AsyncSession, device_id: UUID) -> Device:
    """Take a disabled device's reports again. Raises NotFound, Conflict (it is not disabled)."""
    device = await _locked(session, device_id)
    if device.status == "quarantined":
        raise Conflict(
            "This device is in quarantine; adopt it", status_now=device.status, legal_moves=["active"]
        )
    return await _move(session, device_id, "active")


async def _move(session: AsyncSession, device_id: UUID, status: str) -> Device:
    device = await _locked(session, device_id)
    if status not in MOVES[device.status]:
        raise Conflict(
            f"This device is {device.status} already",
            status_now=device.status,
            legal_moves=list(MOVES[device.status]),
        )
    device.status = status
    await session.flush()
    return device


async def _locked(session: AsyncSession, device_id: UUID) -> Device:
    """The device, locked until the end of the transaction."""
    statement = (
        select(Device).where(Device.tenant_id == tenant_of(session), Device.id == device_id).with_for_update()
    )
    device = await session.scalar(statement)
    if device is None:
        raise NotFound("There is no such device")
    return device
