"""Behaviour through the whole derivation: what is written, that it does not depend on how fixes arrived, and who is told."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from motorpool.telematics.derive.replay import check
from motorpool.telematics.derive.round import Portions
from motorpool.telematics.rules.behaviour import event_id
from motorpool.telematics.rules.definition import DEFAULT

from .conftest import (
    BEGIN,
    EVENT_COLUMNS,
    Drive,
    add_row,
    add_vehicle,
    add_work,
    derive_everything,
    events_of,
    polidriving,
    store,
)

BRAKING = [60, 44, 28, 20, 20, 16, 12, 8, 4]


def eventful() -> Drive:
    """Idles 10 minutes, brakes hard, is too fast for a minute, idles 6 minutes, drives back calmly, stands."""
    drive = (
        Drive()
        .stand(600, ignition=True)
        .cruise(60, 40)
        .speeds([*range(4, 60, 4), 60, *BRAKING])
        .cruise(80, 60)
    )
    return drive.stand(360, ignition=True).cruise(40, 120).stand(1200, ignition=False)


async def replayed(database, actor, vehicle: UUID) -> list[str]:
    found, busy = await check(database, actor, DEFAULT, [(vehicle, "V1")], None, None, lambda _: None)
    assert not busy
    return [str(one) for one in found]


async def test_an_eventful_day(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, speed_limit_kph=70, vehicle_type="car")
    driver = await add_row(database, actor, "drivers", full_name="Dana", driver_number="D1")
    await add_row(
        database, actor, "driver_assignments", vehicle_id=vehicle, driver_id=driver, starts_at=BEGIN
    )
    await store(database, actor, vehicle, eventful().rows)
    await derive_everything(database, actor)
    rows = await events_of(database, actor)
    assert [row[:2] for row in rows] == [
        ("idle_excess", "minor"),
        ("harsh_braking", "minor"),
        ("speeding", "moderate"),
        ("idle_excess", "minor"),
    ]
    idle, brake, fast, again = rows
    assert idle[2] == BEGIN + timedelta(seconds=30) and idle[3] == 570
    assert float(brake[6]) == -0.45 and float(brake[4]) == 60 and brake[7:] == ("derived", True)
    assert (fast[3], float(fast[4]), fast[5]) == (61, 80, 70)
    assert again[3] >= 330
    more = await events_of(database, actor, "id, driver_id, limit_source, fuel_wasted_liters::float8")
    assert {row[1] for row in more} == {None, driver} - {None}
    assert more[0][0] == event_id(vehicle, "idle_excess", (BEGIN + timedelta(seconds=30)).timestamp())
    assert more[0][3] == pytest.approx(570 / 3600 * 0.6057, abs=0.001)
    assert more[2][2] == "vehicle"
    assert await replayed(database, actor, vehicle) == []


@pytest.mark.parametrize("seed", range(4))
async def test_the_order_of_arrival_changes_nothing(database, actor, seed: int) -> None:
    """In one go, in small portions, or in pieces with late fixes: the same rows."""
    dice = random.Random(seed)
    evening = Drive(BEGIN + timedelta(hours=3)).stand(60).cruise(90, 30).stand(900)
    rows = eventful().rows + evening.rows
    whole, portioned, pieces = [
        await add_vehicle(database, actor, number, speed_limit_kph=70) for number in ("V0", "V2", "V1")
    ]
    await store(database, actor, whole, rows)
    await derive_everything(database, actor)
    await store(database, actor, portioned, rows)
    await derive_everything(database, actor, Portions(120))
    late = [row for row in rows if dice.random() < 0.05]
    timely = [row for row in rows if row not in late]
    cuts = sorted(dice.sample(range(1, len(timely)), 5))
    for begin, end in zip([0, *cuts], [*cuts, len(timely)], strict=True):
        await store(database, actor, pieces, timely[begin:end])
        await derive_everything(database, actor)
    dice.shuffle(late)
    for begin in range(0, len(late), 7):
        await store(database, actor, pieces, late[begin : begin + 7])
        await derive_everything(database, actor)
    found = await events_of(database, actor, f"vehicle_id, id, {EVENT_COLUMNS}")
    by_vehicle = {
        vehicle: [row[2:] for row in found if row[0] == vehicle] for vehicle in (whole, portioned, pieces)
    }
    assert len(by_vehicle[whole]) == 5
    assert by_vehicle[portioned] == by_vehicle[whole] and by_vehicle[pieces] == by_vehicle[whole]
    assert all(row[1] == event_id(row[0], row[2], row[4].timestamp()) for row in found)
    assert await replayed(database, actor, pieces) == []


async def test_a_late_fix_takes_an_event_back(database, actor) -> None:
    """What looked like braking over three seconds was none."""
    vehicle = await add_vehicle(database, actor)
    drive = Drive().stand(300).cruise(60, 60)
    drive.speeds([58], step=1).speeds([8], step=3).cruise(60, 60).stand(600)
    await store(database, actor, vehicle, drive.rows)
    await derive_everything(database, actor)
    [brake] = await events_of(database, actor)
    assert brake[0] == "harsh_braking" and float(brake[6]) == -0.47
    # A fix between the two arrives late: 58 > 10 km/h within a second is a fault of the device, not braking.
    late = (brake[2] + timedelta(seconds=1), 37.01, -122.0, 10.0, 0.0, True, None)
    await store(database, actor, vehicle, [late])
    await derive_everything(database, actor)
    assert await events_of(database, actor) == []


async def test_one_event_where_the_device_says_so_too(database, actor) -> None:
    vehicle = await add_vehicle(database, actor)
    drive = (
        Drive().stand(300).cruise(60, 60).speeds([*range(4, 60, 4), 60, *BRAKING]).cruise(30, 60).stand(600)
    )
    await store(database, actor, vehicle, drive.rows)
    await derive_everything(database, actor)
    [estimate] = await events_of(database, actor)
    assert estimate[7:] == ("derived", True)
    said = estimate[2] + timedelta(seconds=1)
    await add_row(
        database, actor, "device_events", vehicle_id=vehicle, recorded_at=said, code="harsh_braking", value=0.62,
        latitude=37.5, longitude=-122, speed=44,
    )  # fmt: skip
    async with database.connection(actor, audited=False) as connection:
        await add_work(connection, actor, vehicle, said)
    await derive_everything(database, actor)
    [event] = await events_of(database, actor)
    assert event[:3] == ("harsh_braking", "severe", said)
    assert float(event[6]) == -0.62 and event[7:] == ("device", False)
    assert await replayed(database, actor, vehicle) == []


async def test_rows_of_others_are_left_alone(database, actor) -> None:
    """A camera's event stays, and what it saw is not told twice."""
    vehicle = await add_vehicle(database, actor)
    drive = (
        Drive().stand(300).cruise(60, 60).speeds([*range(4, 60, 4), 60, *BRAKING]).cruise(30, 60).stand(600)
    )
    at = next(row[0] for row in drive.rows if row[3] == 44 and row[0] > BEGIN + timedelta(seconds=400))
    camera = await add_row(
        database, actor, "driver_behavior_events", vehicle_id=vehicle, event_type="harsh_braking", recorded_at=at, source="camera"
    )  # fmt: skip
    await store(database, actor, vehicle, drive.rows)
    await derive_everything(database, actor)
    found = await events_of(database, actor, "id, source")
    assert (camera, "camera") in found and len(found) == 1


