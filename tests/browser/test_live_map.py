"""The fleet manager's first page: where everybody is, and that it moves by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .cable import cable
from .conftest import PHONE, Complaints, MakeContext, shot
from .fleet import (
    CASTRO,
    FERRY,
    HAIGHT,
    MISSION,
    VAN_NESS,
    Journey,
    Place,
    add,
    add_vehicles,
    derive,
    report,
)

pytestmark = pytest.mark.browser

READY = "#map[data-ready][data-connected]"
FLEET = [
    {"vehicle_number": "VAN-1", "name": "Flowers", "vehicle_type": "van"},
    {"vehicle_number": "VAN-2", "name": "Bakery", "vehicle_type": "van"},
    {"vehicle_number": "TRUCK-3", "name": "Stone", "vehicle_type": "truck"},
    {"vehicle_number": "CAR-4", "name": "Courier", "vehicle_type": "car"},
    {"vehicle_number": "CAR-5", "name": "New", "vehicle_type": "car"},
]


@pytest.fixture
async def fleet(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> dict[str, str]:
    """Ids by number: VAN-1 drives, VAN-2 is parked, TRUCK-3 idles, CAR-4 fell silent, CAR-5 never reported."""
    rows = (await client.get("/api/v1/vehicles")).json()["items"]
    if not rows:
        await add_vehicles(client, FLEET)
        rows = (await client.get("/api/v1/vehicles")).json()["items"]
        driver = await add(client, "drivers", driver_number="D-1", full_name="Grace Hopper")
        van = next(row["id"] for row in rows if row["vehicle_number"] == "VAN-1")
        since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        await add(client, "driver-assignments", vehicle_id=van, driver_id=driver["id"], starts_at=since)
    now = datetime.now(UTC)
    journeys = [
        Journey("VAN-1", FERRY, now).drive(VAN_NESS),
        Journey("VAN-2", FERRY, now).drive(MISSION).stand(20),
        Journey("TRUCK-3", CASTRO, now, ignition=True).drive(HAIGHT).stand(15),
    ]
    positions = [one for journey in journeys for one in journey.ending(now - timedelta(seconds=1))]
    positions += Journey("CAR-4", MISSION, now).drive(CASTRO).stand(10).ending(now - timedelta(hours=3))
    await report(client, positions)
    await derive(site, organisation)
    return {row["vehicle_number"]: row["id"] for row in rows}


async def open_map(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator(READY)).to_be_visible()


async def position(page: Page, vehicle: str) -> Place | None:
    """Where the canvas draws a vehicle."""
    found: list[float] | None = await page.evaluate("(id) => window.motorpoolMap.position(id)", vehicle)
    return found and (found[1], found[0])


async def drawn_at(page: Page, vehicle: str, place: Place) -> None:
    await page.wait_for_function(
        """([id, latitude, longitude]) => {
             const at = window.motorpoolMap?.position(id);
             return at && Math.abs(at[0] - longitude) < 1e-5 && Math.abs(at[1] - latitude) < 1e-5;
           }""",
        arg=[vehicle, *place],
    )


async def send_now(client: httpx.AsyncClient, number: str, place: Place, **more: Any) -> None:
    journey = Journey(number, place, datetime.now(UTC), **more)
    await report(client, journey.stand(0.5).positions[:1])


async def test_the_list_counts_searches_and_filters(page: Page, fleet: dict[str, str]) -> None:
    await open_map(page)
    numbers = page.locator("#live-list .live-row-title")
    await expect(page.locator("#live-count")).to_have_text("5 vehicles")
    await expect(numbers).to_have_text(["VAN-1", "TRUCK-3", "VAN-2", "CAR-4", "CAR-5"])
    for state, count in {"moving": 1, "idling": 1, "stopped": 1, "offline": 2}.items():
        await expect(page.locator(f"[data-filter-state={state}] [data-count]")).to_have_text(str(count))
    # The one that never reported is in the list, and nowhere on the map.
    assert await page.evaluate("window.motorpoolMap.vehicleCount()") == 4
    assert await position(page, fleet["CAR-5"]) is None
    await shot(page, "live-map")

    find = page.get_by_label("Filter by number, name or driver")
    await find.fill("van")
    await expect(numbers).to_have_text(["VAN-1", "VAN-2"])
    await expect(page.locator("#live-count")).to_have_text("2 of 5 vehicles")
    await expect(page.locator("[data-filter-state=offline] [data-count]")).to_have_text("0")
    assert await page.evaluate("window.motorpoolMap.vehicleCount()") == 2
    await find.fill("hopper")
    await expect(numbers).to_have_text(["VAN-1"])
    await find.fill("nobody of this name")
    await expect(page.get_by_text("No vehicle matches")).to_be_visible()
    await page.get_by_role("button", name="Show all").click()
    await expect(numbers).to_have_count(5)

    offline = page.locator("[data-filter-state=offline]")
    await offline.click()
    await expect(offline).to_have_attribute("aria-pressed", "true")
    await expect(numbers).to_have_text(["CAR-4", "CAR-5"])
    assert await page.evaluate("window.motorpoolMap.vehicleCount()") == 1
    await page.locator("[data-filter-state=moving]").click()
    await expect(numbers).to_have_text(["VAN-1", "CAR-4", "CAR-5"])


async def test_a_click_opens_the_card(page: Page, fleet: dict[str, str]) -> None:
    await open_map(page)
    card = page.get_by_label("Selected vehicle")
    await expect(card).to_be_hidden()
    await page.get_by_role("button", name="VAN-1").click()
    await expect(card.get_by_role("heading", name="VAN-1")).to_be_visible()
    await expect(card).to_contain_text("Grace Hopper")
    await expect(card).to_contain_text("Moving")
    await shot(page, "live-map-card")
    await page.keyboard.press("Escape")
    await expect(card).to_be_hidden()

    # On the map itself, once it shows everybody again and lies still.
    await page.get_by_role("button", name="Show everything").click()
    await page.wait_for_function(
        """(id) => {
             const at = window.motorpoolMap.screenPosition(id), before = window.before;
             window.before = at;
             return at && before && Math.hypot(at.x - before.x, at.y - before.y) < 0.5;
           }""",
        arg=fleet["TRUCK-3"],
        polling=300,
    )
    at = await page.evaluate("(id) => window.motorpoolMap.screenPosition(id)", fleet["TRUCK-3"])
    map_box = page.locator("#map")
    size = await map_box.bounding_box()
    assert size and 0 < at["x"] < size["width"] and 0 < at["y"] < size["height"], "it is in sight"
    await map_box.click(position={"x": at["x"], "y": at["y"]})
    await expect(card.get_by_role("heading", name="TRUCK-3")).to_be_visible()
    await expect(card).to_contain_text("Idling")
    await card.get_by_role("link", name="Open vehicle").click()
    await expect(page).to_have_url(f"/vehicles/{fleet['TRUCK-3']}")


async def test_a_reported_position_moves_the_vehicle(
    page: Page, client: httpx.AsyncClient, fleet: dict[str, str]
) -> None:
    await open_map(page)
    await page.evaluate("window.sameDocument = true")
    van = fleet["VAN-1"]
    before = await position(page, van)
    assert before == pytest.approx(VAN_NESS, abs=1e-5)

    await send_now(client, "VAN-1", MISSION)
    await drawn_at(page, van, MISSION)
    assert await page.evaluate("window.sameDocument") is True, "it moved without a reload"

    # The first position ever puts a vehicle on the map.
    assert await position(page, fleet["CAR-5"]) is None
    await send_now(client, "CAR-5", CASTRO)
    await drawn_at(page, fleet["CAR-5"], CASTRO)
    await expect(page.locator("[data-filter-state=offline] [data-count]")).to_have_text("1")


async def test_a_cut_line_catches_up(
    make_context: MakeContext,
    complaints: Complaints,
    client: httpx.AsyncClient,
    site: Site,
    organisation: Organisation,
    fleet: dict[str, str],
) -> None:
    complaints.expect(r"net::ERR_")
    async with cable(site.address) as line:
        behind = Site(line.address, site.settings)
        page = await (await make_context(behind, organisation)).new_page()
        await open_map(page)
        van = fleet["VAN-2"]
        before = await position(page, van)
        assert before == pytest.approx(MISSION, abs=1e-5)

        await line.cut()
        await expect(page.locator("#connection")).to_have_text("Reconnecting")
        await expect(page.locator("#map[data-connected]")).to_have_count(0)
        await shot(page, "live-map-reconnecting")
        await send_now(client, "VAN-2", FERRY)
        assert await position(page, van) == before, "nothing comes through a cut line"

        await line.mend()
        await expect(page.locator(READY)).to_be_visible()
        await expect(page.locator("#connection")).to_have_text("Live")
        await drawn_at(page, van, FERRY)


async def test_on_a_phone_the_list_is_a_sheet(
    make_context: MakeContext, site: Site, organisation: Organisation, fleet: dict[str, str]
) -> None:
    page = await (await make_context(site, organisation, PHONE)).new_page()
    await open_map(page)
    grip = page.get_by_role("button", name="Show the list of vehicles")
    await shot(page, "live-map-phone")
    await grip.tap()
    await expect(page.get_by_role("button", name="Hide the list of vehicles")).to_have_attribute(
        "aria-expanded", "true"
    )
    await shot(page, "live-map-phone-list")
    await page.get_by_role("button", name="TRUCK-3").tap()
    card = page.get_by_label("Selected vehicle")
    await expect(card.get_by_role("link", name="Open vehicle")).to_be_in_viewport()
    await shot(page, "live-map-phone-card")
    await card.get_by_role("button", name="Close").tap()
    await expect(card).to_be_hidden()
