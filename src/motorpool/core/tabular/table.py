"""What a read table is, and the rules that hold for every format."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import msgspec

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.settings import Settings

#: A CSV gives text only; a workbook also gives what its cells hold. None: empty.
Cell = str | int | float | bool | date | datetime | time | timedelta | None
CHUNK_ROWS = 1000
#: What a spreadsheet program would take for a formula: OWASP's list, with the full-width forms.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def shield(text: str) -> str:
    """Text as it is written to a CSV: an apostrophe in front of what a spreadsheet would take for a formula.

    Text that begins with `=`, `+`, `-`, `@`, a tab or a line break, with or without apostrophes before it, gets one
    more; everything else stays. `unshield` takes it off again, so nothing is lost on the way.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unshield(text: str) -> str:
    """Text as it was before `shield`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def join_list(values: Sequence[object]) -> str:
    """A list as the text of one cell: `red; blue`, or JSON where an element would not survive that."""
    plain = all(
        isinstance(value, str) and value and value == value.strip() and ";" not in value and value[0] != "["
        for value in values
    )
    return "; ".join(map(str, values)) if plain else msgspec.json.encode(values, enc_hook=str).decode()


def split_list(text: str) -> list[object]:
    """A list from the text of one cell, `red; blue` or JSON. Raises ValueError for text that begins as JSON but is not."""
    if text.lstrip().startswith("["):
        found = msgspec.json.decode(text)
        return found if isinstance(found, list) else [found]
    return [part.strip() for part in text.split(";") if part.strip()]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a table may be."""

    rows: int = 500_000
    columns: int = 500

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        return cls(settings.imports.max_rows, settings.imports.max_columns)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: as many cells as the table has columns, and its number in the file as a spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]
    #: Why the row cannot be trusted, as a sentence's end: `has 7 cells, the heading has 5`.
    problem: str | None = None


@dataclass(slots=True)
class Table:
    """A table that is being read. `chunks` reads on as it is iterated, once, and may raise Invalid."""

    columns: tuple[str, ...]
    chunks: Iterator[list[SourceRow]]
    #: csv, xlsx, xls or ods.
    format: str
    #: Sentences for the person who sent it: a guessed encoding, other sheets that were left out.
    warnings: list[str] = field(default_factory=list)
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None


async def each_chunk(table: Table) -> AsyncIterator[list[SourceRow]]:
    """The chunks of a table, each read in a thread so that others can work meanwhile."""
    while (chunk := await asyncio.to_thread(next, table.chunks, None)) is not None:
        yield chunk


def refused(message: str, code: str) -> Invalid:
    """`message` is the end of a sentence about the file."""
    return Invalid(f"The file {message}.", fields=[FieldProblem("file", message, code)], code=code)


def assemble(
    records: Iterator[tuple[int, Sequence[Cell]]], limits: Limits, chunk_rows: int = CHUNK_ROWS
) -> tuple[tuple[str, ...], Iterator[list[SourceRow]]]:
    """Heading and chunks from numbered records: the first record that is not empty is the heading.

    Raises Invalid for a heading that cannot be used; the chunks raise it when there are too many rows.
    """
    number, cells = next((one for one in records if _filled(one[1])), (0, ()))
    if not cells:
        raise refused("is empty", "empty")
    columns = _heading(number, cells, limits)
    return columns, _chunks(records, len(columns), limits, chunk_rows)


def _heading(number: int, cells: Sequence[Cell], limits: Limits) -> tuple[str, ...]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > limits.columns:
        raise refused(f"has {len(names)} columns; at most {limits.columns} can be read", "too_many_columns")
    unnamed = [str(index) for index, name in enumerate(names, 1) if not name]
    if unnamed:
        raise refused(f"has no heading for column {', '.join(unnamed[:5])} (row {number})", "no_heading")
    if all(not isinstance(cell, str) or _is_number(cell) for cell in cells if _filled([cell])):
        raise refused(f"has no heading: row {number} holds values, not names of columns", "no_heading")
    seen: dict[str, str] = {}
    for name in names:
        if name.casefold() in seen:
            raise refused(
                f"has two columns called {name!r}; each needs a name of its own", "duplicate_heading"
            )
        seen[name.casefold()] = name
    return tuple(names)


def _chunks(
    records: Iterator[tuple[int, Sequence[Cell]]], width: int, limits: Limits, chunk_rows: int
) -> Iterator[list[SourceRow]]:
    count = 0
    chunk: list[SourceRow] = []
    for number, cells in records:
        if not _filled(cells):
            continue
        count += 1
        if count > limits.rows:
            raise refused(f"has more than {limits.rows} rows; split it into several files", "too_many_rows")
        chunk.append(_row(number, cells, width))
        if len(chunk) == chunk_rows:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _row(number: int, cells: Sequence[Cell], width: int) -> SourceRow:
    problem = None
    if len(cells) > width and _filled(cells[width:]):
        problem = f"has {len(cells)} cells, the heading has {width}"
    values = tuple(None if isinstance(cell, str) and not cell.strip() else cell for cell in cells[:width])
    return SourceRow(number, values + (None,) * (width - len(values)), problem)


def _filled(cells: Iterable[Cell]) -> bool:
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\s*[-+]?[\d.,\s]*\d\s*", text))
