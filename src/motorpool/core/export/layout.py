"""How a table fits on paper: orientation, size of type and widths of columns, from what the cells hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Literal

from motorpool.core.export.columns import (
    NUMBERS,
    Column,
    Kind,
    as_text,
    day,
    moment,
    number,
    plain_text,
    time_of_day,
)

Paper = Literal["a4", "us-letter"]
#: Width and height of the paper and its side margins, in points.
PAPERS: dict[Paper, tuple[float, float]] = {"a4": (595.3, 841.9), "us-letter": (612.0, 792.0)}
SIDE_MARGIN = 42.5
#: Space left and right inside of a cell, in points.
CELL_PADDING = 8.0
#: Sizes of type that are tried, in points.
SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
#: A column of text is wanted no wider than this, and can do with that, in em.
WIDEST, NARROWEST = 28.0, 4.5
#: A word up to this length, such as a VIN, is not broken while there is room, in em.
LONGEST_WORD = 12.0
#: Cells on which the widths are based, for each column.
MEASURED_ROWS = 2000
_WRAPS = ("text", "list", "json")
#: Advance widths of the characters from space to tilde in IBM Plex Sans Regular, in thousandths of an em.
ADVANCES = (
    236, 284, 419, 713, 598, 927, 694, 242, 335, 335, 450, 600, 272, 399, 272, 383, 600, 600, 600, 600, 600, 600,
    600, 600, 600, 600, 292, 292, 600, 600, 600, 477, 891, 641, 653, 621, 671, 583, 559, 695, 707, 400, 510, 634,
    501, 812, 707, 708, 606, 708, 640, 581, 572, 678, 609, 891, 613, 593, 580, 317, 383, 317, 600, 565, 600, 534,
    580, 503, 580, 549, 324, 528, 568, 250, 250, 527, 272, 873, 568, 560, 580, 580, 367, 487, 351, 568, 492, 768,
    507, 499, 464, 343, 314, 343, 600,
)  # fmt: skip
#: Bold headings are wider than regular text, and a measured width needs a little room for rounding.
BOLD, SLACK = 1.07, 0.1


@dataclass(frozen=True, slots=True)
class Layout:
    """`widths` in points; together they fill the page."""

    landscape: bool
    size: float
    widths: list[float]


def for_people(kind: Kind, zone: tzinfo, cell: Any) -> str:
    """A value as it is read on paper: `1,234.50`, `2026-11-22 08:30`, `Yes`."""
    if cell is None:
        return ""
    if kind == "boolean" and isinstance(cell, bool):
        return "Yes" if cell else "No"
    if kind in NUMBERS and (found := number(cell)) is not None:
        # Prices may have more than two places, never fewer.
        return f"{found:,f}" if kind != "money" or _places(found) > 2 else f"{found:,.2f}"
    if kind == "datetime" and (at := moment(cell, zone)) is not None:
        return f"{at:%Y-%m-%d %H:%M}"
    if kind == "date" and (on := day(cell)) is not None:
        return on.isoformat()
    if kind == "time" and (clock := time_of_day(cell)) is not None:
        return f"{clock:%H:%M}"
    if kind == "list" and isinstance(cell, (list, tuple)):
        return ", ".join(plain_text(value) for value in cell)
    return as_text(kind, zone, shielded=False)(cell)


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def em_width(text: str) -> float:
    """The width of a text set in IBM Plex Sans, in em; characters beyond ASCII by their class."""
    return sum(
        ADVANCES[ord(c) - 32] / 1000
        if " " <= c <= "~"
        else 1.0
        if unicodedata.east_asian_width(c) in "WF"
        else 0.0
        if unicodedata.combining(c)
        else 0.62
        for c in text
    )


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]], paper: Paper) -> Layout:
    """Portrait when it fits at a readable size, else landscape, with smaller type the more columns there are.

    `rows` are texts for people. Dates and numbers are never broken; text gets what they leave, by its length.
    """
    sample = rows[:: max(len(rows) // MEASURED_ROWS, 1)]
    wanted, needed = [], []
    for index, column in enumerate(columns):
        cells = [row[index] for row in sample]
        longest = max((em_width(cell) for cell in cells), default=0.0) + SLACK
        # Headings are bold and may break between words.
        heading = max((em_width(word) for word in column.heading.split()), default=0.0) * BOLD + SLACK
        if column.kind in _WRAPS:
            typical = sorted(em_width(cell) for cell in cells)[int(len(cells) * 0.9)] if cells else 0.0
            word = max((em_width(word) for cell in cells for word in cell.split()), default=0.0) + SLACK
            least = max(min(word, LONGEST_WORD), min(NARROWEST, longest), heading)
            wanted.append(max(min(typical * 1.05, WIDEST), least))
            needed.append(least)
        else:
            wanted.append(max(longest, heading))
            needed.append(max(min(longest, LONGEST_WORD), heading))
    short, long = PAPERS[paper]
    for landscape, share in ((False, 0.8), (True, 0.6), (True, 0.0)):
        room = (long if landscape else short) - 2 * SIDE_MARGIN - CELL_PADDING * len(columns)
        for size in SIZES:
            total, least = sum(wanted) * size, sum(needed) * size
            # Portrait only while text gets most of what it wants, at no less than 7.5 points.
            if least <= room and room >= total * share and (landscape or size >= 7.5):
                return Layout(landscape, size, _spread(columns, wanted, needed, size, room))
    # Still too wide: everything is narrowed alike and words are broken.
    size = SIZES[-1]
    room = long - 2 * SIDE_MARGIN - CELL_PADDING * len(columns)
    scale = room / sum(needed)
    return Layout(True, size, [width * scale + CELL_PADDING for width in needed])


def _spread(
    columns: Sequence[Column], wanted: list[float], needed: list[float], size: float, room: float
) -> list[float]:
    """Share `room` points: each column has what it needs, then what it wants, and text takes what is left over."""
    widths = [width * size for width in needed]
    left = room - sum(widths)
    wishes = [max(want * size - width, 0.0) for want, width in zip(wanted, widths, strict=True)]
    if (total := sum(wishes)) > 0:
        part = min(left / total, 1.0)
        widths = [width + wish * part for width, wish in zip(widths, wishes, strict=True)]
    left = max(room - sum(widths), 0.0)
    text = [index for index, column in enumerate(columns) if column.kind in _WRAPS] or list(
        range(len(columns))
    )
    total = sum(widths[index] for index in text)
    for index in text:
        widths[index] += left * widths[index] / total
    return [width + CELL_PADDING for width in widths]


def breakable(text: str, width: float, size: float) -> str:
    """Text whose over-long words may be broken anywhere: a zero-width space after each piece that fits."""
    room = max((width - CELL_PADDING) / size, 1.5)
    if em_width(text) <= room:
        return text
    return " ".join(_broken(word, room - SLACK) for word in text.split(" "))


def _broken(word: str, room: float) -> str:
    if em_width(word) <= room:
        return word
    pieces, current, width = [], "", 0.0
    for character in word:
        advance = em_width(character)
        if current and width + advance > room:
            pieces.append(current)
            current, width = "", 0.0
        current += character
        width += advance
    return "\u200b".join([*pieces, current])
