"""A running pipeline, vehicles to report for, and an application with nothing but the routes of ingest."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from tests.sql import Sql

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.database import Database
from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import problem_response
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.routes import route_handlers

#: The session writes devices, whose keys point at tables of other domains.
load_metadata()


@pytest.fixture
def vehicles(sql: Sql, tenant: Any) -> dict[str, Any]:
    """Two vehicles of the tenant: `bus` (with a VIN) and `van`."""
    rows = sql(
        "INSERT INTO vehicles (tenant_id, vehicle_number, vin) "
        "VALUES (%s, 'bus', '1FDFE4FS8HDC12345'), (%s, 'van', NULL) RETURNING vehicle_number, id",
        tenant.id,
        tenant.id,
    )
    return dict(rows)


@pytest.fixture
async def pipeline(database: Database, settings: Settings) -> AsyncIterator[IngestPipeline]:
    pipeline = IngestPipeline(database, settings)
    await pipeline.start()
    yield pipeline
    await pipeline.stop()


class ActorMiddleware:
    """Stands where the identity middleware of the whole application stands."""

    def __init__(self, app: Any, actor: Actor) -> None:
        self.app, self.actor = app, actor

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["actor"] = self.actor
        await self.app(scope, receive, send)


def app_for(pipeline: IngestPipeline, actor: Actor) -> Litestar:
    return Litestar(
        route_handlers=route_handlers,
        state=State({"pipeline": pipeline}),
        middleware=[DefineMiddleware(ActorMiddleware, actor=actor)],
        exception_handlers={MotorpoolError: lambda _, error: problem_response(error)},
    )


@pytest.fixture
async def client(pipeline: IngestPipeline, tenant: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as the tenant's system actor."""
    transport = httpx.ASGITransport(app=app_for(pipeline, tenant.actor))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def fix(vehicle: str = "bus", at: Any = "2026-05-21T07:30:00Z", **more: Any) -> dict[str, Any]:
    """One good position as a program would send it."""
    return {"vehicle": vehicle, "recorded_at": at, "latitude": 37.78, "longitude": -122.41, **more}


async def send(
    client: httpx.AsyncClient, *items: Any, kind: str = "positions", packed: bool = False
) -> httpx.Response:
    key = "positions" if kind == "positions" else "readings"
    encoder = msgspec.msgpack if packed else msgspec.json
    return await client.post(
        f"/api/v1/telemetry/{kind}",
        content=encoder.encode({key: list(items)}),
        headers={"content-type": "application/msgpack" if packed else "application/json"},
    )


def with_access(actor: Actor, **changes: Any) -> Actor:
    return dataclasses.replace(actor, **changes)
