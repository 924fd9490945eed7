"""From a row's values to what a page shows: widget, unit and words follow from the column's declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Numeric, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.database.models import closed_set
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.web import formats

#: Columns that name a row of any table: (column with the table's name, column with its id).
POLYMORPHIC = (("table_name", "record_id"), ("resource_type", "resource_id"))
#: Tone of a pill (`is-...` in the styles) -> values that have it.
TONES = {
    "ok": ["active", "moving", "granted", "grant", "business", "insert"],
    "warn": [
        "idling",
        "in_shop",
        "on_leave",
        "on_hold",
        "invited",
        "quarantined",
        "ordered",
        "update",
        "mixed",
        "expired",
        "under_way",
    ],
    "bad": ["out_of_service", "suspended", "deny", "delete", "revoked", "disabled"],
    "info": ["stopped", "personal", "system"],
}
TONE_OF = {value: tone for tone, values in TONES.items() for value in values}

Kind = Literal[
    "text",
    "long_text",
    "number",
    "boolean",
    "date",
    "time",
    "choice",
    "reference",
    "list",
    "json",
    "identifier",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A column as a page knows it."""

    name: str
    label: str
    kind: Kind
    help: str | None = None
    unit: str | None = None
    choices: tuple[str, ...] = ()
    #: Table that a reference points at.
    target: str | None = None
    required: bool = False
    max_length: int | None = None
    step: str | None = None
    #: Usual values of an open set.
    suggestions: tuple[str, ...] = ()

    @property
    def is_numeric(self) -> bool:
        return self.kind == "number"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value ready to be shown. `tone` makes it a pill (`is-<tone>` in the styles), `href` a link."""

    field: Field
    text: str
    href: str | None = None
    tone: str | None = None
    #: ISO time for <time datetime>.
    moment: str | None = None
    #: Symbol inside the pill.
    icon: str | None = None

    @property
    def missing(self) -> bool:
        return self.text == formats.DASH


def field_of(resource: Resource, name: str, *, creating: bool = True) -> Field:
    """The field of a column, computed ones included."""
    if name in resource.computed:
        computed = resource.computed[name]
        choices = get_args(computed.python_type) if get_origin(computed.python_type) is Literal else ()
        return Field(
            name, formats.label(name), "choice" if choices else "text", computed.description, choices=choices
        )
    column = resource.column(name)
    unit = formats.unit_of(name)
    kind, extra = _kind(resource, name)
    usual = suggestions(column.comment) if kind == "text" else ()
    required = (creating and resource.required_on_create(name)) or (
        not column.nullable and kind in ("text", "long_text")
    )
    return Field(
        name,
        formats.label(name),
        kind,
        None if usual or column.comment in ("kg", "kilometres") else column.comment,
        suggestions=usual,
        unit=unit if kind == "number" else None,
        required=bool(required),
        **extra,
    )


def suggestions(comment: str | None) -> tuple[str, ...]:
    """The values that a column's comment lists: `car, suv, pickup` names three."""
    parts = tuple(part.strip() for part in (comment or "").split(","))
    return (
        parts if len(parts) > 2 and all(part.isidentifier() or part[:1].isdigit() for part in parts) else ()
    )


def _kind(resource: Resource, name: str) -> tuple[Kind, dict[str, Any]]:
    column = resource.column(name)
    if values := closed_set(column):
        return "choice", {"choices": values}
    if name in resource.references:
        return "reference", {"target": resource.references[name]}
    match column.type:
        case Boolean():
            return "boolean", {}
        case Uuid():
            return "identifier", {}
        case Integer():
            return "number", {"step": "1"}
        case Numeric() | Float():
            scale = getattr(column.type, "scale", None)
            return "number", {"step": "any" if scale is None else f"{10**-scale:.{scale}f}"}
        case DateTime():
            return "time", {}
        case Date():
            return "date", {}
        case ARRAY():
            return "list", {}
        case JSONB():
            return "json", {}
        case Text():
            return "long_text", {}
        case String():
            return "text", {"max_length": column.type.length}
        case _:
            return "text", {}


