"""What happens to stock: received, counted, adjusted, sent to another facility; and what work orders do with it.

Each verb takes several lines and does all or nothing. Quantity, movement, cost and suggestion change in one transaction.
Reserve, release, issue and return belong to part lines of work orders: `supply_work_orders`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.follow_purchase_orders import (
    Delivery,
    LockedOrder,
    follow_purchase_orders,
    lock_order,
    note_delivery,
)
from motorpool.maintenance.actions.open_stock import OpenStock, Place, open_stock, refuse
from motorpool.maintenance.actions.supply_work_orders import issue, release, reserve, return_
from motorpool.maintenance.rules.stock import COST, MOST, QUANTITY, Held, Shortage, wrong_amount

__all__ = [
    "Adjustment",
    "Count",
    "Receipt",
    "Transfer",
    "adjust",
    "count",
    "issue",
    "receive",
    "release",
    "reserve",
    "return_",
    "transfer",
]
THERE_IS_NONE = "does not name anything that exists here"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Goods that came in. Without a cost it is that of the purchase order's line, if that is in the organisation's currency."""

    part_id: UUID
    facility_id: UUID
    quantity: Decimal
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """What a stocktake found."""

    part_id: UUID
    facility_id: UUID
    counted: Decimal


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Stock put right by so many, below zero for less; a cost for what is found, as with an opening stock."""

    part_id: UUID
    facility_id: UUID
    change: Decimal
    reason: str
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """From one facility to another."""

    part_id: UUID
    facility_id: UUID
    to_facility_id: UUID
    quantity: Decimal


async def receive(
    session: AsyncSession,
    actor: Actor,
    lines: Sequence[Receipt],
    *,
    vendor_id: UUID | None = None,
    reference_number: str | None = None,
    purchase_order_id: UUID | None = None,
    orders: Resource | None = None,
    named: bool = False,
) -> list[UUID]:
    """Take goods into stock at what was paid for them; the ids of the movements.

    With a purchase order (`orders` is its resource) its lines say what has come, the vendor is the order's, and its state
    follows. `named`: problems name the line, as `lines[2].quantity`.
    Raises: Invalid per field; Conflict for a retired part or an order that is not on its way.
    """
    _check_amounts(
        named,
        [
            (("quantity", one.quantity, QUANTITY, True), ("unit_cost", one.unit_cost, COST, False))
            for one in lines
        ],
    )
    order = None
    if purchase_order_id is not None:
        order = await lock_order(session, actor, purchase_order_id)
        vendor_id = vendor_id or order.vendor_id
    stock = await _open(session, actor, lines, named)
    problems = _not_to_be_stocked(stock, lines, named)
    refuse(problems)
    costs = _costs(stock, lines, order, actor.currency, named)
    for line, cost in zip(lines, costs, strict=True):
        stock.note(
            line.part_id,
            stock.books[line.part_id].receive(line.facility_id, line.quantity, cost),
            vendor_id=vendor_id,
            purchase_order_id=purchase_order_id,
            reference_number=reference_number,
        )
    made = await stock.close()
    if order is not None:
        assert orders is not None, "a receipt for an order needs the orders' resource"
        came = [Delivery(line.part_id, line.quantity) for line in lines]
        await note_delivery(session, actor, orders, order, came)
        await follow_purchase_orders(session, actor)
    return made


async def count(
    session: AsyncSession,
    actor: Actor,
    lines: Sequence[Count],
    *,
    reference_number: str | None = None,
    reason: str | None = None,
    named: bool = False,
) -> list[UUID]:
    """Set stock to what was counted; the difference is recorded, also one of nothing. The ids of the movements.

    Raises: Invalid per field; Conflict where more is reserved than was counted.
    """
    _check_amounts(named, [(("counted", one.counted, QUANTITY, False),) for one in lines])
    stock = await _open(session, actor, lines, named)
    problems: list[FieldProblem] = []
    for index, line in enumerate(lines):
        place = (line.part_id, line.facility_id)
        try:
            entry = stock.books[line.part_id].count(line.facility_id, line.counted)
        except Held as error:
            problems.append(stock.held(place, error, _field(named, index, "counted")))
            continue
        stock.note(line.part_id, entry, reference_number=reference_number, reason=reason)
    refuse(problems)
    return await stock.close()


async def adjust(
    session: AsyncSession,
    actor: Actor,
    lines: Sequence[Adjustment],
    *,
    reference_number: str | None = None,
    named: bool = False,
) -> list[UUID]:
    """Put stock right, with a reason. What is found comes in at the average cost unless one is given.

    Raises: Invalid per field; Conflict where more is taken off than is available.
    """
    _check_amounts(
        named,
        [
            (("quantity", one.change.copy_abs(), QUANTITY, True), ("unit_cost", one.unit_cost, COST, False))
            for one in lines
        ],
    )
    wrong = [
        FieldProblem(_field(named, index, name), words)
        for index, one in enumerate(lines)
        for name, words, bad in (
            ("reason", "is required", not one.reason.strip()),
            ("unit_cost", "is taken only for what is added", one.change < 0 and one.unit_cost is not None),
        )
        if bad
    ]
    if wrong:
        raise Invalid("Some fields are not valid.", fields=wrong)
    stock = await _open(session, actor, lines, named)
    problems: list[FieldProblem] = []
    for index, line in enumerate(lines):
        place = (line.part_id, line.facility_id)
        try:
            entry = stock.books[line.part_id].adjust(line.facility_id, line.change, line.unit_cost)
        except Shortage as error:
            problems.append(stock.shortage(place, error, _field(named, index, "quantity")))
            continue
        stock.note(line.part_id, entry, reference_number=reference_number, reason=line.reason.strip())
    refuse(problems, stock, (lines[0].part_id, lines[0].facility_id) if lines else None)
    return await stock.close()


async def transfer(
    session: AsyncSession,
    actor: Actor,
    lines: Sequence[Transfer],
    *,
    reference_number: str | None = None,
    reason: str | None = None,
    named: bool = False,
) -> list[UUID]:
    """Send stock to another facility; two movements for each line, the one that goes out first.

    Raises: Invalid per field; Conflict where less is available.
    """
    _check_amounts(named, [(("quantity", one.quantity, QUANTITY, True),) for one in lines])
    wrong = [
        FieldProblem(_field(named, index, "to_facility_id"), "must be another facility")
        for index, one in enumerate(lines)
        if one.to_facility_id == one.facility_id
    ]
    if wrong:
        raise Invalid("Some fields are not valid.", fields=wrong)
    stock = await _open(session, actor, lines, named, [(one.part_id, one.to_facility_id) for one in lines])
    problems: list[FieldProblem] = []
    for index, line in enumerate(lines):
        place = (line.part_id, line.facility_id)
        if (line.part_id, line.to_facility_id) not in stock.stock_ids:
            raise Invalid(
                "Some fields are not valid.",
                fields=[FieldProblem(_field(named, index, "to_facility_id"), THERE_IS_NONE)],
            )
        try:
            entries = stock.books[line.part_id].transfer(line.facility_id, line.to_facility_id, line.quantity)
        except Shortage as error:
            problems.append(stock.shortage(place, error, _field(named, index, "quantity")))
            continue
        for entry in entries:
            stock.note(line.part_id, entry, reference_number=reference_number, reason=reason)
    refuse(problems, stock, (lines[0].part_id, lines[0].facility_id) if lines else None)
    return await stock.close()


# -- pieces

Line = Receipt | Count | Adjustment | Transfer
Amount = tuple[str, Decimal | None, Decimal, bool]
"""Field, value, last place, whether it is above zero."""


def _field(named: bool, index: int, name: str) -> str:
    return f"lines[{index}].{name}" if named else name


def _check_amounts(named: bool, lines: Sequence[Sequence[Amount]]) -> None:
    """Raises: Invalid for what is no amount of the column's places."""
    problems = []
    for index, amounts in enumerate(lines):
        for name, value, place, above_zero in amounts:
            if value is not None and (words := wrong_amount(value, place, above_zero=above_zero)):
                problems.append(FieldProblem(_field(named, index, name), words))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


