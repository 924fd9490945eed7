"""From purchase suggestions to draft purchase orders, one for each facility that they are delivered to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.rules.stock import ZERO

CENT = Decimal("0.01")
# Stock before suggestions, as whoever moves stock takes them.
LOCK_STOCKS = """
SELECT s.id FROM part_stocks s
WHERE s.tenant_id = %(tenant)s AND EXISTS (
    SELECT FROM purchase_suggestions g WHERE g.tenant_id = %(tenant)s AND g.id = ANY (%(keys)s)
      AND g.part_id = s.part_id AND g.facility_id = s.facility_id)
ORDER BY s.part_id, s.facility_id FOR UPDATE OF s
"""
LOCK = """
SELECT g.id, g.status, g.part_id, g.facility_id, f.name, g.vendor_id, g.quantity, g.unit_cost, p.part_number, p.name,
       p.vendor_part_number
FROM purchase_suggestions g
JOIN parts p ON p.tenant_id = g.tenant_id AND p.id = g.part_id
JOIN facilities f ON f.tenant_id = g.tenant_id AND f.id = g.facility_id
WHERE g.tenant_id = %(tenant)s AND g.id = ANY (%(keys)s)
ORDER BY g.id FOR NO KEY UPDATE OF g
"""
MARK = """
UPDATE purchase_suggestions t SET status = 'ordered', decided_at = now(), decided_by_user_id = %(user)s
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s)
"""
LINK = """
UPDATE purchase_suggestions t SET purchase_order_id = %(order)s WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s)
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    id: UUID
    status: str
    part_id: UUID
    facility_id: UUID
    facility: str
    vendor_id: UUID | None
    quantity: Decimal
    unit_cost: Decimal | None
    part_number: str
    part_name: str
    vendor_part_number: str | None


async def order_suggestions(
    session: AsyncSession,
    actor: Actor,
    orders: Resource,
    reach: Reach,
    keys: Sequence[UUID],
    *,
    vendor_id: UUID | None = None,
    expected_delivery_date: date | None = None,
    quantities: Mapping[UUID, Decimal] | None = None,
) -> list[UUID]:
    """Make draft purchase orders of open suggestions of one vendor; their ids, by facility.

    orders: the resource of purchase orders, reach: what the actor may create of it. vendor_id: instead of the preferred
    one. quantities: other than suggested, by suggestion. A part whose price nobody knows stands in the order at 0.
    Raises: Invalid for suggestions that are not there or of several vendors; Conflict for one that is not open.
    """
    connection = await session.connection()
    values: dict[str, Any] = {"tenant": actor.tenant_id, "keys": list(keys), "user": actor.user_id}
    await connection.exec_driver_sql(LOCK_STOCKS, values)
    rows: Any = await connection.exec_driver_sql(LOCK, values)
    found = {row[0]: Suggestion(*row) for row in rows}
    _check(found, keys, vendor_id)
    by_facility: dict[UUID, list[Suggestion]] = defaultdict(list)
    for one in sorted(found.values(), key=lambda one: (one.facility, one.part_number)):
        by_facility[one.facility_id].append(one)
    # First, so that what is ordered now is not withdrawn as not needed any more.
    await connection.exec_driver_sql(MARK, values)
    made = []
    for facility, wanted in by_facility.items():
        body = _order(actor, facility, wanted, vendor_id, quantities or {})
        if expected_delivery_date is not None:
            body["expected_delivery_date"] = expected_delivery_date.isoformat()
        key = await create_row(session, orders, actor, reach, body)
        await connection.exec_driver_sql(LINK, values | {"order": key, "keys": [one.id for one in wanted]})
        made.append(key)
    return made


def _check(found: Mapping[UUID, Suggestion], keys: Sequence[UUID], vendor_id: UUID | None) -> None:
    problems = [
        FieldProblem(f"ids[{index}]", "there is no such purchase suggestion", "unknown_row")
        for index, key in enumerate(keys)
        if key not in found
    ]
    if problems or not keys:
        raise Invalid(
            "Some fields are not valid.",
            fields=problems or [FieldProblem("ids", "choose at least one suggestion", "required")],
        )
    closed = [
        FieldProblem(f"ids[{index}]", f"is {found[key].status}", "not_open")
        for index, key in enumerate(keys)
        if found[key].status != "open"
    ]
    if closed:
        raise Conflict("Only suggestions that are open can be ordered.", code="not_open", fields=closed)
    vendors = {one.vendor_id for one in found.values()}
    if vendor_id is None and (len(vendors) > 1 or None in vendors):
        words = (
            "is required: not every part has a preferred supplier"
            if None in vendors
            else "is required: the parts have several preferred suppliers; choose those of one, or say from whom all are ordered"
        )
        raise Invalid("Some fields are not valid.", fields=[FieldProblem("vendor_id", words, "required")])


def _order(
    actor: Actor,
    facility: UUID,
    wanted: Sequence[Suggestion],
    vendor_id: UUID | None,
    quantities: Mapping[UUID, Decimal],
) -> dict[str, Any]:
    """The body of a purchase order."""
    lines = []
    subtotal = ZERO
    for one in wanted:
        quantity = quantities.get(one.id, one.quantity)
        price = one.unit_cost or ZERO
        amount = (quantity * price).quantize(CENT, ROUND_HALF_UP)
        subtotal += amount
        lines.append(
            {
                "item": one.vendor_part_number or one.part_number,
                "description": f"{one.part_number} {one.part_name}"[:500],
                "quantity": str(quantity),
                "unit_price": str(price),
                "amount": str(amount),
                "part_id": str(one.part_id),
                "quantity_received": "0",
            }
        )
    body: dict[str, Any] = {
        "vendor_id": str(vendor_id or wanted[0].vendor_id),
        "po_type": "parts",
        "po_date": actor.today.isoformat(),
        "delivery_facility_id": str(facility),
        "subtotal": str(subtotal),
        "total_amount": str(subtotal),
        "line_items": lines,
    }
    if actor.currency:
        body["currency"] = actor.currency
    return body
