"""Work orders that the program opens: for a due schedule, a defect, a trouble code. Many at once, none twice."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.numbering import free_numbers
from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor
from motorpool.maintenance.rules.work_order_states import NUMBERED

TABLE = "maintenance_records"
LONGEST_SUMMARY = 255
#: Of a work order that is not closed: the condition of both unique indexes.
LIVE = "status NOT IN ('completed', 'cancelled')"
ROWS = (
    "jsonb_to_recordset(%(rows)s::jsonb) AS r (place int, number text, vehicle_id uuid, summary text, work_order_type text, "
    "priority text, source text, template_id uuid, schedule_id uuid, trouble_code text, due_on date, facility_id uuid, "
    "vendor_id uuid, complaint text, driver_id uuid, vehicle_unavailable boolean, status text, metadata jsonb)"
)
TWINS = f"""
SELECT r.place FROM {ROWS} JOIN maintenance_records w ON w.tenant_id = %(tenant)s AND w.schedule_id = r.schedule_id
WHERE w.{LIVE}
UNION
SELECT r.place FROM {ROWS} JOIN maintenance_records w ON w.tenant_id = %(tenant)s AND w.vehicle_id = r.vehicle_id
 AND w.trouble_code = r.trouble_code
WHERE w.{LIVE}
"""
COLUMNS = (
    "work_order_number, vehicle_id, summary, work_order_type, priority, status, source, template_id, schedule_id, trouble_code, "
    "due_on, facility_id, vendor_id, complaint, driver_id, vehicle_unavailable, opened_at, estimated_hours, estimated_cost, "
    "required_skills, required_certifications, required_equipment, instructions, metadata, requested_by_user_id, "
    "created_by_user_id"
)
# A vehicle or a template of somebody else is refused by the foreign keys, which hold the tenant.
GIVEN = f"""
SELECT %(tenant)s, r.number, r.vehicle_id, r.summary, coalesce(r.work_order_type, m.work_order_type, 'corrective'), r.priority,
       r.status, r.source, r.template_id, r.schedule_id, r.trouble_code, r.due_on, r.facility_id, r.vendor_id, r.complaint,
       r.driver_id, r.vehicle_unavailable, CASE r.status WHEN 'open' THEN now() END, m.estimated_hours, m.estimated_cost,
       m.required_skills, m.required_certifications, m.required_equipment, m.instructions, r.metadata, %(user)s::uuid,
       %(user)s::uuid
FROM {ROWS} LEFT JOIN work_order_templates m ON m.tenant_id = %(tenant)s AND m.id = r.template_id
ORDER BY r.place
"""
FOR_A_SCHEDULE = f"""
INSERT INTO maintenance_records (tenant_id, {COLUMNS}) {GIVEN}
ON CONFLICT (tenant_id, schedule_id) WHERE status NOT IN ('completed', 'cancelled') DO NOTHING
RETURNING work_order_number, id
"""
FOR_A_CODE = f"""
INSERT INTO maintenance_records (tenant_id, {COLUMNS}) {GIVEN}
ON CONFLICT (tenant_id, vehicle_id, trouble_code) WHERE status NOT IN ('completed', 'cancelled') DO NOTHING
RETURNING work_order_number, id
"""
FOR_ANYTHING_ELSE = (
    f"INSERT INTO maintenance_records (tenant_id, {COLUMNS}) {GIVEN} RETURNING work_order_number, id"
)


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A work order to be opened. `work_order_type` None: the template's, or corrective.

    A schedule and a trouble code are two causes: an order has one of them at most.
    """

    vehicle_id: UUID
    summary: str
    work_order_type: str | None = None
    priority: Literal["low", "medium", "high", "critical"] = "medium"
    source: str = "manual"
    template_id: UUID | None = None
    schedule_id: UUID | None = None
    trouble_code: str | None = None
    due_on: date | None = None
    facility_id: UUID | None = None
    vendor_id: UUID | None = None
    complaint: str | None = None
    driver_id: UUID | None = None
    vehicle_unavailable: bool = False
    status: Literal["draft", "open"] = "open"
    metadata: dict[str, Any] | None = None

    @property
    def cause(self) -> Hashable | None:
        """What a live order exists once for."""
        if self.schedule_id is not None and self.trouble_code is not None:
            raise ValueError("a work order is opened for a schedule or for a trouble code, not for both")
        if self.schedule_id is not None:
            return self.schedule_id
        return None if self.trouble_code is None else (self.vehicle_id, self.trouble_code)


async def open_work_orders(
    session: AsyncSession, actor: Actor, orders: Sequence[NewOrder]
) -> list[UUID | None]:
    """Open work orders with their numbers, and with tasks, part lines and skills of their templates.

    Their ids in the order given; None where a live order for the same schedule, or the same trouble code of the vehicle,
    exists, be it made by somebody else at this moment. Raises ValueError for an order with two causes.
    """
    places = await _without_twins(session, actor, orders)
    if not places:
        return [None] * len(orders)
    # The counter's row is locked from here on: of two that open orders in a tenant, one waits for the other.
    free = await free_numbers(session, actor.tenant_id, TABLE, NUMBERED, actor.today, len(places))
    numbers = dict(zip(places, free, strict=True))
    groups = {
        FOR_A_SCHEDULE: [place for place in places if orders[place].schedule_id],
        FOR_A_CODE: [place for place in places if orders[place].trouble_code],
        FOR_ANYTHING_ELSE: [place for place in places if orders[place].cause is None],
    }
    made: dict[str, UUID] = {}
    connection = await session.connection()
    for statement, some in groups.items():
        if some:
            rows = [_row(orders[place], place, numbers[place]) for place in some]
            parameters = {"tenant": actor.tenant_id, "user": actor.user_id, "rows": _json(rows)}
            found: Any = await connection.exec_driver_sql(statement, parameters)
            made |= dict(found.all())
    keys = [made.get(numbers[place]) if place in numbers else None for place in range(len(orders))]
    await react(session, actor, Change(TABLE, "create", tuple(made.values()), frozenset(COLUMNS.split(", "))))
    return keys


async def _without_twins(session: AsyncSession, actor: Actor, orders: Sequence[NewOrder]) -> list[int]:
    """Places of the orders that none exists for; it costs no numbers to find out."""
    first: dict[Hashable, int] = {}
    for place, order in enumerate(orders):
        if order.cause is not None:
            first.setdefault(order.cause, place)
    places = [
        place for place, order in enumerate(orders) if order.cause is None or first[order.cause] == place
    ]
    if not first:
        return places
    connection = await session.connection()
    rows = [_row(orders[place], place, None) for place in first.values()]
    found = await connection.exec_driver_sql(TWINS, {"tenant": actor.tenant_id, "rows": _json(rows)})
    taken = set(found.scalars())
    return [place for place in places if place not in taken]


def _row(order: NewOrder, place: int, number: str | None) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(order)
    return row | {"place": place, "number": number, "summary": short(order.summary)}


def short(summary: str) -> str:
    """A summary that fits into its column."""
    return summary if len(summary) <= LONGEST_SUMMARY else summary[: LONGEST_SUMMARY - 1] + "…"


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
