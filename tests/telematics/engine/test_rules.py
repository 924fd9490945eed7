"""The rules without a database: codes, their lives, levels and consumption."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, strategies as st

from motorpool.telematics.rules.engine_faults import Open, occurrences
from motorpool.telematics.rules.fuel import BIN_S, REACH_S, Levels, Step, judge, minimum, steps
from motorpool.telematics.rules.fuel_consumption import (
    LEAST_CHARGE,
    Readings,
    balance,
    charge,
    consumption,
    energy,
)
from motorpool.telematics.rules.trouble_codes import decode, describe, normalise

NONE = np.empty(0)


# -- codes


@pytest.mark.parametrize(
    ("code", "text", "part", "of_maker", "severity"),
    [
        ("P0300", "Random/Multiple Cylinder Misfire Detected", "ignition", False, "major"),
        ("p0420", "Catalyst System Efficiency Below Threshold (Bank 1)", "emissions", False, "minor"),
        ("P0217", "Engine Overtemp Condition", "fuel and air", False, "critical"),
        ("P0700", "Transmission Control System Malfunction", "transmission", False, "major"),
        ("P0562", "System voltage low", "speed and idle control", False, "major"),
        ("P0801", "Reverse Inhibit Control Circuit Malfunction", "transmission", False, "major"),
        ("C0035", "Left front wheel speed sensor", "brakes, steering and suspension", False, "major"),
        ("U0100", "Lost communication with the engine computer", "network", False, "major"),
        ("P0301-1A", "Cylinder 1 Misfire Detected", "ignition", False, "major"),
        (
            "SPN 110 FMI 0",
            "Engine coolant temperature: above normal, most severe",
            "heavy vehicle",
            False,
            "critical",
        ),
    ],
)
def test_a_listed_code_has_its_own_text(code, text, part, of_maker, severity) -> None:
    found = decode(code)
    assert (found.text, found.part, found.of_maker, found.severity) == (text, part, of_maker, severity)


def test_a_code_that_is_not_listed_is_read_by_its_structure() -> None:
    found = decode("P1399")
    assert (found.text, found.of_maker, found.part) == (None, True, "ignition")
    assert found.description == "Ignition: a code of the maker"
    assert decode("P2A0F").of_maker is False
    assert decode("P3102").of_maker is True
    assert decode("P3402").of_maker is False
    assert decode("U3000").of_maker is False
    assert "as Ford uses this code" in decode("B1213").description


def test_a_flashing_lamp_is_in_the_advice_of_a_misfire() -> None:
    assert "flashes" in decode("P0304").advice
    assert "flashes" in decode("P0300").advice


@pytest.mark.parametrize("text", ["", "X0301", "P0G01", "P4301", "P030", "P03011", "301", "SPN FMI 3"])
def test_what_is_no_code_is_refused(text) -> None:
    with pytest.raises(ValueError, match="is no trouble code"):
        decode(text)
    assert describe(text)[1:] == ("unknown", "minor")


def test_normalise_and_every_listed_code_decodes() -> None:
    assert normalise("  p0301 ") == "P0301"
    assert normalise("spn  110   fmi 0") == "SPN 110 FMI 0"
    assert normalise(" ") is None
    assert normalise("x" * 21) is None
    from motorpool.telematics.rules.trouble_codes import _listed

    listed = _listed()
    assert len(listed) > 2400
    for code in listed:
        assert decode(code).text


# -- their lives

times = st.lists(st.integers(0, 400), unique=True, max_size=60).map(
    lambda some: np.array(sorted(some), float) * 20
)


@given(times, times, st.integers(0, 400))
def test_starting_again_anywhere_gives_the_same_lives(carried, clean, cut) -> None:
    whole = occurrences(carried, clean, NONE)
    at = cut * 20.0
    before = list(occurrences(carried[carried <= at], clean[clean <= at], NONE))
    active = before[-1] if before and before[-1].cleared is None else None
    settled = before[:-1] if active else before
    since = active.last if active else at
    again = occurrences(
        carried[carried > at],
        clean[clean > since],
        NONE,
        Open(active.first, active.last) if active else None,
    )
    assert settled + again == whole


@given(times, times)
def test_lives_cover_all_readings_that_carry_it_and_do_not_overlap(carried, clean) -> None:
    lives = occurrences(carried, clean, NONE)
    inside = sum(int(((carried >= one.first) & (carried <= one.last)).sum()) for one in lives)
    assert inside == len(carried)
    for one, following in itertools.pairwise(lives):
        assert one.cleared is not None
        assert one.last < one.cleared < following.first


# -- levels


def levels(values, start=1_700_000_010.0, gap_after=None, gap=0.0, rpm=1500.0) -> Levels:
    first = start // BIN_S * BIN_S + BIN_S * np.arange(len(values)) + 1
    if gap_after is not None:
        first[gap_after + 1 :] += gap // BIN_S * BIN_S
    return Levels(
        first, first + 20, np.array(values, float), np.full(len(values), rpm), np.full(len(values), np.nan)
    )


def test_a_refuelling_over_four_minutes_with_a_swinging_sensor() -> None:
    dice = np.random.default_rng(3)
    true = np.concatenate((np.linspace(14, 12, 60), np.linspace(12, 52, 9), np.linspace(52, 50, 60)))
    (step,) = steps(levels(true + dice.normal(0, 1, len(true)), rpm=0), minimum("liters", 60))
    event = judge(step, "liters", 60, None)
    assert event is not None
    assert (event.kind, event.engine_state, event.confidence) == ("refuel", "off", "high")
    assert event.amount == pytest.approx(40, abs=2)
    assert 120 <= event.step.silence <= 400


def test_an_odd_value_and_slow_burning_are_no_event() -> None:
    values = np.linspace(50, 40, 200)
    values[77] = 3
    assert steps(levels(values), minimum("liters", 60)) == []


def test_a_drop_in_the_night_is_told_and_one_that_was_driven_is_not() -> None:
    values = [40.0] * 20 + [25.0] * 20
    (step,) = steps(levels(values, gap_after=19, gap=8 * 3600), minimum("liters", 60))
    stood = judge(step, "liters", 60, 0.0)
    assert stood is not None
    assert (stood.kind, stood.amount, stood.engine_state, stood.confidence) == ("drop", 15, "off", "high")
    assert judge(step, "liters", 60, 150.0) is None
    unknown = judge(step, "liters", 60, None)
    assert unknown is not None
    assert (unknown.confidence, unknown.reasons) == ("low", ("distance_not_known",))


def test_more_than_the_tank_holds_is_doubted() -> None:
    (step,) = steps(levels([10.0] * 20 + [70.0] * 20), minimum("liters", 60))
    event = judge(step, "liters", 60, 0.0)
    assert event is not None
    assert event.confidence == "low"
    assert "more_than_the_tank_holds" in event.reasons


series = st.lists(st.floats(0.5, 100, allow_nan=False), min_size=2, max_size=120)


@given(series, st.floats(3, 30))
def test_the_account_of_a_level_adds_up_and_nothing_is_negative(values, least) -> None:
    account = balance(levels(values), least)
    parts = (account.consumed, account.refuelled, account.dropped, account.unexplained)
    assert min(parts) >= 0
    came_and_went = account.consumed - account.refuelled + account.dropped - account.unexplained
    assert account.start == pytest.approx(account.end + came_and_went, abs=1e-6)


@given(series, st.floats(3, 30))
def test_no_event_is_negative(values, least) -> None:
    for step in steps(levels(values), least):
        for unit, tank in (("liters", 60.0), ("percent", None)):
            event = judge(step, unit, tank, None)
            assert event is None or event.amount >= 0


@given(series, st.integers(0, 119), st.integers(0, 20))
def test_steps_depend_on_what_is_near_only(values, cut, hours) -> None:
    """Whatever lies further back than the reach (and the last levels before a silence) changes nothing."""
    whole = levels(values, gap_after=min(cut // 2, len(values) - 2), gap=hours * 3600.0)
    since = whole.first[min(cut, len(values) - 1)]
    near = np.flatnonzero(whole.first > since - REACH_S)
    begin = near[0]
    if begin:
        begin = int(np.searchsorted(whole.first, whole.last[begin - 1] - 900))
    part = Levels(
        *(column[begin:] for column in (whole.first, whole.last, whole.level, whole.rpm, whole.odometer))
    )

    def told(some: Levels) -> list[Step]:
        return [step for step in steps(some, 8.0) if step.ended > since - 600]

    assert told(part) == told(whole)


# -- consumption


def readings(n: int, **columns: object) -> Readings:
    empty = np.full(n, np.nan)
    t = np.arange(n) * 10.0
    filled = {name: np.asarray(value, float) * np.ones(n) for name, value in columns.items()}
    return Readings(t, *(filled.get(name, empty) for name in ("used", "rate", "air", "charge")))


NO_LEVELS = levels([])


def test_the_counter_comes_first_then_the_rate_then_the_air() -> None:
    counter = np.linspace(1000, 1004, 61)
    found = consumption(readings(61, used=counter, rate=7.2), NO_LEVELS, 600, None, None)
    assert found is not None
    assert (found.method, found.liters) == ("counter", pytest.approx(4))
    found = consumption(readings(61, rate=7.2, air=10), NO_LEVELS, 600, "gasoline", None)
    assert found is not None
    assert (found.method, found.liters) == ("rate", pytest.approx(1.2))
    found = consumption(readings(61, air=10), NO_LEVELS, 600, "gasoline", None)
    assert found is not None
    assert (found.method, found.liters) == ("air_flow", pytest.approx(600 * 10 / 14.7 / 745))
    assert consumption(readings(61, air=10), NO_LEVELS, 600, "diesel", None) is None
    assert consumption(readings(61, rate=7.2), NO_LEVELS, 6000, None, None) is None, (
        "a tenth of the trip is too little"
    )


def test_a_counter_that_was_reset_is_not_believed() -> None:
    counter = np.concatenate((np.linspace(1000, 1002, 30), np.linspace(0, 2, 31)))
    assert consumption(readings(61, used=counter), NO_LEVELS, 600, None, None) is None


def test_refuelling_on_the_way_is_no_negative_consumption() -> None:
    level = levels([30 - n / 20 for n in range(60)] + [55 - n / 20 for n in range(60)])
    found = consumption(readings(2), level, 3600, "diesel", 60)
    assert found is not None
    assert found.method == "level"
    assert found.liters == pytest.approx(5.6, abs=0.5)
    assert found.details["refuelled_liters"] == pytest.approx(28, abs=0.5)


def test_charge_and_energy() -> None:
    found = energy(readings(30, charge=np.linspace(80, 70, 30)), 60)
    assert found is not None
    assert found[0] == pytest.approx(6)
    back = energy(readings(30, charge=np.linspace(70, 72, 30)), 60)
    assert back is not None
    assert back[0] == 0
    t = np.arange(100) * 60.0
    percent = np.concatenate((np.full(20, 41.0), np.linspace(41, 80, 60), np.full(20, 80.0)))
    plugged = charge(t, percent)
    assert plugged is not None
    assert (plugged.before, plugged.after, plugged.ended) == (41, 80, 79 * 60)
    assert charge(t, np.full(100, 50.0)) is None
    assert charge(t[:2], np.array([50.0, 50 + LEAST_CHARGE - 1])) is None
