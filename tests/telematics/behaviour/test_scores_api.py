"""Scores, ranking, thresholds, weights, coaching and streets through the API."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.site import PASSWORD

from motorpool.core.database.database import Database
from motorpool.core.secrets import load_keyring
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_user import create_user

from .conftest import DATA
from .scored_fleet import event, scored_fleet, trip

MILE = 1.609344


@pytest.fixture
async def inside(site, organisation) -> AsyncIterator[Database]:
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="module")
def fleet(site, organisation):
    async def make():
        database = Database(site.settings.database.app_url or "", pool_size=2)
        await database.open()
        try:
            return await scored_fleet(database, system_actor(organisation.id))
        finally:
            await database.close()

    return asyncio.run(make())


async def test_a_scorecard_adds_up(client, fleet) -> None:
    answer = await client.get(f"/api/v1/drivers/{fleet['Ben']}/score")
    assert answer.status_code == 200, answer.text
    card = answer.json()
    # Four weeks: 480 km are 298 miles; 10 harsh brakings; 16 minutes in 8 hours above the limit.
    assert card["events"] == {"harsh_braking": 10, "speeding": 4}
    points = {one["kind"]: one["points"] for one in card["impacts"]}
    assert points["harsh_braking"] == pytest.approx(10 * 1000 / (480 / MILE), abs=0.01)
    assert points["speeding_severe"] == pytest.approx(100 * 16 / 480, abs=0.01)
    assert card["score"] == pytest.approx(100 - sum(points.values()), abs=0.06)
    assert card["impacts"][0]["formula"] == "1 x 10 x 1,000 / 298 mi"
    assert card["is_ranked"] and card["coaching_suggested"]
    assert card["weights_valid_from"] is None and card["weights"]["distracted_driving"] == 2
    assert sum(week["events"] for week in card["weeks"]) == 14
    assert card["previous_score"] is not None


async def test_the_ranking(client, fleet) -> None:
    found = (await client.get("/api/v1/drivers/score-ranking")).json()["items"]
    by_name = {one["name"]: one for one in found}
    assert [by_name[name]["place"] for name in ("Ada Calm", "Ben Rash", "Cleo Little", "Dov Never")] == [
        1,
        2,
        None,
        None,
    ]
    assert by_name["Ada Calm"]["score"] == 100  # idling has no weight
    assert by_name["Dov Never"]["score"] is None and not by_name["Dov Never"]["coaching_suggested"]


async def test_days_are_days_of_the_organisation(client, inside, organisation, fleet) -> None:
    """Los Angeles: what happens at 06:59 UTC in May is yesterday's."""
    actor = system_actor(organisation.id)
    at = datetime(2025, 5, 10, 6, 59, tzinfo=UTC)
    await trip(inside, actor, fleet["van"], fleet["Dov"], at, 100)
    await event(inside, actor, fleet["van"], fleet["Dov"], at)
    url = f"/api/v1/drivers/{fleet['Dov']}/score"
    first = (await client.get(url, params={"from": "2025-05-09", "to": "2025-05-09"})).json()
    second = (await client.get(url, params={"from": "2025-05-10", "to": "2025-05-10"})).json()
    assert (first["distance_km"], first["events"]) == (100, {"harsh_braking": 1})
    assert (second["distance_km"], second["events"], second["score"]) == (0, {}, None)


@pytest.mark.parametrize(
    "query",
    ["from=2026-05-02&to=2026-05-01", "from=yesterday", "from=2020-01-01&to=2026-01-01", "since=2026-05-01"],
)
async def test_wrong_days(client, fleet, query: str) -> None:
    answer = await client.get(f"/api/v1/drivers/{fleet['Ben']}/score?{query}")
    assert answer.status_code == 400 and answer.json()["code"] == "bad_parameters", answer.text


