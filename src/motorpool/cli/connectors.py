"""`motorpool connectors`: where the connections to telematics providers stand, and one poll by hand."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from motorpool.cli.administration import administration, tenant_option
from motorpool.core.database.database import Database


@click.group()
def connectors() -> None:
    """Connections to Geotab and Samsara. They are added on the page Connectors."""


@connectors.command("list")
@tenant_option
def list_connectors(slug: str | None) -> None:
    """Each connection with its state and its last success."""
    from motorpool.integrations.queries import connector_pages

    with administration() as admin:
        actor = admin.actor(slug, "connectors list")
        midnight = datetime.combine(actor.today, time.min, UTC)

        async def work(database: Database) -> list[connector_pages.Row]:
            return await connector_pages.connectors(database, actor, midnight)

        rows = admin.run(work)
    if not rows:
        click.echo("There are none. Add one on the page Connectors.")
    for row in rows:
        success = row["last_success_at"]
        when = f"{success.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if success else "never"
        click.echo(f"{row['name']}: {row['provider']}, {row['standing']}, last success {when}")
        why = row["paused_because"] if row["standing"] == "paused" else row["last_error"]
        if why and row["standing"] in ("paused", "failing"):
            click.echo(f"  {why}")


@connectors.command("poll")
@click.argument("name")
@tenant_option
def poll_connector(name: str, slug: str | None) -> None:
    """Fetch once from the connection called NAME, and say what came."""
    from motorpool.core.database.catalogue import load_metadata
    from motorpool.integrations.actions.poll import Poll, poll
    from motorpool.integrations.jobs import at_work
    from motorpool.integrations.queries import connector_pages

    load_metadata()
    with administration() as admin:
        actor = admin.actor(slug, "connectors poll")
        midnight = datetime.combine(actor.today, time.min, UTC)

        async def work(database: Database) -> Poll:
            rows = await connector_pages.connectors(database, actor, midnight)
            found = [row for row in rows if row["name"] == name]
            if not found:
                names = ", ".join(repr(row["name"]) for row in rows) or "none"
                raise click.ClickException(f"There is no connection {name!r}; there are: {names}")
            async with at_work(database, admin.settings) as (pipeline, client):
                return await poll(database, pipeline, client, actor, found[0]["id"])

        done = admin.run(work)
    if done.ending == "skipped":
        raise click.ClickException(
            f"{name} was not polled: it is paused, switched off, or being polled right now"
        )
    for feed, stored in done.feeds.items():
        click.echo(
            f"{feed}: {stored.records:,} records, {stored.stored:,} stored, {stored.duplicates:,} known already, "
            f"{sum(stored.skipped.values()):,} not mapped, {stored.refused:,} refused"
        )
    if done.error is not None:
        raise click.ClickException(str(done.error))
