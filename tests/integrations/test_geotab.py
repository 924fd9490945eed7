"""The Geotab connector against a local server: what arrives, once, whatever happens on the way."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.core.http.local_server import Reply, serve
from tests.integrations.conftest import START, Bench, at
from tests.integrations.geotab_server import PASSWORD, error

from motorpool.core.errors import Conflict, Invalid
from motorpool.integrations.actions import poll as polling
from motorpool.integrations.actions.change_connector import map_object
from motorpool.integrations.actions.claim import Claim


def fix(device: str, seconds: float, **given: Any) -> dict[str, Any]:
    row = {
        "device": {"id": device},
        "dateTime": at(seconds),
        "latitude": 37.5,
        "longitude": -122.25,
        "speed": 40,
    }
    return row | given


def reading(device: str, seconds: float, diagnostic: str, data: float) -> dict[str, Any]:
    return {"device": {"id": device}, "diagnostic": {"id": diagnostic}, "dateTime": at(seconds), "data": data}


async def test_positions_readings_and_events_arrive_in_our_units(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    geotab.server.add("LogRecord", fix("b1", 0), fix("b1", 10, speed=41.5), fix("b2", 5))
    geotab.server.add(
        "StatusData",
        reading("b1", 0, "DiagnosticEngineSpeedId", 1613),
        reading("b1", 0, "DiagnosticOdometerId", 99_620_700),
        reading("b1", 0, "DiagnosticFuelLevelId", 43.5),
        reading("b1", 1, "DiagnosticSomethingElseId", 7),
        reading("b1", 2, "DiagnosticGoDeviceVoltageId", 13.9),
    )
    geotab.server.add(
        "ExceptionEvent",
        {"device": {"id": "b1"}, "driver": "UnknownDriverId", "rule": {"id": "RuleHarshBrakingId"},
         "activeFrom": at(3), "activeTo": at(5)},
        {"device": {"id": "b1"}, "rule": {"id": "aMadeUpRule"}, "activeFrom": at(3), "activeTo": at(5)},
    )  # fmt: skip
    done = await geotab.poll()
    assert (done.ending, done.mapped) == ("success", 2)
    assert geotab.positions(vehicles["bus"]) == [
        (START, "geotab", Decimal("37.50000000"), Decimal("-122.25000000"), Decimal("40.00"), None, None, None),
        (START + timedelta(seconds=10), "geotab", Decimal("37.50000000"), Decimal("-122.25000000"),
         Decimal("41.50"), None, None, None),
    ]  # fmt: skip
    assert len(geotab.positions(vehicles["van"])) == 1, "mapped by its plate"
    bus = vehicles["bus"]
    assert geotab.readings(bus, "rpm") == [1613]
    assert geotab.readings(bus, "odometer") == [99_621], "metres there, kilometres here"
    assert geotab.readings(bus, "fuel_level") == [Decimal("43.50")]
    assert geotab.readings(bus, "battery_voltage") == [Decimal("13.90")]
    events = geotab.sql(
        "SELECT event_type, source, recorded_at, duration_seconds, driver_id FROM driver_behavior_events WHERE vehicle_id = %s",
        bus,
    )
    assert events == [("harsh_braking", "geotab", START + timedelta(seconds=3), 2, None)]
    state = geotab.state()
    assert (state["status"], state["failures"]) == ("success", 0)
    assert 50 < state["next_in_s"] <= 60
    latest = geotab.one(
        "SELECT latest_record_at FROM connector_feeds WHERE integration_id = %s AND feed = 'LogRecord'",
        geotab.key,
    )
    assert latest == START + timedelta(seconds=10)


async def test_pages_follow_each_other_and_the_next_poll_goes_on(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(10)))
    await geotab.poll()
    assert len(geotab.positions(vehicles["bus"])) == 10
    assert geotab.server.count("GetFeed", "LogRecord") == 3, "4 + 4 + 2 records"
    assert geotab.cursors()["LogRecord"] == f"{10:016x}"
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(10, 13)))
    geotab.server.calls.clear()
    await geotab.poll()
    assert len(geotab.positions(vehicles["bus"])) == 13
    asked = [given for name, kind, given in geotab.server.calls if (name, kind) == ("GetFeed", "LogRecord")]
    assert [given.get("fromVersion") for given in asked] == [f"{10:016x}"]
    assert geotab.server.count("Authenticate") == 0, "the session is used again"


async def test_a_feed_begins_a_day_back(geotab: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    geotab.server.add("LogRecord", fix("b1", -3 * 86_400), fix("b1", 0))
    await geotab.poll()
    assert [row[0] for row in geotab.positions(vehicles["bus"])] == [START]


async def test_a_session_that_has_ended_is_renewed_once(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    await geotab.poll()
    geotab.server.sessions.clear()
    geotab.server.calls.clear()
    geotab.server.add("LogRecord", fix("b1", 1))
    assert (await geotab.poll()).ending == "success"
    assert geotab.server.count("Authenticate") == 1
    assert len(geotab.positions(vehicles["bus"])) == 1


async def test_three_refused_sign_ins_pause_it_and_tell_people(geotab: Bench, tenant: Any) -> None:
    user = geotab.one(
        "INSERT INTO users (tenant_id, email, display_name) VALUES (%s, %s, 'Ada') RETURNING id",
        tenant.id,
        f"{uuid.uuid4().hex}@example.test",
    )
    role = geotab.one(
        "INSERT INTO roles (tenant_id, role_name, permissions) VALUES (%s, 'keeper', %s::jsonb) RETURNING id",
        tenant.id,
        '{"api_integrations": {"actions": ["poll"], "scope": "all"}}',
    )
    geotab.sql(
        "INSERT INTO user_roles (tenant_id, user_id, role_id) VALUES (%s, %s, %s)", tenant.id, user, role
    )
    geotab.server.password = "changed"
    for number in (1, 2, 3):
        done = await geotab.poll()
        assert (done.ending, geotab.state()["refusals"]) == ("refused", number)
    state = geotab.state()
    assert state["paused"] and state["next_in_s"] is None
    assert "refuses the user 'motorpool@acme.test'" in state["because"]
    assert PASSWORD not in str(state)
    geotab.server.calls.clear()
    assert (await geotab.poll()).ending == "skipped"
    assert geotab.server.calls == [], "nothing is tried any more"
    told = geotab.sql("SELECT title, action_url FROM notifications WHERE user_id = %s", user)
    assert told == [("Geotab is paused", f"/connectors/{geotab.key}")]


async def test_another_server_takes_the_calls(
    geotab: Bench, vehicles: dict[str, uuid.UUID], certificate: Any
) -> None:
    async with serve(geotab.server.handle, certificate) as other:
        geotab.server.path = f"127.0.0.1:{other}"
        geotab.server.add("LogRecord", fix("b1", 1))
        assert (await geotab.poll()).ending == "success"
        assert len(geotab.positions(vehicles["bus"])) == 1


@pytest.mark.parametrize("path", ["evil.test/x", "user@host", "host name", "a" * 300])
async def test_a_strange_server_name_is_not_followed(geotab: Bench, path: str) -> None:
    geotab.server.path = path
    done = await geotab.poll()
    assert done.ending == "failed" and "strange server name" in str(done.error)


async def test_too_many_requests(geotab: Bench) -> None:
    await geotab.poll()
    geotab.server.fail_next = [error("OverLimitException", "API calls quota exceeded", {"Retry-After": "90"})]
    done = await geotab.poll()
    assert done.ending == "failed"
    state = geotab.state()
    assert 85 < state["next_in_s"] < 95, "what the provider asks for"
    assert state["refusals"] == 0
    geotab.server.fail_next = [Reply(429, headers={"Retry-After": "300"})]
    await geotab.poll()
    assert 290 < geotab.state()["next_in_s"] < 310
    assert (await geotab.poll()).ending == "success"
    assert geotab.state()["failures"] == 0


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Reply(500, b"<html>"), "status 500"),
        (Reply(503), "status 503"),
        (Reply(body=b'{"result": {"data": [], "toVersion": "1"}}', cut=20), "broke off"),
        (Reply(body=b"[1, 2"), "without a result"),
        (Reply(body=b'{"result": {"data": []}}'), "without toVersion"),
        (Reply(wait=1.5), "did not answer within"),
        (error("DbUnavailableException", "the database is being moved"), "DbUnavailableException"),
    ],
    ids="500 503 cut json shape slow moved".split(),
)
async def test_trouble_passes_and_nothing_is_lost(
    geotab: Bench, vehicles: dict[str, uuid.UUID], broken: Reply, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(6)))
    hurried = geotab.client._settings.model_copy(update={"timeout_s": 1.0})
    monkeypatch.setattr(geotab.client, "_settings", hurried)

    def second_page(asked: dict[str, Any]) -> Reply | None:
        return broken if asked.get("fromVersion") == f"{4:016x}" else keep(asked)

    def keep(asked: dict[str, Any]) -> None:
        geotab.server.fail_next.insert(0, second_page)

    geotab.server.fail_next = [second_page]
    done = await geotab.poll()
    assert done.ending == "failed" and words in str(done.error)
    assert len(geotab.positions(vehicles["bus"])) == 4, "the first page is stored"
    assert geotab.cursors()["LogRecord"] == f"{4:016x}"
    assert 15 <= geotab.state()["next_in_s"] <= 30
    (status, problem) = geotab.sql(
        "SELECT status, error_details->>'error' FROM integration_logs WHERE integration_id = %s", geotab.key
    )[0]
    assert status == "failed" and words in problem
    geotab.server.fail_next.clear()
    assert (await geotab.poll()).ending == "success"
    assert len(geotab.positions(vehicles["bus"])) == 6


async def test_killed_after_the_commit_and_before_the_cursor(
    geotab: Bench, vehicles: dict[str, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(6)))
    geotab.server.add("StatusData", *(reading("b1", n, "DiagnosticEngineSpeedId", 900 + n) for n in range(3)))

    async def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Claim, "save_cursor", killed)
        with pytest.raises(KeyboardInterrupt):
            await geotab.poll()
    assert len(geotab.positions(vehicles["bus"])) == 4
    assert geotab.cursors() == {}
    assert (await geotab.poll()).ending == "skipped", "the dead poller's claim still stands"
    geotab.release()
    done = await geotab.poll()
    assert (done.feeds["LogRecord"].stored, done.feeds["LogRecord"].duplicates) == (2, 4)
    assert len(geotab.positions(vehicles["bus"])) == 6
    assert geotab.readings(vehicles["bus"], "rpm") == [900, 901, 902]


async def test_killed_before_the_commit(
    geotab: Bench, vehicles: dict[str, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(6)))

    async def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(polling, "store_page", killed)
        with pytest.raises(KeyboardInterrupt):
            await geotab.poll()
    assert geotab.positions(vehicles["bus"]) == [] and geotab.cursors() == {}
    geotab.release()
    await geotab.poll()
    assert len(geotab.positions(vehicles["bus"])) == 6


async def test_a_poller_that_slept_cannot_turn_the_cursor_back(
    geotab: Bench, vehicles: dict[str, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(6)))
    save = Claim.save_cursor
    slept = []

    async def sleepy(self: Claim, *given: Any, **options: Any) -> None:
        if not slept:
            slept.append(True)
            geotab.release()
            other = await geotab.poll()
            assert other.ending == "success"
        await save(self, *given, **options)

    monkeypatch.setattr(Claim, "save_cursor", sleepy)
    assert (await geotab.poll()).ending == "skipped"
    assert geotab.cursors()["LogRecord"] == f"{6:016x}"
    assert len(geotab.positions(vehicles["bus"])) == 6
    assert geotab.state()["status"] == "success"


async def test_pages_that_come_twice_are_stored_once(geotab: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    """Two values of one moment in different pages both stay, and neither comes twice."""
    rows = [
        reading("b1", 0, "DiagnosticEngineSpeedId", 800),
        reading("b1", 0, "DiagnosticEngineRoadSpeedId", 50),
        reading("b1", 0, "DiagnosticEngineCoolantTemperatureId", 88),
        reading("b1", 0, "DiagnosticFuelLevelId", 44),
        reading("b1", 0, "DiagnosticThrottlePositionId", 12),
    ]
    geotab.server.add("StatusData", *rows)
    await geotab.poll()
    geotab.sql("UPDATE connector_feeds SET cursor = NULL WHERE integration_id = %s", geotab.key)
    done = await geotab.poll()
    assert (done.feeds["StatusData"].stored, done.feeds["StatusData"].duplicates) == (0, 5)
    bus = vehicles["bus"]
    found = [geotab.readings(bus, name) for name in ("rpm", "speed", "coolant_temp", "throttle_position")]
    assert found == [[800], [50], [88], [Decimal("12.00")]]


async def test_clocks_that_are_wrong_do_no_harm(geotab: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    geotab.server.add(
        "LogRecord", fix("b1", 20), fix("b1", 10), fix("b1", 15), fix("b1", 0, dateTime=ahead),
        fix("b1", 0, dateTime="2026-01-01T00:00:00"), fix("b1", 0, dateTime=None), fix("b1", 16, latitude=None),
    )  # fmt: skip
    geotab.server.records["LogRecord"][4]["dateTime"] = at(30)[:-1]
    geotab.server.records["LogRecord"][5]["dateTime"] = at(31)
    geotab.server.records["LogRecord"][5]["latitude"] = 400
    done = await geotab.poll()
    assert done.ending == "success"
    assert [(row[0] - START).seconds for row in geotab.positions(vehicles["bus"])] == [10, 15, 20]
    assert done.feeds["LogRecord"].refused == 4
    status, problems = geotab.sql(
        "SELECT status, error_details->>'problems' FROM integration_logs WHERE integration_id = %s",
        geotab.key,
    )[0]
    assert status == "partial"
    assert "10 minutes in the future" in problems and "without a zone" in problems and "latitude" in problems


async def test_an_unmapped_vehicle_is_counted_and_shown(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    geotab.server.add(
        "LogRecord", fix("b3", 1), fix("b3", 2), fix("bNew", 3), fix("NoDeviceId", 4), fix("b1", 5)
    )
    await geotab.poll()
    assert len(geotab.positions(vehicles["bus"])) == 1
    rows = geotab.sql(
        "SELECT external_id, name, skipped_records, skipped_since FROM connector_objects "
        "WHERE integration_id = %s AND skipped_records > 0 ORDER BY external_id", geotab.key,
    )  # fmt: skip
    assert rows == [
        ("b3", "Stranger", 2, START + timedelta(seconds=1)),
        ("bNew", None, 1, START + timedelta(seconds=3)),
    ]
    geotab.sql("UPDATE connector_objects SET is_ignored = true WHERE external_id = 'b3'")
    geotab.server.add("LogRecord", fix("b3", 6))
    done = await geotab.poll()
    assert (done.feeds["LogRecord"].ignored, sum(done.feeds["LogRecord"].skipped.values())) == (1, 0)


async def test_an_event_that_becomes_longer_is_one_event(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    row = {"device": {"id": "b1"}, "rule": {"id": "RuleIdlingId"}, "activeFrom": at(0), "activeTo": at(200)}
    geotab.server.add("ExceptionEvent", row | {"id": "e1"})
    await geotab.poll()
    geotab.server.add("ExceptionEvent", row | {"id": "e1", "activeTo": at(900)}, row | {"id": "e1"})
    await geotab.poll()
    found = geotab.sql(
        "SELECT duration_seconds FROM driver_behavior_events WHERE vehicle_id = %s", vehicles["bus"]
    )
    assert found == [(900,)]


async def test_a_harsh_event_is_news_for_the_derivation(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    """An estimate from positions beside it goes; kinds that are not estimated change nothing."""

    def event(key: str, device: str, rule: str, begin: float) -> dict[str, Any]:
        return {
            "id": key, "device": {"id": device}, "rule": {"id": rule}, "activeFrom": at(begin), "activeTo": at(begin + 2)
        }  # fmt: skip

    queued = "SELECT vehicle_id, from_time FROM derivation_work WHERE tenant_id = %s"
    told = (
        event("e1", "b1", "RuleHarshCorneringId", 60),
        event("e2", "b1", "RuleHarshBrakingId", 30),
        event("e3", "b2", "RuleIdlingId", 10),
    )
    geotab.server.add("ExceptionEvent", *told)
    await geotab.poll()
    assert geotab.sql(queued, geotab.actor.tenant_id) == [(vehicles["bus"], START + timedelta(seconds=30))]
    geotab.sql("DELETE FROM derivation_work WHERE tenant_id = %s", geotab.actor.tenant_id)
    geotab.server.add("ExceptionEvent", *told)
    await geotab.poll()
    assert geotab.sql(queued, geotab.actor.tenant_id) == [], "known already"


async def test_a_poll_ends_in_time_and_goes_on_at_once(geotab: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(12)))
    done = await geotab.poll(budget_s=0.0)
    assert (done.ending, done.more) == ("success", True)
    assert geotab.state()["next_in_s"] <= 1
    assert (await geotab.poll()).more is False
    assert len(geotab.positions(vehicles["bus"])) == 12


async def test_another_tenant_is_not_touched(geotab: Bench, other_tenant: Any) -> None:
    geotab.server.add("LogRecord", fix("b1", 1))
    await geotab.poll()
    for table in ("vehicle_locations", "connector_feeds", "connector_objects", "external_system_mappings"):
        assert geotab.one(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", other_tenant.id) == 0


async def test_what_came_before_the_mapping_is_fetched_afterwards(
    geotab: Bench, vehicles: dict[str, uuid.UUID]
) -> None:
    geotab.server.devices[1]["licensePlate"] = ""
    geotab.server.add("LogRecord", *(fix("b2", second) for second in range(11)), fix("b1", 1))
    geotab.server.add("StatusData", *(reading("b2", 5, kind, 7) for kind in ("DiagnosticEngineSpeedId",) * 2))
    await geotab.poll()
    assert geotab.positions(vehicles["van"]) == []
    key = geotab.one(
        "SELECT id FROM connector_objects WHERE integration_id = %s AND external_id = 'b2'", geotab.key
    )
    async with geotab.database.transaction(geotab.actor) as session:
        await map_object(session, geotab.actor, key, vehicles["van"])
    geotab.server.fail_next = []
    done = await geotab.poll()
    assert (done.ending, done.feeds["history"].stored) == ("success", 12)
    assert len(geotab.positions(vehicles["van"])) == 11, "in answers of four records"
    assert geotab.readings(vehicles["van"], "rpm") == [7]
    assert geotab.one("SELECT catch_up_from FROM connector_objects WHERE id = %s", key) is None
    assert "history" not in (await geotab.poll()).feeds


async def test_a_mapping_is_one_to_one(geotab: Bench, vehicles: dict[str, uuid.UUID]) -> None:
    await geotab.poll()
    stranger, van = (
        geotab.one(
            "SELECT id FROM connector_objects WHERE integration_id = %s AND external_id = %s",
            geotab.key,
            name,
        )
        for name in ("b3", "b2")
    )
    with pytest.raises(Conflict, match="mapped to Van already"):
        async with geotab.database.transaction(geotab.actor) as session:
            await map_object(session, geotab.actor, stranger, vehicles["van"])
    with pytest.raises(Invalid):
        async with geotab.database.transaction(geotab.actor) as session:
            await map_object(session, geotab.actor, stranger, uuid.uuid4())
    for key, vehicle in ((van, None), (stranger, vehicles["van"])):
        async with geotab.database.transaction(geotab.actor) as session:
            await map_object(session, geotab.actor, key, vehicle)
    geotab.server.add("LogRecord", fix("b3", 1), fix("b2", 2))
    await geotab.poll()
    assert len(geotab.positions(vehicles["van"])) == 1
