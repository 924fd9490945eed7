"""The ledger of stock: what moved, with the balance after it; and whether ledger and stock agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor

# The balance is counted from the first movement on, before the page is cut out of it.
HISTORY = """
SELECT h.id, h.moved_at, h.movement_type, h.facility_id, f.name, h.other_facility_id, o.name, h.quantity, h.quantity_after,
       h.balance, h.unit_cost, h.total_cost, h.work_order_id, w.work_order_number, h.purchase_order_id, b.po_number, h.vendor_id,
       v.name, h.reference_number, h.reason, h.moved_by_user_id, u.display_name
FROM (
    SELECT t.*, sum(t.quantity) OVER (ORDER BY t.moved_at, t.id) AS balance
    FROM stock_movements t WHERE t.tenant_id = %(tenant)s AND t.part_id = %(part)s AND {scope} AND {place}
) AS h
JOIN facilities f ON f.tenant_id = %(tenant)s AND f.id = h.facility_id
LEFT JOIN facilities o ON o.tenant_id = %(tenant)s AND o.id = h.other_facility_id
LEFT JOIN maintenance_records w ON w.tenant_id = %(tenant)s AND w.id = h.work_order_id
LEFT JOIN purchase_orders b ON b.tenant_id = %(tenant)s AND b.id = h.purchase_order_id
LEFT JOIN vendors v ON v.tenant_id = %(tenant)s AND v.id = h.vendor_id
LEFT JOIN users u ON u.tenant_id = %(tenant)s AND u.id = h.moved_by_user_id
WHERE {before}
ORDER BY h.moved_at DESC, h.id DESC LIMIT %(most)s
"""
DIFFERENCES = """
SELECT coalesce(s.part_id, m.part_id), coalesce(s.facility_id, m.facility_id), coalesce(s.quantity_on_hand, 0),
       coalesce(m.moved, 0), coalesce(s.quantity_reserved, 0), coalesce(l.held, 0)
FROM (SELECT * FROM part_stocks s WHERE s.tenant_id = %(tenant)s) AS s
FULL JOIN (
    SELECT m.part_id, m.facility_id, sum(m.quantity) AS moved FROM stock_movements m
    WHERE m.tenant_id = %(tenant)s GROUP BY m.part_id, m.facility_id
) AS m ON m.part_id = s.part_id AND m.facility_id = s.facility_id
LEFT JOIN (
    SELECT l.part_id, l.facility_id, sum(l.quantity_reserved) AS held FROM work_order_parts l
    WHERE l.tenant_id = %(tenant)s GROUP BY l.part_id, l.facility_id
) AS l ON l.part_id = s.part_id AND l.facility_id = s.facility_id
WHERE coalesce(s.quantity_on_hand, 0) <> coalesce(m.moved, 0) OR coalesce(s.quantity_reserved, 0) <> coalesce(l.held, 0)
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the ledger. `balance` is what was left of the part where the reader looks; amounts in its unit."""

    id: UUID
    moved_at: datetime
    movement_type: str
    facility_id: UUID
    facility: str
    other_facility_id: UUID | None
    other_facility: str | None
    quantity: Decimal
    quantity_after: Decimal
    balance: Decimal
    unit_cost: Decimal
    total_cost: Decimal
    work_order_id: UUID | None
    work_order_number: str | None
    purchase_order_id: UUID | None
    po_number: str | None
    vendor_id: UUID | None
    vendor: str | None
    reference_number: str | None
    reason: str | None
    moved_by_user_id: UUID | None
    moved_by: str | None


async def movements_of(
    database: Database,
    actor: Actor,
    movements: Resource,
    reach: Reach,
    part: UUID,
    *,
    facility: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
    most: int = 50,
) -> list[Movement]:
    """Movements of a part at all facilities that the actor reaches, or at one; the latest first.

    before: time and id of the last one that was seen.
    """
    parameters: dict[str, Any] = base_parameters(actor, reach) | {"part": part, "most": most}
    scope = scope_condition(movements, reach) or "true"
    place = "true"
    if facility is not None:
        place = "t.facility_id = %(facility)s"
        parameters["facility"] = facility
    older = "true"
    if before is not None:
        older = "(h.moved_at, h.id) < (%(moment)s, %(last)s)"
        parameters |= {"moment": before[0], "last": before[1]}
    rows = await database.read(actor, HISTORY.format(scope=scope, place=place, before=older), parameters)
    return [Movement(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Difference:
    """Stock that its ledger or its reservations do not explain."""

    part_id: UUID
    facility_id: UUID
    on_hand: Decimal
    moved: Decimal
    reserved: Decimal
    held_by_lines: Decimal


async def stock_differences(database: Database, actor: Actor) -> list[Difference]:
    """Where the sum of the movements is not the stock, or that of the lines' reservations not what is reserved."""
    rows = await database.read(actor, DIFFERENCES, {"tenant": actor.tenant_id})
    return [Difference(*row) for row in rows]
