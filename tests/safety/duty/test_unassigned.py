"""Driving that nobody is known to have done: found in trips, claimed or explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.duty.people import LOGS, Person, log, make_driver, rows_of
from tests.site import Organisation, Site

from motorpool.core.database.database import Database
from motorpool.safety.actions.find_unassigned_driving import find_unassigned_driving
from motorpool.safety.actions.record_motion import record_motion
from motorpool.safety.duty_reactions import LOGS as LOGS_RESOURCE

Owner = psycopg.Connection[Any]
OPEN = "/api/v1/unassigned-driving"
BEGIN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)


@pytest.fixture
async def dora(site: Site, organisation: Organisation, owner: Owner) -> Person:
    return await make_driver(site, organisation, owner)


def trip(owner: Owner, tenant: UUID, vehicle: UUID, hour: float, length: float = 1, **more: Any) -> UUID:
    start = BEGIN + timedelta(hours=hour)
    given = {
        "started_at": start,
        "ended_at": start + timedelta(hours=length),
        "distance_km": 42,
        "start_odometer": 1000,
        "end_odometer": 1042,
        "driver_id": None,
        "usage_type": None,
    }
    return insert(owner, "trips", tenant, vehicle_id=vehicle, **(given | more))


async def found(client: httpx.AsyncClient, vehicle: UUID) -> list[dict[str, Any]]:
    rows = (await client.get(OPEN, params={"vehicle_id": str(vehicle), "sort": "started_at"})).json()
    items: list[dict[str, Any]] = rows["items"]
    return items


async def test_trips_without_a_driver_are_found_once(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    tenant = organisation.id
    vehicle = insert(owner, "vehicles", tenant, vehicle_type="tractor")
    first = trip(owner, tenant, vehicle, 0)
    trip(owner, tenant, vehicle, 2, driver_id=dora.driver_id)
    trip(owner, tenant, vehicle, 4)
    trip(owner, tenant, vehicle, 6, ended_at=None)
    trip(owner, tenant, vehicle, -24 * 20)
    # What a driver has recorded in the vehicle is accounted for.
    await log(client, rows_of(dora.driver_id, "4 D 5", BEGIN, vehicle_id=str(vehicle)), dora.headers)
    await find_unassigned_driving(database, tenant)
    again = await find_unassigned_driving(database, tenant)
    assert again.new == 0
    (row,) = await found(client, vehicle)
    assert (row["trip_id"], row["status"], row["distance_km"]) == (str(first), "open", "42.00")
    # A later derivation moves the trip's start and end; it is the same driving.
    moved = BEGIN + timedelta(minutes=70)
    owner.execute(
        "UPDATE trips SET started_at = started_at + interval '1 minute', ended_at = %s WHERE id = %s",
        (moved, first),
    )
    assert (await find_unassigned_driving(database, tenant)).new == 0
    (row,) = await found(client, vehicle)
    assert datetime.fromisoformat(row["ended_at"]) == moved
    owner.execute("UPDATE trips SET driver_id = %s WHERE id = %s", (dora.driver_id, first))
    assert (await find_unassigned_driving(database, tenant)).settled == 1
    (row,) = await found(client, vehicle)
    assert row["status"] == "explained" and "Dora Driver" in row["explanation"]


async def test_commercial_vehicles_only_unless_all_are_wanted(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner
) -> None:
    van, tractor, unweighed = (
        insert(owner, "vehicles", organisation.id, vehicle_type=kind, gvwr_kg=weight, seats=2)
        for kind, weight in (("van", 2_800), ("tractor", 15_000), ("truck", None))
    )
    for vehicle in (van, tractor, unweighed):
        trip(owner, organisation.id, vehicle, 1)
    await find_unassigned_driving(database, organisation.id)
    assert [len(await found(client, one)) for one in (van, tractor, unweighed)] == [0, 1, 1]
    body = {
        "setting_key": "safety.unassigned_driving_vehicles",
        "setting_value": "all",
        "setting_type": "string",
    }
    assert (await client.post("/api/v1/system-settings", json=body)).status_code == 201
    try:
        await find_unassigned_driving(database, organisation.id)
    finally:
        owner.execute("DELETE FROM system_settings WHERE tenant_id = %s", (organisation.id,))
    assert [len(await found(client, one)) for one in (van, tractor, unweighed)] == [1, 1, 1]


async def test_a_driver_claims_and_it_becomes_a_record(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    vehicle = insert(owner, "vehicles", organisation.id, vehicle_type="tractor")
    insert(
        owner,
        "driver_assignments",
        organisation.id,
        vehicle_id=vehicle,
        driver_id=dora.driver_id,
        starts_at=BEGIN - timedelta(days=1),
        ends_at=None,
    )
    trip(owner, organisation.id, vehicle, 0, 2)
    await find_unassigned_driving(database, organisation.id)
    (row,) = await found(client, vehicle)
    path, other = f"{OPEN}/{row['id']}", insert(owner, "drivers", organisation.id)
    wrong = await client.post(
        f"{path}/claim", json={"claimed_by_driver_id": str(other)}, headers=dora.headers
    )
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "claimed_by_driver_id"
    done = await client.post(
        f"{path}/claim", json={"claimed_by_driver_id": str(dora.driver_id)}, headers=dora.headers
    )
    assert done.status_code == 200, done.text
    made = (await client.get(f"{LOGS}/{(await found(client, vehicle))[0]['log_id']}")).json()
    assert (made["origin"], made["duty_status"], made["record_status"]) == ("automatic", "driving", "active")
    assert made["duration_minutes"] == 120 and made["vehicle_id"] == str(vehicle)
    # It cannot be shortened.
    shorter = rows_of(dora.driver_id, "0 D 1", BEGIN)[0] | {
        "replaces_log_id": made["id"],
        "edit_reason": "It was less than that",
    }
    refused = await client.post(LOGS, json=shorter, headers=dora.headers)
    assert refused.status_code == 422, refused.text
    assert (await client.post(f"{path}/reopen")).status_code == 200
    made = (await client.get(f"{LOGS}/{made['id']}")).json()
    assert made["record_status"] == "change_rejected"


async def test_what_the_office_assigns_waits_for_the_driver(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    vehicle = insert(owner, "vehicles", organisation.id, vehicle_type="tractor")
    trip(owner, organisation.id, vehicle, 0)
    await find_unassigned_driving(database, organisation.id)
    (row,) = await found(client, vehicle)
    done = await client.post(f"{OPEN}/{row['id']}/claim", json={"claimed_by_driver_id": str(dora.driver_id)})
    assert done.status_code == 200, done.text
    key = (await found(client, vehicle))[0]["log_id"]
    assert (await client.get(f"{LOGS}/{key}")).json()["record_status"] == "change_requested"
    accepted = await client.post(f"{LOGS}/{key}/accept", headers=dora.headers)
    assert accepted.status_code == 200 and accepted.json()["record_status"] == "active"


async def test_motion_of_a_known_driver_is_recorded_where_it_is_wanted(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    tenant = organisation.id
    vehicle = insert(owner, "vehicles", tenant, vehicle_type="tractor")
    trip(owner, tenant, vehicle, 2, driver_id=dora.driver_id)
    trip(owner, tenant, vehicle, 5, driver_id=dora.driver_id)
    await log(client, rows_of(dora.driver_id, "0 ON 5 D 6 OFF", BEGIN), dora.headers)
    assert await record_motion(database, LOGS_RESOURCE, tenant) == 0
    body = {"setting_key": "safety.automatic_driving", "setting_value": "on", "setting_type": "string"}
    assert (await client.post("/api/v1/system-settings", json=body)).status_code == 201
    try:
        assert await record_motion(database, LOGS_RESOURCE, tenant) == 1
        assert await record_motion(database, LOGS_RESOURCE, tenant) == 0
    finally:
        owner.execute("DELETE FROM system_settings WHERE tenant_id = %s", (tenant,))
    at = BEGIN + timedelta(hours=7)
    answer = await client.get(
        f"/api/v1/drivers/{dora.driver_id}/hours-of-service", params={"as_of": at.isoformat()}
    )
    # One hour by the device, one by hand.
    assert answer.json()["clocks"]["drive_minutes"] == 9 * 60
    # It cannot be shortened, not even by an edit of an edit.
    rows = (await client.get(LOGS, params={"driver_id": str(dora.driver_id)})).json()["items"]
    key = next(one["id"] for one in rows if one["origin"] == "automatic")
    why = {"edit_reason": "It was longer than that"}
    longer = rows_of(dora.driver_id, "2 D 4", BEGIN)[0] | {"replaces_log_id": key} | why
    made = await client.post(LOGS, json=longer, headers=dora.headers)
    assert made.status_code == 201, made.text
    shorter = rows_of(dora.driver_id, "2 D 2.5", BEGIN)[0] | {"replaces_log_id": made.json()["id"]} | why
    refused = await client.post(LOGS, json=shorter, headers=dora.headers)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "replaces_log_id"


async def test_what_the_driver_rejects_is_nobodys_again(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    vehicle = insert(owner, "vehicles", organisation.id, vehicle_type="tractor")
    trip(owner, organisation.id, vehicle, 0)
    await find_unassigned_driving(database, organisation.id)
    (row,) = await found(client, vehicle)
    await client.post(f"{OPEN}/{row['id']}/claim", json={"claimed_by_driver_id": str(dora.driver_id)})
    key = (await found(client, vehicle))[0]["log_id"]
    assert (await client.post(f"{LOGS}/{key}/reject", headers=dora.headers)).status_code == 200
    (row,) = await found(client, vehicle)
    assert (row["status"], row["claimed_by_driver_id"], row["log_id"]) == ("open", None, None)
