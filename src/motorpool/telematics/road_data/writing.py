"""Road data into its tables: rows that are new are added, rows that changed are changed, the others are left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from motorpool.core.database.database import Connection
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.telematics.road_data.records import Row


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        return self.created + self.updated


def owner_of(actor: Actor) -> UUID | None:
    """Whose rows an actor writes: the platform's are shared (decision 6)."""
    return None if actor.tenant_id == SYSTEM_TENANT_ID else actor.tenant_id


async def upsert(
    connection: Connection,
    actor: Actor,
    table: str,
    key: Sequence[str],
    rows: Sequence[Row],
    *,
    newer_by: str | None = None,
    keep: Sequence[str] = (),
    quiet: Sequence[str] = (),
) -> Written:
    """Write rows that all have the same columns, by their natural key within one owner; of equal keys the last one wins.

    newer_by: a column of times; a row that is not newer than the stored one changes nothing. keep: columns in which an
    empty value leaves what is stored. quiet: columns whose change alone is no reason to write.
    """
    if not rows:
        return Written()
    last = {tuple(row[name] for name in key): row for row in rows}
    names = list(rows[0])
    columns = ", ".join(names)
    await connection.execute("DROP TABLE IF EXISTS incoming")
    await connection.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {columns} FROM {table} WHERE false"
    )
    async with connection.cursor().copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
        for row in last.values():
            await copy.write_row([Jsonb(row[n]) if isinstance(row[n], dict) else row[n] for n in names])
    changes = {
        name: f"coalesce(excluded.{name}, t.{name})" if name in keep else f"excluded.{name}"
        for name in names
        if name not in key
    }
    compared = [name for name in changes if name not in quiet]
    condition = " OR ".join(f"t.{name} IS DISTINCT FROM {changes[name]}" for name in compared) or "false"
    if newer_by:
        condition = f"({condition}) AND (t.{newer_by} IS NULL OR excluded.{newer_by} >= t.{newer_by})"
    cursor = await connection.execute(
        f"INSERT INTO {table} AS t (tenant_id, {columns}) SELECT %s::uuid, {columns} FROM incoming "
        f"ON CONFLICT (tenant_id, {', '.join(key)}) DO UPDATE SET "
        f"{', '.join(f'{name} = {value}' for name, value in changes.items())} WHERE {condition} RETURNING (xmax = 0)",
        (owner_of(actor),),
    )
    new = [created for (created,) in await cursor.fetchall()]
    return Written(sum(new), len(new) - sum(new), len(last) - len(new))
