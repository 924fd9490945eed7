"""The whole application on a port, an organisation with a depot, vehicles and drivers."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
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

Sql = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Fleet:
    tenant: uuid.UUID
    actor: Actor
    token: str
    facility: uuid.UUID
    van: uuid.UUID
    truck: uuid.UUID
    broken: uuid.UUID
    driver: uuid.UUID


@pytest.fixture(scope="session")
def site_settings(database_urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(env_file=None).replace(
        database={"url": database_urls.owner, "app_url": database_urls.app, "pool_max": 6},
        data={"dir": tmp_path_factory.mktemp("data")},
        routing={"url": None, "solver_s": 1.0},
    )


@pytest.fixture(scope="session")
def address(site_settings: Settings) -> Iterator[str]:
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
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(15)


@pytest.fixture
def sql(database_urls: Any) -> Sql:
    """Run SQL as the owner, who sees every tenant."""

    def run(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(database_urls.owner) as connection:
            cursor = connection.execute(query, parameters)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    return run


async def _organisation(settings: Settings) -> tuple[Actor, str]:
    database = Database(settings.database.app_url or "", pool_size=2)
    await database.open()
    slug = f"org-{uuid.uuid4().hex[:10]}"
    try:
        async with database.transaction(system_actor(SYSTEM_TENANT_ID)) as session:
            actor = await create_tenant(session, slug=slug, name=slug, time_zone="America/Los_Angeles")
            user = await create_user(
                session,
                actor,
                email=f"{slug}@example.test",
                display_name="Ada",
                password="quite a long password",
                roles=("admin",),
            )
            _, token = await create_api_token(
                session, load_keyring(settings), actor, user_id=user.id, name="test"
            )
    finally:
        await database.close()
    return actor, token.text


@pytest.fixture
def fleet(site_settings: Settings, sql: Sql) -> Fleet:
    actor, token = asyncio.run(_organisation(site_settings))
    tenant = actor.tenant_id
    facility = sql(
        "INSERT INTO facilities (tenant_id, name, code, latitude, longitude) VALUES (%s, 'North depot', 'N', 37.78, -122.41) "
        "RETURNING id", tenant,
    )[0][0]  # fmt: skip
    columns = "tenant_id, facility_id, vehicle_number, vehicle_type, payload_kg, gvwr_kg, height_m, status"
    vehicles = dict(
        sql(
            f"INSERT INTO vehicles ({columns}) SELECT %s, %s, v.* FROM (VALUES ('van', 'van', 800, 3000, NULL, 'active'), "
            "('truck', 'truck', 3000, 7500, 3.4, 'active'), ('broken', 'van', 800, 3000, NULL, 'in_shop')) v "
            "RETURNING vehicle_number, id",
            tenant,
            facility,
        )
    )
    driver = sql(
        "INSERT INTO drivers (tenant_id, full_name, driver_number) VALUES (%s, 'Dora Driver', 'D1') RETURNING id",
        tenant,
    )[0][0]
    return Fleet(
        tenant, actor, token, facility, vehicles["van"], vehicles["truck"], vehicles["broken"], driver
    )


@pytest.fixture
async def client(address: str, fleet: Fleet) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {fleet.token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:
        yield client
