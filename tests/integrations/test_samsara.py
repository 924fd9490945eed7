"""The Samsara connector and its webhook against a local server."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from tests.core.http.local_server import Reply
from tests.integrations.conftest import START, Bench, at
from tests.integrations.samsara_server import SECRET, harsh_event_message, reply, signed

from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, MotorpoolError, NotFound, Unauthenticated
from motorpool.core.errors.http import problem_response
from motorpool.integrations.actions.complete_event import complete_event
from motorpool.integrations.actions.receive_webhook import Received, receive_webhook
from motorpool.integrations.routes import samsara_webhook


def gps(seconds: float, **given: Any) -> dict[str, Any]:
    fix = {
        "time": at(seconds),
        "latitude": 37.5,
        "longitude": -122.25,
        "headingDegrees": 90,
        "speedMilesPerHour": 50,
    }
    return fix | given


async def test_stats_arrive_in_our_units(samsara: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    beside = {"engineStates": {"value": "Idle"}, "obdOdometerMeters": {"value": 99_620_700}}
    samsara.server.stats = [
        ("281", "gps", gps(0, decorations=beside)),
        ("282", "gps", gps(1, decorations={"engineStates": {"value": "Off"}})),
        ("281", "engineRpm", {"time": at(0), "value": 1500}),
        ("281", "ecuSpeedMph", {"time": at(0), "value": 45.5}),
        ("281", "fuelPercents", {"time": at(0), "value": 54}),
        ("281", "engineCoolantTemperatureMilliC", {"time": at(0), "value": 89_400}),
        ("281", "batteryMilliVolts", {"time": at(0), "value": 13_850}),
        ("281", "obdOdometerMeters", {"time": at(0), "value": 99_620_700}),
        ("281", "faultCodes", {"time": at(2), "obdii": {"checkEngineLightIsOn": True, "diagnosticTroubleCodes": [
            {"confirmedDtcs": [{"dtcShortCode": "P0420"}, {"dtcShortCode": "P0301"}],
             "pendingDtcs": [{"dtcShortCode": "P0171"}]}]}}),
    ]  # fmt: skip
    done = await samsara.poll()
    assert (done.ending, done.mapped) == ("success", 2)
    bus = vehicles["bus"]
    assert samsara.positions(bus) == [
        (START, "samsara", Decimal("37.50000000"), Decimal("-122.25000000"), Decimal("80.47"), Decimal("90.00"), True,
         99_620_700.0),
    ]  # fmt: skip
    assert samsara.positions(vehicles["van"])[0][6] is False
    assert samsara.readings(bus, "rpm") == [1500]
    assert samsara.readings(bus, "speed") == [73]
    assert samsara.readings(bus, "fuel_level") == [Decimal("54.00")]
    assert samsara.readings(bus, "coolant_temp") == [89]
    assert samsara.readings(bus, "battery_voltage") == [Decimal("13.85")]
    assert samsara.readings(bus, "odometer") == [99_621]
    assert samsara.readings(bus, "dtc_codes") == [["P0301", "P0420"]], "pending codes are not confirmed"
    asked = [query["types"].split(",") for path, query in samsara.server.calls if path.endswith("/feed")]
    assert max(map(len, asked)) <= 3, "more are refused"


async def test_no_codes_any_more_is_news_too(samsara: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    samsara.server.stats = [("281", "faultCodes", {"time": at(2), "obdii": {"confirmedDtcs": []}})]
    await samsara.poll()
    assert samsara.readings(vehicles["bus"], "dtc_codes") == [[]]


async def test_pages_follow_and_the_cursor_is_kept(samsara: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    await samsara.poll()
    samsara.server.page = 2
    samsara.server.stats = [("281", "gps", gps(second)) for second in range(5)]
    done = await samsara.poll()
    assert (done.feeds["positions"].pages, done.feeds["positions"].stored) == (3, 5)
    assert samsara.cursors()["positions"] == "at5"
    samsara.server.stats.append(("281", "gps", gps(9)))
    await samsara.poll()
    assert len(samsara.positions(vehicles["bus"])) == 6


async def test_a_part_of_a_page_that_cannot_be_read_does_not_stop_the_rest(
    samsara: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    await samsara.poll()
    samsara.server.stats = [
        ("281", "gps", gps(0)), ("281", "gps", {"latitude": 1}), ("281", "gps", gps(2, latitude="north")),
        ("", "gps", gps(3)), ("281", "engineRpm", {"time": "yesterday", "value": 3}), ("281", "gps", gps(4)),
    ]  # fmt: skip
    done = await samsara.poll()
    assert (done.ending, done.feeds["positions"].refused, done.feeds["engine"].refused) == ("success", 3, 1)
    assert len(samsara.positions(vehicles["bus"])) == 2


@pytest.mark.parametrize(
    ("broken", "ending", "words"),
    [
        (reply({}, 429, {"Retry-After": "120"}), "failed", "fewer requests"),
        (reply({"message": "boom"}, 500), "failed", "status 500"),
        (Reply(body=b"{"), "failed", "no JSON"),
        (reply({"data": {}}), "failed", "no data"),
        (reply({"data": []}), "failed", "no endCursor"),
        (Reply(body=b'{"data": [], "pagination": {}}', cut=9), "failed", "broke off"),
        (reply({"message": "no"}, 401), "refused", "refuses the API token"),
        (reply({"message": "no"}, 403), "refused", "lacks a right"),
    ],
    ids="429 500 json shape cursor cut 401 403".split(),
)
async def test_trouble(samsara: Bench, broken: Reply, ending: str, words: str) -> None:
    await samsara.poll()
    samsara.server.stats = [("281", "gps", gps(0))]
    samsara.server.fail_next = [broken]
    done = await samsara.poll()
    assert done.ending == ending and words in str(done.error)
    if broken.status == 429:
        assert 115 < samsara.state()["next_in_s"] < 125
    assert samsara.cursors()["positions"] == "at0"
    assert (await samsara.poll()).ending == "success"


async def test_a_cursor_that_is_not_known_any_more(samsara: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    samsara.server.stats = [("281", "gps", gps(0))]
    await samsara.poll()
    samsara.sql("UPDATE connector_feeds SET cursor = 'old' WHERE integration_id = %s", samsara.key)
    samsara.server.stats.append(("281", "gps", gps(5)))
    done = await samsara.poll()
    assert done.ending == "success"
    assert samsara.cursors()["positions"] == "at2"
    assert len(samsara.positions(vehicles["bus"])) == 2


async def test_drivers_are_matched_by_their_number(samsara: Bench, tenant: Any) -> None:
    driver = samsara.one(
        "INSERT INTO drivers (tenant_id, full_name, driver_number) VALUES (%s, 'Ada', 'E-17') RETURNING id",
        tenant.id,
    )
    samsara.server.drivers = [{"id": "d1", "name": "Ada L.", "username": "e17"}, {"id": "d2", "name": "Bob"}]
    await samsara.poll()
    found = samsara.sql(
        "SELECT external_id, internal_id FROM external_system_mappings WHERE integration_id = %s AND entity_type = 'driver'",
        samsara.key,
    )
    assert found == [("d1", driver)]


async def test_what_came_before_the_mapping_is_fetched_afterwards(
    samsara: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    samsara.server.vehicles[1]["licensePlate"] = ""
    await samsara.poll()
    samsara.server.page = 2
    samsara.server.stats = [("282", "gps", gps(second)) for second in range(5)]
    samsara.server.stats.append(("282", "fuelPercents", {"time": at(3), "value": 50}))
    await samsara.poll()
    assert samsara.positions(vehicles["van"]) == []
    samsara.server.vehicles[1]["licensePlate"] = "7ABC 123"
    samsara.sql("UPDATE connector_states SET objects_read_at = NULL WHERE integration_id = %s", samsara.key)
    done = await samsara.poll()
    assert (done.mapped, done.feeds["history"].stored) == (1, 6)
    assert len(samsara.positions(vehicles["van"])) == 5
    assert samsara.readings(vehicles["van"], "fuel_level") == [Decimal("50.00")]


# -- the webhook


@pytest.fixture
async def hook(samsara: Bench) -> Any:
    """Deliver a message as Samsara does."""
    await samsara.poll()

    async def deliver(body: bytes, *, now: float = 0.0, **headers: str) -> Received:
        given = signed(body, int(time.time())) | headers
        return await receive_webhook(
            samsara.database, samsara.actor.tenant_id, samsara.key, given["X-Samsara-Timestamp"],
            given["X-Samsara-Signature"], body, now or time.time(),
        )  # fmt: skip

    return deliver


def events(samsara: Bench) -> list[tuple[Any, ...]]:
    return samsara.sql(
        "SELECT event_type, source, recorded_at, driver_id FROM driver_behavior_events WHERE tenant_id = %s",
        samsara.actor.tenant_id,
    )


async def test_a_harsh_event_is_stored_once(
    samsara: Bench, hook: Any, vehicles: dict[str, uuid.UUID]
) -> None:
    driver = samsara.one(
        "INSERT INTO drivers (tenant_id, full_name, driver_number) VALUES (%s, 'Ada', 'E-18') RETURNING id",
        samsara.actor.tenant_id,
    )
    samsara.sql(
        "INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at) VALUES (%s, %s, %s, %s)",
        samsara.actor.tenant_id, vehicles["bus"], driver, START - timedelta(hours=1),
    )  # fmt: skip
    body = harsh_event_message("ev-1", "281", at(0), "Harsh Braking detected")
    assert await hook(body) == Received(stored=1)
    assert await hook(body) == Received(repeated=1), "Samsara repeats what it is not sure of"
    await asyncio.gather(*(hook(body) for _ in range(4)))
    assert events(samsara) == [("harsh_braking", "samsara", START, driver)], "who drove then is known here"


async def test_forged_stale_and_unsigned_messages_are_refused(samsara: Bench, hook: Any) -> None:
    body = harsh_event_message("ev-2", "281", at(0))
    now = int(time.time())
    wrong = signed(body, now, "d3Jvbmcgc2VjcmV0")["X-Samsara-Signature"]
    for headers, code in (
        ({"X-Samsara-Signature": wrong}, "webhook_forged"),
        ({"X-Samsara-Signature": ""}, "webhook_unsigned"),
        ({"X-Samsara-Timestamp": "soon"}, "webhook_unsigned"),
        ({"X-Samsara-Timestamp": str(now + 1)}, "webhook_forged"),
        (signed(body + b" ", now), "webhook_forged"),
        (signed(body, now - 301), "webhook_stale"),
        (signed(body, now + 400), "webhook_stale"),
    ):
        with pytest.raises(Unauthenticated) as refused:
            await hook(body, **headers)
        assert refused.value.code == code
    with pytest.raises(Unauthenticated) as replayed:
        await hook(body, now=now + 3600)
    assert replayed.value.code == "webhook_stale", "a recorded message cannot be sent again later"
    assert events(samsara) == []


async def test_messages_about_other_things_are_taken_and_forgotten(samsara: Bench, hook: Any) -> None:
    ping = {"eventId": "p", "eventMs": 1, "eventType": "Ping", "event": {"text": "Ping"}}
    assert await hook(json.dumps(ping).encode()) == Received()
    assert await hook(harsh_event_message("ev-3", "999", at(0))) == Received(not_mapped=1)
    with pytest.raises(BadRequest):
        await hook(b"[]")
    broken = json.loads(harsh_event_message("ev-4", "281", at(0)))
    broken["data"]["conditions"][0]["details"]["harshEvent"]["vehicle"] = {}
    with pytest.raises(BadRequest, match="the vehicle's id"):
        await hook(json.dumps(broken).encode())
    assert events(samsara) == []


async def test_the_first_version_of_the_payload(samsara: Bench, hook: Any) -> None:
    old = {
        "eventId": "old-1", "eventMs": 1, "eventType": "Alert",
        "event": {
            "alertConditionId": "HarshEvent", "details": "Truck: Harsh Turn", "orgId": 1,
            "startMs": int(START.timestamp() * 1000), "vehicle": {"id": 281, "name": "Truck"},
        },
    }  # fmt: skip
    assert await hook(json.dumps(old).encode()) == Received(stored=1)
    assert events(samsara) == [("harsh_cornering", "samsara", START, None)]


async def test_an_event_of_unknown_kind_is_asked_for(samsara: Bench, hook: Any) -> None:
    body = harsh_event_message("ev-5", "281", at(0), "Safety alert")
    assert await hook(body) == Received(pending=1)
    job = samsara.one(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'integrations.complete_event' AND status = 'todo' "
        "AND args->>'event_id' = 'ev-5'"
    )
    assert job["vehicle"] == "281"
    samsara.server.harsh["281", int(START.timestamp() * 1000)] = {
        "harshEventType": "Harsh Acceleration", "incidentReportUrl": "https://cloud.samsara.com/x",
        "downloadForwardVideoUrl": "https://s3.test/v.mp4", "location": {"latitude": 37.1, "longitude": -122.2},
    }  # fmt: skip
    for expected in (1, 0):
        added = await complete_event(
            samsara.database, samsara.client, samsara.actor, samsara.key, "ev-5", "281", None, START
        )
        assert added == expected
    assert events(samsara) == [("harsh_acceleration", "samsara", START, None)]
    place = samsara.one(
        "SELECT latitude FROM driver_behavior_events WHERE tenant_id = %s", samsara.actor.tenant_id
    )
    assert place == Decimal("37.10000000")


async def test_the_webhook_route(samsara: Bench, other_tenant: Any, sealing: Database) -> None:
    await samsara.poll()
    app = Litestar(
        [samsara_webhook],
        state=State({"database": sealing}),
        exception_handlers={MotorpoolError: lambda _, error: problem_response(error)},
    )
    body = harsh_event_message("ev-6", "281", at(0), "Harsh Turn")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        path = f"/api/v1/incoming/samsara/{samsara.actor.tenant_id}/{samsara.key}"
        headers = signed(body, int(time.time()))
        assert (await client.post(path, content=body, headers=headers)).json()["stored"] == 1
        assert (await client.post(path, content=body)).status_code == 401
        elsewhere = f"/api/v1/incoming/samsara/{other_tenant.id}/{samsara.key}"
        assert (await client.post(elsewhere, content=body, headers=headers)).status_code == 404
        assert (await client.post("/api/v1/incoming/samsara/x/y", content=body)).status_code == 404
        large = b"x" * 1_000_001
        assert (await client.post(path, content=large, headers=headers)).status_code == 413


async def test_a_connection_that_is_switched_off_takes_nothing(samsara: Bench, hook: Any) -> None:
    samsara.sql("UPDATE api_integrations SET is_active = false WHERE id = %s", samsara.key)
    with pytest.raises(NotFound):
        await hook(harsh_event_message("ev-7", "281", at(0)))
    assert SECRET not in str(samsara.sql("SELECT * FROM api_integrations WHERE id = %s", samsara.key))
