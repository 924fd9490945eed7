"""How much a vehicle is used on an ordinary day, from what its meter showed over the last weeks. Pure.

The measure is the median of weekly use over 13 weeks, divided by seven: weekends and the vehicle's week are in it, while one
long journey, a week in the shop or a gap in the readings does not move it. A mean would follow each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Weeks that are looked at.
WEEKS = 13
#: A shorter span says nothing about ordinary days.
LEAST_DAYS = 3
#: Up to here the whole span is one measure.
SHORT_DAYS = 14


@dataclass(frozen=True, slots=True)
class DailyUse:
    """In the unit of the readings for each day; `days` that the readings span."""

    per_day: float
    days: int


def daily_use(days: Sequence[float], values: Sequence[float]) -> DailyUse | None:
    """From readings of the true meter at times in days, in any order: about one a week, more does no harm.

    A value below an earlier one is no use of the vehicle and left out. Stretches between readings count by their length, so
    that two readings an hour apart do not weigh as much as a week. None: fewer than two readings, or less than three days.
    """
    order = np.argsort(np.asarray(days, float), kind="stable")
    when, meter = np.asarray(days, float)[order], np.asarray(values, float)[order]
    if meter.size:
        good = np.concatenate(([True], meter[1:] >= np.maximum.accumulate(meter)[:-1]))
        when, meter = when[good], meter[good]
    if when.size < 2 or when[-1] - when[0] < LEAST_DAYS:
        return None
    span = float(when[-1] - when[0])
    mean = float(meter[-1] - meter[0]) / span
    if span < SHORT_DAYS:
        return DailyUse(mean, int(span))
    # At the ends of weeks, counted back from the last reading; the use in between is spread evenly.
    ends = when[-1] - 7.0 * np.arange(min(WEEKS, int(span // 7)) + 1)
    weekly = -np.diff(np.interp(ends, when, meter))
    return DailyUse(float(np.median(weekly)) / 7, int(span))
