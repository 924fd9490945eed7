"""Telematics, complete: fences, behaviour, engine faults, fuel, routes, devices, connectors, road data.

New tables are in `0004_tables.sql`; each `0004_<part>.sql` changes older tables, and `0004_<part>_down.sql` takes that back.
"""

from __future__ import annotations

from alembic import op

from motorpool.migrations.sql import VERSIONS, run_sql_file, statements

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = "0004_tables.sql"
CHANGES = sorted(
    path.name
    for path in VERSIONS.glob("0004_*.sql")
    if path.name != TABLES and not path.stem.endswith("_down")
)


def upgrade() -> None:
    op.execute("SET LOCAL check_function_bodies = off")
    run_sql_file(TABLES)
    for name in CHANGES:
        run_sql_file(name)


def downgrade() -> None:
    for name in reversed(CHANGES):
        run_sql_file(name.replace(".sql", "_down.sql"))
    for statement in statements(TABLES):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            op.execute(f"DROP TABLE {words[2]} CASCADE")
        elif words[:2] == ["CREATE", "FUNCTION"]:
            op.execute(f"DROP FUNCTION {statement.partition(' RETURNS')[0].removeprefix('CREATE FUNCTION ')}")
