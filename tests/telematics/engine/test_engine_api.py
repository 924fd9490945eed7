"""The API of engines on the real application: from a posted reading to a fault, a chart and an acknowledgement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.browser.fleet import add_vehicles, derive
from tests.site import Organisation, Site

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import ALL_ROWS, Rule
from motorpool.core.database.database import Database
from motorpool.telematics.queries.engine_health import vehicle_health

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
async def vehicle(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> str:
    """With an hour of readings, one a minute: a code from the 20th to the 39th, a peak of the engine speed in between."""
    number = f"ENG-{(await client.get('/api/v1/vehicles?count=true')).json()['count'] + 1}"
    [key] = await add_vehicles(client, [{"vehicle_number": number, "tank_capacity_liters": "60"}])
    readings: list[dict[str, Any]] = [
        {
            "vehicle": number,
            "recorded_at": (NOW - timedelta(minutes=60 - n)).isoformat(),
            "rpm": 5900 if n == 31 else 1500,
            "speed": 50,
            "coolant_temp": 90,
            "battery_voltage": 14.1,
            "fuel_level": 55,
            "mil_on": 20 <= n < 40,
            "dtc_codes": ["P0301"] if 20 <= n < 40 else ["P0420"] if n > 50 else [],
        }
        for n in range(60)
    ]
    answer = await client.post("/api/v1/telemetry/obd", json={"readings": readings})
    assert answer.json()["accepted"] == 60, answer.text
    await derive(site, organisation)
    return key


async def test_faults_are_listed_filtered_and_acknowledged(client: httpx.AsyncClient, vehicle: str) -> None:
    answer = await client.get(
        "/api/v1/vehicle-faults", params={"vehicle_id": vehicle, "sort": "first_seen_at"}
    )
    first, second = answer.json()["items"]
    assert (first["code"], first["status"], first["mil_on"]) == ("P0301", "cleared", True)
    assert (second["code"], second["status"], second["severity"]) == ("P0420", "active", "minor")
    answer = await client.get("/api/v1/vehicle-faults", params={"vehicle_id": vehicle, "status": "active"})
    assert [row["code"] for row in answer.json()["items"]] == ["P0420"]
    here = f"/api/v1/vehicle-faults/{second['id']}"
    answer = await client.post(f"{here}/acknowledge", json={"note": "catalyst ordered"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["acknowledgement_note"] == "catalyst ordered"
    assert (await client.post(f"{here}/acknowledge", json={})).json()["code"] == "already_acknowledged"
    assert (await client.patch(here, json={"status": "cleared"})).status_code == 405


async def test_engine_data_keeps_the_peak(client: httpx.AsyncClient, vehicle: str) -> None:
    span = {"from": (NOW - timedelta(hours=2)).isoformat(), "to": NOW.isoformat(), "points": "12"}
    data = (await client.get(f"/api/v1/vehicles/{vehicle}/engine-data", params=span)).json()
    assert data["width_s"] == 600
    assert sum(data["count"]) == 60
    assert len(data["t"]) == 6
    assert max(data["rpm"]["max"]) == 5900
    assert min(data["rpm"]["min"]) == 1500
    assert data["state_of_charge"]["mean"] == [None] * 6
    wrong = await client.get(f"/api/v1/vehicles/{vehicle}/engine-data", params=span | {"points": "5"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "points")
    wrong = await client.get(f"/api/v1/vehicles/{vehicle}/engine-data", params={"from": "2020-01-01"})
    assert wrong.status_code == 400
    nobody = await client.get("/api/v1/vehicles/01a205cd-418c-7628-b46e-f21cfbe5dd95/engine-data")
    assert nobody.status_code == 404


async def test_the_health_of_the_fleet_names_the_gravest_first(
    client: httpx.AsyncClient, vehicle: str
) -> None:
    found = (await client.get("/api/v1/vehicle-health", params={"show": "attention"})).json()["items"]
    assert found[0]["active_faults"] >= 1
    (mine,) = [one for one in found if one["vehicle_id"] == vehicle]
    assert (mine["codes"], mine["worst"], mine["mil_on"]) == (["P0420"], "minor", False)
    assert (mine["battery_voltage"], mine["fuel_level"], mine["warnings"]) == (14.1, 55.0, [])
    answer = await client.get("/api/v1/vehicle-health", params={"show": "some"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "show")


async def test_a_weak_alternator_and_a_hot_engine_are_told(client: httpx.AsyncClient, vehicle: str) -> None:
    number = (await client.get(f"/api/v1/vehicles/{vehicle}")).json()["vehicle_number"]
    readings = [
        {
            "vehicle": number,
            "recorded_at": (NOW + timedelta(seconds=10 * n)).isoformat(),
            "rpm": 900,
            "battery_voltage": 11.6,
            "coolant_temp": 118,
        }
        for n in range(21)
    ]
    await client.post("/api/v1/telemetry/obd", json={"readings": readings})
    found = (await client.get("/api/v1/vehicle-health", params={"limit": "1000"})).json()["items"]
    (mine,) = [one for one in found if one["vehicle_id"] == vehicle]
    assert [one["kind"] for one in mine["warnings"]] == ["too_hot", "not_charging"]


async def test_readings_are_told_only_where_they_may_be_read(
    site: Site, organisation: Organisation, vehicle: str
) -> None:
    """Faults of all vehicles do not open the readings of all."""
    database = Database(site.settings.database.app_url or "", pool_size=1)
    await database.open()
    try:
        for readings, known in (
            (ALL_ROWS, True),
            (Reach(facilities=frozenset([uuid4()])), False),
            (None, False),
        ):
            rules = [Rule("vehicle_faults.read", "test")]
            if readings:
                rules.append(Rule("obd_telemetry.read", "test", readings))
            actor = replace(organisation.actor, access=Access(tuple(rules)))
            [one] = await vehicle_health(database, actor, ALL_ROWS, vehicles=[UUID(vehicle)])
            assert (one.active_faults, one.battery_voltage is not None, one.recorded_at is not None) == (
                1,
                known,
                known,
            )
    finally:
        await database.close()


async def test_a_code_is_decoded(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/trouble-codes/p0301")).json()
    assert (found["code"], found["description"]) == ("P0301", "Cylinder 1 Misfire Detected")
    assert "flashes" in found["advice"]
    answer = await client.get("/api/v1/trouble-codes/SPN 110 FMI 0")
    assert answer.json()["severity"] == "critical"
    answer = await client.get("/api/v1/trouble-codes/hello")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_trouble_code")


async def test_another_organisation_sees_none_of_it(site: Site, vehicle: str, database_urls: Any) -> None:
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        for path in (
            f"/api/v1/vehicles/{vehicle}/engine-data",
            "/api/v1/vehicle-health",
            "/api/v1/trouble-codes/P0301",
        ):
            assert (await nobody.get(path)).status_code == 401
