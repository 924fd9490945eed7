"""Trip derivation: the same answer however the fixes come in, and nothing lost."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polyline
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.definition import DEFAULT
from motorpool.telematics.rules.outliers import plausible
from motorpool.telematics.rules.results import Derivation, Motion, Resume, Stop, Trip, restart
from motorpool.telematics.rules.track import Track, haversine
from motorpool.telematics.rules.trips import derive

METRE = 1 / 111_195.08
"""Degrees of latitude, and of longitude on the equator, in a metre of the mean sphere."""
EPOCH = 1_700_000_000.0


@dataclass(frozen=True)
class Phase:
    """Some fixes at one spacing and one speed, with noise."""

    fixes: int
    spacing: float
    speed: float
    course: float
    noise: float
    engine: int
    speaks: bool


phases = st.builds(
    Phase,
    fixes=st.integers(1, 25),
    spacing=st.sampled_from([1.0, 7.5, 20.0, 60.0, 61.0, 179.0, 181.0, 300.0, 1200.0, 4000.0]),
    speed=st.sampled_from([0.0, 0.0, 0.0, 0.3, 0.9, 1.3, 4.0, 12.0, 30.0]),
    course=st.floats(0, 6.28),
    noise=st.sampled_from([0.0, 3.0, 20.0, 80.0]),
    engine=st.sampled_from([-1, 0, 1]),
    speaks=st.booleans(),
)


def drive(parts: list[Phase], seed: int, jumps: list[tuple[int, int]]) -> Track:
    """The phases one after the other; `jumps` puts runs of fixes (begin, how many) five kilometres away."""
    random = np.random.default_rng(seed)
    t, x, y, speed, engine, odometer = ([] for _ in range(6))
    now = east = north = driven = 0.0
    for part in parts:
        for _ in range(part.fixes):
            now += part.spacing
            way = part.speed * part.spacing
            driven += way
            east, north = east + way * np.sin(part.course), north + way * np.cos(part.course)
            t.append(EPOCH + now)
            x.append(east + random.normal(0, part.noise))
            y.append(north + random.normal(0, part.noise))
            speed.append(part.speed if part.speaks else np.nan)
            engine.append(part.engine)
            odometer.append(driven if part.speaks else np.nan)
    for begin, many in jumps:
        for at in range(begin % len(x), min(begin % len(x) + many, len(x))):
            x[at] += 5000.0
    lat, lng = 37.0 + np.array(y) * METRE, -122.0 + np.array(x) * METRE
    return Track.of(np.array(t), lat, lng, speed=speed, engine=engine, odometer=odometer)


tracks = st.builds(
    drive,
    st.lists(phases, min_size=1, max_size=12),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 7)), max_size=4),
)


# One fix a minute, with runs of jumps long enough to look like stops until they are over.
jumpy = st.builds(
    drive,
    st.lists(
        st.builds(
            Phase,
            fixes=st.integers(3, 20),
            spacing=st.just(60.0),
            speed=st.sampled_from([0.0, 12.0]),
            course=st.floats(0, 6.28),
            noise=st.just(3.0),
            engine=st.just(-1),
            speaks=st.just(False),
        ),
        min_size=2,
        max_size=6,
    ),
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 5)), min_size=1, max_size=8),
)


class Ledger:
    """What a caller keeps: fixes as they came, trips and stops by start, and checkpoints as stored JSON."""

    def __init__(self) -> None:
        self.fixes: list[int] = []
        self.trips: dict[float, Trip] = {}
        self.stops: dict[float, Stop] = {}
        self.resume: Resume | None = None
        self.final: dict[tuple[str, float], Trip | Stop] = {}
        self.loaded = 0
        self.motion: Motion | None = None

    def add(self, whole: Track, batch: list[int]) -> None:
        newest = whole.t[max(self.fixes)] if self.fixes else -math.inf
        oldest = float(whole.t[min(batch)])
        self.fixes = sorted(self.fixes + batch)
        resume = self.resume
        if oldest < newest:
            kept = [one.resume for one in self.stops.values()] + ([resume] if resume else [])
            resume = restart(kept, oldest)
            self.final = {key: one for key, one in self.final.items() if one.last_at < oldest}
        begin = resume.load_from if resume else -math.inf
        chosen = [at for at in self.fixes if whole.t[at] >= begin]
        self.loaded += len(chosen)
        answer = derive(whole.take(np.array(chosen, int)), resume=resume)
        self.motion = answer.motion and replace(answer.motion, heading=None, heading_source=None)
        self.replace(answer, resume)

    def replace(self, answer: Derivation, resume: Resume | None) -> None:
        since = resume.stop_started_at if resume else -math.inf
        stored = self.stops
        self.trips = {at: one for at, one in self.trips.items() if at < since}
        self.stops = {at: one for at, one in stored.items() if at < since}
        self.trips |= {one.started_at: one for one in answer.trips}
        for one in answer.stops:
            old = stored.get(one.started_at)
            if one.first is None and old and math.isfinite(old.resume.settled_at):
                one = replace(one, resume=old.resume)
            self.stops[one.started_at] = one
        self.resume = answer.resume and Resume.from_json(json.loads(json.dumps(answer.resume.as_json())))

    def content(self) -> list[tuple[object, ...]]:
        return content(Derivation(tuple(self.trips.values()), tuple(self.stops.values()), None, None))


def content(answer: Derivation) -> list[tuple[object, ...]]:
    """Everything but indices, checkpoints and finality, which depend on what was loaded."""
    plain = [replace(one, first=0, last=0, final=False) for one in answer.trips]
    stops = [
        (one.started_at, one.last_at, one.ended_at, one.latitude, one.longitude, one.duration, one.idle)
        for one in answer.stops
    ]
    return [tuple(vars(one).values()) for one in sorted(plain, key=lambda one: one.started_at)] + sorted(
        stops, key=lambda one: one[0]
    )


@settings(max_examples=200, deadline=None)
@given(tracks | jumpy, st.lists(st.integers(1, 60), min_size=1, max_size=30) | st.just([1]))
def test_chunks_with_checkpoints_give_what_one_run_gives(track: Track, sizes: list[int]) -> None:
    ledger = Ledger()
    at = turn = 0
    while at < len(track):
        end = min(at + sizes[turn % len(sizes)], len(track))
        ledger.add(track, list(range(at, end)))
        whole = derive(track.take(slice(0, end)))
        assert ledger.content() == content(whole)
        assert whole.motion
        assert ledger.motion == replace(whole.motion, heading=None, heading_source=None)
        at, turn = end, turn + 1


@settings(max_examples=200, deadline=None)
@given(tracks | jumpy, st.randoms(use_true_random=False), st.floats(0.05, 0.6))
def test_late_fixes_give_what_arrival_in_order_gives(track: Track, random: object, share: float) -> None:
    late = [at for at in range(len(track)) if random.random() < share]  # type: ignore[attr-defined]
    prompt = [at for at in range(len(track)) if at not in set(late)]
    batches = [prompt[at : at + 17] for at in range(0, len(prompt), 17)]
    random.shuffle(late)  # type: ignore[attr-defined]
    for at in range(0, len(late), 3):
        batches.insert(random.randint(0, len(batches)), late[at : at + 3])  # type: ignore[attr-defined]
    ledger = Ledger()
    for batch in batches:
        ledger.add(track, batch)
        so_far = track.take(np.array(ledger.fixes, int))
        assert ledger.content() == content(derive(so_far))


@settings(max_examples=200, deadline=None)
@given(tracks | jumpy, st.data())
def test_what_is_called_final_stays(track: Track, data: st.DataObject) -> None:
    early = derive(track.take(slice(0, data.draw(st.integers(1, len(track))))))
    all_of_it = derive(track)
    assert [one for one in early.trips if one.final] == list(
        all_of_it.trips[: sum(one.final for one in early.trips)]
    )
    finals = [one for one in early.stops if one.final]
    plain = [replace(one, resume=None) for one in finals]  # type: ignore[arg-type]
    assert plain == [replace(one, resume=None) for one in all_of_it.stops[: len(finals)]]  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(tracks)
def test_segments_follow_each_other_without_gap_or_overlap(track: Track) -> None:
    answer = derive(track)
    believed = track.t[plausible(track, DEFAULT.jumps)]
    both = sorted([*answer.trips, *answer.stops], key=lambda one: (one.started_at, one.last_at))
    assert both[0].started_at == believed[0]
    assert both[-1].last_at == believed[-1]
    for one, following in pairwise(both):
        assert one.ended_at == one.last_at == following.started_at
        # Two trips meet only where a silence begins or ends; two stops never.
        if isinstance(one, Trip) and isinstance(following, Trip):
            assert one.silent or following.silent
        assert isinstance(one, Trip) or isinstance(following, Trip)
    assert both[-1].ended_at is None
    for stop in answer.stops:
        assert 0 <= stop.idle <= stop.duration + 0.001
    for trip in answer.trips:
        straight = haversine(trip.start_latitude, trip.start_longitude, trip.end_latitude, trip.end_longitude)
        allowed = (
            0.001 if trip.distance_source == "gps" else 0.1 * float(straight) + DEFAULT.odometer_slack + 0.001
        )
        assert trip.distance >= float(straight) - allowed
        assert trip.duration > 0
        assert 0 <= trip.idle <= trip.duration + 0.001
        assert 0 <= trip.max_speed <= DEFAULT.jumps.max_speed
        assert math.isclose(trip.average_speed, trip.distance / trip.duration, abs_tol=0.001)
        ends = polyline.decode(trip.polyline)
        assert np.allclose(ends[0], (trip.start_latitude, trip.start_longitude), atol=6e-6)
        assert np.allclose(ends[-1], (trip.end_latitude, trip.end_longitude), atol=6e-6)


@settings(max_examples=150, deadline=None)
@given(tracks, st.integers(-10_000_000, 10_000_000))
def test_moving_the_clock_moves_only_the_times(track: Track, shift: int) -> None:
    moved = derive(replace_time(track, track.t + shift))
    here = derive(track)
    for a, b in zip(here.trips, moved.trips, strict=True):
        ended = None if a.ended_at is None else a.ended_at + shift
        assert b == replace(a, started_at=a.started_at + shift, last_at=a.last_at + shift, ended_at=ended)
    assert [(one.started_at + shift, one.duration, one.idle, one.latitude) for one in here.stops] == [
        (one.started_at, one.duration, one.idle, one.latitude) for one in moved.stops
    ]


def replace_time(track: Track, t: np.ndarray) -> Track:  # type: ignore[type-arg]
    return Track(t, track.lat, track.lng, track.speed, track.heading, track.engine, track.odometer)


@settings(max_examples=150, deadline=None)
@given(tracks, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(track: Track, random: object) -> None:
    order = list(range(len(track)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Track.of(
        track.t[order],
        track.lat[order],
        track.lng[order],
        speed=track.speed[order],
        heading=track.heading[order],
        engine=track.engine[order],
        odometer=track.odometer[order],
    )
    assert derive(shuffled) == derive(track)
