"""Mileage logs: what a mile is worth on a day, and what a year of trips comes to. Pure.

Rates are dated rows (the tax office has changed them in mid-year: 2008, 2011, 2022); a trip counts by the rate of the
local day on which it began. Miles are statute miles of 1,609.344 m. Money is rounded to cents per trip, half up, so that
the column adds up to its total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from .classification import business_share

MILE_KM = Decimal("1.609344")
CENT = Decimal("0.01")
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Rate:
    """`per_mile` of the currency for a statute mile, from `valid_from` on."""

    valid_from: date
    per_mile: Decimal
    source: str = ""


def rate_on(rates: Sequence[Rate], day: date) -> Rate | None:
    """The rate that holds on a day; None before the first. `rates` in order of `valid_from`."""
    return next((one for one in reversed(rates) if one.valid_from <= day), None)


@dataclass(frozen=True)
class LoggedTrip:
    """A trip of a log; `percent` is the business share of a mixed trip, 0 to 100."""

    day: date
    distance_km: Decimal
    usage: str | None
    percent: Decimal | None = None

    @property
    def miles(self) -> Decimal:
        """To a tenth, as a log has it."""
        return (self.distance_km / MILE_KM).quantize(TENTH, ROUND_HALF_UP)

    @property
    def business_miles(self) -> Decimal:
        return (self.miles * business_share(self.usage, self.percent)).quantize(TENTH, ROUND_HALF_UP)


def worth(trip: LoggedTrip, rates: Sequence[Rate]) -> tuple[Decimal | None, Decimal]:
    """The rate that holds for a trip (None: there is none) and the amount for its business miles."""
    rate = rate_on(rates, trip.day)
    if rate is None:
        return None, Decimal(0)
    return rate.per_mile, (trip.business_miles * rate.per_mile).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Totals:
    """Sums of a log in miles (tenths) and money (cents); `by_rate` is (rate, business miles, amount) in order of time."""

    trips: int
    miles: Decimal
    business: Decimal
    commute: Decimal
    personal: Decimal
    unclassified: Decimal
    unclassified_trips: int
    amount: Decimal
    by_rate: tuple[tuple[Rate | None, Decimal, Decimal], ...]

    @property
    def business_percent(self) -> Decimal | None:
        """Business use as a share of all miles, in percent to a tenth; None without miles."""
        if not self.miles:
            return None
        return (100 * self.business / self.miles).quantize(TENTH, ROUND_HALF_UP)


def total(trips: Iterable[LoggedTrip], rates: Sequence[Rate]) -> Totals:
    """What a log comes to. The rest of a mixed trip counts as personal, a mixed trip without a share as unclassified."""
    zero = Decimal(0)
    sums = dict.fromkeys(("miles", "business", "commute", "personal", "unclassified", "amount"), zero)
    count = open_trips = 0
    by_rate: dict[Rate | None, tuple[Decimal, Decimal]] = {}
    for trip in trips:
        count += 1
        business = trip.business_miles
        _, amount = worth(trip, rates)
        sums["miles"] += trip.miles
        sums["business"] += business
        sums["amount"] += amount
        if trip.usage is None or (trip.usage == "mixed" and trip.percent is None):
            open_trips += 1
            sums["unclassified"] += trip.miles
        else:
            sums["commute" if trip.usage == "commute" else "personal"] += trip.miles - business
        if business:
            rate = rate_on(rates, trip.day)
            miles, money = by_rate.get(rate, (zero, zero))
            by_rate[rate] = (miles + business, money + amount)
    ordered = sorted(by_rate.items(), key=lambda one: one[0].valid_from if one[0] else date.min)
    return Totals(
        trips=count,
        unclassified_trips=open_trips,
        by_rate=tuple((rate, miles, amount) for rate, (miles, amount) in ordered),
        **sums,
    )


def is_contemporaneous(started_at: datetime, classified_at: datetime | None) -> bool:
    """Whether the record was made at or near the time of use: within the week, as Treas. Reg. 1.274-5T(c)(2)(ii)(A)
    accepts of a log kept weekly."""
    return classified_at is not None and (classified_at - started_at).total_seconds() <= 7 * 86_400
