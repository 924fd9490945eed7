"""Excel workbooks, written row by row: memory does not grow with the number of rows."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from motorpool.core.export.columns import (
    Column,
    Heading,
    Kind,
    Rows,
    as_text,
    day,
    moment,
    number,
    time_of_day,
)

#: Excel's own limits.
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
#: Numbers with more digits would be rounded (IEEE 754), so they are written as text.
MAX_DIGITS = 15
FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
#: Rows whose contents decide the widths of the columns, and the widths' bounds in characters.
MEASURED_ROWS = 500
NARROWEST, WIDEST = 8, 60
READ_BYTES = 256 * 1024
NUMBER_FORMATS: dict[Kind, str] = {
    "integer": "0",
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm:ss",
}
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


async def write_xlsx(
    columns: Sequence[Column], rows: Rows, heading: Heading, *, folder: Path | None = None
) -> AsyncIterator[bytes]:
    """A workbook with a bold, fixed heading and a filter. `folder` holds the parts while it is written.

    Points in time are local times of the heading's zone, since Excel knows no zones. Text is text: nothing becomes a
    formula or a link. What passes a million rows goes on in another sheet; text is cut at Excel's 32,767 characters.
    """
    with tempfile.TemporaryDirectory(dir=folder) as parts, tempfile.TemporaryFile(dir=folder) as file:
        sheets = _Sheets(file, parts, columns, heading)
        try:
            async for chunk in rows:
                await asyncio.to_thread(sheets.add, chunk)
        finally:
            # Also after an error: it closes the parts.
            await asyncio.to_thread(sheets.close)
        file.seek(0)
        while block := await asyncio.to_thread(file.read, READ_BYTES):
            yield block


class _Sheets:
    """One workbook that is being written."""

    def __init__(self, file: IO[bytes], parts: str, columns: Sequence[Column], heading: Heading) -> None:
        self.columns = columns
        self.title = _SHEET_NAME.sub(" ", heading.title).strip(" '")[:28] or "Data"
        self.book = Workbook(
            file, {"constant_memory": True, "tmpdir": parts, "default_date_format": "yyyy-mm-dd"}
        )
        self.book.use_zip64()
        self.zone = heading.zone
        self.book.set_properties(
            {
                "title": _clean(heading.title),
                "company": _clean(heading.tenant),
                "comments": f"Times are in {heading.zone}.",
                "created": heading.generated_at.astimezone(heading.zone).replace(tzinfo=None),
            }
        )
        self.bold = self.book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.formats = {
            kind: self.book.add_format({"num_format": pattern}) for kind, pattern in NUMBER_FORMATS.items()
        }
        self.widths = [len(column.heading) + 3 for column in columns]
        self.count = 0
        self._begin()

    def add(self, chunk: Sequence[Sequence[Any]]) -> None:
        for row in chunk:
            if self.line == MAX_ROWS:
                self._end()
                self._begin()
            measured = self.count < MEASURED_ROWS
            for index, cell in enumerate(row):
                if cell is None:
                    continue
                length = self.writers[index](self.line, index, cell)
                if measured and length > self.widths[index]:
                    self.widths[index] = length
            self.line += 1
            self.count += 1

    def close(self) -> None:
        self._end()
        self.book.close()

    def _begin(self) -> None:
        number_of_sheet = len(self.book.worksheets()) + 1
        name = self.title if number_of_sheet == 1 else f"{self.title} {number_of_sheet}"
        self.sheet = self.book.add_worksheet(name)
        self.writers = [
            _writer(self.sheet, column.kind, self.formats.get(column.kind), self.zone)
            for column in self.columns
        ]
        for index, column in enumerate(self.columns):
            self.sheet.write_string(0, index, _clean(column.heading), self.bold)
        self.line = 1

    def _end(self) -> None:
        for index, width in enumerate(self.widths):
            self.sheet.set_column(index, index, min(max(width + 1, NARROWEST), WIDEST))
        self.sheet.freeze_panes(1, 0)
        if self.columns:
            self.sheet.autofilter(0, 0, self.line - 1, len(self.columns) - 1)


def _writer(
    sheet: Worksheet, kind: Kind, form: Format | None, zone: tzinfo
) -> Callable[[int, int, Any], int]:
    """Writes one cell of a column and returns its width in characters."""
    as_plain = as_text(kind, zone, shielded=False)

    def text(line: int, index: int, cell: Any) -> int:
        value = _clean(as_plain(cell))
        if len(value) > MAX_TEXT:
            value = value[: MAX_TEXT - 1] + "…"
        sheet.write_string(line, index, value)
        return len(value)

    def numeric(line: int, index: int, cell: Any) -> int:
        value = number(cell)
        if value is None or not _is_exact(value):
            return text(line, index, cell)
        # An int or a float: a Decimal would be written with all its trailing zeros.
        sheet.write_number(
            line, index, int(value) if value == value.to_integral_value() else float(value), form
        )
        return len(f"{value:,.2f}" if kind == "money" else f"{value:f}")

    def dated(line: int, index: int, cell: Any) -> int:
        value = _dated(kind, cell, zone)
        if value is None:
            return text(line, index, cell)
        sheet.write_datetime(line, index, value, form)
        return 10 if kind == "date" else 8 if kind == "time" else 19

    def boolean(line: int, index: int, cell: Any) -> int:
        if not isinstance(cell, bool):
            return text(line, index, cell)
        sheet.write_boolean(line, index, cell)
        return 6

    match kind:
        case "integer" | "decimal" | "money":
            return numeric
        case "date" | "datetime" | "time":
            return dated
        case "boolean":
            return boolean
        case _:
            return text


def _dated(kind: Kind, cell: Any, zone: tzinfo) -> date | datetime | time | None:
    """The value as Excel can hold it, else None."""
    if kind == "time":
        at = time_of_day(cell)
        return None if at is None else at.replace(tzinfo=None)
    if kind == "datetime":
        found = moment(cell, zone)
        value: date | datetime | None = None if found is None else found.replace(tzinfo=None)
    else:
        value = day(cell)
    if value is None:
        return None
    return value if (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY else None


def _is_exact(value: Decimal) -> bool:
    digits = value.normalize().as_tuple().digits
    return len(digits) <= MAX_DIGITS and (value == 0 or -300 < value.adjusted() < 300)


def _clean(text: str) -> str:
    """Text that XML can hold."""
    return _NOT_IN_XML.sub("", text.encode("utf-8", "replace").decode())
