"""Run a frozen SQL file of a revision. Statements are separated by a line that holds a semicolon alone."""

from __future__ import annotations

from pathlib import Path

from alembic import op

VERSIONS = Path(__file__).parent / "versions"


def statements(name: str) -> list[str]:
    lines = (VERSIONS / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [part.strip() for part in f"{text}\n".split("\n;\n") if part.strip()]


def run_sql_file(name: str) -> None:
    for statement in statements(name):
        run_sql(statement)


def run_sql(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def _changes(revision: str) -> list[str]:
    return sorted(
        path.name
        for path in VERSIONS.glob(f"{revision}_*.sql")
        if path.name != f"{revision}_tables.sql" and not path.stem.endswith("_down")
    )


def upgrade_by_files(revision: str) -> None:
    """Make the new tables of `<revision>_tables.sql`, then the changes of older ones in `<revision>_<part>.sql`."""
    op.execute("SET LOCAL check_function_bodies = off")
    run_sql_file(f"{revision}_tables.sql")
    for name in _changes(revision):
        run_sql_file(name)


def downgrade_by_files(revision: str) -> None:
    """Take back what `upgrade_by_files` did, with `<revision>_<part>_down.sql` for each part."""
    for name in reversed(_changes(revision)):
        run_sql_file(name.replace(".sql", "_down.sql"))
    for statement in statements(f"{revision}_tables.sql"):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            op.execute(f"DROP TABLE {words[2]} CASCADE")
        elif words[:2] == ["CREATE", "FUNCTION"]:
            op.execute(f"DROP FUNCTION {statement.partition(' RETURNS')[0].removeprefix('CREATE FUNCTION ')}")
