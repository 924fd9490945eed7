"""A phone that nobody knows reports, is adopted, and is on the map; its identifier stays a secret."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg


async def report(site: Any, identifier: str, latitude: float = 37.7) -> httpx.Response:
    parameters: dict[str, Any] = {
        "id": identifier,
        "lat": latitude,
        "lon": -122.4,
        "timestamp": int(datetime.now(UTC).timestamp()),
    }
    async with httpx.AsyncClient(base_url=site.address) as phone:
        return await phone.get("/osmand", params=parameters)


async def test_a_device_is_made_reports_and_keeps_its_secret(
    site: Any, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    vehicle = (
        await client.post("/api/v1/vehicles", json={"vehicle_number": f"PH-{uuid.uuid4().hex[:6]}"})
    ).json()["id"]
    made = await client.post("/api/v1/devices", json={"name": "Phone of Jo", "vehicle_id": vehicle})
    assert made.status_code == 201, made.text
    device = made.json()
    assert "identifier" not in device
    shown = await client.post(f"/api/v1/devices/{device['id']}/reveal")
    identifier = shown.json()["identifier"]
    assert len(identifier) == 32
    assert device["identifier_hint"] == identifier[:4] + "..."
    assert (await report(site, identifier)).status_code == 200
    stored = (await client.get("/api/v1/vehicle-locations", params={"vehicle_id": vehicle})).json()["items"]
    assert [row["source"] for row in stored] == ["osmand"]
    disabled = await client.post(f"/api/v1/devices/{device['id']}/disable")
    assert disabled.json()["status"] == "disabled"
    again = await client.post(f"/api/v1/devices/{device['id']}/disable")
    assert (again.status_code, again.json()["legal_moves"]) == (409, ["active"])
    log = owner.execute(
        "SELECT new_values::text FROM audit_trails WHERE record_id = %s", (device["id"],)
    ).fetchall()
    assert log
    assert all(identifier not in row[0] for row in log)
    seen = owner.execute(
        "SELECT count(*) FROM user_activity_log WHERE resource_id = %s", (device["id"],)
    ).fetchone()
    assert seen == (1,)


async def test_another_tenant_reaches_no_device(
    client: httpx.AsyncClient, strange_client: httpx.AsyncClient
) -> None:
    device = (await client.post("/api/v1/devices", json={"name": "Ours"})).json()["id"]
    for verb in ("adopt", "disable", "enable", "reveal"):
        answer = await strange_client.post(
            f"/api/v1/devices/{device}/{verb}", json={"vehicle_id": str(uuid.uuid4())}
        )
        assert answer.status_code == 404, (verb, answer.text)


async def test_an_unknown_device_waits_until_somebody_adds_it(site: Any, client: httpx.AsyncClient) -> None:
    """Several tenants share this server, so an unknown device waits in the system tenant; adding it takes it over."""
    identifier = uuid.uuid4().hex
    assert (await report(site, identifier)).status_code == 400
    vehicle = (
        await client.post("/api/v1/vehicles", json={"vehicle_number": f"QU-{uuid.uuid4().hex[:6]}"})
    ).json()["id"]
    body = {"name": "Found", "identifier": identifier, "vehicle_id": vehicle}
    made = await client.post("/api/v1/devices", json=body)
    assert made.status_code == 201, made.text
    for _ in range(24):
        answer = await report(site, identifier)
        if answer.status_code == 200:
            break
        await asyncio.sleep(0.5)
    assert answer.status_code == 200
    taken = await client.post("/api/v1/devices", json={"name": "Twice", "identifier": identifier})
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (409, "identifier")
