"""The arithmetic of stock: quantities that are never negative, and the moving average cost.

Quantities have 3 decimals and costs 4, as their columns have; halves are rounded away from zero, as PostgreSQL does.

Moving average (perpetual weighted average, IAS 2.27): n units at p added to s units at a cost

    (s * a + n * p) / (s + n)

each from then on. It is one cost for a part at all facilities. What goes out goes out at the average and leaves it as it
is; what comes back comes in at the cost at which it went out. An empty stock keeps its last average for what a count
finds, and takes the price of the next receipt as it is. Each new average is rounded, so the value of the stock and the
sum of its movements differ by at most half of the last place of the cost for each unit that was averaged.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, Literal, TypeVar

ZERO = Decimal(0)
QUANTITY = Decimal("0.001")
COST = Decimal("0.0001")
#: Amounts are below this, as their columns hold them.
MOST = Decimal(100_000_000)
Kind = Literal["receive", "issue", "return", "adjust", "count", "transfer"]
Place = TypeVar("Place", bound=Hashable)


def wrong_amount(value: Decimal, place: Decimal, *, above_zero: bool) -> str | None:
    """What is wrong with a quantity or a cost, in words; `place` is its last one, `QUANTITY` or `COST`."""
    if not value.is_finite() or abs(value) >= MOST:
        return f"must be a number below {MOST:,}"
    if value < 0 or (above_zero and value == 0):
        return "must be above 0" if above_zero else "must be 0 or more"
    if value != value.quantize(place):
        return f"has at most {-int(place.as_tuple().exponent)} decimals"
    return None


def average_cost(on_hand: Decimal, unit_cost: Decimal, added: Decimal, added_cost: Decimal) -> Decimal:
    """Cost of one unit after `added` > 0 units at `added_cost` came to `on_hand` >= 0 units at `unit_cost`."""
    if on_hand <= 0:
        return added_cost.quantize(COST, ROUND_HALF_UP)
    value = on_hand * unit_cost + added * added_cost
    return (value / (on_hand + added)).quantize(COST, ROUND_HALF_UP)


class Shortage(Exception):
    """More was wanted than there is. `available` counts what was held for the one who asks."""

    def __init__(self, wanted: Decimal, available: Decimal) -> None:
        super().__init__(f"{wanted} wanted, {available} available")
        self.wanted = wanted
        self.available = available


class Held(Exception):
    """Less is left than is reserved."""

    def __init__(self, left: Decimal, reserved: Decimal) -> None:
        super().__init__(f"{left} left, {reserved} reserved")
        self.left = left
        self.reserved = reserved


@dataclass(slots=True)
class Shelf:
    """What is at one facility."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Entry(Generic[Place]):
    """One movement as the ledger has it: `quantity` below zero was taken out, `after` is on hand then."""

    kind: Kind
    place: Place
    quantity: Decimal
    after: Decimal
    unit_cost: Decimal
    other: Place | None = None


@dataclass(slots=True)
class Book(Generic[Place]):
    """One part: its cost, and what of it is where. Each verb changes it and gives the movement, or raises and changes nothing."""

    unit_cost: Decimal = ZERO
    shelves: dict[Place, Shelf] = field(default_factory=dict)
    #: Paid for one unit at the last receipt.
    last_cost: Decimal | None = None

    @property
    def on_hand(self) -> Decimal:
        return sum((shelf.on_hand for shelf in self.shelves.values()), ZERO)

    def at(self, place: Place) -> Shelf:
        return self.shelves.setdefault(place, Shelf())

    def receive(self, place: Place, quantity: Decimal, unit_cost: Decimal) -> Entry[Place]:
        """Goods come in at a price."""
        self.last_cost = unit_cost
        return self._add("receive", place, quantity, unit_cost)

    def put_back(self, place: Place, quantity: Decimal, unit_cost: Decimal) -> Entry[Place]:
        """What was issued comes back, at the cost at which it was issued."""
        return self._add("return", place, quantity, unit_cost)

    def issue(self, place: Place, quantity: Decimal, held: Decimal = ZERO) -> Entry[Place]:
        """Take out at the average cost; `held` of it was reserved for the one who takes. Raises Shortage."""
        shelf = self.at(place)
        held = min(held, quantity, shelf.reserved)
        if quantity - held > shelf.available:
            raise Shortage(quantity, shelf.available + held)
        shelf.reserved -= held
        return self._move("issue", place, -quantity)

    def adjust(self, place: Place, change: Decimal, unit_cost: Decimal | None = None) -> Entry[Place]:
        """Put a mistake right. What is found comes in at the average unless a cost is given. Raises Shortage."""
        if change > 0 and unit_cost is not None:
            return self._add("adjust", place, change, unit_cost)
        if -change > self.at(place).available:
            raise Shortage(-change, self.at(place).available)
        return self._move("adjust", place, change)

    def count(self, place: Place, counted: Decimal) -> Entry[Place]:
        """What is there is what was counted; the difference is the movement. Raises Held."""
        shelf = self.at(place)
        if counted < shelf.reserved:
            raise Held(counted, shelf.reserved)
        return self._move("count", place, counted - shelf.on_hand)

    def transfer(self, source: Place, target: Place, quantity: Decimal) -> tuple[Entry[Place], Entry[Place]]:
        """From one facility to another; the value stays the same. Raises Shortage."""
        shelf = self.at(source)
        if quantity > shelf.available:
            raise Shortage(quantity, shelf.available)
        return (
            self._move("transfer", source, -quantity, target),
            self._move("transfer", target, quantity, source),
        )

    def reserve(self, place: Place, quantity: Decimal) -> None:
        """Hold for somebody. Raises Shortage."""
        shelf = self.at(place)
        if quantity > shelf.available:
            raise Shortage(quantity, shelf.available)
        shelf.reserved += quantity

    def release(self, place: Place, quantity: Decimal) -> None:
        """Hold no longer; of what is not held nothing happens."""
        shelf = self.at(place)
        shelf.reserved -= min(quantity, shelf.reserved)

    def _add(self, kind: Kind, place: Place, quantity: Decimal, unit_cost: Decimal) -> Entry[Place]:
        self.unit_cost = average_cost(self.on_hand, self.unit_cost, quantity, unit_cost)
        shelf = self.at(place)
        shelf.on_hand += quantity
        return Entry(kind, place, quantity, shelf.on_hand, unit_cost)

    def _move(self, kind: Kind, place: Place, quantity: Decimal, other: Place | None = None) -> Entry[Place]:
        shelf = self.at(place)
        shelf.on_hand += quantity
        return Entry(kind, place, quantity, shelf.on_hand, self.unit_cost, other)
