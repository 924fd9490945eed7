"""Refuelling and sudden drops, from the level of a tank. Pure; times are epoch seconds.

Levels come as bins: the median of the readings of each BIN_S, counted from 1970, in litres or, where the size of the tank is
not known, in percent. A single odd bin is taken out by a median of three. At each pair of neighbours i, i+1 the level
*before* is the median of the bins of WINDOW_S up to i, the level *after* that of WINDOW_S from i+1 on. Where they differ by
`minimum` or more is a candidate; of candidates within WINDOW_S of each other the greatest difference is the step. So a step
depends on the bins within two windows of it and on nothing else, however far apart the two neighbours are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from motorpool.telematics.rules.track import Floats

BIN_S = 30
WINDOW_S = 600.0
#: How far from a changed reading steps can change, and how far from them bins are looked at.
REACH_S = 4 * WINDOW_S
#: Least step: percent of the tank, and litres whatever its size.
MIN_PERCENT = 8.0
MIN_LITERS = 5.0
#: No engine burns faster: litres an hour and litres a kilometre; percent of a tank of unknown size likewise.
BURN_PER_H = {"liters": 60.0, "percent": 25.0}
BURN_PER_KM = {"liters": 0.6, "percent": 0.8}
#: A silence longer than this says nothing about how the engine ran in it, in seconds.
SILENCE_S = 120.0
#: After a silence longer than this nobody knows what happened.
LONG_SILENCE_S = 86_400.0
#: Levels further apart are not compared.
MOST_SILENCE_S = 44 * 86_400.0
STOOD_KM = 0.5
FUEL = UUID("0f3b2d8e-56f1-4b39-8d0c-3c2f1f1f7b11")
"""UUIDv5 namespace of fuel events; never changes."""

Unit = Literal["liters", "percent"]
Kind = Literal["refuel", "drop"]


def fuel_event_id(vehicle_id: UUID, kind: str, ended: float) -> UUID:
    """Id of the event that ended at `ended`, exact to the millisecond."""
    return uuid5(FUEL, f"{vehicle_id}/{kind}/{round(ended * 1000)}")


@dataclass(frozen=True, eq=False)
class Levels:
    """Bins of a level in order of time, columns of equal length. `first` and `last` are the times of the readings at their ends,
    `rpm` the greatest in the bin, `odometer` in km; NaN where nothing was said.
    """

    first: Floats
    last: Floats
    level: Floats
    rpm: Floats
    odometer: Floats

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Step:
    """The level went from `before` to `after` between two readings at `started` and `ended`."""

    started: float
    ended: float
    before: float
    after: float
    #: Bins that the two levels were made of.
    bins_before: int
    bins_after: int
    #: True, False, or None where it is not known.
    engine_ran: bool | None
    #: By the odometer; None: not known.
    driven_km: float | None
    odometer_km: float | None

    @property
    def silence(self) -> float:
        return self.ended - self.started


def minimum(unit: Unit, capacity: float | None) -> float:
    """The least step that is told. `capacity`: of the tank, litres."""
    if unit == "percent":
        return MIN_PERCENT
    return max(MIN_LITERS, MIN_PERCENT / 100 * capacity) if capacity else MIN_LITERS


def smooth(levels: Levels) -> Floats:
    """Median of three; as they are at the ends and beside a silence that is too long."""
    level = levels.level
    if len(level) < 3:
        return level
    a, b, c = level[:-2], level[1:-1], level[2:]
    middle = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    apart = _apart(levels)
    middle = np.where(apart[:-1] | apart[1:], b, middle)
    return np.concatenate((level[:1], middle, level[-1:]))


def _apart(levels: Levels) -> NDArray[np.bool_]:
    """Whether a bin and the next one are too far apart to be compared."""
    return np.asarray(levels.first[1:] - levels.last[:-1] > MOST_SILENCE_S, bool)


def steps(levels: Levels, least: float) -> list[Step]:
    """All steps of at least `least`, in order of time."""
    n = len(levels)
    if n < 2:
        return []
    level = smooth(levels)
    before = _medians(levels.first, level, -1)[:-1]
    after = _medians(levels.first, level, 1)[1:]
    change = after - before
    candidates = np.flatnonzero((np.abs(change) >= least) & ~_apart(levels))
    marks, sizes = levels.first[candidates + 1], np.abs(change[candidates])
    found = []
    for place, at in enumerate(candidates.tolist()):
        near = slice(
            np.searchsorted(marks, marks[place] - WINDOW_S, "left"),
            np.searchsorted(marks, marks[place] + WINDOW_S, "right"),
        )
        # Of equal ones the earliest: argmax takes the first.
        if near.start + int(np.argmax(sizes[near])) == place:
            found.append(_step(levels, level, at, float(before[at]), float(after[at])))
    return found


def _medians(t: Floats, level: Floats, direction: int) -> Floats:
    """For each bin the median over the bins of a window that ends (-1) or begins (1) with it."""
    most = int(WINDOW_S // BIN_S)
    places = np.arange(len(t))[:, None] + direction * np.arange(most)
    inside = (places >= 0) & (places < len(t))
    places = np.clip(places, 0, len(t) - 1)
    inside &= np.abs(t[places] - t[:, None]) < WINDOW_S
    return np.asarray(np.nanmedian(np.where(inside, level[places], np.nan), axis=1), np.float64)


def _step(levels: Levels, level: Floats, at: int, before: float, after: float) -> Step:
    """The step between bins `at` and `at + 1`. Filling takes minutes: its levels are those well before and well after, its
    times those at which a tenth and nine tenths of it were done.
    """
    t = levels.first
    mine = np.flatnonzero((t <= t[at]) & (t > t[at] - WINDOW_S))
    after_it = np.flatnonzero((t >= t[at + 1]) & (t < t[at + 1] + WINDOW_S))
    rise = after > before
    early, late = mine[t[mine] <= t[at] - WINDOW_S / 2], after_it[t[after_it] >= t[at + 1] + WINDOW_S / 2]
    if len(early):
        settled = float(np.median(level[early]))
        before = min(before, settled) if rise else max(before, settled)
    if len(late):
        settled = float(np.median(level[late]))
        after = max(after, settled) if rise else min(after, settled)
    share = (level - before) / (after - before)
    begun, done = mine[share[mine] <= 0.1], after_it[share[after_it] >= 0.9]
    i, j = int(begun[-1]) if len(begun) else at, int(done[0]) if len(done) else at + 1
    odometers = float(levels.odometer[i]), float(levels.odometer[j])
    known = not (np.isnan(odometers[0]) or np.isnan(odometers[1])) and odometers[1] >= odometers[0]
    return Step(
        float(levels.last[i]),
        float(levels.first[j]),
        before,
        after,
        len(mine),
        len(after_it),
        _ran(levels, i, j),
        odometers[1] - odometers[0] if known else None,
        None if np.isnan(odometers[1]) else odometers[1],
    )


def _ran(levels: Levels, i: int, j: int) -> bool | None:
    rpm = levels.rpm[i : j + 1]
    if np.isnan(rpm).any() or float(np.max(levels.first[i + 1 : j + 1] - levels.last[i:j])) > SILENCE_S:
        return None
    return True if (rpm > 0).all() else False if (rpm == 0).any() else None


@dataclass(frozen=True)
class FuelEvent:
    """What a step means. `amount` >= 0, in the unit of the levels."""

    kind: Kind
    step: Step
    amount: float
    engine_state: Literal["off", "running", "unknown"]
    confidence: Literal["low", "medium", "high"]
    reasons: tuple[str, ...]


def judge(step: Step, unit: Unit, capacity: float | None, driven_km: float | None) -> FuelEvent | None:
    """A refuelling, a drop that no driving explains, or None: it was burnt on the way.

    driven_km: how far it went between the two readings, where something else than the odometer tells.
    """
    least = minimum(unit, capacity)
    driven = step.driven_km if step.driven_km is not None else driven_km
    stood = driven is not None and driven < STOOD_KM
    engine: Literal["off", "running", "unknown"] = "unknown"
    if step.engine_ran is not None:
        engine = "running" if step.engine_ran else "off"
    elif step.silence > SILENCE_S and stood:
        engine = "off"
    amount = abs(step.after - step.before)
    reasons = []
    if step.after < step.before:
        burnt = (driven or 0.0) * BURN_PER_KM[unit]
        if engine == "running":
            burnt = max(burnt, step.silence / 3600 * BURN_PER_H[unit])
        amount -= burnt
        if amount < least:
            return None
        if driven is None and step.silence > SILENCE_S:
            reasons.append("distance_not_known")
        elif burnt > 0:
            reasons.append("less_what_was_driven")
    elif engine == "running":
        reasons.append("engine_running")
    held = capacity if unit == "liters" else 100.0
    if held and max(step.after, step.before, amount) > held * 1.02:
        reasons.append("more_than_the_tank_holds")
    if min(step.bins_before, step.bins_after) < 3:
        reasons.append("few_readings")
    if step.silence > LONG_SILENCE_S:
        reasons.append("long_silence")
    grave = {"distance_not_known", "more_than_the_tank_holds", "few_readings"} & set(reasons)
    sure = not reasons and amount >= 1.5 * least
    confidence: Literal["low", "medium", "high"] = "low" if grave else "high" if sure else "medium"
    kind: Kind = "refuel" if step.after > step.before else "drop"
    return FuelEvent(kind, step, amount, engine, confidence, tuple(reasons))
