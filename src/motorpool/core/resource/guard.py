"""What must hold of rows after they were written and no constraint can say (decision 11).

References without a foreign key, rules over several columns, and the reach of the writer's permission are checked on
the rows as they stand in the transaction, all at once, however many they are. `db check` asks the same questions of
whole tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.models import Polymorphic, TableFacts
from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.resource.declaration import Resource

NOTHING_THERE = "does not name anything that exists here"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A condition over `t` under which a row is wrong."""

    condition: str
    column: str
    message: str
    code: str = "unknown_reference"


def doubts(facts: TableFacts) -> Iterator[Doubt]:
    """Conditions under which a declared reference leads nowhere."""
    for pair in facts.polymorphic:
        yield from _polymorphic(pair)
    for column, target in facts.ref_arrays.items():
        found = f"SELECT FROM {target} r WHERE r.tenant_id = t.tenant_id AND r.id = x.id"
        yield Doubt(
            f"EXISTS (SELECT FROM unnest(t.{column}) AS x(id) WHERE NOT EXISTS ({found}))",
            column,
            f"names something that does not exist here ({target.replace('_', ' ')})",
        )
    for path, target in facts.json_refs.items():
        column, steps = _json_path(path)
        found = (
            f"SELECT FROM {target} r WHERE r.tenant_id = t.tenant_id AND r.id::text = lower(x.id #>> '{{}}')"
        )
        yield Doubt(
            f"EXISTS (SELECT FROM jsonb_path_query(t.{column}, '{steps}') AS x(id) "
            f"WHERE jsonb_typeof(x.id) <> 'null' AND NOT EXISTS ({found}))",
            column,
            f"names something that does not exist here ({target.replace('_', ' ')})",
        )


def _polymorphic(pair: Polymorphic) -> Iterator[Doubt]:
    kinds = ", ".join(f"'{kind}'" for kind in pair.targets)
    id_column = f"t.{pair.id_column}"
    yield Doubt(
        f"{id_column} IS NOT NULL AND (t.{pair.type_column} IS NULL OR t.{pair.type_column} NOT IN ({kinds}))",
        pair.type_column,
        f"must be one of {', '.join(pair.targets)} when {pair.id_column} is given",
        "not_in_set",
    )
    for kind, target in pair.targets.items():
        yield Doubt(
            f"t.{pair.type_column} = '{kind}' AND {id_column} IS NOT NULL AND NOT EXISTS "
            f"(SELECT FROM {target} r WHERE r.tenant_id = t.tenant_id AND r.id = {id_column})",
            pair.id_column,
            NOTHING_THERE,
        )


def _json_path(path: str) -> tuple[str, str]:
    """`required_parts[*].part_id` -> (`required_parts`, `$[*].part_id`)."""
    column = re.split(r"[.\[]", path, maxsplit=1)[0]
    return column, "$" + path[len(column) :]


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
        *doubts(resource.facts),
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
