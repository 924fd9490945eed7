"""What a round writes, and that the outcome depends on the positions alone, not on how they arrived."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.telematics.derive.replay import check
from motorpool.telematics.derive.round import Portions, derive_round
from motorpool.telematics.rules.definition import DEFAULT
from motorpool.telematics.rules.identity import trip_id

from .fleet import (
    BEGIN,
    DEGREE_M,
    add_vehicle,
    cab_days,
    derive_everything,
    drive,
    stand,
    state_of,
    stops_of,
    store,
    store_readings,
    trips_of,
)


@pytest.fixture
async def actor(tenant):
    return tenant.actor


async def outcome(database: Database, actor, vehicle: UUID):
    return await trips_of(database, actor, vehicle), await stops_of(database, actor, vehicle)


async def is_clean(database: Database, actor, vehicle: UUID, number: str) -> bool:
    differences, busy = await check(database, actor, DEFAULT, [(vehicle, number)], None, None, lambda _: None)
    assert not busy
    return [str(one) for one in differences] == []


async def test_a_trip_between_two_stops(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    await store(
        database,
        actor,
        vehicle,
        [
            *stand(0, 600),
            *drive(610, 5000, 500),
            *stand(1110, 900, latitude=37.0 + 5000 / DEGREE_M),
        ],
    )
    await derive_everything(database, actor)
    (trip,) = await trips_of(
        database, actor, vehicle,
        "id, trip_number, started_at, ended_at, distance_km, duration_minutes, idle_time_minutes, "
        "max_speed_kph, avg_speed_kph, start_odometer, metadata",
    )  # fmt: skip
    begin = BEGIN + timedelta(seconds=610)
    assert trip[0] == trip_id(vehicle, begin.timestamp())
    assert trip[1] == f"V1-{begin:%Y%m%d-%H%M%S}"
    assert trip[2:4] == (begin, BEGIN + timedelta(seconds=1110))
    assert float(trip[4]) == pytest.approx(5.0, abs=0.01)
    assert trip[5:7] == (8, None), "without engine data idling is not known"
    assert [float(one) for one in trip[7:9]] == pytest.approx([36.0, 36.0], abs=0.1)
    assert trip[9] is None, "no reading of the odometer is known"
    assert trip[10] == {"distance_source": "gps", "max_speed_source": "computed"}
    first, last = await stops_of(database, actor, vehicle, "started_at, ended_at, duration_minutes")
    assert first == (BEGIN + timedelta(seconds=30), begin, 10)
    assert last == (BEGIN + timedelta(seconds=1110), None, 15)


async def test_the_live_state(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    columns = "motion, motion_since, trip_id, speed::float8, heading::float8, recorded_at"
    await store(database, actor, vehicle, [*stand(0, 600), *drive(610, 5000, 500)])
    done = (await derive_everything(database, actor))[0]
    begin = BEGIN + timedelta(seconds=610)
    assert done.written.states == [vehicle]
    motion, since, trip, speed, heading, at = await state_of(database, actor, vehicle, columns)
    assert (motion, since, trip) == ("moving", begin, trip_id(vehicle, begin.timestamp()))
    assert speed == pytest.approx(36, abs=0.1)
    assert heading == pytest.approx(0, abs=0.2)
    assert at == BEGIN + timedelta(seconds=1110)
    (event,) = await database.read(
        actor, "SELECT topic, payload FROM event_log WHERE tenant_id = %s", (actor.tenant_id,)
    )
    assert event == ("vehicle_states", {"vehicle_ids": [str(vehicle)]})

    await store(database, actor, vehicle, stand(1110, 900, latitude=37.0 + 5000 / DEGREE_M))
    await derive_everything(database, actor)
    state = await state_of(database, actor, vehicle, columns)
    assert state[:4] == ("stopped", BEGIN + timedelta(seconds=1110), None, pytest.approx(36, abs=0.1))
    assert state[5] == at, (
        "the latest position is what ingest keeps; derivation adds to it and never moves it"
    )


async def test_nothing_new_writes_nothing(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    await store(database, actor, vehicle, [*stand(0, 600), *drive(610, 5000, 500)])
    await derive_everything(database, actor)
    async with database.connection(actor, audited=False) as connection:
        await connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, '2000-01-01')",
            (actor.tenant_id, vehicle),
        )
    (again,) = await derive_everything(database, actor)
    assert (again.vehicles, again.written.rows, again.written.states) == (1, 0, [])
    assert (await derive_round(database, actor.tenant_id, DEFAULT)).vehicles == 0


async def test_in_order_shuffled_and_in_small_portions_are_the_same(database, actor) -> None:
    """Real taxis: at once; in order, bit by bit; shuffled over several batches with rounds in between."""
    chance = random.Random(20080522)
    for number, fixes in enumerate(cab_days(3)):
        vehicles = [await add_vehicle(database, actor, f"cab {number} {way}") for way in "abcd"]
        whole, bits, shuffled, portioned = vehicles
        await store(database, actor, whole, fixes)
        await derive_everything(database, actor)
        expected = [rows and [row[:-1] for row in rows] for rows in await outcome(database, actor, whole)]
        assert len(expected[0]) > 10
        assert len(expected[1]) > 10

        for begin in range(0, len(fixes), 40):
            await store(database, actor, bits, fixes[begin : begin + 40])
            await derive_everything(database, actor)
        mixed = list(fixes)
        chance.shuffle(mixed)
        for begin in range(0, len(mixed), 250):
            await store(database, actor, shuffled, mixed[begin : begin + 250])
            await derive_everything(database, actor)
        await store(database, actor, portioned, fixes)
        rounds = await derive_everything(database, actor, portions=Portions(positions=64))
        assert len(rounds) > 5
        for vehicle, name in ((bits, "b"), (shuffled, "c"), (portioned, "d")):
            found = [[row[:-1] for row in rows] for rows in await outcome(database, actor, vehicle)]
            assert found == expected, name
            assert await is_clean(database, actor, vehicle, name)


async def test_going_on_reads_little(database, actor) -> None:
    """A vehicle that has stood for hours is not read from the beginning for each fix, nor for one a little late."""
    vehicle = await add_vehicle(database, actor, "V1")
    fixes = [*drive(0, 5000, 500), *stand(500, 20_000, latitude=37.045)]
    for begin in range(0, len(fixes), 10):
        await store(database, actor, vehicle, fixes[begin : begin + 10])
        await derive_everything(database, actor)
    for second, most in ((20_530, 60), (20_560, 60), (20_590, 60), (20_475.5, 60), (20_200.25, 300)):
        await store(database, actor, vehicle, [(second, 37.045, -122.0)])
        (done,) = await derive_everything(database, actor)
        assert done.positions < most, second
    assert await is_clean(database, actor, vehicle, "V1")


async def test_what_people_said_stays_and_moves_with_the_trip(database, actor, database_urls) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    fixes = [*stand(0, 600), *drive(610, 5000, 500), *stand(1110, 900, latitude=37.0 + 5000 / DEGREE_M)]
    early, late = fixes[:16] + fixes[30:], fixes[16:30]
    await store(database, actor, vehicle, early)
    await derive_everything(database, actor)
    (before,) = await trips_of(database, actor, vehicle, "id, started_at")
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE trips SET usage_type = 'business', business_purpose = 'Delivery' WHERE id = %s",
            (before[0],),
        )
    with psycopg.connect(database_urls.owner) as owner:
        incident = insert(owner, "incidents", actor.tenant_id, vehicle_id=vehicle, trip_id=before[0])
        comment = insert(owner, "comments", actor.tenant_id, record_type="trips", record_id=before[0])
    await store(database, actor, vehicle, stand(1110 + 900, 60, latitude=37.0 + 5000 / DEGREE_M))
    await derive_everything(database, actor)
    same = await trips_of(database, actor, vehicle, "id, usage_type")
    assert same == [(before[0], "business")]

    await store(database, actor, vehicle, late)
    await derive_everything(database, actor)
    (after,) = await trips_of(database, actor, vehicle, "id, usage_type, business_purpose, started_at")
    assert after[0] != before[0], "the late fixes must have moved the start, else this proves nothing"
    assert after[1:3] == ("business", "Delivery")
    with psycopg.connect(database_urls.owner) as owner:
        for table, column, key in (("incidents", "trip_id", incident), ("comments", "record_id", comment)):
            row = owner.execute(f"SELECT {column} FROM {table} WHERE id = %s", (key,)).fetchone()
            assert row == (after[0],), table
    assert await is_clean(database, actor, vehicle, "V1")


async def test_driver_by_assignment_also_when_it_is_corrected(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    end = 37.0 + 5000 / DEGREE_M
    await store(
        database, actor, vehicle,
        [*stand(0, 600), *drive(610, 5000, 500), *stand(1110, 900, latitude=end),
         *drive(2020, 5000, 500, south=end), *stand(2520, 900, latitude=37.0 + 10_000 / DEGREE_M)],
    )  # fmt: skip
    async with database.connection(actor) as connection:
        rows = [
            await (
                await connection.execute(
                    "INSERT INTO drivers (tenant_id, full_name, driver_number) VALUES (%s, %s, %s) RETURNING id",
                    (actor.tenant_id, name, name),
                )
            ).fetchone()
            for name in ("Ann", "Ben")
        ]
        ann, ben = (row[0] for row in rows if row)
        assign = (
            "INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at, ends_at) "
            "VALUES (%s, %s, %s, %s, %s) RETURNING id"
        )
        change = BEGIN + timedelta(seconds=1500)
        first = await (
            await connection.execute(
                assign, (actor.tenant_id, vehicle, ann, BEGIN - timedelta(days=1), change)
            )
        ).fetchone()
        await connection.execute(assign, (actor.tenant_id, vehicle, ben, change, None))
    await derive_everything(database, actor)
    assert await trips_of(database, actor, vehicle, "driver_id") == [(ann,), (ben,)]
    assert [row[0] for row in await stops_of(database, actor, vehicle, "driver_id")] == [ann, ann, ben]
    assert await state_of(database, actor, vehicle, "driver_id") == (ben,)

    async with database.connection(actor) as connection:
        await connection.execute("DELETE FROM driver_assignments WHERE id = %s", first)
    await derive_everything(database, actor)
    assert await trips_of(database, actor, vehicle, "driver_id") == [(None,), (ben,)]


async def test_odometers_follow_readings(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    end = 37.0 + 5400 / DEGREE_M
    fixes = [*stand(0, 600), *drive(610, 5400, 500), *stand(1110, 900, latitude=end),
             *drive(2020, 5400, 500, south=end), *stand(2520, 900, latitude=37.0 + 10_800 / DEGREE_M)]  # fmt: skip
    read = (
        "INSERT INTO meter_readings (tenant_id, vehicle_id, value, replacement_offset, recorded_at) "
        "VALUES (%s, %s, %s, %s, %s)"
    )
    async with database.connection(actor) as connection:
        await connection.execute(read, (actor.tenant_id, vehicle, 20_700, 100_000, BEGIN))
    await store(database, actor, vehicle, fixes[:40])
    await derive_everything(database, actor)
    await store(database, actor, vehicle, fixes[40:])
    await derive_everything(database, actor)
    columns = "start_odometer, end_odometer, end_odometer_m"
    first, second = await trips_of(database, actor, vehicle, columns)
    assert first[:2] == (120, 126)
    assert first[2] == pytest.approx(126_100, abs=15)
    assert second == (126, 131, pytest.approx(131_500, abs=30))
    assert await state_of(database, actor, vehicle, "odometer_m") == (second[2],)
    assert await is_clean(database, actor, vehicle, "V1")

    async with database.connection(actor) as connection:
        moment = BEGIN + timedelta(seconds=1500)
        await connection.execute(read, (actor.tenant_id, vehicle, 200_000, 0, moment))
    await derive_everything(database, actor)
    again, second = await trips_of(database, actor, vehicle, columns)
    assert again == first, "a reading says nothing about what was before"
    assert second == (200, 205, pytest.approx(205_400, abs=15))


async def test_the_devices_odometer_counts_where_there_is_no_reading(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    fixes = [(*fix[:5], 50_000_000.0 + 10.2 * max(0, min(500, fix[0] - 610))) for fix in [
        *stand(0, 600), *drive(610, 5000, 500), *stand(1110, 900, latitude=37.0 + 5000 / DEGREE_M)]]  # fmt: skip
    await store(database, actor, vehicle, fixes)
    await derive_everything(database, actor)
    (trip,) = await trips_of(
        database, actor, vehicle, "start_odometer, end_odometer, distance_km::float8, metadata ->> 'distance_source'"
    )  # fmt: skip
    assert trip == (50_000, 50_005, pytest.approx(5.1), "odometer")
    assert await state_of(database, actor, vehicle, "odometer_m") == (50_005_100.0,)


@pytest.mark.parametrize("way", ["ignition", "rpm"])
async def test_idling_needs_an_engine_that_is_known_to_run(database, actor, way) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    latitude = 37.0 + 5000 / DEGREE_M
    fixes = [*drive(0, 5000, 500), *stand(500, 1200, latitude=latitude)]
    running = [fix[0] for fix in fixes if fix[0] <= 1100]
    if way == "ignition":
        fixes = [(*fix[:4], fix[0] <= 1100, None) for fix in fixes]
    else:
        await store_readings(
            database, actor, vehicle, [(fix[0] - 1, 800 if fix[0] in running else 0, 36 if fix[0] < 500 else 0)
                                       for fix in fixes if fix[0] >= 1],
        )  # fmt: skip
    await store(database, actor, vehicle, fixes)
    await derive_everything(database, actor)
    (stop,) = await stops_of(database, actor, vehicle, "duration_minutes, idle_minutes")
    assert stop == (20, 10)
    (trip,) = await trips_of(database, actor, vehicle, "idle_time_minutes, metadata ->> 'max_speed_source'")
    assert trip == (0, "computed" if way == "ignition" else "device")
    assert await state_of(database, actor, vehicle, "motion, ignition") == ("stopped", False)


async def test_two_sources_at_one_instant_are_one_fix(database, actor) -> None:
    vehicle, twin = [await add_vehicle(database, actor, number) for number in ("V1", "V2")]
    fixes = [*stand(0, 600), *drive(610, 5000, 500), *stand(1110, 900, latitude=37.0 + 5000 / DEGREE_M)]
    await store(database, actor, vehicle, fixes)
    await store(database, actor, twin, fixes, source="one")
    await store(database, actor, twin, fixes, source="other")
    await derive_everything(database, actor)
    ours, theirs = await outcome(database, actor, vehicle), await outcome(database, actor, twin)
    assert [row[:-1] for row in theirs[0]] == [row[:-1] for row in ours[0]]
    assert theirs[1] == ours[1]


async def test_another_tenants_work_is_not_touched(database, tenant, other_tenant) -> None:
    ours = await add_vehicle(database, tenant.actor, "V1")
    theirs = await add_vehicle(database, other_tenant.actor, "V1")
    for actor, vehicle in ((tenant.actor, ours), (other_tenant.actor, theirs)):
        await store(database, actor, vehicle, [*stand(0, 600), *drive(610, 5000, 500)])
    await derive_everything(database, tenant.actor)
    assert len(await trips_of(database, tenant.actor, ours)) == 1
    assert await trips_of(database, other_tenant.actor, theirs) == []
    rows = await database.read(other_tenant.actor, "SELECT count(*) FROM derivation_work")
    assert rows[0][0] == 1
