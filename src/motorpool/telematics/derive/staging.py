"""Rows into a temporary table, from where one statement brings the real one in line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from motorpool.core.database.database import Connection


async def copy_rows(connection: Connection, table: LiteralString, rows: Sequence[tuple[Any, ...]]) -> None:
    """COPY the rows into a table, in the order of its columns."""
    if not rows:
        return
    async with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
