"""Layers of the live map, and what is nearby."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import PHONE, MakeContext
from tests.site import Organisation, Site

PLACE = {"latitude": "37.7800", "longitude": "-122.4200"}


@pytest.fixture
async def phone(make_context: MakeContext, site: Site, organisation: Organisation) -> Page:
    """A page of the signed-in administrator, on a phone."""
    return await (await make_context(site, organisation, PHONE)).new_page()


async def some_places(client: httpx.AsyncClient) -> None:
    for path, values in (
        ("ev-charging-stations", {"name": "Depot chargers", "charging_levels": ["dcfast"], "max_power_kw": "150"}),
        ("weather-stations", {"name": "Field", "station_id": "KXXX", "temperature_f": "61", "conditions": "Fog",
                              "last_updated": datetime.now(UTC).isoformat()}),
        ("toll-plazas", {"name": "Big bridge", "direction": "W",
                         "toll_rates": {"currency": "USD", "rates": [{"amount": "8.50"}]}}),
        ("traffic-cameras", {"name": "I-80 at the bridge", "feed_url": "https://511.example/1"}),
    ):  # fmt: skip
        made = await client.post(f"/api/v1/{path}", json=PLACE | values)
        assert made.status_code == 201, made.text


@pytest.fixture(scope="module")
async def places(site: Site, organisation: Organisation) -> None:
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=30) as client:
        await some_places(client)


async def held(page: Page, layer: str) -> Any:
    return await page.evaluate("(layer) => window.motorpoolMap.held(layer)", layer)


async def test_layers_are_switched_on_kept_and_tell_about_a_place(page: Page, places: None) -> None:
    await page.goto("/")
    await page.evaluate(
        "sessionStorage.setItem('motorpool-view', JSON.stringify({center: [-122.42, 37.78], zoom: 13}))"
    )
    await page.goto("/")
    await page.wait_for_selector("#map[data-ready]")
    assert await page.evaluate("window.motorpoolMap.layers()") == []
    await page.get_by_role("button", name="Map layers").click()
    for label in ("Charging stations", "Weather"):
        async with page.expect_response("**/in-box?box=*"):
            async with page.expect_response("**/api/v1/me/map-view") as kept:
                await page.get_by_label(label).check()
        assert (await kept.value).status == 200
    await page.wait_for_function(
        "async () => await window.motorpoolMap.held('ev_charging_stations') === 1 "
        "&& await window.motorpoolMap.held('weather_stations') === 1"
    )
    await page.get_by_label("Weather").uncheck()
    await page.keyboard.press("Escape")
    box = await page.locator("#map canvas").bounding_box()
    assert box is not None
    await page.wait_for_timeout(1000)
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = page.locator(".map-popup")
    await expect(popup).to_contain_text("Depot chargers")
    await expect(popup).to_contain_text("150 kW")
    await page.reload()
    await page.wait_for_selector("#map[data-ready]")
    assert await page.evaluate("window.motorpoolMap.layers()") == ["ev_charging_stations"], (
        "kept for the person"
    )
    await popup.wait_for(state="detached")


async def test_nearby_names_places_with_their_distance(phone: Page, places: None) -> None:
    page = phone
    await page.goto("/nearby?place=37.78,-122.43&radius=5")
    line = page.locator(".near-list li").first
    await expect(line).to_contain_text("Depot chargers")
    await expect(line.locator(".near-distance")).to_contain_text("0.")
    await page.goto("/nearby?place=somewhere")
    await expect(page.get_by_text("A place is written as latitude, longitude")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
