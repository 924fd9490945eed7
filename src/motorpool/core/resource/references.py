"""Which foreign ids of many rows lead nowhere: one query for each column, so that a wrong row can be named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.guard import NOTHING_THERE
from motorpool.core.tenancy import Actor


async def check_references(
    session: AsyncSession, resource: Resource, actor: Actor, rows: Sequence[dict[str, Any]]
) -> None:
    """Look for ids that name nothing in the tenant; a foreign key would only tell of the first.

    Raises: Invalid with an entry for each, as `[3].vehicle_id`.
    """
    problems: list[FieldProblem] = []
    for column, target in resource.references.items():
        given = {index: _id(row.get(column)) for index, row in enumerate(rows)}
        wanted = {key for key in given.values() if key is not None}
        if not wanted:
            continue
        there = await known_ids(session, actor, target, wanted)
        problems += [
            FieldProblem(f"[{index}].{column}", NOTHING_THERE, "unknown_reference")
            for index, key in given.items()
            if key is not None and key not in there
        ]
    if problems:
        raise Invalid("Some fields are not valid; nothing was changed.", fields=problems)


async def known_ids(session: AsyncSession, actor: Actor, table: str, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that a row of the actor's tenant may refer to."""
    # permissions is the one table that belongs to nobody.
    own = "" if table == "permissions" else "tenant_id = %(tenant)s AND "
    connection = await session.connection()
    found = await connection.exec_driver_sql(
        f"SELECT id FROM {table} WHERE {own}id = ANY (%(ids)s)",
        {"tenant": actor.tenant_id, "ids": list(ids)},
    )
    return set(found.scalars())


def _id(value: Any) -> UUID | None:
    """What is no id at all is told by the validation."""
    return parse_uuid(value) if isinstance(value, str) else None
