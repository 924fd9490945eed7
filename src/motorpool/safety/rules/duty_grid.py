"""The 24-hour grid of a record of duty status as it is drawn on paper (49 CFR 395.8(g)): four rows, a line that steps between them.

Only geometry: the page and the print draw the same. The width is elapsed time, so that a day with a change of the clock has 23 or 25
columns; hours are named as the clock at the home terminal shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from motorpool.safety.rules.duty_records import Day, Terms
from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.duty_log import STATUSES

#: Names at the left, in the order of the rows.
LABELS = {
    "off_duty": "OFF",
    "sleeper_berth": "SB",
    "driving": "D",
    "on_duty_not_driving": "ON",
}
HOUR, QUARTER = 3600, 900
#: Where a moment is.
Across = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of a drawing. `label_every`: hours between two names at the top; quarters are left out where they would blur."""

    left: float
    right: float
    column: float
    row: float
    top: float
    label_every: int
    has_quarters: bool


DESK = Look(left=44, right=58, column=34, row=24, top=20, label_every=1, has_quarters=True)
PHONE = Look(left=32, right=46, column=11.6, row=26, top=20, label_every=3, has_quarters=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the line that is told apart: driving against a rule, or a time that nobody recorded."""

    left: float
    width: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Grid:
    width: float
    height: float
    look: Look
    #: Beginning and end of the columns.
    begin: float
    end: float
    #: (name, y of the middle, y of the upper edge, total as h:mm).
    rows: tuple[tuple[str, float, float, str], ...]
    #: (x, what the clock shows).
    hours: tuple[tuple[float, str], ...]
    #: Paths: the hours' lines, the quarters' marks, the line of duty status.
    columns: str
    quarters: str
    line: str
    violations: tuple[Mark, ...]
    missing: tuple[Mark, ...]
    words: str


def clock_words(seconds: int) -> str:
    """`8:30` hours."""
    return f"{seconds // HOUR}:{seconds % HOUR // 60:02}"


def draw(day: Day, terms: Terms, violations: Sequence[Violation], look: Look, words: str) -> Grid:
    """`words` tell what is seen to who cannot see it."""
    hours = (day.end - day.start) / HOUR
    begin, end = look.left, look.left + hours * look.column

    def x(moment: float) -> float:
        return round(begin + (moment - day.start) / HOUR * look.column, 2)

    tops = {name: look.top + at * look.row for at, name in enumerate(STATUSES)}
    middles = {name: top + look.row / 2 for name, top in tops.items()}
    bottom = look.top + len(STATUSES) * look.row
    ticks = [day.start + at * HOUR for at in range(int(hours) + 1)]
    if ticks[-1] < day.end:
        ticks.append(day.end)
    names = [
        (x(tick), _hour_name(tick, terms))
        for at, tick in enumerate(ticks)
        if at % look.label_every == 0 or tick == day.end
    ]
    return Grid(
        width=round(end + look.right, 2),
        height=bottom + 6,
        look=look,
        begin=begin,
        end=round(end, 2),
        rows=tuple(
            (LABELS[name], middles[name], tops[name], clock_words(_minutes(day.seconds[name])))
            for name in STATUSES
        ),
        hours=tuple(names),
        columns="".join(f"M{x(tick)} {look.top}V{bottom}" for tick in ticks),
        quarters=_quarters(day, tops, look, x) if look.has_quarters else "",
        line=_line(day, middles, x),
        violations=tuple(_marks(day, violations, middles["driving"], x)),
        missing=tuple(
            Mark(x(one.start), max(1.0, round(x(one.end) - x(one.start), 2)), look.top, "No record")
            for one in day.stretches
            if one.record is None
        ),
        words=words,
    )


def _minutes(seconds: int) -> int:
    """Whole minutes, in seconds."""
    return seconds - seconds % 60


def _hour_name(moment: int, terms: Terms) -> str:
    hour = datetime.fromtimestamp(moment, terms.zone).hour
    return "M" if hour == 0 else "N" if hour == 12 else str(hour if hour < 13 else hour - 12)


def _quarters(day: Day, tops: dict[str, float], look: Look, x: Across) -> str:
    """Marks at the quarters of the hours: from above in the rows of rest, from below in those of work."""
    parts: list[str] = []
    for at, top in enumerate(tops.values()):
        for moment in range(day.start + QUARTER, day.end, QUARTER):
            part = (moment - day.start) % HOUR
            if part == 0:
                continue
            length = look.row * (0.45 if part == 2 * QUARTER else 0.26)
            y, step = (top, length) if at < 2 else (top + look.row, -length)
            parts.append(f"M{x(moment)} {round(y, 2)}v{round(step, 2)}")
    return "".join(parts)


def _line(day: Day, middles: dict[str, float], x: Across) -> str:
    """The line of duty status; it is broken where nothing is recorded."""
    parts: list[str] = []
    before: int | None = None
    for one in day.stretches:
        if one.record is None:
            before = None
            continue
        y = middles[one.record.status]
        parts.append(f"V{y}H{x(one.end)}" if before == one.start else f"M{x(one.start)} {y}H{x(one.end)}")
        before = one.end
    return "".join(parts)


def _marks(day: Day, violations: Sequence[Violation], y: float, x: Across) -> list[Mark]:
    """Driving against one or more rules, each piece once."""
    within = [
        (max(one.start, day.start), min(one.end, day.end), one.rule)
        for one in violations
        if one.start < day.end and one.end > day.start
    ]
    cuts = sorted({moment for start, end, _ in within for moment in (start, end)})
    found: list[Mark] = []
    for start, end in pairwise(cuts):
        rules = [rule for first, last, rule in within if first < end and last > start]
        if rules:
            words = ", ".join(rule.replace("_", " ") for rule in rules)
            found.append(Mark(x(start), round(x(end) - x(start), 2), y, words))
    return found
