"""What a diagram shows, read from PostgreSQL's catalog."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.models import Base

#: Whatever has no model: the queue's tables.
REST = "core"
SHORT_TYPES = (
    (r"^timestamp(\(\d\))? with time zone", "timestamptz"),
    (r"^timestamp(\(\d\))? without time zone", "timestamp"),
    (r"^time(\(\d\))? without time zone", "time"),
    (r"^character varying", "varchar"),
    (r"^character\(", "char("),
    (r"^double precision", "double"),
)

_COLUMNS = """
SELECT c.relname, obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
       col_description(c.oid, a.attnum), a.attgenerated <> '',
       EXISTS (SELECT FROM pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p' AND a.attnum = ANY (p.conkey)),
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary
               AND i.indpred IS NULL
               AND (SELECT array_agg(k.attname::text) FROM pg_attribute k
                    WHERE k.attrelid = c.oid AND k.attnum = ANY (i.indkey) AND k.attname <> 'tenant_id')
                   = ARRAY[a.attname::text])
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND c.relname <> 'alembic_version'
ORDER BY c.relname COLLATE "C", a.attnum
"""
_KEYS = """
SELECT c.relname, f.relname, (SELECT array_agg(a.attname::text ORDER BY k.place) FROM unnest(o.conkey)
                              WITH ORDINALITY AS k (number, place)
                              JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_class f ON f.oid = o.confrelid
WHERE o.contype = 'f' AND o.conparentid = 0 AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
ORDER BY c.relname COLLATE "C", o.conname COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class ErdColumn:
    name: str
    type: str
    nullable: bool
    comment: str
    generated: bool
    primary: bool
    #: Unique by itself within a tenant.
    unique: bool
    #: Table that this column leads to; the tenant's own key is not among them.
    target: str | None
    #: Whether a foreign key keeps it (time series have none).
    kept: bool = True


@dataclass(frozen=True, slots=True)
class ErdTable:
    name: str
    domain: str
    comment: str
    columns: tuple[ErdColumn, ...]


def read_catalog(
    connection: psycopg.Connection[Any], plain: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, ErdTable]:
    """Every table of the database but the partitions, by name in alphabetical order.

    `plain`: table -> its columns without a foreign key -> table they lead to.
    """
    loose = {(table, column): to for table, own in (plain or {}).items() for column, to in own.items()}
    targets: dict[tuple[str, str], str] = {}
    for table, target, columns in connection.execute(_KEYS):
        # Of a composite key the column that is not the tenant leads; every table has the tenant's.
        own = [column for column in columns if column != "tenant_id"]
        if own:
            targets[table, own[-1]] = target
    domains = domains_of_tables()
    comments: dict[str, str] = {}
    found: dict[str, list[ErdColumn]] = {}
    for table, about, name, type_, nullable, comment, generated, primary, unique in connection.execute(
        _COLUMNS
    ):
        comments[table] = _sentence(about)
        found.setdefault(table, []).append(
            ErdColumn(
                name=name,
                type=short_type(type_),
                nullable=nullable,
                comment=_sentence(comment),
                generated=generated,
                primary=primary,
                unique=unique,
                target=targets.get((table, name)) or loose.get((table, name)),
                kept=(table, name) in targets,
            )
        )
    return {
        name: ErdTable(name, domains.get(name, REST), comments[name], tuple(columns))
        for name, columns in sorted(found.items())
    }


def domains_of_tables() -> dict[str, str]:
    """Table -> the package of its model under `motorpool`."""
    load_metadata()
    return {
        str(mapper.local_table.description): mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
    }


def by_domain(tables: Mapping[str, ErdTable]) -> dict[str, list[ErdTable]]:
    """The tables of each domain, domains and tables in alphabetical order."""
    domains: dict[str, list[ErdTable]] = {}
    for table in sorted(tables.values(), key=lambda table: (table.domain, table.name)):
        domains.setdefault(table.domain, []).append(table)
    return domains


def short_type(name: str) -> str:
    """`timestamptz` for `timestamp with time zone`, and the like."""
    for pattern, short in SHORT_TYPES:
        name = re.sub(pattern, short, name)
    return name


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())
