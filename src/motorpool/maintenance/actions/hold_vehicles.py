"""What a work order does to its vehicle: the clock of the downtime, and `in_shop` while the work is under way.

A vehicle that is active goes to `in_shop` with the first order that takes it out of use and is worked on, and is active again
when the last of them is finished or cancelled. The order remembers the vehicle (`shop_vehicle_id`), so what somebody set by
hand, retired, sold and out of service included, is never touched.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor

OUT_OF_USE = "w.vehicle_unavailable AND w.status IN ('open', 'in_progress', 'waiting_parts')"
IN_SHOP = "w.vehicle_unavailable AND w.status IN ('in_progress', 'waiting_parts')"
THESE = "w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)"
# Started again, the hours of before are kept, so that the time between does not count.
STOP_CLOCK = f"""
UPDATE maintenance_records w SET downtime_ended_at = greatest(now(), w.downtime_started_at)
WHERE {THESE} AND w.downtime_started_at IS NOT NULL AND w.downtime_ended_at IS NULL
  AND (w.status IN ('review', 'completed', 'cancelled') OR %(released)s AND NOT w.vehicle_unavailable)
"""
START_CLOCK = f"""
UPDATE maintenance_records w
SET earlier_downtime_hours = coalesce(w.downtime_hours, 0), downtime_started_at = now(), downtime_ended_at = NULL
WHERE {THESE} AND {OUT_OF_USE} AND (w.downtime_started_at IS NULL OR w.downtime_ended_at IS NOT NULL)
"""
CONCERNED = f"""
SELECT v.id FROM vehicles v
WHERE v.tenant_id = %(tenant)s AND v.id IN (
    SELECT unnest(ARRAY[w.vehicle_id, w.shop_vehicle_id]) FROM maintenance_records w
    WHERE {THESE} AND (({IN_SHOP}) OR w.shop_vehicle_id IS NOT NULL))
ORDER BY v.id FOR NO KEY UPDATE
"""
LET_GO = f"""
UPDATE maintenance_records w SET shop_vehicle_id = NULL
WHERE {THESE} AND w.shop_vehicle_id IS NOT NULL AND (NOT ({IN_SHOP}) OR w.shop_vehicle_id <> w.vehicle_id)
"""
FREE = """
UPDATE vehicles v SET status = 'active'
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s) AND v.status = 'in_shop'
  AND NOT EXISTS (SELECT FROM maintenance_records w WHERE w.tenant_id = %(tenant)s AND w.shop_vehicle_id = v.id)
"""
HELD = """
SELECT DISTINCT w.shop_vehicle_id FROM maintenance_records w
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s) AND w.shop_vehicle_id IS NOT NULL
"""
TAKE = f"""
UPDATE maintenance_records w SET shop_vehicle_id = w.vehicle_id
FROM vehicles v
WHERE {THESE} AND {IN_SHOP} AND w.shop_vehicle_id IS NULL AND v.tenant_id = %(tenant)s AND v.id = w.vehicle_id
  AND (v.status = 'active' OR v.status = 'in_shop' AND EXISTS (
      SELECT FROM maintenance_records o WHERE o.tenant_id = %(tenant)s AND o.shop_vehicle_id = v.id))
RETURNING w.vehicle_id
"""
PUT_IN_SHOP = """
UPDATE vehicles v SET status = 'in_shop' WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s) AND v.status = 'active'
"""


async def hold_vehicles(
    session: AsyncSession, actor: Actor, order_ids: Collection[UUID], *, released: bool = False
) -> None:
    """Bring downtime and vehicles in line with these work orders as they stand now. Call it after each change of their state.

    `released`: somebody just said whether the vehicle can be used, so the clock of one that can be stops.
    """
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "orders": list(order_ids),
        "released": released,
    }
    connection = await session.connection()
    await connection.exec_driver_sql(STOP_CLOCK, parameters)
    await connection.exec_driver_sql(START_CLOCK, parameters)
    vehicles = list((await connection.exec_driver_sql(CONCERNED, parameters)).scalars())
    if not vehicles:
        return
    before = set((await connection.exec_driver_sql(HELD, parameters)).scalars())
    await connection.exec_driver_sql(LET_GO, parameters)
    taken = set((await connection.exec_driver_sql(TAKE, parameters)).scalars())
    for statement, some in ((PUT_IN_SHOP, taken), (FREE, before - taken)):
        if some:
            await connection.exec_driver_sql(statement, {"tenant": actor.tenant_id, "vehicles": list(some)})
