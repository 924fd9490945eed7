"""CSV as it is found: any of four delimiters, UTF-8 or UTF-16 with or without a mark, or an old Windows encoding."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from motorpool.core.tabular.table import CHUNK_ROWS, Limits, Table, assemble, refused, unshield

DELIMITERS = ",;\t|"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_ROWS = 100
_BLOCK = 1 << 20
#: Excel's own hint on a first line of its own.
_HINT = re.compile(r"sep=([^\r\n])\r?\n", re.IGNORECASE)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    name: str
    warning: str | None = None


def read_csv(file: BinaryIO, limits: Limits, chunk_rows: int = CHUNK_ROWS) -> Table:
    """Read from a seekable file, row by row. Raises Invalid."""
    encoding = find_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(cast(BinaryIO, _Uncloseable(file)), encoding=encoding.name, newline="")
    try:
        sample = text.read(_SAMPLE_BYTES)
    except UnicodeDecodeError as error:
        raise refused("is not a table: it is neither CSV nor a workbook", "not_a_table") from error
    if not sample.strip():
        raise refused("is empty", "empty")
    if _NOT_TEXT.search(sample):
        raise refused("is not a table: it is neither CSV nor a workbook", "not_a_table")
    hint = _HINT.match(sample)
    delimiter = hint.group(1) if hint else find_delimiter(sample)
    text.seek(0)
    if hint:
        text.readline()
    columns, chunks = assemble(_records(text, delimiter, 2 if hint else 1), limits, chunk_rows)
    return Table(
        columns,
        chunks,
        "csv",
        [encoding.warning] if encoding.warning else [],
        encoding=encoding.name,
        delimiter=delimiter,
    )


def find_encoding(file: BinaryIO) -> Encoding:
    """The encoding of a whole file: by its mark, by the pattern of zeros, else the first that fits every byte."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if (zeros := head.count(0)) > len(head) // 4:
        return Encoding("utf-16-le" if head[1::2].count(0) > zeros // 2 else "utf-16-be")
    if _fits(file, "utf-8"):
        return Encoding("utf-8")
    name = "cp1252" if _fits(file, "cp1252") else "latin-1"
    known_as = "Windows-1252" if name == "cp1252" else "Latin-1"
    return Encoding(name, f"The file is not in UTF-8; it was read as {known_as}. Check letters with accents.")


def _fits(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            if 0 in block:
                raise refused("is not a table: it is neither CSV nor a workbook", "not_a_table")
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(sample: str) -> str:
    """The delimiter under which most rows have as many cells as the first, and more than one; else a comma."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        first = 0
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
                if row:
                    first = first or len(row)
                    widths[len(row)] += 1
                if widths.total() == _SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        if first > 1 and (score := (widths[first] / widths.total(), first)) > best_score:
            best, best_score = delimiter, score
    return best


def _records(text: io.TextIOWrapper, delimiter: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Numbered records. A line break inside quotes is part of its cell, as spreadsheets count."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = first - 1
    try:
        for number, row in enumerate(reader, first):
            yield number, [unshield(cell) for cell in row]
    except csv.Error as error:
        where, reason = f"in row {number + 1} (line {reader.line_num})", str(error)
        if "end of data" in reason or "field limit" in reason:
            raise refused(f"has a quotation mark {where} that is not closed", "open_quote") from error
        separator = _NAMES.get(delimiter, repr(delimiter))
        raise refused(
            f"cannot be read {where}: after a closing quotation mark there must be a {separator} or the line's end",
            "bad_quote",
        ) from error
    except UnicodeDecodeError as error:
        raise refused(f"is not in {text.encoding} throughout (row {number + 1})", "bad_encoding") from error


class _Uncloseable(io.BufferedIOBase):
    """The caller's file stays open when the text wrapper round it goes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._file.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
