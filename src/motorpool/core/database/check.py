"""References that no foreign key keeps: which there are, and the SQL that finds those that lead nowhere.

Time series have none because a key would make each insert 65 % dearer; a pair of type and id, an array of ids and an
id inside jsonb cannot have one (decision 11). The kernel asks of every row that it writes; what was changed past it, or
deleted since, `db check` finds in whole tables, by one statement for each reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Table, Uuid

from motorpool.core.database.ddl import quoted
from motorpool.core.database.models import Ownership, facts_of

EXAMPLES = 10
#: Tenant of the platform's own people, whom rows without a tenant refer to (decision 4).
PLATFORM = "00000000-0000-0000-0000-000000000000"
Kind = Literal["column", "array", "polymorphic", "json"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are ids of rows of another table, in the same tenant.

    kind `column`: `column` is a uuid. `array`: it is a uuid[]. `polymorphic`: it is a uuid, and `type_column` says which
    table it is of, by `targets` (value -> table); values that are not there are dangling too unless the id is empty.
    `json`: it is jsonb and `path` leads to the ids as an SQL/JSON path (`$.stops[*].facility_id`).
    """

    table: str
    column: str
    target: str = ""
    kind: Kind = "column"
    type_column: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    #: Ownership of the referring table, and of those targets that are not plainly the tenant's.
    owner: Ownership = "tenant"
    ownership: Mapping[str, Ownership] = field(default_factory=dict)
    #: Whether the ids are stored as text; what is no UUID dangles like one that does not exist.
    as_text: bool = False

    def __str__(self) -> str:
        if self.kind == "polymorphic":
            return f"{self.table}.({self.type_column}, {self.column})"
        return f"{self.table}.{self.column}{self.path[1:] if self.kind == 'json' else ''}"

    @property
    def leads_to(self) -> str:
        """For people: the table or tables."""
        return ", ".join(sorted(set(self.targets.values()))) or self.target


@dataclass(frozen=True, slots=True)
class Dangling:
    """Values of one reference in one tenant that no row has. `examples` are up to ten of the ids that are missing."""

    reference: Reference
    tenant_id: UUID | None
    rows: int
    missing: int
    examples: tuple[str, ...]


def dangling(connection: psycopg.Connection[Any], references: Iterable[Reference]) -> Iterator[Dangling]:
    """What leads nowhere. The connection must be the owner's, who sees every tenant's rows."""
    for reference in references:
        for tenant_id, rows, missing, examples in connection.execute(statement(reference)).fetchall():
            yield Dangling(reference, tenant_id, rows, missing, tuple(examples))


def statement(reference: Reference) -> sql.SQL:
    """The SELECT for one reference: (tenant, rows, missing ids, examples) of each tenant with something missing.

    Ids are grouped before they are looked up, so a series of millions of rows costs one scan and one lookup per id.
    """
    return sql.SQL(
        "WITH w AS (SELECT w.tenant_id, w.id, w.kind, count(*) AS rows "
        f"FROM {_name(reference.table)} t CROSS JOIN LATERAL ({_wanted(reference)}) AS w GROUP BY 1, 2, 3) "
        "SELECT w.tenant_id, sum(w.rows)::bigint, count(*), (array_agg(coalesce(w.id::text, 'null') ORDER BY w.id))"
        f"[1:{EXAMPLES}] FROM w WHERE {_absent(reference)} GROUP BY w.tenant_id ORDER BY w.tenant_id"
    )


def leads_nowhere(reference: Reference) -> str:
    """The condition on row `t` of the referring table under which an id that it holds is of no row."""
    return f"EXISTS (SELECT FROM ({_wanted(reference)}) AS w WHERE {_absent(reference)})"


