"""A driver's hours over HTTP: clocks agree with the engine, edits count when they should, and a driver sees only their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.duty.people import LOGS, Person, log, make_driver, rows_of, some_midnight
from tests.site import Organisation, Site

Owner = psycopg.Connection[Any]
FLEET = "/api/v1/hours-of-service"


def path_of(driver: UUID) -> str:
    return f"/api/v1/drivers/{driver}/hours-of-service"


@pytest.fixture
async def dora(site: Site, organisation: Organisation, owner: Owner) -> Person:
    return await make_driver(site, organisation, owner)


async def hours(client: httpx.AsyncClient, who: Person, at: datetime) -> dict[str, Any]:
    answer = await client.get(path_of(who.driver_id), params={"as_of": at.isoformat()}, headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def engine(client: httpx.AsyncClient, rows: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    """What the engine says to the same log when it is given."""
    body = {
        "ruleset": "property_70_8",
        "time_zone": "America/Los_Angeles",
        "as_of": at.isoformat(),
        "log": [{"status": one["duty_status"], "start": one["status_start_time"]} for one in rows],
    }
    answer = await client.post(f"{FLEET}/evaluate", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_clocks_and_violations_are_those_of_the_engine(client: httpx.AsyncClient, dora: Person) -> None:
    start = some_midnight(3) + timedelta(hours=8)
    # A split rest: three hours off duty, then seven in the berth; on the third day too long at the wheel.
    words = "0 OFF 1 ON 1.5 D 7.5 ON 8 OFF 11 D 16 ON 18.5 SB 25.5 D 31 OFF 42 D 48 ON 49 D 55.5 OFF"
    rows = rows_of(dora.driver_id, words, start)
    keys = await log(client, rows, dora.headers)
    for hour in (9, 18, 24, 26, 50, 58):
        at = start + timedelta(hours=hour)
        told = [one for one in rows if datetime.fromisoformat(one["status_start_time"]) <= at]
        found, wanted = await hours(client, dora, at), await engine(client, told, at)
        assert found["clocks"] == wanted["clocks"], hour
        assert [
            {name: value for name, value in one.items() if name != "is_provisional"}
            for one in found["violations"]
        ] == wanted["violations"], hour
    broken = {one["rule"] for one in found["violations"]}
    assert broken == {"11_hour_driving"}
    assert found["duty_status"] == "off_duty" and found["ruleset"] == "property_70_8"
    stored = (await client.get(f"{LOGS}/{keys[-2]}", headers=dora.headers)).json()
    assert stored["violations"] == ["11_hour_driving"] and stored["duty_status"] == "driving"
    others = (await client.get(LOGS, params={"driver_id": str(dora.driver_id)}, headers=dora.headers)).json()
    assert sum(one["violations"] is not None for one in others["items"]) == 1


async def test_a_second_rest_takes_back_only_what_it_bears_upon(
    client: httpx.AsyncClient, dora: Person
) -> None:
    start = some_midnight(1)
    # Fifteen hours at the wheel without a break: three rules, of which a split rest moves two.
    await log(client, rows_of(dora.driver_id, "0 OFF 1 D 16 ON", start), dora.headers)
    found = await hours(client, dora, start + timedelta(hours=17))
    assert {one["rule"]: one["is_provisional"] for one in found["violations"]} == {
        "11_hour_driving": True,
        "14_hour_window": True,
        "30_minute_break": False,
    }
    page = await client.get(f"/hours-of-service/{dora.driver_id}")
    assert page.status_code == 200 and page.text.count("a second rest can still take it back") == 2


async def test_a_day_is_summed_and_a_gap_is_told(client: httpx.AsyncClient, dora: Person) -> None:
    start = some_midnight(2) + timedelta(hours=8)
    await log(client, rows_of(dora.driver_id, "0 OFF 2 ON 3 D 5", start), dora.headers)
    await log(client, rows_of(dora.driver_id, "7 OFF 30", start), dora.headers)
    found = await hours(client, dora, start + timedelta(hours=10))
    assert found["unrecorded"] == [
        {
            "start": f"{start + timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{start + timedelta(hours=7):%Y-%m-%dT%H:%M:%SZ}",
        }
    ]
    day = found["days"][-1]
    names = ("off_duty", "sleeper_berth", "driving", "on_duty_not_driving", "unrecorded")
    assert sum(day[f"{name}_minutes"] for name in names) <= 600
    assert sum(one["unrecorded_minutes"] for one in found["days"]) == 120
    # Two hours at work and on the road, and the two of which nobody knows.
    assert found["clocks"]["cycle_minutes"] == 70 * 60 - 3 * 60 - 120


async def test_a_new_status_ends_the_one_before(client: httpx.AsyncClient, dora: Person) -> None:
    start = some_midnight(1)
    (first,) = await log(client, rows_of(dora.driver_id, "0 OFF", start), dora.headers)
    (second,) = await log(client, rows_of(dora.driver_id, "6 ON", start), dora.headers)
    row = (await client.get(f"{LOGS}/{first}", headers=dora.headers)).json()
    assert datetime.fromisoformat(row["status_end_time"]) == start + timedelta(hours=6)
    assert (await client.get(f"{LOGS}/{second}", headers=dora.headers)).json()["status_end_time"] is None
    await log(client, rows_of(dora.driver_id, "2 ON 3", start), dora.headers)
    found = await hours(client, dora, start + timedelta(hours=7))
    assert found["duty_status"] == "on_duty_not_driving"
    assert found["clocks"]["window_minutes"] == (14 - 5) * 60


async def test_an_edit_by_the_office_counts_when_the_driver_accepts_it(
    client: httpx.AsyncClient, dora: Person
) -> None:
    start = some_midnight(1)
    words = "0 OFF 1 D 6 OFF 7 D 12 OFF 23"
    keys = await log(client, rows_of(dora.driver_id, words, start), dora.headers)
    at = start + timedelta(hours=13)
    assert (await hours(client, dora, at))["violations"] == []
    longer = rows_of(dora.driver_id, "7 D 14", start)[0] | {
        "replaces_log_id": str(keys[3]),
        "edit_reason": "The fuel receipt shows driving until two",
        "origin": "carrier",
    }
    proposed = (await client.post(LOGS, json=longer)).json()
    at = start + timedelta(hours=15)
    assert (await hours(client, dora, at))["violations"] == []
    refused = await client.post(f"{LOGS}/{proposed['id']}/accept")
    assert refused.status_code == 409, "only the driver decides"
    accepted = await client.post(f"{LOGS}/{proposed['id']}/accept", headers=dora.headers)
    assert accepted.status_code == 200, accepted.text
    (found,) = (await hours(client, dora, at))["violations"]
    assert (found["rule"], found["severity"]) == ("11_hour_driving", "ordinary")
    row = (await client.get(f"{LOGS}/{proposed['id']}")).json()
    assert row["violations"] == ["11_hour_driving"] and row["record_status"] == "active"
    before = (await client.get(f"{LOGS}/{keys[3]}")).json()
    assert before["record_status"] == "inactive_changed" and before["duty_status"] == "driving"


async def test_who_sees_whose_hours(
    client: httpx.AsyncClient,
    strange_client: httpx.AsyncClient,
    site: Site,
    organisation: Organisation,
    owner: Owner,
    dora: Person,
) -> None:
    other = await make_driver(site, organisation, owner, "Otto Other")
    start = some_midnight(1)
    for who in (dora, other):
        await log(client, rows_of(who.driver_id, "0 OFF 5 ON", start), who.headers)
    at = {"as_of": (start + timedelta(hours=6)).isoformat()}
    assert (await client.get(path_of(other.driver_id), headers=dora.headers)).status_code == 404
    assert (await strange_client.get(path_of(dora.driver_id))).status_code == 404
    assert (await client.get(path_of(dora.driver_id))).status_code == 200
    own = (await client.get(FLEET, params=at, headers=dora.headers)).json()["items"]
    assert [one["driver_id"] for one in own] == [str(dora.driver_id)]
    everybody = (await client.get(FLEET, params=at)).json()["items"]
    assert {str(dora.driver_id), str(other.driver_id)} <= {one["driver_id"] for one in everybody}
    assert (await strange_client.get(FLEET, params=at)).json() == {"items": []}


async def test_the_terms_of_the_carrier(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    facility = insert(owner, "facilities", organisation.id, time_zone="America/New_York")
    owner.execute("UPDATE drivers SET home_facility_id = %s WHERE id = %s", (facility, dora.driver_id))
    for key, value in (
        ("safety.hours_of_service_ruleset", "passenger_60_7"),
        ("safety.hours_of_service_day_start", "04:00"),
    ):
        made = await client.post(
            "/api/v1/system-settings",
            json={"setting_key": key, "setting_value": value, "setting_type": "string"},
        )
        assert made.status_code == 201, made.text
    try:
        found = (await client.get(path_of(dora.driver_id))).json()
    finally:
        owner.execute("DELETE FROM system_settings WHERE tenant_id = %s", (organisation.id,))
    assert (found["ruleset"], found["time_zone"], found["day_start"]) == (
        "passenger_60_7",
        "America/New_York",
        "04:00",
    )
    assert found["duty_status"] is None and found["clocks"] is None and len(found["days"]) == 8


async def test_a_moment_without_an_offset_is_refused(client: httpx.AsyncClient, dora: Person) -> None:
    answer = await client.get(path_of(dora.driver_id), params={"as_of": "2026-03-02T10:00:00"})
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "as_of"
