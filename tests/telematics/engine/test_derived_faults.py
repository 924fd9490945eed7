"""Faults from readings, through the database: their lives, their events, replay and late readings."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest

from motorpool.core.database.database import Database
from motorpool.telematics.rules.engine_faults import fault_id

from .readings import Fix, Reading, add_vehicle, at, derive, is_clean, rows_of, store

COLUMNS = (
    "code, status, first_seen_at, last_seen_at, cleared_at, occurrence, mil_on, odometer_km, freeze_frame"
)


@pytest.fixture
async def actor(tenant):
    return tenant.actor


async def faults(database: Database, actor: Any, vehicle: UUID, columns: str = COLUMNS) -> list[Any]:
    return await rows_of(database, actor, "vehicle_faults", vehicle, columns, "first_seen_at, code")


def drive(begin: float, minutes: int, codes: list[str] | None, **values: Any) -> list[Reading]:
    return [{"at": begin + 60 * n, "rpm": 1500, "dtc_codes": codes, **values} for n in range(minutes)]


async def test_a_code_comes_goes_and_comes_back(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "F1")
    await store(
        database,
        actor,
        vehicle,
        [
            *drive(0, 5, []),
            *drive(300, 5, ["p0301 "], mil_on=True, odometer=81234, coolant_temp=91),
            *drive(600, 5, []),
            *drive(900, 2, ["P0301", "P0420"], mil_on=False),
        ],
    )
    await derive(database, actor)
    first, second, other = await faults(database, actor, vehicle)
    frame = {"rpm": 1500, "coolant_temp": 91}
    assert first == ("P0301", "cleared", at(300), at(540), at(720), 1, True, 81234, frame)
    assert second[:8] == ("P0301", "active", at(900), at(960), None, 2, False, None)
    assert other[:6] == ("P0420", "active", at(900), at(960), None, 1)
    found = await faults(database, actor, vehicle, "id, description, severity, system")
    assert found[0] == (
        fault_id(vehicle, "P0301", at(300).timestamp()),
        "Cylinder 1 Misfire Detected",
        "major",
        "ignition",
    )
    events = await database.read(
        actor,
        "SELECT payload FROM event_log WHERE tenant_id = %s AND topic = 'vehicle_faults'",
        (actor.tenant_id,),
    )
    told = [(one["code"], one["status"]) for (payload,) in events for one in payload["faults"]]
    assert sorted(told) == [("P0301", "active"), ("P0301", "cleared"), ("P0420", "active")]
    assert await is_clean(database, actor, vehicle, "F1")


async def test_an_engine_that_stands_still_clears_nothing_and_null_says_nothing(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "F2")
    await store(database, actor, vehicle, drive(0, 2, ["P0420"]))
    await store(
        database, actor, vehicle, [{"at": 200 + n, "rpm": 0, "dtc_codes": []} for n in range(0, 600, 10)]
    )
    await store(database, actor, vehicle, drive(1000, 30, None))
    await derive(database, actor)
    assert [row[1] for row in await faults(database, actor, vehicle)] == ["active"]
    await store(database, actor, vehicle, drive(3000, 599, None))
    await derive(database, actor)
    (row,) = await faults(database, actor, vehicle)
    assert row[1] == "cleared", "ten hours of driving without a word of it"


async def test_nothing_new_writes_nothing_and_tells_nothing(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "F3")
    readings = [*drive(0, 5, ["P0420"]), *drive(300, 5, [])]
    await store(database, actor, vehicle, readings)
    await derive(database, actor)
    async with database.connection(actor, audited=False) as connection:
        await connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, '2000-01-01')",
            (actor.tenant_id, vehicle),
        )
    assert await derive(database, actor) == 0
    rows = await database.read(
        actor, "SELECT count(*) FROM event_log WHERE tenant_id = %s", (actor.tenant_id,)
    )
    assert rows[0][0] == 1


async def test_a_late_reading_moves_the_begin_and_the_acknowledgement_goes_with_it(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "F4")
    await store(database, actor, vehicle, drive(300, 5, ["P0420"]))
    await derive(database, actor)
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE vehicle_faults SET acknowledged_at = now(), acknowledgement_note = 'ordered' WHERE tenant_id = %s",
            (actor.tenant_id,),
        )
    await store(database, actor, vehicle, [{"at": 200, "rpm": 900, "dtc_codes": ["P0420"]}])
    await derive(database, actor)
    (row,) = await faults(database, actor, vehicle, "first_seen_at, acknowledgement_note")
    assert row == (at(200), "ordered")
    rows = await database.read(
        actor,
        "SELECT count(*) FROM event_log WHERE tenant_id = %s AND topic = 'vehicle_faults'",
        (actor.tenant_id,),
    )
    assert rows[0][0] == 1, "it is the same fault"


def messy(dice: random.Random) -> list[Reading]:
    """Two hours of a vehicle whose codes come and go, with the engine off at times."""
    codes = {"P0301": False, "P0420": False}
    readings = []
    clock = 0.0
    for _ in range(220):
        clock += dice.choice((5, 20, 30, 60, 90))
        for code in codes:
            if dice.random() < 0.15:
                codes[code] = not codes[code]
        said = [code for code, active in codes.items() if active] if dice.random() < 0.8 else None
        readings.append(
            {
                "at": clock,
                "rpm": dice.choice((0, 800, 2000)),
                "dtc_codes": said,
                "mil_on": dice.random() < 0.5,
            }
        )
    return readings


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tracked", [False, True])
async def test_any_order_and_any_chunks_are_the_same(database, actor, seed, tracked) -> None:
    dice = random.Random(seed)
    readings = messy(dice)
    end = readings[-1]["at"]
    fixes: list[Fix] = []
    if tracked:
        # Short drives and stops all the while.
        fixes = [(t, 37 + 0.01 * ((t // 1200) % 2) * ((t % 1200) / 1200)) for t in range(0, int(end), 20)]
    plain = await add_vehicle(database, actor, f"P{seed}{tracked}")
    await store(database, actor, plain, readings, fixes)
    await derive(database, actor)
    expected = await faults(database, actor, plain)
    assert len(expected) > 4

    mixed = await add_vehicle(database, actor, f"M{seed}{tracked}")
    rest, places = list(readings), list(fixes)
    dice.shuffle(rest)
    dice.shuffle(places)
    while rest or places:
        some, rest = rest[:37], rest[37:]
        where, places = places[:90], places[90:]
        await store(database, actor, mixed, some, where)
        await derive(database, actor, positions=dice.choice((40, 150, 200_000)))
    assert await faults(database, actor, mixed) == expected
    assert await is_clean(database, actor, mixed, f"M{seed}{tracked}")
