"""What the parts counter asks: which part a code means, what of it is where, who waits for it, what runs low, what is due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, escape_like, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.maintenance.resources.parts import STOCK_OF_PART

FOUND = 40
PART = f"""
SELECT t.id, t.part_number, t.name, t.manufacturer, t.manufacturer_part_number, t.unit_of_measure, t.status, t.unit_cost, t.last_cost,
       t.core_charge, t.is_hazardous, t.hazard_class, t.vendor_id, t.superseded_by_part_id, z.part_number,
       {STOCK_OF_PART.format(column="quantity_on_hand")}, {STOCK_OF_PART.format(column="quantity_available")},
       {STOCK_OF_PART.format(column="quantity_on_order")}
FROM parts t
LEFT JOIN parts z ON z.tenant_id = t.tenant_id AND z.id = t.superseded_by_part_id
WHERE t.tenant_id = %(tenant)s AND {{scope}} AND {{which}}
"""
BY_CODE = """(t.barcode = %(code)s OR upper(t.part_number) = upper(%(code)s) OR upper(t.manufacturer_part_number) = upper(%(code)s)
    OR upper(t.vendor_part_number) = upper(%(code)s))"""
PLACES = """
SELECT t.part_id, t.id, t.facility_id, f.name, t.bin_location, t.quantity_on_hand, t.quantity_reserved, t.quantity_available,
       t.quantity_on_order, coalesce(t.reorder_point, p.reorder_point), t.last_counted_at
FROM part_stocks t
JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
JOIN parts p ON p.tenant_id = t.tenant_id AND p.id = t.part_id
WHERE t.tenant_id = %(tenant)s AND t.part_id = ANY (%(parts)s) AND {scope}
ORDER BY f.name, t.id
"""
LINES = """
SELECT t.id, t.work_order_id, w.work_order_number, w.summary, w.status, x.vehicle_number, t.part_id, p.part_number,
       coalesce(p.name, t.description), p.unit_of_measure, f.name, s.bin_location, t.quantity, t.quantity_reserved, t.quantity_issued,
       t.quantity_returned, coalesce(s.quantity_available, 0)
FROM work_order_parts t
JOIN maintenance_records w ON w.tenant_id = t.tenant_id AND w.id = t.work_order_id
JOIN vehicles x ON x.tenant_id = t.tenant_id AND x.id = w.vehicle_id
LEFT JOIN parts p ON p.tenant_id = t.tenant_id AND p.id = t.part_id
LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = coalesce(t.facility_id, w.facility_id)
LEFT JOIN part_stocks s ON s.tenant_id = t.tenant_id AND s.part_id = t.part_id AND s.facility_id = f.id
WHERE t.tenant_id = %(tenant)s AND w.status NOT IN ('completed', 'cancelled') AND {scope} AND {which}
ORDER BY w.reported_at, w.id, p.part_number NULLS LAST, t.id LIMIT 500
"""
ORDERS = """
SELECT t.id, t.work_order_number, t.summary, t.status, t.priority, v.vehicle_number, t.due_on, q.lines, q.ready, q.issued
FROM maintenance_records t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE l.quantity_issued - l.quantity_returned < l.quantity) AS lines,
           count(*) FILTER (WHERE l.quantity_issued - l.quantity_returned < l.quantity AND (l.part_id IS NULL
               OR l.quantity - l.quantity_issued + l.quantity_returned <= l.quantity_reserved + coalesce(s.quantity_available, 0)))
               AS ready,
           count(*) FILTER (WHERE l.quantity_issued > l.quantity_returned) AS issued
    FROM work_order_parts l
    LEFT JOIN part_stocks s ON s.tenant_id = l.tenant_id AND s.part_id = l.part_id
         AND s.facility_id = coalesce(l.facility_id, t.facility_id)
    WHERE l.tenant_id = t.tenant_id AND l.work_order_id = t.id
) AS q
WHERE t.tenant_id = %(tenant)s AND t.status NOT IN ('completed', 'cancelled') AND {scope} AND (q.lines > 0 OR q.issued > 0)
ORDER BY q.lines = 0, CASE t.priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, t.reported_at, t.id
LIMIT 200
"""
SUGGESTIONS = """
SELECT t.id, t.part_id, p.part_number, p.name, p.unit_of_measure, t.facility_id, f.name, t.vendor_id, v.name, t.status, t.quantity,
       t.quantity_available, t.quantity_on_order, t.reorder_point, t.total_cost, t.reason
