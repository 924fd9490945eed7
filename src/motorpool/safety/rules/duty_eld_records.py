"""From the events of an ELD's file to duty records: each holds until the next one, in time of the home terminal.

A change of status is an event; personal use and a yard move are events beside it, which end where they are cleared or where the status
changes. Inactive events (changed, requested, rejected) are kept and do not count. Times are UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.safety.rules.duty_eld_file import NO_RECORD
from motorpool.safety.rules.duty_eld_reading import (
    CATEGORY_OF,
    MOST_PROBLEMS,
    STATUS_OF,
    WRONG,
    ReadEvent,
    ReadFile,
    ReadVehicle,
)
from motorpool.safety.rules.duty_records import Terms

#: What a category is a case of, and what remains when it is cleared.
BASE = {"personal_conveyance": "off_duty", "yard_move": "on_duty_not_driving"}
#: The last status goes on when the file is not older than this; an older file tells nothing about what came after.
FRESH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class EldRecord:
    """A record as the file has it. `end` None: it goes on."""

    line: int
    start: datetime
    end: datetime | None
    status: str
    category: str | None
    record_status: str
    origin: str
    sequence: int
    latitude: float | None = None
    longitude: float | None = None
    vehicle: ReadVehicle | None = None
    comment: str = ""
    place: str = ""
    certified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EldRecords:
    """`line`: what counted, without gaps but where nothing was recorded; `inactive`: what does not; `nobody`: driving of nobody
    that is known."""

    line: tuple[EldRecord, ...]
    inactive: tuple[EldRecord, ...]
    nobody: tuple[EldRecord, ...]
    made_at: datetime


class _Clock:
    """Local times to UTC, in order: in the hour that is repeated the order of the events decides."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.problems: list[FieldProblem] = []

    def utc(self, local: datetime, line: int, after: datetime | None = None) -> datetime:
        first = local.replace(tzinfo=self.zone).astimezone(UTC)
        if first.astimezone(self.zone).replace(tzinfo=None) != local:
            message = (
                f"{local:%H:%M:%S} does not exist on {local:%Y-%m-%d} at the home terminal ({self.zone.key})"
            )
            self.problems.append(FieldProblem(f"line {line}, event date and time", message))
        second = local.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return second if after is not None and first < after <= second else first


def records_of(read: ReadFile, zone: ZoneInfo, now: datetime) -> EldRecords:
    """Raises Invalid for times that do not exist, lie ahead of `now`, or an offset that is not that of the zone."""
    clock = _Clock(zone)
    made_at = clock.utc(read.made_at, 7)
    offset = made_at.astimezone(zone).utcoffset()
    hours = abs(round((offset or timedelta()).total_seconds() / 3600))
    if hours != read.offset_hours:
        message = (
            f"is {read.offset_hours:02}; the driver's home terminal ({zone.key}) is {hours:02} hours from UTC then. "
            "The times of the file would be wrong here"
        )
        raise Invalid(WRONG, fields=[FieldProblem("line 5, time zone offset", message)])
    line, inactive = _lines_of(read.events, clock)
    is_fresh = now - made_at <= FRESH
    records = _until_next(line, made_at, goes_on=is_fresh)
    starts = [one.start for one in line]
    # Until the next event, found among those in order of time.
    kept = [
        replace(
            one, end=starts[after] if (after := bisect_right(starts, one.start)) < len(starts) else made_at
        )
        for one in inactive
    ]
    nobody = _driving_of_nobody(read.unidentified, clock)
    latest = max([made_at, *(one.start for one in (*line, *inactive, *nobody))])
    if latest > now + timedelta(minutes=10):
        clock.problems.append(
            FieldProblem("file", f"must not tell of times to come, such as {latest:%Y-%m-%d %H:%M} UTC")
        )
    if clock.problems:
        raise Invalid(WRONG, fields=clock.problems[:MOST_PROBLEMS])
    return EldRecords(
        tuple(
            one for one in records if one.comment != NO_RECORD and (one.end is None or one.end > one.start)
        ),
        tuple(one for one in kept if one.end is None or one.end > one.start),
        tuple(nobody),
        made_at,
    )


