"""What records are called: names instead of ids, within what the viewer may read, in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, escape_like, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.web.fields import field_of, pair_of
from motorpool.web.structure import referenced

#: Columns that name a row of any table: (column with the table's name, column with its id).
POLYMORPHIC = (("table_name", "record_id"), ("resource_type", "resource_id"))
Titles = dict[tuple[str, str], str]


def polymorphic_table(row: Mapping[str, Any], name: str, resource: Resource | None = None) -> str | None:
    """The table that an id column of a polymorphic pair points at in this row."""
    if resource is not None and (pair := pair_of(resource, name)) and name == pair.id_column:
        return pair.targets.get(str(row.get(pair.type_column)))
    return next((str(row[table]) for table, key in POLYMORPHIC if key == name and row.get(table)), None)


def references_in(
    registry: Registry, resource: Resource, rows: Iterable[Mapping[str, Any]]
) -> dict[str, set[UUID]]:
    """Table -> ids of every row that these rows name, inside of arrays and structures too."""
    wanted: dict[str, set[UUID]] = {}

    def want(table: str | None, value: Any) -> None:
        key = parse_uuid(str(value)) if value and table in registry else None
        if table and key:
            wanted.setdefault(table, set()).add(key)

    arrays = resource.facts.ref_arrays
    for row in rows:
        for name, value in row.items():
            if value is None or value == []:
                continue
            if name in arrays:
                for one in value:
                    want(arrays[name], one)
            elif name in resource.shapes:
                node = field_of(resource, name).node
                for table, key in referenced(node, value) if node else ():
                    want(table, key)
            else:
                want(resource.references.get(name) or polymorphic_table(row, name, resource), value)
    return wanted


async def load_titles(
    database: Database,
    registry: Registry,
    actor: Actor,
    resource: Resource,
    rows: Iterable[Mapping[str, Any]],
) -> Titles:
    """(table, id) -> title of every row that these rows refer to and that the actor may read; one query."""
    return await titles_of(database, registry, actor, references_in(registry, resource, rows))


async def titles_of(
    database: Database, registry: Registry, actor: Actor, wanted: Mapping[str, Iterable[UUID]]
) -> Titles:
    """Titles of known ids by table, within what the actor reaches."""
    parts: list[str] = []
    parameters: dict[str, Any] = {"tenant": actor.tenant_id}
    for number, (table, keys) in enumerate(sorted(wanted.items())):
        resource = registry[table]
        conditions = readable_rows(resource, actor, number, parameters)
        if conditions is None and table == "users":
            # Everybody knows their own name.
            conditions, parameters["me"] = [*own_rows(resource), "t.id = %(me)s"], actor.user_id
        if conditions is None:
            continue
        parameters[f"keys_{number}"] = list(keys)
        conditions.append(f"t.{resource.key} = ANY (%(keys_{number})s)")
        parts.append(
            f"SELECT '{table}', t.{resource.key}::text, {title_sql(resource)} FROM {table} t "
            f"WHERE {' AND '.join(conditions)}"
        )
    if not parts:
        return {}
    rows = await database.read(actor, " UNION ALL ".join(parts), parameters)
    return {(table, key): title for table, key, title in rows if title}


async def choices_of(
    database: Database, registry: Registry, actor: Actor, table: str, most: int
) -> list[tuple[str, str]]:
    """(id, title) of the first rows of a table by title, for a short list of choices."""
    return [(key, title) for key, title, _ in await matches_of(database, registry, actor, table, "", most)]


async def matches_of(
    database: Database, registry: Registry, actor: Actor, table: str, text: str, most: int
) -> list[tuple[str, str, str]]:
    """(id, title, what tells it from others) of rows that hold every word of a text, best first; one query."""
    resource = registry[table]
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "text": text, "most": most}
    conditions = readable_rows(resource, actor, 0, parameters)
    if conditions is None:
        return []
    title = title_sql(resource)
    if text:
        words = [f"%{escape_like(word)}%" for word in sorted(text.split(), key=len, reverse=True)]
        parameters |= {"words": words, "begins": f"{escape_like(text)}%"}
        if resource.facts.search:
            conditions.append(
                f"t.{resource.key} = ANY (ARRAY(SELECT search_{table}(%(words)s::text[], {most * 20})))"
            )
        else:
            conditions.append(f"{title} ILIKE ALL (%(words)s::text[])")
    order = f"({title} = %(text)s) DESC, ({title} ILIKE %(begins)s) DESC, " if text else ""
    sql = (
        f"SELECT t.{resource.key}::text, {title}, {detail_sql(resource)} FROM {table} t "
        f"WHERE {' AND '.join(conditions)} ORDER BY {order}2, 1 LIMIT %(most)s"
    )
    return [
        (key, name or key[-8:], detail or "")
        for key, name, detail in await database.read(actor, sql, parameters)
    ]


def readable_rows(
    resource: Resource, actor: Actor, number: int, parameters: dict[str, Any]
) -> list[str] | None:
    """Conditions over `t` that keep to what the actor may read, None where that is nothing.

    Parameters of the actor's reach get names of their own, so that several tables fit into one statement.
    """
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return None
    return [*own_rows(resource), *_scoped(resource, actor, reach, number, parameters)]


def own_rows(resource: Resource) -> list[str]:
    """Conditions that keep to the tenant, by who owns the table's rows."""
    own = {
        "tenant": "t.tenant_id = %(tenant)s",
        "tenants": "t.id = %(tenant)s",
        "shared_or_own": "(t.tenant_id = %(tenant)s OR t.tenant_id IS NULL)",
    }
    condition = own.get(resource.facts.ownership)
    return [condition] if condition else ["true"]


def title_sql(resource: Resource) -> str:
    """An expression over `t`; a row without a name of its own is called by the end of its id."""
    if resource.title_column in ("id", resource.key):
        return f"('{resource.label} ' || right(t.{resource.key}::text, 8))"
    return f"coalesce(t.{resource.title_column}::text, right(t.{resource.key}::text, 8))"


def detail_sql(resource: Resource) -> str:
    """Up to two more columns of the list, plain texts that tell rows of like names apart."""
    names = [
        name
        for name in (*resource.facts.search, *resource.list_columns)
        if name not in (resource.title_column, "id")
        and name not in resource.computed
        and field_of(resource, name).kind in ("text", "choice")
    ]
    chosen = list(dict.fromkeys(names))[:2]
    texts = [
        f"replace(t.{name}, '_', ' ')" if field_of(resource, name).kind == "choice" else f"t.{name}"
        for name in chosen
    ]
    return f"concat_ws(' · ', {', '.join(texts)})" if texts else "''"


def _scoped(
    resource: Resource, actor: Actor, reach: Reach, number: int, parameters: dict[str, Any]
) -> list[str]:
    """The condition of the actor's reach, its parameters under names of their own."""
    condition = scope_condition(resource, reach)
    if condition is None:
        return []
    for name, value in base_parameters(actor, reach).items():
        if f"%({name})s" in condition and name != "tenant":
            condition = condition.replace(f"%({name})s", f"%({name}_{number})s")
            parameters[f"{name}_{number}"] = value
    return [condition]
