"""Many rows at once into one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

Row = dict[str, Any]


def add(connection: psycopg.Connection[Any], table: str, tenant: UUID, rows: Sequence[Row]) -> list[UUID]:
    """Insert rows and return their ids in order; columns that a row leaves out get their default.

    A dict, or a list of dicts, goes into a jsonb column. Every row is given its id under `id`.
    """
    made = connection.execute("SELECT uuidv7() FROM generate_series(1, %s)", (len(rows),)).fetchall()
    alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for row, (key,) in zip(rows, made, strict=True):
        row["id"] = row.get("id", key)
        alike[tuple(row)].append([tenant, *map(_bound, row.values())])
    with connection.cursor() as cursor:
        for names, values in alike.items():
            columns = [sql.Identifier(name) for name in ("tenant_id", *names)]
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(columns),
                sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
            )
            cursor.executemany(statement, values)
    return [row["id"] for row in rows]


def numbers(
    connection: psycopg.Connection[Any], tenant: UUID, table: str, prefix: str, years: Sequence[int]
) -> list[str]:
    """Business numbers such as `WO-2026-00042`, one for each year given; the table's counters go on behind them."""
    last: dict[int, int] = defaultdict(int)
    made = []
    for year in years:
        last[year] += 1
        made.append(f"{prefix}-{year}-{last[year]:05}")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO counters (tenant_id, name, year, value) VALUES (%s, %s, %s, %s)",
            [(tenant, table, year, value) for year, value in last.items()],
        )
    return made


def _bound(value: Any) -> Any:
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
        return Jsonb(value)
    return value