def _lines_of(events: Sequence[ReadEvent], clock: _Clock) -> tuple[list[EldRecord], list[EldRecord]]:
    """Events that counted, one for each moment, and those that do not."""
    line: list[EldRecord] = []
    inactive: list[EldRecord] = []
    for event in events:
        if event.type == 2:
            continue
        after = line[-1].start if line else None
        start = clock.utc(event.at, event.line, after)
        before = line[-1] if line else None
        if event.record_status != "active":
            inactive.append(_record(event, start, *_meaning(event, None)))
            continue
        if before is not None and start < before.start:
            clock.problems.append(
                FieldProblem(
                    f"line {event.line}, event date and time",
                    "must not be earlier than that of the line below it",
                )
            )
        if event.type == 3 and not event.code and (before is None or before.category is None):
            continue
        made = _record(event, start, *_meaning(event, before))
        if before is not None and before.start == start:
            # Status and category of one moment are one record; what was written to either belongs to it.
            line[-1] = _merged(before, made)
        else:
            line.append(made)
    return line, inactive


def _meaning(event: ReadEvent, before: EldRecord | None) -> tuple[str, str | None]:
    if event.type == 1:
        return STATUS_OF[event.code], None
    if event.code:
        category = CATEGORY_OF[event.code]
        return BASE[category], category
    return (before.status if before else "off_duty"), None


def _record(event: ReadEvent, start: datetime, status: str, category: str | None) -> EldRecord:
    return EldRecord(
        event.line,
        start,
        None,
        status,
        category,
        event.record_status,
        event.origin,
        event.sequence,
        event.latitude,
        event.longitude,
        event.vehicle,
        event.comment,
        event.place,
    )


def _merged(first: EldRecord, then: EldRecord) -> EldRecord:
    return replace(
        then,
        latitude=first.latitude if then.latitude is None else then.latitude,
        longitude=first.longitude if then.longitude is None else then.longitude,
        vehicle=then.vehicle or first.vehicle,
        comment=then.comment or first.comment,
        place=then.place or first.place,
    )


def _until_next(line: Sequence[EldRecord], made_at: datetime, *, goes_on: bool) -> list[EldRecord]:
    ends: list[datetime | None] = [one.start for one in line[1:]]
    if line:
        ends.append(None if goes_on else max(made_at, line[-1].start))
    return [replace(one, end=end) for one, end in zip(line, ends, strict=True)]


def _driving_of_nobody(events: Sequence[ReadEvent], clock: _Clock) -> list[EldRecord]:
    """Driving of each vehicle until it was no longer driven; `end` None: the file does not say."""
    found: list[EldRecord] = []
    open_: dict[ReadVehicle | None, int] = {}
    for event in reversed(events):
        if event.type != 1 or event.record_status != "active":
            continue
        start = clock.utc(event.at, event.line)
        if event.vehicle in open_:
            at = open_.pop(event.vehicle)
            if start > found[at].start:
                found[at] = replace(found[at], end=start)
        if STATUS_OF[event.code] == "driving":
            open_[event.vehicle] = len(found)
            found.append(_record(event, start, "driving", None))
    return found


def with_certifications(records: EldRecords, read: ReadFile, terms: Terms) -> EldRecords:
    """With the moment at which the driver certified the carrier's day of each record that is over."""
    said: dict[date, datetime] = {}
    for one in read.certifications:
        at = one.at.replace(tzinfo=terms.zone).astimezone(UTC)
        said[one.day.date()] = max(said.get(one.day.date(), at), at)
    line = [
        replace(one, certified_at=said.get(terms.day_of(int(one.start.timestamp())))) if one.end else one
        for one in records.line
    ]
    return replace(records, line=tuple(line))
