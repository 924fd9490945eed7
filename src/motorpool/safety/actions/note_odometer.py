"""The odometer that an inspector read becomes a meter reading; what cannot be right is said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.safety.rules.inspection_periods import Doubt, Reading, doubt_about
from motorpool.safety.rules.shown_distance import shown_distance

#: Doubt -> how it compares, the neighbour, and when that was.
DOUBTS: dict[Doubt, tuple[str, str, str]] = {
    "rollback": ("lower than", "before", "before"),
    "ahead": ("higher than", "after", "later"),
    "jump": ("far above", "before", "before"),
}
NEIGHBOURS = text("""
(SELECT 'before' AS side, value + replacement_offset AS meters, recorded_at, replacement_offset FROM meter_readings
 WHERE tenant_id = :tenant AND vehicle_id = :vehicle AND meter_type = 'odometer' AND recorded_at <= :at
 ORDER BY recorded_at DESC LIMIT 1)
UNION ALL
(SELECT 'after', value + replacement_offset, recorded_at, replacement_offset FROM meter_readings
 WHERE tenant_id = :tenant AND vehicle_id = :vehicle AND meter_type = 'odometer' AND recorded_at > :at
 ORDER BY recorded_at LIMIT 1)
""")
ADD = text("""
INSERT INTO meter_readings (tenant_id, vehicle_id, meter_type, value, replacement_offset, recorded_at, source,
    recorded_by_user_id)
VALUES (:tenant, :vehicle, 'odometer', :value, :shift, :at, 'inspection', :user)
""")


async def note_odometer(
    session: AsyncSession, actor: Actor, vehicle_id: UUID, kilometres: int, at: datetime
) -> str | None:
    """Keep a reading, as the meter showed it; returns a warning where it does not fit to its neighbours in time.

    A doubtful one is kept all the same: `vehicle_meters` does not count what is lower than before.
    """
    where = {"tenant": actor.tenant_id, "vehicle": vehicle_id, "at": at}
    rows = {row.side: row for row in await session.execute(NEIGHBOURS, where)}
    before, after = (
        Reading(rows[side].meters, rows[side].recorded_at) if side in rows else None
        for side in ("before", "after")
    )
    shift = float(rows["before"].replacement_offset) if "before" in rows else 0.0
    meters = kilometres * 1000.0
    await session.execute(ADD, where | {"value": meters, "shift": shift, "user": actor.user_id})
    doubt = doubt_about(meters + shift, at, before, after)
    if doubt is None:
        return None
    compared, side, when = DOUBTS[doubt]
    neighbour = (rows[side].meters - shift) / 1000
    return (
        f"The odometer, {shown_distance(kilometres, actor.units)}, is {compared} "
        f"{shown_distance(neighbour, actor.units)} {when}. Check it."
    )
