"""`motorpool user`: people who sign in."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from motorpool.cli.administration import Administration, administration, tenant_option
from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help="A role to give, such as admin or driver; may be repeated.",
)
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group()
def user() -> None:
    """Create, invite and disable people, reset passwords."""


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


@user.command()
@click.argument("email")
@click.option("--name", help="Name of the person; default: the e-mail address.")
@role_option
@tenant_option
@password_option
@click.option(
    "--must-change", is_flag=True, help="Have them choose another password when they first sign in."
)
def create(
    email: str,
    name: str | None,
    roles: tuple[str, ...],
    slug: str | None,
    password_stdin: bool,
    must_change: bool,
) -> None:
    """Create somebody with a password, which is asked for."""
    from motorpool.identity.actions.create_user import create_user

    with administration() as admin:
        actor = admin.actor(slug, "user create")
        password = _password(password_stdin)

        async def work(database: Database) -> None:
            async with database.transaction(actor) as session:
                await create_user(
                    session,
                    actor,
                    email=email,
                    display_name=name or email,
                    password=password,
                    roles=roles,
                    must_change_password=must_change,
                )

        admin.run(work)
    click.echo(f"Created {email}.")
    if not roles:
        click.echo("No role was given, so they may do nothing yet (--role).", err=True)


@user.command()
@click.argument("email")
@click.option("--name", help="Name of the person; default: the e-mail address.")
@role_option
@tenant_option
def invite(email: str, name: str | None, roles: tuple[str, ...], slug: str | None) -> None:
    """Create somebody without a password, or invite them again, and print the one-time link for choosing
    one.
    """
    from motorpool.core.errors import Conflict, NotFound
    from motorpool.identity.actions.create_user import invite_user
    from motorpool.identity.actions.find_user import find_user_by_email
    from motorpool.identity.actions.set_up_link import issue_set_up_link

    with administration() as admin:
        actor = admin.actor(slug, "user invite")

        async def work(database: Database) -> str:
            async with database.transaction(actor) as session:
                try:
                    known = await find_user_by_email(session, actor, email)
                except NotFound:
                    _, link = await invite_user(
                        session, admin.keyring, actor, email=email, display_name=name or email, roles=roles
                    )
                    return link.text
                if known.status != "invited":
                    raise Conflict(
                        f"{email} is here already; `motorpool user reset-password` gives a new link."
                    )
                return (await issue_set_up_link(session, admin.keyring, known)).text

        link = admin.run(work)
        click.echo(f"{email} chooses a password here (valid for three days, once):")
        click.echo(admin.link(f"/set-up?token={link}"))


@user.command("reset-password")
@click.argument("email")
@tenant_option
@click.option("--set", "set_now", is_flag=True, help="Set a password now, which is asked for.")
@password_option
def reset(email: str, slug: str | None, set_now: bool, password_stdin: bool) -> None:
    """End the old password and all sessions of somebody, and print a one-time link for choosing a new one."""
    from motorpool.identity.actions.disable_user import reset_password
    from motorpool.identity.actions.find_user import find_user_by_email

    with administration() as admin:
        actor = admin.actor(slug, "user reset-password")
        password = _password(password_stdin) if set_now or password_stdin else None

        async def work(database: Database) -> str | None:
            async with database.transaction(actor) as session:
                found = await find_user_by_email(session, actor, email)
                link = await reset_password(session, admin.keyring, actor, found.id, new_password=password)
                return link.text if link else None

        link = admin.run(work)
        if link is None:
            click.echo(f"The password of {email} is changed.")
        else:
            click.echo(f"{email} chooses a new password here (valid for three days, once):")
            click.echo(admin.link(f"/set-up?token={link}"))


@user.command()
@click.argument("email")
@tenant_option
@click.option("--enable", is_flag=True, help="Let a disabled person in again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def disable(email: str, slug: str | None, enable: bool, yes: bool) -> None:
    """Shut somebody out: sessions end, API tokens are revoked. What they did stays in the records."""
    from motorpool.identity.actions.disable_user import disable_user, enable_user
    from motorpool.identity.actions.find_user import find_user_by_email

    with administration() as admin:
        actor = admin.actor(slug, "user disable")
        if not enable and not yes:
            click.confirm(f"Disable {email} and revoke their API tokens?", abort=True)

        async def work(database: Database) -> None:
            async with database.transaction(actor) as session:
                found = await find_user_by_email(session, actor, email)
                await (enable_user if enable else disable_user)(session, actor, found.id)

        admin.run(work)
    click.echo(f"{email} is {'enabled' if enable else 'disabled'}.")


@user.command("list")
@tenant_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, for programs.")
def list_users(slug: str | None, as_json: bool) -> None:
    """List the people of an organisation with their roles."""
    with administration() as admin:
        rows = _users(admin, admin.actor(slug, "user list"))
    if as_json:
        click.echo(json.dumps(rows, default=str, indent=2))
        return
    width = max([5, *(len(row["email"]) for row in rows)])
    click.echo(f"{'EMAIL':<{width}}  {'STATUS':<8}  {'LAST SIGN-IN':<16}  ROLES")
    for row in rows:
        seen = row["last_sign_in_at"]
        when = f"{seen:%Y-%m-%d %H:%M}" if seen else "never"
        click.echo(f"{row['email']:<{width}}  {row['status']:<8}  {when:<16}  {', '.join(row['roles'])}")


def _users(admin: Administration, actor: Actor) -> list[dict[str, Any]]:
    query = (
        "SELECT u.id, u.email, u.display_name, u.status, u.last_sign_in_at, ARRAY("
        "SELECT r.role_name FROM user_roles a JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id "
        "WHERE a.tenant_id = %(tenant)s AND a.user_id = u.id AND a.is_active ORDER BY r.role_name) "
        "FROM users u WHERE u.tenant_id = %(tenant)s ORDER BY lower(u.email)"
    )

    async def work(database: Database) -> list[dict[str, Any]]:
        names = ("id", "email", "display_name", "status", "last_sign_in_at", "roles")
        rows = await database.read(actor, query, {"tenant": actor.tenant_id})
        return [dict(zip(names, row, strict=True)) for row in rows]

    return admin.run(work)
