"""Stock follows what happens to work orders, part lines, parts, reorder points and purchase orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.follow_purchase_orders import follow_purchase_orders
from motorpool.maintenance.actions.open_stock import open_stock
from motorpool.maintenance.actions.suggest_purchases import suggest_for_parts, suggest_purchases
from motorpool.maintenance.actions.supply_work_orders import release_lines, release_surplus

TIED = ("part_id", "facility_id", "unit_cost")
LINES = """
SELECT l.id, l.part_id, l.facility_id, l.unit_cost, l.quantity_reserved, l.quantity_issued, l.quantity_returned
FROM work_order_parts l WHERE l.tenant_id = %(tenant)s AND l.id = ANY (%(lines)s)
"""


@reaction("maintenance_records", "approve", "cancel")
async def release_what_is_not_needed(session: AsyncSession, actor: Actor, change: Change) -> None:
    """An order that is closed holds no parts."""
    await release_lines(session, actor, change.keys)


@foresight("work_order_parts", "update")
async def keep_supplied_lines(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """What is reserved stays with its part and place; what was issued has the part and the cost of its movements."""
    given = {row["id"]: row for row in intent.rows if row.keys() & set(TIED)}
    if not given:
        return
    connection = await session.connection()
    values: dict[str, Any] = {"tenant": actor.tenant_id, "lines": list(given)}
    found: Any = await connection.exec_driver_sql(LINES, values)
    problems = [
        FieldProblem(name, words, "supplied")
        for key, *there in found
        for name, words in _refused(given[key], *there)
    ]
    if problems:
        raise Conflict(
            "Parts are reserved or issued for this line; release or return them first.",
            code="supplied",
            fields=problems,
        )


def _refused(
    row: dict[str, Any],
    part: UUID | None,
    facility: UUID | None,
    unit_cost: Decimal,
    reserved: Decimal,
    issued: Decimal,
    returned: Decimal,
) -> Iterator[tuple[str, str]]:
    def differs(name: str, stored: object) -> bool:
        return name in row and str(row[name]) != str(stored)

    if (reserved > 0 or issued > 0) and differs("part_id", part):
        yield "part_id", "stays as it is: parts are reserved or were issued"
    if reserved > 0 and differs("facility_id", facility):
        yield "facility_id", "stays as it is while parts are reserved there"
    if part is None or issued <= returned or "unit_cost" not in row:
        return
    if Decimal(str(row["unit_cost"] or 0)) != unit_cost:
        yield "unit_cost", "is the cost of what was issued"


@reaction("work_order_parts", "update")
async def release_what_is_too_much(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Fewer are needed than were reserved."""
    if "quantity" in change.columns:
        await release_surplus(session, actor, change.keys)


@reaction("work_order_parts", "delete")
async def release_what_was_reserved(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A line that is gone holds nothing. One with movements cannot go: the ledger refers to it."""
    held: dict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    for row in change.gone:
        if row["part_id"] and row["facility_id"] and row["quantity_reserved"]:
            place = (UUID(row["part_id"]), UUID(row["facility_id"]))
            held[place] += Decimal(str(row["quantity_reserved"]))
    if held:
        stock = await open_stock(session, actor, {part for part, _ in held})
        for (part, facility), quantity in held.items():
            stock.books[part].release(facility, quantity)
        await stock.close()


@reaction("parts", "update", "discontinue", "retire", "reactivate")
async def look_at_parts(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Reorder points, lots and suppliers decide what is suggested."""
    if change.occasion != "update" or change.columns & {"reorder_point", "reorder_quantity", "vendor_id"}:
        await suggest_for_parts(session, actor, change.keys)


@reaction("part_stocks", "create", "update")
async def look_at_stock(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A stock row has its own reorder point, and one that is new has nothing yet."""
    await suggest_purchases(session, actor, change.keys)


@reaction("purchase_orders", "create", "update", "receive_part", "receive", "cancel", "reopen")
async def look_at_orders(session: AsyncSession, actor: Actor, change: Change) -> None:
    """What is on order is what the orders say."""
    if change.occasion != "update" or change.columns & {"line_items", "delivery_facility_id"}:
        await follow_purchase_orders(session, actor)
