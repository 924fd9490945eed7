"""The segmentation of a track without jumps into stops and trips. `trips.py` holds the definition in words.

Python loops over segments; within a segment NumPy works on windows that grow as needed, so that a vehicle
which stands for a day costs little more than reading its fixes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from statistics import median

import numpy as np

from .definition import TripDefinition
from .track import Flags, Floats, Indices, Track, haversine

FIRST_WINDOW, LAST_WINDOW = 32, 4096


@dataclass(frozen=True)
class Place:
    """A point in WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Segment:
    """A stop (`anchor` is set) or a trip, from the fix `first` to the fix `last`, both included.

    `arrived` is the fix at which a stop was certain (for a trip: at which its departure was); `decided` the
    fix at which the end was certain, None while the segment is open.
    """

    first: int
    last: int
    arrived: int
    decided: int | None
    anchor: Place | None = None
    silent: bool = False
    #: Of trips that people joined: the trips and stops that they were, in order.
    parts: tuple[Segment, ...] = ()
    #: A stop that is one because people say so. Nothing can resume in it.
    by_hand: bool = False


class Segmenter:
    """Splits one track, which must hold no jumps, into contiguous segments."""

    def __init__(self, track: Track, definition: TripDefinition) -> None:
        self.track, self.rule = track, definition
        self.n = len(track)
        self.t: list[float] = track.t.tolist()
        self.leg_s = track.leg_s
        self.leg_speed = track.leg_speed
        rule = definition
        self.fast: Flags = self.leg_speed > rule.walking_speed
        self.resting: Flags = (self.leg_s >= rule.settle_duration) & (self.leg_speed <= rule.still_speed)
        silent = (track.leg_m >= rule.min_distance) & (
            (self.leg_s > rule.stop_gap) | ((self.leg_s > rule.min_duration) & ~self.fast)
        )
        self.silences: list[int] = np.flatnonzero(silent).tolist()
        self.silent = set(self.silences)
        self.engine_off: Flags = track.engine == 0
        self._dwells: list[tuple[int, int]] = []
        self._scanned = 0

    def segments(self, anchor: Place | None = None) -> list[Segment]:
        """All segments in order of time; stops of no length are among them. Empty for an empty track.

        The first is a stop at `anchor`, or at the first fix where that is None.
        """
        found: list[Segment] = []
        if not self.n:
            return found
        first = arrived = 0
        anchor = anchor or self._place(0)
        while True:
            left = self._departure(anchor, arrived + 1)
            if left is None:
                found.append(Segment(first, self.n - 1, arrived, None, anchor))
                return found
            out, sure = left
            if out - 1 in self.silent:
                found.append(Segment(first, out - 1, arrived, sure, anchor))
                found.append(Segment(out - 1, out, sure, sure, silent=True))
                first = arrived = out
                anchor = self._place(out)
                continue
            start = self._start(arrived, out)
            found.append(Segment(first, start, arrived, sure, anchor))
            at = bisect_left(self.silences, out)
            silence = self.silences[at] if at < len(self.silences) else self.n
            stop = self._arrival(out, silence)
            if stop is not None:
                first, arrived = stop
                found.append(Segment(start, first, sure, arrived))
                anchor = self.middle(first, arrived)
            elif silence < self.n:
                found.append(Segment(start, silence, sure, silence + 1))
                found.append(Segment(silence, silence + 1, silence + 1, silence + 1, silent=True))
                first = arrived = silence + 1
                anchor = self._place(first)
            else:
                found.append(Segment(start, self.n - 1, sure, None))
                return found

    def window_start(self, arrived: int, at: int) -> int:
        """The last fix at least `min_duration` before fix `at`, but not one before `arrived`."""
        return max(arrived, bisect_right(self.t, self.t[at] - self.rule.min_duration) - 1)

    def _place(self, at: int) -> Place:
        return Place(float(self.track.lat[at]), float(self.track.lng[at]))

    def middle(self, first: int, last: int) -> Place:
        """The median place of some fixes, both ends included."""
        # Offsets from the last fix, so that a stop on the antimeridian has a middle too.
        here = self._place(last)
        east = (self.track.lng[first : last + 1] - here.longitude + 180.0) % 360.0 - 180.0
        middle = (here.longitude + median(east.tolist()) + 180.0) % 360.0 - 180.0
        return Place(median(self.track.lat[first : last + 1].tolist()), middle)

    def _departure(self, anchor: Place, begin: int) -> tuple[int, int] | None:
        """The first fix that has left `anchor`, and the fix that makes it certain."""
        track, far = self.track, self.rule.min_distance
        size = FIRST_WINDOW
        while begin < self.n:
            end = min(begin + size, self.n)
            peek = min(end + 1, self.n)
            away = distance_from(track, anchor, slice(begin, peek))
            out = away >= far
            alone_enough = away >= 2 * far
            left = alone_enough.copy()
            left[:-1] |= out[:-1] & out[1:]
            hits = np.flatnonzero(left[: end - begin])
            if len(hits):
                out_at = begin + int(hits[0])
                return out_at, out_at if alone_enough[hits[0]] else out_at + 1
            begin, size = end, min(2 * size, LAST_WINDOW)
        return None

    def _start(self, arrived: int, out: int) -> int:
        """The fix at which the vehicle that was out at fix `out` set off."""
        low = self.window_start(arrived, out - 1)
        near = self.track.distance(low, slice(low, out)) <= self.rule.settle_radius
        near[1:] |= self.resting[low : out - 1]
        start = low + int(np.flatnonzero(near)[-1])
        while start > low and self.fast[start - 1]:
            start -= 1
        return start

    def _arrival(self, begin: int, silence: int) -> tuple[int, int] | None:
        """First fix of the first stop at or after `begin`, and the fix that makes it certain; None if a
        silence or the end comes before."""
        at = bisect_left(self._dwells, (begin, 0))
        while True:
            while at < len(self._dwells):
                dwell, until = self._dwells[at]
                if dwell > silence:
                    return None
                first = self._settled(dwell, until)
                if first is not None:
                    return first, until
                at += 1
            if self._scanned > silence or not self._scan(begin):
                return None

    def _settled(self, dwell: int, until: int) -> int | None:
        """The first fix at which the vehicle stands, in a window that stays within `min_distance` of its
        first fix."""
        near = self.track.distance(until, slice(dwell, until + 1)) <= self.rule.settle_radius
        near[:-1] |= self.resting[dwell:until]
        first = dwell + int(np.argmax(near))
        while first < until and self.fast[first]:
            first += 1
        return first if self.t[until] - self.t[first] >= self.rule.settle_duration else None

    def _scan(self, begin: int) -> bool:
        """Find the dwells of the next window of fixes that nobody has looked at; False at the end of the
        track."""
        low = max(self._scanned, begin)
        high = min(low + 2048, self.n)
        if low >= high:
            return False
        at = np.arange(low, high)
        until = self._stays(at, self.rule.min_duration)
        if self.engine_off[low:high].any():
            quick = self._stays(at[self.engine_off[low:high]], self.rule.engine_off_duration, engine_off=True)
            chosen = until[self.engine_off[low:high]]
            until[self.engine_off[low:high]] = np.where(quick >= 0, quick, chosen)
        dwells = np.flatnonzero(until >= 0)
        self._dwells.extend(zip((low + dwells).tolist(), until[dwells].tolist(), strict=True))
        self._scanned = high
        return True

    def _stays(self, at: Indices, duration: float, engine_off: bool = False) -> Indices:
        """For each fix the first one at least `duration` later, if all up to it are near the former; else
        -1."""
        track = self.track
        until = np.searchsorted(track.t, track.t[at] + duration)
        result = np.full(len(at), -1, np.intp)
        active = np.flatnonzero(until < self.n)
        ahead = 1
        while len(active):
            later = at[active] + ahead
            near = track.distance(at[active], later) < self.rule.min_distance
            if engine_off:
                near &= self.engine_off[later]
            active = active[near]
            done = at[active] + ahead >= until[active]
            result[active[done]] = until[active[done]]
            active = active[~done]
            ahead += 1
        return result


def distance_from(track: Track, place: Place, chosen: slice) -> Floats:
    """Metres from a place to the chosen fixes."""
    return haversine(place.latitude, place.longitude, track.lat[chosen], track.lng[chosen])
