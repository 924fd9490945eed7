"""Stock that is locked, changed by the rules of `rules.stock`, and written back together with its movements.

Locks are taken in one order by everybody: part lines, work orders, parts, part_stocks by part and facility, suggestions.
The lock on the part makes its moving average, which spans all facilities, and the order of its ledger safe; the locks
on the rows hold against whoever writes a single one. Nothing is read before it is locked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.suggest_purchases import suggest_purchases
from motorpool.maintenance.rules.stock import Book, Entry, Held, Shelf, Shortage

Place = tuple[UUID, UUID]
"""A part and a facility."""

LOCK_PARTS = """
SELECT p.id, p.part_number, p.name, p.unit_of_measure, p.status, p.unit_cost, p.last_cost
FROM parts p WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(parts)s) ORDER BY p.id FOR NO KEY UPDATE
"""
PART_OF = "SELECT s.part_id FROM part_stocks s WHERE s.tenant_id = %(tenant)s AND s.id = %(stock)s"
MAKE_PLACES = """
INSERT INTO part_stocks (tenant_id, part_id, facility_id)
SELECT f.tenant_id, u.part_id, f.id
FROM unnest(%(parts)s::uuid[], %(facilities)s::uuid[]) AS u (part_id, facility_id)
JOIN facilities f ON f.tenant_id = %(tenant)s AND f.id = u.facility_id
WHERE EXISTS (SELECT FROM parts p WHERE p.tenant_id = %(tenant)s AND p.id = u.part_id)
ORDER BY u.part_id, f.id
ON CONFLICT (tenant_id, part_id, facility_id) DO NOTHING
"""
LOCK_STOCKS = """
SELECT s.id, s.part_id, s.facility_id, f.name, s.quantity_on_hand, s.quantity_reserved
FROM part_stocks s JOIN facilities f ON f.tenant_id = s.tenant_id AND f.id = s.facility_id
WHERE s.tenant_id = %(tenant)s AND s.part_id = ANY (%(parts)s) ORDER BY s.part_id, s.facility_id FOR UPDATE OF s
"""
WRITE_STOCKS = """
UPDATE part_stocks t
SET quantity_on_hand = r.on_hand, quantity_reserved = r.reserved,
    last_movement_at = CASE WHEN r.moved THEN clock_timestamp() ELSE t.last_movement_at END,
    last_counted_at = CASE WHEN r.counted THEN clock_timestamp() ELSE t.last_counted_at END
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (id uuid, on_hand numeric, reserved numeric, moved boolean, counted boolean)
WHERE t.tenant_id = %(tenant)s AND t.id = r.id
"""
WRITE_COSTS = """
UPDATE parts t SET unit_cost = r.unit_cost, last_cost = coalesce(r.last_cost, t.last_cost)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (id uuid, unit_cost numeric, last_cost numeric)
WHERE t.tenant_id = %(tenant)s AND t.id = r.id
"""
# The clock of the moment, not of the transaction: a transaction that waited for the lock comes later in the ledger.
WRITE_MOVEMENTS = """
INSERT INTO stock_movements (tenant_id, part_id, facility_id, movement_type, quantity, quantity_after, unit_cost, work_order_id,
    work_order_part_id, purchase_order_id, vendor_id, other_facility_id, reference_number, reason, moved_by_user_id, moved_at)
SELECT %(tenant)s, r.part_id, r.facility_id, r.movement_type, r.quantity, r.quantity_after, r.unit_cost, r.work_order_id,
    r.work_order_part_id, r.purchase_order_id, r.vendor_id, r.other_facility_id, r.reference_number, r.reason,
    %(user)s, clock_timestamp()
FROM ROWS FROM (jsonb_to_recordset(%(rows)s::jsonb) AS (part_id uuid, facility_id uuid, movement_type text, quantity numeric,
    quantity_after numeric, unit_cost numeric, work_order_id uuid, work_order_part_id uuid, purchase_order_id uuid, vendor_id uuid,
    other_facility_id uuid, reference_number text, reason text)) WITH ORDINALITY AS r