async def test_weights_hold_from_their_day_on(client, fleet) -> None:
    today = datetime.now(UTC).date()
    before = (await client.get(f"/api/v1/drivers/{fleet['Ben']}/score")).json()
    answer = await client.post(
        "/api/v1/driver-score-weights",
        json={"valid_from": str(today - timedelta(days=3)), "harsh_braking": "0", "coaching_below": "10"},
    )
    assert answer.status_code == 201, answer.text
    try:
        after = (await client.get(f"/api/v1/drivers/{fleet['Ben']}/score")).json()
        lost = {one["kind"]: one["points"] for one in before["impacts"]}
        assert after["score"] == pytest.approx(before["score"] + lost["harsh_braking"], abs=0.1)
        assert not after["coaching_suggested"]
        days = {"from": str(today - timedelta(days=40)), "to": str(today - timedelta(days=4))}
        earlier = (await client.get(f"/api/v1/drivers/{fleet['Ben']}/score", params=days)).json()
        assert earlier["weights"]["harsh_braking"] == 1
        again = await client.post(
            "/api/v1/driver-score-weights", json={"valid_from": str(today - timedelta(days=3))}
        )
        assert again.status_code == 409
        wrong = await client.post(
            "/api/v1/driver-score-weights", json={"valid_from": "2020-01-01", "no_seatbelt": "11"}
        )
        assert wrong.status_code == 422
    finally:
        await client.delete(f"/api/v1/driver-score-weights/{answer.json()['id']}")


async def test_thresholds(client) -> None:
    first = await client.post(
        "/api/v1/behavior-thresholds", json={"vehicle_type": "bus", "harsh_braking_g": "0.3"}
    )
    assert first.status_code == 201, first.text
    row = first.json()
    assert (row["harsh_braking_g"], row["idle_minutes"], row["idle_exempt"]) == ("0.30", 5, False)
    wrong = await client.post(
        "/api/v1/behavior-thresholds",
        json={"speeding_moderate_percent": "30", "speeding_severe_percent": "20"},
    )
    assert wrong.status_code == 422, wrong.text
    twice = {"valid_from": "2026-01-01T00:00:00Z"}
    assert (await client.post("/api/v1/behavior-thresholds", json=twice)).status_code == 201
    assert (await client.post("/api/v1/behavior-thresholds", json=twice)).status_code == 409


async def test_coaching(client, fleet) -> None:
    body = {
        "driver_id": str(fleet["Ben"]), "reason": "Brakes late", "event_type": "harsh_braking",
        "period_start": "2026-05-01", "period_end": "2026-05-28", "score": "61.3",
    }  # fmt: skip
    answer = await client.post("/api/v1/coaching-sessions", json=body)
    assert answer.status_code == 201 and answer.json()["status"] == "open", answer.text
    key = answer.json()["id"]
    assert not (await client.get(f"/api/v1/drivers/{fleet['Ben']}/score")).json()["coaching_suggested"]
    assert (await client.post(f"/api/v1/coaching-sessions/{key}/coach", json={})).status_code == 422
    done = await client.post(
        f"/api/v1/coaching-sessions/{key}/coach", json={"notes": "Keeps two seconds now."}
    )
    assert done.status_code == 200 and done.json()["status"] == "coached" and done.json()["closed_at"], (
        done.text
    )
    assert (
        await client.post(f"/api/v1/coaching-sessions/{key}/dismiss", json={"notes": "x"})
    ).status_code == 409
    wrong = await client.post("/api/v1/coaching-sessions", json=body | {"period_end": "2026-04-01"})
    assert wrong.status_code == 422
    reopened = await client.post(f"/api/v1/coaching-sessions/{key}/reopen", json={})
    assert reopened.json()["status"] == "open" and reopened.json()["closed_at"] is None


async def test_another_organisation_sees_nothing(strange_client, fleet) -> None:
    assert (await strange_client.get(f"/api/v1/drivers/{fleet['Ben']}/score")).status_code == 404
    assert (await strange_client.get("/api/v1/drivers/score-ranking")).json() == {"items": []}