async def _open(
    session: AsyncSession,
    actor: Actor,
    lines: Sequence[Line],
    named: bool,
    more: Sequence[Place] = (),
) -> OpenStock:
    """Lock the stock of the lines, with a row at each facility. Raises: Invalid for parts and facilities that are not there."""
    places = [(line.part_id, line.facility_id) for line in lines]
    stock = await open_stock(session, actor, {part for part, _ in places}, [*places, *more])
    problems = [
        FieldProblem(_field(named, index, name), THERE_IS_NONE, "unknown_reference")
        for index, (part, facility) in enumerate(places)
        for name, missing in (
            ("part_id", part not in stock.facts),
            ("facility_id", part in stock.facts and (part, facility) not in stock.stock_ids),
        )
        if missing
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return stock


def _not_to_be_stocked(stock: OpenStock, lines: Sequence[Receipt], named: bool) -> list[FieldProblem]:
    return [
        FieldProblem(
            _field(named, index, "part_id"),
            f"{stock.facts[line.part_id].number} is retired; reactivate it first",
            "retired",
        )
        for index, line in enumerate(lines)
        if stock.facts[line.part_id].status == "retired"
    ]


def _costs(
    stock: OpenStock,
    lines: Sequence[Receipt],
    order: LockedOrder | None,
    currency: str,
    named: bool,
) -> list[Decimal]:
    """What one unit of each line costs. Raises: Invalid, Conflict for a part that is not on the order."""
    prices = order.prices if order else {}
    foreign = order if order and currency not in ("", order.currency) else None
    without = (
        f"is required in {currency}: {foreign.number} is in {foreign.currency}"
        if foreign
        else "is required without a purchase order"
    )
    missing = [
        FieldProblem(
            _field(named, index, "part_id"), f"{stock.facts[line.part_id].number} is not on the order"
        )
        for index, line in enumerate(lines)
        if order and line.part_id not in prices
    ]
    if missing:
        raise Conflict("The purchase order has no such line.", code="not_ordered", fields=missing)
    known = {} if foreign else prices
    costs = [known.get(line.part_id) if line.unit_cost is None else line.unit_cost for line in lines]
    unknown = [
        FieldProblem(_field(named, index, "unit_cost"), without, "required")
        for index, cost in enumerate(costs)
        if cost is None
    ]
    # The prices of an order are not bound to what a cost can be.
    unknown += [
        FieldProblem(_field(named, index, "unit_cost"), "is not a cost on the order; say what was paid")
        for index, cost in enumerate(costs)
        if cost is not None and (not cost.is_finite() or not 0 <= cost < MOST)
    ]
    if unknown:
        raise Invalid("Some fields are not valid.", fields=unknown)
    return [cost.quantize(COST, ROUND_HALF_UP) for cost in costs if cost is not None]
