"""The first organisation of an installation: a one-time link that the program prints when there is none.

Its keyed hash stands in the settings of the system tenant until it is used or replaced by the next start.
"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.create_user import create_user
from motorpool.identity.models import Tenant, User
from motorpool.identity.rules.system_roles import ADMIN
from motorpool.identity.rules.tokens import Token, new_token

_SETTING = "first_start_hash"
_HAS_TENANT = text("SELECT EXISTS (SELECT FROM active_tenants() AS t (id) WHERE id <> :system)")


async def first_start_link(database: Database, keyring: Keyring) -> str | None:
    """The path of a new set-up link (`/set-up?token=...`), or None when an organisation exists already."""
    async with database.transaction(system_actor(SYSTEM_TENANT_ID, "first start")) as session:
        system = await _system_tenant(session)
        if await session.scalar(_HAS_TENANT, {"system": SYSTEM_TENANT_ID}):
            return None
        token = new_token("link", SYSTEM_TENANT_ID)
        system.settings = {**system.settings, _SETTING: token.stored_hash(keyring)}
    return f"/set-up?token={token.text}"


async def find_first_start(session: AsyncSession, keyring: Keyring, token: Token) -> None:
    """Raise NotFound unless this is the link of the first start and there is no organisation yet."""
    await _checked(session, keyring, token)


async def complete_first_start(
    session: AsyncSession,
    keyring: Keyring,
    token: Token,
    *,
    slug: str,
    name: str,
    email: str,
    display_name: str,
    password: str,
    time_zone: str = "UTC",
    units: str = "metric",
) -> User:
    """Make the first organisation and its administrator; the rest of the transaction happens inside it.

    Raises NotFound (link), Invalid and Conflict (input).
    """
    system = await _checked(session, keyring, token)
    system.settings = {key: value for key, value in system.settings.items() if key != _SETTING}
    actor = await create_tenant(session, slug=slug, name=name, time_zone=time_zone, units=units)
    return await create_user(
        session, actor, email=email, display_name=display_name, password=password, roles=[ADMIN]
    )


async def _checked(session: AsyncSession, keyring: Keyring, token: Token) -> Tenant:
    system = await _system_tenant(session)
    if system.settings.get(_SETTING) not in token.possible_hashes(keyring):
        raise NotFound(
            "This link was used already or is too old. Start Motorpool again for a new one.",
            code="link_ended",
        )
    if await session.scalar(_HAS_TENANT, {"system": SYSTEM_TENANT_ID}):
        raise NotFound("An organisation exists already; sign in.", code="link_ended")
    return system


async def _system_tenant(session: AsyncSession) -> Tenant:
    """Locked, so that of two people with the link one comes first."""
    system = await session.scalar(select(Tenant).where(Tenant.id == SYSTEM_TENANT_ID).with_for_update())
    assert system is not None
    return system
