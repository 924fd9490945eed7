"""`motorpool import charging-stations|toll-plazas|traffic-cameras|weather`: road data in the formats of those who publish it."""

from __future__ import annotations

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from motorpool.cli.transfers import run
from motorpool.core.database.database import Connection, Database
from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.registry import Registry
from motorpool.core.settings import Settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.road_data.afdc import read_stations
from motorpool.telematics.road_data.cameras_511 import read_cameras
from motorpool.telematics.road_data.importing import (
    write_cameras,
    write_plazas,
    write_stations,
    write_weather,
)
from motorpool.telematics.road_data.records import Reading, Refusal
from motorpool.telematics.road_data.toll_files import read_plazas
from motorpool.telematics.road_data.writing import Written

SHOWN = 20
Write = Callable[[Connection, Actor], Awaitable[tuple[dict[str, Written], list[Refusal]]]]


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        [
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
            click.option(
                "--tenant", metavar="SLUG", help="Rows of this tenant alone; else they are shared by all."
            ),
            click.option("--dry-run", is_flag=True, help="Find every error and write nothing."),
            click.option(
                "--rejects",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Write what is wrong with rejected rows here (csv).",
            ),
        ]
    ):
        command = option(command)
    return command


@click.command("charging-stations")
@_options
def charging_stations(file: Path, **options: Any) -> None:
    """Import charging and alternative fuel stations from FILE (csv or csv.gz of the Alternative Fuels Data Center).

    Rows that are there already, by their number at the source, are changed where the file says something new.
    """
    read = _read(lambda: read_stations(file))
    _write(file, _single("stations", read, write_stations), **options)


@click.command("toll-plazas")
@_options
def toll_plazas(file: Path, **options: Any) -> None:
    """Import toll plazas with their rates from FILE (json or csv, see docs/road_data.md)."""
    read = _read(lambda: read_plazas(file))
    _write(file, _single("plazas", read, write_plazas), **options)


@click.command("traffic-cameras")
@click.option(
    "--site", default="511", show_default=True, help="Short name of the site; keeps its numbers apart."
)
@_options
def traffic_cameras(file: Path, site: str, **options: Any) -> None:
    """Import traffic cameras from FILE (json, as a 511 site's /api/v2/get/cameras answers).

    A site that is asked regularly is set up by MOTORPOOL_ROAD_CAMERAS_URL and MOTORPOOL_ROAD_CAMERAS_KEY instead.
    """
    read = _read(lambda: read_cameras(_json(file), site))
    _write(file, _single("cameras", read, write_cameras), **options)


@click.command()
@_options
def weather(file: Path, **options: Any) -> None:
    """Import stations or observations from FILE (GeoJSON of api.weather.gov)."""
    document = _read(lambda: _json(file))

    async def write(connection: Connection, actor: Actor) -> tuple[dict[str, Written], list[Refusal]]:
        stations, observations, read = await write_weather(connection, actor, document)
        return {"stations": stations, "observations": observations}, read.refusals

    _write(file, write, **options)


def _read(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (MotorpoolError, msgspec.DecodeError, OSError) as error:
        raise click.ClickException(str(error)) from None


def _json(file: Path) -> Any:
    return msgspec.json.decode(file.read_bytes())


def _single(
    what: str, read: Reading, write: Callable[[Connection, Actor, list[dict[str, Any]]], Awaitable[Written]]
) -> Write:
    async def both(connection: Connection, actor: Actor) -> tuple[dict[str, Written], list[Refusal]]:
        return {what: await write(connection, actor, read.rows)}, read.refusals

    return both


def _write(file: Path, write: Write, tenant: str | None, dry_run: bool, rejects: Path | None) -> None:
    found: list[tuple[dict[str, Written], list[Refusal]]] = []

    async def work(settings: Settings, database: Database, registry: Registry) -> None:
        from motorpool.cli.importing import find_tenant

        owner = SYSTEM_TENANT_ID if tenant is None else await find_tenant(database, tenant)
        actor = system_actor(owner, f"import of {file.name}")
        async with database.connection(actor) as connection:
            found.append(await write(connection, actor))
            if dry_run:
                raise _Undone

    try:
        run(work)
    except _Undone:
        click.echo("dry run: nothing was written")
    written, refusals = found[0]
    for what, one in written.items():
        for label, count in (
            ("created", one.created),
            ("updated", one.updated),
            ("unchanged", one.unchanged),
        ):
            click.echo(f"{what:<14}{label:<12}{count:>10,}")
    click.echo(f"{'':<14}{'rejected':<12}{len(refusals):>10,}")
    for refusal in refusals[:SHOWN]:
        click.echo(f"  {refusal}", err=True)
    if rejects is not None:
        with rejects.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(("row", "column", "value", "error"))
            writer.writerows((one.row, one.field, one.value, one.message) for one in refusals)
    elif len(refusals) > SHOWN:
        click.echo("  ... --rejects FILE lists them all", err=True)
    if refusals and not any(one.changed or one.unchanged for one in written.values()):
        raise click.ClickException("every row was rejected")


class _Undone(Exception):
    """Rolls the transaction of a dry run back."""


COMMANDS: dict[str, click.Command] = {
    str(command.name): command for command in (charging_stations, toll_plazas, traffic_cameras, weather)
}
