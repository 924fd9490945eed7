"""Fuel events and the consumption of trips from readings, through the database."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest

from motorpool.core.database.database import Database

from .readings import Fix, Reading, add_vehicle, at, derive, is_clean, rows_of, store

EVENTS = (
    "kind, started_at, ended_at, liters::float8, percent::float8, before_liters::float8, after_liters::float8, "
    "engine_state, confidence, reasons, latitude::float8"
)
TRIPS = (
    "started_at, fuel_consumed_liters::float8, fuel_efficiency_l_per_100km::float8, fuel_method, fuel_details, "
    "energy_consumed_kwh::float8"
)


@pytest.fixture
async def actor(tenant):
    return tenant.actor


async def events(database: Database, actor: Any, vehicle: UUID, columns: str = EVENTS) -> list[Any]:
    return await rows_of(database, actor, "fuel_events", vehicle, columns, "ended_at, kind")


def day(tank: float = 60.0) -> tuple[list[Reading], list[Fix]]:
    """A drive of 20 km, a fuel stop of five minutes with the ignition on, a drive back, a night, and a tank that is emptier
    in the morning; a reading each 30 s, a fix each 20 s.
    """
    readings: list[Reading] = []
    fixes: list[Fix] = []
    liters = 30.0

    def drive(begin: float, from_: float, to: float) -> None:
        nonlocal liters
        for n in range(61):
            liters -= 2.0 / 60
            readings.append(
                {"at": begin + 30 * n, "rpm": 2000, "speed": 60, "fuel_level": round(liters / tank * 100, 2)}
            )
        fixes.extend((begin + 20 * n, from_ + (to - from_) * n / 90) for n in range(91))

    def stand(begin: float, seconds: float, place: float, pour: float = 0.0) -> None:
        nonlocal liters
        count = int(seconds // 30)
        for n in range(1, count):
            liters += pour / (count - 1)
            readings.append({"at": begin + 30 * n, "rpm": 0, "fuel_level": round(liters / tank * 100, 2)})
        fixes.extend((begin + 60 * n, place) for n in range(1, int(seconds // 60)))

    stand(0, 900, 37.0)
    drive(900, 37.0, 37.18)
    stand(2700, 600, 37.18)
    stand(3300, 300, 37.18, pour=25.0)
    stand(3600, 600, 37.18)
    drive(4200, 37.18, 37.0)
    stand(6000, 900, 37.0)
    liters -= 9.0
    stand(40000, 900, 37.0)
    return readings, fixes


async def test_a_day_with_a_fuel_stop_and_a_thief(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1", tank_capacity_liters=60, fuel_type="diesel")
    readings, fixes = day()
    await store(database, actor, vehicle, readings, fixes)
    await derive(database, actor)
    refuel, drop = await events(database, actor, vehicle)
    assert refuel[0] == "refuel"
    assert refuel[3] == pytest.approx(25, abs=1)
    assert refuel[4] == pytest.approx(25 / 60 * 100, abs=2)
    assert refuel[5] == pytest.approx(28, abs=1)
    assert (refuel[7], refuel[8], refuel[10]) == ("off", "high", 37.18)
    assert at(3200) < refuel[1] < refuel[2] < at(3700)
    assert drop[0] == "drop"
    assert drop[3] == pytest.approx(9, abs=0.5)
    assert (drop[1], drop[2]) == (at(6870), at(40030))
    assert (drop[7], drop[8]) == ("off", "high")
    first, second = await rows_of(database, actor, "trips", vehicle, TRIPS, "started_at")
    for trip in (first, second):
        assert trip[1] == pytest.approx(2, abs=0.3)
        assert trip[2] == pytest.approx(10, abs=1.6)
        assert trip[3] == "level"
        assert trip[4]["refuelled_liters"] == 0
    assert await is_clean(database, actor, vehicle, "V1")
    (count,) = await database.read(
        actor,
        "SELECT count(*) FROM audit_trails WHERE tenant_id = %s AND table_name IN ('trips', 'fuel_events')",
        (actor.tenant_id,),
    )
    assert count[0] == 0


async def test_without_the_size_of_the_tank_percent_is_told(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V2")
    readings, fixes = day()
    await store(database, actor, vehicle, readings, fixes)
    await derive(database, actor)
    refuel, drop = await events(database, actor, vehicle)
    assert (refuel[0], refuel[3], drop[0], drop[3]) == ("refuel", None, "drop", None)
    assert refuel[4] == pytest.approx(41.7, abs=2)
    trips = await rows_of(database, actor, "trips", vehicle, TRIPS, "started_at")
    assert [trip[1] for trip in trips] == [None, None]


async def test_charging_between_two_trips(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "E1", battery_capacity_kwh=60, fuel_type="electric")
    readings, fixes = day()
    charge = {0: 80.0}
    for one in readings:
        driven = 900 <= one["at"] <= 2700 or 4200 <= one["at"] <= 6000
        plugged = 3000 <= one["at"] <= 3900
        charge[0] += -0.2 if driven else 0.5 if plugged else 0.0
        one.pop("fuel_level")
        one.pop("rpm")
        one["state_of_charge"] = round(charge[0], 2)
    await store(database, actor, vehicle, readings, fixes)
    await derive(database, actor)
    (event,) = await events(
        database, actor, vehicle, "kind, percent::float8, energy_kwh::float8, started_at, ended_at"
    )
    assert event[:3] == ("charge", pytest.approx(15, abs=1), pytest.approx(9, abs=0.7))
    first, second = await rows_of(database, actor, "trips", vehicle, TRIPS, "started_at")
    assert first[3] == second[3] == "charge"
    assert first[5] == pytest.approx(12 / 100 * 60, abs=0.6)
    assert await is_clean(database, actor, vehicle, "E1")


async def test_readings_alone_are_enough_for_events(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "R1", tank_capacity_liters=60)
    readings, _ = day()
    for start in range(0, len(readings), 50):
        await store(database, actor, vehicle, readings[start : start + 50])
        await derive(database, actor)
    refuel, drop = await events(database, actor, vehicle)
    assert (refuel[0], refuel[8], refuel[10]) == ("refuel", "high", None)
    assert (drop[0], drop[8], drop[9]) == ("drop", "low", ["distance_not_known"])
    assert await is_clean(database, actor, vehicle, "R1")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("tracked", [True, False])
async def test_any_order_and_any_chunks_are_the_same(database, actor, seed, tracked) -> None:
    dice = random.Random(seed)
    readings, fixes = day()
    for one in readings:
        one["fuel_level"] = round(max(0.0, min(100.0, one["fuel_level"] + dice.gauss(0, 3))), 2)
        if dice.random() < 0.02:
            one["fuel_level"] = dice.choice((0, 100, 3))
    fixes = fixes if tracked else []
    plain = await add_vehicle(database, actor, f"P{seed}{tracked}", tank_capacity_liters=60)
    await store(database, actor, plain, readings, fixes)
    await derive(database, actor)
    expected = (
        await events(database, actor, plain),
        await rows_of(database, actor, "trips", plain, TRIPS, "started_at"),
    )
    assert expected[0]
    mixed = await add_vehicle(database, actor, f"M{seed}{tracked}", tank_capacity_liters=60)
    rest, places = list(readings), list(fixes)
    dice.shuffle(rest)
    dice.shuffle(places)
    while rest or places:
        some, rest = rest[:70], rest[70:]
        where, places = places[:90], places[90:]
        await store(database, actor, mixed, some, where)
        await derive(database, actor, positions=dice.choice((60, 200, 200_000)))
    found = (
        await events(database, actor, mixed),
        await rows_of(database, actor, "trips", mixed, TRIPS, "started_at"),
    )
    assert found == expected
    assert await is_clean(database, actor, mixed, f"M{seed}{tracked}")