ORDER BY r.ordinality
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What messages and receipts need to know of a part."""

    id: UUID
    number: str
    name: str
    unit: str
    status: str

    def said(self, quantity: Decimal) -> str:
        """`3 of FLT-1001 Oil filter`, `2.5 liter of OIL-5W20 Engine oil`."""
        unit = "" if self.unit == "each" else f" {self.unit}"
        return f"{plain(quantity)}{unit} of {self.number} {self.name}"


@dataclass(slots=True)
class OpenStock:
    """Locked stock of some parts. What its books say is written by `close`."""

    session: AsyncSession
    actor: Actor
    facts: dict[UUID, PartFacts] = field(default_factory=dict)
    books: dict[UUID, Book[UUID]] = field(default_factory=dict)
    stock_ids: dict[Place, UUID] = field(default_factory=dict)
    facility_names: dict[UUID, str] = field(default_factory=dict)
    _movements: list[dict[str, Any]] = field(default_factory=list)
    _counted: set[Place] = field(default_factory=set)
    _before: dict[Place, tuple[Decimal, Decimal]] = field(default_factory=dict)
    _costs: dict[UUID, Decimal] = field(default_factory=dict)

    def shelf(self, place: Place) -> Shelf:
        return self.books[place[0]].at(place[1])

    def note(self, part_id: UUID, entry: Entry[UUID], **facts: Any) -> None:
        """Put a movement down. Of a count that found what was expected, the movement is of nothing."""
        self._movements.append(
            {
                "part_id": part_id,
                "facility_id": entry.place,
                "movement_type": entry.kind,
                "quantity": entry.quantity,
                "quantity_after": entry.after,
                "unit_cost": entry.unit_cost,
                "other_facility_id": entry.other,
                **facts,
            }
        )
        if entry.kind == "count":
            self._counted.add((part_id, entry.place))

    async def close(self) -> list[UUID]:
        """Write quantities, costs and movements, and look what is to be ordered; the ids of the movements in their order."""
        changed = {
            place: key
            for place, key in self.stock_ids.items()
            if place in self._counted
            or (self.shelf(place).on_hand, self.shelf(place).reserved) != self._before[place]
        }
        moved = {(one["part_id"], one["facility_id"]) for one in self._movements}
        await self._write(
            WRITE_STOCKS,
            [
                {
                    "id": key,
                    "on_hand": self.shelf(place).on_hand,
                    "reserved": self.shelf(place).reserved,
                    "moved": place in moved,
                    "counted": place in self._counted,
                }
                for place, key in changed.items()
            ],
        )
        await self._write(
            WRITE_COSTS,
            [
                {"id": part, "unit_cost": book.unit_cost, "last_cost": book.last_cost}
                for part, book in self.books.items()
                if book.unit_cost != self._costs[part] or book.last_cost is not None
            ],
        )
        made: list[UUID] = await self._write(WRITE_MOVEMENTS, self._movements, returns=True)
        await suggest_purchases(self.session, self.actor, list(changed.values()))
        return made

    async def _write(self, sql: str, rows: Sequence[dict[str, Any]], *, returns: bool = False) -> list[Any]:
        if not rows:
            return []
        connection = await self.session.connection()
        values = {
            "tenant": self.actor.tenant_id,
            "user": self.actor.user_id,
            "rows": msgspec.json.encode(rows).decode(),
        }
        done = await connection.exec_driver_sql(sql, values)
        return list(done.scalars()) if returns else []

    # -- what is told

    def shortage(self, place: Place, error: Shortage, where: str) -> FieldProblem:
        part, facility = place
        shelf, facts = self.shelf(place), self.facts[part]
        words = f"only {facts.said(max(error.available, Decimal(0)))} available at {self.facility_names[facility]}"
        if shelf.reserved > 0:
            words += f" ({plain(shelf.on_hand)} on hand, {plain(shelf.reserved)} reserved)"
        others = ", ".join(
            f"{plain(Decimal(one['available']))} at {one['facility']}" for one in self.elsewhere(place)
        )
        words += f"; elsewhere: {others}" if others else "; there is none elsewhere"
        return FieldProblem(where, words, "not_enough_stock")

    def held(self, place: Place, error: Held, where: str) -> FieldProblem:
        words = (
            f"is less than the {self.facts[place[0]].said(error.reserved)} reserved for work orders at "
            f"{self.facility_names[place[1]]}; release them first"
        )
        return FieldProblem(where, words, "reserved")

    def elsewhere(self, place: Place) -> list[dict[str, str]]:
        """Where else some of the part is available, the most first."""
        found = [
            (shelf.available, facility)
            for facility, shelf in self.books[place[0]].shelves.items()
            if facility != place[1] and shelf.available > 0
        ]
        return [
            {
                "facility_id": str(facility),
                "facility": self.facility_names[facility],
                "available": str(available),
            }
            for available, facility in sorted(found, key=lambda one: (-one[0], str(one[1])))
        ]


async def lock_stock_of_part(session: AsyncSession, actor: Actor, stock_id: UUID) -> None:
    """Lock the part of a row of stock and all of its stock, before that row alone is locked."""
    connection = await session.connection()
    found = await connection.exec_driver_sql(PART_OF, {"tenant": actor.tenant_id, "stock": stock_id})
    await open_stock(session, actor, found.scalars().all())


async def open_stock(
    session: AsyncSession, actor: Actor, parts: Collection[UUID], places: Iterable[Place] = ()
) -> OpenStock:
    """Lock the stock of parts at all facilities. `places` that have no row yet get one; unknown ids are left out."""
    await session.flush()
    connection = await session.connection()
    stock = OpenStock(session, actor)
    values: dict[str, Any] = {"tenant": actor.tenant_id, "parts": list(parts)}
    if not values["parts"]:
        return stock
    found: Any = await connection.exec_driver_sql(LOCK_PARTS, values)
    for row in found:
        stock.facts[row[0]] = PartFacts(*row[:5])
        stock.books[row[0]] = Book(row[5])
        stock._costs[row[0]] = row[5]
    wanted = sorted(set(places), key=str)
    if wanted:
        pairs = {"parts": [part for part, _ in wanted], "facilities": [facility for _, facility in wanted]}
        await connection.exec_driver_sql(MAKE_PLACES, values | pairs)
    found = await connection.exec_driver_sql(LOCK_STOCKS, values)
    for key, part, facility, name, on_hand, reserved in found:
        stock.stock_ids[part, facility] = key
        stock.facility_names[facility] = name
        stock.books[part].shelves[facility] = Shelf(on_hand, reserved)
        stock._before[part, facility] = (on_hand, reserved)
    return stock


def refuse(
    problems: Sequence[FieldProblem], stock: OpenStock | None = None, place: Place | None = None
) -> None:
    """Raise Conflict for what stock does not allow; of a single place also where else there is some."""
    if not problems:
        return
    first = problems[0]
    told = first.message[:1].upper() + first.message[1:] + "."
    extra: dict[str, Any] = {}
    if len(problems) > 1:
        told = f"{len(problems)} lines cannot be done; nothing was changed."
    elif stock is not None and place is not None and first.code == "not_enough_stock":
        extra = {
            "available": str(stock.shelf(place).available),
            "elsewhere": stock.elsewhere(place),
        }
    raise Conflict(told, code=first.code, fields=problems, **extra)


def plain(value: Decimal) -> str:
    """`2`, `2.5`: without the zeros of the column."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
