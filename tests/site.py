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
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from motorpool.core.database.database import Database
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings, load_settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.create_user import create_user
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
            user = await create_user(
                session, actor, email=email, display_name="Ada Admin", password=PASSWORD, roles=roles
            )
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
            user = await create_user(
                session,
                organisation.actor,
                email=f"{name or role}-{uuid.uuid4().hex[:8]}@example.test",
                display_name=name or role,
                password=PASSWORD,
                roles=(role,),
            )
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


@pytest.fixture
async def client(site: Site, organisation: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as client:
        yield client


@pytest.fixture
async def strange_client(site: Site, stranger: Organisation) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.address, headers=stranger.headers, timeout=20) as client:
        yield client
