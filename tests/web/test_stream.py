"""The live stream: snapshot, changes, resume, rights, and no word of another tenant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg

STREAM = "/api/v1/stream?topics=vehicle_states"


class Events:
    """Server-sent events of an open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.lines = response.aiter_lines()

    async def next(self, seconds: float = 10) -> tuple[str, dict[str, Any], str]:
        """(event, data, id)"""
        kind, data, cursor = "message", "", ""
        async with asyncio.timeout(seconds):
            async for line in self.lines:
                if line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif line.startswith("id: "):
                    cursor = line[4:]
                elif not line and data:
                    return kind, json.loads(data), cursor
        raise AssertionError("the stream ended")


@asynccontextmanager
async def opened(client: httpx.AsyncClient, **headers: str) -> AsyncIterator[Events]:
    async with client.stream("GET", STREAM, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Events(response)


async def send(
    client: httpx.AsyncClient, number: str, seconds_ago: float = 0, latitude: float = 37.77
) -> None:
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    position = {
        "vehicle": number,
        "recorded_at": moment.isoformat(),
        "latitude": latitude,
        "longitude": -122.42,
    }
    answer = await client.post("/api/v1/telemetry/positions", json={"positions": [position]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == 1


async def add_vehicle(client: httpx.AsyncClient, number: str) -> str:
    answer = await client.post("/api/v1/vehicles", json={"vehicle_number": number})
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["id"]
    return key


async def test_a_snapshot_then_what_changes(client: httpx.AsyncClient) -> None:
    key = await add_vehicle(client, "LIVE-1")
    async with opened(client) as events:
        kind, data, _ = await events.next()
        assert kind == "snapshot"
        mine = next(state for state in data["vehicles"] if state["vehicle_id"] == key)
        assert (mine["state"], mine["latitude"]) == ("offline", None)
        await send(client, "LIVE-1", latitude=37.5)
        kind, data, _ = await events.next()
        assert kind == "vehicle_states"
        assert [(state["number"], state["latitude"], state["state"]) for state in data["vehicles"]] == [
            ("LIVE-1", 37.5, "stopped")
        ]


async def test_a_cursor_resumes_without_loss_and_without_a_new_snapshot(client: httpx.AsyncClient) -> None:
    await add_vehicle(client, "RESUME-1")
    await add_vehicle(client, "RESUME-2")
    async with opened(client) as events:
        _, _, cursor = await events.next()
    await send(client, "RESUME-1")
    await send(client, "RESUME-2")
    seen: set[str] = set()
    async with opened(client, **{"Last-Event-ID": cursor}) as events:
        while seen < {"RESUME-1", "RESUME-2"}:
            kind, data, _ = await events.next()
            assert kind == "vehicle_states"
            seen |= {state["number"] for state in data["vehicles"]}


async def test_an_unusable_cursor_gets_a_snapshot(client: httpx.AsyncClient) -> None:
    for cursor in ("nonsense", "1-1-1", "99999999999999-0-9999999999"):
        async with opened(client, **{"Last-Event-ID": cursor}) as events:
            assert (await events.next())[0] == "snapshot"


async def test_an_event_of_a_slow_transaction_is_not_skipped(
    client: httpx.AsyncClient, organisation: Any, database_urls: Any
) -> None:
    """The slow transaction takes its place in the log first and commits last."""
    slow_vehicle = await add_vehicle(client, "SLOW-1")
    await add_vehicle(client, "QUICK-1")
    async with opened(client) as events:
        await events.next()
        with psycopg.connect(database_urls.app) as slow:
            for statement in organisation.actor.setting_statements():
                slow.execute(statement)
            slow.execute(
                "INSERT INTO event_log (topic, payload) VALUES ('vehicle_states', %s::jsonb)",
                (json.dumps({"vehicle_ids": [slow_vehicle]}),),
            )
            await send(client, "QUICK-1")
            await asyncio.sleep(1.5)
            slow.commit()
        seen: set[str] = set()
        while seen < {"SLOW-1", "QUICK-1"}:
            _, data, _ = await events.next()
            seen |= {state["number"] for state in data["vehicles"]}


async def test_another_tenant_hears_nothing(
    client: httpx.AsyncClient, strange_client: httpx.AsyncClient
) -> None:
    await add_vehicle(client, "PRIVATE-1")
    await add_vehicle(strange_client, "THEIRS-1")
    async with opened(strange_client) as events:
        _, data, _ = await events.next()
        assert "PRIVATE-1" not in [state["number"] for state in data["vehicles"]]
        await send(client, "PRIVATE-1")
        await send(strange_client, "THEIRS-1")
        _, data, _ = await events.next()
        assert [state["number"] for state in data["vehicles"]] == ["THEIRS-1"]


async def test_the_stream_needs_rights_and_known_topics(site: Any, client: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        assert (await nobody.get(STREAM)).status_code == 401
    answer = await client.get("/api/v1/stream?topics=payroll")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "topics"


async def test_track_columns_and_their_errors(
    client: httpx.AsyncClient, strange_client: httpx.AsyncClient
) -> None:
    key = await add_vehicle(client, "TRACK-1")
    for seconds, latitude in ((120, 37.70), (60, 37.71), (0, 37.72)):
        await send(client, "TRACK-1", seconds, latitude)
    path = f"/api/v1/vehicles/{key}/track"
    track = (await client.get(path)).json()
    assert track["latitude"] == [37.70, 37.71, 37.72]
    assert track["speed_estimated"] is True
    assert track["speed_kph"][0] is None
    assert 60 < track["speed_kph"][1] < 72  # 0.01 degrees of latitude = 1.11 km in a minute
    assert (await strange_client.get(path)).status_code == 404
    for query, field in (
        ("from=yesterday", "from"),
        ("to=2026-01-01T00:00:00", "to"),
        ("from=2020-01-01T00:00:00Z", "from"),
    ):
        answer = await client.get(path, params=httpx.QueryParams(query))
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