async def test_streets(client, inside, organisation) -> None:
    """The real file: 8,049 streets, 1,882 with a limit; taken over twice without a change."""
    file = json.loads(gzip.decompress((DATA / "streets" / "sf_streets.geojson.gz").read_bytes()))
    body = file | {"source": "OpenStreetMap contributors, ODbL 1.0"}
    answer = await client.post("/api/v1/street-limits/import", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"pieces": 8049, "with_limit": 1882, "changed": 8049}
    again = await client.post("/api/v1/street-limits/import", json=body, timeout=60)
    assert again.json()["changed"] == 0
    found = (await client.get("/api/v1/street-limits", params={"q": "Market Street", "count": "true"})).json()
    assert found["count"] > 10 and {one["source"] for one in found["items"]} == {body["source"]}
    line = {"type": "LineString", "coordinates": [[-200, 0], [0, 0]]}
    outside = {"features": [{"type": "Feature", "geometry": line}]}
    wrong = await client.post("/api/v1/street-limits/import", json=outside)
    assert wrong.status_code == 422 and "features[0]" in wrong.text, wrong.text


async def test_a_driver_sees_the_own_score_only(site, site_settings, organisation, client, fleet) -> None:
    database = Database(site_settings.database.app_url or "", pool_size=2)
    await database.open()
    try:
        async with database.transaction(organisation.actor) as session:
            user = await create_user(
                session, organisation.actor, email=f"ada-{fleet['Ada']}@example.test", display_name="Ada", password=PASSWORD,
                roles=("driver",),
            )  # fmt: skip
            _, token = await create_api_token(
                session, load_keyring(site_settings), organisation.actor, user_id=user.id, name="phone"
            )
    finally:
        await database.close()
    linked = await client.patch(f"/api/v1/drivers/{fleet['Ada']}", json={"user_id": str(user.id)})
    assert linked.status_code == 200, linked.text
    headers = {"Authorization": f"Bearer {token.text}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as ada:
        own = await ada.get(f"/api/v1/drivers/{fleet['Ada']}/score")
        assert own.status_code == 200 and own.json()["events"] == {"idle_excess": 1}, own.text
        assert (await ada.get(f"/api/v1/drivers/{fleet['Ben']}/score")).status_code == 404
        assert [one["name"] for one in (await ada.get("/api/v1/drivers/score-ranking")).json()["items"]] == [
            "Ada Calm"
        ]
        seen = (await ada.get("/api/v1/driver-behavior-events?limit=100")).json()["items"]
        assert {one["driver_id"] for one in seen} == {str(fleet["Ada"])}
        assert (await ada.get("/api/v1/behavior-thresholds")).status_code == 200
        assert (await ada.post("/api/v1/behavior-thresholds", json={})).status_code == 403


async def test_who_may(site, client, fleet) -> None:
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        assert (await nobody.get(f"/api/v1/drivers/{fleet['Ben']}/score")).status_code == 401


async def test_events_on_the_map(client, fleet) -> None:
    found = (
        await client.get("/api/v1/driver-behavior-events/in-box", params={"box": "-122.5,37.7,-122.3,37.8"})
    ).json()
    assert found["type"] == "FeatureCollection" and not found["truncated"]
    first = found["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [-122.42, 37.77]}
    assert {one["properties"]["event_type"] for one in found["features"]} == {
        "harsh_braking",
        "speeding",
        "idle_excess",
    }
    times = [one["properties"]["recorded_at"] for one in found["features"]]
    assert times == sorted(times, reverse=True)
    other = await client.get("/api/v1/driver-behavior-events/in-box", params={"box": "0,0,1,1"})
    assert other.json()["features"] == []
    assert (
        await client.get("/api/v1/driver-behavior-events/in-box", params={"box": "1,2"})
    ).status_code == 400
