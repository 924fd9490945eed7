"""Organisations with people, roles and tokens, made by the actions themselves."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import load_registry
from motorpool.core.secrets import Keyring, generate_key
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.create_user import create_user
from motorpool.identity.actions.record_use import flush_uses
from motorpool.identity.actions.synchronise_roles import sync_permissions_and_roles
from motorpool.identity.models import User
from motorpool.identity.queries.authenticate import authenticate_bearer

PASSWORD = "a fine pass phrase 7"
ADDRESS = "192.0.2.7"


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring([generate_key()])


@pytest.fixture(scope="session", autouse=True)
def synced(database_urls: Any) -> None:
    sync_permissions_and_roles(database_urls.owner, load_registry().permissions())


@dataclass
class Organisation:
    database: Database
    keyring: Keyring
    actor: Actor
    slug: str

    @property
    def id(self) -> UUID:
        return self.actor.tenant_id

    async def user(
        self, *roles: str, name: str | None = None, password: str = PASSWORD, **changes: Any
    ) -> User:
        email = f"{name or uuid.uuid4().hex[:8]}@{self.slug}.example"
        async with self.database.transaction(self.actor) as session:
            return await create_user(
                session,
                self.actor,
                email=email,
                display_name=email.partition("@")[0],
                password=password,
                roles=roles,
                **changes,
            )

    async def token(self, user: User, **options: Any) -> tuple[UUID, str]:
        """Id and text of a new API token."""
        async with self.database.transaction(self.actor) as session:
            row, token = await create_api_token(
                session, self.keyring, self.actor, user_id=user.id, name="test", **options
            )
            return row.id, token.text

    async def actor_of(self, user: User) -> Actor:
        """The user as an actor, as authentication makes it."""
        _, text = await self.token(user)
        return await self.bearer(text)

    async def bearer(
        self, text: str, address: str | None = ADDRESS, database: Database | None = None
    ) -> Actor:
        where = database or self.database
        return await authenticate_bearer(where, self.keyring, f"Bearer {text}", address, "pytest")

    async def act(
        self, action: Callable[..., Awaitable[Any]], actor: Actor, *args: Any, **options: Any
    ) -> Any:
        """Run an action of `(session, actor, ...)` in a transaction of its own."""
        async with self.database.transaction(actor) as session:
            return await action(session, actor, *args, **options)


async def make_organisation(database: Database, keyring: Keyring) -> Organisation:
    slug = f"org-{uuid.uuid4().hex[:8]}"
    async with database.transaction(system_actor(SYSTEM_TENANT_ID)) as session:
        actor = await create_tenant(
            session, slug=slug, name=f"The {slug} company", time_zone="America/Denver"
        )
    return Organisation(database, keyring, actor, slug)


@pytest.fixture
async def org(database: Database, keyring: Keyring) -> Any:
    yield await make_organisation(database, keyring)
    await flush_uses(database)


@pytest.fixture
async def other_org(database: Database, keyring: Keyring) -> Organisation:
    return await make_organisation(database, keyring)
