"""The order of proposals is a rule without a database."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given, strategies as st

from motorpool.fleet.rules.proposals import Candidate, Wish, ranked, why

NORTH, SOUTH = UUID(int=1), UUID(int=2)
VAN = Candidate(UUID(int=9), "V-1", None, "2020 Ford Transit", "van", 8, NORTH, "North depot", 12.0)


def test_kind_place_warnings_seats_and_use_decide_in_this_order() -> None:
    wish = Wish("van", 6, NORTH)
    order = [
        VAN,
        replace(VAN, number="more use", used_hours=13.0),
        replace(VAN, number="more seats", seats=9, used_hours=0.0),
        replace(VAN, number="not known", seats=None, used_hours=0.0),
        replace(VAN, number="a warning", warnings=("Registration expires on 1 Jul",), seats=6),
        replace(VAN, number="elsewhere", facility_id=SOUTH, seats=6),
        replace(VAN, number="another kind", vehicle_type="bus", seats=6),
    ]
    assert ranked(reversed(order), wish) == order


def test_the_reason_in_words() -> None:
    assert why(VAN, Wish(seats=6)) == "Van, 8 seats for 6, at North depot, out 12 h in 30 days"
    bare = replace(VAN, vehicle_type=None, seats=None, facility=None, used_hours=0.2)
    assert why(bare, Wish()) == "Kind not known, hardly used in 30 days"


@given(st.permutations([replace(VAN, number=f"V-{n}", seats=n % 4, used_hours=n % 3) for n in range(8)]))
def test_the_order_does_not_depend_on_how_they_come(vehicles: list[Candidate]) -> None:
    assert ranked(vehicles, Wish(seats=1)) == ranked(
        sorted(vehicles, key=lambda one: one.number), Wish(seats=1)
    )
