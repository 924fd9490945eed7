"""Bookings of bays: looked at before and after they are written; bay and work order follow them, and they follow the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_rows
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.check_bookings import HOLDING, check_bookings, refuse_double_bookings
from motorpool.maintenance.models import MaintenanceRecord
from motorpool.maintenance.queries.shop_facts import LIVE_BOOKING
from motorpool.maintenance.resources.work_orders import RESOURCES

BOOKINGS, BAYS, ORDERS = "service_bay_schedule", "service_bays", "maintenance_records"
EVERYTHING = Reach(everything=True)
WORK_ORDER: Resource = next(one for one in RESOURCES if one.model is MaintenanceRecord)

TAKEN_BAYS = """
SELECT y.bay_name, o.work_order_number
FROM service_bay_schedule b
JOIN service_bays y ON y.tenant_id = b.tenant_id AND y.id = b.service_bay_id
JOIN maintenance_records o ON o.tenant_id = b.tenant_id AND o.id = y.current_work_order_id
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s) AND y.current_work_order_id <> b.work_order_id
  AND o.status NOT IN ('completed', 'cancelled')
"""
ONE_BAY_TWICE = """
SELECT min(y.bay_name)
FROM service_bay_schedule b JOIN service_bays y ON y.tenant_id = b.tenant_id AND y.id = b.service_bay_id
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s)
GROUP BY b.service_bay_id HAVING count(DISTINCT b.work_order_id) > 1
"""
OCCUPY = """
UPDATE service_bays y SET current_work_order_id = b.work_order_id
FROM service_bay_schedule b
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s) AND y.tenant_id = b.tenant_id AND y.id = b.service_bay_id
"""
LEAVE = """
UPDATE service_bays y SET current_work_order_id = NULL
FROM service_bay_schedule b
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s) AND y.tenant_id = b.tenant_id AND y.id = b.service_bay_id
  AND y.current_work_order_id = b.work_order_id
"""
#: A booking that is under way moves to another bay with its vehicle.
MOVE_OVER = f"""
UPDATE service_bays y SET current_work_order_id = NULL
FROM service_bay_schedule b
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s) AND b.status = 'in_progress' AND y.tenant_id = b.tenant_id
  AND y.id <> b.service_bay_id AND y.current_work_order_id = b.work_order_id
  AND NOT EXISTS (SELECT FROM service_bay_schedule x WHERE x.tenant_id = b.tenant_id AND x.service_bay_id = y.id
                  AND x.work_order_id = b.work_order_id AND x.status IN {LIVE_BOOKING} AND x.id <> b.id)
"""
UNDER_WAY = """
SELECT b.id FROM service_bay_schedule b
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s) AND b.status = 'in_progress'
"""
#: The order shows when and where it is planned: the first of its live bookings.
SHOW_ON_ORDER = f"""
UPDATE maintenance_records o
SET scheduled_start = n.scheduled_start, scheduled_end = n.scheduled_end, service_bay_id = n.service_bay_id,
    assigned_technician_id = coalesce(o.assigned_technician_id, n.technician_id)
FROM (SELECT DISTINCT ON (b.work_order_id) b.work_order_id, b.scheduled_start, b.scheduled_end, b.service_bay_id, b.technician_id
      FROM service_bay_schedule b
      WHERE b.tenant_id = %(tenant)s AND b.status IN {LIVE_BOOKING} AND b.work_order_id IN (
            SELECT x.work_order_id FROM service_bay_schedule x WHERE x.tenant_id = %(tenant)s AND x.id = ANY (%(keys)s))
      ORDER BY b.work_order_id, b.scheduled_start) n
WHERE o.tenant_id = %(tenant)s AND o.id = n.work_order_id AND o.status NOT IN ('completed', 'cancelled')
  AND (o.scheduled_start, o.scheduled_end, o.service_bay_id, o.assigned_technician_id) IS DISTINCT FROM
      (n.scheduled_start, n.scheduled_end, n.service_bay_id, coalesce(o.assigned_technician_id, n.technician_id))
"""
NO_LONGER_PLANNED = f"""
UPDATE maintenance_records o SET scheduled_start = NULL, scheduled_end = NULL, service_bay_id = NULL
WHERE o.tenant_id = %(tenant)s AND o.status NOT IN ('completed', 'cancelled')
  AND o.id IN (SELECT x.work_order_id FROM service_bay_schedule x WHERE x.tenant_id = %(tenant)s AND x.id = ANY (%(keys)s))
  AND NOT EXISTS (SELECT FROM service_bay_schedule b WHERE b.tenant_id = o.tenant_id AND b.work_order_id = o.id
                  AND b.status IN {LIVE_BOOKING})
"""
STATES_OF_ORDERS = """
SELECT DISTINCT o.id, o.status
FROM service_bay_schedule b JOIN maintenance_records o ON o.tenant_id = b.tenant_id AND o.id = b.work_order_id
WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(keys)s) AND o.status IN ('draft', 'open')
"""
#: What is under way ends; where the work is done, so does what had its time, though nobody said that the vehicle was there.
END_BEGUN = f"""
UPDATE service_bay_schedule b
SET status = 'completed',
    actual_end = CASE b.status WHEN 'in_progress' THEN greatest(now(), b.actual_start) ELSE b.actual_end END
WHERE b.tenant_id = %(tenant)s AND b.work_order_id = ANY (%(keys)s) AND b.status IN {LIVE_BOOKING}
  AND (b.status = 'in_progress' OR %(done)s AND b.scheduled_start <= now())
