"""Excel and OpenDocument workbooks, by calamine: cells with the type that they have in the workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tabular.table import CHUNK_ROWS, Cell, Limits, Table, assemble, refused

#: A sheet is unpacked in memory; this bounds what a small archive may grow into, in bytes.
MAX_UNPACKED = 1_000_000_000
#: Integers above this are not exact in a workbook, which knows only floating point.
MAX_EXACT = 2**53


def read_workbook(
    file: BinaryIO, limits: Limits, sheet: str | None = None, chunk_rows: int = CHUNK_ROWS
) -> Table:
    """Read the named sheet, else the first visible one. Raises Invalid.

    Whole numbers come as int, times of day 00:00 as date. A cell that holds an error (`#N/A`) counts as empty.
    """
    kind = _kind(file)
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        names = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ]
        chosen = _choose(names, sheet)
        content = workbook.get_sheet_by_name(chosen)
    except PasswordError as error:
        raise refused("is protected by a password; save it without one", "encrypted") from error
    except CalamineError as error:
        raise refused("cannot be read; it is damaged or not a workbook", "not_a_table") from error
    except BaseException as error:
        # The reader is written in Rust; what it did not expect arrives as a panic, which is no Exception.
        if type(error).__name__ == "PanicException":
            raise refused("cannot be read; it is damaged or not a workbook", "not_a_table") from error
        raise
    if content.height > limits.rows + 1:
        raise refused(
            f"has {content.height - 1} rows; at most {limits.rows} can be read, so split it", "too_many_rows"
        )
    columns, chunks = assemble(_records(content), limits, chunk_rows)
    others = [name for name in names if name != chosen]
    warnings = (
        [f"Only the sheet {chosen!r} was read, not {', '.join(map(repr, others[:5]))}."] if others else []
    )
    return Table(columns, chunks, kind, warnings, sheet=chosen, sheets=tuple(names))


def _kind(file: BinaryIO) -> str:
    """xlsx, ods or xls. Raises Invalid for another archive and for one that unpacks too large."""
    file.seek(0)
    head = file.read(8)
    if not head.startswith(b"PK"):
        file.seek(0)
        # [MS-OFFCRYPTO]: an encrypted workbook is a compound file with this stream.
        if "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20):
            raise refused("is protected by a password; save it without one", "encrypted")
        return "xls"
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise refused("cannot be read; it is damaged or not a workbook", "not_a_table") from error
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise refused(f"unpacks to more than {MAX_UNPACKED // 10**9} GB; send it as CSV", "too_large")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise refused("is an archive, but not a workbook", "not_a_table")


def _choose(names: list[str], wanted: str | None) -> str:
    if not names:
        raise refused("has no sheet that can be read", "empty")
    if wanted is None:
        return names[0]
    if wanted not in names:
        message = f"names no sheet of the file; there are {', '.join(names[:20])}"
        raise Invalid("Some fields are not valid.", fields=[FieldProblem("sheet", message, "unknown_sheet")])
    return wanted


def _records(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, [_exact(cell) for cell in row]


def _exact(cell: Cell) -> Cell:
    """Workbooks hold every number as floating point; 3.0 was typed as 3."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= MAX_EXACT:
        return int(cell)
    return cell
