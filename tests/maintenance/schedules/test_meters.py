"""What meters truly come to: replaced, rolled back, corrected, late and by device."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.contract.conftest import Api
from tests.contract.rows import insert

from .conftest import MILE, NOW, Read

Owner = psycopg.Connection[Any]


def meter(owner: Owner, vehicle: UUID, kind: str = "odometer") -> tuple[float, int]:
    """Miles (or hours), and how many readings were ignored."""
    row = owner.execute(
        "SELECT true_value, ignored_readings FROM vehicle_meters WHERE vehicle_id = %s AND meter_type = %s",
        (vehicle, kind),
    ).fetchone()
    assert row is not None
    return row[0] / (MILE if kind == "odometer" else 3600), row[1]


@pytest.fixture
def vehicle(api: Api, owner: Owner) -> UUID:
    return insert(owner, "vehicles", api.actor.tenant_id)


def test_the_highest_reading_counts(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 50_000, 10)
    read(vehicle, 50_400, 5)
    read(vehicle, 49_000, 2)
    assert meter(owner, vehicle) == (pytest.approx(50_400), 1)
    # Less than a mile below is how meters are read.
    read(vehicle, 50_399.5, 1)
    assert meter(owner, vehicle) == (pytest.approx(50_400), 1)
    read(vehicle, 50_500, 0)
    assert meter(owner, vehicle) == (pytest.approx(50_500), 1)


def test_late_readings_change_nothing(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 50_400, 5)
    read(vehicle, 50_000, 10)
    assert meter(owner, vehicle) == (pytest.approx(50_400), 0)


def test_a_replaced_meter_goes_on_where_the_old_one_ended(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 50_000, 10)
    read(vehicle, 12, 8, is_replacement=True)
    assert meter(owner, vehicle) == (pytest.approx(50_000), 0)
    read(vehicle, 412, 4)
    assert meter(owner, vehicle) == (pytest.approx(50_400), 0)
    # A second one, and a second-hand one.
    read(vehicle, 90_000, 3, is_replacement=True)
    read(vehicle, 90_100, 2)
    assert meter(owner, vehicle) == (pytest.approx(50_500), 0)
    # A device that counts through them all.
    read(vehicle, 50_600, 1)
    assert meter(owner, vehicle) == (pytest.approx(50_600), 0)


def test_a_replacement_may_say_what_the_old_meter_showed(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 50_000, 10)
    read(vehicle, 0, 8, is_replacement=True, replacement_offset=50_250 * MILE)
    read(vehicle, 100, 2)
    assert meter(owner, vehicle) == (pytest.approx(50_350), 0)


def test_a_correction_takes_back_what_was_too_high(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 50_000, 10)
    read(vehicle, 500_400, 5)
    read(vehicle, 50_450, 3)
    assert meter(owner, vehicle) == (pytest.approx(500_400), 1)
    read(vehicle, 50_500, 2, source="correction")
    assert meter(owner, vehicle) == (pytest.approx(50_500), 1)
    read(vehicle, 50_550, 1)
    assert meter(owner, vehicle) == (pytest.approx(50_550), 1)


def test_a_replacement_that_is_recorded_late(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 50_000, 10)
    read(vehicle, 100, 5)
    assert meter(owner, vehicle) == (pytest.approx(50_000), 1)
    read(vehicle, 2, 8, is_replacement=True)
    read(vehicle, 300, 2)
    assert meter(owner, vehicle)[0] == pytest.approx(50_298)


ADD = """
INSERT INTO meter_readings (tenant_id, vehicle_id, value, recorded_at, is_replacement, source)
SELECT %s, %s, r.miles * 1609.344, now() + interval '1 day' * r.day, r.day = -8, CASE r.day WHEN -3 THEN 'correction' END
FROM unnest(%s::float8[], %s::int[]) WITH ORDINALITY AS r (miles, day, place) ORDER BY r.place
"""


def test_a_replacement_and_what_follows_in_one_statement(api: Api, vehicle: UUID, owner: Owner) -> None:
    miles, days = [50_000, 12, 412, 500], [-10, -8, -4, -1]
    owner.execute(ADD, (api.actor.tenant_id, vehicle, miles, days))
    assert meter(owner, vehicle) == (pytest.approx(50_488), 0)
    rows = owner.execute(
        "SELECT (value + replacement_offset) / 1609.344 FROM meter_readings WHERE vehicle_id = %s ORDER BY recorded_at",
        (vehicle,),
    ).fetchall()
    assert [round(row[0]) for row in rows] == [50_000, 50_000, 50_400, 50_488]


def test_a_second_replacement_and_what_follows_in_one_statement(
    api: Api, vehicle: UUID, owner: Owner, read: Read
) -> None:
    read(vehicle, 50_000, 30)
    read(vehicle, 12, 20, is_replacement=True)
    read(vehicle, 412, 15)
    owner.execute(ADD, (api.actor.tenant_id, vehicle, [500, 3, 103], [-10, -8, -4]))
    assert meter(owner, vehicle) == (pytest.approx(50_588), 0)


def test_a_replacement_and_a_correction_in_one_statement(api: Api, vehicle: UUID, owner: Owner) -> None:
    owner.execute(ADD, (api.actor.tenant_id, vehicle, [50_000, 12, 4120, 412], [-10, -8, -5, -3]))
    assert meter(owner, vehicle) == (pytest.approx(50_400), 0)


@pytest.mark.parametrize(
    ("first", "then", "replaces"),
    [((12, 8), (412, 4), False), ((50_100, 9), (12, 8), True), ((50_100, 9), (50_400, 4), False)],
)
def test_two_who_read_a_meter_at_once(
    first: tuple[int, int],
    then: tuple[int, int],
    replaces: bool,
    api: Api,
    vehicle: UUID,
    owner: Owner,
    read: Read,
) -> None:
    read(vehicle, 50_000, 10)
    with (
        psycopg.connect(owner.info.dsn, password=owner.info.password) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute(ADD, (api.actor.tenant_id, vehicle, [first[0]], [-first[1]]))
        waits = pool.submit(read, vehicle, *then, is_replacement=replaces)
        wait_until_blocked(other, owner.info.backend_pid)
        other.commit()
        waits.result()
    assert meter(owner, vehicle) == (pytest.approx(50_100 if replaces else 50_400), 0)


def wait_until_blocked(connection: Owner, pid: int) -> None:
    for _ in range(500):
        if connection.execute("SELECT pg_blocking_pids(%s) <> '{}'", (pid,)).fetchone() == (True,):
            return
        time.sleep(0.01)
    raise AssertionError("the second reading did not wait for the first")


def test_engine_hours_are_a_meter_of_their_own(vehicle: UUID, owner: Owner, read: Read) -> None:
    read(vehicle, 1000, 10, "engine_hours")
    read(vehicle, 5, 5, "engine_hours", is_replacement=True)
    read(vehicle, 25, 1, "engine_hours")
    assert meter(owner, vehicle, "engine_hours") == (pytest.approx(1020), 0)


@pytest.mark.parametrize(
    ("device_miles", "replaced_days_ago", "status"),
    [
        (49_000, None, "upcoming"),
        (49_700, None, "due_soon"),
        (50_500, None, "overdue"),
        (50_500, 1, "upcoming"),
    ],
)
async def test_the_device_counts_on_after_the_reading(
    device_miles: float, replaced_days_ago: int | None, status: str, api: Api, owner: Owner, read: Read
) -> None:
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    read(vehicle, 48_000, 30)
    if replaced_days_ago:
        # What the device had reported before then is that of the old meter.
        read(vehicle, 48_100, replaced_days_ago, source="correction")
    owner.execute(
        "INSERT INTO vehicle_states (tenant_id, vehicle_id, odometer_m, recorded_at) VALUES (%s, %s, %s, %s)",
        (api.actor.tenant_id, vehicle, device_miles * MILE, NOW.replace(year=NOW.year - 1))
        if replaced_days_ago
        else (api.actor.tenant_id, vehicle, device_miles * MILE, NOW),
    )
    key = insert(
        owner,
        "recurring_maintenance_schedules",
        api.actor.tenant_id,
        vehicle_id=vehicle,
        next_due_mileage=50_000,
    )
    row = (await api("GET", f"recurring-maintenance-schedules/{key}")).json()
    assert row["due_status"] == status


async def test_the_api_shows_the_true_meter(api: Api, owner: Owner, read: Read) -> None:
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    read(vehicle, 50_000, 10)
    body = {
        "vehicle_id": str(vehicle),
        "value": 100 * MILE,
        "recorded_at": NOW.isoformat(),
        "is_replacement": True,
    }
    made = await api("POST", "meter-readings", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["replacement_offset"] == pytest.approx(49_900 * MILE)
    [found] = (await api("GET", "vehicle-meters", params={"vehicle_id": str(vehicle)})).json()["items"]
    assert found["true_value"] == pytest.approx(50_000 * MILE)
