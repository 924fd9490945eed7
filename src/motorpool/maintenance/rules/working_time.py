"""Arithmetic of working time: hours of a week, absences and bookings as stretches of time. Instants are aware, in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
"""From (included) to (not included)."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Where nobody has said when a shop is open, work is planned in these hours of every weekday but Sunday.
USUAL = (time(7), time(18))
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of a weekday (1 Monday to 7 Sunday), in the zone of the shop. `ends` None: the end of the day."""

    weekday: int
    begins: time
    ends: time | None
    first: date | None = None
    last: date | None = None


def opening_shifts(hours: Mapping[str, Any] | None) -> tuple[Shift, ...] | None:
    """The stored opening hours of a facility (`fleet.shapes.OpeningHours`); None: nobody has said."""
    if hours is None:
        return None
    return tuple(
        Shift(number, time.fromisoformat(one["opens"]), _clock(one["closes"]))
        for number, day in enumerate(DAYS, 1)
        for one in hours.get(day, ())
        if one["closes"] > one["opens"] and one["opens"] != "24:00"
    )


def _clock(text: str) -> time | None:
    return None if text == "24:00" else time.fromisoformat(text)


def usual_shifts() -> tuple[Shift, ...]:
    return tuple(Shift(weekday, *USUAL) for weekday in range(1, 7))


def spans_of(shifts: Iterable[Shift], first: date, last: date, zone: ZoneInfo) -> list[Span]:
    """The stretches of time that weekly hours make from day to day. A day on which the clocks change is as long as it is."""
    kept = tuple(shifts)
    found: list[Span] = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for shift in kept:
            if (
                shift.weekday == day.isoweekday()
                and (shift.first is None or shift.first <= day)
                and (shift.last is None or day <= shift.last)
            ):
                end = (
                    instant(day + timedelta(days=1), time(), zone)
                    if shift.ends is None
                    else instant(day, shift.ends, zone)
                )
                found.append((instant(day, shift.begins, zone), end))
    return merged(found)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A local time as an instant; one that the clocks leave out counts as it would have been before the change."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, with those that touch or overlap made one, and without empty ones."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def common(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """What both hold. Both are merged."""
    found: list[Span] = []
    a = b = 0
    while a < len(left) and b < len(right):
        start, end = max(left[a][0], right[b][0]), min(left[a][1], right[b][1])
        if start < end:
            found.append((start, end))
        if left[a][1] <= right[b][1]:
            a += 1
        else:
            b += 1
    return found


def without(spans: Sequence[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of merged stretches when others are taken out."""
    found: list[Span] = []
    busy = merged(taken)
    for start, end in spans:
        at = start
        for begin, finish in busy:
            if finish <= at or begin >= end:
                continue
            if begin > at:
                found.append((at, begin))
            at = max(at, finish)
        if at < end:
            found.append((at, end))
    return found


def holds(spans: Sequence[Span], moment: datetime, *, as_end: bool = False) -> bool:
    """Whether a moment lies in one of them; as the end of something, its last moment counts and its first does not."""
    if as_end:
        return any(start < moment <= end for start, end in spans)
    return any(start <= moment < end for start, end in spans)


def first_fit(
    free: Sequence[Span], length: timedelta, not_before: datetime, step: timedelta | None = None
) -> datetime | None:
    """The earliest moment from which `length` fits into one free stretch; with `step` at a whole multiple of it."""
    for start, end in free:
        begin = max(start, not_before)
        if step is not None:
            begin = rounded_up(begin, step)
        if begin + length <= end:
            return begin
    return None


def rounded_up(moment: datetime, step: timedelta) -> datetime:
    """The next whole multiple of a step, such as the next quarter of an hour. Zones differ by whole quarters."""
    return moment + (EPOCH - moment) % step
