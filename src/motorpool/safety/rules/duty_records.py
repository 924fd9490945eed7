"""From stored duty records to one line of time: what counted at each moment, and where nothing is recorded.

Records are laid over each other in the order in which they were made, so that a later one takes the place of what it covers;
but driving that a device recorded is never covered by anything else (49 CFR 395.30(c)(2)). A record without an end goes on until
the next one without an end begins (`ends_of`). Times are epoch seconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from motorpool.safety.rules.hours_of_service.duty_log import EXCEPTIONS, KINDS, STATUSES, WORK, DutyLog
from motorpool.safety.rules.hours_of_service.rulesets import Ruleset


class Record(NamedTuple):
    """A record that counts. `end` None: it goes on."""

    id: str
    status: str
    category: str | None
    start: int
    end: int | None
    is_automatic: bool = False
    exceptions: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Driving that a device recorded."""
        return self.is_automatic and self.status == "driving"


class Stretch(NamedTuple):
    """What counted from `start` to `end`; `record` None: nothing is recorded."""

    start: int
    end: int
    record: Record | None

    @property
    def status(self) -> str | None:
        return self.record.status if self.record else None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a driver's hours are counted: the ruleset, and where and when the carrier's day begins."""

    ruleset: Ruleset
    zone: ZoneInfo
    day_start: time = time(0)

    def day_of(self, moment: int) -> date:
        """The carrier's day that holds a moment."""
        local = datetime.fromtimestamp(moment, self.zone)
        return local.date() if local.time() >= self.day_start else local.date() - timedelta(days=1)

    def begins(self, day: date) -> int:
        """When a carrier's day begins."""
        return int(datetime.combine(day, self.day_start, self.zone).astimezone(UTC).timestamp())


def ends_of(records: Sequence[Record], as_of: int) -> list[int]:
    """The end of each record, given in the order in which they were made, at the latest `as_of`.

    One that goes on ends where the next such one begins, or one that was there before it was made; a record that is added later
    with an end lies inside of it.
    """
    opened = sorted({one.start for one in records if one.end is None})
    found: list[int] = []
    for at, one in enumerate(records):
        if one.end is not None:
            found.append(min(one.end, as_of))
            continue
        after = bisect_right(opened, one.start)
        nexts = [opened[after]] if after < len(opened) else []
        nexts += [earlier.start for earlier in records[:at] if earlier.start > one.start]
        found.append(min([*nexts, as_of]))
    return found


def line_of_time(records: Sequence[Record], as_of: int, since: int | None = None) -> list[Stretch]:
    """The records, given in the order in which they were made, as one line from `since` (or the first of them) until `as_of`.

    Nothing is said about the time before the first record.
    """
    ends = ends_of(records, as_of)
    known = [(one, end) for one, end in zip(records, ends, strict=True) if one.start < end]
    if since is not None:
        known = [
            (one._replace(start=since) if one.start < since else one, end)
            for one, end in known
            if end > since
        ]
    if not known:
        return []
    first = min(one.start for one, _ in known)
    in_time = sorted(known, key=lambda one: one[0].start)
    if all(end <= after.start for (_, end), (after, _) in pairwise(in_time)):
        found = [Stretch(one.start, end, one) for one, end in in_time]
    else:
        found = _laid_over(known)
    return list(_with_gaps(found, first, as_of))


def _laid_over(known: list[tuple[Record, int]]) -> list[Stretch]:
    cuts = sorted({moment for one, end in known for moment in (one.start, end)})
    top: list[Record | None] = [None] * (len(cuts) - 1)
    for one, end in sorted(known, key=lambda pair: pair[0].is_kept):
        for at in range(bisect_left(cuts, one.start), bisect_left(cuts, end)):
            top[at] = one
    found: list[Stretch] = []
    for start, end, record in zip(cuts, cuts[1:], top, strict=False):
        if record is None:
            continue
        if found and found[-1].record is record and found[-1].end == start:
            found[-1] = found[-1]._replace(end=end)
        else:
            found.append(Stretch(start, end, record))
    return found


def _with_gaps(stretches: list[Stretch], first: int, as_of: int) -> Iterator[Stretch]:
    here = first
    for one in stretches:
        if one.start > here:
            yield Stretch(here, one.start, None)
        yield one
        here = one.end
    if here < as_of:
        yield Stretch(here, as_of, None)


def duty_log_from(line: Sequence[Stretch], terms: Terms, as_of: int) -> DutyLog:
    """What the engine evaluates. Time without a record counts as work: nobody can show that it was rest (49 CFR 395.8(e)).

    An exception that a record claims is claimed for the time of the record.
    """
    claimed: dict[str, list[tuple[int, int]]] = {}
    for one in line:
        for kind in one.record.exceptions if one.record else ():
            if kind in EXCEPTIONS:
                claimed.setdefault(kind, []).append((one.start, one.end))
    entries = tuple(
        (KINDS[one.record.status], one.record.status == "sleeper_berth", one.start)
        if one.record
        else (WORK, False, one.start)
        for one in line
    )
    return DutyLog(terms.ruleset, terms.zone, terms.day_start, as_of, entries, claimed)


@dataclass(frozen=True, slots=True)
class Day:
    """One of the carrier's days, of 23 to 25 hours; `seconds` by status, `missing`: those without a record."""

    day: date
    start: int
    end: int
    stretches: tuple[Stretch, ...]
    seconds: dict[str, int]
    missing: int

    @property
    def on_duty(self) -> int:
        """Seconds at work, driving included."""
        return self.seconds["driving"] + self.seconds["on_duty_not_driving"]


def days_of(line: Sequence[Stretch], terms: Terms, last: date, count: int) -> list[Day]:
    """`count` days until `last`, in order."""
    found: list[Day] = []
    for back in range(count - 1, -1, -1):
        day = last - timedelta(days=back)
        start, end = terms.begins(day), terms.begins(day + timedelta(days=1))
        within = tuple(
            one._replace(start=max(one.start, start), end=min(one.end, end))
            for one in line
            if one.start < end and one.end > start
        )
        seconds = dict.fromkeys(STATUSES, 0)
        missing = 0
        for one in within:
            if one.record is None:
                missing += one.end - one.start
            else:
                seconds[one.record.status] += one.end - one.start
        found.append(Day(day, start, end, within, seconds, missing))
    return found
