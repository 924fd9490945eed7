"""Distance, idling and speed of a trip or stop between two fixes of a track without jumps."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .definition import TripDefinition
from .track import Floats, Track

Milliseconds = NDArray[np.int64]


class Measures:
    """Per-leg quantities of a track, ready to be summed between fixes `first` and `last`."""

    def __init__(self, track: Track, definition: TripDefinition) -> None:
        self.track, self.rule = track, definition
        self.leg_speed = track.leg_speed
        with np.errstate(invalid="ignore"):
            self.device_speed = np.where(track.speed <= definition.jumps.max_speed, track.speed, np.nan)
        self.idle_in_stop, self.idle_in_trip = self._idle()
        self.believed = self._median_of_three()

    def _idle(self) -> tuple[Milliseconds, Milliseconds]:
        """Milliseconds of each leg that count as idling, in a stop and in a trip. Whole numbers add up the
        same however the sum is split."""
        track, rule = self.track, self.rule
        unknown = np.isnan(track.speed)
        slow = unknown | (track.speed < rule.still_speed)
        running = track.engine == 1
        idle = running[:-1] & running[1:] & slow[:-1] & slow[1:] & (track.leg_s <= rule.idle_gap)
        crept = (unknown[:-1] | unknown[1:]) & (self.leg_speed >= rule.still_speed)
        length = np.rint(track.leg_s * 1000).astype(np.int64)
        return np.where(idle, length, 0), np.where(idle & ~crept, length, 0)

    def _median_of_three(self) -> Floats:
        """For each leg but the outer ones the median of its own speed and its neighbours'."""
        v = self.leg_speed
        if len(v) < 3:
            return np.empty(0)
        a, b, c = v[:-2], v[1:-1], v[2:]
        return np.asarray(np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c)), dtype=np.float64)

    def idle_ms(self, first: int, last: int, *, stop: bool) -> int:
        """Idling between two fixes, in milliseconds."""
        return int((self.idle_in_stop if stop else self.idle_in_trip)[first:last].sum())

    def distance(self, first: int, last: int, *, silent: bool) -> tuple[float, float | None, float | None]:
        """Metres travelled between two fixes, and both odometer readings if they made it."""
        track, rule = self.track, self.rule
        gps = round(float(track.leg_m[first:last].sum()), 3)
        begin, end = float(track.odometer[first]), float(track.odometer[last])
        driven = end - begin
        low = rule.odometer_low * gps - rule.odometer_slack
        high = rule.odometer_high * gps + rule.odometer_slack
        if silent:
            high = rule.jumps.max_speed * float(track.t[last] - track.t[first])
        if driven > 0 and low <= driven <= high:
            return round(driven, 3), begin, end
        return gps, None, None

    def max_speed(self, first: int, last: int) -> tuple[float, Literal["device", "computed"]]:
        """Greatest speed between two fixes: the device's where it says any, else of the legs without lone
        peaks."""
        said = self.device_speed[first : last + 1]
        if not np.isnan(said).all():
            return round(float(np.nanmax(said)), 3), "device"
        if last - first < 3:
            best = float(self.leg_speed[first:last].min())
        else:
            best = float(self.believed[first : last - 2].max())
        return round(min(best, self.rule.jumps.max_speed), 3), "computed"
