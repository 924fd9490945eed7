"""Joins and cuts in the database: they hold through late fixes and replay, and what people said survives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.telematics.derive.fleet import (
    BEGIN,
    DEGREE_M,
    add_vehicle,
    derive_everything,
    drive,
    stand,
    stops_of,
    store,
    trips_of,
)

from motorpool.core.errors import Conflict, Invalid, NotFound
from motorpool.telematics.actions.edit_trips import merge_trips, split_trip, undo_edit
from motorpool.telematics.derive.replay import check
from motorpool.telematics.rules.definition import DEFAULT

FIRST_END = 37.0 + 5000 / DEGREE_M
SECOND_END = FIRST_END + 4000 / DEGREE_M
DAY = [
    *stand(0, 600),
    *drive(610, 5000, 500),
    *stand(1110, 900, latitude=FIRST_END),
    *drive(2020, 4000, 400, south=FIRST_END),
    *stand(2420, 900, latitude=SECOND_END),
    *drive(3330, 3000, 300, south=SECOND_END),
    *stand(3630, 900, latitude=SECOND_END + 3000 / DEGREE_M),
]
COLUMNS = "id, started_at, ended_at, usage_type, business_purpose, classified_by, distance_km::float8"


@pytest.fixture
async def actor(tenant: Any) -> Any:
    return tenant.actor


@pytest.fixture
async def vehicle(database: Any, actor: Any) -> UUID:
    made = await add_vehicle(database, actor, "V1")
    await store(database, actor, made, DAY)
    await derive_everything(database, actor)
    return made


def at(seconds: float) -> Any:
    return BEGIN + timedelta(seconds=seconds)


async def edits_of(database: Any, actor: Any) -> list[Any]:
    return list(
        await database.read(
            actor,
            "SELECT id, kind, undone_at IS NOT NULL FROM trip_edits WHERE tenant_id = %s ORDER BY created_at, id",
            (actor.tenant_id,),
        )
    )


async def says(database: Any, actor: Any, trip: UUID, usage: str, purpose: str | None = None) -> None:
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE trips SET usage_type = %s, business_purpose = %s WHERE tenant_id = %s AND id = %s",
            (usage, purpose, actor.tenant_id, trip),
        )


async def is_clean(database: Any, actor: Any, vehicle: UUID) -> bool:
    found, busy = await check(database, actor, DEFAULT, [(vehicle, "V1")], None, None, lambda _: None)
    return not busy and [str(one) for one in found] == []


async def merge(database: Any, actor: Any, trip: UUID, following: int = 1) -> UUID:
    async with database.transaction(actor) as session:
        return await merge_trips(session, actor, trip, DEFAULT, following=following)


async def split(database: Any, actor: Any, trip: UUID, **times: Any) -> UUID:
    async with database.transaction(actor) as session:
        return await split_trip(session, actor, trip, DEFAULT, **times)


async def undo(database: Any, actor: Any, edit: UUID) -> None:
    async with database.transaction(actor) as session:
        await undo_edit(session, actor, edit, DEFAULT)


async def test_joining_holds_through_late_fixes_and_replay_and_is_undone(
    database: Any, actor: Any, vehicle: UUID
) -> None:
    before = await trips_of(database, actor, vehicle, COLUMNS)
    first, second, third = before
    await says(database, actor, second[0], "business", "Parts for Kim")
    assert await merge(database, actor, first[0]) == first[0]
    one, two = await trips_of(database, actor, vehicle, COLUMNS)
    assert (one[0], one[1], one[2]) == (first[0], first[1], second[2])
    assert one[6] == pytest.approx(9.0, abs=0.02)
    assert one[3:6] == ("business", "Parts for Kim", "user"), "what only the later one said goes to it"
    assert two == third
    assert len(await stops_of(database, actor, vehicle)) == 3
    assert await is_clean(database, actor, vehicle)

    # Late fixes: in the stop that is gone, and in the first trip.
    await store(database, actor, vehicle, [(1505, FIRST_END, -122.0), (1535, FIRST_END, -122.0)], "late")
    await store(database, actor, vehicle, [(815, 37.0 + 2050 / DEGREE_M, -122.0)], "late")
    await derive_everything(database, actor)
    assert [row[0] for row in await trips_of(database, actor, vehicle, COLUMNS)] == [first[0], third[0]]
    # And more of the day.
    await store(
        database, actor, vehicle, [(4530 + s, SECOND_END + 3000 / DEGREE_M, -122.0) for s in (30, 60)], "more"
    )
    await derive_everything(database, actor)
    assert [row[0] for row in await trips_of(database, actor, vehicle, COLUMNS)] == [first[0], third[0]]
    assert await is_clean(database, actor, vehicle)

    [(edit, kind, undone)] = await edits_of(database, actor)
    assert (kind, undone) == ("merge", False)
    await undo(database, actor, edit)
    after = await trips_of(database, actor, vehicle, COLUMNS)
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert after[1][3:6] == ("business", "Parts for Kim", "user"), "it comes back with its trip"
    assert await is_clean(database, actor, vehicle)
    with pytest.raises(Conflict, match="undone already"):
        await undo(database, actor, edit)


async def test_joining_three(database: Any, actor: Any, vehicle: UUID) -> None:
    first, _, third = await trips_of(database, actor, vehicle, COLUMNS)
    await merge(database, actor, first[0], 2)
    [one] = await trips_of(database, actor, vehicle, COLUMNS)
    assert (one[0], one[2]) == (first[0], third[2])
    with pytest.raises(Conflict, match="no later trip"):
        await merge(database, actor, first[0])
    with pytest.raises(NotFound):
        await merge(database, actor, third[0])
    assert await is_clean(database, actor, vehicle)


async def test_cutting_keeps_what_was_said_and_joining_takes_it_back(
    database: Any, actor: Any, vehicle: UUID
) -> None:
    before = await trips_of(database, actor, vehicle, COLUMNS)
    first = before[0]
    await says(database, actor, first[0], "business", "Deliveries")
    second_id = await split(database, actor, first[0], at=at(814))
    parts = (await trips_of(database, actor, vehicle, COLUMNS))[:2]
    assert [(row[0], row[1], row[2]) for row in parts] == [
        (first[0], first[1], at(810)),
        (second_id, at(810), first[2]),
    ]
    assert [row[3:6] for row in parts] == [("business", "Deliveries", "user")] * 2
    await store(database, actor, vehicle, [(1005, 37.0 + 3950 / DEGREE_M, -122.0)], "late")
    await derive_everything(database, actor)
    assert [row[0] for row in await trips_of(database, actor, vehicle, COLUMNS)][:2] == [first[0], second_id]
    assert await is_clean(database, actor, vehicle)

    await merge(database, actor, first[0])
    assert [row[:3] for row in await trips_of(database, actor, vehicle, COLUMNS)] == [
        row[:3] for row in before
    ]
    assert [(kind, undone) for _, kind, undone in await edits_of(database, actor)] == [("split", True)]


async def test_cutting_where_it_was_joined_takes_the_join_back(
    database: Any, actor: Any, vehicle: UUID
) -> None:
    before = await trips_of(database, actor, vehicle, COLUMNS)
    await says(database, actor, before[1][0], "personal")
    await says(database, actor, before[0][0], "business")
    await merge(database, actor, before[0][0])
    second = await split(database, actor, before[0][0], at=at(1200), until=at(1500))
    after = await trips_of(database, actor, vehicle, COLUMNS)
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert second == before[1][0]
    assert [row[3] for row in after] == ["business", "personal", None]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (610, 610), (1110, 1110), (900, 1200)])
async def test_a_cut_outside_of_the_trip_is_refused(
    database: Any, actor: Any, vehicle: UUID, start: int, end: int
) -> None:
    first = (await trips_of(database, actor, vehicle, COLUMNS))[0]
    with pytest.raises(Invalid):
        await split(database, actor, first[0], at=at(start), until=at(end))
    assert await edits_of(database, actor) == []


async def test_a_trip_under_way_is_left_alone(database: Any, actor: Any, vehicle: UUID) -> None:
    await store(database, actor, vehicle, drive(4540, 3000, 300, south=SECOND_END + 3000 / DEGREE_M))
    await derive_everything(database, actor)
    *_, last, under_way = await trips_of(database, actor, vehicle, COLUMNS)
    with pytest.raises(Conflict, match="under way"):
        await merge(database, actor, last[0])
    with pytest.raises(Conflict, match="under way"):
        await split(database, actor, under_way[0], at=at(4600))
