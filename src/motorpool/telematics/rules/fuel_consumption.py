"""What a trip consumed. Pure; never negative.

In this order, the first that the readings of the trip allow: the engine's own counter of litres; its fuel rate, integrated;
its air flow, for engines that burn petrol or LPG at a known ratio; the fall of the level between refuellings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from motorpool.telematics.rules.fuel import Levels, minimum, smooth, steps
from motorpool.telematics.rules.track import Floats

#: Between readings further apart nothing is integrated, in seconds.
LONGEST_LEG_S = 30.0
#: Least share of the trip that the readings have to cover.
LEAST_COVERAGE = 0.8
#: A level has to fall by so many percent of the tank before it says anything, and to be known for so many bins.
LEAST_FALL_PERCENT = 1.0
LEAST_BINS = 10
#: Bins that make the level at an end of a trip.
END_BINS = 5
#: Fuel type -> (stoichiometric mass of air to fuel, density in g/L). Heywood, Internal Combustion Engine Fundamentals,
#: table D.4; diesel engines run lean, so that their air flow says little about fuel.
AIR = {
    "gasoline": (14.7, 745.0),
    "hybrid": (14.7, 745.0),
    "plug_in_hybrid": (14.7, 745.0),
    "lpg": (15.7, 540.0),
}
Method = Literal["counter", "rate", "air_flow", "level"]


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings of a trip in order of time, columns of equal length, NaN where nothing was said: `used` litres (a counter),
    `rate` L/h, `air` g/s, `charge` percent of the traction battery.
    """

    t: Floats
    used: Floats
    rate: Floats
    air: Floats
    charge: Floats


@dataclass(frozen=True)
class Consumption:
    liters: float
    method: Method
    details: dict[str, Any]


@dataclass(frozen=True)
class Balance:
    """How a level went from `start` to `end`; all parts >= 0 and start = end + consumed - refuelled + dropped - unexplained.

    `unexplained` are rises too small for a refuelling: slopes, temperature, a sensor that swings.
    """

    start: float
    end: float
    consumed: float
    refuelled: float
    dropped: float
    unexplained: float


def consumption(
    readings: Readings, levels: Levels, seconds: float, fuel_type: str | None, capacity: float | None
) -> Consumption | None:
    """Litres of a trip of this duration; None where the readings do not tell. `levels` in litres (empty: not known)."""
    if seconds <= 0:
        return None
    if (counted := _counted(readings, seconds)) is not None:
        return counted
    methods: list[tuple[Method, Floats]] = [("rate", readings.rate / 3600)]
    if fuel_type in AIR:
        ratio, density = AIR[fuel_type]
        methods.append(("air_flow", readings.air / (ratio * density)))
    for method, per_second in methods:
        liters, covered = _integral(readings.t, per_second)
        coverage = covered / seconds
        if coverage >= LEAST_COVERAGE:
            share = min(1.0, coverage)
            return Consumption(liters / share, method, {"coverage": round(share, 3)})
    if capacity and len(levels) >= LEAST_BINS:
        found = balance(levels, minimum("liters", capacity))
        if found.consumed >= capacity * LEAST_FALL_PERCENT / 100:
            told = {
                "start_liters": found.start,
                "end_liters": found.end,
                "refuelled_liters": found.refuelled,
                "dropped_liters": found.dropped,
                "unexplained_liters": found.unexplained,
            }
            return Consumption(
                found.consumed, "level", {name: round(value, 2) for name, value in told.items()}
            )
    return None


def _counted(readings: Readings, seconds: float) -> Consumption | None:
    known = np.flatnonzero(~np.isnan(readings.used))
    if len(known) < 2:
        return None
    used, t = readings.used[known], readings.t[known]
    coverage = float(t[-1] - t[0]) / seconds
    # A counter that goes back was reset.
    if coverage < LEAST_COVERAGE or (np.diff(used) < 0).any():
        return None
    return Consumption(float(used[-1] - used[0]), "counter", {"coverage": round(min(1.0, coverage), 3)})


def _integral(t: Floats, per_second: Floats) -> tuple[float, float]:
    """Trapezoids between readings that say something: the integral, and the seconds that it covers."""
    known = ~np.isnan(per_second)
    t, per_second = t[known], per_second[known]
    length = np.diff(t)
    near = length <= LONGEST_LEG_S
    middle = (per_second[:-1] + per_second[1:]) / 2
    return float((middle * length)[near].sum()), float(length[near].sum())


def balance(levels: Levels, least: float) -> Balance:
    """The account of a level from its first bin to its last; steps of `least` or more are no consumption."""
    level = smooth(levels)
    cuts = [0]
    refuelled = dropped = 0.0
    for one in steps(levels, least):
        # The first bin after the step begins a new piece.
        cut = int(np.searchsorted(levels.first, one.ended, "left"))
        if cuts[-1] < cut < len(level):
            cuts.append(cut)
    ends = [*cuts[1:], len(level)]
    consumed = unexplained = 0.0
    start = end = float("nan")
    for begin, stop in zip(cuts, ends, strict=True):
        piece = level[begin:stop]
        first, last = float(np.median(piece[:END_BINS])), float(np.median(piece[-END_BINS:]))
        if begin == 0:
            start = first
        elif first >= end:
            refuelled += first - end
        else:
            dropped += end - first
        consumed += max(0.0, first - last)
        unexplained += max(0.0, last - first)
        end = last
    return Balance(start, end, consumed, refuelled, dropped, unexplained)


def energy(readings: Readings, capacity: float) -> tuple[float, dict[str, Any]] | None:
    """kWh out of the traction battery, net of what braking brought back, at least 0; None where nothing is known.
    `capacity` in kWh.
    """
    charge = readings.charge[~np.isnan(readings.charge)]
    if len(charge) < 2:
        return None
    start, end = float(charge[0]), float(charge[-1])
    told = {"start_percent": round(start, 2), "end_percent": round(end, 2)}
    return max(0.0, start - end) / 100 * capacity, told


#: A rise of the state of charge that is told, percent: less is braking and rounding.
LEAST_CHARGE = 3.0


@dataclass(frozen=True)
class Charge:
    started: float
    ended: float
    before: float
    after: float


def charge(t: Floats, percent: Floats) -> Charge | None:
    """The charging in one stop, from the lowest state of charge to the highest after it; None: there was none."""
    if len(t) < 2:
        return None
    lowest = np.minimum.accumulate(percent)
    top = int(np.argmax(percent - lowest))
    before, after = float(lowest[top]), float(percent[top])
    if after - before < LEAST_CHARGE:
        return None
    begin = int(np.flatnonzero(percent[:top] == before)[-1])
    return Charge(float(t[begin]), float(t[top]), before, after)
