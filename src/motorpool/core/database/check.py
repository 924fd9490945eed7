"""References that no foreign key keeps: finding those that lead nowhere.

Time series have none because a key would make each insert 65 % dearer; a pair of type and id, an array of ids and an
id inside jsonb cannot have one (decision 11). The program checks them when it writes; what was changed past it, or
deleted since, is found here, by one statement for each reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Uuid

from motorpool.core.database.models import facts_of

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
    #: Ownership of the targets that are not plainly the tenant's: `shared_or_own`, `global`, `tenants`.
    ownership: Mapping[str, str] = field(default_factory=dict)
    #: Whether the referring table has a tenant_id.
    has_tenant: bool = True
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
    table, column = _name(reference.table), f"t.{_name(reference.column)}"
    tenant = "t.tenant_id" if reference.has_tenant else "NULL::uuid"
    if reference.kind == "array":
        wanted = f"x.id, '' AS kind FROM {table} t CROSS JOIN LATERAL unnest({column}) AS x (id)"
    elif reference.kind == "json":
        wanted = (
            f"x.value #>> '{{}}' AS id, '' AS kind FROM {table} t CROSS JOIN LATERAL "
            f"jsonb_path_query({column}, {_text(reference.path)}) AS x (value)"
        )
    elif reference.kind == "polymorphic":
        wanted = (
            f"{column} AS id, coalesce(t.{_name(reference.type_column)}::text, '') AS kind FROM {table} t"
        )
    else:
        wanted = f"{column} AS id, '' AS kind FROM {table} t"
    targets = reference.targets or {"": reference.target}
    absent = " AND ".join(
        f"NOT (w.kind = {_text(kind)} AND EXISTS (SELECT FROM {_name(target)} f WHERE {_same(reference, target)}))"
        for kind, target in sorted(targets.items())
    )
    return sql.SQL(
        f"WITH w AS (SELECT tenant_id, id, kind, count(*) AS rows FROM (SELECT {tenant} AS tenant_id, {wanted}) AS w "
        "WHERE id IS NOT NULL GROUP BY tenant_id, id, kind) "
        "SELECT w.tenant_id, sum(w.rows)::bigint, count(*), (array_agg(w.id::text ORDER BY w.id))"
        f"[1:{EXAMPLES}] FROM w WHERE {absent} GROUP BY w.tenant_id ORDER BY w.tenant_id"
    )


def _same(reference: Reference, target: str) -> str:
    """The condition under which row `f` of a target is the wanted one, for the tenant of `w`."""
    same_tenant = f"f.tenant_id = coalesce(w.tenant_id, '{PLATFORM}')"
    tenant = {
        "tenants": "f.id = w.tenant_id",
        "global": "true",
        "shared_or_own": f"({same_tenant} OR f.tenant_id IS NULL)",
    }.get(reference.ownership.get(target, "tenant"), same_tenant)
    return f"{tenant} AND f.id{'::text' if reference.kind == 'json' or reference.as_text else ''} = w.id"


def declared_references(metadata: MetaData, plain: Mapping[str, Mapping[str, str]]) -> list[Reference]:
    """What the models declare (`TableFacts.polymorphic`, `ref_arrays`, `json_refs`), and `plain`: table -> its columns
    without a foreign key -> table they lead to.
    """
    found: list[Reference] = []
    for name, table in sorted(metadata.tables.items()):
        facts = facts_of(table)
        found += [
            Reference(name, column, target)
            for column, target in sorted(plain.get(name, {}).items())
            if not table.columns[column].foreign_keys
        ]
        found += [
            Reference(
                name, pair.id_column, kind="polymorphic", type_column=pair.type_column, targets=pair.targets
            )
            for pair in facts.polymorphic
        ]
        found += [
            Reference(name, column, target, kind="array")
            for column, target in sorted(facts.ref_arrays.items())
        ]
        for words, target in sorted(facts.json_refs.items()):
            column = re.split(r"[.\[]", words, maxsplit=1)[0]
            found.append(Reference(name, column, target, kind="json", path=f"${words[len(column) :]}"))
    return [_with_ownership(reference, metadata) for reference in found]


def _with_ownership(reference: Reference, metadata: MetaData) -> Reference:
    targets = {*reference.targets.values(), reference.target} - {""}
    if unknown := targets - set(metadata.tables):
        raise ValueError(f"{reference} leads to unknown tables {sorted(unknown)}")
    columns = metadata.tables[reference.table].columns
    ownership = {target: facts_of(metadata.tables[target]).ownership for target in targets}
    return replace(
        reference,
        ownership={target: kind for target, kind in ownership.items() if kind != "tenant"},
        has_tenant="tenant_id" in columns,
        as_text=reference.kind in ("column", "polymorphic")
        and not isinstance(columns[reference.column].type, Uuid),
    )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
