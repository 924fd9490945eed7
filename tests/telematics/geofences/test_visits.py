"""The bulk rules against the loop of `oracle.py`, on fixes and fences that hypothesis makes up."""

from __future__ import annotations

import uuid

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.geofence_shapes import ALWAYS, FenceRow, Fences
from motorpool.telematics.rules.geofence_visits import (
    NONE_OPEN,
    OPEN,
    OpenVisits,
    Paths,
    Visits,
    visits,
)
from motorpool.telematics.rules.track import haversine

from . import oracle

MARGIN, GAP = 25.0, 300.0
#: About 45 m of latitude: fixes lie on corners, on edges, in the halo and far away.
STEP = 0.0004
BASE_LAT, BASE_LNG = 37.0, -122.0

Fix = tuple[float, float, float]


def path(tracks: list[list[Fix]], follows: list[list[bool]] | None = None, *, resumed: bool = False) -> Paths:
    vehicle = np.repeat(np.arange(len(tracks)), [len(one) for one in tracks])
    rows = np.array([fix for one in tracks for fix in one], float).reshape(-1, 3)
    t, lat, lng = rows.T
    known = np.zeros(len(rows), bool)
    after = np.flatnonzero(np.diff(vehicle, prepend=-1) == 0)
    dt = t[after] - t[after - 1]
    metres = haversine(lat[after - 1], lng[after - 1], lat[after], lng[after])
    known[after] = (dt <= GAP) & (metres <= 30 + 60 * dt)
    if follows is not None:
        known &= np.array([one for some in follows for one in some], bool)
    counts = np.ones(len(rows), bool)
    if resumed:
        counts[np.flatnonzero(np.diff(vehicle, prepend=-1) != 0)] = False
    return Paths(vehicle, np.rint(t * 1e6).astype(np.int64), lat, lng, known, counts)


def told(found: Visits, vehicle: int, fence: int) -> list[tuple[str, float]]:
    """The visits of one vehicle to one fence as events in order, seconds."""
    events = []
    for k in np.flatnonzero((found.vehicle == vehicle) & (found.fence == fence)):
        if not found.was_open[k]:
            events.append(("entry", found.entered[k] / 1e6))
        if found.dwelt[k] != OPEN:
            events.append(("dwell", found.dwelt[k] / 1e6))
        if found.left[k] != OPEN:
            events.append(("exit", found.left[k] / 1e6))
    return events


grid = st.integers(-12, 12)
fixes = st.lists(
    st.tuples(st.sampled_from([10, 30, 60, 120, 290, 301, 900]), grid, grid, st.integers(0, 3)),
    min_size=1,
    max_size=40,
).map(
    lambda rows: [
        (1e9 + sum(row[0] for row in rows[: k + 1]), BASE_LAT + a * STEP * 1.03, BASE_LNG + b * STEP * 1.07)
        for k, (_, a, b, _) in enumerate(rows)
    ]
)
rounds = st.tuples(grid, grid, st.integers(20, 700))
boxes = st.tuples(grid, grid, st.integers(1, 10), st.integers(1, 10), st.booleans())
stars = st.lists(st.tuples(grid, grid), min_size=3, max_size=7)


def rounded(lat: int, lng: int, radius: int, dwell: float | None) -> tuple[FenceRow, oracle.Area]:
    centre = (BASE_LAT + lat * STEP, BASE_LNG + lng * STEP)
    return FenceRow(uuid.uuid4(), centre, radius, None, dwell), oracle.circle(*centre, radius, MARGIN, dwell)


def boxed(
    lat: int, lng: int, high: int, wide: int, hole: bool, dwell: float | None
) -> tuple[FenceRow, oracle.Area]:
    south, west = BASE_LAT + lat * STEP, BASE_LNG + lng * STEP
    north, east = south + high * STEP, west + wide * STEP

    def ring(cut: float) -> list[list[float]]:
        x, y = cut * (east - west), cut * (north - south)
        return [
            [west + x, south + y],
            [east - x, south + y],
            [east - x, north - y],
            [west + x, north - y],
            [west + x, south + y],
        ]

    shape = {"type": "Polygon", "coordinates": [ring(0), ring(0.3)] if hole else [ring(0)]}
    return FenceRow(uuid.uuid4(), None, None, shape, dwell), oracle.polygon(shape, MARGIN, dwell)


fences = st.one_of(
    st.builds(lambda a, dwell: rounded(*a, dwell), rounds, st.sampled_from([None, 120.0, 600.0])),
    st.builds(lambda a, dwell: boxed(*a, dwell), boxes, st.sampled_from([None, 120.0, 600.0])),
)


def same(found: list[tuple[str, float]], expected: list[tuple[str, float]]) -> None:
    assert [kind for kind, _ in found] == [kind for kind, _ in expected], (found, expected)
    for (_, t), (_, u) in zip(found, expected, strict=True):
        assert t == pytest.approx(u, abs=2e-3)


@settings(max_examples=300, deadline=None)
@given(st.lists(fixes, min_size=1, max_size=3), st.lists(fences, min_size=1, max_size=5))
def test_equal_to_the_loop(tracks, made) -> None:
    ready = Fences.of([row for row, _ in made], MARGIN)
    found = visits(ready, path(tracks), NONE_OPEN, np.ones((1, 1), bool))
    for v, track in enumerate(tracks):
        for f, (_, area) in enumerate(made):
            same(told(found, v, f), oracle.events(track, area, GAP))


