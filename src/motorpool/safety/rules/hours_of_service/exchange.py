"""A log and its evaluation as they come over HTTP and out of files."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.safety.rules.hours_of_service.clocks import Clocks
from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.duty_log import (
    ANNOTATIONS,
    EXCEPTIONS,
    STATUSES,
    ClaimedException,
    DutyLog,
    Entry,
    read_duty_log,
)
from motorpool.safety.rules.hours_of_service.evaluation import evaluate
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS, severity_of

#: Text, so that every form of ISO 8601 is understood, and a wrong one is told together with everything else.
Moment = Annotated[
    str,
    Meta(
        max_length=40,
        description="ISO 8601 with an offset from UTC",
        extra_json_schema={"format": "date-time"},
    ),
]
MOST_ENTRIES, MOST_EXCEPTIONS = 10_000, 1_000


class GivenEntry(Struct, forbid_unknown_fields=True):
    """One change of duty status; it lasts until the next one."""

    status: Annotated[str, Meta(extra_json_schema={"enum": list(STATUSES)})]
    start: Moment
    annotation: (
        Annotated[
            str,
            Meta(
                description="Personal conveyance is off duty, a yard move is work",
                extra_json_schema={"enum": list(ANNOTATIONS)},
            ),
        ]
        | None
    ) = None


class GivenException(Struct, forbid_unknown_fields=True):
    """An exception for a time: for the duty periods that it touches, agricultural operations for exactly this time."""

    kind: Annotated[str, Meta(extra_json_schema={"enum": list(EXCEPTIONS)})]
    start: Moment
    end: Moment


class GivenLog(Struct, forbid_unknown_fields=True):
    """The log of one driver, who is taken as rested with a full cycle at its beginning."""

    ruleset: Annotated[str, Meta(extra_json_schema={"enum": list(RULESETS)})]
    time_zone: Annotated[
        str, Meta(description="Of the home terminal, such as America/Chicago", max_length=64)
    ]
    as_of: Annotated[
        Moment, Meta(description="Where the last entry ends; the clocks are those of this moment")
    ]
    log: Annotated[
        list[GivenEntry], Meta(description="In order of time", min_length=1, max_length=MOST_ENTRIES)
    ]
    day_start: Annotated[
        str,
        Meta(
            description="When the carrier's 24-hour day begins there, hours and minutes",
            pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        ),
    ] = "00:00"
    exceptions: Annotated[
        list[str | GivenException],
        Meta(
            description=f"By name ({', '.join(EXCEPTIONS)}) for every duty period of the log, or each for a time",
            max_length=MOST_EXCEPTIONS,
        ),
    ] = []


class FoundViolation(Struct):
    """Driving against a rule, one for each rule and unbroken stretch of driving."""

    rule: str
    start: datetime
    end: datetime
    severity: Annotated[
        str,
        Meta(
            description="nominal: less than 15 minutes; egregious: more than 3 hours",
            extra_json_schema={"enum": ["nominal", "ordinary", "egregious"]},
        ),
    ]


class AwaitedPair(Struct):
    """A rest that another one would make a split sleeper-berth pair with, and what that one still needs."""

    rest_start: datetime
    rest_end: Annotated[datetime, Meta(description="`as_of` while it goes on")]
    needed_minutes: int
    needed_kind: Annotated[
        str,
        Meta(
            description="off_duty: in the berth, out of it or both",
            extra_json_schema={"enum": ["sleeper_berth", "off_duty"]},
        ),
    ]


class ClocksLeft(Struct):
    """What is left at `as_of`, in whole elapsed minutes, never below 0."""

    drive_minutes: int
    window_minutes: Annotated[int, Meta(description="Of the 14 hours, or of the 15 on duty with passengers")]
    break_minutes: Annotated[
        int | None, Meta(description="Driving left before a break is due; null: the rule does not apply")
    ]
    cycle_minutes: int
    anchor: Annotated[
        datetime | None, Meta(description="When the daily clocks started; null: the driver is rested")
    ]
    may_drive_from: Annotated[
        datetime,
        Meta(
            description="The earliest lawful moment if the driver rests until then, in the berth if need be"
        ),
    ]
    pending_pair: AwaitedPair | None


class EvaluatedLog(Struct):
    violations: list[FoundViolation]
    clocks: ClocksLeft


def duty_log_of(given: GivenLog) -> DutyLog:
    """Raises Invalid that names every wrong field."""
    problems: list[FieldProblem] = []

    def read(field: str, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            problems.append(FieldProblem(field, "is no time; one is 2026-03-02T06:00:00Z"))
            return datetime.max.replace(tzinfo=UTC)

    claimed = [
        ClaimedException(one)
        if isinstance(one, str)
        else ClaimedException(
            one.kind, read(f"exceptions[{at}].start", one.start), read(f"exceptions[{at}].end", one.end)
        )
        for at, one in enumerate(given.exceptions)
    ]
    entries = [
        Entry(one.status, read(f"log[{at}].start", one.start), one.annotation)
        for at, one in enumerate(given.log)
    ]
    as_of = read("as_of", given.as_of)
    zone = ZoneInfo("UTC")
    try:
        zone = ZoneInfo(given.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(FieldProblem("time_zone", "is no known time zone; one is America/Chicago"))
    if problems:
        raise Invalid("The log cannot be evaluated.", fields=problems)
    return read_duty_log(given.ruleset, zone, time.fromisoformat(given.day_start), claimed, as_of, entries)


def evaluated(given: GivenLog) -> EvaluatedLog:
    """Raises Invalid that names every wrong field."""
    found = evaluate(duty_log_of(given))
    return EvaluatedLog([found_violation(one) for one in found.violations], clocks_left(found.clocks))


def found_violation(one: Violation) -> FoundViolation:
    return FoundViolation(one.rule, _time(one.start), _time(one.end), severity_of(one.end - one.start))


def clocks_left(clocks: Clocks) -> ClocksLeft:
    pending = None
    if clocks.pending:
        rest, needed = clocks.pending.rest, -(-clocks.pending.needed // 60)
        pending = AwaitedPair(_time(rest.start), _time(rest.end), needed, clocks.pending.needed_kind)
    return ClocksLeft(
        drive_minutes=clocks.driving // 60,
        window_minutes=clocks.window // 60,
        break_minutes=None if clocks.until_break is None else clocks.until_break // 60,
        cycle_minutes=clocks.cycle // 60,
        anchor=None if clocks.anchor is None else _time(clocks.anchor),
        may_drive_from=_time(clocks.may_drive_from),
        pending_pair=pending,
    )


def _time(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
