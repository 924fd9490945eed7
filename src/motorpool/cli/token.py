"""`motorpool token`: secrets with which programs use the API."""

from __future__ import annotations

from datetime import datetime

import click

from motorpool.cli.administration import Lifetime, administration, tenant_option
from motorpool.core.database.database import Database


@click.group()
def token() -> None:
    """Create and revoke API tokens."""


@token.command()
@click.option("--user", "email", required=True, metavar="EMAIL", help="As whom the token acts.")
@click.option("--name", required=True, help="What it is for, to tell it from others.")
@tenant_option
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="PATTERN",
    help="Narrow it: vehicles.read, trips.*, *.read; may be repeated. Default: all that the user may do.",
)
@click.option("--expires", type=Lifetime(), metavar="30d", help="12h, 30d, 2w or a date. Default: never.")
@click.option(
    "--allow-ip", "networks", multiple=True, metavar="CIDR", help="Only from here; may be repeated."
)
@click.option("--rate-limit", type=click.IntRange(min=1), metavar="N", help="Requests per hour at most.")
def create(
    email: str,
    name: str,
    slug: str | None,
    scopes: tuple[str, ...],
    expires: datetime | None,
    networks: tuple[str, ...],
    rate_limit: int | None,
) -> None:
    """Create an API token. It is printed alone on the last line, now and never again."""
    from motorpool.identity.actions.create_api_token import create_api_token
    from motorpool.identity.actions.find_user import find_user_by_email

    with administration() as admin:
        actor = admin.actor(slug, "token create")

        async def work(database: Database) -> str:
            async with database.transaction(actor) as session:
                owner = await find_user_by_email(session, actor, email)
                _, made = await create_api_token(
                    session,
                    admin.keyring,
                    actor,
                    user_id=owner.id,
                    name=name,
                    scopes=scopes or None,
                    expires_at=expires,
                    allowed_ips=networks or None,
                    rate_limit=rate_limit,
                )
                return made.text

        text = admin.run(work)
    what = ", ".join(scopes) or "all that the user may do"
    until = f"until {expires:%Y-%m-%d %H:%M} UTC" if expires else "without end"
    click.echo(f"Created the token {name!r} for {email}: {what}, {until}. Keep it safe:", err=True)
    click.echo(text)


@token.command("list")
@click.option("--user", "email", metavar="EMAIL", help="Only the tokens of this person.")
@tenant_option
def list_tokens(email: str | None, slug: str | None) -> None:
    """List the tokens that work, without their secrets."""
    query = (
        "SELECT k.id, k.token_prefix, u.email, k.token_name, k.last_used_at FROM api_tokens k JOIN users u "
        "ON u.tenant_id = k.tenant_id AND u.id = k.user_id WHERE k.tenant_id = %(tenant)s AND k.is_active "
        "AND (k.expires_at IS NULL OR k.expires_at > now()) AND (%(email)s::text IS NULL OR "
        "lower(u.email) = lower(%(email)s)) ORDER BY u.email, k.created_at"
    )
    with administration() as admin:
        actor = admin.actor(slug, "token list")
        rows = admin.run(
            lambda database: database.read(actor, query, {"tenant": actor.tenant_id, "email": email})
        )
    for id_, prefix, owner, name, used in rows:
        click.echo(
            f"{id_}  {prefix}  {owner}  {name}  (last used: {f'{used:%Y-%m-%d}' if used else 'never'})"
        )


@token.command()
@click.argument("token_id", type=click.UUID)
@tenant_option
@click.option("--reason", help="Why; it is kept.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(token_id: str, slug: str | None, reason: str | None, yes: bool) -> None:
    """End a token for good; `motorpool token list` shows the ids."""
    from uuid import UUID

    from motorpool.identity.actions.create_api_token import revoke_api_token

    with administration() as admin:
        actor = admin.actor(slug, "token revoke")
        if not yes:
            click.confirm("Programs that use this token stop working. Revoke it?", abort=True)

        async def work(database: Database) -> None:
            async with database.transaction(actor) as session:
                await revoke_api_token(session, actor, UUID(str(token_id)), reason)

        admin.run(work)
    click.echo("Revoked. Servers that run notice within five seconds.")
