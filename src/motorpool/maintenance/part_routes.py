"""HTTP of stock: its verbs for one row or for many lines, the ledger of a part, and what a scanned code means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text

from motorpool.core.access import Reach
from motorpool.core.errors import Forbidden
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import Call, Verbs
from motorpool.maintenance.actions import move_stock
from motorpool.maintenance.actions.open_stock import lock_stock_of_part
from motorpool.maintenance.queries.parts_counter import PartPlace, parts_by_code, places_of
from motorpool.maintenance.queries.parts_ledger import Movement, movements_of
from motorpool.maintenance.resources import RESOURCES

verbs = Verbs(RESOURCES)
MOST_LINES = 500
Quantity = Annotated[Decimal, Meta(description="In the part's unit, at most 3 decimals")]
Cost = Annotated[Decimal, Meta(description="Of one unit, at most 4 decimals")]
Moment = Annotated[datetime, Meta(tz=True)]
Slip = Annotated[str, Meta(max_length=100, description="Packing slip, count sheet or transfer")]
Why = Annotated[
    str,
    Meta(
        max_length=500, examples=["damaged"], description="Such as damaged, expired, found, lost, wrong_part"
    ),
]
WHERE = text("SELECT part_id, facility_id FROM part_stocks WHERE tenant_id = :tenant AND id = :key")


class Goods(Struct, forbid_unknown_fields=True):
    quantity: Quantity
    unit_cost: Cost | None = None
    purchase_order_id: UUID | None = None
    vendor_id: UUID | None = None
    reference_number: Slip | None = None


class GoodsLine(Struct, forbid_unknown_fields=True):
    part_id: UUID
    facility_id: UUID
    quantity: Quantity
    unit_cost: Annotated[
        Cost | None,
        Meta(
            description="Left out: the price of the purchase order, if that is in the organisation's currency"
        ),
    ] = None


class Delivery(Struct, forbid_unknown_fields=True):
    lines: Annotated[list[GoodsLine], Meta(min_length=1, max_length=MOST_LINES)]
    purchase_order_id: UUID | None = None
    vendor_id: UUID | None = None
    reference_number: Slip | None = None


class Counted(Struct, forbid_unknown_fields=True):
    counted: Annotated[Decimal, Meta(description="What is there, in the part's unit")]
    reference_number: Slip | None = None
    reason: Why | None = None


class CountedLine(Struct, forbid_unknown_fields=True):
    part_id: UUID
    facility_id: UUID
    counted: Annotated[Decimal, Meta(description="What is there, in the part's unit")]


class CountSheet(Struct, forbid_unknown_fields=True):
    lines: Annotated[list[CountedLine], Meta(min_length=1, max_length=MOST_LINES)]
    reference_number: Slip | None = None
    reason: Why | None = None


class Correction(Struct, forbid_unknown_fields=True):
    quantity: Annotated[Decimal, Meta(description="How many more; below zero: how many fewer")]
    reason: Why
    unit_cost: Annotated[Cost | None, Meta(description="Of what is added; left out: the average")] = None
    reference_number: Slip | None = None


class Sending(Struct, forbid_unknown_fields=True):
    to_facility_id: UUID
    quantity: Quantity
    reference_number: Slip | None = None
    reason: Why | None = None


class Moved(Struct):
    movement_ids: Annotated[list[UUID], Meta(description="In the order of the lines")]


# -- a row of stock: its part is locked before it


@verbs.post("part_stocks", "receive", Goods, before=lock_stock_of_part)
async def receive_one(call: Call[Goods]) -> None:
    """Receive goods into stock

    The part's cost becomes the moving average. With a purchase order the cost may be left out; its line says what has come.
    """
    body, (part, facility) = call.body, await _place(call)
    await move_stock.receive(
        call.session,
        call.actor,
        [move_stock.Receipt(part, facility, body.quantity, body.unit_cost)],
        vendor_id=body.vendor_id,
        reference_number=body.reference_number,
        purchase_order_id=body.purchase_order_id,
        orders=call.state.registry["purchase_orders"],
    )


@verbs.post("part_stocks", "receive_delivery", Delivery, path="/receive", permission="receive", answers=Moved)
async def receive_delivery(call: Call[Delivery]) -> Moved:
    """Receive a delivery of several parts

    All lines or none. A part that a facility has none of yet gets its stock there.
    """
    body = call.body
    refuse_other_facilities(call.reach, (line.facility_id for line in body.lines))
    made = await move_stock.receive(
        call.session,
        call.actor,
        [move_stock.Receipt(one.part_id, one.facility_id, one.quantity, one.unit_cost) for one in body.lines],
        vendor_id=body.vendor_id,
        reference_number=body.reference_number,
        purchase_order_id=body.purchase_order_id,
        orders=call.state.registry["purchase_orders"],
        named=True,
    )
    return Moved(made)


@verbs.post("part_stocks", "count", Counted, before=lock_stock_of_part)
async def count_one(call: Call[Counted]) -> None:
    """Record what a stocktake found

    Stock is set to it, the difference is recorded. Less than is reserved is refused.
    """
    body, (part, facility) = call.body, await _place(call)
    await move_stock.count(
        call.session,
        call.actor,
        [move_stock.Count(part, facility, body.counted)],
        reference_number=body.reference_number,
        reason=body.reason,
    )


@verbs.post("part_stocks", "count_sheet", CountSheet, path="/count", permission="count", answers=Moved)
async def count_sheet(call: Call[CountSheet]) -> Moved:
    """Record a stocktake of several parts

    All lines or none.
    """
    body = call.body
    refuse_other_facilities(call.reach, (line.facility_id for line in body.lines))
    made = await move_stock.count(
        call.session,
        call.actor,
        [move_stock.Count(one.part_id, one.facility_id, one.counted) for one in body.lines],
        reference_number=body.reference_number,
        reason=body.reason,
        named=True,
    )
    return Moved(made)


@verbs.post("part_stocks", "adjust", Correction, before=lock_stock_of_part)
async def adjust_one(call: Call[Correction]) -> None:
    """Put stock right, with a reason

    What is found comes in at the average cost, or at the cost that is given, as with an opening stock.
    """
    body, (part, facility) = call.body, await _place(call)
    await move_stock.adjust(
        call.session,
        call.actor,
        [move_stock.Adjustment(part, facility, body.quantity, body.reason, body.unit_cost)],
        reference_number=body.reference_number,
    )


@verbs.post("part_stocks", "transfer", Sending, before=lock_stock_of_part)
async def transfer_one(call: Call[Sending]) -> None:
    """Send stock to another facility

    Two movements that refer to each other; more than is available is refused.
    """
    body, (part, facility) = call.body, await _place(call)
    await move_stock.transfer(
        call.session,
        call.actor,
        [move_stock.Transfer(part, facility, body.to_facility_id, body.quantity)],
        reference_number=body.reference_number,
        reason=body.reason,
    )


async def _place(call: Call[Any]) -> tuple[UUID, UUID]:
    """Part and facility of the row of stock in the path."""
    row = (await call.session.execute(WHERE, {"tenant": call.actor.tenant_id, "key": call.key})).one()
    return row[0], row[1]


def refuse_other_facilities(reach: Reach, facilities: Iterable[UUID]) -> None:
    """Raises: Forbidden for a facility that a limited grant does not reach."""
    if not reach.everything and set(facilities) - reach.facilities:
        raise Forbidden("Your permission does not reach this facility's stock.", code="out_of_reach")


# -- reading


class Asked(Struct, forbid_unknown_fields=True):
    facility_id: Annotated[UUID | None, Meta(description="Of this facility alone")] = None
    before: (
        Annotated[datetime, Meta(tz=True, description="moved_at of the last one that was seen")] | None
    ) = None
    before_id: Annotated[UUID | None, Meta(description="Its id")] = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 50


class Ledger(Struct):
    items: list[Movement]


@verbs.get("parts", "movements", Asked, permission="read", answers=Ledger)
async def ledger(call: Call[Asked]) -> Ledger:
    """Movements of a part with the running balance

    The latest first. Needs `stock_movements.read` too; a grant for some facilities reaches theirs, and the balance is theirs.
    """
    movements = call.state.registry["stock_movements"]
    asked = call.body
    seen = (asked.before, asked.before_id or UUID(int=0)) if asked.before else None
    found = await movements_of(
        call.database,
        call.actor,
        movements,
        reach_or_forbid(movements, call.actor, "read"),
        call.key,
        facility=asked.facility_id,
        before=seen,
        most=asked.limit,
    )
    return Ledger(found)


class Code(Struct, forbid_unknown_fields=True):
    code: Annotated[
        str,
        Meta(min_length=1, max_length=100, description="Barcode, part number, manufacturer's or supplier's"),
    ]


class PartOfCode(Struct):
    id: UUID
    part_number: str
    name: str
    unit: str
    status: str
    unit_cost: Decimal
    places: list[PartPlace]


class PartsOfCode(Struct):
    items: list[PartOfCode]


@verbs.get("parts", "lookup", Code, path="/lookup", permission="read", answers=PartsOfCode)
async def lookup(call: Call[Code]) -> PartsOfCode:
    """Parts that a scanned code means, and where they are

    Places need `part_stocks.read` too.
    """
    registry = call.state.registry
    found = await parts_by_code(
        call.database, call.actor, registry["parts"], call.reach, call.body.code.strip()
    )
    stocks = registry["part_stocks"]
    reach = call.actor.access.reach(stocks.permission("read"))
    places = (
        await places_of(call.database, call.actor, stocks, reach, [one.id for one in found]) if reach else {}
    )
    return PartsOfCode(
        [
            PartOfCode(
                one.id,
                one.part_number,
                one.name,
                one.unit,
                one.status,
                one.unit_cost,
                places.get(one.id, []),
            )
            for one in found
        ]
    )


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
