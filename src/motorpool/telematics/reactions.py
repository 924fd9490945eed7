"""What follows from changes of telematics' rows: a route that lies ahead asks for its vehicle and driver."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, refuse_uses

#: When, by whom and with what a route is driven.
ASKS = frozenset("assigned_vehicle_id assigned_driver_id departs_at returns_at scheduled_date status".split())
#: A plan without times is asked about at noon of its day; what starts now, from now on.
TIMES = """
SELECT t.id, t.assigned_vehicle_id, t.assigned_driver_id, s.starts_at, greatest(t.returns_at, s.starts_at)
FROM routes t
JOIN tenants z ON z.id = t.tenant_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN t.status = 'active' THEN now()
                ELSE coalesce(t.departs_at, (t.scheduled_date + time '12:00') AT TIME ZONE z.time_zone, now()) END AS starts_at) AS s
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s) AND t.status IN ('planned', 'active')
"""


@reaction("routes", "create", "update", "start", "replan")
async def ask_for_vehicle_and_driver(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A route that lies ahead needs a vehicle and a driver that can be used then; what is over is not judged again."""
    if change.occasion == "update" and not change.columns & ASKS:
        return
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        TIMES, {"tenant": actor.tenant_id, "keys": list(change.keys)}
    )
    uses, fields = [], []
    for key, vehicle, driver, starts_at, ends_at in found:
        uses.append(Use(one(vehicle), one(driver), starts_at, ends_at, key))
        fields.append((change.place(key, "assigned_vehicle_id"), change.place(key, "assigned_driver_id")))
    await refuse_uses(session, actor, uses, fields)


def one(key: UUID | None) -> tuple[UUID, ...]:
    return () if key is None else (key,)