class Presenter:
    """Turns rows into cells for one viewer. `titles` come from `load_titles`."""

    def __init__(
        self, registry: Registry, actor: Actor, titles: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        self.registry = registry
        self.actor = actor
        self.titles = titles or {}

    def cell(self, resource: Resource, row: Mapping[str, Any], name: str) -> Cell:
        field = field_of(resource, name)
        value = row.get(name)
        if value is None or value == "" or value == []:
            return Cell(field, formats.DASH)
        table = polymorphic_table(row, name)
        if field.kind == "reference" or table:
            return self._reference(field, table or field.target or "", str(value))
        zone, units = self.actor.time_zone, self.actor.units
        match field.kind:
            case "choice":
                return Cell(field, formats.words(value), tone=TONE_OF.get(str(value).lower(), "quiet"))
            case "number" if field.unit:
                return Cell(field, formats.quantity(value, field.unit, units, 2 if "." in str(value) else 0))
            case "number":
                plain = name.endswith(("year", "_lat", "_lng")) or name in ("latitude", "longitude")
                return Cell(field, str(value) if plain else formats.number(value))
            case "boolean":
                return Cell(field, "Yes" if value else "No")
            case "time":
                return Cell(field, formats.local_time(value, zone), moment=str(value))
            case "date":
                return Cell(field, formats.day(value))
            case "list":
                return Cell(field, ", ".join(_item(name, item) for item in value))
            case "json":
                return Cell(field, msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
        if name in ("operation", "action_type"):
            return Cell(field, formats.words(value), tone=TONE_OF.get(str(value).lower(), "quiet"))
        if name in ("table_name", "resource_type") and str(value) in self.registry:
            return Cell(field, self.registry[str(value)].label)
        return Cell(field, str(value))

    def title(self, resource: Resource, row: Mapping[str, Any]) -> str:
        """What a row is called: its title column, and the record's title where that is a reference."""
        name = resource.title_column
        if name not in ("id", resource.key) and row.get(name):
            return str(row[name])
        if name in resource.references and row.get(name):
            return self.titles.get((resource.references[name], str(row[name])), resource.label)
        return f"{resource.label} {str(row[resource.key])[-8:]}"

    def _reference(self, field: Field, table: str, key: str) -> Cell:
        title = self.titles.get((table, key))
        if title is None:
            return Cell(field, key[-8:] if table in self.registry else key)
        resource = self.registry[table]
        href = f"/{resource.collection}/{key}" if "get" in resource.operations else None
        return Cell(field, title, href=href)


def _item(name: str, value: Any) -> str:
    return formats.label(str(value)) if name == "changed_fields" else str(value)


def polymorphic_table(row: Mapping[str, Any], name: str) -> str | None:
    """The table that an id column of a polymorphic pair points at in this row."""
    return next((str(row[table]) for table, key in POLYMORPHIC if key == name and row.get(table)), None)


async def load_titles(
    database: Database,
    registry: Registry,
    actor: Actor,
    resource: Resource,
    rows: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, str], str]:
    """(table, id) -> title of every row that these rows refer to and that the actor may read; one query."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        for name, value in row.items():
            table = resource.references.get(name) or polymorphic_table(row, name)
            key = parse_uuid(str(value)) if table in registry and value else None
            if table and key:
                wanted.setdefault(table, set()).add(key)
    return await titles_of(database, registry, actor, wanted)


async def titles_of(
    database: Database, registry: Registry, actor: Actor, wanted: Mapping[str, Iterable[UUID]]
) -> dict[tuple[str, str], str]:
    """Titles of known ids by table, within what the actor reaches."""
    parts: list[str] = []
    parameters: dict[str, Any] = {"tenant": actor.tenant_id}
    for number, (table, keys) in enumerate(sorted(wanted.items())):
        resource = registry[table]
        reach = actor.access.reach(resource.permission("read"))
        if reach is None:
            continue
        parameters[f"keys_{number}"] = list(keys)
        conditions = [*own_rows(resource), f"t.{resource.key} = ANY (%(keys_{number})s)"]
        conditions += _scoped(resource, actor, reach, number, parameters)
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
    """(id, title) of the first rows of a table by title, for a picker."""
    resource = registry[table]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return []
    parameters: dict[str, Any] = {"tenant": actor.tenant_id}
    conditions = own_rows(resource) + _scoped(resource, actor, reach, 0, parameters)
    sql = f"SELECT t.{resource.key}::text, {title_sql(resource)} FROM {table} t"
    rows = await database.read(
        actor, f"{sql} WHERE {' AND '.join(conditions)} ORDER BY 2, 1 LIMIT {most}", parameters
    )
    return [(key, title or key[-8:]) for key, title in rows]


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
        return f"'{resource.label} ' || right(t.{resource.key}::text, 8)"
    return f"coalesce(t.{resource.title_column}::text, right(t.{resource.key}::text, 8))"


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
