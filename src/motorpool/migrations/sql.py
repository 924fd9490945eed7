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
