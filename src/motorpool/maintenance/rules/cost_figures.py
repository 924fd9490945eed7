"""Figures that costs are judged by: for a distance, availability, share of services on time, and what is out of the
ordinary.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import fmean, median

KM_PER_MILE = Decimal("1.609344")
#: km; for less than this no ratio is told.
SHORTEST_KM = 0.5
#: km; vehicles that went less are not compared with others: one repair in a week says nothing about them.
COMPARED_KM = 100.0
#: Robust standard deviations above the middle from which a vehicle is out of the ordinary.
OUT_OF_ORDINARY = 2.5
#: Fewer than these are not compared.
FEWEST_COMPARED = 5
#: Standard deviation of a normal distribution by its median and by its mean absolute deviation.
SIGMA_BY_MEDIAN = 1.4826
SIGMA_BY_MEAN = 1.2533


def cost_per_km(cost: Decimal, km: float | None) -> Decimal | None:
    """Money for a kilometre, four decimals; None below half a kilometre."""
    if km is None or km < SHORTEST_KM:
        return None
    return (cost / Decimal(str(km))).quantize(Decimal("0.0001"))


def cost_per_mile(cost: Decimal, km: float | None) -> Decimal | None:
    """Money for a mile, four decimals; None below half a kilometre. Not a multiple of the rounded cost of a kilometre."""
    if km is None or km < SHORTEST_KM:
        return None
    return (cost * KM_PER_MILE / Decimal(str(km))).quantize(Decimal("0.0001"))


def percent(part: float, whole: float) -> float | None:
    """One decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole > 0 else None


def availability(down: timedelta, whole: timedelta) -> float | None:
    """Percent of the time in which a vehicle was not out of use, from 0 to 100; None when there was no such time."""
    if whole <= timedelta(0):
        return None
    return round(100 * (1 - min(1.0, max(0.0, down / whole))), 1)


def deviations(values: Sequence[float]) -> list[float] | None:
    """How many robust standard deviations each value lies above the median; None for fewer than five, or all alike.

    The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993): the spread is the median
    absolute deviation, which a few extreme values do not widen; where more than half of the values are alike it is 0,
    and the mean absolute deviation stands in.
    """
    if len(values) < FEWEST_COMPARED:
        return None
    middle = median(values)
    away = [abs(value - middle) for value in values]
    spread = SIGMA_BY_MEDIAN * median(away) or SIGMA_BY_MEAN * fmean(away)
    if spread <= 1e-12:
        return None
    return [(value - middle) / spread for value in values]
