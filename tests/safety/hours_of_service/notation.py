"""Duty logs in short: `0 OFF 10 ON 11 D 16 OFF` says that a status begins at that clock hour; hours count on past 24."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from motorpool.safety.rules.hours_of_service.duty_log import ClaimedException, Entry, read_duty_log
from motorpool.safety.rules.hours_of_service.evaluation import Evaluation, evaluate

STATUSES = {"OFF": "off_duty", "SB": "sleeper_berth", "D": "driving", "ON": "on_duty_not_driving"}
#: A Monday far from any change of the clock; it begins at midnight UTC.
DAY = datetime(2026, 3, 2, tzinfo=UTC)


def moment(hour: str | float) -> datetime:
    """`10`, `10.5` or `10:15` hours after the beginning."""
    if isinstance(hour, str) and ":" in hour:
        whole, minutes = hour.split(":")
        return DAY + timedelta(hours=int(whole), minutes=int(minutes))
    return DAY + timedelta(hours=float(hour))


def entries(words: str) -> tuple[list[Entry], float | None]:
    """The log, and the hour at its end if it ends with one."""
    parts = words.split()
    log = [
        Entry(STATUSES[status], moment(hour)) for hour, status in zip(parts[::2], parts[1::2], strict=False)
    ]
    return log, hours(moment(parts[-1])) if len(parts) % 2 else None


def hours(when: datetime) -> float:
    return (when - DAY) / timedelta(hours=1)


def evaluated(
    words: str,
    *,
    at: float | None = None,
    ruleset: str = "property_60_7",
    exceptions: Sequence[ClaimedException] = (),
    zone: str = "UTC",
    day_start: time = time(0),
) -> Evaluation:
    """The log until `at` (hours), or until its end."""
    log, end = entries(words)
    until = moment(at if at is not None else end if end is not None else hours(log[-1].start) + 10)
    log = [one for one in log if one.start <= until]
    return evaluate(read_duty_log(ruleset, ZoneInfo(zone), day_start, exceptions, until, log))


def violations(evaluation: Evaluation) -> list[tuple[str, float, float]]:
    """(rule, from hour, to hour)."""
    begin = DAY.timestamp()
    return [(one.rule, (one.start - begin) / 3600, (one.end - begin) / 3600) for one in evaluation.violations]


def left(evaluation: Evaluation) -> tuple[float, float]:
    """Hours of driving and of window."""
    return evaluation.clocks.driving / 3600, evaluation.clocks.window / 3600


def hour_of(epoch: int | None) -> float | None:
    return None if epoch is None else (epoch - DAY.timestamp()) / 3600
