"""Which rows of a file are there already: by id, else by business key; two queries however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, scope_condition, sql_type
from motorpool.core.tenancy import Actor

#: A place in the list of rows, the id of the row that is there, whether it may be changed.
Found = tuple[int, UUID, bool]


class HasValues(Protocol):
    values: dict[str, Any]


async def find_by_key(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    columns: Sequence[str],
    rows: Sequence[HasValues],
) -> list[Found]:
    """Rows that have the same business key. Empty parts of a key are equal to each other."""
    wanted = [
        (place, [row.values.get(name) for name in columns])
        for place, row in enumerate(rows)
        if any(row.values.get(name) is not None for name in columns)
    ]
    if not columns or not wanted:
        return []
    arrays = ", ".join(f"%(key{n})s::{sql_type(resource, name)}[]" for n, name in enumerate(columns))
    equal = " AND ".join(
        f"t.{name} {'IS NOT DISTINCT FROM' if resource.nullable(name) and len(columns) > 1 else '='} k.key{n}"
        for n, name in enumerate(columns)
    )
    parameters: dict[str, Any] = {f"key{n}": [values[n] for _, values in wanted] for n in range(len(columns))}
    return await _ask(
        session,
        f"SELECT k.place, t.id, {_within(resource, reach)} FROM unnest(%(places)s::integer[], {arrays}) "
        f"AS k(place, {', '.join(f'key{n}' for n in range(len(columns)))}) "
        f"JOIN {resource.table.name} t ON t.tenant_id = %(tenant)s AND {equal}",
        base_parameters(actor, reach) | parameters | {"places": [place for place, _ in wanted]},
    )


async def find_by_id(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, ids: Iterable[tuple[int, UUID]]
) -> list[Found]:
    """Rows of the tenant that have one of the ids."""
    wanted = list(ids)
    if not wanted:
        return []
    return await _ask(
        session,
        f"SELECT k.place, t.id, {_within(resource, reach)} FROM unnest(%(places)s::integer[], %(ids)s::uuid[]) "
        f"AS k(place, id) JOIN {resource.table.name} t ON t.tenant_id = %(tenant)s AND t.id = k.id",
        base_parameters(actor, reach)
        | {"places": [place for place, _ in wanted], "ids": [key for _, key in wanted]},
    )


def _within(resource: Resource, reach: Reach) -> str:
    return f"coalesce({scope_condition(resource, reach) or 'true'}, false)"


async def _ask(session: AsyncSession, sql: str, parameters: dict[str, Any]) -> list[Found]:
    connection = await session.connection()
    rows: Any = await connection.exec_driver_sql(sql, parameters)
    return [(place, key, within) for place, key, within in rows]
