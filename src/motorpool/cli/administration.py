"""What `tenant`, `user` and `token` share: a running, current database and the tenant that is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import click
from sqlalchemy import Engine, text

from motorpool.cli.listening import is_loopback
from motorpool.cli.start_up import require_current
from motorpool.core.database.database import Database
from motorpool.core.database.migrate import owner_engine
from motorpool.core.database.server import database_server
from motorpool.core.secrets import Keyring, load_keyring
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor

Result = TypeVar("Result")
tenant_option = click.option(
    "--tenant", "slug", metavar="SLUG", help="Which organisation; not needed while there is only one."
)


class Administration:
    """The owner's connection for what spans tenants, the application's role for everything inside one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def keyring(self) -> Keyring:
        return load_keyring(self.settings)

    @cached_property
    def owner(self) -> Engine:
        return owner_engine(self.settings.database.url or "")

    def tenants(self) -> list[Any]:
        """Rows with id, slug, name, status, users, vehicles and created_at, by slug."""
        with self.owner.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT t.id, t.slug, t.name, t.status, t.created_at, "
                    "(SELECT count(*) FROM users u WHERE u.tenant_id = t.id) AS users, "
                    "(SELECT count(*) FROM vehicles v WHERE v.tenant_id = t.id) AS vehicles "
                    "FROM tenants t WHERE t.id <> :system ORDER BY t.slug"
                ),
                {"system": SYSTEM_TENANT_ID},
            )
            return list(rows)

    def tenant_id(self, slug: str | None) -> UUID:
        """The tenant that is meant: the named one, or the only one."""
        if slug == "system":
            return SYSTEM_TENANT_ID
        with self.owner.connect() as connection:
            rows = connection.execute(
                text("SELECT id, slug FROM tenants WHERE id <> :system ORDER BY slug"),
                {"system": SYSTEM_TENANT_ID},
            ).all()
        if slug is not None:
            for row in rows:
                if row.slug == slug:
                    return UUID(str(row.id))
            raise click.ClickException(f"There is no tenant {slug!r}; there are: {_listed(rows)}")
        if len(rows) == 1:
            return UUID(str(rows[0].id))
        if not rows:
            raise click.ClickException("There is no tenant yet; make one with `motorpool tenant create`")
        raise click.UsageError(f"There are several tenants, so say which one with --tenant: {_listed(rows)}")

    def actor(self, slug: str | None, reason: str) -> Actor:
        return system_actor(self.tenant_id(slug), f"command line: {reason}")

    def run(self, work: Callable[[Database], Awaitable[Result]]) -> Result:
        """Run `work` with an open database of the application's role."""

        async def opened() -> Result:
            database = Database(
                self.settings.database.app_url or "",
                pool_size=2,
                application_name="motorpool-cli",
                keyring=self.keyring,
            )
            await database.open()
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(opened())

    def link(self, path: str) -> str:
        """A whole address for people: MOTORPOOL_PUBLIC_URL, or this machine's."""
        http = self.settings.http
        host = http.host if is_loopback(http.host) else "127.0.0.1"
        return (http.public_url or f"http://{host}:{http.port}").rstrip("/") + path


@contextmanager
def administration() -> Iterator[Administration]:
    """A database that has this version's tables, started for as long as the block lasts if it does not
    run.
    """
    settings = load_settings()
    with database_server(settings, say=lambda line: click.echo(line, err=True)) as urls:
        current = urls.apply(settings)
        require_current(current)
        opened = Administration(current)
        try:
            yield opened
        finally:
            if "owner" in opened.__dict__:
                opened.owner.dispose()


def _listed(rows: list[Any] | Any) -> str:
    return ", ".join(row.slug for row in rows) or "none"


class Lifetime(click.ParamType[datetime]):
    """`30d`, `12h`, `2w`, or a date: when something expires."""

    name = "lifetime"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        units = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
        number, unit = value[:-1], value[-1:]
        try:
            if unit in units and number.isdigit() and 0 < int(number) < 100_000:
                return datetime.now(UTC) + int(number) * units[unit]
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"{value!r} is no lifetime; write 30d, 12h, 2w or a date such as 2027-01-31", param, ctx
            )
