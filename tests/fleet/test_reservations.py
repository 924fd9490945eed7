"""Reservations over HTTP: request, approve, hand over, return; who may; and fifty who want the same vehicle at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_person

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
Row = dict[str, Any]
Add = Callable[..., uuid.UUID]


@pytest.fixture
def add(organisation: Organisation, owner: psycopg.Connection[Any]) -> Add:
    def made(table: str, **values: Any) -> uuid.UUID:
        found: uuid.UUID = insert(owner, table, organisation.id, **values)
        return found

    return made


async def request(client: httpx.AsyncClient, **values: Any) -> Row:
    body = {
        "purpose": "Site visit",
        "starts_at": (NOW + HOUR).isoformat(),
        "ends_at": (NOW + 3 * HOUR).isoformat(),
    } | {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in values.items()}
    answer = await client.post("/api/v1/vehicle-reservations", json=body)
    assert answer.status_code == 201, answer.text
    found: Row = answer.json()
    return found


async def move(client: httpx.AsyncClient, row: Row, verb: str, **body: Any) -> httpx.Response:
    given = {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in body.items()}
    return await client.post(f"/api/v1/vehicle-reservations/{row['id']}/{verb}", json=given)


async def made(answer: Awaitable[httpx.Response]) -> Row:
    done = await answer
    assert done.status_code == 200, done.text
    found: Row = done.json()
    return found


async def test_request_approve_hand_over_return(client: httpx.AsyncClient, add: Add, sql: Any) -> None:
    van, driver = add("vehicles"), add("drivers")
    row = await request(client, vehicle_type="van", driver_id=driver)
    assert row["status"] == "requested" and row["reservation_number"].startswith("RES-")
    await made(move(client, row, "approve", vehicle_id=van))
    out = await made(
        move(client, row, "hand_over", odometer_out=41_000, fuel_percent_out="80", key_number="K-7")
    )
    assert (out["status"], out["key_number"]) == ("handed_over", "K-7")
    assert sql("SELECT driver_id, ends_at, source FROM driver_assignments WHERE vehicle_id = %s", van) == [
        (driver, None, "reservation")
    ]
    less = await move(client, row, "return", odometer_in=40_999)
    assert less.json()["errors"][0]["field"] == "odometer_in", "the odometer does not run backwards"
    back = await made(move(client, row, "return", odometer_in=41_064, fuel_percent_in="60"))
    assert back["status"] == "returned"
    readings = sql(
        "SELECT value, source, meter_type FROM meter_readings WHERE vehicle_id = %s ORDER BY recorded_at", van
    )
    assert readings == [
        (41_000_000.0, "reservation", "odometer"),
        (41_064_000.0, "reservation", "odometer"),
    ]
    ((ended,),) = sql("SELECT ends_at FROM driver_assignments WHERE vehicle_id = %s", van)
    assert abs((ended - datetime.now(UTC)).total_seconds()) < 30


async def test_an_early_return_frees_the_rest_of_the_time(client: httpx.AsyncClient, add: Add) -> None:
    van = add("vehicles")
    first, second = await request(client), await request(client)
    await made(move(client, first, "approve", vehicle_id=van))
    refused = await move(client, second, "approve", vehicle_id=van)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_available")
    assert first["reservation_number"] in refused.json()["detail"]
    await made(move(client, first, "hand_over"))
    await made(move(client, first, "return"))
    await made(move(client, second, "approve", vehicle_id=van))


async def test_every_reason_is_told_at_once_beside_its_field(client: httpx.AsyncClient, add: Add) -> None:
    van = add("vehicles", vehicle_number="V-9", status="out_of_service", registration_expires_on="2020-01-31")
    driver = add("drivers", full_name="Lee Late", status="suspended", license_expires_on="2020-01-31")
    row = await request(client, driver_id=driver)
    answer = await move(client, row, "approve", vehicle_id=van)
    assert answer.status_code == 409
    assert {one["field"]: one["message"] for one in answer.json()["errors"]} == {
        "vehicle_id": "V-9: Out of service; V-9: Registration expired on 31 Jan 2020",
        "driver_id": "Lee Late: Suspended; Lee Late: License expired on 31 Jan 2020",
    }
    assert (await client.get(f"/api/v1/vehicle-reservations/{row['id']}")).json()["status"] == "requested"
    nameless = await move(client, await request(client), "approve")
    assert nameless.json()["errors"][0]["field"] == "vehicle_id"


async def test_what_was_decided_is_changed_by_those_who_decide(client: httpx.AsyncClient, add: Add) -> None:
    van, bus = add("vehicles"), add("vehicles")
    row, other = await request(client), await request(client)
    path = f"/api/v1/vehicle-reservations/{row['id']}"
    assert (await client.patch(path, json={"passengers": 3})).status_code == 200
    await made(move(client, row, "approve", vehicle_id=van))
    locked = await client.patch(path, json={"ends_at": (NOW + 9 * HOUR).isoformat()})
    assert (locked.status_code, locked.json()["code"]) == (409, "locked")
    assert (await client.patch(path, json={"notes": "Two dogs"})).status_code == 200
    await made(move(client, other, "approve", vehicle_id=bus))
    taken = await move(client, row, "reschedule", vehicle_id=bus)
    assert taken.status_code == 409
    backwards = await move(client, row, "reschedule", ends_at=NOW.isoformat())
    assert backwards.json()["errors"][0]["field"] == "ends_at"
    later = (NOW + 4 * HOUR).isoformat()
    changed = await made(
        move(client, row, "reschedule", starts_at=later, ends_at=(NOW + 6 * HOUR).isoformat())
    )
    assert changed["status"] == "approved"
    await made(move(client, row, "hand_over"))
    following = await request(
        client, starts_at=(NOW + 7 * HOUR).isoformat(), ends_at=(NOW + 8 * HOUR).isoformat()
    )
    await made(move(client, following, "approve", vehicle_id=van))
    far = await move(client, row, "extend", ends_at=(NOW + 7.5 * HOUR).isoformat())
    assert far.status_code == 409 and following["reservation_number"] in far.json()["detail"]
    await made(move(client, row, "extend", ends_at=(NOW + 7 * HOUR).isoformat()))


async def test_nobody_takes_a_vehicle_that_is_not_fit_when_it_is_handed_over(
    client: httpx.AsyncClient, add: Add, sql: Any
) -> None:
    van = add("vehicles")
    row = await request(client)
    await made(move(client, row, "approve", vehicle_id=van))
    sql("UPDATE vehicles SET status = 'in_shop' WHERE id = %s", van)
    answer = await move(client, row, "hand_over")
    assert answer.status_code == 409 and "In the shop" in answer.json()["detail"]
    sql("UPDATE vehicles SET status = 'active' WHERE id = %s", van)
    late = add(
        "vehicle_reservations",
        vehicle_id=van,
        status="handed_over",
        starts_at=NOW - 5 * HOUR,
        ends_at=NOW - HOUR,
    )
    answer = await move(client, row, "hand_over")
    assert answer.status_code == 409 and "Not back yet" in answer.json()["detail"]
    sql("UPDATE vehicle_reservations SET status = 'returned' WHERE id = %s", late)
    await made(move(client, row, "hand_over"))


async def test_a_constraint_speaks_where_nobody_asked(client: httpx.AsyncClient, add: Add, sql: Any) -> None:
    van, driver = add("vehicles"), add("drivers")
    body = {"vehicle_id": str(van), "driver_id": str(driver), "starts_at": NOW.isoformat()}
    assert (await client.post("/api/v1/driver-assignments", json=body)).status_code == 201
    again = await client.post("/api/v1/driver-assignments", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "overlap")
    assert again.json()["errors"][0]["field"] == "vehicle_id"


async def test_assignments_ask(client: httpx.AsyncClient, add: Add) -> None:
    shop, driver = add("vehicles", status="in_shop"), add("drivers", license_expires_on="2020-01-31")
    body = {"vehicle_id": str(shop), "driver_id": str(driver)}
    path = "/api/v1/driver-assignments"
    answer = await client.post(path, json=body | {"starts_at": NOW.isoformat()})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"vehicle_id", "driver_id"}
    past = {"starts_at": (NOW - 9 * HOUR).isoformat(), "ends_at": (NOW - HOUR).isoformat()}
    assert (await client.post(path, json=body | past)).status_code == 201, "history may be written down"
    good = {
        "vehicle_id": str(add("vehicles")),
        "driver_id": str(add("drivers")),
        "starts_at": NOW.isoformat(),
    }
    bulk = await client.post(f"{path}/bulk", json={"create": [good, body | {"starts_at": NOW.isoformat()}]})
    assert {one["field"] for one in bulk.json()["errors"]} == {
        "create[1].vehicle_id",
        "create[1].driver_id",
    }, bulk.text


@pytest.mark.parametrize("clients", [50])
async def test_fifty_approve_overlapping_reservations_of_one_vehicle(
    site: Site, organisation: Organisation, add: Add, sql: Any, clients: int
) -> None:
    van = add("vehicles")
    headers = organisation.headers
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=60) as client:
        # Each overlaps each other one.
        spans = [
            (NOW + HOUR + timedelta(minutes=n), NOW + 3 * HOUR + timedelta(minutes=n)) for n in range(clients)
        ]
        rows = await asyncio.gather(
            *(request(client, starts_at=a.isoformat(), ends_at=b.isoformat()) for a, b in spans)
        )
        answers = await asyncio.gather(*(move(client, row, "approve", vehicle_id=van) for row in rows))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * (clients - 1)
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "not_available", answer.text
            assert winner["reservation_number"] in answer.json()["detail"]
    assert sql(
        "SELECT count(*) FROM vehicle_reservations WHERE vehicle_id = %s AND status = 'approved'", van
    ) == [(1,)]


async def test_what_speaks_against_a_driver_is_told_to_those_who_may_read_the_driver(
    site: Site, organisation: Organisation, client: httpx.AsyncClient, add: Add
) -> None:
    other = add("drivers", full_name="Olga Other", status="suspended")
    asked = {
        "starts_at": "2030-05-21T08:00",
        "ends_at": "2030-05-21T10:00",
        "driver_id": str(other),
    }
    seen = await client.get("/reservations/free", params=asked)
    assert "Olga Other: Suspended" in seen.text
    _, token = await make_person(site.settings, organisation, "driver")
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as driver:
        hidden = await driver.get("/reservations/free", params=asked)
    assert hidden.status_code == 200 and "Any that fits" in hidden.text
    assert "Olga" not in hidden.text


async def test_a_driver_is_promised_one_vehicle_at_a_time(
    site: Site, organisation: Organisation, add: Add, sql: Any
) -> None:
    driver, vans = add("drivers"), [add("vehicles") for _ in range(8)]
    span = {"starts_at": (NOW + HOUR).isoformat(), "ends_at": (NOW + 2 * HOUR).isoformat()}
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=60) as client:
        rows = await asyncio.gather(*(request(client, driver_id=str(driver), **span) for _ in vans))
        pairs = zip(rows, vans, strict=True)
        answers = await asyncio.gather(
            *(move(client, row, "approve", vehicle_id=str(van)) for row, van in pairs)
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert sql(
        "SELECT count(*) FROM vehicle_reservations WHERE driver_id = %s AND status = 'approved'", driver
    ) == [(1,)]


async def test_two_of_one_request_do_not_share_a_driver_or_a_vehicle(
    client: httpx.AsyncClient, add: Add, sql: Any
) -> None:
    driver, vans = add("drivers"), [add("vehicles") for _ in range(3)]
    late = {"starts_at": (NOW + 3 * HOUR).isoformat(), "ends_at": (NOW + 4 * HOUR).isoformat()}

    async def approve_all(*rows: Row, **given: uuid.UUID) -> httpx.Response:
        wanted = {"verb": "approve", "ids": [row["id"] for row in rows]}
        wanted |= {name: str(value) for name, value in given.items()}
        return await client.post("/api/v1/vehicle-reservations/bulk", json={"move": wanted})

    first, second = [await request(client, vehicle_id=van, driver_id=driver) for van in vans[:2]]
    after = await request(client, vehicle_id=vans[1], driver_id=driver, **late)
    answer = await approve_all(first, second, after)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_available"), answer.text
    assert [(one["field"], one["message"]) for one in answer.json()["errors"]] == [
        ("move.ids[1]", f"needs the driver at the same time as {first['reservation_number']}")
    ]
    held = "SELECT count(*) FROM vehicle_reservations WHERE driver_id = %s AND status = 'approved'"
    assert sql(held, driver) == [(0,)], "all or none"
    assert (await approve_all(first, after)).status_code == 200
    one, other = await request(client), await request(client)
    answer = await approve_all(one, other, vehicle_id=vans[2])
    assert [(one["field"], one["message"]) for one in answer.json()["errors"]] == [
        ("move.ids[1]", f"needs the vehicle at the same time as {one['reservation_number']}")
    ]


async def test_the_database_itself_keeps_two_apart(add: Add, owner: psycopg.Connection[Any]) -> None:
    van = add("vehicles")
    add("vehicle_reservations", vehicle_id=van, status="approved", starts_at=NOW, ends_at=NOW + HOUR)
    with pytest.raises(psycopg.errors.ExclusionViolation):
        add("vehicle_reservations", vehicle_id=van, status="handed_over", starts_at=NOW, ends_at=NOW + HOUR)
    add(
        "vehicle_reservations",
        vehicle_id=van,
        status="approved",
        starts_at=NOW + HOUR,
        ends_at=NOW + 2 * HOUR,
    )


@pytest.mark.parametrize(
    ("role", "may_ask", "may_decide"),
    [
        ("driver", True, False),
        ("viewer", True, False),
        ("technician", True, False),
        ("dispatcher", True, True),
        ("fleet_manager", True, True),
        ("auditor", False, False),
    ],
)
async def test_who_may_ask_and_who_decides(
    site: Site, organisation: Organisation, add: Add, role: str, may_ask: bool, may_decide: bool
) -> None:
    van = add("vehicles")
    _, token = await make_person(site.settings, organisation, role)
    span = {"from": (NOW + HOUR).isoformat(), "to": (NOW + 2 * HOUR).isoformat()}
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as client:
        free = await client.get("/api/v1/vehicles/available", params=span)
        body = {"purpose": "Visit", "starts_at": span["from"], "ends_at": span["to"]}
        asked = await client.post("/api/v1/vehicle-reservations", json=body)
        assert (asked.status_code == 201) == may_ask, asked.text
        if may_ask:
            assert free.status_code == 200 and str(van) in {one["id"] for one in free.json()["items"]}
            decided = await move(client, asked.json(), "approve", vehicle_id=van)
            assert decided.status_code == (200 if may_decide else 403), decided.text
