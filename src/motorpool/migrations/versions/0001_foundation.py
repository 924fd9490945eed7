"""Foundation: tenants and people, fleet, telematics, audit, events."""

from __future__ import annotations

from alembic import op

from motorpool.migrations.sql import run_sql_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Functions that run with another role's sight; the application may call them, PUBLIC may not.
AUTH_FUNCTIONS = (
    "find_users_by_email(text)",
    "find_tenant(text)",
    "active_tenants()",
    "tenants_with_derivation_work()",
    "find_device(text)",
    "record_sign_in_attempt(text[], boolean)",
    "recent_sign_in_failures(text[], interval)",
)
OWNER_FUNCTIONS = (
    "ensure_partition(text, timestamptz)",
    "quarantine_device(text, text, numeric, numeric, text)",
    "prune_expired()",
)


def upgrade() -> None:
    # SQL functions are checked when they are made; the tables that they name come afterwards.
    op.execute("SET LOCAL check_function_bodies = off")
    run_sql_file("0001_functions.sql")
    run_sql_file("0001_tables.sql")
    op.execute("GRANT SELECT, INSERT, DELETE ON sign_in_attempts TO motorpool_auth")
    op.execute(
        "CREATE TRIGGER directory AFTER INSERT OR DELETE OR UPDATE OF identifier, status ON devices "
        "FOR EACH ROW EXECUTE FUNCTION keep_device_directory()"
    )
    for function in AUTH_FUNCTIONS + OWNER_FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO motorpool_app")
    # Last: whoever gives a function away has no say over its grants any more.
    for function in AUTH_FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} OWNER TO motorpool_auth")
    for table in ("audit_trails", "user_activity_log"):
        op.execute(
            f"SELECT ensure_partition('{table}', now() + make_interval(months => m)) FROM generate_series(0, 3) m"
        )
    op.execute(
        "INSERT INTO tenants (id, slug, name) VALUES ('00000000-0000-0000-0000-000000000000', 'system', 'Platform') "
        "ON CONFLICT (slug) DO NOTHING"
    )


def downgrade() -> None:
    bind = op.get_bind()
    tables = bind.exec_driver_sql(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
        "AND NOT c.relispartition AND c.relname <> 'alembic_version' AND c.relname NOT LIKE 'procrastinate%%'"
    ).scalars()
    for table in list(tables):
        op.execute(f"DROP TABLE {table} CASCADE")
    functions = bind.exec_driver_sql(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') "
        "AND p.proname NOT LIKE 'procrastinate%%'"
    ).scalars()
    for function in list(functions):
        op.execute(f"DROP FUNCTION {function} CASCADE")
