"""The ledger of stock: what moved, with the balance after it; and whether ledger and stock agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import psycopg
from msgspec import Meta

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
SELECT x.tenant_id, x.part_id, x.facility_id, sum(x.on_hand), sum(x.moved), sum(x.reserved), sum(x.held)
FROM (
    SELECT s.tenant_id, s.part_id, s.facility_id, s.quantity_on_hand AS on_hand, 0 AS moved, s.quantity_reserved AS reserved,
           0 AS held FROM part_stocks s
    UNION ALL SELECT m.tenant_id, m.part_id, m.facility_id, 0, m.quantity, 0, 0 FROM stock_movements m
    UNION ALL SELECT l.tenant_id, l.part_id, l.facility_id, 0, 0, 0, l.quantity_reserved FROM work_order_parts l
    WHERE l.quantity_reserved <> 0
) AS x
GROUP BY x.tenant_id, x.part_id, x.facility_id
HAVING sum(x.on_hand) <> sum(x.moved) OR sum(x.reserved) <> sum(x.held)
ORDER BY x.tenant_id, x.part_id, x.facility_id
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the ledger; quantities in the part's unit."""

    id: UUID
    moved_at: datetime
    movement_type: str
    facility_id: UUID
    facility: str
    other_facility_id: UUID | None
    other_facility: str | None
    quantity: Decimal
    quantity_after: Annotated[Decimal, Meta(description="At this facility")]
    balance: Annotated[Decimal, Meta(description="At all facilities that are asked for")]
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

    tenant_id: UUID
    part_id: UUID | None
    facility_id: UUID | None
    on_hand: Decimal
    moved: Decimal
    reserved: Decimal
    held_by_lines: Decimal


def stock_differences(connection: psycopg.Connection[Any]) -> list[Difference]:
    """Where the sum of the movements is not the stock, or that of the lines' reservations not what is reserved.

    The connection must be the owner's, who sees every tenant's rows.
    """
    return [Difference(*row) for row in connection.execute(DIFFERENCES)]
