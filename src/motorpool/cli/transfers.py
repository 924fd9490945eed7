"""`motorpool import <collection>` and `motorpool export <collection>`: the rows of any table from and to a file."""

from __future__ import annotations

import csv
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from motorpool.cli.administration import administration
from motorpool.core.database.database import Database
from motorpool.core.export import FORMATS, write_table
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.export import export_columns, export_rows, heading
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.settings import Settings
from motorpool.core.tabular import Limits, each_chunk, read_table
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.queries.load_access import load_actor
from motorpool.system.actions.export_list import list_request
from motorpool.system.actions.import_rows import Outcome, RowImporter, RowProblem
from motorpool.system.actions.process_import import take_portion
from motorpool.system.actions.start_import import check_mapping, preview_file, proposed
from motorpool.system.rules.targets import is_importable
from motorpool.system.shapes import ImportParameters

#: Problems printed; `--rejects` has them all.
SHOWN = 20


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    read: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    rejected: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def add(self, rows: int, outcome: Outcome) -> None:
        self.read += rows
        self.created += outcome.created
        self.updated += outcome.updated
        self.skipped += outcome.skipped
        self.rejected += rows - outcome.succeeded
        self.problems += outcome.problems[: max(SHOWN - len(self.problems), 0)]


def import_command(name: str, pairs: click.ParamType[Any]) -> click.Command | None:
    """`motorpool import <name>`, or None for a name of no table that can be imported."""
    resource = load_registry().get(name.replace("-", "_"))
    if resource is None or not is_importable(resource):
        return None
    choices = {
        "--existing": ("update", "skip", "refuse"),
        "--missing": ("create", "refuse"),
        "--empty-cells": ("keep", "clear"),
    }
    helps = (
        "Rows that are there already.",
        "Rows that are not there yet.",
        "Empty cells of rows that are there.",
    )
    options: list[click.Parameter] = [
        click.Argument(["file"], type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        _tenant_option("Into which tenant"),
        click.Option(
            ["--user"], metavar="EMAIL", help="On whose behalf, with their rights; else the program's own."
        ),
        click.Option(
            ["--map", "pairs"], type=pairs, default={}, help="Which column of the file is which of ours."
        ),
        click.Option(["--only-mapped"], is_flag=True, help="Take no column but those of --map."),
        click.Option(["--sheet"], help="Sheet of a workbook; the first when left out."),
        *(
            click.Option([option], type=click.Choice(values), default=values[0], show_default=True, help=text)
            for (option, values), text in zip(choices.items(), helps, strict=True)
        ),
        click.Option(
            ["--day-first/--month-first"], default=None, help="How dates such as 3/4/2026 are meant."
        ),
        click.Option(["--dry-run"], is_flag=True, help="Find every error and write nothing."),
        click.Option(
            ["--rejects"],
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write what is wrong with rejected rows here (csv).",
        ),
    ]
    key = " and ".join(resource.business_key) or "id"
    return click.Command(
        name,
        params=options,
        callback=lambda **given: _import(resource, **given),
        short_help=f"Import {resource.plural.lower()} from FILE.",
        help=f"Import {resource.plural.lower()} from FILE (csv, xlsx, xls or ods).\n\nColumns are recognised by their "
        f"headings; rows that are there already by {key}, or by id. References are ids, numbers or names.",
    )


def _tenant_option(text: str) -> click.Option:
    return click.Option(
        ["--tenant"], metavar="SLUG", help=f"{text}; may be left out while there is only one."
    )


def _import(
    resource: Resource,
    file: Path,
    tenant: str | None,
    user: str | None,
    pairs: dict[str, str],
    only_mapped: bool,
    sheet: str | None,
    existing: str,
    missing: str,
    empty_cells: str,
    day_first: bool | None,
    dry_run: bool,
    rejects: Path | None,
) -> None:
    chosen = {"existing": existing, "missing": missing, "empty_cells": empty_cells, "sheet": sheet}
    tally = Tally()

    async def work(settings: Settings, database: Database, registry: Registry) -> None:
        actor = await find_actor(database, tenant, user, f"import of {file.name}")
        with file.open("rb") as content:
            preview = await preview_file(content, Limits.of(settings), sheet)
            guessed = proposed(resource, preview)
            mapping = (
                pairs
                if only_mapped
                else {
                    **{
                        ours: theirs
                        for ours, theirs in guessed.mapping.items()
                        if theirs not in pairs.values()
                    },
                    **pairs,
                }
            )
            given = {
                **msgspec.to_builtins(guessed),
                **{name: value for name, value in chosen.items() if value is not None},
                "mapping": mapping,
                **({} if day_first is None else {"day_first": day_first}),
            }
            parameters = msgspec.convert(given, ImportParameters)
            check_mapping(resource, preview.headings, parameters)
            for line in preview.warnings:
                click.echo(line, err=True)
            await import_file(
                database,
                registry,
                settings,
                actor,
                resource,
                content,
                parameters,
                preview.rows,
                tally,
                dry_run,
                rejects,
            )

    run(work)
    _print(tally, dry_run)
    if rejects is not None and tally.rejected:
        click.echo(f"  {rejects} lists all that were rejected", err=True)
    if tally.rejected and tally.rejected == tally.read:
        raise click.ClickException("every row was rejected")


async def import_file(
    database: Database,
    registry: Registry,
    settings: Settings,
    actor: Actor,
    resource: Resource,
    content: BinaryIO,
    parameters: ImportParameters,
    total: int,
    tally: Tally,
    dry_run: bool,
    rejects: Path | None,
) -> None:
    """Portion after portion, each in a transaction of its own."""
    table = read_table(content, limits=Limits.of(settings), sheet=parameters.sheet)
    importer = RowImporter(resource, registry, actor, table.columns, parameters)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    file = rejects.open("w", newline="", encoding="utf-8") if rejects else None
    try:
        writer = csv.writer(file) if file else None
        if writer:
            writer.writerow(("row", "column", "value", "error"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading", total=total)
            async for chunk in each_chunk(table):
                async with database.transaction(actor) as session:
                    outcome = await take_portion(session, importer, chunk, trial=dry_run)
                tally.add(len(chunk), outcome)
                if writer:
                    writer.writerows((p.row_number, p.field, p.value, p.message) for p in outcome.problems)
                bar.update(task, completed=tally.read, description=f"{tally.read:,} of {total:,} rows")
    finally:
        if file:
            file.close()


def _print(tally: Tally, dry_run: bool) -> None:
    for label, count in (
        ("read", tally.read),
        ("created", tally.created),
        ("updated", tally.updated),
        ("left alone", tally.skipped),
        ("rejected", tally.rejected),
    ):
        click.echo(
            f"{label:<12}{count:>14,}{'  (dry run: nothing was written)' if dry_run and label == 'read' else ''}"
        )
    for problem in tally.problems:
        where = f" {problem.field}" if problem.field else ""
        value = f" {problem.value!r}" if problem.value else ""
        click.echo(f"  row {problem.row_number}{where}{value}: {problem.message}", err=True)
    if tally.rejected and len(tally.problems) == SHOWN:
        click.echo("  ... --rejects FILE lists them all", err=True)


@click.command()
@click.argument("collection")
@click.option("--tenant", metavar="SLUG", help="Of which tenant; may be left out while there is only one.")
@click.option("--user", metavar="EMAIL", help="What this person may export; else everything.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: by the name of the file, else csv."
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="As in the API: status=active, created_at__gte=...",
)
@click.option("--columns", help="Names of columns, with commas between.")
@click.option("--sort", help="As in the API: -created_at.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; standard output when left out.",
)
def export(
    collection: str,
    tenant: str | None,
    user: str | None,
    form: str | None,
    filters: tuple[str, ...],
    columns: str | None,
    sort: str | None,
    output: Path | None,
) -> None:
    """Export COLLECTION, such as vehicles or work-orders, to a file."""
    suffix = output.suffix.lstrip(".").lower() if output else ""
    kind = form or (suffix if suffix in FORMATS else "csv")
    asked: dict[str, str] = {}
    for text in filters:
        name, separator, value = text.partition("=")
        if not separator:
            raise click.UsageError(f"{text!r} is not of the form NAME=VALUE")
        asked[name] = value
    if sort:
        asked["sort"] = sort

    async def work(settings: Settings, database: Database, registry: Registry) -> None:
        resource = registry.get(collection.replace("-", "_"))
        if resource is None or "list" not in resource.operations:
            raise click.UsageError(f"there is no collection {collection!r}")
        actor = await find_actor(database, tenant, user, "export")
        reach = reach_or_forbid(resource, actor, "export")
        wanted = list_request(resource, asked, columns.split(",") if columns else None)
        shown = export_columns(resource, registry, actor, wanted.fields)
        rows = export_rows(database, actor, reach, resource, registry, wanted, shown)
        blocks = write_table(
            kind, shown, rows, heading(resource, actor, wanted), pdf_rows=settings.exports.pdf_rows
        )
        if output is None:
            async for block in blocks:
                sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
            return
        partial = output.with_name(f".{output.name}.part")
        try:
            with partial.open("wb") as file:
                async for block in blocks:
                    file.write(block)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)

    run(work)
    if output is not None:
        click.echo(f"{output} ({output.stat().st_size:,} bytes)", err=True)


Work = Callable[[Settings, Database, Registry], Awaitable[None]]


def run(work: Work) -> None:
    """Do something with the database of this installation."""
    with administration() as here:
        try:
            here.run(lambda database: work(here.settings, database, load_registry()))
        except KeyboardInterrupt:
            raise click.ClickException("interrupted; portions that were written stay") from None


async def find_actor(database: Database, slug: str | None, email: str | None, reason: str) -> Actor:
    """The program itself in a tenant, or a person there. Raises click.ClickException."""
    from motorpool.cli.importing import find_tenant

    tenant_id: UUID = await find_tenant(database, slug)
    system = system_actor(tenant_id, reason)
    if email is None:
        rows = await database.read(system, "SELECT name, time_zone FROM tenants WHERE id = %s", (tenant_id,))
        return replace(system, tenant_name=rows[0][0], time_zone=rows[0][1])
    rows = await database.read(
        system, "SELECT id FROM users WHERE tenant_id = %s AND lower(email) = lower(%s)", (tenant_id, email)
    )
    if not rows:
        raise click.ClickException(f"there is no user {email!r} in this tenant")
    return (await load_actor(database, tenant_id, rows[0][0])).because(reason)
