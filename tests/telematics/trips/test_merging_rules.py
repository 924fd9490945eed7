"""Joins and cuts on tracks: what becomes one or two, and that a resumed derivation agrees."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tests.telematics.derive.fleet import DEGREE_M, cab_days, drive, points, stand

from motorpool.telematics.rules.merging import Edit
from motorpool.telematics.rules.results import Derivation, restart
from motorpool.telematics.rules.track import Track
from motorpool.telematics.rules.trips import derive

HALF = 37.0 + 5000 / DEGREE_M
DAY = [
    *stand(0, 600),
    *drive(610, 5000, 500),
    *stand(1110, 900, latitude=HALF),
    *drive(2020, 4000, 400, south=HALF),
    *stand(2420, 900, latitude=HALF + 4000 / DEGREE_M),
]


def track_of(fixes: list) -> Track:
    t, lat, lng = zip(*points(fixes), strict=True)
    return Track.of(t, lat, lng)


def spans(found: Derivation) -> list[tuple[str, float, float]]:
    rows = [("trip", one.started_at, one.last_at) for one in found.trips]
    rows += [("stop", one.started_at, one.last_at) for one in found.stops]
    return sorted(rows, key=lambda row: row[1:])


def test_two_trips_become_one() -> None:
    track = track_of(DAY)
    apart = derive(track)
    first, second = apart.trips
    joined = derive(track, edits=[Edit("merge", first.started_at, first.last_at, second.started_at)])
    (trip,) = joined.trips
    assert (trip.started_at, trip.last_at) == (first.started_at, second.last_at)
    assert trip.distance == pytest.approx(first.distance + second.distance), "fixes of the stop add nothing"
    assert trip.duration == second.last_at - first.started_at
    assert len(joined.stops) == len(apart.stops) - 1
    assert [one.started_at for one in joined.stops] == [
        apart.stops[0].started_at,
        apart.stops[2].started_at,
    ]


def test_it_holds_when_late_fixes_move_the_stop_and_spares_other_stops() -> None:
    first, second = derive(track_of(DAY)).trips
    edit = Edit("merge", first.started_at, first.last_at, second.started_at)
    moved = [fix for fix in DAY if not 1110 < fix[0] < 1400]
    assert len(derive(track_of(moved), edits=[edit]).trips) == 1
    # A stop of ten minutes within the first trip, which nobody spoke of.
    other = [
        *stand(0, 600),
        *drive(610, 2500, 100),
        *stand(720, 300, latitude=37.0 + 2500 / DEGREE_M),
        *drive(1021, 2500, 90, south=37.0 + 2500 / DEGREE_M),
        *DAY[DAY.index((1140.0, HALF, -122.0, None, None, None)) :],
    ]
    assert len(derive(track_of(other)).trips) == 3
    kept = derive(track_of(other), edits=[edit])
    assert len(kept.trips) == 2
    assert kept.trips[1].last_at == second.last_at


def test_a_trip_becomes_two_at_a_fix_and_between_fixes() -> None:
    track = track_of(DAY)
    first, second = derive(track).trips
    at_a_fix = derive(track, edits=[Edit("split", first.started_at, 810.0, 810.0)])
    assert [(one.started_at, one.last_at) for one in at_a_fix.trips] == [
        (610.0, 810.0),
        (810.0, 1110.0),
        (second.started_at, second.last_at),
    ]
    assert sum(one.distance for one in at_a_fix.trips[:2]) == pytest.approx(first.distance, abs=0.01)
    between = derive(track, edits=[Edit("split", first.started_at, 814.0, 814.0)])
    assert [one.last_at for one in between.trips][:2] == [810.0, 1110.0]
    outside = derive(track, edits=[Edit("split", 0.0, 300.0, 300.0)])
    assert spans(outside) == spans(derive(track)), "where the vehicle stood there is nothing to cut"


def test_a_trip_is_cut_at_a_halt() -> None:
    track = track_of(DAY)
    (first, _) = derive(track).trips
    found = derive(track, edits=[Edit("split", first.started_at, 800.0, 850.0)])
    made = [one for one in found.stops if one.resume is None]
    assert [(one.started_at, one.last_at) for one in made] == [(800.0, 850.0)]
    assert [one.last_at for one in found.trips][:2] == [800.0, 1110.0]
    assert [one.started_at for one in found.trips][:2] == [610.0, 850.0]


def test_a_joined_trip_can_be_cut_elsewhere() -> None:
    track = track_of(DAY)
    first, second = derive(track).trips
    edits = [
        Edit("merge", first.started_at, first.last_at, second.started_at),
        Edit("split", first.started_at, 2220.0, 2220.0),
    ]
    found = derive(track, edits=edits)
    assert [(one.started_at, one.last_at) for one in found.trips] == [
        (first.started_at, 2220.0),
        (2220.0, second.last_at),
    ]
    assert found.trips[0].distance == pytest.approx(first.distance + 2000, abs=1)


def test_fixes_that_are_left_out_are_counted() -> None:
    jump = (805.0, 38.5, -121.0, None, None, None)
    (first, second) = derive(track_of([*DAY, jump])).trips
    assert (first.rejected, second.rejected) == (1, 0)


@pytest.mark.parametrize("cab", range(4))
def test_resuming_agrees_with_deriving_from_the_beginning(cab: int) -> None:
    """Real taxis with many joins and cuts, fed bit by bit from the checkpoints that no join may hide."""
    chance = random.Random(cab)
    track = track_of(cab_days(4)[cab])
    natural = derive(track)
    pairs = list(zip(natural.trips, natural.trips[1:], strict=False))
    edits = [
        Edit("merge", before.started_at, before.last_at, after.started_at)
        for before, after in chance.sample(pairs, len(pairs) // 3)
    ]
    for trip in chance.sample(natural.trips, len(natural.trips) // 3):
        if trip.last - trip.first > 4:
            at = float(track.t[(trip.first + trip.last) // 2])
            until = float(track.t[(trip.first + trip.last) // 2 + chance.randint(0, 1)])
            edits.append(Edit("split", trip.started_at, at, until))
    whole = derive(track, edits=edits)
    assert spans(whole) != spans(natural)

    done: dict[tuple[str, float], float] = {}
    checkpoints = []
    for end in [*range(25, len(track), 25), len(track)]:
        late = float(track.t[max(0, end - 25)])
        usable = [one for one in checkpoints if not any(edit.hides(one.stop_started_at) for edit in edits)]
        resume = restart(usable, late)
        begin = 0 if resume is None else int(np.searchsorted(track.t, resume.load_from))
        found = derive(track.take(slice(begin, end)), resume=resume, edits=edits)
        since = -np.inf if resume is None else resume.stop_started_at
        done = {key: last for key, last in done.items() if key[1] < since}
        done |= {(kind, started): last for kind, started, last in spans(found)}
        if found.resume is not None:
            checkpoints.append(found.resume)
        checkpoints = [one for one in checkpoints if one.settled_at < np.inf or one is found.resume]
    assert done == {(kind, started): last for kind, started, last in spans(whole)}