"""
CANCEL_THE_REST = f"""
UPDATE service_bay_schedule b SET status = 'cancelled', cancellation_reason = %(reason)s
WHERE b.tenant_id = %(tenant)s AND b.work_order_id = ANY (%(keys)s) AND b.status IN {LIVE_BOOKING}
"""
FREE_OF_ORDER = """
UPDATE service_bays y SET current_work_order_id = NULL
WHERE y.tenant_id = %(tenant)s AND y.current_work_order_id = ANY (%(keys)s)
"""
FOLLOW_VEHICLE = f"""
UPDATE service_bay_schedule b SET vehicle_id = o.vehicle_id
FROM maintenance_records o
WHERE b.tenant_id = %(tenant)s AND b.work_order_id = ANY (%(keys)s) AND b.status IN {LIVE_BOOKING}
  AND o.tenant_id = b.tenant_id AND o.id = b.work_order_id AND b.vehicle_id <> o.vehicle_id
"""
BOOKED_BAYS = f"""
SELECT y.bay_name, count(*), (array_agg(o.work_order_number ORDER BY b.scheduled_start))[1], min(b.scheduled_start)
FROM service_bays y
JOIN service_bay_schedule b ON b.tenant_id = y.tenant_id AND b.service_bay_id = y.id AND b.status IN {LIVE_BOOKING}
JOIN maintenance_records o ON o.tenant_id = b.tenant_id AND o.id = b.work_order_id
WHERE y.tenant_id = %(tenant)s AND y.id = ANY (%(keys)s)
GROUP BY y.id, y.bay_name ORDER BY y.bay_name
"""


async def _run(session: AsyncSession, actor: Actor, sql: str, keys: Sequence[UUID], **more: Any) -> Any:
    connection = await session.connection()
    return await connection.exec_driver_sql(sql, {"tenant": actor.tenant_id, "keys": list(keys), **more})


@foresight(BOOKINGS, "create", "update", "reinstate")
async def refuse_what_is_taken(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    await refuse_double_bookings(session, actor, intent.occasion, intent.rows)


@reaction(BOOKINGS, "create", "update", "reinstate")
async def look_at_bookings(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "update" and not HOLDING & change.columns:
        return
    await check_bookings(session, actor, change.keys)
    if change.occasion == "update" and (await _run(session, actor, UNDER_WAY, change.keys)).first():
        await _refuse_occupied(session, actor, change.keys)
        await _run(session, actor, MOVE_OVER, change.keys)
        under_way = (await _run(session, actor, UNDER_WAY, change.keys)).scalars().all()
        await _run(session, actor, OCCUPY, under_way)
    await _run(session, actor, SHOW_ON_ORDER, change.keys)


@reaction(BOOKINGS, "start")
async def drive_in(session: AsyncSession, actor: Actor, change: Change) -> None:
    """The vehicle is in the bay: the bay is occupied, and the work has begun."""
    await _refuse_occupied(session, actor, change.keys)
    await _run(session, actor, OCCUPY, change.keys)
    states = (await _run(session, actor, STATES_OF_ORDERS, change.keys)).all()
    for verb, orders in (
        ("open", [key for key, status in states if status == "draft"]),
        ("start", [key for key, _ in states]),
    ):
        if orders:
            move = WORK_ORDER.move(verb)
            await move_rows(session, WORK_ORDER, actor, EVERYTHING, orders, move, {})
    await _run(session, actor, SHOW_ON_ORDER, change.keys)


async def _refuse_occupied(session: AsyncSession, actor: Actor, keys: Sequence[UUID]) -> None:
    under_way = (await _run(session, actor, UNDER_WAY, keys)).scalars().all()
    if taken := (await _run(session, actor, TAKEN_BAYS, under_way)).first():
        raise Conflict(
            f"{taken[0]} is occupied by {taken[1]}; finish that booking first.", code="bay_occupied"
        )
    if twice := (await _run(session, actor, ONE_BAY_TWICE, under_way)).first():
        raise Conflict(f"{twice[0]} takes one vehicle at a time.", code="bay_occupied")


@reaction(BOOKINGS, "finish")
async def drive_out(session: AsyncSession, actor: Actor, change: Change) -> None:
    await _run(session, actor, LEAVE, change.keys)
    await _run(session, actor, SHOW_ON_ORDER, change.keys)


@reaction(BOOKINGS, "cancel")
async def plan_no_longer(session: AsyncSession, actor: Actor, change: Change) -> None:
    await _run(session, actor, SHOW_ON_ORDER, change.keys)
    await _run(session, actor, NO_LONGER_PLANNED, change.keys)


@reaction(ORDERS, "finish", "approve", "cancel")
async def end_bookings(session: AsyncSession, actor: Actor, change: Change) -> None:
    """What has begun ends, what was planned for later is cancelled, the bay is free."""
    done = change.occasion != "cancel"
    reason = "The work is finished" if done else "The work order was cancelled"
    await _run(session, actor, END_BEGUN, change.keys, done=done)
    await _run(session, actor, CANCEL_THE_REST, change.keys, reason=reason)
    await _run(session, actor, FREE_OF_ORDER, change.keys)


@reaction(ORDERS, "update")
async def book_the_other_vehicle(session: AsyncSession, actor: Actor, change: Change) -> None:
    if "vehicle_id" in change.columns:
        await _run(session, actor, FOLLOW_VEHICLE, change.keys)


@foresight(BAYS, "delete")
async def keep_booked_bays(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    keys = [row["id"] for row in intent.rows]
    if booked := (await _run(session, actor, BOOKED_BAYS, keys)).first():
        name, count, number, start = booked
        which = f"{count} live bookings, the next" if count > 1 else "a live booking,"
        raise Conflict(
            f"{name} has {which} for {number} from {start:%Y-%m-%d %H:%M} UTC. Move or cancel what is booked first.",
            code="still_booked",
        )
