"""From duty records to a line of time; no database."""

from __future__ import annotations

from datetime import date, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from motorpool.safety.rules.duty_records import (
    STATUSES,
    Record,
    Stretch,
    Terms,
    days_of,
    duty_log_from,
    line_of_time,
)
from motorpool.safety.rules.hours_of_service.duty_log import REST, WORK
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS

H = 3600
RULES = RULESETS["property_70_8"]


def record(name: str, status: str, start: float, end: float | None = None, **more: Any) -> Record:
    return Record(name, status, None, int(start * H), None if end is None else int(end * H), **more)


def told(line: list[Stretch]) -> list[tuple[float, float, str | None]]:
    return [(one.start / H, one.end / H, one.record.id if one.record else None) for one in line]


def test_records_that_follow_each_other() -> None:
    line = line_of_time([record("b", "driving", 2, 5), record("a", "off_duty", 0, 2)], 4 * H)
    assert told(line) == [(0, 2, "a"), (2, 4, "b")]


def test_a_later_record_covers_an_earlier_one() -> None:
    line = line_of_time([record("a", "off_duty", 0, 10), record("b", "on_duty_not_driving", 3, 4)], 10 * H)
    assert told(line) == [(0, 3, "a"), (3, 4, "b"), (4, 10, "a")]


def test_driving_that_a_device_recorded_is_not_covered() -> None:
    line = line_of_time(
        [record("a", "driving", 2, 4, is_automatic=True), record("b", "off_duty", 0, 10)], 10 * H
    )
    assert told(line) == [(0, 2, "b"), (2, 4, "a"), (4, 10, "b")]


def test_a_record_goes_on_until_the_next_one_that_goes_on() -> None:
    going = [record("a", "on_duty_not_driving", 0), record("b", "driving", 1), record("c", "off_duty", 6)]
    assert told(line_of_time(going, 9 * H)) == [(0, 1, "a"), (1, 6, "b"), (6, 9, "c")]
    inside = [record("a", "off_duty", 0), record("b", "on_duty_not_driving", 3, 4)]
    assert told(line_of_time(inside, 9 * H)) == [(0, 3, "a"), (3, 4, "b"), (4, 9, "a")]
    # What was there before it was made stays as it is.
    before = [record("a", "driving", 3, 4), record("b", "off_duty", 4), record("c", "on_duty_not_driving", 2)]
    assert told(line_of_time(before, 9 * H)) == [(2, 3, "c"), (3, 4, "a"), (4, 9, "b")]


def test_a_gap_is_told_and_counts_as_work() -> None:
    line = line_of_time([record("a", "off_duty", 0, 2), record("b", "sleeper_berth", 5, 6)], 8 * H)
    assert told(line) == [(0, 2, "a"), (2, 5, None), (5, 6, "b"), (6, 8, None)]
    log = duty_log_from(line, Terms(RULES, ZoneInfo("UTC")), 8 * H)
    assert log.entries == (
        (REST, False, 0), (WORK, False, 2 * H), (REST, True, 5 * H), (WORK, False, 6 * H),
    )  # fmt: skip


def test_an_exception_is_claimed_for_the_time_of_its_record() -> None:
    line = line_of_time([record("a", "driving", 0, 2, exceptions=("adverse_driving", "of our own"))], 3 * H)
    assert duty_log_from(line, Terms(RULES, ZoneInfo("UTC")), 3 * H).exceptions == {
        "adverse_driving": [(0, 2 * H)]
    }


def test_days_with_a_change_of_the_clock_have_23_and_25_hours() -> None:
    terms = Terms(RULES, ZoneInfo("America/Chicago"))
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    for day, hours in ((spring, 23), (autumn, 25)):
        begin = terms.begins(day)
        line = [Stretch(begin, begin + 48 * H, record("a", "off_duty", 0, 1))]
        (found,) = days_of(line, terms, day, 1)
        assert (found.end - found.start, found.seconds["off_duty"]) == (hours * H, hours * H)


def test_a_day_begins_when_the_carrier_says() -> None:
    terms = Terms(RULES, ZoneInfo("America/Chicago"), time(4))
    begin = terms.begins(date(2026, 6, 5))
    assert terms.day_of(begin) == date(2026, 6, 5) and terms.day_of(begin - 1) == date(2026, 6, 4)


@given(
    st.lists(
        st.builds(
            Record,
            st.uuids().map(str),
            st.sampled_from(STATUSES),
            st.none(),
            st.integers(0, 90),
            st.one_of(st.none(), st.integers(1, 100)),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_a_line_has_no_overlap_and_no_hole(records: list[Record]) -> None:
    records = [one for one in records if one.end is None or one.end > one.start]
    line = line_of_time(records, 80)
    began = [one.start for one in records if one.start < 80]
    if not began:
        assert line == []
        return
    assert line[0].start == min(began) and line[-1].end == 80
    assert all(before.end == after.start for before, after in pairwise(line))
    assert all(one.start < one.end for one in line)
    for one in records:
        if one.is_kept and one.end is not None:
            for stretch in line:
                if stretch.start < one.end and stretch.end > one.start:
                    assert stretch.record is not None and stretch.record.is_kept
