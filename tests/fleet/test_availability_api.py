"""The question over HTTP, its cost for a large fleet, and the indexes that serve it."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.conftest import TestTenant
from tests.contract.rows import insert
from tests.site import Organisation

from motorpool.core.database.database import Database
from motorpool.fleet.availability.asking import Use, question, read_reasons
from motorpool.fleet.availability.registry import registered

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
SPAN = {"from": (NOW + HOUR).isoformat(), "to": (NOW + 3 * HOUR).isoformat()}


def new(organisation: Organisation, owner: psycopg.Connection[Any], table: str, **values: Any) -> uuid.UUID:
    found: uuid.UUID = insert(owner, table, organisation.id, **values)
    return found


async def test_a_vehicle_tells_every_reason(
    client: httpx.AsyncClient, organisation: Organisation, owner: psycopg.Connection[Any]
) -> None:
    van = new(organisation, owner, "vehicles", registration_expires_on="2020-01-31")
    path = f"/api/v1/vehicles/{van}/availability"
    held = new(
        organisation,
        owner,
        "vehicle_reservations",
        vehicle_id=van,
        status="approved",
        starts_at=NOW + 2 * HOUR,
        ends_at=NOW + 4 * HOUR,
    )
    now = (await client.get(path)).json()
    assert now == {
        "available": False,
        "reasons": [
            {
                "code": "registration_expired",
                "blocks": True,
                "sentence": "Registration expired on 31 Jan 2020",
                "about": "vehicle",
                "from": None,
                "until": None,
                "source": "vehicles",
                "source_id": str(van),
            }
        ],
    }
    then = (await client.get(path, params=SPAN)).json()
    assert [one["code"] for one in then["reasons"]] == ["reserved", "registration_expired"]
    assert (then["reasons"][0]["source"], then["reasons"][0]["source_id"]) == (
        "vehicle_reservations",
        str(held),
    )
    driver = new(organisation, owner, "drivers", license_class="C", medical_card_expires_on=None)
    owner.execute("UPDATE vehicles SET gvwr_kg = 20000, registration_expires_on = NULL WHERE id = %s", (van,))
    with_driver = (await client.get(path, params={"driver_id": str(driver)})).json()
    assert ("license_class", "pair") in [(one["code"], one["about"]) for one in with_driver["reasons"]]
    assert with_driver["available"] is False
    alone = (await client.get(f"/api/v1/drivers/{driver}/availability")).json()
    assert alone == {"available": True, "reasons": []}


async def test_wrong_questions(
    client: httpx.AsyncClient,
    strange_client: httpx.AsyncClient,
    organisation: Organisation,
    owner: psycopg.Connection[Any],
) -> None:
    van = new(organisation, owner, "vehicles")
    path = f"/api/v1/vehicles/{van}/availability"
    assert (await strange_client.get(path)).status_code == 404
    for parameters, field in (
        ({"from": SPAN["to"], "to": SPAN["from"]}, "to"),
        ({"from": SPAN["from"], "to": "2099-01-01T00:00:00Z"}, "to"),
        ({"from": "2026-11-23T08:00:00"}, "from"),
        ({"from": "tomorrow"}, "from"),
        ({"driver_id": str(uuid.uuid4())}, "driver_id"),
        ({"vehicle": "x"}, "vehicle"),
    ):
        answer = await client.get(path, params=parameters)
        assert answer.status_code == 400, answer.text
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    missing = await client.get("/api/v1/vehicles/available", params={"from": SPAN["from"]})
    assert [one["field"] for one in missing.json()["errors"]] == ["to"]


async def test_free_vehicles_best_first(
    client: httpx.AsyncClient, organisation: Organisation, owner: psycopg.Connection[Any]
) -> None:
    north = new(organisation, owner, "facilities", name="North")
    kind = f"kind-{uuid.uuid4().hex[:8]}"

    def vehicle(number: str, seats: int | None, **values: Any) -> uuid.UUID:
        number = f"{number}-{uuid.uuid4().hex[:6]}"
        return new(
            organisation, owner, "vehicles", vehicle_number=number, vehicle_type=kind, seats=seats, **values
        )

    big, fits, unknown = vehicle("A", 9), vehicle("B", 5), vehicle("C", None)
    told = vehicle("D", 5, registration_expires_on=(NOW + timedelta(days=10)).date())
    used = vehicle("E", 5)
    vehicle("F", 4), vehicle("G", 5, status="in_shop")
    new(
        organisation,
        owner,
        "vehicle_reservations",
        vehicle_id=used,
        status="returned",
        starts_at=NOW - 30 * HOUR,
        ends_at=NOW - 20 * HOUR,
        returned_at=NOW - 20 * HOUR,
    )
    taken = vehicle("H", 5)
    new(
        organisation,
        owner,
        "vehicle_reservations",
        vehicle_id=taken,
        status="approved",
        starts_at=NOW,
        ends_at=NOW + 2 * HOUR,
    )
    answer = await client.get("/api/v1/vehicles/available", params=SPAN | {"vehicle_type": kind, "seats": 5})
    items = answer.json()["items"]
    assert [one["id"] for one in items] == [str(key) for key in (fits, used, big, unknown, told)]
    assert answer.json()["count"] == 5
    assert "5 seats for 5" in items[0]["reason"] and "out 10 h in 30 days" in items[1]["reason"]
    assert items[4]["warnings"][0].startswith("Registration expires on")
    owner.execute("UPDATE vehicles SET facility_id = %s WHERE id = %s", (north, big))
    there = await client.get(
        "/api/v1/vehicles/available", params=SPAN | {"vehicle_type": kind, "facility_id": str(north)}
    )
    assert [one["id"] for one in there.json()["items"]] == [str(big)]
    body = {
        "purpose": "Visit",
        "starts_at": SPAN["from"],
        "ends_at": SPAN["to"],
        "vehicle_type": kind,
        "pickup_facility_id": str(north),
    }
    row = (await client.post("/api/v1/vehicle-reservations", json=body)).json()
    proposed = (await client.get(f"/api/v1/vehicle-reservations/{row['id']}/proposals")).json()
    assert proposed["items"][0]["id"] == str(big) and "at North" in proposed["items"][0]["reason"]


@pytest.fixture
async def five_hundred(
    database: Database, tenant: TestTenant, owner: psycopg.Connection[Any]
) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """A fleet with a past: 500 vehicles and drivers, 20,000 reservations, routes, orders and bookings."""
    one = tenant.id
    run = owner.execute
    run(
        "INSERT INTO vehicles (tenant_id, vehicle_number, registration_expires_on) "
        "SELECT %s, 'V' || n, current_date + n FROM generate_series(1, 500) n",
        (one,),
    )
    run(
        "INSERT INTO drivers (tenant_id, full_name, driver_number) SELECT %s, 'D' || n, 'D' || n FROM generate_series(1, 500) n",
        (one,),
    )
    pairs = """
        WITH v AS (SELECT id, row_number() OVER () AS n FROM vehicles WHERE tenant_id = %(t)s),
             d AS (SELECT id, row_number() OVER () AS n FROM drivers WHERE tenant_id = %(t)s)
    """
    run(
        f"""{pairs} INSERT INTO vehicle_reservations (tenant_id, reservation_number, vehicle_id, driver_id, status, starts_at,
                ends_at, purpose)
            SELECT %(t)s, 'R-' || v.n || '-' || k, v.id, d.id, CASE WHEN k < 1 THEN 'returned' ELSE 'approved' END,
                   now() + k * interval '1 day', now() + k * interval '1 day' + interval '4 hours', 'x'
            FROM v JOIN d USING (n) CROSS JOIN generate_series(-38, 1) k""",
        {"t": one},
    )
    run(
        f"""{pairs} INSERT INTO routes (tenant_id, route_name, assigned_vehicle_id, assigned_driver_id, status, scheduled_date,
                departs_at, returns_at)
            SELECT %(t)s, 'r', v.id, d.id, 'completed', current_date - k, now() - k * interval '1 day',
                   now() - k * interval '1 day' + interval '3 hours'
            FROM v JOIN d USING (n) CROSS JOIN generate_series(1, 20) k""",
        {"t": one},
    )
    run(
        """INSERT INTO maintenance_records (tenant_id, work_order_number, vehicle_id, summary, status, vehicle_unavailable)
           SELECT %s, 'W' || row_number() OVER (), v.id, 'x', CASE k WHEN 1 THEN 'open' ELSE 'completed' END,
                  k = 1 AND v.vehicle_number = 'V1'
           FROM vehicles v CROSS JOIN generate_series(1, 10) k WHERE v.tenant_id = %s""",
        (one, one),
    )
    run(
        """INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at, ends_at)
           SELECT r.tenant_id, r.vehicle_id, r.driver_id, r.starts_at, r.ends_at FROM vehicle_reservations r
           WHERE r.tenant_id = %s AND r.status = 'returned' AND r.ends_at < now()""",
        (one,),
    )
    for table in (
        "vehicles",
        "drivers",
        "vehicle_reservations",
        "routes",
        "maintenance_records",
        "driver_assignments",
    ):
        run(f"ANALYZE {table}")
    vehicles = [row[0] for row in run("SELECT id FROM vehicles WHERE tenant_id = %s", (one,))]
    drivers = [row[0] for row in run("SELECT id FROM drivers WHERE tenant_id = %s", (one,))]
    return vehicles, drivers


async def test_a_large_fleet_is_one_statement_by_indexes(
    database: Database, tenant: TestTenant, five_hundred: tuple[list[uuid.UUID], list[uuid.UUID]]
) -> None:
    vehicles, drivers = five_hundred
    use = Use(vehicles, drivers[:1], NOW + 24 * HOUR, NOW + 25 * HOUR)
    sql, parameters = question(tenant.actor, [use])
    assert sql.count("CROSS JOIN LATERAL") >= len(registered()), "every reason is part of it"
    found = await read_reasons(database, tenant.actor, [use])
    assert {one.code for one in found} >= {"reserved", "registration_expires_soon", "work_order_open"}
    # Of the 500 reservations then, the one of the driver who asks is not held against its vehicle.
    assert sum(one.code == "reserved" for one in found) == 499
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        await read_reasons(database, tenant.actor, [use])
        times.append(time.perf_counter() - begun)
    print(f"500 vehicles, {len(registered())} reasons: {min(times) * 1000:.0f} ms")
    assert min(times) < 1.0
    plan = "\n".join(
        row[0] for row in await database.read(tenant.actor, f"EXPLAIN (ANALYZE) {sql}", parameters)
    )
    for table in (
        "vehicle_reservations",
        "driver_assignments",
        "routes",
        "maintenance_records",
        "meter_readings",
    ):
        assert f"Seq Scan on {table}" not in plan, plan


async def test_many_questions_at_many_times_are_one_statement(
    database: Database, tenant: TestTenant, five_hundred: tuple[list[uuid.UUID], list[uuid.UUID]]
) -> None:
    vehicles, drivers = five_hundred
    uses = [
        Use(
            [vehicle],
            [driver],
            NOW + 24 * HOUR + timedelta(minutes=number),
            NOW + 25 * HOUR + timedelta(minutes=number),
        )
        for number, (vehicle, driver) in enumerate(zip(vehicles[:200], reversed(drivers[:200]), strict=True))
    ]
    found = await read_reasons(database, tenant.actor, uses)
    # But for a driver who happens to be asked about with the vehicle of that driver's own reservation.
    assert len({one.use for one in found if one.code == "reserved"}) >= 195
    assert len({one.use for one in found if one.code == "driver_reserved"}) >= 195
    for one in found:
        if one.about == "vehicle":
            assert one.subject_id in uses[one.use].vehicles
