"""What has to be true before Motorpool serves: tables of this version, the demonstration fleet, a safe
address.
"""

from __future__ import annotations

from collections.abc import Callable

from motorpool.cli.listening import is_loopback
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings

Say = Callable[[str], None]


def migrate(settings: Settings, say: Say) -> None:
    """Bring the database to this version, permissions and system roles included."""
    from motorpool.core.database import migrate as migrations
    from motorpool.core.resource.registry import load_registry
    from motorpool.identity.actions.synchronise_roles import sync_permissions_and_roles

    done = migrations.upgrade(settings.database.url or "")
    sync_permissions_and_roles(settings.database.url or "", load_registry().permissions())
    if done:
        say(f"Brought the database to version {done[0]} ({len(done)} step{'s' if len(done) > 1 else ''}).")


def require_current(settings: Settings) -> None:
    """Refuse a database that lacks migrations: on a shared server, when to migrate is the operator's
    decision.
    """
    from motorpool.core.database import migrate as migrations

    missing = migrations.pending(settings.database.url or "")
    if missing:
        raise ConfigurationError(
            f"The database lacks {len(missing)} migration(s); run `motorpool db upgrade` first"
        )


def load_demo(settings: Settings, say: Say) -> None:
    """Load the demonstration fleet when the database has no tenant yet."""
    from motorpool import demo

    demo.load(settings, say)


def first_start_link(settings: Settings) -> str | None:
    """The path of a one-time set-up link while there is no organisation yet, else None."""
    import asyncio

    from motorpool.core.database.database import Database
    from motorpool.core.secrets import load_keyring
    from motorpool.identity.actions import first_start

    async def ask() -> str | None:
        database = Database(settings.database.app_url or "", pool_size=1)
        await database.open()
        try:
            return await first_start.first_start_link(database, load_keyring(settings))
        finally:
            await database.close()

    return asyncio.run(ask())


def demo_sign_in(settings: Settings) -> tuple[str, str] | None:
    """E-mail and password of the demonstration's administrator while they are the published ones, else
    None.
    """
    from motorpool import demo

    return demo.sign_in(settings)


def new_demo_password(settings: Settings) -> tuple[str, str]:
    """Give the demonstration's administrator a random password; returns e-mail and password."""
    from motorpool import demo

    return demo.new_password(settings)


def refuse_open_demo(settings: Settings) -> None:
    """The first password is printed at each start: other machines must not reach a demonstration by it."""
    host = settings.http.host
    if is_loopback(host) or demo_sign_in(settings) is None:
        return
    raise ConfigurationError(
        f"MOTORPOOL_HOST is {host}, but the demonstration still has its first password. Remove it "
        "(`motorpool demo "
        "remove`), or change its password (`motorpool user reset-password demo@motorpool.local --tenant "
        "demo`), or use "
        "`motorpool serve --lan`, which does so"
    )
