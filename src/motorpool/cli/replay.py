"""`motorpool replay`: trips and stops anew from stored positions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from motorpool.cli.administration import administration, tenant_option
from motorpool.core.database.database import Database

#: Differences that are listed; the rest is counted.
LISTED = 50


class Moment(click.ParamType[datetime]):
    """A date or time in ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 2026-05-21 or 2026-05-21T08:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@tenant_option
@click.option("--vehicle", "number", metavar="NUMBER", help="Only the vehicle with this number.")
@click.option(
    "--from", "since", type=Moment(), help="Begin with the stop before this time; default: everything."
)
@click.option("--to", "until", type=Moment(), help="With --check: compare only what begins before this time.")
@click.option(
    "--check", is_flag=True, help="Change nothing; list what would change, and fail if there is anything."
)
def replay(
    slug: str | None, number: str | None, since: datetime | None, until: datetime | None, check: bool
) -> None:
    """Recompute trips and stops from stored positions.

    Needed after the settings MOTORPOOL_TRIP_* have changed; otherwise the outcome is what is stored already,
    which --check verifies. What people added to trips is kept.
    """
    from rich.progress import Progress

    from motorpool.telematics.derive import replay as replaying
    from motorpool.telematics.derive.definition import trip_definition

    if until is not None and not check:
        raise click.UsageError("--to goes with --check: trips are always derived up to the last position.")
    with administration() as admin, Progress(transient=True) as bar:
        actor = admin.actor(slug, "replay")
        definition = trip_definition(admin.settings.trips)
        task = bar.add_task("Comparing" if check else "Deriving", total=None)

        async def work(database: Database) -> tuple[int, list[replaying.Difference], list[str]]:
            vehicles = await replaying.find_vehicles(database, actor, number)
            if number is not None and not vehicles:
                raise click.ClickException(f"There is no vehicle {number!r} in this organisation")
            bar.update(task, total=len(vehicles))

            def progress(done: int) -> None:
                bar.update(task, completed=done)

            if check:
                found = await replaying.check(database, actor, definition, vehicles, since, until, progress)
                return len(vehicles), *found
            ids = [vehicle for vehicle, _ in vehicles]
            await replaying.derive_anew(database, actor, definition, ids, since, progress)
            return len(vehicles), [], []

        count, differences, busy = admin.run(work)
    if not check:
        click.echo(f"Derived {count} vehicles anew.")
        return
    for difference in differences[:LISTED]:
        click.echo(str(difference))
    if len(differences) > LISTED:
        click.echo(f"... and {len(differences) - LISTED} more")
    for one in busy:
        click.echo(f"{one}: could not be compared, because positions keep coming in")
    if differences or busy:
        raise click.ClickException(f"{len(differences)} differences, {len(busy)} vehicles not compared")
    click.echo(f"{count} vehicles compared: what is stored is what a new derivation gives.")
