"""When the next inspection is due, which vehicles need one, and what an odometer tells."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from motorpool.fleet.rules.commercial import PASSENGER_SEATS

#: Types that are the periodic inspection of 49 CFR 396.17.
PERIODIC = ("annual", "DOT")
#: A vehicle that goes farther in a day is doubtful, kilometres.
FARTHEST_A_DAY_KM = 2_500


def add_months(day: date, months: int) -> date:
    """The same day of a later month; the last one where that month is shorter (29 February -> 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def report_every_day(vehicle_type: str | None, seats: int | None) -> bool:
    """Whether a written report is due each day without a defect too (49 CFR 396.11(a)(2)(ii): passenger carriers).

    Of other vehicles a report is due only when something was found; a report without a defect is welcome.
    """
    return vehicle_type == "bus" or (seats or 0) >= PASSENGER_SEATS


Doubt = Literal["rollback", "ahead", "jump"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the odometer had shown in all, metres, replaced meters included."""

    meters: float
    at: datetime


def doubt_about(meters: float, at: datetime, before: Reading | None, after: Reading | None) -> Doubt | None:
    """Why a reading cannot be right beside its neighbours in time; None when it can."""
    if before is not None and meters < before.meters:
        return "rollback"
    if after is not None and meters > after.meters:
        return "ahead"
    if before is not None:
        days = max((at - before.at).total_seconds() / 86_400, 1.0)
        if meters - before.meters > days * FARTHEST_A_DAY_KM * 1000:
            return "jump"
    return None
