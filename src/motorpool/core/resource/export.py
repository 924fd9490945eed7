"""Any filtered list as a file: the rows come from a cursor in the database and leave as they come.

A column that refers to another table is followed by what people call the row there (`vehicle_id`, then `vehicle`), for
whoever may read it; an import takes both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Numeric, Time, Uuid
from sqlalchemy.dialects.postgresql import INET, JSONB

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.export import Column, Heading, Kind
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.request import ListRequest
from motorpool.core.resource.select import base_parameters, list_conditions, same_tenant, searched
from motorpool.core.tenancy import Actor

CHUNK = 1000


def export_columns(
    resource: Resource, registry: Registry, actor: Actor, fields: Sequence[str] | None = None
) -> list[Column]:
    """The columns of an export: the fields asked for, or all, references followed by names."""
    columns: list[Column] = []
    for name in fields or resource.visible:
        columns.append(Column(name, heading_of(name), kind_of(resource, name)))
        if name in resource.references and _title_of(resource, registry, actor, name):
            columns.append(Column(name.removesuffix("_id"), heading_of(name.removesuffix("_id")), "text"))
    return columns


def heading_of(name: str) -> str:
    return name.replace("_", " ").capitalize()


def kind_of(resource: Resource, name: str) -> Kind:
    """How the cells of a column are written."""
    if name in resource.computed:
        return "boolean" if resource.computed[name].python_type is bool else "text"
    kind = resource.column(name).type
    for types, written in _KINDS:
        if isinstance(kind, types):
            return written
    if isinstance(kind, Numeric) and not isinstance(kind, Float):
        return "money" if kind.precision == 12 and kind.scale == 2 else "decimal"
    return "decimal" if isinstance(kind, Float) else "text"


_KINDS: tuple[tuple[Any, Kind], ...] = (
    (ARRAY, "list"),
    (JSONB, "json"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (DateTime, "datetime"),
    (Date, "date"),
    (Time, "time"),
    (Uuid, "uuid"),
)


def _title_of(resource: Resource, registry: Registry, actor: Actor, column: str) -> Resource | None:
    """The resource that a column refers to, if it has a name of its own and the actor may read all of it."""
    target = registry.get(resource.references[column])
    if target is None or not column.endswith("_id"):
        return None
    if target.title_column == target.key or target.title_column in target.computed:
        return None
    reach = actor.access.reach(target.permission("read"))
    return target if reach is not None and reach.everything and not target.scope.personal else None


async def export_rows(
    database: Database,
    actor: Actor,
    reach: Reach,
    resource: Resource,
    registry: Registry,
    wanted: ListRequest,
    columns: Sequence[Column],
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Chunks of rows in the order asked for, of one snapshot of the database."""
    parameters = base_parameters(actor, reach)
    conditions, searches = list_conditions(resource, reach, wanted, parameters)
    order = ", ".join(
        f"{resource.sql_of(column)}{' DESC' if descending else ''}" for column, descending in wanted.sort
    )
    cells = [_cell(resource, registry, column.name) for column in columns]
    sql = searched(
        lambda where: (
            f"SELECT {', '.join(cells)} FROM {resource.table.name} t WHERE {where} ORDER BY {order}"
        ),
        conditions,
        searches,
    )
    async with (
        database.connection(actor, audited=False) as connection,
        connection.cursor(name="export") as cursor,
    ):
        await cursor.execute(sql, parameters)
        while rows := await cursor.fetchmany(CHUNK):
            yield rows


def _cell(resource: Resource, registry: Registry, name: str) -> str:
    if name in resource.visible:
        sql = resource.sql_of(name)
        if name not in resource.computed and isinstance(resource.column(name).type, INET):
            return f"abbrev({sql})"
        return sql
    column = f"{name}_id"
    target = registry[resource.references[column]]
    title = target.output_of(target.title_column, "e")
    return f"(SELECT {title} FROM {target.table.name} e WHERE {same_tenant(target)}e.id = t.{column})"


def heading(resource: Resource, actor: Actor, wanted: ListRequest) -> Heading:
    """What stands above the table."""
    filters = [(name.replace("__", " ").replace("_", " "), value) for name, value in wanted.raw_filters]
    return Heading(resource.plural, actor.tenant_name, filters, zone=ZoneInfo(actor.time_zone))
