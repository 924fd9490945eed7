"""The rules of routes, with any input: estimates, fuel, timetables, visits, deviation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from motorpool.telematics.rules.route_deviation import deviation, metres_beside
from motorpool.telematics.rules.route_estimate import CIRCUITY, estimated_matrix, estimated_seconds
from motorpool.telematics.rules.route_fuel import BODIES, Body, body_of, litres
from motorpool.telematics.rules.route_timetable import Offer, latest_start, refusal, timetable
from motorpool.telematics.rules.route_visits import Place, expected, visits
from motorpool.telematics.rules.track import haversine

seconds = st.floats(0, 40_000, allow_nan=False)
near = st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
METRE = 1 / 111_195.0
"""A metre north, in degrees."""


@given(st.lists(st.floats(0, 2e6), min_size=2, max_size=20))
def test_time_grows_with_distance_and_stays_under_the_fastest_band(metres: list[float]) -> None:
    far = np.sort(np.array(metres))
    found = estimated_seconds(far)
    assert (np.diff(found) >= 0).all() and (found >= 0).all()
    assert (found >= far / 1000 / 80 * 3600 - 1e-6).all()
    assert (estimated_seconds(far, truck=True) >= found).all()


@given(st.lists(near, min_size=1, max_size=8))
def test_an_estimated_matrix_is_symmetric_and_never_shorter_than_the_crow_flies(
    places: list[tuple[float, float]],
) -> None:
    lat, lng = (
        np.array(column) + base for column, base in zip(zip(*places, strict=True), (40.0, -75.0), strict=True)
    )
    metres, time = estimated_matrix(lat, lng)
    assert np.allclose(metres, metres.T) and (np.diag(metres) == 0).all() and (np.diag(time) == 0).all()
    crow = haversine(lat[:, None], lng[:, None], lat[None, :], lng[None, :])
    assert np.allclose(metres, crow * CIRCUITY, atol=1e-6)


@given(
    st.sampled_from(sorted(BODIES)),
    st.floats(100, 1e6),
    st.floats(20, 110),
    st.floats(0, 20_000),
    st.floats(0, 20_000),
)
def test_more_load_and_more_way_burn_more(
    kind: str, metres: float, kph: float, less: float, more: float
) -> None:
    body, time = BODIES[kind], metres / kph * 3.6
    light, heavy = sorted((less, more))
    assert litres(body, metres, time, light) <= litres(body, metres, time, heavy)
    assert litres(body, metres, time) < litres(body, 2 * metres, 2 * time)


def test_fuel_by_hand() -> None:
    """The light truck of the source, 100 km at 60 km/h with 1,000 kg, reckoned step by step."""
    time, length, speed = 6000.0, 100_000.0, 100_000 / 6000
    engine = 0.2 * 33 * 5.0 * time
    wheels = (7350 * 9.81 * 0.01 + 0.5 * 0.7 * 1.2041 * 3.912 * speed**2) * length / 1000 / (0.4 * 0.9)
    assert litres(BODIES["truck"], length, time, 1000) == pytest.approx((engine + wheels) / (44 * 737))
    assert litres(BODIES["truck"], 0, 0) == 0
    assert body_of("tractor", 15_000).curb_kg == 15_000 and body_of(None) == BODIES["car"]
    with pytest.raises(ValueError, match="curb_kg"):
        Body(0, 1, 1, 1)


windows = st.one_of(st.none(), seconds)


@given(seconds, st.lists(st.tuples(seconds, seconds, windows, windows), max_size=10))
def test_a_timetable_never_goes_back_and_serves_inside_the_window_or_says_how_late(
    begins: float, stops: list[tuple[float, float, float | None, float | None]]
) -> None:
    legs, services, earliest, latest = zip(*stops, strict=True) if stops else ((), (), (), ())
    calls = timetable(begins, legs, services, list(zip(earliest, latest, strict=True)))
    now = begins
    for call, leg, service, first, last in zip(calls, legs, services, earliest, latest, strict=True):
        assert call.arrival == pytest.approx(now + leg)
        assert call.departure == pytest.approx(call.arrival + call.waiting_s + service)
        assert first is None or call.arrival + call.waiting_s >= first - 1e-6
        assert (call.late_s > 0) == (last is not None and call.arrival > last)
        now = call.departure
    with pytest.raises(ValueError, match="equally many"):
        timetable(0, [1.0], [], [])


@given(seconds, st.lists(st.tuples(seconds, seconds, windows, windows), min_size=1, max_size=10))
def test_leaving_later_spares_waiting_and_makes_nothing_later(
    begins: float, stops: list[tuple[float, float, float | None, float | None]]
) -> None:
    legs, services, earliest, latest = zip(*stops, strict=True)
    frames = list(zip(earliest, latest, strict=True))
    start = latest_start(begins, legs, services, frames)
    early, late = (timetable(moment, legs, services, frames) for moment in (begins, start))
    assert start >= begins
    assert late[-1].departure == pytest.approx(early[-1].departure, abs=1e-3)
    for one, other in zip(early, late, strict=True):
        assert other.late_s <= one.late_s + 1e-3 or one.waiting_s > 0
    if all(end is None for end in latest):
        assert sum(one.waiting_s for one in late) == pytest.approx(0, abs=1e-3)


OFFER = Offer(600, 600, 0, 28_800, (1000, None, None))


@pytest.mark.parametrize(
    ("demand", "window", "offers", "code"),
    [
        ((1, 0, 0), (None, None), [], "no_vehicle"),
        ((1, 0, 0), (None, None), [Offer(None, 0, 0, 1, (1000, None, None))], "unreachable"),
        ((1001, 0, 0), (None, None), [OFFER], "too_large"),
        ((1, 0, 0), (None, 300), [OFFER], "window"),
        ((1, 0, 0), (28_500, None), [OFFER], "shift"),
        ((900, 0, 0), (None, None), [OFFER], "capacity"),
        ((0, 1, 0), (None, None), [OFFER], "no_time"),
    ],
)
def test_the_first_reason_that_holds_is_told(
    demand: tuple[float, float, float],
    window: tuple[float | None, float | None],
    offers: list[Offer],
    code: str,
) -> None:
    assert refusal(demand, 300, window, offers, (1500, 1, 0)).code == code


def drive(*legs: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fixes (seconds, metres north, metres east of a corner)."""
    t, north, east = np.array(legs, np.float64).T
    return t, 40 + north * METRE, -75 + east * METRE / np.cos(np.radians(40))


