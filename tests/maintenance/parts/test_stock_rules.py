"""The arithmetic of stock, on its own: nothing negative, nothing lost, value kept, whatever happens in whichever order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from motorpool.maintenance.rules.reorder import Level, suggested_quantity
from motorpool.maintenance.rules.stock import COST, ZERO, Book, Entry, Held, Shortage, average_cost

D = Decimal
PLACES = st.sampled_from(("north", "south", "west"))
QUANTITIES = st.decimals(min_value="0.001", max_value="5000", places=3)
COSTS = st.decimals(min_value=0, max_value="900", places=4)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("receive", "issue", "return", "adjust", "found", "count", "transfer", "reserve", "release")
        ),
        PLACES,
        PLACES,
        QUANTITIES,
        COSTS,
    ),
    max_size=60,
)
#: Half of the last place of a cost.
HALF = COST / 2


class Shop:
    """Does what a list of steps says, as far as it is allowed, and keeps the books that a doubter would keep."""

    def __init__(self) -> None:
        self.book: Book[str] = Book()
        self.ledger: list[Entry[str]] = []
        #: Issued and not returned: (quantity, cost).
        self.out: list[tuple[Decimal, Decimal]] = []
        #: What rounding of the average may have moved so far.
        self.doubt = ZERO

    def run(self, steps: Any) -> None:
        for kind, place, other, quantity, cost in steps:
            before = (self.book.unit_cost, {p: (s.on_hand, s.reserved) for p, s in self.book.shelves.items()})
            try:
                self.step(kind, place, other, quantity, cost)
            except (Shortage, Held):
                after = (
                    self.book.unit_cost,
                    {p: (s.on_hand, s.reserved) for p, s in self.book.shelves.items()},
                )
                assert {p: v for p, v in after[1].items() if any(v)} == {
                    p: v for p, v in before[1].items() if any(v)
                }
                assert after[0] == before[0]

    def step(self, kind: str, place: str, other: str, quantity: Decimal, cost: Decimal) -> None:
        book = self.book
        match kind:
            case "receive":
                self.note(book.receive(place, quantity, cost), averaged=True)
            case "issue":
                entry = self.note(book.issue(place, quantity))
                self.out.append((quantity, entry.unit_cost))
            case "return":
                if self.out:
                    back, at = self.out.pop()
                    self.note(book.put_back(place, back, at), averaged=True)
            case "adjust":
                self.note(book.adjust(place, -quantity))
            case "found":
                self.note(book.adjust(place, quantity, cost), averaged=True)
            case "count":
                self.note(book.count(place, quantity))
            case "transfer":
                if place != other:
                    for entry in book.transfer(place, other, quantity):
                        self.note(entry)
            case "reserve":
                book.reserve(place, quantity)
            case "release":
                book.release(place, quantity)

    def note(self, entry: Entry[str], averaged: bool = False) -> Entry[str]:
        self.ledger.append(entry)
        if averaged:
            self.doubt += HALF * self.book.on_hand
        return entry


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_nothing_is_negative_and_the_ledger_explains_the_stock(steps: Any) -> None:
    shop = Shop()
    shop.run(steps)
    for place, shelf in shop.book.shelves.items():
        assert 0 <= shelf.reserved <= shelf.on_hand
        mine = [entry for entry in shop.ledger if entry.place == place]
        assert sum((entry.quantity for entry in mine), ZERO) == shelf.on_hand
        running = ZERO
        for entry in mine:
            running += entry.quantity
            assert entry.after == running >= 0
    assert shop.book.unit_cost >= 0
    assert shop.book.unit_cost == shop.book.unit_cost.quantize(COST)


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_value_is_kept_but_for_rounding_the_average(steps: Any) -> None:
    """The value of all movements is that of the stock that is left: nothing is gained or lost by averaging."""
    shop = Shop()
    shop.run(steps)
    moved = sum((entry.quantity * entry.unit_cost for entry in shop.ledger), ZERO)
    assert abs(moved - shop.book.on_hand * shop.book.unit_cost) <= shop.doubt


@given(st.lists(st.tuples(QUANTITIES, COSTS), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_receipts_does_not_matter(receipts: list[tuple[Decimal, Decimal]], dice: Any) -> None:
    mixed = list(receipts)
    dice.shuffle(mixed)
    found = []
    for series in (receipts, mixed):
        book: Book[str] = Book()
        for quantity, cost in series:
            book.receive("north", quantity, cost)
        found.append(book)
    one, other = found
    assert one.on_hand == other.on_hand
    exact = sum((q * c for q, c in receipts), ZERO) / one.on_hand
    # Each rounding weighs no more than half of the last place at the end.
    for book in found:
        assert abs(book.unit_cost - exact) <= HALF * len(receipts)


@given(QUANTITIES, COSTS, QUANTITIES)
def test_what_is_issued_and_returned_leaves_everything_as_it_was(
    stock: Decimal, cost: Decimal, wanted: Decimal
) -> None:
    book: Book[str] = Book()
    book.receive("north", stock, cost)
    quantity = min(stock, wanted)
    at = book.issue("north", quantity).unit_cost
    book.put_back("north", quantity, at)
    assert (book.on_hand, book.unit_cost) == (stock, cost)


@given(QUANTITIES, COSTS, QUANTITIES, COSTS)
def test_an_average_lies_between_its_costs(one: Decimal, a: Decimal, other: Decimal, b: Decimal) -> None:
    found = average_cost(one, a, other, b)
    assert min(a, b) - HALF <= found <= max(a, b) + HALF


def test_worked_example() -> None:
    """10 at 4.00 and 5 at 5.50 are 15 at 4.50; 6 go out at 4.50, 9 are left; 3 at 6.30 make 12 at 4.95; 2 come back at 4.50."""
    book: Book[str] = Book()
    book.receive("north", D(10), D("4.00"))
    book.receive("south", D(5), D("5.50"))
    assert book.unit_cost == D("4.5000")
    assert book.issue("north", D(6)).unit_cost == D("4.5000")
    book.receive("north", D(3), D("6.30"))
    assert book.unit_cost == D("4.9500")
    book.put_back("north", D(2), D("4.50"))
    # (12 * 4.95 + 2 * 4.50) / 14 = 68.40 / 14
    assert book.unit_cost == D("4.8857")
    assert (book.on_hand, book.last_cost) == (D(14), D("6.30"))


def test_an_empty_stock_takes_the_next_price_and_remembers_the_last() -> None:
    book: Book[str] = Book()
    book.receive("north", D(4), D("10"))
    book.issue("north", D(4))
    assert (book.on_hand, book.unit_cost) == (ZERO, D("10.0000"))
    assert book.count("north", D(1)).unit_cost == D("10.0000")
    book.issue("north", D(1))
    book.receive("north", D(2), D("13"))
    assert book.unit_cost == D("13.0000")


def test_what_is_reserved_is_not_available_to_others() -> None:
    book: Book[str] = Book()
    book.receive("north", D(5), D(1))
    book.reserve("north", D(3))
    with pytest.raises(Shortage) as raised:
        book.issue("north", D(3))
    assert raised.value.available == 2
    with pytest.raises(Shortage):
        book.transfer("north", "south", D(3))
    with pytest.raises(Shortage):
        book.adjust("north", D(-3))
    with pytest.raises(Held):
        book.count("north", D(2))
    book.issue("north", D(4), held=D(3))
    assert (book.at("north").on_hand, book.at("north").reserved) == (1, 0)


@pytest.mark.parametrize(
    ("available", "on_order", "point", "lot", "maximum", "expected"),
    [
        ("5", "0", "4", "8", None, None),  # above the point
        ("4", "0", "4", "8", None, "8"),  # at the point: one lot
        ("0", "0", "10", "4", None, "12"),  # as many lots as it takes to be above
        ("2", "8", "4", "8", None, None),  # enough is on its way
        ("3", "0", None, "8", None, None),  # no point, no suggestion
        ("1", "0", "4", None, "20", "19"),  # up to the maximum
        ("1", "0", "4", None, None, "7"),  # to twice the point
        ("0", "0", "0", None, None, "1"),  # at least one
        ("3", "0", "4", "8", "9", "6"),  # never above the maximum
        ("4", "5", "9", "8", "9", None),  # at the maximum already
        ("1.5", "0", "2", "2.5", None, "2.5"),
    ],
)
def test_how_many_to_order(
    available: str, on_order: str, point: Any, lot: Any, maximum: Any, expected: Any
) -> None:
    def number(text: Any) -> Decimal | None:
        return None if text is None else D(text)

    level = Level(D(available), D(on_order), number(point), number(lot), number(maximum))
    assert suggested_quantity(level) == number(expected)


AMOUNTS = st.decimals(min_value=0, max_value=1000, places=3)


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.none() | QUANTITIES, st.none() | AMOUNTS)
def test_what_is_suggested_is_enough_and_not_too_much(
    available: Decimal, on_order: Decimal, point: Decimal, lot: Decimal | None, room: Decimal | None
) -> None:
    maximum = None if room is None else point + room
    level = Level(available, on_order, point, lot, maximum)
    quantity = suggested_quantity(level)
    if level.position > point:
        assert quantity is None
    elif quantity is not None:
        assert quantity > 0
        after = level.position + quantity
        if maximum is None:
            assert after > point
        else:
            assert after <= maximum
        if lot is not None and maximum is None:
            assert quantity % lot == 0
            assert after - lot <= point
