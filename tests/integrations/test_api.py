"""Connectors through the application: the API's verbs, who may use them, and the worker that polls."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.core.http.local_server import serve
from tests.site import Organisation, make_organisation
from tests.sql import Sql

from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext
from motorpool.core.jobs.worker import run_jobs
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.integrations.jobs import poll_due
from motorpool.web.app import create_app

from .samsara_server import SECRET, TOKEN, SamsaraServer, harsh_event_message, signed
from .test_samsara import gps


@pytest.fixture
def calling(settings: Settings, certificate: tuple[Path, Path]) -> Settings:
    return settings.replace(
        outgoing={"networks": "127.0.0.0/8", "ca_file": certificate[0], "timeout_s": 10.0}
    )


@pytest.fixture
async def application(calling: Settings) -> AsyncIterator[Any]:
    app = create_app(calling)
    started, stop = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, str]:
        if not started.is_set():
            return {"type": "lifespan.startup"}
        await stop.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message: Any) -> None:
        assert message["type"] != "lifespan.startup.failed", message
        started.set()

    task = asyncio.create_task(app({"type": "lifespan", "state": {}}, receive, send))  # type: ignore[arg-type, typeddict-item]
    await asyncio.wait_for(started.wait(), 30)
    yield app
    stop.set()
    await asyncio.wait_for(task, 30)


def client_of(app: Any, organisation: Organisation | None) -> httpx.AsyncClient:
    headers = organisation.headers if organisation else {}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://test", headers=headers, timeout=30
    )


@contextlib.asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database.app_url or "", pool_size=4, keyring=load_keyring(settings))
    await database.open()
    stop = asyncio.Event()
    task = asyncio.create_task(run_jobs(database, settings, stop))
    yield database
    stop.set()
    async with asyncio.timeout(10):
        await task
    await database.close()


async def test_from_the_api_to_the_time_series(
    application: Any, calling: Settings, certificate: tuple[Path, Path], sql: Sql
) -> None:
    admin = await asyncio.to_thread(lambda: asyncio.run(make_organisation(calling)))
    viewer = await asyncio.to_thread(lambda: asyncio.run(make_organisation(calling, roles=("viewer",))))
    stranger = await asyncio.to_thread(lambda: asyncio.run(make_organisation(calling)))
    server = SamsaraServer(
        vehicles=[{"id": "281", "name": "Bus", "vin": "1FDFE4FS8HDC12345"}, {"id": "9", "name": "X"}]
    )
    server.stats = [("281", "gps", gps(second)) for second in range(3)]
    async with (
        serve(server.handle, certificate) as port,
        client_of(application, admin) as client,
        client_of(application, viewer) as other,
        client_of(application, None) as nobody,
    ):
        made = await client.post(
            "/api/v1/vehicles", json={"vehicle_number": "BUS", "vin": "1FDFE4FS8HDC12345"}
        )
        vehicle = made.json()["id"]
        body: dict[str, Any] = {
            "name": "Samsara", "provider": "samsara",
            "values": {"api_token": "wrong", "webhook_secret": SECRET, "api_endpoint": f"https://localhost:{port}"},
        }  # fmt: skip
        refused = await client.post("/api/v1/api-integrations/connect", json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "api_token"
        assert (await client.get("/api/v1/api-integrations?count=true")).json()["count"] == 0, (
            "nothing was stored"
        )
        for wrong, field in (
            ({"provider": "tomtom"}, "provider"),
            ({"minutes": 0}, "minutes"),
            ({"values": {"api_token": TOKEN, "api_endpoint": "http://localhost"}}, "api_endpoint"),
            ({"values": {"api_token": TOKEN, "colour": "red"}}, "colour"),
            ({"values": {"api_token": TOKEN, "api_endpoint": "https://10.0.0.1"}}, "api_token"),
        ):
            answer = await client.post(
                "/api/v1/api-integrations/connect",
                json=body | {"values": body["values"] | {"api_token": TOKEN}} | wrong,
            )
            assert answer.status_code == 422, answer.text
            assert field in [one["field"] for one in answer.json()["errors"]]
        body["values"]["api_token"] = TOKEN
        assert (await other.post("/api/v1/api-integrations/connect", json=body)).status_code == 403
        created = await client.post("/api/v1/api-integrations/connect", json=body)
        assert created.status_code == 201, created.text
        key = created.json()["id"]
        row = (await client.get(f"/api/v1/api-integrations/{key}")).json()
        assert row["credentials_encrypted"] == "••••" + TOKEN[-4:]
        assert TOKEN not in str(row) and SECRET not in str(row)
        assert (await client.post("/api/v1/api-integrations/connect", json=body)).status_code == 409
        elsewhere_now = {"api_endpoint": "https://elsewhere.example"}
        moved = await client.patch(f"/api/v1/api-integrations/{key}", json=elsewhere_now)
        assert moved.status_code == 422, "a stored secret is sent to no other address"

        async with worker(calling) as database:
            await until(lambda: positions(sql, vehicle) == 1, "the first poll: the last known value")
            await until(lambda: is_idle(sql, key), "the end of the first poll")
            server.stats.append(("281", "gps", gps(9)))
            sql("UPDATE api_integrations SET next_sync_at = now() WHERE id = %s", key)
            await poll_due(JobContext(database, calling, system_actor(uuid.UUID(int=0))))
            await until(lambda: positions(sql, vehicle) == 2, "a poll that is due")
            await until(lambda: is_idle(sql, key), "the end of the second poll")
            assert (await client.post(f"/api/v1/api-integrations/{key}/pause")).status_code == 200
            server.calls.clear()
            sql("UPDATE api_integrations SET next_sync_at = now() WHERE id = %s", key)
            await poll_due(JobContext(database, calling, system_actor(uuid.UUID(int=0))))
            await asyncio.sleep(1)
            assert server.calls == [], "paused"
            server.stats.append(("281", "gps", gps(12)))
            assert (await client.post(f"/api/v1/api-integrations/{key}/poll")).status_code == 200
            await until(lambda: positions(sql, vehicle) == 3, "going on")

        objects = (await client.get("/api/v1/connector-objects?sort=name")).json()["items"]
        assert [one["name"] for one in objects] == ["Bus", "X"]
        async with client_of(application, stranger) as elsewhere:
            assert (await elsewhere.get(f"/api/v1/connector-objects/{objects[1]['id']}")).status_code == 404
            assert (await elsewhere.post(f"/api/v1/api-integrations/{key}/poll")).status_code == 404
        van = (await client.post("/api/v1/vehicles", json={"vehicle_number": "VAN"})).json()["id"]
        mapped = await client.post(
            f"/api/v1/connector-objects/{objects[1]['id']}/map", json={"internal_id": van}
        )
        assert mapped.status_code == 200, mapped.text
        taken = await client.post(
            f"/api/v1/connector-objects/{objects[0]['id']}/map", json={"internal_id": van}
        )
        assert taken.status_code == 409
        ignored = await client.post(f"/api/v1/connector-objects/{objects[0]['id']}/ignore", json={})
        assert ignored.json()["is_ignored"] is True

        message = harsh_event_message("ev", "9", "2026-11-01T10:00:00Z")
        path = f"/api/v1/incoming/samsara/{admin.id}/{key}"
        headers = signed(message, int(time.time()))
        assert (await nobody.post(path, content=message, headers=headers)).json()["stored"] == 1
        assert (await nobody.post(path, content=message)).status_code == 401
        events = (await client.get("/api/v1/driver-behavior-events")).json()["items"]
        assert [(one["event_type"], one["source"], one["vehicle_id"]) for one in events] == [
            ("harsh_braking", "samsara", van)
        ]


def positions(sql: Sql, vehicle: str) -> int:
    return int(sql("SELECT count(*) FROM vehicle_locations WHERE vehicle_id = %s", vehicle)[0][0])


def is_idle(sql: Sql, key: str) -> bool:
    query = (
        "SELECT claim IS NULL AND last_success_at IS NOT NULL FROM connector_states WHERE integration_id = %s"
    )
    return bool(sql(query, key)[0][0])


async def until(holds: Any, what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.1)
