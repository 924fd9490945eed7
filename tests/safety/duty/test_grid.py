"""The drawing of a day: columns, line, totals; no database."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from motorpool.safety.rules.duty_grid import DESK, PHONE, Grid, clock_words, draw
from motorpool.safety.rules.duty_records import Record, Terms, days_of, line_of_time
from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS

TERMS = Terms(RULESETS["property_70_8"], ZoneInfo("America/Chicago"))
H = 3600


def grid(
    day: date, *records: tuple[str, float, float | None], violations: tuple[Violation, ...] = ()
) -> Grid:
    """Records as (status, from hour, to hour) of the day."""
    begin = TERMS.begins(day)
    made = [
        Record(str(at), status, None, begin + int(start * H), None if end is None else begin + int(end * H))
        for at, (status, start, end) in enumerate(records)
    ]
    until = TERMS.begins(date.fromordinal(day.toordinal() + 1))
    (found,) = days_of(line_of_time(made, until), TERMS, day, 1)
    return draw(found, TERMS, violations, DESK, "a day")


def columns(drawn: Grid) -> list[float]:
    return [float(x) for x in re.findall(r"M([\d.]+) ", drawn.columns)]


def test_a_day_as_inspectors_know_it() -> None:
    drawn = grid(date(2026, 6, 5), ("off_duty", 0, 6), ("driving", 6, 8.5), ("on_duty_not_driving", 8.5, 24))
    assert [name for name, *_ in drawn.rows] == ["OFF", "SB", "D", "ON"]
    assert [total for *_, total in drawn.rows] == ["6:00", "0:00", "2:30", "15:30"]
    names = [name for _, name in drawn.hours]
    assert names[0] == names[-1] == "M" and names[12] == "N" and len(names) == 25
    x = columns(drawn)
    assert len(x) == 25 and x[1] - x[0] == DESK.column
    middle = {name: y for name, y, *_ in drawn.rows}
    assert drawn.line == (
        f"M{x[0]} {middle['OFF']}H{x[6]}V{middle['D']}H{x[8] + DESK.column / 2}V{middle['ON']}H{x[24]}"
    )
    # Three marks between two hours, in four rows.
    assert drawn.quarters.count("M") == 24 * 3 * 4


def test_the_days_when_the_clock_changes() -> None:
    for day, hours, names in (
        (date(2026, 3, 8), 23, ["M", "1", "3"]),
        (date(2026, 11, 1), 25, ["M", "1", "1", "2"]),
    ):
        drawn = grid(day, ("sleeper_berth", 0, None))
        assert len(columns(drawn)) == hours + 1 and drawn.rows[1][3] == f"{hours}:00"
        assert [name for _, name in drawn.hours][: len(names)] == names
        assert drawn.hours[-1][1] == "M"


def test_what_is_wrong_is_marked() -> None:
    day = date(2026, 6, 5)
    begin = TERMS.begins(day)
    broken = (
        Violation("11_hour_driving", begin + 12 * H, begin + 14 * H),
        Violation("14_hour_window", begin + 13 * H, begin + 14 * H),
    )
    drawn = grid(day, ("driving", 1, 14), ("off_duty", 16, 24), violations=broken)
    assert [mark.words for mark in drawn.violations] == [
        "11 hour driving",
        "11 hour driving, 14 hour window",
    ]
    assert [mark.width for mark in drawn.violations] == [DESK.column, DESK.column]
    (missing,) = drawn.missing
    assert missing.width == 2 * DESK.column and drawn.line.count("M") == 2


def test_a_phone_gets_fewer_names() -> None:
    day = date(2026, 6, 5)
    (found,) = days_of([], TERMS, day, 1)
    drawn = draw(found, TERMS, (), PHONE, "nothing")
    assert [name for _, name in drawn.hours] == ["M", "3", "6", "9", "N", "3", "6", "9", "M"]
    assert drawn.quarters == "" and drawn.line == "" and drawn.width < 390


def test_hours_and_minutes() -> None:
    assert [clock_words(one) for one in (0, 59 * 60, 3600, 70 * 3600 + 300)] == [
        "0:00",
        "0:59",
        "1:00",
        "70:05",
    ]
