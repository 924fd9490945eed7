"""`motorpool db check`, `erd`, `partitions` and `distribute`: what looks at all tables at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motorpool.core.database.server import database_server
from motorpool.core.settings import load_settings

if TYPE_CHECKING:
    from motorpool.core.database.check import Dangling
    from motorpool.maintenance.queries.parts_ledger import Difference


@click.command()
@click.option("--references/--no-references", default=True, help="Look for references that lead nowhere.")
def check(references: bool) -> None:
    """Say whether the database is at this version, agrees with the program's models and holds together.

    Exit code 1 when a migration is missing, a table differs, a reference that no foreign key keeps leads nowhere, or stock
    is not what its movements and part lines say.
    """
    import psycopg

    from motorpool.core.database import migrate
    from motorpool.core.database.catalogue import load_metadata
    from motorpool.core.database.check import dangling, declared_references
    from motorpool.core.database.distribute import stray_keys
    from motorpool.maintenance.queries.parts_ledger import stock_differences

    found: list[Dangling] = []
    unexplained: list[Difference] = []
    stray: list[str] = []
    with database_server(load_settings()) as urls:
        missing = migrate.pending(urls.owner)
        differences = migrate.drift(urls.owner) if not missing else []
        if not missing and not differences:
            with psycopg.connect(urls.owner) as connection:
                stray = stray_keys(connection)
                unexplained = stock_differences(connection)
                if references:
                    found = list(
                        dangling(connection, declared_references(load_metadata(), plain_references()))
                    )
    for revision in missing:
        click.echo(f"missing migration {revision}")
    for difference in [*differences, *stray]:
        click.echo(difference)
    if missing or differences:
        raise click.ClickException(
            "The database and the program are not in step; run `motorpool db upgrade`."
        )
    if stray:
        raise click.ClickException("A local table refers to a distributed one: drop that foreign key.")
    if found:
        _print(found)
        raise click.ClickException(
            "References lead nowhere. The ids are of rows that were removed past the program, or of another tenant: put "
            "the rows back (`motorpool db restore`), or correct or empty the columns named above."
        )
    if unexplained:
        _print_stock(unexplained)
        raise click.ClickException(
            "Stock is not what its movements and part lines say: one of them was changed past the program. Put the rows back "
            "(`motorpool db restore`), or correct the quantities of part_stocks named above."
        )
    click.echo(
        "The database is in step with the program"
        + (", and no reference leads nowhere." if references else ".")
    )


def _print(found: Sequence[Dangling]) -> None:
    rows = [("reference", "leads to", "tenant", "rows", "missing ids", "for example")]
    rows += [
        (
            str(one.reference),
            one.reference.leads_to,
            str(one.tenant_id or "shared"),
            str(one.rows),
            str(one.missing),
            one.examples[0],
        )
        for one in found
    ]
    _table(rows)
    for one in found:
        if len(one.examples) > 1:
            click.echo(f"\n{one.reference}, tenant {one.tenant_id or 'shared'}:")
            click.echo("\n".join(f"  {example}" for example in one.examples))
            if one.missing > len(one.examples):
                click.echo(f"  and {one.missing - len(one.examples)} more")


def _print_stock(unexplained: Sequence[Difference]) -> None:
    rows = [("part", "facility", "tenant", "on hand", "by movements", "reserved", "by part lines")]
    rows += [
        (
            str(one.part_id),
            str(one.facility_id),
            str(one.tenant_id),
            str(one.on_hand),
            str(one.moved),
            str(one.reserved),
            str(one.held_by_lines),
        )
        for one in unexplained
    ]
    _table(rows)


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs/erd"),
    show_default=True,
    help="Folder to write to.",
)
def erd(output: Path) -> None:
    """Draw the tables: one diagram for each domain, as SVG and Mermaid, and a page that shows them."""
    import psycopg

    from motorpool.core.database.erd.pages import INDEX, write_diagrams

    with database_server(load_settings()) as urls, psycopg.connect(urls.owner) as connection:
        if connection.execute("SELECT to_regclass('tenants')").fetchone() == (None,):
            raise click.ClickException("The database has no tables yet: run `motorpool db upgrade` first.")
        changed = write_diagrams(connection, output, plain_references())
    click.echo(
        f"{len(changed)} files changed; see {output / INDEX}" if changed else f"{output} is up to date."
    )


@click.command()
def partitions() -> None:
    """List the months of time series and logs: rows (estimated), size, whether closed, whether places are indexed.

    A month is closed 7 days after its end and 24 hours without inserts; the worker then builds its index of places.
    """
    import psycopg

    from motorpool.cli.db_backup import human_size
    from motorpool.core.database.partition_upkeep import partitions as months

    with database_server(load_settings()) as urls, psycopg.connect(urls.owner) as connection:
        found = months(connection)
    rows = [("month", "rows", "size", "state", "index of places")]
    rows += [
        (
            month.name,
            f"~{month.rows:,}",
            human_size(month.size),
            "closed" if month.closed else "open",
            "" if month.place_index is None else "yes" if month.place_index else "no",
        )
        for month in found
    ]
    _table(rows)


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def plain_references() -> dict[str, dict[str, str]]:
    """Table -> columns that lead to another table without a foreign key, as the resources declare them."""
    from motorpool.core.resource.registry import load_registry

    return {
        name: dict(resource.points_to) for name, resource in load_registry().items() if resource.points_to
    }


@click.command()
@click.option("--run", is_flag=True, help="Carry it out instead of printing it.")
@click.option(
    "--shards",
    type=click.IntRange(1, 1024),
    default=16,
    show_default=True,
    help="Parts of each table; fixed once it is distributed. Each month of a time series has as many.",
)
def distribute(run: bool, shards: int) -> None:
    """Print the SQL that spreads the tables over several servers with Citus.

    Tables of tenants are distributed by tenant_id, all in one group; run it again after an upgrade that brings new
    tables. Citus is an extension that you install; one server needs none of this.
    """
    import psycopg

    from motorpool.core.database.catalogue import load_metadata
    from motorpool.core.database.distribute import make_plan, run as carry_out, script

    with database_server(load_settings()) as urls, psycopg.connect(urls.owner) as connection:
        plan = make_plan(connection, load_metadata(), shards=shards)
        if not run:
            click.echo(script(plan), nl=False)
            return
        carry_out(connection, plan)
    click.echo(f"Done: {len(plan.statements)} statements." if plan.statements else "There was nothing to do.")
