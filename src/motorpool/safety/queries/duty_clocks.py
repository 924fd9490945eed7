"""Drivers' hours as the API tells them: status, clocks, violations, days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.safety.queries.duty_log import DriverLog, as_time
from motorpool.safety.rules.duty_records import Day
from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.exchange import ClocksLeft, clocks_left
from motorpool.safety.rules.hours_of_service.rulesets import SPLIT_RULES, severity_of


class DutyViolation(Struct):
    """Driving against a rule, one for each rule and unbroken stretch of driving."""

    rule: str
    start: datetime
    end: datetime
    severity: Annotated[str, Meta(extra_json_schema={"enum": ["nominal", "ordinary", "egregious"]})]
    is_provisional: Annotated[
        bool, Meta(description="A second rest can still make a split pair that takes it back")
    ]


class DutyDay(Struct):
    """One of the carrier's days, until `as_of`; minutes are whole elapsed ones."""

    log_date: date
    start: datetime
    end: datetime
    off_duty_minutes: int
    sleeper_berth_minutes: int
    driving_minutes: int
    on_duty_not_driving_minutes: int
    unrecorded_minutes: Annotated[
        int, Meta(description="Without a record; counts as on duty until there is one")
    ]
    violations: Annotated[list[str], Meta(description="Rules that driving of this day was against")]


class Unrecorded(Struct):
    start: datetime
    end: datetime


class DriverHours(Struct, kw_only=True):
    """Where a driver stands at `as_of`. Motorpool is not a registered ELD."""

    driver_id: UUID
    name: str
    ruleset: str
    time_zone: Annotated[str, Meta(description="Of the home terminal, else the organisation's")]
    day_start: Annotated[str, Meta(description="When the carrier's day begins there")]
    as_of: datetime
    duty_status: Annotated[str | None, Meta(description="null: nothing is recorded")]
    status_since: datetime | None
    clocks: Annotated[ClocksLeft | None, Meta(description="null: the driver has no records")]
    violations: Annotated[list[DutyViolation], Meta(description="Of the last 8 days")]


class DriverDays(DriverHours, kw_only=True):
    days: Annotated[list[DutyDay], Meta(description="The last 8 days, today included")]
    unrecorded: Annotated[list[Unrecorded], Meta(description="Time of these days without a record")]


class FleetHours(Struct):
    items: list[DriverHours]


def recent_violations(log: DriverLog, since: int) -> list[DutyViolation]:
    if log.evaluation is None:
        return []
    found = log.evaluation
    return [duty_violation(one, found.final_before) for one in found.violations if one.end > since]


def duty_violation(one: Violation, final_before: int) -> DutyViolation:
    """final_before: of the evaluation that found it."""
    return DutyViolation(
        one.rule,
        as_time(one.start),
        as_time(one.end),
        severity_of(one.end - one.start),
        one.start >= final_before and one.rule in SPLIT_RULES,
    )


def driver_hours(log: DriverLog) -> DriverHours:
    return DriverHours(**_common(log, log.first_moment()))


def driver_days(log: DriverLog) -> DriverDays:
    days = log.days()
    begin = days[0].start
    gaps = [
        Unrecorded(as_time(max(one.start, begin)), as_time(one.end))
        for one in log.line
        if one.record is None and one.end > begin
    ]
    return DriverDays(**_common(log, begin), days=[_day(log, one) for one in days], unrecorded=gaps)


def _common(log: DriverLog, begin: int) -> dict[str, Any]:
    since = log.since_now()
    return {
        "driver_id": log.driver_id,
        "name": log.name,
        "ruleset": log.terms.ruleset.name,
        "time_zone": log.terms.zone.key,
        "day_start": f"{log.terms.day_start:%H:%M}",
        "as_of": as_time(log.as_of),
        "duty_status": log.now.status if log.now else None,
        "status_since": None if since is None else as_time(since),
        "clocks": clocks_left(log.evaluation.clocks) if log.evaluation else None,
        "violations": recent_violations(log, begin),
    }


def _day(log: DriverLog, day: Day) -> DutyDay:
    found = log.evaluation.violations if log.evaluation else ()
    broken = {one.rule: None for one in found if one.start < day.end and one.end > day.start}
    return DutyDay(
        day.day,
        as_time(day.start),
        as_time(day.end),
        day.seconds["off_duty"] // 60,
        day.seconds["sleeper_berth"] // 60,
        day.seconds["driving"] // 60,
        day.seconds["on_duty_not_driving"] // 60,
        day.missing // 60,
        list(broken),
    )
