"""The demonstration's duty logs tell of every case at any time of day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from motorpool.demo.domains.safety_duty import STORIES, cut_at_midnight, pieces_of
from motorpool.safety.rules.duty_records import Record, Terms, duty_log_from, line_of_time
from motorpool.safety.rules.hours_of_service.evaluation import Evaluation, evaluate
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS

ZONE = ZoneInfo("America/Los_Angeles")
TERMS = Terms(RULESETS["property_70_8"], ZONE)


def evaluated(number: int, now: datetime) -> tuple[Evaluation, str]:
    pieces = cut_at_midnight(pieces_of(STORIES[number], now), ZONE, now)
    records = [
        Record(
            str(at),
            one.status,
            None,
            int(one.start.timestamp()),
            int(one.end.timestamp()) if one.end else None,
        )
        for at, one in enumerate(pieces)
    ]
    as_of = int(now.timestamp()) + 60
    line = line_of_time(records, as_of)
    assert all(one.record for one in line), "no gap"
    assert line[-1].record and line[-1].record.end is None
    return evaluate(duty_log_from(line, TERMS, as_of)), line[-1].status or ""


@pytest.mark.parametrize("day", ["2026-03-07", "2026-11-01", "2026-06-17"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_each_driver_is_what_the_story_says(day: str, hour: int) -> None:
    now = datetime.fromisoformat(f"{day}T{hour:02}:37").replace(tzinfo=UTC)
    found = [evaluated(number, now) for number in range(len(STORIES))]
    assert [status for _, status in found] == [
        "driving",
        "driving",
        "driving",
        "on_duty_not_driving",
        "on_duty_not_driving",
        "off_duty",
    ]
    near_break, split, late = (found[at][0] for at in (1, 2, 3))
    assert near_break.clocks.until_break is not None and 0 < near_break.clocks.until_break <= 30 * 60
    assert split.clocks.pending is not None
    yesterday = now.astimezone(ZONE).date() - timedelta(days=1)
    (violation,) = late.violations
    assert violation.rule == "11_hour_driving"
    assert datetime.fromtimestamp(violation.end - 1, ZONE).date() == yesterday
    for number in (0, 1, 2, 4, 5):
        assert not found[number][0].violations, number
