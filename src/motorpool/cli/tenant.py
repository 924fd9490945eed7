"""`motorpool tenant`: the organisations of this installation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from motorpool.cli.administration import administration
from motorpool.core.database.database import Database
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.core.tenancy.actor import system_actor


@click.group()
def tenant() -> None:
    """Create, list, suspend, export and delete organisations."""


@tenant.command()
@click.argument("slug")
@click.option("--name", required=True, help="Name of the organisation.")
@click.option("--admin", "email", metavar="EMAIL", help="E-mail address of its first administrator.")
@click.option("--admin-name", metavar="NAME", help="Name of the administrator; default: the e-mail address.")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA zone, such as Europe/Berlin.")
@click.option("--units", type=click.Choice(["metric", "imperial"]), default="metric", show_default=True)
@click.option("--currency", default="USD", show_default=True, help="ISO 4217 code.")
def create(
    slug: str, name: str, email: str | None, admin_name: str | None, time_zone: str, units: str, currency: str
) -> None:
    """Create an organisation. SLUG is its short name in commands: a-z, 0-9 and -.

    With --admin a one-time link is printed, with which the administrator chooses a password.
    """
    from motorpool.identity.actions.create_tenant import create_tenant
    from motorpool.identity.actions.create_user import invite_user

    with administration() as admin:

        async def work(database: Database) -> str | None:
            async with database.transaction(
                system_actor(SYSTEM_TENANT_ID, "command line: tenant create")
            ) as session:
                actor = await create_tenant(
                    session, slug=slug, name=name, time_zone=time_zone, units=units, currency=currency
                )
                if email is None:
                    return None
                _, link = await invite_user(
                    session,
                    admin.keyring,
                    actor,
                    email=email,
                    display_name=admin_name or email,
                    roles=["admin"],
                )
                return link.text

        link = admin.run(work)
        click.echo(f"Created the tenant {slug}.")
        if link:
            click.echo(f"{email} chooses a password here (valid for three days, once):")
            click.echo(admin.link(f"/set-up?token={link}"))
        else:
            click.echo(f"It has no users yet: motorpool user invite EMAIL --role admin --tenant {slug}")


@tenant.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, for programs.")
def list_tenants(as_json: bool) -> None:
    """List the organisations."""
    with administration() as admin:
        rows = admin.tenants()
    if as_json:
        click.echo(json.dumps([dict(row._mapping) for row in rows], default=str, indent=2))
        return
    width = max([4, *(len(row.slug) for row in rows)])
    click.echo(f"{'SLUG':<{width}}  {'STATUS':<9}  {'USERS':>6}  {'VEHICLES':>8}  NAME")
    for row in rows:
        click.echo(f"{row.slug:<{width}}  {row.status:<9}  {row.users:>6}  {row.vehicles:>8}  {row.name}")


@tenant.command()
@click.argument("slug")
@click.option("--resume", is_flag=True, help="End a suspension.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def suspend(slug: str, resume: bool, yes: bool) -> None:
    """Stop an organisation: nobody signs in, tokens and devices are refused. Nothing is deleted."""
    from motorpool.identity.actions.suspend_tenant import suspend_tenant

    with administration() as admin:
        actor = admin.actor(slug, "tenant suspend")
        if not resume and not yes:
            click.confirm(f"Suspend {slug}? Everybody there is signed out of it within seconds", abort=True)

        async def work(database: Database) -> None:
            async with database.transaction(actor) as session:
                await suspend_tenant(session, actor, suspended=not resume)

        admin.run(work)
    click.echo(f"{slug} is {'active again' if resume else 'suspended'}.")


@tenant.command()
@click.argument("slug")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; default: SLUG-DATE.zip",
)
def export(slug: str, output: Path | None) -> None:
    """Write all rows of an organisation to a zip file, one JSON object a line."""
    from motorpool.identity.actions.export_tenant import export_tenant

    target = output or Path(f"{slug}-{datetime.now(UTC):%Y-%m-%d}.zip")
    with administration() as admin:
        actor = admin.actor(slug, "tenant export")

        async def work(database: Database) -> dict[str, int]:
            return await export_tenant(database, actor, target)

        counts = admin.run(work)
    click.echo(f"Wrote {sum(counts.values())} rows of {sum(map(bool, counts.values()))} tables to {target}")


@tenant.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(slug: str, yes: bool) -> None:
    """Delete an organisation with everything in it. This cannot be undone; export it first."""
    from motorpool.identity.actions.delete_tenant import delete_tenant

    with administration() as admin:
        tenant_id = admin.tenant_id(slug)
        if not yes:
            typed = click.prompt(f"All data of {slug} will be gone. Type its name ({slug}) to go on")
            if typed != slug:
                raise click.ClickException("Nothing was deleted")
        with admin.owner.begin() as connection:
            counts = delete_tenant(connection, tenant_id)
    click.echo(f"Deleted {slug}: {sum(counts.values())} rows of {len(counts)} tables.")
