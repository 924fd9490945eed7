"""`motorpool hos import`: the output file of an ELD into a driver's log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import click

from motorpool.cli.importing import find_tenant
from motorpool.cli.start_up import require_current
from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.database.server.attach import database_server
from motorpool.core.files.store import FileStore
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.import_duty_file import Imported, Outlook, import_duty_file, look_at_duty_file
from motorpool.safety.duty_reactions import LOGS
from motorpool.safety.rules.duty_eld_reading import MOST_BYTES, ReadFile, read_eld_file

BY_NUMBER = "SELECT d.id FROM drivers d WHERE d.tenant_id = %(tenant)s AND d.driver_number = %(number)s"
#: Overlaps that are listed.
SHOWN = 20


def run(file: Path, tenant: str | None, driver: str | None, *, preview: bool, over: bool) -> None:
    with database_server(load_settings(), say=lambda line: click.echo(line, err=True)) as urls:
        settings = urls.apply(load_settings())
        require_current(settings)
        outlook, done = asyncio.run(_run(settings, file, tenant, driver, preview, over))
    _print(outlook, done)


async def _run(
    settings: Settings, file: Path, slug: str | None, number: str | None, preview: bool, over: bool
) -> tuple[Outlook, Imported | None]:
    # One byte more than is taken: what is longer is refused without being read whole.
    with file.open("rb") as source:
        raw = source.read(MOST_BYTES + 1)
    read = read_eld_file(raw)
    database = Database(settings.database.app_url or "", pool_size=2, application_name="motorpool-hos-import")
    await database.open()
    try:
        actor = system_actor(await find_tenant(database, slug), "import of an ELD's file")
        driver = await _driver(database, actor, number)
        if preview:
            async with database.transaction(actor) as session:
                return await look_at_duty_file(
                    session, LOGS, actor, Reach(everything=True), read, driver
                ), None
        return await _write(database, settings, actor, read, raw, file.name, driver, over)
    finally:
        await database.close()


async def _write(
    database: Database,
    settings: Settings,
    actor: Actor,
    read: ReadFile,
    raw: bytes,
    name: str,
    driver: UUID | None,
    over: bool,
) -> tuple[Outlook, Imported]:
    files = FileStore.of(settings)
    async with files.spool(MOST_BYTES) as spool:
        await spool.write(raw)
        received = await spool.finish()
        async with database.transaction(actor) as session:
            return await import_duty_file(
                session,
                LOGS,
                files,
                actor,
                Reach(everything=True),
                read,
                received,
                name=name,
                driver=driver,
                over=over,
            )


async def _driver(database: Database, actor: Actor, number: str | None) -> UUID | None:
    if number is None:
        return None
    rows = await database.read(actor, BY_NUMBER, {"tenant": actor.tenant_id, "number": number})
    if not rows:
        raise click.ClickException(f"there is no driver with the number {number!r}")
    return UUID(str(rows[0][0]))


def _print(outlook: Outlook, done: Imported | None) -> None:
    """The counts, one per line, so that a script can read them too."""
    click.echo(f"{'driver':<12}{outlook.driver:>20}")
    for label, count in (
        ("new", done.new if done else len(outlook.new)),
        ("changed", done.changed if done else len(outlook.changed)),
        ("known", done.known if done else outlook.known_count),
        ("unassigned", done.nobody if done else outlook.nobody_count),
        ("overlaps", len(outlook.overlaps)),
    ):
        click.echo(f"{label:<12}{count:>20,}")
    for note in outlook.notes:
        click.echo(f"  {note}", err=True)
    for one in outlook.overlaps[:SHOWN]:
        told = f"{one.recorded.replace('_', ' ')} here, {one.told.replace('_', ' ')} in the file"
        click.echo(f"  {one.start:%Y-%m-%d %H:%M} to {one.end:%H:%M} UTC: {told}", err=True)
    if done is None:
        click.echo("  nothing was written", err=True)
    elif done.is_repeat:
        click.echo("  this file was read in before; nothing was written", err=True)