A, B = Place(40, -75), Place(40 + 5000 * METRE, -75)


def test_calls_drive_bys_and_what_was_passed_over() -> None:
    t, lat, lng = drive(
        (0, 0, 0), (300, 0, 0), (360, 2500, 0), (420, 5000, 0), (430, 5010, 0), (500, 9000, 0), (900, 9000, 0)
    )
    far = Place(40 + 9000 * METRE, -75)
    a, b, c = visits(t, lat, lng, [A, B, far])
    assert (a.status, a.arrived, a.departed) == ("completed", 0, 300)
    assert b.status == "skipped", "ten seconds inside are driving past"
    assert (c.status, c.arrived, c.departed) == ("arrived", 500, None)
    assert [visit.status for visit in visits(t, lat, lng, [A, far, B])] == ["completed", "arrived", "pending"]


def test_a_place_that_is_called_at_twice_needs_two_stays() -> None:
    t, lat, lng = drive((0, 0, 0), (120, 0, 0), (600, 5000, 0), (900, 5000, 0), (1500, 0, 0), (1800, 0, 0))
    first, _, second = visits(t, lat, lng, [A, B, A])
    assert (first.arrived, second.arrived) == (0, 1500)
    assert visits(t[:4], lat[:4], lng[:4], [A, B, A])[2].status == "pending"


@given(
    st.lists(st.tuples(st.floats(1, 600), st.floats(-3000, 3000), st.floats(-3000, 3000)), max_size=30),
    st.lists(near, max_size=5),
)
def test_visits_are_inside_their_radius_and_no_shorter_than_the_dwell(
    steps: list[tuple[float, float, float]], places: list[tuple[float, float]]
) -> None:
    fixes = np.array(steps or np.empty((0, 3)), np.float64).reshape(-1, 3)
    t = np.cumsum(fixes[:, 0])
    lat, lng = 40 + fixes[:, 1] * METRE, -75 + fixes[:, 2] * METRE
    goals = [Place(40 + a / 10, -75 + b / 10, 800) for a, b in places]
    for place, visit in zip(goals, visits(t, lat, lng, goals), strict=True):
        if visit.arrived is None:
            assert visit.status in ("pending", "skipped") and visit.departed is None
            continue
        last = visit.departed if visit.departed is not None else t[-1]
        inside = (t >= visit.arrived) & (t <= last)
        assert last - visit.arrived >= 60
        assert (haversine(place.lat, place.lng, lat[inside], lng[inside]) <= place.radius_m).all()


def test_expected_times_begin_when_the_vehicle_leaves_and_wait_for_windows() -> None:
    t, lat, lng = drive((0, 0, 0), (100, 0, 0))
    made = visits(t, lat, lng, [A, B, B])
    calls = expected(200, made, 400, [0, 450, 0], [600, 300, 60], [(None, None), (2000, 2100), (None, 2200)])
    assert set(calls) == {1, 2}
    assert calls[1].arrival == 600 + 400, "the rest of ten minutes at A, then the way"
    assert calls[1].waiting_s == 1000 and calls[1].departure == 2300
    assert calls[2].late_s == 100
    assert expected(0, [], 0, [], [], []) == {}


def test_metres_beside_a_line() -> None:
    _, lat, lng = drive((0, 500, 300), (1, 500, 0), (2, -400, 0), (3, 0, 300))
    _, line_lat, line_lng = drive((0, 0, 0), (1, 1000, 0))
    beside = metres_beside(lat, lng, line_lat, line_lng)
    assert beside == pytest.approx([300, 0, 400, 300], abs=0.5)
    found = deviation(np.arange(4.0), beside, 250)
    assert found is not None
    assert (round(found.now_m), round(found.most_m), found.since) == (300, 400, 2.0)
    assert deviation(np.arange(2.0), beside[:2], 350).since is None  # type: ignore[union-attr]
    assert deviation(np.empty(0), np.empty(0), 1) is None
    assert metres_beside(lat[:1], lng[:1], line_lat[:1], line_lng[:1])[0] == pytest.approx(583, abs=1)
    with pytest.raises(ValueError, match="no point"):
        metres_beside(lat, lng, np.empty(0), np.empty(0))


@given(st.lists(near, min_size=2, max_size=12), st.lists(near, min_size=1, max_size=6))
def test_a_point_is_never_further_from_a_line_than_from_its_corners(
    corners: list[tuple[float, float]], points: list[tuple[float, float]]
) -> None:
    a, b = (np.array(column) / 10 for column in zip(*corners, strict=True))
    c, d = (np.array(column) / 10 for column in zip(*points, strict=True))
    beside = metres_beside(40 + c, -75 + d, 40 + a, -75 + b)
    nearest = haversine(40 + c[:, None], -75 + d[:, None], 40 + a, -75 + b).min(axis=1)
    assert (beside <= nearest * 1.001 + 0.5).all()
