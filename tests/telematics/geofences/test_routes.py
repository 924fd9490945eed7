"""Files, the map, a point and the past, over HTTP."""

from __future__ import annotations

import asyncio

import httpx
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.core.events.log import append_event
from motorpool.telematics.actions.announce_geofence_events import TOPIC

CIRCLE = {
    "type": "Feature",
    "properties": {"name": "Depot", "radius_meters": 150, "color": "#1f6feb", "alert_on_entry": True},
    "geometry": {"type": "Point", "coordinates": [-122.3951, 37.7512]},
}
SQUARE = [[-122.41, 37.78], [-122.40, 37.78], [-122.40, 37.79], [-122.41, 37.79], [-122.41, 37.78]]
HOLE = [[-122.407, 37.783], [-122.403, 37.783], [-122.403, 37.787], [-122.407, 37.787], [-122.407, 37.783]]
BLOCK = {
    "type": "Feature",
    "properties": {"Name": "Block", "dwell_minutes": 5, "speed_limit_kph": 40.23, "population": 12},
    "geometry": {"type": "Polygon", "coordinates": [SQUARE, HOLE]},
}
ISLANDS = {
    "type": "Feature",
    "properties": {"name": "Islands"},
    "geometry": {
        "type": "MultiPolygon",
        "coordinates": [[[[x + 1, y, 3.0] for x, y in SQUARE]], [[[x + 2, y] for x, y in SQUARE]]],
    },
}


def collection(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


async def add(client: httpx.AsyncClient, *features: dict, **more: object) -> list[str]:
    answer = await client.post("/api/v1/geofences/import", json=collection(*features) | more)
    assert answer.status_code == 200, answer.text
    return answer.json()["ids"]


async def test_a_file_goes_in_and_comes_out_again(client) -> None:
    ids = await add(client, CIRCLE, BLOCK, ISLANDS)
    assert len(ids) == 4
    out = (await client.get("/api/v1/geofences/geojson")).json()
    by_name = {one["properties"]["name"]: one for one in out["features"]}
    assert set(by_name) >= {"Depot", "Block", "Islands (1)", "Islands (2)"}
    assert by_name["Depot"]["geometry"] == CIRCLE["geometry"]
    assert by_name["Depot"]["properties"]["radius_meters"] == 150
    assert by_name["Depot"]["properties"]["alert_on_entry"] is True
    assert by_name["Block"]["geometry"] == BLOCK["geometry"]
    assert by_name["Block"]["properties"]["speed_limit_kph"] == 40.23
    # What came out goes in again.
    again = await client.post("/api/v1/geofences/import", json=out)
    assert again.status_code == 200
    assert again.json()["created"] == len(out["features"])


async def test_wrong_features_are_named_and_nothing_is_imported(client) -> None:
    before = (await client.get("/api/v1/geofences/geojson")).json()
    line = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}
    answer = await client.post(
        "/api/v1/geofences/import",
        json=collection(
            CIRCLE,
            {**CIRCLE, "properties": {"name": "No radius"}},
            {**BLOCK, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
            {**BLOCK, "properties": {}},
        ),
    )
    assert answer.status_code == 422
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert told["features[1].properties.radius_meters"] == "is required for a Point, in metres"
    assert "Polygon" in told["features[2].geometry"]
    assert told["features[3].properties.name"] == "is required"
    # What the columns forbid is told at the feature as well.
    answer = await client.post(
        "/api/v1/geofences/import",
        json=collection(
            ISLANDS,
            {**BLOCK, "geometry": line},
            {**CIRCLE, "properties": {"name": "Big", "radius": 900_000}},
            {**CIRCLE, "properties": {"name": "Red", "radius": 10, "color": "red"}},
        ),
    )
    assert answer.status_code == 422
    assert any(one["field"].startswith("features[1].geometry") for one in answer.json()["errors"]), (
        answer.text
    )
    assert (await client.get("/api/v1/geofences/geojson")).json() == before


async def test_which_fences_contain_a_point(client) -> None:
    await add(client, CIRCLE, BLOCK)

    async def names(lat: float, lng: float) -> set[str]:
        answer = await client.get("/api/v1/geofences/containing", params={"lat": lat, "lng": lng})
        return {one["name"] for one in answer.json()["items"]}

    assert "Depot" in await names(37.7512, -122.3951)
    assert "Block" in await names(37.781, -122.405)
    assert "Block" not in await names(37.785, -122.405), "a hole"
    assert await names(10, 10) == set()
    wrong = await client.get("/api/v1/geofences/containing", params={"lat": 91, "lng": 0})
    assert wrong.status_code == 400


async def test_the_map_gets_areas(client) -> None:
    ids = await add(client, CIRCLE, BLOCK, applies_from="2026-01-01T00:00:00Z")
    answer = await client.get("/api/v1/geofences/in-box", params={"box": "-122.5,37.7,-122.3,37.8"})
    found = {one["id"]: one for one in answer.json()["features"]}
    assert len(found[ids[0]]["geometry"]["coordinates"][0]) == 65, "a circle as a polygon"
    assert found[ids[1]]["geometry"] == BLOCK["geometry"]
    away = await client.get("/api/v1/geofences/in-box", params={"box": "-100,37.7,-99,37.8"})
    assert not set(ids) & {one["id"] for one in away.json()["features"]}
    row = (await client.get(f"/api/v1/geofences/{ids[0]}")).json()
    assert row["applies_from"].startswith("2026-01-01")


async def test_a_change_of_shape_counts_from_now_and_apply_takes_the_past_in(client) -> None:
    (key,) = await add(client, CIRCLE)
    row = (await client.get(f"/api/v1/geofences/{key}")).json()
    assert row["applies_from"] is None
    renamed = (await client.patch(f"/api/v1/geofences/{key}", json={"name": "The depot"})).json()
    assert renamed["applies_from"] is None
    moved = (await client.patch(f"/api/v1/geofences/{key}", json={"radius_meters": 90})).json()
    assert moved["applies_from"] is not None
    done = await client.post(f"/api/v1/geofences/{key}/apply", json={"since": None})
    assert done.status_code == 200, done.text
    assert (await client.get(f"/api/v1/geofences/{key}")).json()["applies_from"] is None


async def test_shapes_that_cannot_be(client) -> None:
    base = {"name": "X", "type": "circle", "center_lat": "37", "center_lng": "-122", "radius_meters": 100}
    for change, field in (
        ({"center_lat": "89.99", "radius_meters": 5000}, "radius_meters"),
        ({"center_lng": "179.99", "radius_meters": 5000}, "center_lng"),
    ):
        answer = await client.post("/api/v1/geofences", json=base | change)
        assert answer.status_code == 422, answer.text
        assert field in {one["field"] for one in answer.json()["errors"]}
    flat = {
        "name": "X",
        "type": "polygon",
        "coordinates": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]},
    }
    answer = await client.post("/api/v1/geofences", json=flat)
    assert answer.status_code == 422
    assert "enclose an area" in answer.text


