"""Trips and stops out of positions: the definition in words, and `derive`, which does it.

A vehicle's fixes in order of time, one per time and without GPS jumps (`outliers.py` defines those), are
p(0) ... p(n-1) at times t(0) < ... < t(n-1). Distances |a b| are haversine on a sphere of radius
6,371,008.8 m. *Leg* i goes from p(i) to p(i+1); its speed is its length by its duration. With the fields of
`TripDefinition` in capitals, a leg is

* *fast* if its speed > MIN_DISTANCE / MIN_DURATION (1.11 m/s, walking pace);
* *resting* if its duration >= SETTLE_DURATION and its speed <= STILL_SPEED;
* *silent* if its length >= MIN_DISTANCE and either its duration > STOP_GAP, or its duration > MIN_DURATION
  and it is not fast. (Nobody saw how the vehicle went, and it did not drive all the time.)

Segments, stops and trips, follow each other without gap: the last fix of one is the first fix of the next.

**1. Beginning.** The first segment is a stop with `place` p(0), which begins at fix 0 and has `arrived` =
0.

**2. Leaving a stop.** Let k be the first fix after `arrived` with |place p(k)| >= 2 MIN_DISTANCE, or with
|place p(k)| >= MIN_DISTANCE and also |place p(k+1)| >= MIN_DISTANCE (so a lone fix just outside is no
departure). If there is none, the stop is open and its last fix is n-1. Otherwise:

* If leg k-1 is silent: the stop ends at fix k-1, a *silent trip* goes from fix k-1 to fix k, and at fix k
  begins a stop with `place` p(k) and `arrived` = k. Go to 2.
* Else the stop ends, and a trip begins, at fix s, found so. Let q be the last fix with t(q) <= t(k-1) -
  MIN_DURATION, or `arrived` if that is later. Let s be the last fix of q ... k-1 with |p(q) p(s)| <=
  SETTLE_RADIUS or (s > q and leg s-1 resting). Then, while s > q and leg s-1 is fast, lessen s by one. Go
  to 3.

**3. Ending a trip.** For i = k, k+1, k+2 ... in turn, do a, then b:

* a. Fix i has a *window* i ... u if all of p(i+1) ... p(u) are nearer than MIN_DISTANCE to p(i), where u is
  the first fix with t(u) >= t(i) + MIN_DURATION. If the engine is known to be off at fix i, try
  ENGINE_OFF_DURATION in place of MIN_DURATION first: that is the window if it exists and the engine is off
  at all of its fixes. If there is a window, let e be the first of its fixes with |p(u) p(e)| <=
  SETTLE_RADIUS or (e < u and leg e resting); then, while e < u and leg e is fast, add one to e. If now t(u)
  - t(e) >= SETTLE_DURATION, the trip ends at fix e and a stop begins there, with `arrived` = u and `place`
  = the median latitude and the median longitude of p(e) ... p(u). Go to 2.
* b. If leg i is silent, the trip ends at fix i, a silent trip goes from fix i to fix i+1, and at fix i+1
  begins a stop with `place` p(i+1) and `arrived` = i+1. Go to 2.

If the fixes run out, the trip is open and its last fix is n-1.

**4. Reporting.** A stop that ended in the fix that it began in is left out. The last segment is always
reported and is open: it has no end yet. (So data that begins in mid-trip begins with a trip, and a single
fix is an open stop.)

**Measures** of a segment from fix a to fix b, over the same fixes:

* Distance: the odometer difference if both p(a) and p(b) have a reading, the difference is more than 0, and
  it lies between ODOMETER_LOW x gps - ODOMETER_SLACK and ODOMETER_HIGH x gps + ODOMETER_SLACK, where gps is
  the sum of the lengths of legs a ... b-1 (in a silent trip the upper bound is the jump filter's MAX_SPEED
  x duration instead); else gps.
* Idle: the sum of the durations of the legs a ... b-1 at both ends of which the engine is known to run and
  the device's speed is unknown or < STILL_SPEED, and which last no longer than IDLE_GAP; in a trip, a leg
  with an unknown speed at either end counts only if its own speed < STILL_SPEED.
* Greatest speed: of the device's speeds at fixes a ... b that are not above the jump filter's MAX_SPEED; if
  there is none, of the medians of three consecutive legs within a ... b (the slowest leg if there are fewer
  than three), at most MAX_SPEED.
* Average speed: distance by duration, standing included. Duration: t(b) - t(a).

Why it differs from the common rule of 200 m, 180 s and 3600 s, as in Traccar's newer logic: there a trip
ends at the newest fix when a stop is recognised, so up to MIN_DURATION late; here it ends where the vehicle
came to stand. Walking e forward, and s back, over fast legs keeps the drive into and out of the circle in
the trip. SETTLE_DURATION keeps a crawling queue from being a row of stops.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .definition import DEFAULT, TripDefinition
from .measures import Measures
from .merging import Edit, edited
from .motion import motion
from .outliers import plausible
from .polylines import encoded, simplified
from .results import Derivation, Resume, Stop, Trip
from .segments import Place, Segment, Segmenter, distance_from
from .track import Indices, Track


def derive(
    track: Track,
    definition: TripDefinition = DEFAULT,
    resume: Resume | None = None,
    edits: Sequence[Edit] = (),
) -> Derivation:
    """Trips and stops of one vehicle, joined and cut as `edits` say (see `merging.py`). None of them may hide the stop
    that `resume` lies in.

    With `resume`, `track` holds the fixes from `resume.load_from` on, and the answer begins with the stop
    that the checkpoint lies in. Raises ValueError if the track does not reach back that far or lacks the
    checkpoint's fix.
    """
    if resume is None and not len(track):
        return Derivation((), (), None, None)
    keep = plausible(track, definition.jumps)
    if resume is not None:
        if not len(track) or track.t[0] > resume.load_from:
            raise ValueError(
                f"the track must begin at or before load_from = {resume.load_from} of the checkpoint"
            )
        keep &= track.t >= resume.t
    raw = np.flatnonzero(keep)
    path = track.take(raw)
    if resume is not None and (not len(path) or path.t[0] != resume.t):
        raise ValueError(f"the track lacks the fix at t = {resume.t} that the checkpoint lies at")
    return _Derive(track, raw, path, definition, resume, edits).run()


class _Derive:
    def __init__(
        self,
        track: Track,
        raw: Indices,
        path: Track,
        definition: TripDefinition,
        resume: Resume | None,
        edits: Sequence[Edit],
    ) -> None:
        self.track, self.raw, self.path, self.rule, self.resume = track, raw, path, definition, resume
        self.edits = edits
        self.segmenter = Segmenter(path, definition)
        self.measures = Measures(path, definition)
        # The last believed fix whose fate no fix after the last one can change; -1 if there is none.
        self.settled = int(np.searchsorted(raw, len(track) - definition.jumps.context)) - 1

    def run(self) -> Derivation:
        resume = self.resume
        anchor = None if resume is None else Place(resume.latitude, resume.longitude)
        segments = self.segmenter.segments(anchor)
        if self.edits:
            segments = edited(segments, self.segmenter.t, self.edits, self.segmenter.middle)
        stops = [one for one in segments if one.anchor is not None]
        trips = [one for one in segments if one.anchor is None]
        last = segments[-1]
        return Derivation(
            trips=self._trips(trips),
            stops=tuple(
                self._stop(one)
                for one in stops
                if one.decided is None or self._started_at(one) < self.path.t[one.last]
            ),
            resume=self._latest_checkpoint(stops),
            motion=motion(
                self.path,
                self.rule,
                trip=last.first if last.anchor is None else None,
                stop_started_at=self._started_at(stops[-1]),
                running_since=self._running_since(stops[-1], len(self.path) - 1),
            ),
        )

    def _resumed_in(self, stop: Segment) -> Resume | None:
        """The checkpoint, if the stop is the one that the derivation was resumed in."""
        return self.resume if stop.first == 0 else None

    def _started_at(self, stop: Segment) -> float:
        before = self._resumed_in(stop)
        return before.stop_started_at if before else float(self.path.t[stop.first])

    def _final(self, segment: Segment) -> bool:
        return segment.decided is not None and segment.decided <= self.settled

    def _idle_ms(self, stop: Segment, until: int) -> int:
        before = self._resumed_in(stop)
        return (before.idle_ms if before else 0) + self.measures.idle_ms(stop.first, until, stop=True)

    def _running_since(self, stop: Segment, at: int) -> float | None:
        """Since when the engine runs without a break at a fix of a stop; None if it is not known to."""
        breaks = np.flatnonzero(self.path.engine[stop.first : at + 1] != 1)
        if not len(breaks):
            before = self._resumed_in(stop)
            if before is not None and before.running_since is not None:
                return before.running_since
            return float(self.path.t[stop.first])
        begin = stop.first + int(breaks[-1]) + 1
        return float(self.path.t[begin]) if begin <= at else None

    def _checkpoint(self, stop: Segment, certain: int) -> Resume:
        """The latest checkpoint in a stop that fixes up to `certain` (not before the stop was) allow."""
        assert stop.anchor is not None
        path = self.path
        # The next fix tells whether one outside the circle is a departure: only fixes inside are certain.
        inside = distance_from(path, stop.anchor, slice(stop.arrived, certain + 1)) < self.rule.min_distance
        inside[0] = True
        certain = stop.arrived + int(np.flatnonzero(inside)[-1])
        at = self.segmenter.window_start(stop.arrived, certain)
        at = stop.arrived + int(np.flatnonzero(inside[: at - stop.arrived + 1])[-1])
        before = self._resumed_in(stop)
        if before is not None and at == 0:
            return before
        context = self.rule.jumps.context
        settled = int(self.raw[certain]) + context
        return Resume(
            t=float(path.t[at]),
            load_from=float(self.track.t[max(0, int(self.raw[at]) - context)]),
            settled_at=float(self.track.t[settled]) if settled < len(self.track) else math.inf,
            latitude=stop.anchor.latitude,
            longitude=stop.anchor.longitude,
            stop_started_at=self._started_at(stop),
            idle_ms=self._idle_ms(stop, at),
            running_since=self._running_since(stop, at),
        )

    def _latest_checkpoint(self, stops: list[Segment]) -> Resume | None:
        for stop in reversed(stops):
            if stop.by_hand:
                continue
            inside = stop.last if stop.decided is None else stop.decided - 1
            certain = min(inside, self.settled)
            if certain >= stop.arrived:
                return self._checkpoint(stop, certain)
        return self.resume

    def _stop(self, one: Segment) -> Stop:
        assert one.anchor is not None
        path, started_at = self.path, self._started_at(one)
        resumed = self._resumed_in(one)
        last_at = float(path.t[one.last])
        return Stop(
            first=None if resumed else int(self.raw[one.first]),
            last=int(self.raw[one.last]),
            started_at=started_at,
            last_at=last_at,
            ended_at=None if one.decided is None else last_at,
            latitude=one.anchor.latitude,
            longitude=one.anchor.longitude,
            duration=last_at - started_at,
            idle=self._idle_ms(one, one.last) / 1000,
            final=self._final(one),
            resume=None if one.by_hand else resumed or self._checkpoint(one, one.arrived),
        )

    def _trips(self, found: list[Segment]) -> tuple[Trip, ...]:
        if not found:
            return ()
        path = self.path
        firsts = np.array([one.first for one in found], np.intp)
        lasts = np.array([one.last for one in found], np.intp)
        keep = simplified(path.lat, path.lng, np.concatenate((firsts, lasts)), self.rule.simplify)
        chosen = [
            first + np.flatnonzero(keep[first : last + 1]) for first, last in zip(firsts, lasts, strict=True)
        ]
        points = np.concatenate(chosen)
        starts = np.cumsum([0] + [len(one) for one in chosen[:-1]])
        lines = encoded(path.lat[points], path.lng[points], starts)
        return tuple(self._trip(one, line) for one, line in zip(found, lines, strict=True))

    def _trip(self, one: Segment, polyline: str) -> Trip:
        path, first, last = self.path, one.first, one.last
        started_at, last_at = float(path.t[first]), float(path.t[last])
        distance, begin, end = self._distance(one)
        max_speed, speed_source = self.measures.max_speed(first, last)
        duration = last_at - started_at
        parts = one.parts or (one,)
        return Trip(
            first=int(self.raw[first]),
            last=int(self.raw[last]),
            started_at=started_at,
            last_at=last_at,
            ended_at=None if one.decided is None else last_at,
            start_latitude=float(path.lat[first]),
            start_longitude=float(path.lng[first]),
            end_latitude=float(path.lat[last]),
            end_longitude=float(path.lng[last]),
            distance=distance,
            distance_source="gps" if begin is None else "odometer",
            start_odometer=begin,
            end_odometer=end,
            duration=duration,
            idle=sum(
                self.measures.idle_ms(part.first, part.last, stop=part.anchor is not None) for part in parts
            )
            / 1000,
            max_speed=max_speed,
            max_speed_source=speed_source,
            average_speed=round(distance / duration, 3),
            polyline=polyline,
            silent=one.silent,
            rejected=int(self.raw[last] - self.raw[first]) - (last - first),
            final=self._final(one),
        )

    def _distance(self, one: Segment) -> tuple[float, float | None, float | None]:
        """As `Measures.distance`; of joined trips the sum, without the wandering of fixes while the vehicle stood."""
        trips = [part for part in one.parts or (one,) if part.anchor is None]
        found = [self.measures.distance(part.first, part.last, silent=part.silent) for part in trips]
        if any(begin is None for _, begin, _ in found):
            # A part without odometer: the readings at the ends would say more than the distance does.
            return round(sum(metres for metres, _, _ in found), 3), None, None
        return round(sum(metres for metres, _, _ in found), 3), found[0][1], found[-1][2]
