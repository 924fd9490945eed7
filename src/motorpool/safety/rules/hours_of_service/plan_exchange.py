"""A plan and its outlook as they come over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.safety.rules.hours_of_service.duty_log import KINDS, STATUSES, DutyLog
from motorpool.safety.rules.hours_of_service.exchange import (
    ClocksLeft,
    FoundViolation,
    GivenLog,
    Moment,
    clocks_left,
    duty_log_of,
    found_violation,
)
from motorpool.safety.rules.hours_of_service.what_if import what_if

#: How far ahead a plan may begin.
FARTHEST = timedelta(days=31)
RESTS = STATUSES[:2]


class PlannedStretch(Struct, forbid_unknown_fields=True):
    status: Annotated[str, Meta(extra_json_schema={"enum": list(STATUSES)})]
    minutes: Annotated[int, Meta(ge=1, le=10 * 1440)]


class GivenPlan(GivenLog, forbid_unknown_fields=True, kw_only=True):
    """A log, and work that is only planned; until it begins the driver rests."""

    plan: Annotated[list[PlannedStretch], Meta(min_length=1, max_length=500)]
    plan_start: Annotated[Moment, Meta(description="Not before `as_of`")]
    resting_in: Annotated[
        str, Meta(description="Where the driver rests until then", extra_json_schema={"enum": list(RESTS)})
    ] = "off_duty"


class PlanOutlook(Struct):
    is_lawful: bool
    violations: Annotated[list[FoundViolation], Meta(description="In the plan, if it begins as wished")]
    lawful_from: Annotated[
        datetime | None,
        Meta(
            description="Its earliest lawful beginning from the wished one on; null: resting does not make it lawful"
        ),
    ]
    clocks: Annotated[ClocksLeft, Meta(description="At the plan's end, if it begins as wished")]


def looked_ahead(given: GivenPlan) -> PlanOutlook:
    """Raises Invalid that names every wrong field."""
    log = duty_log_of(given)
    problems = [
        FieldProblem(f"plan[{at}].status", f"must be one of {', '.join(STATUSES)}")
        for at, one in enumerate(given.plan)
        if one.status not in STATUSES
    ]
    if given.resting_in not in RESTS:
        problems.append(FieldProblem("resting_in", f"must be {' or '.join(RESTS)}"))
    start = _start(given, log)
    if isinstance(start, str):
        problems.append(FieldProblem("plan_start", start))
    if problems or isinstance(start, str):
        raise Invalid("The plan cannot be evaluated.", fields=problems)
    plan = [(KINDS[one.status], one.status == "sleeper_berth", one.minutes * 60) for one in given.plan]
    found = what_if(log, plan, start, in_berth=given.resting_in == "sleeper_berth")
    return PlanOutlook(
        not found.violations,
        [found_violation(one) for one in found.violations],
        None if found.lawful_from is None else datetime.fromtimestamp(found.lawful_from, UTC),
        clocks_left(found.at_end.clocks),
    )


def _start(given: GivenPlan, log: DutyLog) -> int | str:
    """Epoch seconds, or what is wrong."""
    try:
        start = datetime.fromisoformat(given.plan_start)
    except ValueError:
        return "is no time; one is 2026-03-02T06:00:00Z"
    if start.tzinfo is None:
        return "must have an offset from UTC, such as 2026-03-02T06:00:00Z"
    if start.timestamp() < log.as_of:
        return "must not be before as_of"
    if start.timestamp() - log.as_of > FARTHEST.total_seconds():
        return f"must not be more than {FARTHEST.days} days after as_of"
    return int(start.timestamp())
