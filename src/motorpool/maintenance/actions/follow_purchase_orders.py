"""Stock and purchase orders: what is on order follows the orders' lines, what comes is written into them.

An order counts from its draft until it is received or cancelled, at the facility that it is delivered to, so that a
part which somebody is about to order is not suggested again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.suggest_purchases import suggest_purchases
from motorpool.maintenance.rules.stock import ZERO

EXPECTED = "'draft', 'pending_approval', 'approved', 'sent', 'partially_received'"
DUE = f"""
SELECT (line ->> 'part_id')::uuid AS part_id, o.delivery_facility_id AS facility_id,
       sum(greatest((line ->> 'quantity')::numeric - coalesce((line ->> 'quantity_received')::numeric, 0), 0)) AS due
FROM purchase_orders o CROSS JOIN LATERAL jsonb_array_elements(
    CASE jsonb_typeof(o.line_items) WHEN 'array' THEN o.line_items ELSE '[]'::jsonb END) AS line
WHERE o.tenant_id = %(tenant)s AND o.status IN ({EXPECTED}) AND o.delivery_facility_id IS NOT NULL
  AND line ->> 'part_id' IS NOT NULL
GROUP BY 1, 2
"""
OUT_OF_STEP = f"""
SELECT part_id, facility_id FROM ({DUE}) AS d
FULL JOIN (
    SELECT s.part_id, s.facility_id, s.quantity_on_order FROM part_stocks s
    WHERE s.tenant_id = %(tenant)s AND s.quantity_on_order <> 0
) AS s USING (part_id, facility_id)
WHERE coalesce(d.due, 0) <> coalesce(s.quantity_on_order, 0)
"""
MAKE_PLACES = """
INSERT INTO part_stocks (tenant_id, part_id, facility_id)
SELECT p.tenant_id, p.id, u.facility_id
FROM unnest(%(parts)s::uuid[], %(facilities)s::uuid[]) AS u (part_id, facility_id)
JOIN parts p ON p.tenant_id = %(tenant)s AND p.id = u.part_id
ORDER BY p.id, u.facility_id
ON CONFLICT (tenant_id, part_id, facility_id) DO NOTHING
"""
LOCK = """
SELECT s.id FROM part_stocks s
JOIN unnest(%(parts)s::uuid[], %(facilities)s::uuid[]) AS u (part_id, facility_id)
  ON u.part_id = s.part_id AND u.facility_id = s.facility_id
WHERE s.tenant_id = %(tenant)s ORDER BY s.part_id, s.facility_id FOR UPDATE OF s
"""
# A statement of its own, behind the locks: it sees what others have committed meanwhile.
FOLLOW = f"""
UPDATE part_stocks t SET quantity_on_order = r.due
FROM (
    SELECT s.id, coalesce(d.due, 0) AS due FROM part_stocks s
    LEFT JOIN ({DUE}) AS d ON d.part_id = s.part_id AND d.facility_id = s.facility_id
    WHERE s.tenant_id = %(tenant)s AND s.id = ANY (%(stocks)s)
) AS r
WHERE t.tenant_id = %(tenant)s AND t.id = r.id AND t.quantity_on_order <> r.due
"""
ORDER = """
SELECT o.id, o.po_number, o.vendor_id, o.status, o.currency, o.line_items FROM purchase_orders o
WHERE o.tenant_id = %(tenant)s AND o.id = %(order)s FOR NO KEY UPDATE
"""
WRITE_LINES = """
UPDATE purchase_orders t SET line_items = %(lines)s::jsonb WHERE t.tenant_id = %(tenant)s AND t.id = %(order)s
"""


async def follow_purchase_orders(session: AsyncSession, actor: Actor) -> None:
    """Bring what is on order in step with the purchase orders, and the suggestions with that."""
    connection = await session.connection()
    values: dict[str, Any] = {"tenant": actor.tenant_id}
    places = [tuple(row) for row in await connection.exec_driver_sql(OUT_OF_STEP, values)]
    if not places:
        return
    values |= {"parts": [part for part, _ in places], "facilities": [facility for _, facility in places]}
    await connection.exec_driver_sql(MAKE_PLACES, values)
    stocks = list((await connection.exec_driver_sql(LOCK, values)).scalars())
    await connection.exec_driver_sql(FOLLOW, {"tenant": actor.tenant_id, "stocks": stocks})
    await suggest_purchases(session, actor, stocks)


@dataclass(frozen=True, slots=True)
class Delivery:
    """So many of a part have come."""

    part_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class LockedOrder:
    """A purchase order that is on its way."""

    id: UUID
    number: str
    vendor_id: UUID
    status: str
    currency: str
    lines: list[dict[str, Any]]

    @property
    def prices(self) -> dict[UUID, Decimal]:
        """What one of each part costs, in the order's currency."""
        return {
            UUID(line["part_id"]): Decimal(str(line["unit_price"]))
            for line in self.lines
            if line.get("part_id")
        }


async def lock_order(session: AsyncSession, actor: Actor, key: UUID) -> LockedOrder:
    """Raises: Invalid for one that is not there, Conflict for one that is not sent."""
    connection = await session.connection()
    values = {"tenant": actor.tenant_id, "order": key}
    row: Any = (await connection.exec_driver_sql(ORDER, values)).first()
    if row is None:
        raise Invalid(
            "Some fields are not valid.",
            fields=[
                FieldProblem(
                    "purchase_order_id", "does not name anything that exists here", "unknown_reference"
                )
            ],
        )
    order = LockedOrder(row[0], row[1], row[2], row[3], row[4], row[5] if isinstance(row[5], list) else [])
    if order.status not in ("sent", "partially_received"):
        raise Conflict(
            f"{order.number} is {order.status.replace('_', ' ')}; goods are received for an order that was sent.",
            code="order_not_sent",
            state=order.status,
        )
    return order


async def note_delivery(
    session: AsyncSession, actor: Actor, orders: Resource, order: LockedOrder, came: Sequence[Delivery]
) -> None:
    """Write what came into the order's lines; it is received once all lines are, partially before."""
    left: dict[str, Decimal] = defaultdict(Decimal)
    for one in came:
        left[str(one.part_id)] += one.quantity
    lines = [dict(line) for line in order.lines]
    parts = [str(UUID(line["part_id"])) if line.get("part_id") else "" for line in lines]
    last = {part: index for index, part in enumerate(parts)}
    for index, (part, line) in enumerate(zip(parts, lines, strict=True)):
        if not left.get(part):
            continue
        # The first line is filled up first; what is too much stands in the last one.
        wanted = Decimal(str(line["quantity"])) - received(line)
        taken = left[part] if index == last[part] else min(left[part], max(wanted, ZERO))
        line["quantity_received"] = str(received(line) + taken)
        left[part] -= taken
    connection = await session.connection()
    await connection.exec_driver_sql(
        WRITE_LINES,
        {"tenant": actor.tenant_id, "order": order.id, "lines": msgspec.json.encode(lines).decode()},
    )
    whole = all(received(line) >= Decimal(str(line["quantity"])) for line in lines)
    if whole or order.status != "partially_received":
        move = orders.move("receive" if whole else "receive_part")
        await move_row(session, orders, actor, Reach(everything=True), order.id, move, {})


def received(line: dict[str, Any]) -> Decimal:
    """How much of an order's line has come."""
    return Decimal(str(line.get("quantity_received") or 0))
