"""Letting a geofence speak of the past: vehicles are derived again from a time on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.telematics.derive.tracks import BEGINNING

APPLY = text("UPDATE geofences SET applies_from = :since WHERE tenant_id = :tenant AND id = :key")
#: Vehicles of the fence that have been anywhere.
AGAIN = text("""
INSERT INTO derivation_work (tenant_id, vehicle_id, from_time)
SELECT s.tenant_id, s.vehicle_id, :begin
FROM derivation_state s JOIN geofences f ON f.tenant_id = s.tenant_id AND f.id = :key
WHERE s.tenant_id = :tenant AND f.tenant_id = :tenant AND (f.vehicle_group_id IS NULL OR EXISTS (
    SELECT FROM vehicle_group_members m
    WHERE m.tenant_id = :tenant AND m.group_id = f.vehicle_group_id AND m.vehicle_id = s.vehicle_id))
RETURNING 1
""")


async def apply_geofence(session: AsyncSession, actor: Actor, key: UUID, since: datetime | None) -> int:
    """Compare positions recorded after `since` (None: all) with the fence as it is now; how many vehicles are queued.

    The worker derives them again. What it finds in the past alarms nobody.
    """
    await session.flush()
    values = {"tenant": actor.tenant_id, "key": key}
    await session.execute(APPLY, values | {"since": since})
    return len((await session.execute(AGAIN, values | {"begin": since or BEGINNING})).all())
