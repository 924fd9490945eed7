"""The tables of all other domains: documents, governance, maintenance, safety, finance, communication and the rest."""

from __future__ import annotations

from alembic import op

from motorpool.migrations.sql import run_sql_file, statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FILES = ("0003_functions.sql", "0003_tables.sql", "0003_partitions.sql")


def upgrade() -> None:
    op.execute("SET LOCAL check_function_bodies = off")
    for name in FILES:
        run_sql_file(name)
    for table in ("integration_logs", "webhook_deliveries"):
        op.execute(
            f"SELECT ensure_partition('{table}', now() + make_interval(months => m)) FROM generate_series(0, 3) m"
        )


def downgrade() -> None:
    op.execute("DROP FUNCTION build_place_index()")
    op.execute("DROP FUNCTION partition_is_closed(text)")
    for statement in statements("0003_tables.sql"):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            op.execute(f"DROP TABLE {words[2]} CASCADE")
        elif words[:2] == ["CREATE", "FUNCTION"]:
            op.execute(f"DROP FUNCTION {statement.partition(' RETURNS')[0].removeprefix('CREATE FUNCTION ')}")
