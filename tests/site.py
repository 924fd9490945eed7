"""The real application on a real port, one for all tests of a worker, and two tenants with an administrator and a token each.

A plugin (named in tests/conftest.py), not a conftest: what a conftest imports from another one it makes anew.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.create_user import create_user
from motorpool.identity.models import User
from motorpool.identity.rules.passwords import hash_password
from motorpool.web.app import create_app

PASSWORD = "quite a long password"


@dataclass(frozen=True)
class Organisation:
    """A tenant as its administrator sees it."""

    id: uuid.UUID
    slug: str
    email: str
    token: str
    actor: Actor

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Site:
    address: str
    settings: Settings


@pytest.fixture(scope="session")
def site_settings(database_urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("data")
    return load_settings(env_file=None).replace(
        database={"url": database_urls.owner, "app_url": database_urls.app, "pool_max": 6},
        data={"dir": folder},
        # Plans of tests are small.
        routing={"solver_s": 1.0},
    )


@pytest.fixture(scope="session")
def site(site_settings: Settings) -> Iterator[Site]:
    """The web server in a thread of its own."""
    config = uvicorn.Config(
        create_app(site_settings),
        host="127.0.0.1",
        port=0,
        log_level="warning",
        timeout_graceful_shutdown=1,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the web server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", site_settings)
    server.should_exit = True
    thread.join(15)


@cache
def stored_password() -> str:
    """PASSWORD as it is stored, made once: each takes a core for 50 ms, and what it takes has tests of its own."""
    return hash_password(PASSWORD)


async def join(session: AsyncSession, actor: Actor, *, email: str, name: str, roles: tuple[str, ...]) -> User:
    """Somebody new of the actor's organisation, who signs in with PASSWORD."""
    user = await create_user(session, actor, email=email, display_name=name, roles=roles)
    user.status, user.password_hash = "active", stored_password()
    return user


async def make_organisation(settings: Settings, *, roles: tuple[str, ...] = ("admin",)) -> Organisation:
    database = Database(settings.database.app_url or "", pool_size=2)
    await database.open()
    slug = f"org-{uuid.uuid4().hex[:10]}"
    email = f"{slug}@example.test"
    try:
        async with database.transaction(system_actor(SYSTEM_TENANT_ID)) as session:
            actor = await create_tenant(
                session, slug=slug, name=f"Organisation {slug}", time_zone="America/Los_Angeles"
            )
            user = await join(session, actor, email=email, name="Ada Admin", roles=roles)
            _, token = await create_api_token(
                session, load_keyring(settings), actor, user_id=user.id, name="test"
            )
    finally:
        await database.close()
    return Organisation(actor.tenant_id, slug, email, token.text, actor)


async def make_person(
    settings: Settings, organisation: Organisation, role: str, name: str | None = None
) -> tuple[uuid.UUID, str]:
    """Somebody of the organisation with a role: their id and a token."""
    database = Database(settings.database.app_url or "", pool_size=1)
    await database.open()
    try:
        async with database.transaction(organisation.actor) as session:
            email = f"{name or role}-{uuid.uuid4().hex[:8]}@example.test"
            user = await join(session, organisation.actor, email=email, name=name or role, roles=(role,))
            _, token = await create_api_token(
                session, load_keyring(settings), organisation.actor, user_id=user.id, name="test"
            )
    finally:
        await database.close()
    return user.id, token.text


@pytest.fixture(scope="module")
def organisation(site_settings: Settings) -> Organisation:
    return asyncio.run(make_organisation(site_settings))


@pytest.fixture(scope="module")
def stranger(site_settings: Settings) -> Organisation:
    """Another tenant's administrator."""
    return asyncio.run(make_organisation(site_settings))


def reaching(site: Site, organisation: Organisation) -> httpx.AsyncClient:
    """Nothing is encrypted here, and to read the machine's certificates takes longer than most requests."""
    return httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20, verify=False)


@pytest.fixture
async def client(site: Site, organisation: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    async with reaching(site, organisation) as client:
        yield client


@pytest.fixture
async def strange_client(site: Site, stranger: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    async with reaching(site, stranger) as client:
        yield client
