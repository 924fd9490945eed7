"""Spans of time as cells of a table: bars side by side in as few lines as they need. Pure functions.

A table needs no script and no style of its own cells, reads aloud in order and prints. Times are local and without a zone,
so that every day has the same width, also those on which the clock changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Bar(Generic[What]):
    """Something from `start` to `end`, both local."""

    start: datetime
    end: datetime
    what: What


@dataclass(frozen=True, slots=True)
class Cell(Generic[What]):
    """So many columns of a line: a bar, or nothing. `before`, `after`: the bar goes on outside of the table."""

    columns: int
    what: What | None = None
    before: bool = False
    after: bool = False
    #: A part of the table, such as a day, begins here.
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """`columns` columns from `start` to `end`, in parts of `part` columns."""

    start: datetime
    end: datetime
    columns: int
    part: int

    def place(self, moment: datetime, *, up: bool = False) -> int:
        """Column that a moment lies in; `up`: the first one behind it."""
        span = (self.end - self.start).total_seconds()
        seconds = (moment - self.start).total_seconds() * self.columns
        whole = -(-seconds // span) if up else seconds // span
        return max(0, min(self.columns, int(whole)))


def lines(bars: Iterable[Bar[What]], scale: Scale) -> list[list[Cell[What]]]:
    """Lines of cells, at least one; each fills all columns. A bar is at least a column wide; what lies outside is left out."""
    placed: list[list[tuple[int, int, Bar[What]]]] = []
    shown = (bar for bar in bars if bar.start < scale.end and bar.end > scale.start)
    for bar in sorted(shown, key=lambda bar: (bar.start, bar.end)):
        first = min(scale.place(bar.start), scale.columns - 1)
        last = max(scale.place(bar.end, up=True), first + 1)
        line = next((line for line in placed if line[-1][1] <= first), None)
        if line is None:
            placed.append(line := [])
        line.append((first, last, bar))
    return [_cells(line, scale) for line in placed or [[]]]


def _cells(line: list[tuple[int, int, Bar[What]]], scale: Scale) -> list[Cell[What]]:
    cells: list[Cell[What]] = []
    at = 0
    for first, last, bar in line:
        cells += _gap(at, first, scale)
        begins = first % scale.part == 0
        cells.append(Cell(last - first, bar.what, bar.start < scale.start, bar.end > scale.end, begins))
        at = last
    return cells + _gap(at, scale.columns, scale)


def _gap(first: int, last: int, scale: Scale) -> list[Cell[What]]:
    """Nothing, cut where parts begin."""
    cells: list[Cell[What]] = []
    while first < last:
        end = min(last, (first // scale.part + 1) * scale.part)
        cells.append(Cell(end - first, begins=first % scale.part == 0))
        first = end
    return cells
