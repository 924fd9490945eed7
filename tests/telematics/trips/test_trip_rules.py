"""Classification: by hand, by rules as trips are derived, and over a period again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.telematics.derive.fleet import (
    DEGREE_M,
    add_vehicle,
    derive_everything,
    drive,
    stand,
    store,
    trips_of,
)

from motorpool.telematics.actions.apply_trip_rules import apply_trip_rules, preview_trip_rules

FIRST_END = 37.0 + 5000 / DEGREE_M
#: A trip at 08:10 and one at 08:33 UTC of Monday, 4 May 2026.
DAY = [
    *stand(0, 600),
    *drive(610, 5000, 500),
    *stand(1110, 900, latitude=FIRST_END),
    *drive(2020, 4000, 400, south=FIRST_END),
    *stand(2420, 900, latitude=FIRST_END + 4000 / DEGREE_M),
]
WEEK = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC)
SAID = "usage_type, business_purpose, classified_by"


@pytest.fixture
async def actor(tenant: Any) -> Any:
    return tenant.actor


async def add(database: Any, actor: Any, table: str, **values: Any) -> UUID:
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            f"INSERT INTO {table} (tenant_id, {names}) VALUES (%s, {marks}) RETURNING id",
            (actor.tenant_id, *values.values()),
        )
        return UUID(str((await cursor.fetchone())[0]))


async def derived(database: Any, actor: Any) -> UUID:
    vehicle = await add_vehicle(database, actor, "V1")
    await store(database, actor, vehicle, DAY)
    await derive_everything(database, actor)
    return vehicle


async def set_zone(database_urls: Any, actor: Any, zone: str) -> None:
    import psycopg

    async with await psycopg.AsyncConnection.connect(database_urls.owner) as connection:
        await connection.execute("UPDATE tenants SET time_zone = %s WHERE id = %s", (zone, actor.tenant_id))


async def test_the_hand_is_recorded_and_wins(database: Any, actor: Any) -> None:
    vehicle = await derived(database, actor)
    first, _ = await trips_of(database, actor, vehicle, "id")
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE trips SET usage_type = 'personal' WHERE tenant_id = %s AND id = %s",
            (actor.tenant_id, first[0]),
        )
    one, two = await trips_of(database, actor, vehicle, f"{SAID}, classified_at IS NOT NULL")
    assert one == ("personal", None, "user", True)
    assert two == (None, None, None, False)

    rule = await add(
        database, actor, "trip_rules", name="All", usage_type="business", business_purpose="Rounds"
    )
    seen = await preview_trip_rules(database, actor, *WEEK)
    assert (seen.changed, seen.by_hand) == (1, 1)
    assert seen.groups == [
        {
            "before": None,
            "after": "business",
            "rule": "All",
            "trips": 1,
            "distance_km": pytest.approx(4, abs=0.02),
        }
    ]
    assert (await trips_of(database, actor, vehicle, SAID))[1] == (None, None, None), (
        "a preview changes nothing"
    )
    async with database.connection(actor) as connection:
        assert await apply_trip_rules(connection, actor, *WEEK) == 1
        assert await apply_trip_rules(connection, actor, *WEEK) == 0
    assert await trips_of(database, actor, vehicle, SAID) == [
        ("personal", None, "user"),
        ("business", "Rounds", "rule"),
    ]
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE trip_rules SET is_active = false WHERE tenant_id = %s AND id = %s",
            (actor.tenant_id, rule),
        )
        assert await apply_trip_rules(connection, actor, *WEEK) == 1
        # Who takes back what was said leaves the trip open for rules.
        await connection.execute(
            "UPDATE trips SET usage_type = NULL WHERE tenant_id = %s", (actor.tenant_id,)
        )
    assert await trips_of(database, actor, vehicle, SAID) == [(None, None, None)] * 2


async def test_rules_speak_as_trips_are_derived_in_order_of_position(database: Any, actor: Any) -> None:
    fence = await add(
        database, actor, "geofences", name="Yard", type="polygon",
        coordinates=json.dumps({"type": "Polygon", "coordinates": [
            [[-122.01, FIRST_END - 0.002], [-121.99, FIRST_END - 0.002], [-121.99, FIRST_END + 0.002],
             [-122.01, FIRST_END + 0.002], [-122.01, FIRST_END - 0.002]],
            [[-122.0001, 36.9], [-121.9999, 36.9], [-121.9999, 36.91], [-122.0001, 36.91], [-122.0001, 36.9]],
        ]}),
    )  # fmt: skip
    await add(database, actor, "trip_rules", name="Rest", position=900, usage_type="personal")
    to_yard = await add(database, actor, "trip_rules", name="To the yard", position=1, usage_type="commute",
                        end_geofence_id=fence)  # fmt: skip
    vehicle = await derived(database, actor)
    found = await trips_of(database, actor, vehicle, f"{SAID}, trip_rule_id")
    assert found[0] == ("commute", None, "rule", to_yard)
    assert found[1][:3] == ("personal", None, "rule")


async def test_a_hole_in_a_fence_is_not_in_it_and_a_facility_has_a_radius(database: Any, actor: Any) -> None:
    hole = [[-122.001, FIRST_END - 0.001], [-121.999, FIRST_END - 0.001], [-121.999, FIRST_END + 0.001],
            [-122.001, FIRST_END + 0.001], [-122.001, FIRST_END - 0.001]]  # fmt: skip
    outline = [[-123, 36], [-121, 36], [-121, 38], [-123, 38], [-123, 36]]
    fence = await add(database, actor, "geofences", name="Ring", type="polygon",
                      coordinates=json.dumps({"type": "Polygon", "coordinates": [outline, hole]}))  # fmt: skip
    shop = await add(database, actor, "facilities", name="Shop", code="S", latitude=FIRST_END + 150 / DEGREE_M,
                     longitude=-122.0)  # fmt: skip
    await add(database, actor, "trip_rules", name="Ends in the ring", position=1, usage_type="business",
              end_geofence_id=fence)  # fmt: skip
    await add(database, actor, "trip_rules", name="Near the shop", position=2, usage_type="commute",
              end_facility_id=shop, facility_radius_m=200)  # fmt: skip
    vehicle = await derived(database, actor)
    assert [row[0] for row in await trips_of(database, actor, vehicle, SAID)] == ["commute", "business"]


@pytest.mark.parametrize(
    ("zone", "hours", "match", "expected"),
    [
        ("UTC", {"mon": [{"start": "08:00", "end": "08:30"}]}, "inside", ["business", None]),
        ("UTC", {"mon": [{"start": "08:00", "end": "08:30"}]}, "outside", [None, "business"]),
        ("UTC", {"tue": [{"start": "08:00", "end": "09:00"}]}, "inside", [None, None]),
        # 01:10 and 01:33 in San Francisco: the night from Sunday to Monday.
        ("America/Los_Angeles", {"sun": [{"start": "22:00", "end": "01:30"}]}, "inside", ["business", None]),
        ("America/Los_Angeles", {"mon": [{"start": "22:00", "end": "01:30"}]}, "inside", [None, None]),
    ],
)
async def test_hours_are_the_organisations(
    database: Any,
    database_urls: Any,
    actor: Any,
    zone: str,
    hours: Any,
    match: str,
    expected: list[str | None],
) -> None:
    await set_zone(database_urls, actor, zone)
    await add(database, actor, "trip_rules", name="Work", usage_type="business", hours=json.dumps(hours),
              hours_match=match)  # fmt: skip
    vehicle = await derived(database, actor)
    assert [row[0] for row in await trips_of(database, actor, vehicle, SAID)] == expected


async def test_only_some_vehicles_or_drivers(database: Any, actor: Any) -> None:
    other = await add_vehicle(database, actor, "other")
    kim = await add(database, actor, "drivers", full_name="Kim", driver_number="1")
    await add(
        database, actor, "trip_rules", name="Other", position=1, usage_type="personal", vehicle_id=other
    )
    await add(database, actor, "trip_rules", name="Kim", position=2, usage_type="business", driver_id=kim)
    vehicle = await add_vehicle(database, actor, "V1")
    start = datetime(2026, 5, 4, 8, 20, tzinfo=UTC)
    await add(database, actor, "driver_assignments", vehicle_id=vehicle, driver_id=kim, starts_at=start,
              ends_at=start + timedelta(hours=1))  # fmt: skip
    await store(database, actor, vehicle, DAY)
    await derive_everything(database, actor)
    assert [row[0] for row in await trips_of(database, actor, vehicle, SAID)] == [None, "business"]
