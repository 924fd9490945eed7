"""Opening work orders for services that are due: by itself where a schedule asks for it, or by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import raw_connection
from motorpool.core.jobs.defer import defer_reactions
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.open_work_orders import NewOrder, open_work_orders
from motorpool.maintenance.resources.schedules import DUE_CASE, METERS_NOW, PREDICTED_CASE
from motorpool.maintenance.rules.recurrence import service_name

#: Told to whoever answers for the shop: what was opened.
TOPIC = "due_work_orders_opened"
_COLUMNS = f"""
SELECT t.id, t.vehicle_id, t.schedule_name, t.maintenance_type, t.template_id, t.facility_id, t.vendor_id,
       t.next_due_mileage, t.next_due_hours, {DUE_CASE} AS due_status, {PREDICTED_CASE} AS due_on, v.vehicle_number
FROM recurring_maintenance_schedules t JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
CROSS JOIN LATERAL {METERS_NOW}
"""
# Whoever else opens these at this moment has them locked; what is left is found an hour later.
DUE = f"""{_COLUMNS}
WHERE t.tenant_id = %(tenant)s AND t.is_active AND t.auto_create_work_order
  AND (t.hold_until IS NULL OR t.hold_until <= %(today)s)
  AND {DUE_CASE} IN ('due_soon', 'due', 'overdue')
  AND NOT EXISTS (SELECT FROM maintenance_records w WHERE w.tenant_id = t.tenant_id AND w.schedule_id = t.id
                  AND w.status NOT IN ('completed', 'cancelled'))
ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
"""
ASKED = f"""{_COLUMNS}
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s) ORDER BY t.id FOR NO KEY UPDATE OF t
"""
PRIORITY: dict[str, Literal["high", "medium"]] = {"overdue": "high", "due": "medium"}


@dataclass(frozen=True, slots=True)
class Opened:
    """The work orders that were opened, and the schedules that have one already."""

    orders: tuple[UUID, ...]
    had_one: tuple[UUID, ...]


async def open_due_work_orders(session: AsyncSession, actor: Actor, today: date | None = None) -> Opened:
    """Open a work order for each service that is due soon, due or overdue, wants one and has none.

    Run it as often as you like and wherever you like: of two at once one opens it. Announces `due_work_orders_opened`.
    """
    opened = await _open(session, actor, DUE, {"today": today or actor.today})
    if opened.orders:
        connection = await raw_connection(session)
        await defer_reactions(
            connection, TOPIC, actor.tenant_id, order_ids=[str(key) for key in opened.orders]
        )
    return opened


async def open_asked_work_orders(
    session: AsyncSession, actor: Actor, schedule_ids: Collection[UUID]
) -> Opened:
    """Open work orders for these schedules now, due or not; those that have one keep it."""
    return await _open(session, actor, ASKED, {"ids": list(schedule_ids), "today": actor.today})


async def _open(session: AsyncSession, actor: Actor, sql: str, parameters: dict[str, Any]) -> Opened:
    connection = await session.connection()
    found = await connection.exec_driver_sql(sql, {"tenant": actor.tenant_id} | parameters)
    rows = found.mappings().all()
    made = await open_work_orders(session, actor, [order_for(row) for row in rows])
    pairs = list(zip(rows, made, strict=True))
    return Opened(
        tuple(key for _, key in pairs if key is not None),
        tuple(row["id"] for row, key in pairs if key is None),
    )


def order_for(row: Any) -> NewOrder:
    """The work order that a schedule asks for, to be done by the day on which it is expected to fall due."""
    name = service_name(row["schedule_name"], row["maintenance_type"])
    marks = []
    if row["next_due_mileage"] is not None:
        marks.append(f"at {row['next_due_mileage']:,} mi")
    if row["next_due_hours"] is not None:
        marks.append(f"at {row['next_due_hours']:,} engine hours")
    return NewOrder(
        vehicle_id=row["vehicle_id"],
        summary=name,
        work_order_type="preventive",
        priority=PRIORITY.get(row["due_status"], "medium"),
        source="schedule",
        template_id=row["template_id"],
        schedule_id=row["id"],
        due_on=row["due_on"],
        facility_id=row["facility_id"],
        vendor_id=row["vendor_id"],
        complaint=f"{name} falls due {' or '.join(marks)}." if marks else None,
    )
