"""A route from start to end: locks, visits from positions, expected times, deviation, the trip that was driven."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
from tests.sql import Sql

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.actions.track_route import track_routes
from motorpool.telematics.queries.route_progress import route_progress
from motorpool.telematics.routing.travel import StraightLines
from motorpool.telematics.rules.polylines import encoded

from .conftest import Fleet

LAT, LNG = (37.78, 37.79, 37.80), -122.41


def body(fleet: Fleet, now: datetime, **more: Any) -> dict[str, Any]:
    line = encoded(np.array(LAT), np.full(3, LNG), np.array([0], np.intp))[0]
    return {
        "route_name": "North", "assigned_vehicle_id": str(fleet.van), "estimate_basis": "road", "polyline": line,
        "stops": [
            {"order": 1, "lat": LAT[0], "lng": LNG, "name": "A", "duration": 2},
            {"order": 2, "lat": LAT[1], "lng": LNG, "name": "B", "duration": 5, "travel_s": 180,
             "window_end": (now - timedelta(minutes=14)).isoformat()},
            {"order": 3, "lat": LAT[2], "lng": LNG, "name": "C", "duration": 5, "travel_s": 180,
             "window_end": (now + timedelta(hours=2)).isoformat()},
        ],
    } | more  # fmt: skip


def report(sql: Sql, fleet: Fleet, rows: list[tuple[datetime, float, float]]) -> None:
    for month in {at.replace(day=1).date() for at, _, _ in rows}:
        sql("SELECT ensure_partition('vehicle_locations', %s::timestamptz)", month)
    for at, lat, lng in rows:
        sql(
            "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at, source) "
            "VALUES (%s, %s, %s, %s, %s, 'test')",
            fleet.tenant, fleet.van, lat, lng, at,
        )  # fmt: skip


async def test_a_route_is_driven(
    client: httpx.AsyncClient, fleet: Fleet, sql: Sql, database: Database
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made = await client.post("/api/v1/routes", json=body(fleet, now))
    assert made.status_code == 201, made.text
    route = made.json()["id"]
    before = (await client.get(f"/api/v1/routes/{route}/progress")).json()
    assert [one["status"] for one in before["stops"]] == ["pending"] * 3 and before["position"] is None

    assert (await client.post(f"/api/v1/routes/{route}/start", json={})).status_code == 200
    sql("UPDATE routes SET started_at = %s WHERE id = %s", now - timedelta(minutes=20), route)
    locked = await client.patch(f"/api/v1/routes/{route}", json={"stops": []})
    assert locked.status_code == 409 and locked.json()["code"] == "locked"
    assert (
        await client.patch(f"/api/v1/routes/{route}", json={"description": "still open"})
    ).status_code == 200

    minute = timedelta(minutes=1)
    report(sql, fleet, [
        (now - 19 * minute, LAT[0], LNG), (now - 17 * minute, LAT[0], LNG),
        (now - 12 * minute, LAT[1], LNG), (now - 8 * minute, LAT[1], LNG),
        (now - 6 * minute, 37.795, LNG), (now - 2 * minute, 37.795, LNG + 0.01),
    ])  # fmt: skip
    seen = (await client.get(f"/api/v1/routes/{route}/progress")).json()
    assert [one["status"] for one in seen["stops"]] == ["completed", "completed", "pending"]
    assert (seen["done"], seen["total"], seen["late"]) == (2, 3, 1)
    assert seen["stops"][1]["late_s"] == 120
    assert 860 < seen["deviation_m"] < 900 and seen["off_route_since"] is not None
    eta = datetime.fromisoformat(seen["stops"][2]["eta"])
    assert now < eta < now + timedelta(minutes=15)
    assert seen["eta_basis"] == "straight_line" and seen["track"]

    actor = system_actor(fleet.tenant, "test")
    assert await track_routes(database, actor) == 2
    assert await track_routes(database, actor) == 0, "doing it again changes nothing"
    rows = sql("SELECT status, arrived_at FROM route_stops WHERE route_id = %s ORDER BY position", route)
    assert (
        rows[:2] == [("completed", now - 19 * minute), ("completed", now - 12 * minute)]
        and rows[2][0] == "pending"
    )

    trip = sql(
        "INSERT INTO trips (tenant_id, vehicle_id, trip_number, started_at, ended_at) VALUES (%s, %s, 'T-1', %s, %s) RETURNING id",
        fleet.tenant, fleet.van, now - 19 * minute, now - minute,
    )[0][0]  # fmt: skip
    assert (await client.post(f"/api/v1/routes/{route}/complete", json={})).status_code == 200
    await track_routes(database, actor)
    done = (await client.get(f"/api/v1/routes/{route}/progress")).json()
    assert done["actual_trip_id"] == str(trip) and done["trips"][0]["trip_number"] == "T-1"
    assert done["expected_end"] is None

    assert (await client.post(f"/api/v1/routes/{route}/replan", json={})).status_code == 200
    rows = sql("SELECT status, arrived_at FROM route_stops WHERE route_id = %s", route)
    assert rows == [("pending", None)] * 3


async def test_stops_as_rows_follow_the_plan(client: httpx.AsyncClient, fleet: Fleet, sql: Sql) -> None:
    route = (await client.post("/api/v1/routes", json=body(fleet, datetime.now(UTC)))).json()["id"]
    changed = await client.patch(
        f"/api/v1/routes/{route}", json={"stops": [{"order": 1, "lat": 1, "lng": 2, "weight_kg": 7.5}]}
    )
    assert changed.status_code == 200
    rows = sql(
        "SELECT position, latitude::float8, weight_kg::float8, radius_m FROM route_stops WHERE route_id = %s",
        route,
    )
    assert rows == [(1, 1.0, 7.5, 100)]
    twice = await client.patch(
        f"/api/v1/routes/{route}", json={"stops": [{"order": 1, "lat": lat, "lng": 2} for lat in (1, 3)]}
    )
    assert twice.status_code == 422 and twice.json()["errors"][0]["field"] == "stops"
    assert (await client.patch(f"/api/v1/routes/{route}", json={"stops": None})).status_code == 200
    assert sql("SELECT count(*) FROM route_stops WHERE route_id = %s", route) == [(0,)]


async def test_what_may_not_be_driven_is_not_assigned(client: httpx.AsyncClient, fleet: Fleet) -> None:
    now = datetime.now(UTC)
    refused = await client.post(
        "/api/v1/routes", json=body(fleet, now, assigned_vehicle_id=str(fleet.broken))
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "assigned_vehicle_id"
    backwards = body(fleet, now)
    backwards["stops"][2]["window_start"] = (now + timedelta(hours=3)).isoformat()
    refused = await client.post("/api/v1/routes", json=backwards)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"].startswith("stops")
    half = await client.post("/api/v1/routes", json=body(fleet, now, start_lat="37.7"))
    assert half.status_code == 422 and half.json()["errors"][0]["field"] == "start_lng"


async def test_positions_are_for_those_whom_the_right_to_them_reaches(
    client: httpx.AsyncClient, fleet: Fleet, sql: Sql, database: Database
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made = await client.post("/api/v1/routes", json=body(fleet, now, assigned_driver_id=str(fleet.driver)))
    route = UUID(made.json()["id"])
    assert (await client.post(f"/api/v1/routes/{route}/start", json={})).status_code == 200
    sql("UPDATE routes SET started_at = %s WHERE id = %s", now - timedelta(minutes=20), route)
    report(sql, fleet, [(now - timedelta(minutes=at), LAT[0], LNG) for at in (19, 17)])

    async def told(reach: Reach | None, driver: UUID | None = None) -> bool:
        rules = (Rule("vehicle_locations.read", "a test", reach),) if reach else ()
        actor = replace(fleet.actor, access=Access(rules), driver_id=driver)
        seen = await route_progress(database, actor, StraightLines(), route)
        assert (seen.position is None) == (seen.track == "")
        return seen.position is not None

    assert await told(Reach(everything=True))
    assert await told(Reach(facilities=frozenset({fleet.facility})))
    assert await told(Reach(own=True), fleet.driver)
    assert not await told(None)
    assert not await told(Reach(facilities=frozenset({uuid4()})))
    assert not await told(Reach(own=True), uuid4())


async def test_another_organisation_sees_nothing(
    client: httpx.AsyncClient, fleet: Fleet, strange_client: httpx.AsyncClient
) -> None:
    route = (await client.post("/api/v1/routes", json=body(fleet, datetime.now(UTC)))).json()["id"]
    assert (await strange_client.get(f"/api/v1/routes/{route}/progress")).status_code == 404
    wanted = {"stops": [{"lat": 1, "lng": 1}], "vehicles": [{"vehicle_id": str(fleet.van)}]}
    answer = await strange_client.post("/api/v1/routes/optimize", json=wanted)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "vehicles[0].vehicle_id"
