"""A duty log as it comes in, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS, Ruleset

REST, WORK, DRIVE = 0, 1, 2
STATUSES = ("off_duty", "sleeper_berth", "driving", "on_duty_not_driving")
ANNOTATIONS = ("personal_conveyance", "yard_move")
EXCEPTIONS = ("adverse_driving", "short_haul_150_air_mile", "short_haul_16_hour", "agricultural")
#: A longer log is refused: a driver's cycle is 8 days, an audit looks at 6 months.
LONGEST = timedelta(days=200)
#: What each status is, without an annotation.
KINDS = {"off_duty": REST, "sleeper_berth": REST, "driving": DRIVE, "on_duty_not_driving": WORK}
#: Moving a vehicle for oneself is off duty, moving it in a yard is work: which statuses may say so, and what they are then.
ANNOTATED = {
    "personal_conveyance": (("off_duty", "driving"), REST),
    "yard_move": (("on_duty_not_driving", "driving"), WORK),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of duty status; it lasts until the next one."""

    status: str
    start: datetime
    annotation: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedException:
    """An exception that the driver claims for a time; without one, for every duty period of the log."""

    kind: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class DutyLog:
    """A log that makes sense: in order, nothing after `as_of`, known words. Epoch seconds."""

    ruleset: Ruleset
    zone: ZoneInfo
    day_start: time
    as_of: int
    #: (kind, is in the berth, start), in order; the last one lasts until `as_of`.
    entries: tuple[tuple[int, bool, int], ...]
    #: By kind: None for every duty period, else the times, in order.
    exceptions: Mapping[str, list[tuple[int, int]] | None]


def read_duty_log(
    ruleset: str,
    zone: ZoneInfo,
    day_start: time,
    exceptions: Sequence[ClaimedException],
    as_of: datetime,
    log: Sequence[Entry],
) -> DutyLog:
    """The log of one driver; raises Invalid that names each wrong field and what would be right.

    Entries at the same instant: the last one holds, those before it lasted no time.
    """
    problems = [*_problems(ruleset, as_of, log), *_exception_problems(exceptions)]
    if problems:
        raise Invalid("The log cannot be evaluated.", fields=problems)
    return DutyLog(
        RULESETS[ruleset],
        zone,
        day_start,
        int(as_of.timestamp()),
        tuple(
            (
                ANNOTATED[one.annotation][1] if one.annotation else KINDS[one.status],
                one.status == "sleeper_berth",
                int(one.start.timestamp()),
            )
            for one in log
        ),
        _by_kind(exceptions),
    )


def _problems(ruleset: str, as_of: datetime, log: Sequence[Entry]) -> Iterator[FieldProblem]:
    if ruleset not in RULESETS:
        yield FieldProblem("ruleset", f"must be one of {', '.join(RULESETS)}")
    if as_of.tzinfo is None:
        yield FieldProblem("as_of", "must have an offset from UTC, such as 2026-03-02T14:00:00Z")
        return
    if not log:
        yield FieldProblem("log", "must have at least one entry")
    before: datetime | None = None
    for at, one in enumerate(log):
        place = f"log[{at}]"
        if one.status not in KINDS:
            yield FieldProblem(f"{place}.status", f"must be one of {', '.join(STATUSES)}")
        if one.annotation is not None:
            if one.annotation not in ANNOTATED:
                yield FieldProblem(
                    f"{place}.annotation", f"must be one of {', '.join(ANNOTATIONS)}, or absent"
                )
            elif one.status in KINDS and one.status not in ANNOTATED[one.annotation][0]:
                fitting = " or ".join(ANNOTATED[one.annotation][0])
                yield FieldProblem(
                    f"{place}.annotation", f"{one.annotation} goes with {fitting}, not with {one.status}"
                )
        if one.start.tzinfo is None:
            yield FieldProblem(f"{place}.start", "must have an offset from UTC, such as 2026-03-02T06:00:00Z")
            continue
        if before is not None and one.start < before:
            yield FieldProblem(
                f"{place}.start",
                f"is before the entry above it ({before.isoformat()}): the log must be in order of time",
            )
        if one.start > as_of:
            yield FieldProblem(
                f"{place}.start", f"is after as_of ({as_of.isoformat()}): a log tells what has been"
            )
        before = one.start
    if log and log[0].start.tzinfo is not None and as_of - log[0].start > LONGEST:
        yield FieldProblem("log", f"must not reach back more than {LONGEST.days} days before as_of")


def _exception_problems(exceptions: Sequence[ClaimedException]) -> Iterator[FieldProblem]:
    for at, one in enumerate(exceptions):
        place = f"exceptions[{at}]"
        if one.kind not in EXCEPTIONS:
            yield FieldProblem(f"{place}.kind", f"must be one of {', '.join(EXCEPTIONS)}")
        if one.start is None and one.end is None:
            continue
        for name, moment in (("start", one.start), ("end", one.end)):
            if moment is None:
                yield FieldProblem(f"{place}.{name}", "is missing: give both start and end, or neither")
            elif moment.tzinfo is None:
                yield FieldProblem(
                    f"{place}.{name}", "must have an offset from UTC, such as 2026-03-02T14:00:00Z"
                )
        if one.start and one.end and one.start.tzinfo and one.end.tzinfo and one.end <= one.start:
            yield FieldProblem(f"{place}.end", "must be after start")


def _by_kind(exceptions: Sequence[ClaimedException]) -> dict[str, list[tuple[int, int]] | None]:
    found: dict[str, list[tuple[int, int]] | None] = {}
    for one in exceptions:
        if one.start is None or one.end is None:
            found[one.kind] = None
            continue
        times = found.setdefault(one.kind, [])
        if times is not None:
            times.append((int(one.start.timestamp()), int(one.end.timestamp())))
    for times in found.values():
        if times is not None:
            times.sort()
    return found
