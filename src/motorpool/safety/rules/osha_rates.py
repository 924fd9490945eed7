"""The OSHA 300A summary and its rates (29 CFR 1904.32; rates as the Bureau of Labor Statistics computes them)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

#: Hours of 100 people who work 40 hours in 50 weeks of a year: the base of both rates.
BASE_HOURS = 200_000
#: A case counts at most so many days away, and so many of restriction (29 CFR 1904.7(b)(3)(vii)).
MOST_DAYS = 180
#: Columns G to J of the log: the gravest outcome of a case stands in one of them. First aid is in none.
RECORDABLE = ("death", "days_away", "restricted", "other_recordable")
#: Cases of the DART rate: days away, restriction or transfer. Deaths are not among them.
DART = ("days_away", "restricted")
#: Columns M1 to M6.
INJURY_TYPES = (
    "injury",
    "skin_disorder",
    "respiratory_condition",
    "poisoning",
    "hearing_loss",
    "other_illness",
)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the log."""

    classification: str
    injury_type: str = "injury"
    days_away: int = 0
    days_restricted: int = 0
    is_employee: bool = True

    @property
    def is_recordable(self) -> bool:
        return self.is_employee and self.classification in RECORDABLE


@dataclass(frozen=True, slots=True)
class Summary:
    """What form 300A asks for. Rates are None without hours."""

    cases: dict[str, int] = field(default_factory=dict)
    days_away: int = 0
    days_restricted: int = 0
    types: dict[str, int] = field(default_factory=dict)
    hours_worked: Decimal | None = None
    recordable: int = 0
    dart_cases: int = 0
    total_recordable_rate: Decimal | None = None
    dart_rate: Decimal | None = None


def counted_days(days: int) -> int:
    """Days of one case as they are counted."""
    return min(days, MOST_DAYS)


def incidence_rate(cases: int, hours_worked: Decimal | int | None) -> Decimal | None:
    """Cases x 200,000 / hours worked, to two decimals; None without hours.

    >>> incidence_rate(7, 400_000)
    Decimal('3.50')
    """
    if hours_worked is None or hours_worked <= 0:
        return None
    return (Decimal(cases) * BASE_HOURS / Decimal(hours_worked)).quantize(CENT, ROUND_HALF_UP)


def summarise(cases: Iterable[Case], hours_worked: Decimal | int | None = None) -> Summary:
    """The year of one establishment; cases that are not recordable are passed over."""
    counted = [one for one in cases if one.is_recordable]
    by_class = {name: sum(one.classification == name for one in counted) for name in RECORDABLE}
    dart = sum(by_class[name] for name in DART)
    return Summary(
        cases=by_class,
        days_away=sum(counted_days(one.days_away) for one in counted),
        days_restricted=sum(counted_days(one.days_restricted) for one in counted),
        types={name: sum(one.injury_type == name for one in counted) for name in INJURY_TYPES},
        hours_worked=None if hours_worked is None else Decimal(hours_worked),
        recordable=len(counted),
        dart_cases=dart,
        total_recordable_rate=incidence_rate(len(counted), hours_worked),
        dart_rate=incidence_rate(dart, hours_worked),
    )
