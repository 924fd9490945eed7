"""`motorpool db`: the database itself."""

from __future__ import annotations

import click

from motorpool.cli.db_backup import backup, restore
from motorpool.cli.db_check import check, distribute, erd, partitions
from motorpool.core.database.server import database_server
from motorpool.core.settings import load_settings


@click.group()
def db() -> None:
    """Migrate, check, back up and prepare the database."""


for command in (backup, restore, check, partitions, erd, distribute):
    db.add_command(command)


@db.command()
def upgrade() -> None:
    """Bring the tables to this version, and permissions and system roles in step with it."""
    from motorpool.cli.start_up import migrate

    settings = load_settings()
    with database_server(settings, say=lambda line: click.echo(line, err=True)) as urls:
        migrate(urls.apply(settings), click.echo)
        click.echo("The database is up to date.")


@db.command()
def url() -> None:
    """Print the owner's DSN, for psql and pg_dump."""
    with database_server(load_settings()) as urls:
        click.echo(urls.owner)


@db.command()
@click.option("--database", default="motorpool", show_default=True, help="Name of the database to make.")
def prepare(database: str) -> None:
    """Print the SQL that an administrator runs once on an external PostgreSQL 18 (psql)."""
    from motorpool.core.database.server.prepare import new_password, prepare_sql

    owner, app = new_password(), new_password()
    click.echo(prepare_sql(owner, app, database))
    click.echo(
        f"\nThen set:\n  MOTORPOOL_DATABASE_URL=postgresql://motorpool_owner:{owner}@HOST:5432/{database}\n"
        f"  MOTORPOOL_DATABASE_APP_URL=postgresql://motorpool_app:{app}@HOST:5432/{database}",
        err=True,
    )


@db.command(hidden=True)
def draft() -> None:
    """Print the SQL for tables that the models have and the database lacks (for writing a migration)."""
    import psycopg

    from motorpool.core.database.catalogue import load_metadata
    from motorpool.core.database.ddl import draft as draft_statements

    metadata = load_metadata()
    with database_server(load_settings()) as urls, psycopg.connect(urls.owner) as connection:
        there = {
            row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")
        }
    click.echo("\n;\n".join(draft_statements(metadata, set(metadata.tables) - there)))


@db.command("closed-sets", hidden=True)
def closed_sets() -> None:
    """Print docs/closed-sets.md (for developers)."""
    from motorpool.core.database.catalogue import load_metadata
    from motorpool.core.database.ddl import closed_sets as text

    click.echo(text(load_metadata()), nl=False)
