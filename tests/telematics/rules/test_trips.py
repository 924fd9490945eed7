"""Trips and stops worked out by hand, on the equator, where a metre east is 1 / 111,195.08 degrees."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import polyline
import pytest

from motorpool.telematics.rules import trips as rules
from motorpool.telematics.rules.definition import TripDefinition
from motorpool.telematics.rules.results import Derivation, Resume, restart
from motorpool.telematics.rules.track import Track
from motorpool.telematics.rules.trips import derive

METRE = 1 / 111_195.08
T0 = 1_700_000_000.0

Fixes = list[tuple[float, float]]


def line(fixes: Fixes, **columns: Any) -> Track:
    """Pairs of seconds and metres east; columns of one value per fix."""
    t, x = np.array(fixes, float).reshape(-1, 2).T
    return Track.of(T0 + t, np.zeros(len(t)), x * METRE, **columns)


def stand(begin: int, end: int, at: float, every: int = 60) -> Fixes:
    return [(t, at) for t in range(begin, end + 1, every)]


def go(begin: int, end: int, at: float, speed: float, every: int = 60) -> Fixes:
    """From the fix after `begin` to `end`, starting at `at`."""
    return [(t, at + speed * (t - begin)) for t in range(begin + every, end + 1, every)]


def spans(answer: Derivation) -> list[tuple[str, float, float | None]]:
    """Kind, start and end of everything, in seconds from T0."""
    rows = [("trip", one.started_at - T0, one.ended_at) for one in answer.trips]
    rows += [("stop", one.started_at - T0, one.ended_at) for one in answer.stops]
    return [(kind, at, end and end - T0) for kind, at, end in sorted(rows, key=lambda row: (row[1], row[0]))]


# Ten minutes parked, five driven at 36 km/h, ten parked, one fix a minute.
COMMUTE = stand(0, 600, 0) + go(600, 900, 0, 10) + stand(960, 1500, 3000)


def test_a_drive_between_two_parkings() -> None:
    answer = derive(line(COMMUTE))
    assert spans(answer) == [("stop", 0, 600), ("trip", 600, 900), ("stop", 900, None)]
    (trip,) = answer.trips
    assert (trip.first, trip.last) == (10, 15)
    assert trip.distance == pytest.approx(3000, abs=0.01)
    assert trip.distance_source == "gps"
    assert (trip.duration, trip.idle, trip.silent) == (300, 0, False)
    assert trip.average_speed == pytest.approx(10, abs=0.001)
    assert trip.max_speed == pytest.approx(10, abs=0.001)
    assert trip.max_speed_source == "computed"
    assert polyline.decode(trip.polyline) == [(0, 0), (0, 0.02698)]
    assert (trip.start_longitude, trip.end_longitude) == (0, 3000 * METRE)
    first, second = answer.stops
    assert (first.duration, first.latitude, first.longitude) == (600, 0, 0)
    assert second.longitude == pytest.approx(3000 * METRE)
    assert second.duration == 600


def test_the_stop_is_known_after_three_minutes_and_not_before() -> None:
    assert derive(line([fix for fix in COMMUTE if fix[0] < 1080])).trips[0].ended_at is None
    assert derive(line([fix for fix in COMMUTE if fix[0] <= 1080])).trips[0].ended_at == T0 + 900


def test_a_trip_under_way_is_open_and_measured_up_to_now() -> None:
    (trip,) = derive(line(stand(0, 600, 0) + go(600, 840, 0, 10))).trips
    assert (trip.started_at, trip.ended_at, trip.last_at) == (T0 + 600, None, T0 + 840)
    assert trip.distance == pytest.approx(2400, abs=0.01)
    assert trip.final is False


def test_data_that_begins_in_mid_trip_begins_with_a_trip() -> None:
    answer = derive(line(go(0, 600, 0, 10) + stand(660, 1200, 6000)))
    assert spans(answer) == [("trip", 60, 600), ("stop", 600, None)]


@pytest.mark.parametrize("fixes", [[(0, 0)], [(0, 0), (60, 0)], stand(0, 100_000, 5)])
def test_no_movement_is_one_open_stop(fixes: Fixes) -> None:
    answer = derive(line(fixes))
    assert spans(answer) == [("stop", 0, None)]
    assert answer.stops[0].duration == fixes[-1][0]
    assert answer.motion is not None
    assert (answer.motion.state, answer.motion.heading) == ("stopped", None)


def test_no_fixes_at_all() -> None:
    assert derive(line([])) == Derivation((), (), None, None)


def test_a_truck_at_one_hertz_keeps_the_last_metres_despite_a_red_light() -> None:
    # 10 m/s; a red light of 40 s at 1850 m; on to the depot at 2000 m.
    fixes = stand(0, 300, 0, 1) + go(300, 485, 0, 10, 1) + stand(486, 525, 1850, 1)
    fixes += go(525, 540, 1850, 10, 1) + stand(541, 900, 2000, 1)
    answer = derive(line(fixes))
    assert spans(answer) == [("stop", 0, 300), ("trip", 300, 540), ("stop", 540, None)]
    assert answer.trips[0].distance == pytest.approx(2000, abs=0.01)
    assert len(answer.trips[0].polyline) < 12


def test_a_truck_at_one_hertz_that_sets_off_to_a_red_light_leaves_at_the_first_move() -> None:
    fixes = stand(0, 300, 0, 1) + go(300, 315, 0, 10, 1) + stand(316, 355, 150, 1) + go(355, 455, 150, 10, 1)
    assert spans(derive(line(fixes))) == [("stop", 0, 300), ("trip", 300, None)]


def test_a_crawling_queue_belongs_to_the_trip() -> None:
    # Always within 200 m for three minutes. At 51 m a minute it is never within 50 m for half a minute; at
    # 45 m it is, between any two fixes.
    def through_a_queue(speed: float) -> Derivation:
        fixes = stand(0, 600, 0) + go(600, 900, 0, 10) + go(900, 1500, 3000, speed / 60)
        fixes += go(1500, 1800, 3000 + 10 * speed, 10) + stand(1860, 2400, 6000 + 10 * speed)
        return derive(line(fixes))

    assert spans(through_a_queue(51)) == [("stop", 0, 600), ("trip", 600, 1800), ("stop", 1800, None)]
    assert len(through_a_queue(45).trips) > 1


def test_a_phone_that_reports_every_five_minutes_when_still() -> None:
    random = np.random.default_rng(1)
    fixes = [(t, float(random.normal(0, 25))) for t in range(0, 36_000, 300)]
    fixes += go(35_700, 36_300, 0, 10, 10) + [(36_300 + t, 6000.0) for t in range(300, 36_000, 300)]
    assert spans(derive(line(fixes))) == [
        ("stop", 0, 35_700),
        ("trip", 35_700, 36_300),
        ("stop", 36_300, None),
    ]


def test_a_lone_fix_outside_the_circle_is_no_departure() -> None:
    def with_bounce(metres: float) -> Derivation:
        return derive(line([*stand(0, 3000, 0, 300), (3300, metres), *stand(3600, 6000, 0, 300)]))

    assert spans(with_bounce(399)) == [("stop", 0, None)]
    assert len(with_bounce(401).trips) == 1


def test_a_silence_with_movement_is_a_trip_of_its_own() -> None:
    fixes = stand(0, 600, 0) + go(600, 900, 0, 10) + stand(8100, 8700, 23_000)
    answer = derive(line(fixes))
    assert spans(answer) == [("stop", 0, 600), ("trip", 600, 900), ("trip", 900, 8100), ("stop", 8100, None)]
    assert [one.silent for one in answer.trips] == [False, True]
    assert answer.trips[1].distance == pytest.approx(20_000, abs=0.1)


def test_a_silence_in_a_stop_ends_it_where_the_vehicle_was_last_heard() -> None:
    answer = derive(line(stand(0, 600, 0) + go(7800, 8400, 5000, 10)))
    assert spans(answer) == [("stop", 0, 600), ("trip", 600, 7860), ("trip", 7860, None)]


def test_a_silence_without_movement_changes_nothing() -> None:
    answer = derive(line(stand(0, 600, 0) + stand(40_000, 40_600, 30)))
    assert spans(answer) == [("stop", 0, None)]


def test_a_slow_leg_is_a_silence_before_the_hour_is_over() -> None:
    # 400 m in 20 minutes is no driving; 8 km in 20 minutes is.
    slow = go(0, 600, 0, 10) + go(1800, 2400, 6400 - 600, 10)
    assert spans(derive(line(slow))) == [("trip", 60, 600), ("trip", 600, 1860), ("trip", 1860, None)]
    fast = go(0, 600, 0, 10) + go(1800, 2400, 14_000, 10)
    assert spans(derive(line(fast))) == [("trip", 60, None)]


def test_a_gps_jump_neither_ends_a_stop_nor_lengthens_a_trip() -> None:
    jumped = [(t, x + 9000 if t in (300, 780) else x) for t, x in COMMUTE]
    answer = derive(line(jumped))
    assert spans(answer) == [("stop", 0, 600), ("trip", 600, 900), ("stop", 900, None)]
    assert answer.trips[0].distance == pytest.approx(3000, abs=0.01)


def test_engine_off_makes_a_shorter_stop() -> None:
    fixes = stand(0, 600, 0, 10) + go(600, 900, 0, 10, 10) + stand(910, 1030, 3000, 10)
    fixes += go(1030, 1330, 3000, 10, 10)
    off = [0 if t <= 590 or 900 <= t <= 1020 else 1 for t, _ in fixes]
    assert len(derive(line(fixes)).trips) == 1
    assert len(derive(line(fixes, engine=np.ones(len(fixes)))).trips) == 1
    assert spans(derive(line(fixes, engine=off))) == [
        ("stop", 0, 600),
        ("trip", 600, 900),
        ("stop", 900, 1030),
        ("trip", 1030, None),
    ]


def test_idling_needs_an_engine_that_is_known_to_run() -> None:
    fixes = stand(0, 600, 0) + go(600, 900, 0, 10) + stand(960, 1020, 3000) + go(1020, 1320, 3000, 10)
    fixes += stand(1380, 1980, 6000)
    running = [1 if t <= 1560 else 0 for t, _ in fixes]
    answer = derive(line(fixes, engine=running))
    assert [(one.duration, one.idle) for one in answer.trips] == [(720, 120)]
    assert [one.idle for one in answer.stops] == [600, 240]
    assert {one.idle for one in (*derive(line(fixes)).stops, *derive(line(fixes)).trips)} == {0}
    # The device says that it creeps, and a leg of more than 200 s was not watched.
    creeping = derive(line(fixes, engine=running, speed=np.full(len(fixes), 0.28)))
    assert [one.idle for one in creeping.stops] == [0, 0]
    assert derive(line(stand(0, 1000, 0, 250), engine=np.ones(5))).stops[0].idle == 0


@pytest.mark.parametrize(
    ("start", "end", "distance", "source"),
    [
        (50_000.0, 53_300.0, 3300.0, "odometer"),
        (50_000.0, 52_499.0, 3000.0, "gps"),  # 0.9 x 3000 - 200 = 2500
        (50_000.0, 54_701.0, 3000.0, "gps"),  # 1.5 x 3000 + 200 = 4700
        (53_000.0, 50_000.0, 3000.0, "gps"),
        (0.0, 53_000.0, 3000.0, "gps"),
        (math.nan, 53_000.0, 3000.0, "gps"),
    ],
)
def test_an_odometer_is_believed_within_bounds(
    start: float, end: float, distance: float, source: str
) -> None:
    odometer = [start if t <= 600 else end for t, _ in COMMUTE]
    (trip,) = derive(line(COMMUTE, odometer=odometer)).trips
    assert trip.distance == pytest.approx(distance, abs=0.01)
    assert trip.distance_source == source
    assert (trip.start_odometer, trip.end_odometer) == (
        (start, end) if source == "odometer" else (None, None)
    )


def test_an_odometer_tells_how_far_a_silent_trip_really_was() -> None:
    fixes = stand(0, 600, 0) + stand(8100, 8700, 20_000)
    odometer = [0.0 if t <= 600 else 61_000.0 for t, _ in fixes]
    assert derive(line(fixes, odometer=odometer)).trips[0].distance == 61_000


def test_the_greatest_speed_is_the_devices_or_without_lone_peaks() -> None:
    assert (
        derive(line(COMMUTE, speed=[13.0 if t == 720 else 0.0 for t, _ in COMMUTE])).trips[0].max_speed == 13
    )
    assert (
        derive(line(COMMUTE, speed=[99.0 if t == 720 else 5.0 for t, _ in COMMUTE])).trips[0].max_speed == 5
    )
    # Ten seconds of delay in one fix: 600 m in 50 s, then in 70 s.
    uneven = [(t - 10 if t == 780 else t, x) for t, x in COMMUTE]
    assert derive(line(uneven)).trips[0].max_speed == pytest.approx(10, abs=0.01)


def test_a_stop_on_the_antimeridian_has_its_place_there() -> None:
    track = line(COMMUTE)
    across = (track.lng + 180 - 3000 * METRE - 1e-5 + 1e-5 * (np.arange(len(track)) % 3) + 180) % 360 - 180
    answer = derive(Track.of(track.t, track.lat, across))
    assert spans(answer) == [("stop", 0, 600), ("trip", 600, 900), ("stop", 900, None)]
    assert abs(answer.stops[1].longitude) == pytest.approx(180, abs=2e-5)
    assert answer.trips[0].distance == pytest.approx(3000, abs=10)


def test_the_checkpoint_moves_along_in_a_long_stop() -> None:
    answer = derive(line(COMMUTE + stand(1560, 87_900, 3000)))
    resume = answer.resume
    assert resume is not None
    # 12 fixes of context behind the last one, three minutes before that, 12 fixes of context to load.
    assert resume.t - T0 == 87_900 - 12 * 60 - 180
    assert resume.load_from == resume.t - 12 * 60
    assert resume.settled_at == T0 + 87_900
    assert resume.stop_started_at == T0 + 900
    assert answer.stops[1].resume.t == T0 + 1080
    assert answer.stops[1].resume.settled_at == T0 + 1080 + 12 * 60
    assert Resume.from_json(resume.as_json()) == resume


def test_restart_takes_the_newest_checkpoint_that_the_late_fix_leaves_intact() -> None:
    answer = derive(
        line(COMMUTE + stand(1560, 4500, 3000) + go(4500, 4800, 3000, 10) + stand(4860, 9000, 6000))
    )
    kept = [one.resume for one in answer.stops]
    assert restart(kept, T0 + 700) is None
    assert restart(kept, T0 + 800) == kept[0]
    assert restart(kept, T0 + 1800) == kept[0]
    assert restart(kept, T0 + 1801) == kept[1]
    assert restart(kept, T0 + 9001) == kept[2]


def test_a_track_that_does_not_hold_the_checkpoint_is_refused() -> None:
    track = line(COMMUTE + stand(1560, 6000, 3000))
    resume = derive(track).resume
    assert resume is not None
    with pytest.raises(ValueError, match="load_from"):
        derive(track.take(track.t >= resume.t), resume=resume)
    with pytest.raises(ValueError, match="lacks the fix"):
        derive(track.take(track.t != resume.t), resume=resume)


def test_what_is_final() -> None:
    def drive(until: int) -> Derivation:
        return derive(line(COMMUTE + stand(1560, until, 3000)))

    # The stop is certain at 1080 s; twelve fixes later nothing can change that any more.
    assert drive(1740).trips[0].final is False
    assert drive(1800).trips[0].final is True
    assert drive(1800).stops[0].final is True
    assert drive(1800).stops[1].final is False
    assert drive(1800).settled_until == T0 + 900


@pytest.mark.parametrize(
    ("fixes", "engine", "speed", "expected"),
    [
        (COMMUTE, -1, math.nan, ("stopped", 900)),
        (COMMUTE, 1, math.nan, ("idling", 900)),
        (COMMUTE, 0, math.nan, ("stopped", 900)),
        (COMMUTE, -1, 3.0, ("moving", 900)),
        (COMMUTE, 0, 3.0, ("stopped", 900)),
        (stand(0, 600, 0) + go(600, 900, 0, 10), -1, math.nan, ("moving", 600)),
        (stand(0, 600, 0) + go(600, 900, 0, 10) + [(960, 3000)], -1, math.nan, ("stopped", 900)),
        (stand(0, 600, 0) + go(600, 900, 0, 10) + [(960, 3000)], 1, math.nan, ("idling", 900)),
    ],
)
def test_the_live_state(fixes: Fixes, engine: int, speed: float, expected: tuple[str, float]) -> None:
    many = len(fixes)
    motion = derive(line(fixes, engine=np.full(many, engine), speed=np.full(many, speed))).motion
    assert motion is not None
    assert (motion.state, motion.since - T0) == expected
    assert (motion.heading, motion.heading_source) == (90.0, "computed")


def test_idling_in_a_long_stop_counts_from_when_the_engine_was_started() -> None:
    fixes = stand(0, 90_000, 0)
    track = line(fixes, engine=[1 if t >= 60_000 else 0 for t, _ in fixes])
    first = derive(track.take(slice(0, 1400)))
    assert first.resume is not None
    again = derive(track.take(track.t >= first.resume.load_from), resume=first.resume)
    for motion in (derive(track).motion, again.motion):
        assert motion is not None
        assert (motion.state, motion.since - T0) == ("idling", 60_000)


def test_the_live_heading_is_the_devices_where_it_says_one() -> None:
    motion = derive(line(COMMUTE, heading=np.full(len(COMMUTE), 271.5))).motion
    assert motion is not None
    assert (motion.heading, motion.heading_source) == (271.5, "device")


@pytest.mark.parametrize(
    ("field", "value"),
    [("min_distance", 0.0), ("settle_radius", 300.0), ("engine_off_duration", 200.0), ("stop_gap", 60.0)],
)
def test_a_definition_that_cannot_work_is_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=field):
        TripDefinition(**{field: value})


def test_the_page_for_people_holds_the_definition() -> None:
    page = " ".join((Path(__file__).parents[3] / "docs" / "trips.md").read_text("utf-8").split())
    words = " ".join((rules.__doc__ or "").split())
    definition = words[words.index("A vehicle's fixes") : words.index("Why it differs")].strip()
    assert definition in page
