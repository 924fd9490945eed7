"""Spreading the tables over several servers with Citus: the SQL for it, made from the models and the live catalog.

Every table of a tenant is distributed by tenant_id, all in one co-location group; what such tables refer to without
belonging to a tenant becomes a reference table, which every server has; the rest stays on the coordinator. Foreign keys
and triggers go for the time of the move: with the keys in place Citus converts tables in an order of its own, and the
triggers would fire for each row that is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from sqlalchemy import MetaData, Table

from motorpool.core.database.models import facts_of
from motorpool.core.errors import Conflict

Placement = Literal["distributed", "reference", "local"]
#: Tenant tables that stay on the coordinator, and why.
STAYS_LOCAL = {
    "event_log": "is read in the order of the coordinator's transaction numbers, and woken by its NOTIFY",
}
#: Reference tables though no foreign key asks for it, and why.
REFERENCE = {
    "device_directory": "its identifiers are unique over all tenants",
}
SHARDS = 16

_KEYS = """
SELECT c.relname, o.conname, f.relname, pg_get_constraintdef(o.oid)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_class f ON f.oid = o.confrelid
WHERE o.contype = 'f' AND o.conparentid = 0 AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
ORDER BY c.relname COLLATE "C", o.conname COLLATE "C"
"""
_TRIGGERS = """
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND c.relnamespace = 'public'::regnamespace
ORDER BY c.relname COLLATE "C", t.tgname COLLATE "C"
"""
#: Unique and exclusion indexes of tables that are no partitions, with their columns, and the constraint if one owns it.
_UNIQUE = """
SELECT c.relname, i.relname, pg_get_indexdef(i.oid), o.conname, o.contype::text, pg_get_constraintdef(o.oid),
       x.indisprimary,
       ARRAY(SELECT a.attname::text FROM unnest(x.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
             LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number ORDER BY k.place)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_constraint o ON o.conindid = x.indexrelid AND o.contype IN ('p', 'u', 'x') AND o.conrelid = c.oid
WHERE (x.indisunique OR x.indisexclusion) AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
ORDER BY c.relname COLLATE "C", i.relname COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class Index:
    table: str
    name: str
    definition: str
    constraint: str | None
    kind: str | None
    constraint_definition: str | None
    primary: bool
    columns: list[str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`blockers` are reasons not to run it, `notes` what changes for people, `statements` what is run, in one
    transaction.
    """

    placements: Mapping[str, Placement]
    blockers: tuple[str, ...]
    notes: tuple[str, ...]
    statements: tuple[str, ...]


def placements(metadata: MetaData) -> dict[str, Placement]:
    """Where each table goes; referred-to tables come before those that refer to them."""
    found: dict[str, Placement] = {}
    tables = _parents_first(metadata)
    own = {
        table.name
        for table in tables
        if facts_of(table).ownership == "tenant" and table.name not in STAYS_LOCAL
    }
    referred = {
        key.column.table.name for table in tables if table.name in own for key in table.foreign_keys
    } - own
    # A foreign key of a reference table can only lead to another one.
    tables_by_name = metadata.tables
    while (
        more := {key.column.table.name for name in referred for key in tables_by_name[name].foreign_keys}
        - referred
        - own
    ):
        referred |= more
    for table in tables:
        if table.name in own:
            found[table.name] = "distributed"
        elif table.name in referred or table.name in REFERENCE:
            found[table.name] = "reference"
        else:
            found[table.name] = "local"
    return found


def _parents_first(metadata: MetaData) -> list[Table]:
    """The tables so that what a table refers to comes before it; in a circle the keys that may be empty give way."""
    order: list[Table] = []
    left = dict(sorted(metadata.tables.items()))

    def targets(name: str, *, required: bool = False) -> set[str]:
        keys = left[name].foreign_keys
        return {
            key.column.table.name for key in keys if not (required and key.parent.nullable)
        } & left.keys() - {name}

    def reached(name: str) -> set[str]:
        seen: set[str] = set()
        open_ = targets(name)
        while open_:
            seen |= open_
            open_ = {target for one in open_ for target in targets(one)} - seen
        return seen

    while left:
        ready = [name for name in left if not targets(name)]
        if not ready:
            # A circle on which nothing else waits: of its tables one that could stand without the others.
            ready = [
                min(
                    left,
                    key=lambda name: (len(reached(name) | {name}), len(targets(name, required=True)), name),
                )
            ]
        order += [left[name] for name in ready]
        for name in ready:
            del left[name]
    return order


def make_plan(connection: psycopg.Connection[Any], metadata: MetaData, *, shards: int = SHARDS) -> Plan:
    """The plan for what is not on Citus yet (everything, without the extension). Conflict when tables are missing."""
    where = placements(metadata)
    there = connection.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')").fetchall()
    if missing := set(where) - {row[0] for row in there}:
        raise Conflict(
            f"The database lacks {len(missing)} tables ({min(missing)} for one): run `motorpool db upgrade` first"
        )
    done = citus_tables(connection) if citus_version(connection) else {}
    keys = connection.execute(_KEYS).fetchall()
    triggers = [row for row in connection.execute(_TRIGGERS).fetchall() if row[0] in where]
    indexes = [Index(*row) for row in connection.execute(_UNIQUE).fetchall()]
    fresh = {name: place for name, place in where.items() if place != "local" and name not in done}
    distributed = [name for name, place in fresh.items() if place == "distributed"]
    return Plan(
        where,
        tuple(_blockers(where, keys, triggers, indexes)),
        tuple(_notes(where, triggers)),
        tuple(_statements(connection, where, fresh, distributed, done, keys, triggers, indexes, shards)),
    )


def _statements(
    connection: psycopg.Connection[Any],
    where: Mapping[str, Placement],
    fresh: Mapping[str, Placement],
    distributed: list[str],
    done: Mapping[str, str],
    keys: list[tuple[Any, ...]],
    triggers: list[tuple[Any, ...]],
    indexes: list[Index],
    shards: int,
) -> Iterator[str]:
    if not fresh:
        return
    row = connection.execute("SELECT quote_ident(current_database())").fetchone()
    assert row is not None
    yield "SET LOCAL citus.multi_shard_modify_mode = 'sequential'"
    yield "SET LOCAL citus.enable_unsafe_triggers = on"
    yield f"SET LOCAL citus.shard_count = {shards:d}"
    moved = [key for key in keys if key[0] in fresh or key[2] in fresh]
    for table, name, _, _ in moved:
        yield f"ALTER TABLE {table} DROP CONSTRAINT {name}"
    for table, name, _, _ in triggers:
        if table in fresh:
            yield f"DROP TRIGGER {name} ON {table}"
    for table in distributed:
        yield from _tenant_keys(table, [index for index in indexes if index.table == table])
    forced = {
        row[0]
        for row in connection.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity").fetchall()
    }
    # Citus copies the rows as the owner, whom a forced policy would stop.
    for table in fresh:
        if table in forced:
            yield f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
    for table, place in fresh.items():
        if place == "reference":
            yield f"SELECT create_reference_table('{table}')"
    first = next((name for name, kind in done.items() if kind == "distributed" and name in where), None)
    for table in distributed:
        yield f"SELECT create_distributed_table('{table}', 'tenant_id', colocate_with => '{first or 'none'}')"
        first = first or table
    for table in fresh:
        if table in forced:
            yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    for table, name, _, definition in sorted(moved, key=lambda key: where.get(key[2]) != "reference"):
        yield f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
    for table, _, definition, _ in triggers:
        if fresh.get(table) == "distributed":
            yield definition
    # Row-level security works on the servers only if SET LOCAL reaches them.
    yield f"ALTER DATABASE {row[0]} SET citus.propagate_set_commands = 'local'"
    yield _VERIFY


#: All tenant tables must lie together, or joins by tenant would cross servers.
_VERIFY = """DO $motorpool$
BEGIN
    IF (SELECT count(DISTINCT colocation_id) FROM citus_tables WHERE citus_table_type = 'distributed') <> 1 THEN
        RAISE EXCEPTION 'the distributed tables are not all in one co-location group';
    END IF;
END
$motorpool$"""


def _tenant_keys(table: str, indexes: list[Index]) -> Iterator[str]:
    """Every key starts with the tenant: the bare unique index becomes the primary key, others are made anew."""
    spare = next((i for i in indexes if i.constraint is None and i.columns == ["tenant_id", "id"]), None)
    for index in indexes:
        if "tenant_id" in index.columns or index.kind == "x":
            continue
        columns = ", ".join(["tenant_id", *(str(column) for column in index.columns)])
        if index.primary:
            yield f"ALTER TABLE {table} DROP CONSTRAINT {index.constraint}"
            if spare:
                yield f"ALTER TABLE {table} ADD CONSTRAINT {index.constraint} PRIMARY KEY USING INDEX {spare.name}"
            else:
                yield f"ALTER TABLE {table} ADD CONSTRAINT {index.constraint} PRIMARY KEY ({columns})"
        elif index.constraint:
            kind = "UNIQUE NULLS NOT DISTINCT" if "NULLS NOT DISTINCT" in index.definition else "UNIQUE"
            yield f"ALTER TABLE {table} DROP CONSTRAINT {index.constraint}"
            yield f"ALTER TABLE {table} ADD CONSTRAINT {index.constraint} {kind} ({columns})"
        else:
            yield f"DROP INDEX {index.name}"
            yield index.definition.replace(" USING btree (", " USING btree (tenant_id, ", 1)


def _blockers(
    where: Mapping[str, Placement],
    keys: list[tuple[Any, ...]],
    triggers: list[tuple[Any, ...]],
    indexes: list[Index],
) -> Iterator[str]:
    for table, name, target, _ in keys:
        if where.get(table, "local") != "distributed" and where.get(target) == "distributed":
            yield f"{table} is {where.get(table, 'local')}, so its foreign key {name} to {target} cannot hold"
        elif where.get(table) == "distributed" and where.get(target, "local") == "local":
            yield f"{table} is distributed, so its foreign key {name} to the local {target} cannot hold"
    for table, name, _, source in triggers:
        if where[table] != "distributed":
            continue
        for target in sorted(name for name, place in where.items() if place != "distributed"):
            words = (f"insert into {target} ", f"update {target} ", f"delete from {target} ")
            if any(word in " ".join(source.lower().split()) + " " for word in words):
                yield f"trigger {name} of {table} runs on the servers and cannot write the {where[target]} table {target}"
    for index in indexes:
        if where.get(index.table) == "distributed" and index.kind == "x" and "tenant_id" not in index.columns:
            yield f"{index.table}: the exclusion {index.name} lacks tenant_id"


def _notes(where: Mapping[str, Placement], triggers: list[tuple[Any, ...]]) -> Iterator[str]:
    lost = sorted(
        {table for table, name, _, _ in triggers if where[table] == "reference" and name == "audit"}
    )
    if lost:
        yield f"reference tables have no triggers: changes of {', '.join(lost)} no longer reach audit_trails"
    others = sorted({(t, n) for t, n, _, _ in triggers if where[t] == "reference" and n != "audit"})
    if others:
        yield "also gone: " + ", ".join(f"trigger {name} of {table}" for table, name in others)
    for table, reason in STAYS_LOCAL.items():
        if table in where:
            yield f"{table} stays on the coordinator: it {reason}"


def script(plan: Plan) -> str:
    """The plan as a file for psql."""
    groups: dict[Placement, list[str]] = {"distributed": [], "reference": [], "local": []}
    for name, place in plan.placements.items():
        groups[place].append(name)
    lines = [
        "-- Puts Motorpool's tables on Citus. Made by `motorpool db distribute` from the models and this database.",
        "-- Before: back up; stop Motorpool; CREATE EXTENSION citus on every server; add the workers (citus_add_node);",
        "-- the same extensions on each; the coordinator must reach the workers as motorpool_owner and as motorpool_app.",
    ]
    for place, about in (
        ("reference", "a copy on every server"),
        ("distributed", "by tenant_id, together"),
        ("local", "stay on the coordinator, with the queue's tables and alembic_version"),
    ):
        names = groups[place]
        lines.append(f"-- {place} ({about}): {', '.join(sorted(names)) or 'none'}")
    lines += [f"-- Note: {note}" for note in plan.notes]
    lines += [f"-- STOP: {blocker}" for blocker in plan.blockers]
    if not plan.statements:
        return "\n".join([*lines, "-- Everything is in its place; there is nothing to do."]) + "\n"
    lines += [
        "\\set ON_ERROR_STOP on",
        "BEGIN;",
        *(f"{statement};" for statement in plan.statements),
        "COMMIT;",
    ]
    return "\n".join(lines) + "\n"


def run(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Carry the plan out, whole or not at all. Conflict when the servers are not ready or the plan has blockers."""
    if citus_version(connection) is None:
        raise Conflict(
            "This database has no Citus: install it on every server (14 or later for PostgreSQL 18) and run "
            "CREATE EXTENSION citus; without --run the script is printed"
        )
    if plan.blockers:
        raise Conflict("The tables cannot be distributed: " + "; ".join(plan.blockers))
    row = connection.execute(
        "SELECT count(*) FROM pg_dist_node WHERE noderole = 'primary' AND isactive AND shouldhaveshards"
    ).fetchone()
    if row == (0,):
        raise Conflict("Citus has no worker: run SELECT citus_add_node('host', 5432) on the coordinator")
    with connection.transaction():
        for statement in plan.statements:
            connection.execute(statement)


def citus_version(connection: psycopg.Connection[Any]) -> str | None:
    row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'citus'").fetchone()
    return None if row is None else str(row[0])


def citus_tables(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Table -> `distributed` or `reference`, of those that Citus manages."""
    rows = connection.execute(
        "SELECT c.relname, t.citus_table_type FROM citus_tables t JOIN pg_class c ON c.oid = t.table_name::oid "
        "WHERE NOT c.relispartition AND t.citus_table_type IN ('distributed', 'reference')"
    )
    return dict(rows.fetchall())


def stray_keys(connection: psycopg.Connection[Any]) -> list[str]:
    """Foreign keys from a local table to a distributed one, as sentences. Citus accepts them silently in CREATE TABLE,
    and then every insert fails, because the coordinator's part of the distributed table is empty.
    """
    if citus_version(connection) is None:
        return []
    places = citus_tables(connection)
    return [
        f"{table}: the foreign key {name} leads from a local table to the distributed {target}"
        for table, name, target, _ in connection.execute(_KEYS).fetchall()
        if places.get(table) != "distributed" and places.get(target) == "distributed"
    ]
