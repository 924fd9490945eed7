"""Batches over HTTP: what is stored, what is counted, what is refused and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from motorpool.core.access import NOTHING, Access, Reach
from motorpool.core.access.decision import Rule

from .conftest import app_for, fix, send, with_access


def counts(answer: httpx.Response) -> tuple[int, int, int, int]:
    body = answer.json()
    return body["received"], body["accepted"], body["duplicates"], body["rejected"]


@pytest.mark.parametrize("packed", [False, True])
async def test_a_batch_is_stored_with_every_column(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any, packed: bool
) -> None:
    full = fix(
        altitude=12.345, speed=50.5, heading=359.99, accuracy=4, ignition=True, odometer_m=123456.7,
        source="box", attributes={"fuel": 3, "text": 'a "quoted", comma\nline'},
    )  # fmt: skip
    answer = await send(client, full, fix("van", 1779348600.25), packed=packed)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"received": 2, "accepted": 2, "duplicates": 0, "rejected": 0, "problems": []}
    rows = sql(
        "SELECT vehicle_id, latitude::float, longitude::float, altitude::float, speed::float, heading::float, "
        "accuracy::float, ignition, odometer_m, source, attributes, recorded_at, device_id FROM vehicle_locations "
        "WHERE tenant_id = %s ORDER BY recorded_at",
        tenant.id,
    )
    assert rows[0] == (
        vehicles["bus"], 37.78, -122.41, 12.35, 50.5, 359.99, 4.0, True, 123456.7, "box",
        {"fuel": 3, "text": 'a "quoted", comma\nline'}, datetime(2026, 5, 21, 7, 30, tzinfo=UTC), None,
    )  # fmt: skip
    assert rows[1][0] == vehicles["van"]
    assert rows[1][3:11] == (None, None, None, None, None, None, "api", None)
    assert rows[1][11] == datetime(2026, 5, 21, 7, 30, 0, 250_000, tzinfo=UTC)


async def test_the_same_batch_again_adds_nothing(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    batch = [fix(at=1_779_348_600 + second) for second in range(500)]
    assert counts(await send(client, *batch)) == (500, 500, 0, 0)
    assert counts(await send(client, *batch)) == (500, 0, 500, 0)
    later = [fix(at=1_779_348_600 + second) for second in range(400, 700)]
    assert counts(await send(client, *later)) == (300, 200, 100, 0)
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(700,)]


async def test_duplicates_inside_a_batch_count_once(client: httpx.AsyncClient, vehicles: Any) -> None:
    same_moment_other_source = fix(source="box")
    answer = await send(client, fix(), fix(speed=3), same_moment_other_source, fix("van"))
    assert counts(answer) == (4, 3, 1, 0)


async def test_times_in_every_form_mean_the_same(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    forms = [
        "2026-05-21T07:30:00Z", "2026-05-21T09:30:00+02:00", "2026-05-21 07:30:00.000Z", 1779348600, 1779348600000,
        1779348600.0, "1779348600",
    ]  # fmt: skip
    answer = await send(client, *(fix(at=form, source=f"s{n}") for n, form in enumerate(forms)))
    assert counts(answer) == (7, 7, 0, 0)
    assert sql("SELECT DISTINCT recorded_at FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [
        (datetime(2026, 5, 21, 7, 30, tzinfo=UTC),)
    ]


async def test_a_batch_over_several_months(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    batch = [fix(at=f"2021-{month:02}-28T23:59:59Z") for month in range(1, 13)]
    assert counts(await send(client, *batch)) == (12, 12, 0, 0)
    assert counts(await send(client, *batch, fix(at="2020-12-31T23:59:59.999999Z"))) == (13, 1, 12, 0)
    rows = sql(
        "SELECT count(*), count(DISTINCT tableoid) FROM vehicle_locations WHERE tenant_id = %s", tenant.id
    )
    assert rows == [(13, 13)]


SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("latitude beyond the pole", {"latitude": 90.1}, "latitude", "out_of_range"),
    ("longitude beyond the date line", {"longitude": -180.5}, "longitude", "out_of_range"),
    ("no fix", {"latitude": 0, "longitude": 0}, "latitude", "no_fix"),
    ("future", {"recorded_at": SOON}, "recorded_at", "future"),
    ("ancient", {"recorded_at": "1999-12-31T23:59:59Z"}, "recorded_at", "ancient"),
    ("far future number", {"recorded_at": 1e30}, "recorded_at", "not_a_time"),
    ("no offset", {"recorded_at": "2026-05-21T07:30:00"}, "recorded_at", "not_a_time"),
    ("no time at all", {"recorded_at": "yesterday"}, "recorded_at", "not_a_time"),
    ("time of wrong type", {"recorded_at": [1]}, "recorded_at", "wrong_type"),
    ("speed does not fit", {"speed": 10_000}, "speed", "out_of_range"),
    ("negative speed", {"speed": -1}, "speed", "out_of_range"),
    ("heading beyond the circle", {"heading": 361}, "heading", "out_of_range"),
    ("accuracy does not fit", {"accuracy": 10_000}, "accuracy", "out_of_range"),
    ("altitude does not fit", {"altitude": 1e9}, "altitude", "out_of_range"),
    ("text for a number", {"latitude": "north"}, "latitude", "wrong_type"),
    ("object for a number", {"speed": {}}, "speed", "wrong_type"),
    ("null for a coordinate", {"longitude": None}, "longitude", "wrong_type"),
    ("number for a flag", {"ignition": 7}, "ignition", "wrong_type"),
    ("unknown vehicle", {"vehicle": "nobody"}, "vehicle", "unknown_vehicle"),
    ("empty vehicle", {"vehicle": ""}, "vehicle", "missing"),
    ("number for a vehicle", {"vehicle": 7}, "vehicle", "wrong_type"),
    ("NUL in the vehicle", {"vehicle": "bu\x00s"}, "vehicle", "nul"),
    ("NUL in the source", {"source": "a\x00"}, "source", "nul"),
    ("long source", {"source": "s" * 51}, "source", "too_long"),
    ("NUL in the attributes", {"attributes": {"a": "\x00"}}, "attributes", "nul"),
    ("large attributes", {"attributes": {"a": "x" * 20_000}}, "attributes", "too_long"),
    ("attributes are no object", {"attributes": [1]}, "attributes", "wrong_type"),
    ("unknown field", {"speeed": 1}, "speeed", "unknown_field"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "code"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
async def test_a_bad_item_is_named_and_the_rest_is_stored(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any, change: Any, field: str, code: str
) -> None:
    answer = await send(client, fix(at=1779348600), {**fix(at=1779348601), **change}, fix("van", 1779348602))
    assert answer.status_code == 200, answer.text
    assert counts(answer) == (3, 2, 0, 1)
    problems = answer.json()["problems"]
    assert [(p["index"], p["field"], p["code"]) for p in problems] == [(1, field, code)]
    assert problems[0]["message"]
    stored = sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id)
    assert stored == [(2,)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
async def test_numbers_that_are_none(client: httpx.AsyncClient, vehicles: Any, value: float) -> None:
    """JSON cannot say NaN, msgpack can."""
    answer = await send(client, fix(at=1), fix(at=1779348600), fix(at=1779348601, speed=value), packed=True)
    assert counts(answer) == (3, 1, 0, 2)
    assert [(p["index"], p["field"]) for p in answer.json()["problems"]] == [(0, "recorded_at"), (2, "speed")]
    answer = await send(client, fix(), {**fix(at=1779348609), "latitude": value}, packed=True)
    assert counts(answer) == (2, 1 if answer.json()["duplicates"] == 0 else 0, answer.json()["duplicates"], 1)
    assert answer.json()["problems"][0]["field"] == "latitude"


async def test_every_problem_of_an_item_is_told(client: httpx.AsyncClient, vehicles: Any) -> None:
    answer = await send(client, fix(), {"vehicle": "bus", "latitude": "x", "longitude": [], "speed": True}, 7)
    problems = {(p["index"], p["field"], p["code"]) for p in answer.json()["problems"]}
    assert problems == {
        (1, "latitude", "wrong_type"), (1, "longitude", "wrong_type"), (1, "recorded_at", "missing"), (2, "", "wrong_type"),
    } or problems == {
        (1, "latitude", "wrong_type"), (1, "longitude", "wrong_type"), (1, "recorded_at", "missing"),
        (1, "speed", "wrong_type"), (2, "", "wrong_type"),
    }  # fmt: skip
    assert counts(answer) == (3, 1, 0, 2)


async def test_numbers_in_quotes_are_taken_as_the_api_writes_them(
    client: httpx.AsyncClient, vehicles: Any
) -> None:
    answer = await send(client, fix(latitude="37.78000000", longitude="-122.41", speed="50.50"))
    assert counts(answer) == (1, 1, 0, 0)


async def test_nothing_good_is_422_with_the_reasons(client: httpx.AsyncClient, vehicles: Any) -> None:
    answer = await send(client, fix(latitude=91), fix("nobody"))
    assert answer.status_code == 422
    body = answer.json()
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (body["code"], body["received"], body["accepted"], body["rejected"]) == ("invalid", 2, 0, 2)
    assert [error["field"] for error in body["errors"]] == ["positions[0].latitude", "positions[1].vehicle"]


async def test_problems_are_capped_but_counted(client: httpx.AsyncClient, vehicles: Any) -> None:
    answer = await send(client, fix(), *(fix(speed=-1) for _ in range(250)))
    assert answer.json()["rejected"] == 250
    assert len(answer.json()["problems"]) == 100


async def test_bodies_that_cannot_be_read(client: httpx.AsyncClient, vehicles: Any) -> None:
    url = "/api/v1/telemetry/positions"
    json = {"content-type": "application/json"}
    for body in (b"{", b'{"positions": 3}', b"7", b"[1", b"", b'"text"', b"\xff\xfe", b"[" * 100_000):
        answer = await client.post(url, content=body, headers=json)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), body[:20]
    packed = {"content-type": "application/x-msgpack"}
    for body in (b"\xc1", b"\xdc", msgspec.msgpack.encode(5)):
        assert (await client.post(url, content=body, headers=packed)).status_code == 400
    assert (await client.post(url, content=b"a,b", headers={"content-type": "text/csv"})).status_code == 415
    assert (await client.post(url, content=b"[]")).status_code == 415
    assert (await client.get(url)).status_code == 405


async def test_an_empty_batch_and_a_bare_array_are_fine(client: httpx.AsyncClient, vehicles: Any) -> None:
    assert counts(await send(client)) == (0, 0, 0, 0)
    for media, encode in (
        ("application/json", msgspec.json.encode),
        ("application/msgpack", msgspec.msgpack.encode),
    ):
        answer = await client.post(
            "/api/v1/telemetry/positions",
            content=encode([fix(source=media)] * 20),
            headers={"content-type": f"{media}; charset=utf-8"},
        )
        assert counts(answer) == (20, 1, 19, 0)


async def test_oversize_by_items_and_by_bytes(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    answer = await send(client, *[fix()] * 10_001)
    assert (answer.status_code, answer.json()["maximum_items"]) == (413, 10_000)
    answer = await send(client, 5, *[fix()] * 10_001)
    assert answer.status_code == 413
    answer = await send(client, fix(attributes={"a": "x" * 17_000_000}))
    assert (answer.status_code, answer.json()["maximum_bytes"]) == (413, 16_000_000)
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(0,)]


async def test_vehicles_by_number_vin_id_and_device(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    sql(
        "INSERT INTO devices (tenant_id, identifier, name, vehicle_id) VALUES (%s, %s, 'phone', %s)",
        tenant.id, f"secret-{tenant.slug}", vehicles["bus"],
    )  # fmt: skip
    bus = str(vehicles["bus"])
    names = ["bus", "1FDFE4FS8HDC12345", bus, bus.upper(), f"secret-{tenant.slug}"]
    answer = await send(client, *(fix(name, 1779348600 + n) for n, name in enumerate(names)))
    assert counts(answer) == (5, 5, 0, 0)
    rows = sql(
        "SELECT vehicle_id, device_id IS NOT NULL FROM vehicle_locations WHERE tenant_id = %s ORDER BY recorded_at",
        tenant.id,
    )
    assert rows == [(vehicles["bus"], n == 4) for n in range(5)]


async def test_another_tenants_vehicle_is_as_unknown_as_none(
    client: httpx.AsyncClient, vehicles: Any, other_tenant: Any, sql: Any
) -> None:
    theirs = sql(
        "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'their-1') RETURNING id",
        other_tenant.id,
    )[0][0]
    device = f"device-secret-{other_tenant.slug}"
    sql(
        "INSERT INTO devices (tenant_id, identifier, name, vehicle_id) VALUES (%s, %s, 'x', %s)",
        other_tenant.id,
        device,
        theirs,
    )
    answer = await send(client, fix(), fix(str(theirs)), fix("their-1"), fix(device), fix("none-1"))
    assert counts(answer) == (5, 1, 0, 4)
    messages = [p["message"] for p in answer.json()["problems"]]
    assert messages[1].replace("their-1", "none-1") == messages[3]
    assert device not in answer.text
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", other_tenant.id) == [(0,)]


async def test_a_vehicle_added_later_is_found_soon(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    import asyncio

    assert (await send(client, fix("new"))).status_code == 422
    sql("INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'new')", tenant.id)
    await asyncio.sleep(1.1)
    assert counts(await send(client, fix("new"))) == (1, 1, 0, 0)


async def test_permission_and_reach(pipeline: Any, vehicles: Any, tenant: Any, sql: Any) -> None:
    async def answer_as(access: Access, **more: Any) -> httpx.Response:
        app = app_for(pipeline, with_access(tenant.actor, access=access, **more))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://test"
        ) as client:
            return await send(client, fix("bus"), fix("van"))

    answer = await answer_as(NOTHING)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await answer_as(Access((Rule("obd_telemetry.create", "role"),)))).status_code == 403
    # A driver may report for the vehicle that is assigned to him now, and for no other.
    driver = sql(
        "INSERT INTO drivers (tenant_id, full_name, driver_number) VALUES (%s, 'A B', '1') RETURNING id",
        tenant.id,
    )[0][0]
    sql(
        "INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at) VALUES (%s, %s, %s, now() - interval '1 h')",
        tenant.id, vehicles["van"], driver,
    )  # fmt: skip
    own = Access((Rule("vehicle_locations.create", "role", Reach(own=True)),))
    answer = await answer_as(own, driver_id=driver)
    assert counts(answer) == (2, 1, 0, 1)
    assert answer.json()["problems"][0]["index"] == 0
    assert (await answer_as(own)).status_code == 422


async def test_what_is_written_besides_the_rows(
    client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any
) -> None:
    first = [fix(at=1779348600 + n, speed=n) for n in range(10)]
    await send(client, *reversed(first), fix("van", 1779348605))
    state = "SELECT recorded_at, speed::int FROM vehicle_states WHERE tenant_id = %s AND vehicle_id = %s"
    assert sql(state, tenant.id, vehicles["bus"]) == [(datetime(2026, 5, 21, 7, 30, 9, tzinfo=UTC), 9)]
    work = "SELECT vehicle_id, from_time FROM derivation_work WHERE tenant_id = %s ORDER BY id"
    assert sorted(sql(work, tenant.id), key=lambda row: row[1]) == [
        (vehicles["bus"], datetime(2026, 5, 21, 7, 30, tzinfo=UTC)),
        (vehicles["van"], datetime(2026, 5, 21, 7, 30, 5, tzinfo=UTC)),
    ]
    events = "SELECT topic, payload FROM event_log WHERE tenant_id = %s ORDER BY id"
    topic, payload = sql(events, tenant.id)[0]
    assert (topic, set(payload["vehicle_ids"])) == (
        "vehicle_states",
        {str(vehicles["bus"]), str(vehicles["van"])},
    )
    # A late fix and a repeated one leave the latest state alone; only the late one is work.
    await send(client, fix(at=1779348000), first[3])
    assert sql(state, tenant.id, vehicles["bus"])[0][1] == 9
    assert len(sql(work, tenant.id)) == 3
    assert len(sql(events, tenant.id)) == 1
    await send(client, *first)
    assert len(sql(work, tenant.id)) == 3


async def test_engine_readings(client: httpx.AsyncClient, vehicles: Any, tenant: Any, sql: Any) -> None:
    full = {
        "vehicle": "bus", "recorded_at": 1779348600, "rpm": 2340.5, "speed": 51.0, "engine_load": 43.529,
        "coolant_temp": -12, "battery_voltage": 13.3, "odometer": 123456, "dtc_codes": ["P0300", 'q"\\,{}'],
    }  # fmt: skip
    answer = await send(
        client, full, {"vehicle": "bus", "recorded_at": 1779348601}, {**full, "rpm": -5, "recorded_at": 1779348602},
        full, kind="obd",
    )  # fmt: skip
    assert counts(answer) == (4, 2, 1, 1)
    assert counts(await send(client, full, kind="obd")) == (1, 0, 1, 0)
    rows = sql(
        "SELECT rpm, speed, engine_load::float, coolant_temp, battery_voltage::float, odometer, dtc_codes "
        "FROM obd_telemetry WHERE tenant_id = %s ORDER BY recorded_at",
        tenant.id,
    )
    assert rows == [(2340, 51, 43.53, -12, 13.3, 123456, ["P0300", 'q"\\,{}']), (None,) * 7]
    assert len(sql("SELECT 1 FROM derivation_work WHERE tenant_id = %s", tenant.id)) == 1