def _wanted(reference: Reference) -> str:
    """The SELECT of (tenant_id, id, kind) that row `t` refers to. An array must not hold NULL; elsewhere it is no id."""
    column = f"t.{_name(reference.column)}"
    tenant = {"tenants": "t.id", "global": "NULL::uuid"}.get(reference.owner, "t.tenant_id")
    if reference.kind == "array":
        return f"SELECT {tenant} AS tenant_id, x.id, '' AS kind FROM unnest({column}) AS x (id)"
    if reference.kind == "json":
        return (
            f"SELECT {tenant} AS tenant_id, x.value #>> '{{}}' AS id, '' AS kind "
            f"FROM jsonb_path_query({column}, {quoted(reference.path)}) AS x (value) WHERE jsonb_typeof(x.value) <> 'null'"
        )
    kind = f"coalesce(t.{_name(reference.type_column)}::text, '')" if reference.type_column else "''"
    return f"SELECT {tenant} AS tenant_id, {column} AS id, {kind} AS kind WHERE {column} IS NOT NULL"


def _absent(reference: Reference) -> str:
    """The condition under which no target has what `w` (tenant_id, id, kind) wants."""
    return " AND ".join(
        f"NOT ({f'w.kind = {quoted(kind)} AND ' if kind else ''}"
        f"EXISTS (SELECT FROM {_name(target)} f WHERE {_same(reference, target)}))"
        for kind, target in sorted((reference.targets or {"": reference.target}).items())
    )


def _same(reference: Reference, target: str) -> str:
    """The condition under which row `f` of a target is the wanted one, for the tenant of `w`."""
    tenant = "w.tenant_id"
    if reference.owner in ("shared_or_own", "global"):
        tenant = f"coalesce(w.tenant_id, '{PLATFORM}')"
    same_tenant = {
        "tenants": f"f.id = {tenant}",
        "global": "true",
        "shared_or_own": f"(f.tenant_id = {tenant} OR f.tenant_id IS NULL)",
    }.get(reference.ownership.get(target, "tenant"), f"f.tenant_id = {tenant}")
    wanted = "w.id"
    if reference.kind == "json" or reference.as_text:
        # As a uuid, so that the index of the ids serves.
        wanted = f"CASE WHEN w.id ~* '{_UUID}' THEN w.id::uuid END"
    return f"{same_tenant} AND f.id = {wanted}"


_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def references_of(table: Table) -> list[Reference]:
    """What a table's facts declare: `polymorphic`, `ref_arrays`, `json_refs`. ValueError for a table that there is not."""
    name, facts = table.name, facts_of(table)
    found = [
        Reference(
            name, pair.id_column, kind="polymorphic", type_column=pair.type_column, targets=pair.targets
        )
        for pair in facts.polymorphic
    ]
    found += [
        Reference(name, column, target, kind="array") for column, target in sorted(facts.ref_arrays.items())
    ]
    for words, target in sorted(facts.json_refs.items()):
        column = re.split(r"[.\[]", words, maxsplit=1)[0]
        found.append(Reference(name, column, target, kind="json", path=f"${words[len(column) :]}"))
    return [_completed(reference, table) for reference in found]


def declared_references(metadata: MetaData, plain: Mapping[str, Mapping[str, str]]) -> list[Reference]:
    """What the models declare, and `plain`: table -> its columns without a foreign key -> table they lead to."""
    found: list[Reference] = []
    for name, table in sorted(metadata.tables.items()):
        found += [
            _completed(Reference(name, column, target), table)
            for column, target in sorted(plain.get(name, {}).items())
            if not table.columns[column].foreign_keys
        ]
        found += references_of(table)
    return found


def _completed(reference: Reference, table: Table) -> Reference:
    """With what the tables on both sides are like."""
    targets = {*reference.targets.values(), reference.target} - {""}
    if unknown := targets - set(table.metadata.tables):
        raise ValueError(f"{reference} leads to unknown tables {sorted(unknown)}")
    ownership = {target: facts_of(table.metadata.tables[target]).ownership for target in sorted(targets)}
    return replace(
        reference,
        owner=facts_of(table).ownership,
        ownership={target: kind for target, kind in ownership.items() if kind != "tenant"},
        as_text=reference.kind in ("column", "polymorphic")
        and not isinstance(table.columns[reference.column].type, Uuid),
    )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