async def test_thresholds_of_the_organisation(database, actor) -> None:
    """They hold for their class, from their time on, for whatever is derived next."""
    van = await add_vehicle(database, actor, "V1", vehicle_type="van")
    car = await add_vehicle(database, actor, "V2", vehicle_type="car")
    await add_row(
        database, actor, "behavior_thresholds", vehicle_type="van", valid_from=BEGIN + timedelta(hours=1),
        harsh_braking_g=0.6, idle_minutes=60,
    )  # fmt: skip
    first, second = eventful().rows, [(row[0] + timedelta(hours=5), *row[1:]) for row in eventful().rows]
    for vehicle in (van, car):
        await store(database, actor, vehicle, first + second)
    await derive_everything(database, actor)
    counts = await events_of(database, actor, "vehicle_id, event_type, recorded_at < '2026-05-04 12:00+00'")
    assert (
        sorted(str(row[1]) for row in counts if row[0] == car) == ["harsh_braking"] * 2 + ["idle_excess"] * 4
    )
    assert sorted(row[1:] for row in counts if row[0] == van) == [
        ("harsh_braking", True), ("idle_excess", True), ("idle_excess", True),
    ]  # fmt: skip
    assert await replayed(database, actor, van) == []


async def test_idling_for_work_is_none(database, actor) -> None:
    """With a power take-off, as a fix says it, or as the class of the vehicle has it."""
    vehicle = await add_vehicle(database, actor, "V1", vehicle_type="truck")
    crane = await add_vehicle(database, actor, "V2", vehicle_type="equipment")
    drive = Drive().stand(60, ignition=True).cruise(40, 60).stand(900, ignition=True, pto=True)
    drive.cruise(40, 60).stand(900, ignition=True).stand(30, ignition=False)
    for one in (vehicle, crane):
        await store(database, actor, one, drive.rows)
    await derive_everything(database, actor)
    rows = await events_of(database, actor, "vehicle_id, event_type, severity, duration_seconds")
    assert len(rows) == 1 and rows[0][:3] == (vehicle, "idle_excess", "moderate")
    assert 870 <= rows[0][3] <= 930