async def test_days_are_those_of_the_organisation(client, owner, organisation) -> None:
    (key,) = await add(client, CIRCLE)
    answer = await client.get(
        f"/api/v1/geofences/{key}/time-by-day", params={"from": "2026-05-01", "to": "2026-05-03"}
    )
    assert answer.json()["items"] == [
        {"day": f"2026-05-0{day}", "visits": 0, "minutes": 0.0} for day in (1, 2, 3)
    ]
    vehicle = insert(owner, "vehicles", organisation.id)
    insert(
        owner, "geofence_visits", organisation.id, geofence_id=key, vehicle_id=vehicle,
        entered_at="2026-05-02T23:00:00-07:00", left_at="2026-05-03T01:30:00-07:00", driver_id=None,
    )  # fmt: skip
    answer = await client.get(
        f"/api/v1/geofences/{key}/time-by-day", params={"from": "2026-05-01", "to": "2026-05-03"}
    )
    assert [(one["visits"], one["minutes"]) for one in answer.json()["items"]] == [(0, 0), (1, 60), (1, 90)]
    wrong = await client.get(
        f"/api/v1/geofences/{key}/time-by-day", params={"from": "2026-05-04", "to": "2026-05-03"}
    )
    assert wrong.status_code == 400


async def test_the_feed_tells_that_there_is_news(client, site, organisation) -> None:
    database = Database(site.settings.database.app_url or "", pool_size=1)
    await database.open()
    try:
        async with client.stream("GET", "/api/v1/stream/geofence-events") as answer:
            assert answer.status_code == 200
            lines = answer.aiter_lines()
            assert await asyncio.wait_for(anext(lines), 10) == ": here"
            async with database.connection(organisation.actor) as connection:
                await append_event(connection, TOPIC, {"event_ids": ["a", "b"]})
            found = [await asyncio.wait_for(anext(lines), 15) for _ in range(3)]
            assert found == ["", "event: geofence_events", 'data: {"count":2}']
    finally:
        await database.close()