@settings(max_examples=200, deadline=None)
@given(st.lists(fixes, min_size=1, max_size=2), st.lists(fences, min_size=1, max_size=4), st.integers(0, 39))
def test_from_any_fix_on_it_goes_on_as_if_it_had_never_stopped(tracks, made, cut) -> None:
    ready = Fences.of([row for row, _ in made], MARGIN)
    everyone = np.ones((1, 1), bool)
    whole = visits(ready, path(tracks), NONE_OPEN, everyone)
    cuts = [min(cut, len(track) - 1) for track in tracks]
    at = np.array([round(track[c][0] * 1e6) for track, c in zip(tracks, cuts, strict=True)])
    is_open = (whole.entered <= at[whole.vehicle]) & ((whole.left == OPEN) | (whole.left > at[whole.vehicle]))
    opened = OpenVisits(whole.vehicle[is_open], whole.fence[is_open], whole.entered[is_open])
    rest = visits(
        ready,
        path([track[c:] for track, c in zip(tracks, cuts, strict=True)], resumed=True),
        opened,
        everyone,
    )
    for v in range(len(tracks)):
        for f in range(len(ready)):
            after = [one for one in told(whole, v, f) if one[1] > at[v] / 1e6]
            assert told(rest, v, f) == after
    again = {
        (v, f): e
        for v, f, e in zip(
            rest.vehicle[rest.was_open], rest.fence[rest.was_open], rest.entered[rest.was_open], strict=True
        )
    }
    assert again == {(v, f): e for v, f, e in zip(*opened, strict=True)}


@given(st.floats(-75, 75), st.floats(-170, 170), st.floats(1, 20_000), st.floats(0, 360))
def test_a_circle_is_right_to_half_a_percent(lat, lng, radius, bearing) -> None:
    row = FenceRow(uuid.uuid4(), (lat, lng), radius, None)
    ready = Fences.of([row], MARGIN)
    for share, inside in ((0.995, True), (1.005, False)):
        p = oracle.round_area(lat, lng, radius * share, 3600)
        x, y = p.exterior.coords[int(bearing * 10) % 3600]
        assert haversine(lat, lng, y, x) == pytest.approx(radius * share, rel=1e-3)
        found = visits(ready, path([[(1e9, y, x)]]), NONE_OPEN, np.ones((1, 1), bool))
        assert (len(found) == 1) is inside


@given(
    st.floats(-70, 70), st.floats(-170, 170), st.floats(0.001, 0.2), st.floats(0.001, 0.2), st.floats(0, 1)
)
def test_the_margin_of_a_polygon_is_right_to_half_a_percent(lat, lng, high, wide, where) -> None:
    ring = [[lng, lat], [lng + wide, lat], [lng + wide, lat + high], [lng, lat + high], [lng, lat]]
    row = FenceRow(uuid.uuid4(), None, None, {"type": "Polygon", "coordinates": [ring]})
    halo = row.halo(200.0)
    y = lat + where * high
    west, _, _, north = halo.bounds
    # Beside the middle of the western edge, and above the northern one.
    assert haversine(lat + high / 2, lng, lat + high / 2, west) == pytest.approx(200, rel=0.005)
    assert haversine(lat + high, lng, north, lng) == pytest.approx(200, rel=0.005)
    if abs(y) < 60:
        assert haversine(y, lng, y, west) == pytest.approx(200, rel=0.01)


def test_a_fence_says_nothing_about_the_time_before_it_applied() -> None:
    row, area = rounded(0, 0, 300, 60.0)
    here, away = (BASE_LAT, BASE_LNG), (BASE_LAT + 0.02, BASE_LNG)
    track = [(1e9 + 60 * k, *at) for k, at in enumerate([away, here, here, here, here, away])]
    later = FenceRow(row.id, row.centre, row.radius, None, 60.0, round((1e9 + 130) * 1e6))
    found = visits(Fences.of([later], MARGIN), path([track]), NONE_OPEN, np.ones((1, 1), bool))
    assert told(found, 0, 0)[0] == ("entry", 1e9 + 180), "the first fix after it is the first that counts"
    assert [kind for kind, _ in told(found, 0, 0)] == ["entry", "dwell", "exit"]
    assert later.applies_from_us != ALWAYS
    assert [kind for kind, _ in oracle.events(track, area)] == ["entry", "dwell", "exit"]


def test_fences_of_other_vehicles() -> None:
    row, _ = rounded(0, 0, 300, None)
    track = [(1e9, BASE_LAT, BASE_LNG)]
    found = visits(
        Fences.of([row, row], MARGIN),
        path([track, track]),
        NONE_OPEN,
        np.array([[True, False], [False, True]]),
    )
    assert list(zip(found.vehicle.tolist(), found.fence.tolist(), strict=True)) == [(0, 0), (1, 1)]
    only = np.array([[False, True], [True, True], [True, True]])
    found = visits(Fences.of([row, row], MARGIN), path([track]), NONE_OPEN, only)
    assert found.fence.tolist() == [1], "vehicles without fixes come along"


def test_nothing() -> None:
    assert len(visits(Fences.of([], MARGIN), path([[(1e9, 0, 0)]]), NONE_OPEN, np.ones((1, 0), bool))) == 0
    row, _ = rounded(0, 0, 300, None)
    assert len(visits(Fences.of([row], MARGIN), path([]), NONE_OPEN, np.ones((0, 1), bool))) == 0
