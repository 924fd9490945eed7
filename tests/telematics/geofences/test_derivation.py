"""Visits and events in the database: late fixes, portions, changed fences, groups, announcements."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext, find_job
from motorpool.core.tenancy import Actor
from motorpool.telematics.derive.replay import check, derive_anew
from motorpool.telematics.derive.round import Portions
from motorpool.telematics.rules.definition import DEFAULT

from ..derive.fleet import (
    BEGIN,
    DEGREE_M,
    add_vehicle,
    cab_days,
    derive_everything,
    drive,
    stand,
    store,
)
from .world import add_fence, change_fence, events_of, visits_of

ALL = "v.event_type, v.recorded_at, v.geofence_id, v.latitude, v.longitude, v.dwell_duration_minutes, v.driver_id"
DOWNTOWN = (37.7880, -122.4075)
#: Where `drive` ends after 5 km.
END = 37.0 + 5000 / DEGREE_M


@pytest.fixture
async def actor(tenant) -> Actor:
    return tenant.actor


async def is_clean(database: Database, actor: Actor, vehicle: UUID, number: str) -> list[str]:
    differences, busy = await check(database, actor, DEFAULT, [(vehicle, number)], None, None, lambda _: None)
    assert not busy
    return [str(one) for one in differences]


def seconds(rows: list) -> list[tuple[str, float]]:
    return [(row[0], row[1] - BEGIN.timestamp()) for row in rows]


async def test_in_through_and_out(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    yard = await add_fence(
        database, actor, "Yard", center_lat=END, center_lng=-122.0, radius_meters=150, dwell_minutes=5
    )
    gate = await add_fence(database, actor, "Gate", center_lat=37.0203, center_lng=-122.0, radius_meters=20)
    far = await add_fence(database, actor, "Far", center_lat=38.0, center_lng=-122.0, radius_meters=500)
    # 10 m/s with a fix every 100 m: no fix lies in the gate.
    await store(
        database,
        actor,
        vehicle,
        [*stand(0, 600), *drive(610, 5000, 500), *stand(1110, 900, latitude=END)],
    )
    await derive_everything(database, actor)
    at_gate = (0.0203 * DEGREE_M) / 10 + 610
    assert seconds(await events_of(database, actor, vehicle, gate)) == [
        ("entry", pytest.approx(at_gate - 2, abs=0.1)),
        ("exit", pytest.approx(at_gate + 4.5, abs=0.1)),
    ]
    assert seconds(await events_of(database, actor, vehicle, yard)) == [
        ("entry", pytest.approx(1095, abs=0.1)),
        ("dwell", pytest.approx(1395, abs=0.1)),
    ]
    assert await events_of(database, actor, vehicle, far) == []
    assert [left is None for _, left in await visits_of(database, actor, vehicle)] == [False, True]
    # Leaving by the way it came.
    await store(
        database, actor, vehicle, [(2020 + 10 * k, END - 100 * k / DEGREE_M, -122.0) for k in range(30)]
    )
    await derive_everything(database, actor)
    (leaving,) = [row for row in await events_of(database, actor, vehicle, yard) if row[0] == "exit"]
    assert leaving[1] - BEGIN.timestamp() == pytest.approx(2037.5, abs=0.1)
    assert leaving[2] == 16, "minutes inside"
    assert await is_clean(database, actor, vehicle, "V1") == []


async def test_the_outcome_depends_on_the_fixes_alone(database, actor) -> None:
    """Real taxis over many fences: at once, bit by bit, shuffled, in small portions: the same events."""
    chance = random.Random(4)
    for number in range(120):
        lat, lng = DOWNTOWN[0] + chance.gauss(0, 0.015), DOWNTOWN[1] + chance.gauss(0, 0.015)
        dwell = chance.choice([None, 2, 15])
        if number % 2:
            await add_fence(
                database, actor, f"C{number}", center_lat=lat, center_lng=lng,
                radius_meters=chance.choice([40, 120, 400]), dwell_minutes=dwell,
            )  # fmt: skip
        else:
            high, wide = chance.uniform(0.0005, 0.006), chance.uniform(0.0005, 0.006)
            ring = [[lng, lat], [lng + wide, lat], [lng + wide / 2, lat + high], [lng, lat]]
            shape = {"type": "Polygon", "coordinates": [ring]}
            await add_fence(database, actor, f"P{number}", coordinates=shape, dwell_minutes=dwell)
    for number, fixes in enumerate(cab_days(2)):
        fixes = fixes[:700]
        vehicles = [await add_vehicle(database, actor, f"cab {number} {way}") for way in "abcd"]
        whole, bits, shuffled, portioned = vehicles
        await store(database, actor, whole, fixes)
        await derive_everything(database, actor)
        expected = (
            await events_of(database, actor, whole, columns=ALL),
            await visits_of(database, actor, whole),
        )
        assert len(expected[0]) > 200

        for begin in range(0, len(fixes), 40):
            await store(database, actor, bits, fixes[begin : begin + 40])
            await derive_everything(database, actor)
        mixed = list(fixes)
        chance.shuffle(mixed)
        for begin in range(0, len(mixed), 100):
            await store(database, actor, shuffled, mixed[begin : begin + 100])
            await derive_everything(database, actor)
        await store(database, actor, portioned, fixes)
        rounds = await derive_everything(database, actor, portions=Portions(positions=64))
        assert len(rounds) > 3
        for vehicle, name in ((bits, "b"), (shuffled, "c"), (portioned, "d")):
            found = (
                await events_of(database, actor, vehicle, columns=ALL),
                await visits_of(database, actor, vehicle),
            )
            assert sorted(found[0], key=str) == sorted(expected[0], key=str), name
            assert found[1] == expected[1], name
            assert await is_clean(database, actor, vehicle, name) == []


async def test_nothing_new_writes_nothing_and_replay_gives_the_same_ids(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    await add_fence(
        database, actor, "Yard", center_lat=END, center_lng=-122, radius_meters=150, dwell_minutes=5
    )
    await store(database, actor, vehicle, [*drive(610, 5000, 500), *stand(1110, 900, latitude=END)])
    await derive_everything(database, actor)
    before = await events_of(database, actor, vehicle, columns="v.id, v.created_at")
    assert len(before) == 2
    await derive_anew(database, actor, DEFAULT, [vehicle], None, lambda _: None)
    assert await events_of(database, actor, vehicle, columns="v.id, v.created_at") == before


async def test_a_late_fix_takes_back_what_did_not_happen(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    await add_fence(database, actor, "Gate", center_lat=37.0203, center_lng=-122.0, radius_meters=20)
    straight = drive(0, 5000, 500)
    await store(database, actor, vehicle, straight)
    await derive_everything(database, actor)
    assert len(await events_of(database, actor, vehicle)) == 2
    # It went round the gate: fixes that arrive late, 90 m to the east.
    around = [(t + 5, lat, -121.999, None, None, None) for t, lat, *_ in straight if 37.018 < lat < 37.023]
    await store(database, actor, vehicle, around)
    await derive_everything(database, actor)
    assert await events_of(database, actor, vehicle) == []
    assert await visits_of(database, actor, vehicle) == []


async def test_a_changed_fence_leaves_the_past_alone(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    yard = await add_fence(database, actor, "Yard", center_lat=END, center_lng=-122, radius_meters=150)
    await store(database, actor, vehicle, [*drive(610, 5000, 500), *stand(1110, 900, latitude=END)])
    await derive_everything(database, actor)
    assert [row[0] for row in await events_of(database, actor, vehicle)] == ["entry"]
    await change_fence(database, actor, yard, name="The yard")
    assert await is_clean(database, actor, vehicle, "V1") == []
    await change_fence(database, actor, yard, center_lat=38.0)
    rows = await database.read(
        actor,
        "SELECT applies_from > now() - interval '1 minute' FROM geofences WHERE tenant_id = %s",
        (actor.tenant_id,),
    )
    assert rows == [(True,)]
    assert await is_clean(database, actor, vehicle, "V1") == []
    # The next position after the change ends the visit.
    later = (datetime.now(UTC) - BEGIN).total_seconds() + 5
    await store(database, actor, vehicle, [(later, END, -122.0)])
    await derive_everything(database, actor)
    assert [row[0] for row in await events_of(database, actor, vehicle)] == ["entry", "exit"]
    ((_, left),) = await visits_of(database, actor, vehicle)
    assert left == BEGIN + timedelta(seconds=round(later, 6))
    assert await is_clean(database, actor, vehicle, "V1") == []


async def test_a_fence_that_is_switched_off_ends_its_visits(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    yard = await add_fence(database, actor, "Yard", center_lat=END, center_lng=-122, radius_meters=150)
    await store(database, actor, vehicle, [*drive(610, 5000, 500), *stand(1110, 900, latitude=END)])
    await derive_everything(database, actor)
    await change_fence(database, actor, yard, is_active=False)
    later = (datetime.now(UTC) - BEGIN).total_seconds() + 5
    await store(database, actor, vehicle, [(later, END, -122.0)])
    await derive_everything(database, actor)
    ((_, left),) = await visits_of(database, actor, vehicle)
    assert left is not None
    assert [row[0] for row in await events_of(database, actor, vehicle)] == ["entry"], "nobody drove out"
    assert await is_clean(database, actor, vehicle, "V1") == []


async def test_a_fence_of_a_group_is_for_its_vehicles_only(database, actor) -> None:
    member, other = [await add_vehicle(database, actor, name) for name in ("V1", "V2")]
    async with database.connection(actor) as connection:
        row = await (await connection.execute(
            "INSERT INTO vehicle_groups (tenant_id, name) VALUES (%s, 'Trucks') RETURNING id", (actor.tenant_id,)
        )).fetchone()  # fmt: skip
        await connection.execute(
            "INSERT INTO vehicle_group_members (tenant_id, group_id, vehicle_id) VALUES (%s, %s, %s)",
            (actor.tenant_id, row[0], member),
        )
    await add_fence(
        database, actor, "Yard", center_lat=END, center_lng=-122, radius_meters=150, vehicle_group_id=row[0]
    )
    for vehicle in (member, other):
        await store(database, actor, vehicle, drive(610, 5000, 500))
    await derive_everything(database, actor)
    assert len(await events_of(database, actor, member)) == 1
    assert await events_of(database, actor, other) == []


async def test_the_driver_is_the_one_who_drove_then(database, actor) -> None:
    vehicle = await add_vehicle(database, actor, "V1")
    await add_fence(database, actor, "Yard", center_lat=END, center_lng=-122, radius_meters=150)
    async with database.connection(actor) as connection:
        row = await (await connection.execute(
            "INSERT INTO drivers (tenant_id, driver_number, full_name) VALUES (%s, 'D1', 'Ada') RETURNING id", (actor.tenant_id,)
        )).fetchone()  # fmt: skip
        await connection.execute(
            "INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at) VALUES (%s, %s, %s, %s)",
            (actor.tenant_id, vehicle, row[0], BEGIN),
        )
    await store(database, actor, vehicle, drive(610, 5000, 500))
    await derive_everything(database, actor)
    assert await events_of(database, actor, vehicle, columns="v.driver_id") == [(row[0],)]
    assert await visits_of(database, actor, vehicle, "v.driver_id") == [(row[0],)]


async def test_old_events_are_nobody_s_news(database, actor) -> None:
    old, new = [await add_vehicle(database, actor, name) for name in ("old", "new")]
    await add_fence(
        database, actor, "Yard", center_lat=END, center_lng=-122, radius_meters=150, alert_on_entry=True
    )
    await store(database, actor, old, drive(610, 5000, 500))
    recent = (datetime.now(UTC) - BEGIN).total_seconds() - 500
    await store(database, actor, new, drive(recent, 5000, 490))
    await derive_everything(database, actor)
    (event,) = await events_of(database, actor, new, columns="v.id::text")
    rows = await database.read(
        actor,
        "SELECT payload FROM event_log WHERE tenant_id = %s AND topic = 'geofence_events'",
        (actor.tenant_id,),
    )
    assert rows == [({"event_ids": [event[0]]},)]
    assert len(await events_of(database, actor, old)) == 1


async def test_people_who_may_see_it_are_told_once_of_what_a_fence_alerts_about(
    settings, database, organisation
) -> None:
    who = organisation.actor
    vehicle = await add_vehicle(database, who, "V1")
    await add_fence(
        database, who, "Yard", center_lat=END, center_lng=-122, radius_meters=150, alert_on_entry=True
    )
    recent = (datetime.now(UTC) - BEGIN).total_seconds() - 500
    await store(database, who, vehicle, drive(recent, 5000, 490))
    await derive_everything(database, who)
    ((task, arguments),) = await database.read(
        who,
        "SELECT task_name, args FROM procrastinate_jobs WHERE args ->> 'tenant_id' = %s",
        (str(who.tenant_id),),
    )
    assert task == "communication.tell_geofence_alerts"
    await find_job(task).run(JobContext(database, settings, who), event_ids=arguments["event_ids"])
    rows = await database.read(
        who,
        "SELECT title, category, notification_type FROM notifications WHERE tenant_id = %s",
        (who.tenant_id,),
    )
    assert rows == [("V1 entered Yard", "geofence", "alert")]
