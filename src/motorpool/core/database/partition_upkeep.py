"""The months of the time series and logs: which there are, and the index of places on those that are closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from motorpool.core.jobs.registry import JobContext, job

_LIST = """
SELECT p.relname, c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid), partition_is_closed(c.relname),
       CASE WHEN p.relname = 'vehicle_locations' THEN EXISTS (
           SELECT FROM pg_class x JOIN pg_index i ON i.indexrelid = x.oid
           WHERE i.indrelid = c.oid AND x.relname = 'ix_' || c.relname || '_place') END
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
WHERE p.relkind = 'p' AND c.relkind = 'r' AND p.relnamespace = 'public'::regnamespace
ORDER BY p.relname COLLATE "C", c.relname COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """A month of a table. `rows` is the planner's estimate, `size` in bytes with indexes; `place_index` is None where a
    table has no places.
    """

    table: str
    name: str
    rows: int
    size: int
    closed: bool
    place_index: bool | None


def partitions(connection: psycopg.Connection[Any]) -> list[Partition]:
    """All months of all tables; the owner's connection."""
    return [Partition(*row) for row in connection.execute(_LIST).fetchall()]


@job("core.build_place_indexes", cron="37 3 * * *")
async def build_place_indexes(context: JobContext) -> None:
    """Index the places of positions month by month, each in a transaction of its own, when a month is closed."""
    while True:
        async with context.database.unbound() as connection:
            cursor = await connection.execute("SELECT build_place_index()")
            if await cursor.fetchone() == (None,):
                return
