"""Imports into the tables, nearest places, the map's box, weather and tolls of a trip: on the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from tests.conftest import TestTenant, Urls
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import load_registry
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.queries.road_places import in_box, nearest
from motorpool.telematics.queries.trip_tolls import trip_tolls
from motorpool.telematics.queries.trip_weather import trip_weather
from motorpool.telematics.road_data.afdc import read_stations
from motorpool.telematics.road_data.importing import (
    write_cameras,
    write_plazas,
    write_stations,
    write_weather,
)
from motorpool.telematics.road_data.toll_files import read_plazas

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "src" / "motorpool" / "demo" / "data"
PLATFORM = system_actor(SYSTEM_TENANT_ID)
REGISTRY = load_registry()
START = datetime(2026, 5, 20, 16, 0, tzinfo=UTC)


@pytest.fixture
async def stations(database: Database) -> int:
    rows = read_stations(DEMO / "afdc_ny_2025-02_slice.csv.gz").rows
    async with database.connection(PLATFORM) as connection:
        await write_stations(connection, PLATFORM, rows)
    return len(rows)


async def test_an_import_again_changes_nothing_and_a_change_comes_through(
    database: Database, tenant: TestTenant
) -> None:
    rows = read_stations(DEMO / "afdc_ny_2025-02_slice.csv.gz").rows
    async with database.connection(tenant.actor) as connection:
        first = await write_stations(connection, tenant.actor, rows)
        again = await write_stations(connection, tenant.actor, rows)
        changed = await write_stations(
            connection,
            tenant.actor,
            [{**row, "pricing": "0.42 USD per kWh"} if i == 0 else row for i, row in enumerate(rows)],
        )
    assert (first.created, first.updated) == (len(rows), 0)
    assert (again.changed, again.unchanged) == (0, len(rows))
    assert (changed.created, changed.updated) == (0, 1)


async def near(database: Database, actor: Any, table: str = "ev_charging_stations", **more: Any) -> list[Any]:
    wanted = {"latitude": 40.75, "longitude": -73.98, "radius_km": 30.0, "most": 10} | more
    return [msgspec.json.decode(text) for text in await nearest(database, actor, REGISTRY[table], **wanted)]


async def test_the_nearest_come_first_and_conditions_hold(
    database: Database, tenant: TestTenant, stations: int
) -> None:
    found = await near(database, tenant.actor, most=200)
    distances = [one["distance_km"] for one in found]
    assert distances == sorted(distances) and 0 < distances[0] < distances[-1] <= 30
    fast = await near(database, tenant.actor, wanted={"level": "dcfast", "fuel": "electric"}, most=200)
    assert fast and all("dcfast" in one["charging_levels"] for one in fast)
    assert {one["fuel_type"] for one in await near(database, tenant.actor, wanted={"fuel": "cng"})} <= {"cng"}


async def test_own_rows_are_seen_by_their_tenant_alone(
    database: Database, tenant: TestTenant, other_tenant: TestTenant
) -> None:
    own = {
        "station_id": "OWN-1", "name": "Ours", "latitude": "10.5", "longitude": "10.5", "last_updated": START,
    }  # fmt: skip
    async with database.connection(tenant.actor) as connection:
        await write_stations(connection, tenant.actor, [own])
    here = {"latitude": 10.5, "longitude": 10.5, "radius_km": 1.0}
    assert [one["name"] for one in await near(database, tenant.actor, **here)] == ["Ours"]
    assert await near(database, other_tenant.actor, **here) == []
    box = (10.0, 10.0, 11.0, 11.0)
    features, more = await in_box(database, tenant.actor, REGISTRY["ev_charging_stations"], box)
    assert len(features) == 1 and not more
    assert msgspec.json.decode(features[0])["geometry"] == {"type": "Point", "coordinates": [10.5, 10.5]}
    assert await in_box(database, other_tenant.actor, REGISTRY["ev_charging_stations"], box) == ([], False)


@pytest.mark.parametrize(
    "box",
    [
        (-74.3, 40.4, -73.6, 41.0),
        (-80.0, 40.0, -71.0, 45.1),
        (-74.01, 40.70, -73.95, 40.80),
        (-125.0, 24.0, -66.0, 50.0),
    ],
)
async def test_a_box_holds_what_plain_comparison_finds(
    database: Database, tenant: TestTenant, stations: int, box: tuple[float, ...], database_urls: Urls
) -> None:
    west, south, east, north = box
    features, _ = await in_box(database, tenant.actor, REGISTRY["ev_charging_stations"], box)  # type: ignore[arg-type]
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute(
            "SELECT count(*) FROM ev_charging_stations WHERE tenant_id IS NULL AND fuel_type = 'electric' "
            "AND longitude BETWEEN %s AND %s AND latitude BETWEEN %s AND %s",
            (west, east, south, north),
        ).fetchone()
    assert row is not None
    assert len(features) == row[0] > 0


def test_the_search_uses_the_spatial_index(database_urls: Urls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "INSERT INTO traffic_cameras (tenant_id, fdot_id, name, latitude, longitude) "
            "SELECT NULL, 'x-' || n, 'c', 30 + (n % 1000) * 0.01, -100 + (n / 1000) * 0.01 FROM generate_series(1, 30000) n",
        )
        connection.execute("ANALYZE traffic_cameras")
        body = connection.execute(
            "SELECT prosrc FROM pg_proc WHERE proname = 'nearest_traffic_cameras'"
        ).fetchone()
        assert body is not None
        text = str(body[0])
        for name, value in (("radius_m", "5000"), ("most", "10"), ("(lat,", "(31.0,"), (" lng)", " -99.9)")):
            text = text.replace(name, value)
        plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + text).fetchall())
        connection.rollback()
    assert "ll_to_earth" in plan and "Index" in plan and "Seq Scan" not in plan, plan


async def test_cameras_that_a_site_no_longer_has_are_inactive(database: Database) -> None:
    def camera(number: int) -> dict[str, Any]:
        return {
            "fdot_id": f"gone-{number}", "name": "C", "description": None, "latitude": "26", "longitude": "-80",
            "road": None, "direction": None, "county": None, "feed_url": None, "status": "active", "metadata": {"a": 1},
        }  # fmt: skip

    async def states() -> dict[str, str]:
        return dict(
            await database.read(
                PLATFORM,
                "SELECT fdot_id, status FROM traffic_cameras WHERE tenant_id IS NULL AND fdot_id LIKE 'gone-%%'",
                (),
            )
        )

    async with database.connection(PLATFORM) as connection:
        await write_cameras(connection, PLATFORM, [camera(n) for n in range(10)], "gone")
        await write_cameras(connection, PLATFORM, [camera(n) for n in range(9)], "gone")
    assert (await states())["gone-9"] == "inactive"
    async with database.connection(PLATFORM) as connection:
        await write_cameras(connection, PLATFORM, [camera(0)], "gone")
    assert sum(state == "active" for state in (await states()).values()) == 9, "a feed that lost its rows"


def observation(station: str, at: datetime, celsius: float, lat: float, lng: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lng, lat]},
        "properties": {
            "station": f"https://api.weather.gov/stations/{station}",
            "timestamp": at.isoformat(),
            "textDescription": "Fog",
            "temperature": {"unitCode": "wmoUnit:degC", "value": celsius, "qualityControl": "V"},
        },
    }


async def test_a_late_observation_is_kept_but_not_shown_as_the_latest(
    database: Database, tenant: TestTenant
) -> None:
    newer, older = (
        observation("KAAA", START, 10, 5, 5),
        observation("KAAA", START - timedelta(hours=1), 30, 5, 5),
    )
    async with database.connection(tenant.actor) as connection:
        for document in (newer, older, older):
            await write_weather(connection, tenant.actor, document)
    rows = await database.read(
        tenant.actor, "SELECT temperature_f FROM weather_stations WHERE tenant_id = %s", (tenant.id,)
    )
    kept = await database.read(
        tenant.actor, "SELECT count(*) FROM weather_observations WHERE tenant_id = %s", (tenant.id,)
    )
    assert rows == [(Decimal("50.00"),)] and kept == [(2,)]


@pytest.fixture
def trip(database_urls: Urls, tenant: TestTenant) -> Any:
    """Westwards over the Bay Bridge in 20 minutes, a fix each 30 seconds."""
    with psycopg.connect(database_urls.owner) as connection:
        vehicle = insert(connection, "vehicles", tenant.id, axles=None, vehicle_type="car")
        key = insert(
            connection,
            "trips",
            tenant.id,
            vehicle_id=vehicle,
            started_at=START,
            ended_at=START + timedelta(minutes=20),
        )
        connection.execute("SELECT ensure_partition('vehicle_locations', %s)", (START,))
        connection.execute(
            "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at, source) "
            "SELECT %s, %s, 37.8254, -122.26 - n * 0.003, %s::timestamptz + n * interval '30 s', 'test' "
            "FROM generate_series(0, 40) n",
            (tenant.id, vehicle, START),
        )
    return key


async def test_the_tolls_of_a_trip(database: Database, tenant: TestTenant, trip: Any) -> None:
    async with database.connection(tenant.actor) as connection:
        await write_plazas(connection, tenant.actor, read_plazas(DEMO / "bay_area_tolls.json").rows)
    tolls = await trip_tolls(database, tenant.actor, trip, payment="transponder", radius_m=150)
    (passing,) = tolls.passings
    assert passing.name == "San Francisco-Oakland Bay Bridge"
    assert passing.amount == Decimal("8.50")
    assert [(total.currency, total.amount) for total in tolls.totals] == [("USD", Decimal("8.50"))]
    assert tolls.axles_assumed and tolls.axles == 2
    assert START < passing.passed_at < START + timedelta(minutes=20)


async def test_an_own_plaza_stands_for_the_shared_one(
    database: Database, tenant: TestTenant, trip: Any
) -> None:
    rows = [row for row in read_plazas(DEMO / "bay_area_tolls.json").rows if row["plaza_id"] == "DEMO-01"]
    async with database.connection(PLATFORM) as connection:
        await write_plazas(connection, PLATFORM, rows)
    async with database.connection(tenant.actor) as connection:
        await write_plazas(connection, tenant.actor, [{**rows[0], "name": "Ours", "toll_rates": None}])
    tolls = await trip_tolls(database, tenant.actor, trip, payment="plate", radius_m=150)
    assert [(one.name, one.amount) for one in tolls.passings] == [("Ours", None)]
    assert (tolls.totals, tolls.unpriced) == ([], 1)


async def test_the_weather_of_a_trip_is_that_of_its_time(
    database: Database, tenant: TestTenant, trip: Any
) -> None:
    near_by, far = (37.8, -122.3), (39.5, -121.0)
    async with database.connection(tenant.actor) as connection:
        for minutes, celsius in ((-300, 1), (-20, 15), (300, 30)):
            at = START + timedelta(minutes=minutes)
            await write_weather(connection, tenant.actor, observation("KNEAR", at, celsius, *near_by))
        await write_weather(connection, tenant.actor, observation("KFAR", START, 40, *far))
    points = (await trip_weather(database, tenant.actor, trip)).points
    assert [(one.station_id, one.temperature_f) for one in points] == [("KNEAR", 59.0)]
