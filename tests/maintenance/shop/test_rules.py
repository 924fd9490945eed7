"""Weights, skills, certificates and hours, against examples worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from motorpool.maintenance.rules import bay_fit, technician_fit
from motorpool.maintenance.rules.bay_fit import Bay, Weight, carries, needs_lift, pounds, word, words_of
from motorpool.maintenance.rules.technician_fit import Certificate, Technician
from motorpool.maintenance.rules.working_time import (
    Shift,
    common,
    first_fit,
    holds,
    merged,
    opening_shifts,
    rounded_up,
    spans_of,
    without,
)

SHOP = uuid4()
BAY = Bay(uuid4(), "Bay 3", SHOP, True, 10_000, 9_000, words_of(["Two-post lift", "brake_lathe"]))
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)


def codes(found: object) -> list[str]:
    return [one.code for one in found]  # type: ignore[attr-defined]


def test_a_vehicle_rated_at_the_limit_of_the_bay_fits() -> None:
    # 10,000 lb are 4,535.92 kg, kept as 4,536; one kilogram more is more than 10,000 lb.
    assert carries(10_000, 4_536)
    assert not carries(10_000, 4_537)
    assert pounds(4_536) == 10_000
    assert carries(None, 40_000) and carries(10_000, None)


@given(st.integers(1, 100_000))
def test_every_rating_in_pounds_fits_a_bay_of_that_rating(rating: int) -> None:
    assert carries(rating, round(rating * 0.45359237))
    assert not carries(rating, round(rating * 0.45359237) + 1)


def test_pounds_are_not_kilograms() -> None:
    van = Weight(gvwr_kg=4_990)  # entered as 11,000 lb
    (misfit,) = bay_fit.misfits(BAY, van, frozenset())
    assert misfit.code == "too_heavy"
    assert misfit.sentence == "Bay 3 carries 10,000 lb; the vehicle weighs up to 11,000 lb (4,990 kg)"


def test_the_lift_counts_only_for_work_on_the_lift() -> None:
    van = Weight(gvwr_kg=4_300)  # 9,480 lb: the floor carries it, the lift does not
    assert codes(bay_fit.misfits(BAY, van, words_of(["brake lathe"]))) == []
    assert codes(bay_fit.misfits(BAY, van, words_of(["two_post_lift"]))) == ["too_heavy_for_the_lift"]
    assert needs_lift(["two_post_lift"]) and not needs_lift(["facelift_kit"])


def test_what_is_known_of_the_weight() -> None:
    assert Weight().heaviest_kg is None
    assert Weight(None, 2_000, 900).heaviest_kg == 2_900
    assert Weight(3_500, 2_000, 900).heaviest_kg == 3_500


def test_everything_that_speaks_against_a_bay_is_told() -> None:
    closed = Bay(BAY.id, "Bay 3", SHOP, False, 5_000, None, frozenset(), "North")
    found = codes(bay_fit.misfits(closed, Weight(4_000), words_of(["pit"]), uuid4(), "South"))
    assert found == ["bay_out_of_operation", "other_facility", "too_heavy", "equipment_missing"]


@pytest.mark.parametrize(
    ("kind", "limit_lbs", "gvwr_kg", "about", "expected"),
    [
        ("general", 12_000, None, "Oil change", None),
        (None, 12_000, None, "Oil change", None),
        ("Quick service", 12_000, None, "Oil change", None),
        ("Tires", 12_000, None, "Worn tire, front left", True),
        ("oil_change", 12_000, None, "Change of tires", False),
        ("alignment", 12_000, None, "Oil change", False),
        # 26,000 lb stand in the books as 11,793 kg, 26,001 lb as 11,794 kg: the first is not heavy-duty, the second is.
        ("heavy_equipment", 33_000, 11_793, "Heavy smoke", False),
        ("heavy_equipment", 33_000, 11_794, "Oil change", True),
        (None, 33_000, None, "Oil change", False),
        (None, 26_000, None, "Oil change", None),
    ],
)
def test_what_a_bay_is_meant_for(
    kind: str | None, limit_lbs: int, gvwr_kg: int | None, about: str, expected: bool | None
) -> None:
    bay = Bay(uuid4(), "Bay", SHOP, max_weight_lbs=limit_lbs, kind=kind)
    assert bay_fit.suits(bay, Weight(gvwr_kg), bay_fit.singular(about)) is expected


def test_a_special_bay_is_kept_even_from_work_for_which_a_plain_one_has_too_many_tools() -> None:
    tools = words_of(["two_post_lift", "brake_lathe", "oil_drain", "tire_changer", "pit"])
    plain = Bay(uuid4(), "Plain", SHOP, equipment=tools, kind="general")
    paint = Bay(uuid4(), "Paint", SHOP, kind="paint")
    oil, door = bay_fit.singular("Oil change"), bay_fit.singular("Paint a door")
    assert [bay_fit.waste(one, Weight(), frozenset(), oil) for one in (plain, paint)] == [4, 6]
    assert [bay_fit.waste(one, Weight(), frozenset(), door) for one in (plain, paint)] == [4, 0]
    worst = Bay(uuid4(), "Worst", SHOP, equipment=tools, kind="paint")
    assert bay_fit.waste(worst, Weight(), frozenset(), oil) == 9


@pytest.mark.parametrize(
    ("entered", "told"),
    [(8_000, 8_000), (10_000, 10_000), (12_000, 12_000), (26_001, 26_001), (8_001, 8_000), (12_345, 12_346)],
)
def test_a_weight_is_told_as_it_was_entered(entered: int, told: int) -> None:
    """The books keep whole kilograms, which two or three pounds share: the roundest of them is told, else the nearest."""
    assert bay_fit.pounds(round(entered * bay_fit.KG_PER_POUND)) == told


def test_words_are_compared_as_people_mean_them() -> None:
    assert word(" Two-Post  lift ") == "two_post_lift"


def technician(**given_: object) -> Technician:
    facts: dict[str, object] = {
        "id": uuid4(),
        "name": "Rosa",
        "skills": words_of(["brakes", "engine"]),
        "certificates": (Certificate("ASE A5 Brakes", date(2026, 12, 1)), Certificate("EPA 609")),
    }
    return Technician(**{**facts, **given_})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "skills", "certificates", "expected"),
    [
        ({}, ["brakes"], ["ASE A5"], []),
        ({}, [], ["EPA 609"], []),
        ({}, ["hvac"], [], ["skill_missing"]),
        ({}, [], ["ASE A50"], ["certificate_missing"]),
        ({"status": "on_leave"}, [], [], ["on_leave"]),
        ({"status": "terminated"}, [], [], ["not_employed"]),
        ({"leaves": MONDAY - timedelta(days=1)}, [], [], ["not_employed"]),
        ({"leaves": MONDAY}, [], [], []),
        ({"hired": MONDAY + timedelta(days=1)}, [], [], ["not_employed"]),
    ],
)
def test_technicians(
    given_: dict[str, object], skills: list[str], certificates: list[str], expected: list[str]
) -> None:
    found = technician_fit.misfits(technician(**given_), words_of(skills), certificates, MONDAY, MONDAY)
    assert codes(found) == expected


def test_a_certificate_is_valid_on_its_last_day_and_not_on_the_next() -> None:
    last, next_ = date(2026, 12, 1), date(2026, 12, 2)
    assert codes(technician_fit.misfits(technician(), frozenset(), ["ASE A5"], last, last)) == []
    assert codes(technician_fit.misfits(technician(), frozenset(), ["ASE A5"], last, next_)) == [
        "certificate_expired"
    ]
    renewed = technician(
        certificates=(Certificate("ASE A5", last), Certificate("ASE A5 Brakes", date(2028, 1, 1)))
    )
    assert codes(technician_fit.misfits(renewed, frozenset(), ["ASE A5"], next_, next_)) == []


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_opening_hours_on_the_day_the_clocks_go_back() -> None:
    hours = {"sun": [{"opens": "00:00", "closes": "24:00"}], "mon": [{"opens": "08:00", "closes": "12:00"}]}
    shifts = opening_shifts(hours)
    assert shifts is not None
    sunday = date(2026, 11, 1)
    found = spans_of(shifts, sunday, sunday + timedelta(days=1), NEW_YORK)
    assert [end - start for start, end in found] == [timedelta(hours=25), timedelta(hours=4)]
    assert found[1][0] == datetime(2026, 11, 2, 13, tzinfo=UTC)
    assert opening_shifts(None) is None and opening_shifts({}) == ()


def test_shifts_hold_from_their_first_day_to_their_last() -> None:
    shift = Shift(1, time(8), time(16), MONDAY, MONDAY + timedelta(days=7))
    found = spans_of([shift], MONDAY - timedelta(days=14), MONDAY + timedelta(days=21), ZoneInfo("UTC"))
    assert [start.day for start, _ in found] == [23, 30]


def test_stretches_of_time() -> None:
    day = [(at(23, 8), at(23, 17))]
    assert without(day, [(at(23, 7), at(23, 9)), (at(23, 12), at(23, 13))]) == [
        (at(23, 9), at(23, 12)),
        (at(23, 13), at(23, 17)),
    ]
    assert common(day, [(at(23, 6), at(23, 9)), (at(23, 16), at(23, 20))]) == [
        (at(23, 8), at(23, 9)),
        (at(23, 16), at(23, 17)),
    ]
    assert merged([(at(23, 9), at(23, 10)), (at(23, 8), at(23, 9)), (at(23, 11), at(23, 11))]) == [
        (at(23, 8), at(23, 10))
    ]
    assert holds(day, at(23, 8)) and not holds(day, at(23, 17))
    assert holds(day, at(23, 17), as_end=True) and not holds(day, at(23, 8), as_end=True)
    hour = timedelta(hours=1)
    assert first_fit(day, hour, at(23, 16, 5)) is None
    assert first_fit(day, hour, at(23, 9, 5), timedelta(minutes=15)) == at(23, 9, 15)
    assert rounded_up(at(23, 9, 15), timedelta(minutes=15)) == at(23, 9, 15)


moments = st.integers(0, 48).map(lambda quarter: at(23, 0) + quarter * timedelta(minutes=30))
stretches = st.lists(st.tuples(moments, moments), max_size=5)


@given(stretches, stretches)
def test_what_is_taken_out_and_what_is_common_make_the_whole(
    left: list[tuple[datetime, datetime]], right: list[tuple[datetime, datetime]]
) -> None:
    whole, taken = merged(left), merged(right)
    kept, shared = without(whole, taken), common(whole, taken)
    assert merged([*kept, *shared]) == whole
    assert common(kept, taken) == []
