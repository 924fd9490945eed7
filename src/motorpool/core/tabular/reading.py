"""Reading any table: the content says what it is."""

from __future__ import annotations

from typing import BinaryIO

from motorpool.core.tabular.csv_text import read_csv
from motorpool.core.tabular.table import CHUNK_ROWS, Limits, Table, refused
from motorpool.core.tabular.workbook import read_workbook

_ARCHIVE, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"PAR1")


def read_table(
    file: BinaryIO, *, limits: Limits | None = None, sheet: str | None = None, chunk_rows: int = CHUNK_ROWS
) -> Table:
    """Open a table in a seekable binary file; the file stays open while the chunks are read.

    CSV is read as it is iterated, a workbook's sheet is held in memory. Blocks: call it in a thread. `sheet` names a
    sheet of a workbook (default: the first). Raises Invalid, field `file` or `sheet`, that says what is wrong.
    """
    file.seek(0)
    head = file.read(8)
    if not head:
        raise refused("is empty", "empty")
    if head.startswith((_ARCHIVE, _COMPOUND)):
        return read_workbook(file, limits or Limits(), sheet, chunk_rows)
    if head.startswith(_OTHER):
        raise refused("is not a table: it is neither CSV nor a workbook", "not_a_table")
    return read_csv(file, limits or Limits(), chunk_rows)
