"""Records of trips follow their trips, and stand on the carrier's day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

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
BEGIN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)
HOUR = timedelta(hours=1)


@pytest.fixture
async def dora(site: Site, organisation: Organisation, owner: Owner, client: httpx.AsyncClient) -> Person:
    """A driver who keeps a log."""
    dora = await make_driver(site, organisation, owner)
    await log(client, rows_of(dora.driver_id, "0 OFF", BEGIN - 24 * HOUR), dora.headers)
    return dora


async def say(client: httpx.AsyncClient, key: str, value: str) -> None:
    body = {"setting_key": key, "setting_value": value, "setting_type": "string"}
    answer = await client.post("/api/v1/system-settings", json=body)
    assert answer.status_code == 201, answer.text


@pytest.fixture
async def automatic(
    owner: Owner, organisation: Organisation, client: httpx.AsyncClient
) -> AsyncIterator[None]:
    await say(client, "safety.automatic_driving", "on")
    yield
    owner.execute("DELETE FROM system_settings WHERE tenant_id = %s", (organisation.id,))


def trip(owner: Owner, tenant: UUID, driver: UUID | None, start: datetime, end: datetime | None) -> UUID:
    vehicle = insert(owner, "vehicles", tenant, vehicle_type="tractor")
    return insert(
        owner, "trips", tenant, vehicle_id=vehicle, driver_id=driver, started_at=start, ended_at=end, distance_km=42,
        start_odometer=1000, end_odometer=1042, usage_type=None,
    )  # fmt: skip


def move(owner: Owner, key: UUID, start: datetime | None, end: datetime | None) -> None:
    owner.execute(
        "UPDATE trips SET started_at = coalesce(%s, started_at), ended_at = %s WHERE id = %s",
        (start, end, key),
    )


async def driving(client: httpx.AsyncClient, driver: UUID) -> list[dict[str, Any]]:
    wanted = {"driver_id": str(driver), "sort": "status_start_time", "limit": 200}
    found = (await client.get(LOGS, params=wanted)).json()["items"]
    return [one for one in found if one["duty_status"] == "driving"]


def times(row: dict[str, Any]) -> tuple[datetime, datetime | None]:
    end = row["status_end_time"]
    return datetime.fromisoformat(row["status_start_time"]), datetime.fromisoformat(end) if end else None


async def test_a_record_grows_and_shrinks_with_its_trip(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person, automatic: None
) -> None:  # fmt: skip
    tenant = organisation.id
    # Under way, then over, then derived longer, then shorter and with another start.
    key = trip(owner, tenant, dora.driver_id, BEGIN, None)
    assert await record_motion(database, LOGS_RESOURCE, tenant) == 1
    assert times((await driving(client, dora.driver_id))[0]) == (BEGIN, None)
    for start, end in (
        (BEGIN, BEGIN + HOUR),
        (BEGIN, BEGIN + 3 * HOUR),
        (BEGIN + timedelta(minutes=10), BEGIN + 2 * HOUR),
    ):
        move(owner, key, start, end)
        assert await record_motion(database, LOGS_RESOURCE, tenant) == 0
        (row,) = await driving(client, dora.driver_id)
        assert times(row) == (start, end)
    assert row["trip_id"] == str(key) and row["log_date"]


async def test_what_was_certified_only_grows_and_is_certified_anew(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person, automatic: None
) -> None:  # fmt: skip
    key = trip(owner, organisation.id, dora.driver_id, BEGIN, BEGIN + 2 * HOUR)
    await record_motion(database, LOGS_RESOURCE, organisation.id)
    (row,) = await driving(client, dora.driver_id)
    done = await client.post(f"{LOGS}/{row['id']}/certify", headers=dora.headers)
    assert done.status_code == 200, done.text
    move(owner, key, None, BEGIN + HOUR)
    await record_motion(database, LOGS_RESOURCE, organisation.id)
    (row,) = await driving(client, dora.driver_id)
    assert times(row)[1] == BEGIN + 2 * HOUR and row["is_certified"]
    move(owner, key, None, BEGIN + 3 * HOUR)
    await record_motion(database, LOGS_RESOURCE, organisation.id)
    (row,) = await driving(client, dora.driver_id)
    assert times(row)[1] == BEGIN + 3 * HOUR and not row["is_certified"]
    assert row["driver_decision"] == "undecided"


async def test_of_an_edited_record_only_the_driving_after_it_is_added(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person, automatic: None
) -> None:  # fmt: skip
    key = trip(owner, organisation.id, dora.driver_id, BEGIN, BEGIN + 2 * HOUR)
    await record_motion(database, LOGS_RESOURCE, organisation.id)
    (row,) = await driving(client, dora.driver_id)
    edit = rows_of(dora.driver_id, "0 OFF 2", BEGIN)[0] | {
        "special_category": "personal_conveyance", "replaces_log_id": row["id"], "edit_reason": "It was a private errand",
    }  # fmt: skip
    made = await client.post(LOGS, json=edit, headers=dora.headers)
    assert made.status_code == 201, made.text
    move(owner, key, None, BEGIN + 3 * HOUR)
    for _ in range(2):
        await record_motion(database, LOGS_RESOURCE, organisation.id)
    found = await driving(client, dora.driver_id)
    assert [times(one) for one in found] == [
        (BEGIN, BEGIN + 2 * HOUR),
        (BEGIN + 2 * HOUR, BEGIN + 3 * HOUR),
    ]
    assert [one["record_status"] for one in found] == ["inactive_changed", "active"]


async def test_the_carriers_day_of_a_claim_and_of_a_trip(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person, automatic: None
) -> None:  # fmt: skip
    """With days from noon to noon, nine in the morning is still yesterday."""
    await say(client, "safety.hours_of_service_day_start", "12:00")
    zone = ZoneInfo("America/Los_Angeles")
    day = (datetime.now(zone) - timedelta(days=1)).date()
    nine = datetime.combine(day, datetime.min.time(), zone) + 9 * HOUR
    trip(owner, organisation.id, dora.driver_id, nine, nine + HOUR)
    unknown = trip(owner, organisation.id, None, nine + 5 * HOUR, nine + 6 * HOUR)
    await record_motion(database, LOGS_RESOURCE, organisation.id)
    await find_unassigned_driving(database, organisation.id)
    (row,) = [
        one
        for one in (await client.get("/api/v1/unassigned-driving", params={"limit": 200})).json()["items"]
        if one["trip_id"] == str(unknown)
    ]
    body = {"claimed_by_driver_id": str(dora.driver_id)}
    done = await client.post(f"/api/v1/unassigned-driving/{row['id']}/claim", json=body)
    assert done.status_code == 200, done.text
    found = await driving(client, dora.driver_id)
    days = [str(day - timedelta(days=1)), str(day)]
    assert [one["log_date"] for one in found] == days
    # The grid, and so certifying, says the same.
    hours = (await client.get(f"/api/v1/drivers/{dora.driver_id}/hours-of-service")).json()
    driven = {one["log_date"]: one["driving_minutes"] for one in hours["days"]}
    assert driven[days[0]] == 60


async def test_a_record_that_was_cut_at_midnight_follows_at_its_end(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, owner: Owner, dora: Person, automatic: None
) -> None:  # fmt: skip
    """Certifying a day cuts what goes on beyond it; both parts belong to the trip."""
    key = trip(owner, organisation.id, dora.driver_id, BEGIN, None)
    await record_motion(database, LOGS_RESOURCE, organisation.id)
    midnight = BEGIN + 2 * HOUR
    owner.execute(
        "WITH cut AS (UPDATE hours_of_service_logs SET status_end_time = %(at)s WHERE trip_id = %(trip)s RETURNING *) "
        "INSERT INTO hours_of_service_logs (tenant_id, driver_id, vehicle_id, log_date, duty_status, status_start_time, origin, "
        "eld_provider, eld_device_id, trip_id, created_at) SELECT tenant_id, driver_id, vehicle_id, log_date, duty_status, %(at)s, "
        "origin, eld_provider, eld_device_id, trip_id, created_at FROM cut",
        {"at": midnight, "trip": key},
    )
    for end in (BEGIN + 3 * HOUR, BEGIN + 4 * HOUR):
        move(owner, key, None, end)
        assert await record_motion(database, LOGS_RESOURCE, organisation.id) == 0
        found = await driving(client, dora.driver_id)
        assert [times(one) for one in found] == [(BEGIN, midnight), (midnight, end)]
