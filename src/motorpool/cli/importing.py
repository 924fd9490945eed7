"""`motorpool import`: recorded positions and engine readings from files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from motorpool.cli.start_up import require_current
from motorpool.core.database.database import Database
from motorpool.core.database.server.attach import database_server
from motorpool.core.errors import MotorpoolError
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.ingest.files import Table, open_table
from motorpool.telematics.ingest.importing import Summary, import_table, open_rejects
from motorpool.telematics.ingest.mapping import Mapping, make_mapping
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Series

#: Larger groups than for live senders: nobody waits for one row here.
COMMIT_ROWS = 32_768
PATIENCE_S = 600.0


class MapType(click.ParamType[Any]):
    name = "ours=theirs,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        pairs: dict[str, str] = {}
        for part in str(value).split(","):
            ours, separator, theirs = part.partition("=")
            if not separator or not ours.strip() or not theirs.strip():
                self.fail(f"{part!r} is not of the form ours=theirs", param, ctx)
            pairs[ours.strip()] = theirs.strip()
        return pairs


class ZoneType(click.ParamType[Any]):
    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is not a time zone; write it like America/Guayaquil or UTC", param, ctx)


class WithCollections(click.Group):
    """Beside the series, every table that can be imported is a command of its own."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from motorpool.cli.road_data import COMMANDS
        from motorpool.cli.transfers import import_command

        own = super().get_command(ctx, cmd_name) or COMMANDS.get(cmd_name)
        return own or import_command(cmd_name, MapType())

    def list_commands(self, ctx: click.Context) -> list[str]:
        from motorpool.cli.road_data import COMMANDS

        return [*super().list_commands(ctx), *COMMANDS]


@click.group("import", cls=WithCollections)
def importing() -> None:
    """Import recorded data, or the rows of any table, from files.

    Beside the commands below the name of every collection of the API is one: `motorpool import vehicles FILE`.
    """


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        [
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
            click.option(
                "--tenant", metavar="SLUG", help="Into which tenant; may be left out while there is only one."
            ),
            click.option(
                "--create-vehicles", is_flag=True, help="Create vehicles that the file names and nobody has."
            ),
            click.option(
                "--vehicle", metavar="NUMBER", help="The vehicle of every row, for files of one vehicle."
            ),
            click.option(
                "--map",
                "pairs",
                type=MapType(),
                default={},
                help="Which column of the file is which of ours; date_local+time joins two.",
            ),
            click.option("--source", default="import", show_default=True, help="Where the rows come from."),
            click.option(
                "--rejects",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Write rejected rows here (csv).",
            ),
            click.option("--time-zone", type=ZoneType(), help="Zone of times that do not say theirs."),
        ]
    ):
        command = option(command)
    return command


@importing.command()
@_options
def positions(**options: Any) -> None:
    """Import positions from FILE (csv, csv.gz, parquet or gpx).

    Needed columns: vehicle (number, VIN, device identifier or id), recorded_at (ISO 8601, or seconds or
    milliseconds since 1970), latitude, longitude. Optional: altitude (m), speed (km/h), heading (degrees),
    accuracy (m), odometer_m, ignition, attributes (JSON), source. Importing a file again adds nothing.
    """
    _import(POSITIONS, **options)


@importing.command()
@_options
def obd(**options: Any) -> None:
    """Import engine readings from FILE (csv, csv.gz or parquet).

    Needed columns: vehicle and recorded_at as for positions. Optional: rpm, speed (km/h), engine_load (%),
    coolant_temp (C), fuel_level (%), throttle_position (%), intake_air_temp (C), maf_rate (g/s),
    battery_voltage, fuel_pressure (kPa), odometer (km), fuel_volume (L), fuel_rate (L/h), fuel_used (L),
    state_of_charge (%), mil_on, dtc_codes. Importing a file again adds nothing.
    """
    _import(READINGS, **options)


