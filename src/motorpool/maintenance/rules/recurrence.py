"""When a recurring service is due: by miles, days, calendar months and engine hours, whichever comes first. Pure.

The next one is counted from the last completion, not from the day or mark at which it was due: a service that was done early
or late shifts the ones after it, as the makers' handbooks count (so many miles *since the last* change). Before the first
completion it is counted from the day that the vehicle went into service and the first reading of its meter.

Distances are statute miles of the true meter (earlier meters included), durations whole engine hours, days are local ones.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

DueStatus = Literal["not_planned", "paused", "upcoming", "due_soon", "due", "overdue"]
MILE_M = 1609.344
HOUR_S = 3600.0
#: Farther away than this nothing is predicted, days.
HORIZON_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Interval:
    """From one service to the next; what is None does not count. Each is above zero."""

    miles: int | None = None
    days: int | None = None
    months: int | None = None
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in the life of a vehicle: a local day, miles of the odometer, engine hours. None: not known, or not planned."""

    day: date | None = None
    miles: float | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Margin:
    """A stretch before a mark (advance notice) or behind it (grace). None is below zero."""

    days: int = 0
    miles: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """What a vehicle runs on an ordinary day. None: not known."""

    miles: float | None = None
    hours: float | None = None


def service_name(schedule_name: str | None, maintenance_type: str | None) -> str:
    """What a service is called: `Oil service`, or after its type."""
    return schedule_name or (maintenance_type or "service").replace("_", " ").capitalize()


def interval_of(
    trigger_type: str, *, miles: int | None, days: int | None, months: int | None, hours: int | None
) -> Interval:
    """The intervals that count for a `trigger_type` of the table."""
    match trigger_type:
        case "mileage":
            return Interval(miles=miles)
        case "time":
            return Interval(days=days, months=months)
        case "engine_hours":
            return Interval(hours=hours)
    return Interval(miles, days, months, hours)


def add_months(day: date, months: int, day_of_month: int | None = None) -> date:
    """The same day of a later month, or that month's last day where it has no such day.

    31 January and a month is 28 February, or 29 in a leap year; 29 February and twelve months is 28 February. With
    `day_of_month` a series that began on a 31st comes back to it: 31 January, 28 February, 31 March.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day_of_month or day.day, last))


def next_due(interval: Interval, anchor: Mark, day_of_month: int | None = None) -> Mark:
    """Where the next service is due when the last one was at `anchor`; None where an interval or the anchor is missing.

    With days and months the earlier day counts.
    """
    days = []
    if anchor.day is not None and interval.days is not None:
        days.append(anchor.day + timedelta(days=interval.days))
    if anchor.day is not None and interval.months is not None:
        days.append(add_months(anchor.day, interval.months, day_of_month))
    return Mark(
        min(days, default=None),
        None if anchor.miles is None or interval.miles is None else anchor.miles + interval.miles,
        None if anchor.hours is None or interval.hours is None else anchor.hours + interval.hours,
    )


def due_status(due: Mark, now: Mark, notice: Margin, grace: Margin, *, active: bool = True) -> DueStatus:
    """Where a service stands. The whole answer is the worst of its day, miles and hours.

    Due soon from the mark less the notice; due on the day and from the mark on; overdue more than the grace past it.
    `due_status` of the table is the same in SQL (`resources/schedules.py`).
    """
    if not active:
        return "paused"
    past: list[tuple[float, int, int]] = []
    if due.day is not None and now.day is not None:
        past.append(((now.day - due.day).days, notice.days, grace.days))
    if due.miles is not None and now.miles is not None:
        past.append((now.miles - due.miles, notice.miles, grace.miles))
    if due.hours is not None and now.hours is not None:
        past.append((now.hours - due.hours, notice.hours, grace.hours))
    if any(by > allowed for by, _, allowed in past):
        return "overdue"
    if any(by >= 0 for by, _, _ in past):
        return "due"
    if any(by >= -before for by, before, _ in past):
        return "due_soon"
    if due.day is None and due.miles is None and due.hours is None:
        return "not_planned"
    return "upcoming"


def predicted_day(due: Mark, now: Mark, use: Use) -> date | None:
    """The day on which the first of the marks is reached, as the vehicle is used; today for a meter that is past its mark.

    None: no day is planned and the use is not known, or it is more than ten years away. Needs `now.day`.
    """
    assert now.day is not None
    days = []
    for mark, meter, daily in ((due.miles, now.miles, use.miles), (due.hours, now.hours, use.hours)):
        if mark is None or meter is None:
            continue
        if meter >= mark:
            days.append(0)
        elif daily is not None and daily > 0 and (mark - meter) / daily <= HORIZON_DAYS:
            days.append(math.ceil((mark - meter) / daily))
    found = [now.day + timedelta(days=count) for count in days]
    return min([*found, *([] if due.day is None else [due.day])], default=None)


def occurrences(
    interval: Interval, due: Mark, now: Mark, use: Use, until: date, day_of_month: int | None = None
) -> Iterator[date]:
    """The days on which a service is expected up to `until`, included; what is past its mark is expected today.

    Each one is taken to be done on the day that it falls due, and the next one is counted from there. `day_of_month` is
    that of the anchor, for series of calendar months.
    """
    assert now.day is not None
    today = now.day
    day = predicted_day(due, now, use)
    while day is not None:
        day = max(day, today)
        if day > until:
            return
        yield day
        gone = (day - today).days
        there = Mark(
            day,
            None if now.miles is None else now.miles + gone * (use.miles or 0),
            None if now.hours is None else now.hours + gone * (use.hours or 0),
        )
        following = predicted_day(next_due(interval, there, day_of_month), there, use)
        if following is not None and following <= day:
            return
        day = following


def true_reading(shown: float, offset: float, known: float | None) -> float:
    """What a reading truly says, metres or seconds: `offset` is added if that is nearer to what is `known`.

    A meter that replaced another one shows less than the truth; a device that counts through both shows the truth itself.
    The trigger `carry_meter_offset` does the same with readings.
    """
    if known is None or not offset:
        return shown
    return min(shown, shown + offset, key=lambda value: abs(value - known))


def completed_at(
    shown: float | None,
    offset: float,
    known: float | None,
    floor: float | None,
    mark: float | None,
    unit: float,
) -> int | None:
    """The meter at a completion, in whole miles or hours of `unit` metres or seconds.

    What the order says (`shown`, metres or seconds, corrected for replaced meters) unless that is before the last time
    (`floor`, miles or hours): then, as when it says nothing, what is `known` of the meter, but never less than the last time.
    Where nothing is known, the `mark` at which it was due. None: no meter at all.
    """
    if shown is not None:
        reading = round(true_reading(shown, offset, known) / unit)
        if floor is None or reading >= floor:
            return reading
    if known is not None:
        return max(round(known / unit), round(floor or 0))
    found = [value for value in (mark, floor) if value is not None]
    return round(max(found)) if found else None
