"""The job queue, and what has trips derived again when something other than a position changes.

The queue's tables are the library's: it ships them as SQL for its own version, which is noted on the table. When an
upgrade of the library changes them, a revision of ours runs the library's own migration files that are newer than
the note, and writes the note anew; a database made by the newer library is then already up to date.
"""

from __future__ import annotations

from alembic import op

from motorpool.core.jobs.schema import TABLES, schema_text, schema_version
from motorpool.migrations.sql import run_sql_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql(schema_text().replace("%", "%%"))
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO motorpool_app")
    sequences = bind.exec_driver_sql(
        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace "
        "AND c.relname LIKE 'procrastinate%%'"
    ).scalars()
    for sequence in list(sequences):
        op.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO motorpool_app")
    op.execute(
        f"COMMENT ON TABLE procrastinate_jobs IS 'Job queue; tables of procrastinate {schema_version()}'"
    )
    run_sql_file("0002_derivation.sql")


def downgrade() -> None:
    bind = op.get_bind()
    op.execute("DROP FUNCTION derive_again() CASCADE")
    for table in TABLES:
        op.execute(f"DROP TABLE {table} CASCADE")
    for kind, catalogue in (("FUNCTION", "pg_proc"), ("TYPE", "pg_type")):
        column, schema = ("proname", "pronamespace") if kind == "FUNCTION" else ("typname", "typnamespace")
        address = "p.oid::regprocedure" if kind == "FUNCTION" else "p.oid::regtype"
        names = bind.exec_driver_sql(
            f"SELECT {address}::text FROM {catalogue} p WHERE p.{schema} = 'public'::regnamespace "
            f"AND p.{column} LIKE 'procrastinate%%'"
        ).scalars()
        for name in list(names):
            op.execute(f"DROP {kind} {name} CASCADE")