def _import(
    series: Series,
    file: Path,
    tenant: str | None,
    create_vehicles: bool,
    vehicle: str | None,
    pairs: dict[str, str],
    source: str,
    rejects: Path | None,
    time_zone: ZoneInfo | None,
) -> None:
    table = open_table(file)
    mapping = make_mapping(series, table.names, pairs, vehicle=vehicle, source=source, zone=time_zone)
    summary = Summary()
    with database_server(load_settings(), say=lambda line: click.echo(line, err=True)) as urls:
        settings = urls.apply(load_settings())
        require_current(settings)
        try:
            asyncio.run(_run(settings, table, mapping, tenant, create_vehicles, rejects, summary))
        except KeyboardInterrupt:
            _print(summary, series)
            raise click.ClickException(
                "interrupted; what is counted as written is stored, and importing the file again adds the rest"
            ) from None
        except MotorpoolError:
            if summary.read:
                _print(summary, series)
            raise
    _print(summary, series)
    if rejects is not None and summary.rejected:
        click.echo(f"  {rejects} lists all that were rejected", err=True)
    if summary.rejected and not summary.written + summary.duplicates:
        hint = (
            ""
            if time_zone
            else " Times without a zone are understood with --time-zone, such as America/Chicago."
        )
        raise click.ClickException(f"nothing was written: every row was rejected.{hint}")


async def _run(
    settings: Settings,
    table: Table,
    mapping: Mapping,
    slug: str | None,
    create_vehicles: bool,
    rejects: Path | None,
    summary: Summary,
) -> None:
    database = Database(settings.database.app_url or "", pool_size=4, application_name="motorpool-import")
    await database.open()
    # Nobody else waits in this queue, so it only has to hold what is read ahead.
    pipeline = IngestPipeline(
        database,
        settings.replace(ingest={"queue_rows": 4 * COMMIT_ROWS}),
        commit_rows=COMMIT_ROWS,
        patience_s=PATIENCE_S,
        commit_wait_s=PATIENCE_S,
    )
    await pipeline.start()
    file = open_rejects(rejects)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    try:
        actor = system_actor(await find_tenant(database, slug), "import")
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading")

            def show(now: Summary) -> None:
                done, total = table.progress()
                stored = now.written + now.duplicates
                bar.update(
                    task, completed=done, total=total, description=f"{stored:,} of {now.read:,} rows stored"
                )

            await import_table(
                pipeline,
                actor,
                table,
                mapping,
                summary=summary,
                create_vehicles=create_vehicles,
                rejects=file,
                progress=show,
            )
    finally:
        if file:
            file.close()
        await pipeline.stop()
        await database.close()


async def find_tenant(database: Database, slug: str | None) -> UUID:
    """The tenant of a slug, or the only one there is. Raises click.UsageError."""
    async with database.unbound() as connection:
        if slug is not None:
            row = await (await connection.execute("SELECT find_tenant(%s::text)", (slug,))).fetchone()
            if row is None or row[0] is None:
                raise click.ClickException(f"there is no tenant {slug!r}; `motorpool tenant list` shows them")
            return UUID(str(row[0]))
        rows = await (await connection.execute("SELECT active_tenants()")).fetchall()
    tenants = [UUID(str(row[0])) for row in rows if row[0] != SYSTEM_TENANT_ID]
    if len(tenants) != 1:
        raise click.UsageError(f"there are {len(tenants)} tenants; say which one with --tenant SLUG")
    return tenants[0]


def _print(summary: Summary, series: Series) -> None:
    """The counts, one per line, so that a script can read them too."""
    for label, count in (
        ("read", summary.read),
        ("written", summary.written),
        ("duplicates", summary.duplicates),
        ("rejected", summary.rejected),
    ):
        click.echo(f"{label:<12}{count:>14,}")
    if summary.vehicles_created:
        click.echo(f"{'vehicles':<12}{summary.vehicles_created:>14,} created")
    for line in summary.problems:
        click.echo(f"  {line}", err=True)
    if (more := summary.rejected - len(summary.problems)) > 0:
        click.echo(f"  ... and {more:,} more {series.noun}; --rejects FILE lists them all", err=True)
