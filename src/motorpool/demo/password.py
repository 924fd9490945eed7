"""The password of the demonstration's administrator.

It is random, and kept in a file of mode 0600 in the data folder, so that every start can print it. Once
somebody has chosen another, the file is of no use and nothing is printed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound
from motorpool.core.private_files import ensure_data_folder, read_text, write_private
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.demo.feeding import find_demo_tenant
from motorpool.demo.replayer import SLUG
from motorpool.identity.actions.disable_user import reset_password
from motorpool.identity.models import User
from motorpool.identity.rules.passwords import verify_password

EMAIL = "demo@motorpool.local"
FILE = "demo-password"
#: No letters or digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

Result = TypeVar("Result")


def make_password() -> str:
    """Four groups of four: about 80 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def password_file(settings: Settings) -> Path:
    return settings.data.dir / FILE


def keep_password(settings: Settings, password: str) -> None:
    ensure_data_folder(settings.data.dir)
    write_private(password_file(settings), password + "\n")


def forget_password(settings: Settings) -> None:
    password_file(settings).unlink(missing_ok=True)


def run(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run `work` with a database of its own, from code that is not asynchronous."""

    async def opened() -> Result:
        database = Database(settings.database.app_url or "", pool_size=4, application_name="motorpool-demo")
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(opened())


def sign_in(settings: Settings) -> tuple[str, str] | None:
    """E-mail and password of the demonstration's administrator while the password in the file is right, else
    None.
    """
    password = (read_text(password_file(settings)) or "").strip()
    if not password:
        return None

    async def check(database: Database) -> bool:
        tenant_id = await find_demo_tenant(database, SLUG)
        if tenant_id is None:
            return False
        async with database.transaction(system_actor(tenant_id)) as session:
            user = await session.scalar(_administrator(tenant_id))
            return user is not None and verify_password(user.password_hash, password)

    return (EMAIL, password) if run(settings, check) else None


def new_password(settings: Settings) -> tuple[str, str]:
    """Give the demonstration's administrator a fresh random password; returns e-mail and password. Raises
    NotFound.
    """
    password = make_password()

    async def change(database: Database) -> None:
        tenant_id = await find_demo_tenant(database, SLUG)
        if tenant_id is None:
            raise NotFound("There is no demonstration fleet; `motorpool demo load` makes one.")
        actor = system_actor(tenant_id, "new password for the demonstration")
        async with database.transaction(actor) as session:
            user = await session.scalar(_administrator(tenant_id))
            if user is None:
                raise NotFound(f"The demonstration has no user {EMAIL}.")
            await reset_password(session, load_keyring(settings), actor, user.id, new_password=password)

    run(settings, change)
    keep_password(settings, password)
    return EMAIL, password


def _administrator(tenant_id: UUID) -> Select[User]:
    return select(User).where(User.tenant_id == tenant_id, User.email == EMAIL)