FROM purchase_suggestions t
JOIN parts p ON p.tenant_id = t.tenant_id AND p.id = t.part_id
JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
LEFT JOIN vendors v ON v.tenant_id = t.tenant_id AND v.id = t.vendor_id
WHERE t.tenant_id = %(tenant)s AND t.status = ANY (%(statuses)s) AND {scope}
ORDER BY v.name NULLS LAST, t.vendor_id, p.part_number, f.name, t.id LIMIT 500
"""
LOW = "SELECT count(*) FROM purchase_suggestions t WHERE t.tenant_id = %(tenant)s AND t.status = 'open' AND {scope}"
UNITS = (
    "SELECT t.id, t.unit_of_measure FROM parts t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(parts)s)"
)
DELIVERIES = """
SELECT t.id, t.po_number, v.name, t.status, t.po_date, t.expected_delivery_date, t.delivery_facility_id, f.name,
       t.currency, t.line_items
FROM purchase_orders t
JOIN vendors v ON v.tenant_id = t.tenant_id AND v.id = t.vendor_id
LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.delivery_facility_id
WHERE t.tenant_id = %(tenant)s AND t.status IN ('sent', 'partially_received') AND {scope} AND {which} AND EXISTS (
    SELECT FROM jsonb_array_elements(CASE jsonb_typeof(t.line_items) WHEN 'array' THEN t.line_items ELSE '[]'::jsonb END) AS line
    WHERE line ->> 'part_id' IS NOT NULL)
ORDER BY t.expected_delivery_date NULLS LAST, t.po_number LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A part with what there is of it at all facilities, in its unit."""

    id: UUID
    part_number: str
    name: str
    manufacturer: str | None
    manufacturer_part_number: str | None
    unit: str
    status: str
    unit_cost: Decimal
    last_cost: Decimal | None
    core_charge: Decimal
    is_hazardous: bool
    hazard_class: str | None
    vendor_id: UUID | None
    superseded_by_part_id: UUID | None
    superseded_by: str | None
    on_hand: Decimal
    available: Decimal
    on_order: Decimal


@dataclass(frozen=True, slots=True)
class PartPlace:
    """What of a part is at one facility."""

    stock_id: UUID
    facility_id: UUID
    facility: str
    bin_location: str | None
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    on_order: Decimal
    reorder_point: Decimal | None
    last_counted_at: datetime | None

    @property
    def is_low(self) -> bool:
        return self.reorder_point is not None and self.available + self.on_order <= self.reorder_point


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A part line of a work order that is not closed."""

    id: UUID
    order_id: UUID
    order_number: str
    summary: str
    order_status: str
    vehicle: str
    part_id: UUID | None
    part_number: str | None
    name: str
    unit: str | None
    facility: str | None
    bin_location: str | None
    quantity: Decimal
    reserved: Decimal
    issued: Decimal
    returned: Decimal
    available: Decimal

    @property
    def used(self) -> Decimal:
        return self.issued - self.returned

    @property
    def needed(self) -> Decimal:
        return max(self.quantity - self.used, Decimal(0))

    @property
    def ready(self) -> Decimal:
        """What could be issued now, of what is needed."""
        return self.needed if self.part_id is None else min(self.needed, self.reserved + self.available)


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """A work order with part lines: how many are not issued, how many of these could be, how many have been."""

    id: UUID
    number: str
    summary: str
    status: str
    priority: str
    vehicle: str
    due_on: date | None
    lines: int
    ready: int
    issued: int


@dataclass(frozen=True, slots=True)
class LowPart:
    """A purchase suggestion."""

    id: UUID
    part_id: UUID
    part_number: str
    name: str
    unit: str
    facility_id: UUID
    facility: str
    vendor_id: UUID | None
    vendor: str | None
    status: str
    quantity: Decimal
    available: Decimal
    on_order: Decimal
    reorder_point: Decimal
    total_cost: Decimal | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ExpectedDelivery:
    """A purchase order that is on its way, with its lines as finance keeps them."""

    id: UUID
    number: str
    vendor: str
    status: str
    po_date: date
    expected_on: date | None
    facility_id: UUID | None
    facility: str | None
    currency: str
    lines: list[dict[str, Any]]


async def parts_by_code(
    database: Database, actor: Actor, parts: Resource, reach: Reach, code: str
) -> list[FoundPart]:
    """Parts that a barcode or a number means exactly: one's own, the manufacturer's or the supplier's."""
    return await _parts(database, actor, parts, reach, BY_CODE, {"code": code})