async def test_fences_and_streets_have_limits(database, actor) -> None:
    vehicle = await add_vehicle(database, actor)
    drive = Drive().stand(120).cruise(50, 200).stand(900)
    south = float(drive.rows[60][1])
    await add_row(
        database, actor, "geofences", name="School", type="circle", center_lat=south, center_lng=-122, radius_meters=400,
        speed_limit_kph=30,
    )  # fmt: skip
    await add_row(
        database, actor, "geofences", name="Off", type="circle", center_lat=south + 0.015, center_lng=-122, radius_meters=300,
        speed_limit_kph=20, is_active=False,
    )  # fmt: skip
    line = {"type": "LineString", "coordinates": [[-122.0, south + 0.01], [-122.0, south + 0.015]]}
    await add_row(
        database, actor, "street_limits", source_ref="way 1", street_name="North Rd", limit_kph=40,
        path=msgspec.json.encode(line).decode(), cell=_cell(south + 0.0125), source="test",
    )  # fmt: skip
    await store(database, actor, vehicle, drive.rows)
    await derive_everything(database, actor)
    rows = await events_of(
        database, actor, "event_type, speed_limit, limit_source, severity, duration_seconds"
    )
    assert [row[:4] for row in rows] == [
        ("speeding", 30, "geofence", "severe"),
        ("speeding", 40, "street", "severe"),
    ]
    # 556 m at 50 km/h take 40 s; the look-up reaches no further than the line itself.
    assert rows[1][4] == pytest.approx(40, abs=4)


def _cell(latitude: float) -> int:
    from motorpool.telematics.rules.speed_limits import cell_of

    return int(cell_of(latitude, -122.0))


async def test_who_is_told(database, actor) -> None:
    """What happened just now goes into the event log with its rows, once; history does not."""

    async def told() -> list[dict[str, object]]:
        rows = await database.read(
            actor,
            "SELECT payload FROM event_log WHERE tenant_id = %s AND topic = 'driver_behavior_events' ORDER BY id",
            (actor.tenant_id,),
        )
        return [event for row in rows for event in row[0]["events"]]

    vehicle = await add_vehicle(database, actor)
    await store(database, actor, vehicle, eventful().rows)
    await derive_everything(database, actor)
    assert await events_of(database, actor) and await told() == []
    drive = Drive(datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=220)).stand(60, ignition=False)
    drive.speeds([*range(4, 64, 4), *[60] * 40, 44, 28, 20, 20])
    await store(database, actor, vehicle, drive.rows)
    await derive_everything(database, actor)
    [event] = await told()
    assert (event["event_type"], event["severity"], event["vehicle_id"]) == (
        "harsh_braking",
        "minor",
        str(vehicle),
    )
    await store(database, actor, vehicle, Drive(drive.at, float(drive.latitude)).speeds([20, 20, 20]).rows)
    await derive_everything(database, actor)
    assert len(await told()) == 1


async def test_real_drives_second_by_second(database, actor) -> None:
    """Two drives of POLIDriving (186 km): calm drivers, one hard braking each, of 0.40 g at 70 and at 49 km/h."""
    for number, rows in enumerate(polidriving().values()):
        vehicle = await add_vehicle(database, actor, f"P{number}", vehicle_type="car")
        await store(database, actor, vehicle, rows)
    await derive_everything(database, actor)
    rows = await events_of(
        database, actor, "event_type, severity, g_force::float8, speed_at_event::int, duration_seconds"
    )
    assert [row for row in rows if row[0].startswith("harsh")] == [
        ("harsh_braking", "minor", -0.4, 70, 2),
        ("harsh_braking", "minor", -0.4, 49, 3),
    ]
