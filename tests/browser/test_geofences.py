"""Geofences: drawn, changed and deleted on the map; their visits; the list of events that grows by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .conftest import PHONE, MakeContext, shot
from .fleet import CASTRO, FERRY, VAN_NESS, Journey, add_vehicles, derive, report
from .looks import looks_well, overflow

pytestmark = pytest.mark.browser

READY = "#fence-map[data-ready]"


@pytest.fixture
async def fences(client: httpx.AsyncClient) -> list[str]:
    """A depot at the ferry and a block with a hole, at known names."""
    x, y = -122.4193, 37.7751
    ring = [
        [x - 0.004, y - 0.003],
        [x + 0.004, y - 0.003],
        [x + 0.004, y + 0.003],
        [x - 0.004, y + 0.003],
        [x - 0.004, y - 0.003],
    ]
    hole = [[x + (a - x) / 3, y + (b - y) / 3] for a, b in ring]
    depot = {
        "type": "Feature",
        "properties": {
            "name": "Ferry depot",
            "radius_meters": 300,
            "dwell_minutes": 10,
            "color": "#2b8a3e",
            "alert_on_exit": True,
        },
        "geometry": {"type": "Point", "coordinates": [FERRY[1], FERRY[0]]},
    }
    block = {
        "type": "Feature",
        "properties": {"name": "Civic Center"},
        "geometry": {"type": "Polygon", "coordinates": [ring, hole]},
    }
    answer = await client.post(
        "/api/v1/geofences/import", json={"type": "FeatureCollection", "features": [depot, block]}
    )
    assert answer.status_code == 200, answer.text
    ids: list[str] = answer.json()["ids"]
    return ids


async def open_editor(page: Page, query: str = "") -> None:
    await page.goto(f"/geofences/map{query}")
    await page.wait_for_selector(READY)


async def at(page: Page, share_x: float, share_y: float) -> tuple[float, float]:
    """A point of the map, in pixels of the page."""
    box = await page.locator("#fence-map").bounding_box()
    assert box
    return box["x"] + box["width"] * share_x, box["y"] + box["height"] * share_y


async def named(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    rows = (await client.get("/api/v1/geofences", params={"q": name})).json()["items"]
    (row,) = [one for one in rows if one["name"] == name]
    return row


async def test_drawing_a_circle_and_giving_it_another_radius(page, client, fences) -> None:
    await open_editor(page)
    assert await page.evaluate("window.motorpoolFences.held()") >= 2
    await page.get_by_role("button", name="Circle", exact=True).click()
    await page.mouse.click(*await at(page, 0.5, 0.5))
    x, y = await at(page, 0.6, 0.5)
    await page.mouse.move(x - 20, y)
    await page.mouse.move(x, y)
    await page.mouse.click(x, y)
    await expect(page.locator("#fence-radius")).to_be_visible()
    drawn = int(await page.locator("#fence-radius").input_value())
    assert drawn > 10
    await page.locator("#fence-radius").fill("250")
    await page.locator("#fence-radius").press("Tab")
    assert abs(await page.evaluate("window.motorpoolFences.radius()") - 250) <= 1
    await page.get_by_label("Name", exact=True).fill("Round place")
    await page.get_by_label("comes in").check()
    await page.get_by_label("Speed limit inside, km/h").fill("25")
    await shot(page, "fence-new-circle")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#fence-status")).to_have_text("Saved Round place.")
    row = await named(client, "Round place")
    assert (row["type"], row["alert_on_entry"]) == ("circle", True)
    assert row["speed_limit_kph"] == "25.00"
    # What nobody touches is not rounded to what is shown.
    await client.patch(f"/api/v1/geofences/{row['id']}", json={"speed_limit_kph": "50.55"})
    await page.locator(f'[data-id="{row["id"]}"]').click()
    await page.get_by_label("Name", exact=True).fill("Round place 2")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#fence-status")).to_have_text("Saved Round place 2.")
    assert (await named(client, "Round place 2"))["speed_limit_kph"] == "50.55"
    assert abs(row["radius_meters"] - 250) <= 1
    assert row["applies_from"] is not None, "from now on"


async def test_drawing_polygon_and_rectangle(page, client) -> None:
    await open_editor(page)
    await page.get_by_role("button", name="Polygon", exact=True).click()
    for place in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4)):
        x, y = await at(page, *place)
        await page.mouse.move(x - 3, y - 3)
        await page.mouse.move(x, y)
        await page.mouse.click(x, y)
    await expect(page.locator("#fence-hint")).to_contain_text("Drag")
    await page.get_by_label("Name", exact=True).fill("Four corners")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#fence-status")).to_have_text("Saved Four corners.")
    row = await named(client, "Four corners")
    assert row["type"] == "polygon"
    assert len(row["coordinates"]["coordinates"][0]) == 5

    await page.get_by_role("button", name="Rectangle", exact=True).click()
    for place in ((0.3, 0.3), (0.45, 0.45)):
        x, y = await at(page, *place)
        await page.mouse.move(x - 3, y - 3)
        await page.mouse.move(x, y)
        await page.mouse.click(x, y)
    await expect(page.locator("#fence-hint")).to_contain_text("Drag")
    await page.get_by_label("Name", exact=True).fill("Straight one")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#fence-status")).to_have_text("Saved Straight one.")
    assert (await named(client, "Straight one"))["type"] == "rectangle"


async def test_moving_a_corner_renaming_and_deleting(page, client) -> None:
    x, y = -122.41, 37.77
    ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
    made = await client.post(
        "/api/v1/geofences",
        json={
            "name": "Corner case",
            "type": "polygon",
            "coordinates": {"type": "Polygon", "coordinates": [ring]},
        },
    )
    key = made.json()["id"]
    await open_editor(page, f"?fence={key}")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Corner case")
    await page.wait_for_timeout(700)
    corner = await page.evaluate(
        f"(() => {{ const p = window.motorpoolFences.map.project([{x}, {y}]); return [p.x, p.y]; }})()"
    )
    box = await page.locator("#fence-map").bounding_box()
    assert box
    begin = (box["x"] + corner[0], box["y"] + corner[1])
    await page.mouse.move(*begin)
    await page.mouse.down()
    for step in range(1, 6):
        await page.mouse.move(begin[0] - 8 * step, begin[1] + 4 * step)
    await page.mouse.up()
    await shot(page, "fence-edit")
    await page.get_by_label("Name", exact=True).fill("Moved corner")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#fence-status")).to_have_text("Saved Moved corner.")
    row = (await client.get(f"/api/v1/geofences/{key}")).json()
    west = min(point[0] for point in row["coordinates"]["coordinates"][0])
    assert west < x - 0.0001, "its corner was dragged to the west"

    await page.locator(f'[data-id="{key}"]').click()
    await expect(page.get_by_role("button", name="Delete")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Delete").click()
    await expect(page.locator("#fence-status")).to_have_text("Deleted.")
    assert (await client.get(f"/api/v1/geofences/{key}")).status_code == 404


async def test_what_is_wrong_is_told_beside_the_form(page, client) -> None:
    await open_editor(page, "?draw=circle")
    await page.get_by_label("Name", exact=True).fill("Nothing drawn")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#fence-problem")).to_have_text("Draw the shape on the map first.")
    await page.get_by_role("button", name="Back to the list").click()
    await page.set_input_files(
        "#fence-file", {"name": "x.geojson", "mimeType": "application/json", "buffer": b"not json"}
    )
    await expect(page.locator("#fence-status")).to_contain_text("no GeoJSON")


async def test_visits_events_and_the_live_list(
    page, client, fences, site: Site, organisation: Organisation
) -> None:
    number = f"VAN-{(await client.get('/api/v1/vehicles?count=true')).json()['count'] + 1}"
    await add_vehicles(client, [{"vehicle_number": number, "vehicle_type": "van"}])
    start = datetime.now(UTC) - timedelta(hours=5)
    journey = Journey(number, CASTRO, start).stand(10).drive(FERRY).stand(95).drive(VAN_NESS).stand(30)
    await report(client, journey.positions)
    await derive(site, organisation)
    await page.goto(f"/geofences/{fences[0]}")
    await page.wait_for_selector("#fence-view[data-ready]")
    await expect(page.get_by_role("heading", name="Ferry depot")).to_be_visible()
    await expect(page.locator(".list-table")).to_contain_text(number)
    assert await page.locator(".day-bars rect").count() == 30
    await shot(page, "fence-page", full_page=True)

    await page.goto(f"/geofence-events?geofence_id={fences[0]}")
    await expect(page.locator("#feed-state")).to_have_text("Live")
    rows = page.locator("#rows tbody tr")
    await expect(rows).to_have_count(3)
    await shot(page, "fence-events")
    await report(
        client, Journey(number, VAN_NESS, datetime.now(UTC) - timedelta(minutes=12)).drive(FERRY).positions
    )
    await derive(site, organisation)
    stored = await client.get("/api/v1/geofence-events", params={"geofence_id": fences[0]})
    assert len(stored.json()["items"]) == 4
    await expect(rows).to_have_count(4)


async def test_the_map_on_a_phone_and_in_the_dark(
    make_context: MakeContext, site, organisation, fences
) -> None:
    for name, device in (("phone", PHONE), ("desk", {"viewport": {"width": 1280, "height": 850}})):
        page = await (await make_context(site, organisation, device)).new_page()
        await open_editor(page)
        assert await overflow(page) <= 0
        await shot(page, f"fence-editor-{name}", full_page=True)
        await open_editor(page, f"?fence={fences[0]}")
        await expect(page.get_by_label("Name", exact=True)).to_have_value("Ferry depot")
        await looks_well(page, f"fence-edit-{name}")
        await page.goto(f"/geofences/{fences[1]}")
        await looks_well(page, f"fence-page-{name}")


async def test_fences_are_a_layer_of_the_live_map(page, client, fences) -> None:
    await page.goto("/")
    await page.wait_for_selector("#map[data-ready]")
    await page.locator(".layer-control button").click()
    await page.locator(".layer-list input[value=geofences]").check()
    await page.wait_for_function("window.motorpoolMap.layers().includes('geofences')")
