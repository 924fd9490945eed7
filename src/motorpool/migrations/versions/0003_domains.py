"""The tables of all other domains: documents, governance, maintenance, safety, finance, communication and the rest."""

from __future__ import annotations

from alembic import op

from motorpool.migrations.sql import run_sql, run_sql_file, statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Functions of 0001 that do more from now on: what stood in them, what stands there instead.
AMENDED = {
    # Changes of rows that all tenants share are logged under the platform's tenant.
    "write_audit_trail": (
        "VALUES ((row_values ->> TG_ARGV[1])::uuid,",
        "VALUES (coalesce((row_values ->> TG_ARGV[1])::uuid, '00000000-0000-0000-0000-000000000000'),",
    ),
    # Two more tables are partitioned by month.
    "ensure_partition": (
        "'user_activity_log'])",
        "'user_activity_log', 'integration_logs', 'webhook_deliveries'])",
    ),
    # The demonstration does not count beside a real organisation.
    "quarantine_device": (
        "AND status = 'active';",
        "AND status = 'active' AND (NOT is_demo OR NOT EXISTS (SELECT FROM tenants WHERE NOT is_demo "
        "AND status = 'active' AND id <> '00000000-0000-0000-0000-000000000000'));",
    ),
}


def upgrade() -> None:
    op.execute("SET LOCAL check_function_bodies = off")
    for name, (old, new) in AMENDED.items():
        definition = _as_in_0001(name)
        assert definition.count(old) == 1, name
        run_sql(definition.replace(old, new))
    run_sql_file("0003_tables.sql")
    run_sql_file("0003_partitions.sql")
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
    for name in AMENDED:
        run_sql(_as_in_0001(name))


def _as_in_0001(function: str) -> str:
    (found,) = (s for s in statements("0001_functions.sql") if s.startswith(f"CREATE FUNCTION {function}("))
    return found.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
