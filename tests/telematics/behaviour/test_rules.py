"""Rules of driver behaviour by hand calculation, and what must hold for any drive."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.behaviour import (
    BUS,
    CAR,
    GRAVITY,
    Thresholds,
    event_id,
    harsh_severity,
    idle_severity,
    speeding_severity,
)
from motorpool.telematics.rules.behaviour_classes import Setting, ThresholdBook
from motorpool.telematics.rules.behaviour_harsh import harsh_events
from motorpool.telematics.rules.behaviour_speeding import effective_limit, speeding_events
from motorpool.telematics.rules.track import Track

VEHICLE = UUID("00000000-0000-7000-8000-000000000001")


def track(kph, *, t=None, heading=None) -> Track:
    n = len(kph)
    return Track.of(
        np.arange(n, dtype=float) if t is None else t,
        37.0 + np.arange(n) * 1e-4,
        np.full(n, -122.0),
        speed=np.array(kph, float) / 3.6,
        heading=heading,
    )


def events(kph, *, t=None, heading=None, spans=None, thresholds=CAR):
    made = track(kph, t=t, heading=heading)
    return harsh_events(made, spans or [(0, len(made) - 1)], thresholds)


def test_braking_by_hand() -> None:
    # 60 > 44 > 28 km/h in two seconds: 16 km/h a second are 4.444 m/s2 or 0.4532 g; 0.4532 / 0.38 is 1.19.
    [found] = events([60, 60, 44, 28, 28])
    assert found.kind == "harsh_braking"
    assert found.g == pytest.approx(-16 / 3.6 / GRAVITY)
    assert (found.started_at, found.duration, found.severity, found.estimated) == (1.0, 2.0, "minor", True)
    assert found.speed == pytest.approx(60 / 3.6)


def test_acceleration_by_hand() -> None:
    # 20 km/h a second are 0.566 g, 1.53 times 0.37.
    [found] = events([0, 20, 40, 41])
    assert (found.kind, found.severity) == ("harsh_acceleration", "severe")
    assert found.g == pytest.approx(20 / 3.6 / GRAVITY)


def test_cornering_by_hand() -> None:
    # 36 km/h are 10 m/s; 25 degrees a second are 0.4363 rad/s: 4.363 m/s2 or 0.445 g, to the left, across north.
    [found] = events([36] * 5, heading=[20, 20, 355, 330, 330])
    assert found.kind == "harsh_cornering"
    assert found.g == pytest.approx(10 * np.radians(25) / GRAVITY)
    assert (found.started_at, found.duration) == (1.0, 2.0)


def test_what_is_no_event() -> None:
    assert events([60, 52, 44, 36]) == []  # 8 km/h a second: 0.23 g
    assert events([6, 0, 0]) == []  # too little in all
    assert events([90, 30, 90]) == []  # 1.7 g: a fault of the device
    assert events([60, 0], t=[0, 3.1]) == []  # too far apart to know
    assert events([10] * 4, heading=[0, 60, 120, 180]) == []  # turning on the spot
    assert events([np.nan, 60, np.nan, 20]) == []  # a speed missing on each leg
    assert events([36] * 3, heading=[0, np.nan, 90]) == []


def test_a_lone_weak_leg_in_a_run_does_not_split_it() -> None:
    # 0.4532, 0.34 (0.9 of the threshold) and 0.4532 g: one event of three seconds.
    [found] = events([60, 44, 32, 16])
    assert (found.started_at, found.duration) == (0.0, 3.0)


def test_only_within_trips_and_never_across() -> None:
    kph = [60, 44, 28, 12, 12]
    assert events(kph, spans=[(3, 4)]) == []
    found = events(kph, spans=[(0, 2), (2, 4)])
    assert [(one.started_at, one.duration) for one in found] == [(0.0, 2.0), (2.0, 1.0)]


def test_three_seconds_between_fixes_are_enough() -> None:
    [found] = events([80, 30], t=[0, 3])
    assert found.g == pytest.approx(-50 / 3.6 / 3 / GRAVITY)


def test_one_fix_a_minute_is_never_harsh() -> None:
    rng = np.random.default_rng(1)
    assert events(rng.uniform(0, 120, 500), t=np.arange(500) * 60.0, heading=rng.uniform(0, 360, 500)) == []


speeds = st.lists(st.one_of(st.floats(0, 200), st.just(float("nan"))), min_size=2, max_size=60)
gaps = st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0, 4.0, 60.0]), min_size=60, max_size=60)


@settings(deadline=None)
@given(speeds, gaps, st.lists(st.floats(0, 360), min_size=60, max_size=60))
def test_events_are_what_they_say(kph, spacing, heading) -> None:
    t = np.cumsum(spacing[: len(kph)])
    made = track(kph, t=t, heading=heading[: len(kph)])
    found = harsh_events(made, [(0, len(kph) - 1)], CAR)
    for one in found:
        at, end = np.searchsorted(t, one.started_at), np.searchsorted(t, one.started_at + one.duration)
        assert end > at and (np.diff(t[at : end + 1]) <= 3).all()
        assert 0.37 <= abs(one.g) <= 1.2
        change = (made.speed[end] - made.speed[at]) * 3.6
        if one.kind == "harsh_braking":
            assert change <= -8 + 1e-9 and one.g < 0
        if one.kind == "harsh_acceleration":
            assert change >= 8 - 1e-9
    # The same kind never overlaps itself, and has one name for each start (left and right cornering differ in time).
    assert len({event_id(VEHICLE, one.kind, one.started_at) for one in found}) == len(found)


@settings(deadline=None)
@given(speeds, gaps, st.integers(0, 59), st.integers(0, 59))
def test_a_trip_gives_the_same_in_any_company(kph, spacing, a, b) -> None:
    """What comes before and after a trip changes nothing in it: that is what resuming relies on."""
    first, last = sorted((a % len(kph), b % len(kph)))
    t = np.cumsum(spacing[: len(kph)])
    made = track(kph, t=t)
    whole = harsh_events(made, [(first, last)], CAR)
    alone = harsh_events(made.take(slice(first, last + 1)), [(0, last - first)], CAR)
    assert whole == alone


def test_severities() -> None:
    assert [harsh_severity(g, 0.4) for g in (0.4, -0.49, 0.5, -0.6)] == [
        "minor",
        "minor",
        "moderate",
        "severe",
    ]
    assert [speeding_severity(p, CAR) for p in (5, 9.9, 10, 19.9, 20, 55)] == [
        "minor", "minor", "moderate", "moderate", "severe", "severe",
    ]  # fmt: skip
    assert [idle_severity(s, CAR) for s in (300, 599, 600, 1200)] == ["minor", "minor", "moderate", "severe"]


def limits(n: int, kph: float):
    return effective_limit(n, kph, None, None)


def test_speeding_by_hand() -> None:
    # Limit 50, tolerance 5: over from t=10 to t=40; the most at t=30, 66 km/h, 32 % above.
    made = track([50, 56, 60, 66, 58, 54], t=[0, 10, 20, 30, 40, 50])
    [found] = speeding_events(made, [(0, 5)], *limits(6, 50), CAR)
    assert (found.started_at, found.duration, found.severity) == (10.0, 30.0, "severe")
    assert (found.speed, found.limit_kph, found.limit_source) == (pytest.approx(66 / 3.6), 50, "vehicle")
    assert not found.estimated


def test_no_speeding() -> None:
    def none(kph, t, thresholds=CAR):
        return speeding_events(track(kph, t=t), [(0, len(kph) - 1)], *limits(len(kph), 50), thresholds) == []

    assert none([55, 55, 55], [0, 10, 20])  # within the tolerance
    assert none([50, 90, 50], [0, 10, 20])  # one fix has no duration
    assert none([90, 90], [0, 9])  # too short
    assert none([90, 90], [0, 121])  # nobody saw what was between
    assert none([np.nan, np.nan], [0, 20])
    assert not none([90, 90], [0, 9], Thresholds(speeding_min_s=9))


def test_the_lowest_known_limit_holds() -> None:
    nan = np.nan
    limit, source = effective_limit(4, 100, np.array([nan, 30, nan, 30]), np.array([50, 50, nan, 20.0]))
    assert limit.tolist() == [50, 30, 100, 20] and source.tolist() == [2, 1, 0, 2]
    assert np.isnan(effective_limit(2, None, None, np.array([nan, nan]))[0]).all()


def test_speeding_where_the_limit_changes() -> None:
    # 58 km/h: above 50 by 16 %, then above 30 by 93 %; one interval, told by the worse.
    made = track([58] * 4, t=[0, 10, 20, 30])
    limit, source = effective_limit(4, None, None, np.array([50, 50, 30, 30.0]))
    [found] = speeding_events(made, [(0, 3)], limit, source, CAR)
    assert (found.duration, found.limit_kph, found.limit_source, found.severity) == (
        30,
        30,
        "street",
        "severe",
    )


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 150), min_size=2, max_size=50),
    st.lists(st.sampled_from([1.0, 10.0, 60.0, 130.0]), min_size=50, max_size=50),
    st.floats(20, 120),
)
def test_speeding_never_lasts_longer_than_the_fixes_above_the_limit(kph, spacing, limit) -> None:
    t = np.cumsum(spacing[: len(kph)])
    found = speeding_events(track(kph, t=t), [(0, len(kph) - 1)], *limits(len(kph), limit), CAR)
    over = np.array(kph) / 3.6 * 3.6 > limit + 5
    legs = over[:-1] & over[1:] & (np.diff(t) <= 120)
    assert sum(one.duration for one in found) <= np.diff(t)[legs].sum() + 1e-9
    for one in found:
        assert one.duration >= 10 and one.speed * 3.6 > limit + 5 - 1e-9


def test_thresholds_hold_from_their_time_on() -> None:
    common, van, later = (Thresholds(idle_s=seconds) for seconds in (60, 120, 180))
    book = ThresholdBook([Setting(None, 100, common), Setting("van", 200, van), Setting("van", 300, later)])
    assert book.at("van", 50) != common and book.at("van", 50).harsh_braking_g == 0.36
    assert book.at("van", 150) == common
    assert [book.at("van", t) for t in (200, 299, 300, 1e9)] == [van, van, later, later]
    assert book.at("bus", 250) == common and book.at(None, 250) == common
    assert ThresholdBook().at("bus", 0) == BUS and ThresholdBook().at("spaceship", 0) == CAR


def test_thresholds_that_cannot_work_are_refused() -> None:
    with pytest.raises(ValueError, match="harsh_braking_g must be more than 0"):
        Thresholds(harsh_braking_g=0)
    with pytest.raises(ValueError, match="speeding_severe_percent must not be less"):
        Thresholds(speeding_moderate_percent=30)
