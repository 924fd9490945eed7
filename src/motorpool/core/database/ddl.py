"""SQL that SQLAlchemy and Alembic have no word for: row-level security, grants, audit triggers, search functions.

The functions here only make text from a table and its facts. Migrations hold that text frozen (`motorpool db draft`
prints it for tables that the database lacks); the contract tests compare the live catalog with the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from motorpool.core.database.models import TableFacts, closed_set, facts_of

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
TENANT = "(SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)"
RIGHTS = {
    "full": "SELECT, INSERT, UPDATE, DELETE",
    "append": "SELECT, INSERT",
    "read": "SELECT",
    "none": "",
}


def table_statements(table: Table) -> Iterator[str]:
    """Create one table with its indexes; foreign keys come later, when all targets exist."""
    yield str(CreateTable(table, include_foreign_key_constraints=[]).compile(dialect=DIALECT)).strip()
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield str(CreateIndex(index).compile(dialect=DIALECT))
    if table.comment:
        yield f"COMMENT ON TABLE {table.name} IS {quoted(table.comment)}"
    for column in table.columns:
        if column.comment:
            yield f"COMMENT ON COLUMN {table.name}.{column.name} IS {quoted(column.comment)}"


def foreign_key_statements(table: Table) -> Iterator[str]:
    constraints = [c for c in table.constraints if isinstance(c, ForeignKeyConstraint)]
    for constraint in sorted(constraints, key=lambda c: str(c.name)):
        yield str(AddConstraint(constraint).compile(dialect=DIALECT))


def security_statements(table: Table) -> Iterator[str]:
    """Row-level security, policies and grants (decisions 1 and 2)."""
    facts = facts_of(table)
    name = table.name
    if facts.ownership != "global":
        using, check = _policy(facts)
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner_all ON {name} TO motorpool_owner USING (true) WITH CHECK (true)"
        yield f"CREATE POLICY tenant_rows ON {name} TO motorpool_app USING ({using}) WITH CHECK ({check})"
        if facts.ownership == "shared_or_own":
            yield f"CREATE POLICY shared_rows ON {name} FOR SELECT TO motorpool_app USING (tenant_id IS NULL)"
        for role in _readers(facts):
            yield f"CREATE POLICY {role}_reads ON {name} FOR SELECT TO {role} USING (true)"
    for role in _readers(facts):
        yield f"GRANT SELECT ON {name} TO {role}"
    if rights := RIGHTS[facts.rights]:
        yield f"GRANT {rights} ON {name} TO motorpool_app"


def _readers(facts: TableFacts) -> tuple[str, ...]:
    return (*facts.readable_by, *(("motorpool_search",) if facts.search else ()))


def _policy(facts: TableFacts) -> tuple[str, str]:
    if facts.ownership == "tenants":
        return f"id = {TENANT}", f"id = {TENANT}"
    if facts.ownership == "shared_or_own":
        # Everybody reads what is shared (a policy of its own); only the platform's tenant writes it.
        own = f"tenant_id = {TENANT} OR (tenant_id IS NULL AND {TENANT} = '{UUID(int=0)}')"
        return own, own
    return f"tenant_id = {TENANT}", f"tenant_id = {TENANT}"


def audit_statements(table: Table) -> Iterator[str]:
    """The audit trigger; its arguments are the logical name, tenant column, ignored and redacted columns."""
    facts = facts_of(table)
    if not facts.audited:
        return
    tenant_column = "id" if facts.ownership == "tenants" else "tenant_id"
    ignored = ",".join((*facts.audit_ignore, "updated_at"))
    redacted = ",".join(facts.audit_redact)
    yield (
        f"CREATE TRIGGER audit AFTER {' OR '.join(facts.audit_on)} ON {table.name} FOR EACH ROW EXECUTE FUNCTION "
        f"write_audit_trail({quoted(table.name)}, {quoted(tenant_column)}, {quoted(ignored)}, {quoted(redacted)})"
    )


def touch_statements(table: Table) -> Iterator[str]:
    """`updated_at` follows every real change. Generated columns have no value yet when the trigger looks."""
    if "updated_at" in table.columns and facts_of(table).audited:
        changed = "OLD.* IS DISTINCT FROM NEW.*"
        if any(column.computed for column in table.columns):
            given = [column.name for column in table.columns if not column.computed]
            old, new = (", ".join(f"{row}.{name}" for name in given) for row in ("OLD", "NEW"))
            changed = f"({old}) IS DISTINCT FROM ({new})"
        yield (
            f"CREATE TRIGGER touch BEFORE UPDATE ON {table.name} FOR EACH ROW "
            f"WHEN ({changed}) EXECUTE FUNCTION touch_updated_at()"
        )


def search_expression(columns: tuple[str, ...]) -> str:
    """The text that `q` looks in; the same expression as the trigram index, or the index would not be used."""
    return " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)


def search_statements(table: Table) -> Iterator[str]:
    """`search_<table>(words, most)`: ids of the tenant's rows that contain all words, by the trigram index.

    ILIKE is not leakproof, so row-level security would switch the index off for the application's role. The function
    belongs to motorpool_search, which may read all rows, and filters by tenant itself (decision 10). An index cannot
    serve `ILIKE ALL`, so the first pattern, which callers make the longest, stands by itself.
    """
    columns = tuple(facts_of(table).search)
    if not columns:
        return
    expression = search_expression(columns)
    owner = "tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid"
    if facts_of(table).ownership == "shared_or_own":
        owner = f"({owner} OR tenant_id IS NULL)"
    yield f"CREATE INDEX ix_{table.name}_search ON {table.name} USING gin (({expression}) gin_trgm_ops)"
    yield f"""CREATE FUNCTION search_{table.name}(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM {table.name}
    WHERE {owner}
      AND ({expression}) ILIKE patterns[1] AND ({expression}) ILIKE ALL (patterns)
    LIMIT most
$$"""
    yield f"REVOKE ALL ON FUNCTION search_{table.name}(text[], integer) FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION search_{table.name}(text[], integer) TO motorpool_app"
    # Last: whoever gives a function away has no say over its grants any more.
    yield f"ALTER FUNCTION search_{table.name}(text[], integer) OWNER TO motorpool_search"


def draft(metadata: MetaData, names: set[str]) -> list[str]:
    """All statements for the named tables, in an order in which they run."""
    tables = [table for table in metadata.tables.values() if table.name in names]
    statements: list[str] = []
    for make in (
        table_statements,
        foreign_key_statements,
        security_statements,
        touch_statements,
        audit_statements,
        search_statements,
    ):
        for table in sorted(tables, key=lambda table: table.name):
            statements.extend(make(table))
    return statements


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def column_type(column: Column[object]) -> str:
    """The column's type as PostgreSQL writes it."""
    return str(column.type.compile(dialect=DIALECT))


def closed_sets(metadata: MetaData) -> str:
    """docs/closed-sets.md: every column whose values the program branches on, and the values."""
    lines = [
        "# Closed sets",
        "",
        "Columns with a CHECK constraint, because the program branches on their values. Made by `motorpool db closed-sets`;",
        "other kinds and categories are open and their comments suggest values.",
        "",
        "| column | values |",
        "| --- | --- |",
    ]
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        sets = [(column.name, closed_set(column)) for column in table.columns]
        lines += [f"| {table.name}.{name} | {', '.join(values)} |" for name, values in sets if values]
    return "\n".join(lines) + "\n"