async def find_parts(
    database: Database, actor: Actor, parts: Resource, reach: Reach, text: str
) -> list[FoundPart]:
    """Parts that hold every word of a text, by number; at most `FOUND`."""
    words = [f"%{escape_like(word)}%" for word in sorted(text.split(), key=len, reverse=True)]
    which = f"t.id = ANY (ARRAY(SELECT search_parts(%(words)s::text[], {FOUND * 20})))" if words else "true"
    return await _parts(database, actor, parts, reach, f"{which} AND t.status <> 'retired'", {"words": words})


async def part_of(
    database: Database, actor: Actor, parts: Resource, reach: Reach, key: UUID
) -> FoundPart | None:
    found = await _parts(database, actor, parts, reach, "t.id = %(key)s", {"key": key})
    return found[0] if found else None


async def _parts(
    database: Database, actor: Actor, parts: Resource, reach: Reach, which: str, values: dict[str, Any]
) -> list[FoundPart]:
    sql = PART.format(scope=scope_condition(parts, reach) or "true", which=which)
    rows = await database.read(
        actor, f"{sql} ORDER BY t.part_number LIMIT {FOUND}", base_parameters(actor, reach) | values
    )
    return [FoundPart(*row) for row in rows]


async def places_of(
    database: Database, actor: Actor, stocks: Resource, reach: Reach, parts: Collection[UUID]
) -> dict[UUID, list[PartPlace]]:
    """By part, the facilities with a stock of it."""
    found: dict[UUID, list[PartPlace]] = {part: [] for part in parts}
    sql = PLACES.format(scope=scope_condition(stocks, reach) or "true")
    for part, *place in await database.read(
        actor, sql, base_parameters(actor, reach) | {"parts": list(parts)}
    ):
        found[part].append(PartPlace(*place))
    return found


async def lines_of(
    database: Database,
    actor: Actor,
    lines: Resource,
    reach: Reach,
    *,
    order: UUID | None = None,
    part: UUID | None = None,
) -> list[WantedLine]:
    """Part lines of a work order, or of all open ones that want a part or have some of it."""
    which = ["true"]
    values: dict[str, Any] = base_parameters(actor, reach)
    if order is not None:
        which.append("t.work_order_id = %(order)s")
        values["order"] = order
    if part is not None:
        which.append("t.part_id = %(part)s")
        values["part"] = part
    sql = LINES.format(scope=scope_condition(lines, reach) or "true", which=" AND ".join(which))
    return [WantedLine(*row) for row in await database.read(actor, sql, values)]


async def waiting_orders(
    database: Database, actor: Actor, orders: Resource, reach: Reach
) -> list[WaitingOrder]:
    """Work orders with part lines, those that wait for parts first, by priority and age."""
    sql = ORDERS.format(scope=scope_condition(orders, reach) or "true")
    return [WaitingOrder(*row) for row in await database.read(actor, sql, base_parameters(actor, reach))]


async def suggestions(
    database: Database, actor: Actor, resource: Resource, reach: Reach, *statuses: str
) -> list[LowPart]:
    """Purchase suggestions by supplier."""
    sql = SUGGESTIONS.format(scope=scope_condition(resource, reach) or "true")
    rows = await database.read(actor, sql, base_parameters(actor, reach) | {"statuses": list(statuses)})
    return [LowPart(*row) for row in rows]


async def how_many_low(database: Database, actor: Actor, resource: Resource, reach: Reach) -> int:
    """How many purchase suggestions are open."""
    sql = LOW.format(scope=scope_condition(resource, reach) or "true")
    ((count,),) = await database.read(actor, sql, base_parameters(actor, reach))
    return int(count)


async def units_of(database: Database, actor: Actor, parts: Collection[UUID]) -> dict[UUID, str]:
    """What parts are counted in."""
    return dict(await database.read(actor, UNITS, {"tenant": actor.tenant_id, "parts": list(parts)}))


async def expected_deliveries(
    database: Database, actor: Actor, orders: Resource, reach: Reach, key: UUID | None = None
) -> list[ExpectedDelivery]:
    """Purchase orders of parts that were sent and have not come in whole, the next first."""
    sql = DELIVERIES.format(
        scope=scope_condition(orders, reach) or "true", which="true" if key is None else "t.id = %(key)s"
    )
    rows = await database.read(actor, sql, base_parameters(actor, reach) | {"key": key})
    return [ExpectedDelivery(*row) for row in rows]
