"""CSV, JSON and NDJSON."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

import msgspec

from motorpool.core.export.columns import NUMBERS, Column, Rows, as_text, moment, number

#: Without it Excel takes UTF-8 for the encoding of the machine.
BOM = b"\xef\xbb\xbf"


async def write_csv(columns: Sequence[Column], rows: Rows, *, zone: tzinfo = UTC) -> AsyncIterator[bytes]:
    """CSV as in RFC 4180: commas, CRLF, quotes where they are needed, a heading, UTF-8."""
    texts = [as_text(column.kind, zone) for column in columns]
    heading = as_text("text", zone)

    def encode(lines: Sequence[Sequence[str]]) -> bytes:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(lines)
        return buffer.getvalue().encode("utf-8", "replace")

    def chunk_of(chunk: Sequence[Sequence[Any]]) -> bytes:
        return encode([[text(cell) for text, cell in zip(texts, row, strict=True)] for row in chunk])

    yield BOM + encode([[heading(column.heading) for column in columns]])
    async for chunk in rows:
        yield await asyncio.to_thread(chunk_of, chunk)


async def write_json(
    columns: Sequence[Column], rows: Rows, *, zone: tzinfo = UTC, lines: bool = False
) -> AsyncIterator[bytes]:
    """An array of objects, or with `lines` one object a line (NDJSON). Decimals are strings, as in the API."""
    encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="string")

    def chunk_of(chunk: Sequence[Sequence[Any]]) -> list[bytes]:
        return [
            encoder.encode(
                {column.name: _value(column, cell, zone) for column, cell in zip(columns, row, strict=True)}
            )
            for row in chunk
        ]

    between = b"\n" if lines else b",\n"
    first = True
    if not lines:
        yield b"[\n"
    async for chunk in rows:
        if chunk:
            encoded = between.join(await asyncio.to_thread(chunk_of, chunk))
            yield encoded if first else between + encoded
            first = False
    yield b"\n" if lines and not first else b"" if lines else b"\n]\n"


def _value(column: Column, cell: Any, zone: tzinfo) -> Any:
    if cell is None:
        return None
    if column.kind == "datetime":
        return moment(cell, zone) or cell
    if column.kind in NUMBERS:
        found = number(cell)
        if found is None:
            return None if isinstance(cell, (float, Decimal)) else cell
        return int(found) if column.kind == "integer" else Decimal(f"{found:f}")
    return cell
