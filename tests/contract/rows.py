"""Rows for any table: what a column demands is made up from its type, parents are made first."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import INET, JSONB

from motorpool.core.database.models import Base, closed_set, facts_of
from motorpool.core.resource.declaration import Resource

counter = itertools.count(1)
NOW = datetime.now(UTC).replace(microsecond=0)

#: What a type alone cannot tell.
SPECIAL: dict[tuple[str, str], Any] = {
    ("driver_assignments", "ends_at"): lambda n: NOW + timedelta(days=2 * n + 1),
    ("driver_assignments", "starts_at"): lambda n: NOW + timedelta(days=2 * n),
    ("users", "email"): lambda n: f"person{n}@example.test",
}


def value_for(table: Table, name: str, number: int) -> Any:
    """A value that fits a column."""
    column = table.columns[name]
    if (table.name, name) in SPECIAL:
        return SPECIAL[table.name, name](number)
    if values := closed_set(column):
        return values[number % len(values)]
    kind = column.type
    if isinstance(kind, ARRAY):
        return ["10.0.0.0/8"] if isinstance(kind.item_type, INET) else [f"item{number}"]
    if isinstance(kind, JSONB):
        return {"made": number}
    if isinstance(kind, INET):
        return "10.1.2.3"
    if isinstance(kind, Uuid):
        return uuid.uuid4()
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer | BigInteger):
        return number
    if isinstance(kind, Float):
        return float(number)
    if isinstance(kind, Numeric):
        return f"{number % 80}.5"
    if isinstance(kind, DateTime):
        return NOW - timedelta(minutes=number)
    if isinstance(kind, Date):
        return date(2026, 1, 1) + timedelta(days=number % 300)
    if isinstance(kind, String | Text):
        return f"{name[:4]}{number}"[: kind.length or 40]
    raise TypeError(kind)


def references(table: Table) -> dict[str, str]:
    """Foreign key column -> table, composite keys and plain ones."""
    found = {}
    for constraint in table.foreign_key_constraints:
        columns = [column.name for column in constraint.columns if column.name != "tenant_id"]
        if len(columns) == 1:
            found[columns[0]] = constraint.referred_table.name
    return found


def needed(table: Table) -> list[str]:
    """Columns that an INSERT must name."""
    return [
        column.name
        for column in table.columns
        if not column.nullable
        and column.server_default is None
        and column.identity is None
        and column.name != "tenant_id"
    ]


def insert(
    connection: psycopg.Connection[Any], table_name: str, tenant_id: uuid.UUID, **given: Any
) -> uuid.UUID:
    """Insert a row with what is needed (as the owner), parents included; its id."""
    table = Base.metadata.tables[table_name]
    number = next(counter)
    values: dict[str, Any] = {}
    parents = references(table)
    for name in needed(table):
        if name in given:
            continue
        if name in parents:
            values[name] = insert(connection, parents[name], tenant_id)
        else:
            values[name] = value_for(table, name, number)
    values |= given
    if "tenant_id" in table.columns and facts_of(table).ownership == "tenant":
        values["tenant_id"] = tenant_id
    if facts_of(table).partition_by:
        moment = values.get(facts_of(table).partition_by) or NOW
        connection.execute("SELECT ensure_partition(%s, %s)", (table_name, moment))
    if facts_of(table).ownership == "tenants":
        return tenant_id
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in values)
    key = "id" if "id" in table.columns else "vehicle_id"
    row = connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {}").format(
            sql.Identifier(table_name),
            columns,
            sql.SQL(", ").join([sql.Placeholder()] * len(values)),
            sql.Identifier(key),
        ),
        [Jsonb(value) if isinstance(value, dict) else value for value in values.values()],
    ).fetchone()
    assert row is not None
    result: uuid.UUID = row[0]
    return result


def body_for(resource: Resource, connection: psycopg.Connection[Any], tenant_id: uuid.UUID) -> dict[str, Any]:
    """A body that creates a row: every writable column, parents made first."""
    number = next(counter)
    body: dict[str, Any] = {}
    for name in (*resource.writable, *resource.create_only):
        target = resource.references.get(name)
        if target:
            if resource.required_on_create(name):
                body[name] = str(insert(connection, target, tenant_id))
            continue
        value = value_for(resource.table, name, number)
        body[name] = value.isoformat() if isinstance(value, date) else value
    return body
