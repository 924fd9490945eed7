"""What must hold of rows when they are written and no constraint can say (decision 11).

References without a foreign key, rules over several columns, and the reach of the writer's permission are checked on
the rows as they stand in the transaction, all at once, however many they are. `db check` asks the same questions of
whole tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.check import Reference, leads_nowhere, references_of
from motorpool.core.database.ddl import quoted
from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid
from motorpool.core.resource.declaration import Resource

NOTHING_THERE = "does not name anything that exists here"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A condition over `t` under which a row is wrong."""

    condition: str
    column: str
    message: str
    code: str = "unknown_reference"


@cache
def doubts(table: Table) -> tuple[Doubt, ...]:
    """Conditions under which a declared reference leads nowhere."""
    return tuple(doubt for reference in references_of(table) for doubt in _doubts(reference))


def _doubts(reference: Reference) -> Iterator[Doubt]:
    if reference.kind != "polymorphic":
        message = f"names something that does not exist here ({reference.target.replace('_', ' ')})"
        yield Doubt(leads_nowhere(reference), reference.column, message)
        return
    kinds = ", ".join(quoted(kind) for kind in reference.targets)
    yield Doubt(
        f"t.{reference.column} IS NOT NULL AND (t.{reference.type_column} IN ({kinds})) IS NOT TRUE",
        reference.type_column,
        f"must be one of {', '.join(reference.targets)} when {reference.column} is given",
        "not_in_set",
    )
    yield Doubt(
        f"t.{reference.type_column} IN ({kinds}) AND {leads_nowhere(reference)}",
        reference.column,
        NOTHING_THERE,
    )


async def check_written(
    session: AsyncSession,
    resource: Resource,
    keys: Sequence[UUID],
    parameters: Mapping[str, Any],
    scope: str | None,
    *,
    named: bool = False,
) -> None:
    """Look at rows that this transaction wrote. `named`: say which of several rows a problem is about.

    Raises: Invalid with an entry for each wrong field, Forbidden when a row lies outside of the writer's reach.
    """
    questions = [
        *doubts(resource.table),
        *(Doubt(f"NOT ({holds})", column, text, "rule_broken") for holds, column, text in resource.rules),
    ]
    if not questions and not scope:
        return
    source = (
        f"FROM {resource.table.name} t WHERE t.tenant_id = %(tenant)s AND t.{resource.key} = ANY (%(keys)s)"
    )
    parts = [
        f"SELECT t.{resource.key} AS key, {number} AS number {source} AND {question.condition}"
        for number, question in enumerate(questions)
    ]
    if scope:
        parts.append(f"SELECT t.{resource.key}, -1 {source} AND ({scope}) IS NOT TRUE")
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        " UNION ALL ".join(parts), dict(parameters) | {"keys": list(keys)}
    )
    found = found.all()
    if any(number == -1 for _, number in found):
        raise Forbidden("Your permission does not reach the row that this would make.", code="out_of_reach")
    if found:
        position = {key: f"[{index}]." if named else "" for index, key in enumerate(keys)}
        raise Invalid(
            "Some fields are not valid.",
            fields=[
                FieldProblem(
                    position[key] + questions[number].column,
                    questions[number].message,
                    questions[number].code,
                )
                for key, number in sorted(found, key=lambda row: (keys.index(row[0]), row[1]))
            ],
        )


def locks_query(resource: Resource) -> str:
    """SQL for which locks hold rows: the key, then a boolean for each lock. Parameters: %(tenant)s, %(keys)s (uuid[])."""
    conditions = ", ".join(f"({lock.condition}) IS TRUE" for lock in resource.locks)
    return (
        f"SELECT t.{resource.key}, {conditions} FROM {resource.table.name} t "
        f"WHERE t.tenant_id = %(tenant)s AND t.{resource.key} = ANY (%(keys)s)"
    )


async def refuse_locked(
    session: AsyncSession,
    resource: Resource,
    tenant: UUID,
    keys: Sequence[UUID],
    changes: Sequence[Collection[str]] | None = None,
    *,
    named: bool = False,
) -> None:
    """Look whether rows are settled. `changes`: for each row the columns to write; None: the row itself comes or goes.

    Raises: Conflict with code "locked" and the declaration's sentence; `named` says which of several rows.
    """
    if not resource.locks or not keys:
        return
    connection = await session.connection()
    rows = await connection.exec_driver_sql(locks_query(resource), {"tenant": tenant, "keys": list(keys)})
    held: dict[UUID, Sequence[bool]] = {row[0]: row[1:] for row in rows}
    refused = [
        (index, lock.sentence)
        for index, key in enumerate(keys)
        for lock, holds in zip(resource.locks, held.get(key, ()), strict=False)
        if holds and (changes is None or set(changes[index]) - {*lock.open})
    ]
    if not refused:
        return
    if not named:
        raise Conflict(refused[0][1], code="locked")
    raise Conflict(
        f"{len(refused)} of {len(keys)} rows can no longer be changed; nothing was changed.",
        code="locked",
        fields=[FieldProblem(f"[{index}].{resource.key}", sentence, "locked") for index, sentence in refused],
    )
