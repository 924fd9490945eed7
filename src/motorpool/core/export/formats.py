"""One entrance for every format."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.export.columns import Column, Heading, Rows
from motorpool.core.export.excel import write_xlsx
from motorpool.core.export.pdf import table_pdf
from motorpool.core.export.text import write_csv, write_json


@dataclass(frozen=True, slots=True)
class Format:
    extension: str
    media_type: str


FORMATS = {
    "csv": Format("csv", "text/csv"),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": Format("json", "application/json"),
    "ndjson": Format("ndjson", "application/x-ndjson"),
    "pdf": Format("pdf", "application/pdf"),
}


async def write_table(
    name: str, columns: Sequence[Column], rows: Rows, heading: Heading, *, pdf_rows: int = 2_000
) -> AsyncIterator[bytes]:
    """The bytes of a table in a format of FORMATS. Memory does not grow with the rows, except for PDF.

    Raises Invalid, field `format`, for an unknown one; of a PDF also when it has too many rows or columns.
    """
    match name:
        case "csv":
            written = write_csv(columns, rows, zone=heading.zone)
        case "json" | "ndjson":
            written = write_json(columns, rows, zone=heading.zone, lines=name == "ndjson")
        case "xlsx":
            written = write_xlsx(columns, rows, heading)
        case "pdf":
            yield await table_pdf(columns, rows, heading, most=pdf_rows)
            return
        case _:
            problem = FieldProblem("format", f"must be one of {', '.join(FORMATS)}", "not_in_set")
            raise Invalid("Some fields are not valid.", fields=[problem])
    async for block in written:
        yield block
