"""Spans as cells of a table: whatever comes, each line fills the table and no two bars overlap."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, strategies as st

from motorpool.web.timetable import Bar, Cell, Scale, lines

DAY = datetime(2027, 7, 1)
SCALE = Scale(DAY, DAY + timedelta(days=1), 48, 4)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def test_a_day_with_two_bars() -> None:
    (line,) = lines([Bar(at(8), at(10), "a"), Bar(at(10), at(10.25), "b")], SCALE)
    assert [(cell.columns, cell.what) for cell in line] == [
        (4, None), (4, None), (4, None), (4, None), (4, "a"), (1, "b"), (3, None),
        *[(4, None)] * 6,
    ]  # fmt: skip
    assert [cell.begins for cell in line[:7]] == [True] * 6 + [False]


def test_what_overlaps_stands_in_a_line_of_its_own() -> None:
    found = lines([Bar(at(8), at(12), "a"), Bar(at(9), at(10), "b"), Bar(at(12), at(13), "c")], SCALE)
    assert [[cell.what for cell in line if cell.what] for line in found] == [["a", "c"], ["b"]]


def test_what_goes_on_outside_is_cut_and_what_lies_outside_left_out() -> None:
    (line,) = lines([Bar(at(-5), at(1), "a"), Bar(at(23), at(30), "b"), Bar(at(24), at(25), "no")], SCALE)
    assert line[0] == Cell(2, "a", before=True, begins=True)
    assert line[-1] == Cell(2, "b", after=True)


def test_an_empty_table_has_one_line() -> None:
    assert lines([], SCALE) == [[Cell(4, begins=True)] * 12]


@given(st.lists(st.tuples(st.integers(-600, 2000), st.integers(1, 900))))
def test_every_line_fills_the_table(spans: list[tuple[int, int]]) -> None:
    bars = [
        Bar(DAY + timedelta(minutes=begin), DAY + timedelta(minutes=begin + length), number)
        for number, (begin, length) in enumerate(spans)
    ]
    found = lines(bars, SCALE)
    assert all(sum(cell.columns for cell in line) == 48 for line in found)
    shown = sorted(cell.what for line in found for cell in line if cell.what is not None)
    inside = [bar.what for bar in bars if bar.start < SCALE.end and bar.end > SCALE.start]
    assert shown == inside
