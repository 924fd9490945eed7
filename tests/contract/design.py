"""Differences between the schema design and the live catalog, each as (where, designed, built)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

DESIGN: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "schema_design.json").read_text())
PAGE = Path(__file__).parents[2] / "docs" / "schema-deviations.md"

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated = 's',
       pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped"""
REFERENCES = """
SELECT (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(attnum, n)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum), c.confrelid::regclass::text, c.confdeltype
FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype = 'f' AND c.conparentid = 0"""
INDEXES = """
SELECT am.amname, i.indisunique,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true) || CASE WHEN i.indoption[n - 1] & 1 = 1 AND am.amname = 'btree'
                    THEN ' DESC' ELSE '' END FROM generate_series(1, i.indnkeyatts) n)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
WHERE i.indrelid = %s::regclass"""
NAMES = {
    "character varying": "varchar",
    "numeric": "decimal",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
}


class Difference(NamedTuple):
    where: str
    designed: str
    built: str


class Allowance(NamedTuple):
    """A line of docs/schema-deviations.md; `*` in the first three columns stands for anything."""

    where: str
    designed: str
    built: str
    reason: str

    def covers(self, difference: Difference) -> bool:
        return all(fnmatchcase(there, pattern) for there, pattern in zip(difference, self, strict=False))


def allowances() -> list[Allowance]:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip().strip("`") for cell in row.strip("|").split(" | ")] for row in rows]
    return [Allowance(*row) for row in cells if row[0] != "where" and not row[0].startswith("---")]


def differences(connection: psycopg.Connection[Any], table: str) -> Iterator[Difference]:
    if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone() == (None,):
        yield Difference(table, "table", "missing")
        return
    design = DESIGN[table]
    live = {row[0]: row[1:] for row in connection.execute(COLUMNS, (table,))}
    references = {}
    for columns, target, on_delete in connection.execute(REFERENCES, (table,)):
        named = [column for column in columns if column != "tenant_id"] or ["tenant_id"]
        references[named[0]] = (target, on_delete)
    for name, column in design["columns"].items():
        where = f"{table}.{name}"
        if name not in live:
            yield Difference(where, "column", "missing")
            continue
        yield from _column(where, column, live[name])
        yield from _reference(where, column, references.get(name))
    indexes = [
        (method, unique, [plain(part) for part in parts])
        for method, unique, parts in connection.execute(INDEXES, (table,))
    ]
    for key in design["unique"]:
        keys = [parts for _, unique, parts in indexes if unique]
        if key in keys:
            continue
        built = "unique per tenant" if ["tenant_id", *key] in keys else "not unique"
        yield Difference(f"{table} ({', '.join(key)})", "unique", built)
    for words in design["indexes"]:
        method, _, columns = words.partition("(")
        wanted = [part.strip() for part in re.split(r",(?![^(]*\))", columns.removesuffix(")"))]
        if method.strip() in ("gist", "ivfflat"):
            wanted = [wanted[0].split(" vector_")[0]]
        found = any(
            (method.strip() or "btree") == one and parts[: len(wanted)] == wanted for one, _, parts in indexes
        )
        if not found:
            yield Difference(f"{table} {words}", "index", "missing")


def _column(where: str, column: dict[str, Any], live: tuple[Any, ...]) -> Iterator[Difference]:
    kind, not_null, generated, expression = live
    if short_type(kind) != column["type"]:
        yield Difference(where, column["type"], short_type(kind))
    if generated or "generated" in column:
        designed = bare(column.get("generated", ""))
        built = bare(expression or "") if generated else ""
        if designed != built:
            yield Difference(where, _generation(designed), _generation(built))
        return
    if bool(column.get("not_null")) != not_null:
        null = "null with a default" if "default" in column else "null"
        yield Difference(
            where, "not null" if column.get("not_null") else null, "not null" if not_null else "null"
        )
    designed_default, built_default = plain_default(column.get("default")), plain_default(expression)
    if designed_default != built_default:
        yield Difference(where, f"default {designed_default}", f"default {built_default}")


def _generation(expression: str) -> str:
    return f"generated {expression}" if expression else "not generated"


def _reference(where: str, column: dict[str, Any], live: tuple[str, str] | None) -> Iterator[Difference]:
    target, on_delete = live or (None, "a")
    designed = column.get("references")
    if designed != target:
        yield Difference(where, f"references {designed or 'nothing'}", f"references {target or 'nothing'}")
    elif designed and (column.get("on_delete") == "CASCADE") != (on_delete == "c"):
        yield Difference(
            where, f"on delete {column.get('on_delete', 'no action').lower()}", f"on delete {on_delete}"
        )


def short_type(name: str) -> str:
    for long, short in NAMES.items():
        name = name.replace(long, short)
    return name


def plain(part: str) -> str:
    """An index column without casts: `ll_to_earth(latitude::double precision, ...)`."""
    return re.sub(r"::double precision", "", part).replace('"', "")


def plain_default(text: str | None) -> str:
    if text is None:
        return "none"
    text = re.sub(r"::[\w ]+(\(\d+\))?", "", text).strip("()'").lower()
    return "now" if text.startswith("now") else text


def bare(expression: str) -> str:
    """An expression without casts, spaces and brackets."""
    return re.sub(r"::\w+|[\s()]", "", expression).lower()
