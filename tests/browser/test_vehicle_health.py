"""Vehicle health: the fleet by its faults, a vehicle's charts and faults, and a vehicle that says nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site, make_organisation

from .conftest import PHONE, MakeContext, shot
from .fleet import add_vehicles, derive

pytestmark = pytest.mark.browser


@pytest.fixture
async def made(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> dict[str, Any]:
    return await make(client, site, organisation)


async def make(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> dict[str, Any]:
    """A vehicle with six hours of readings, a fault that is active and one that went, a refuelling; and one without any."""
    count = (await client.get("/api/v1/vehicles?count=true")).json()["count"]
    number = f"HLT-{count + 1}"
    rows = [
        {"vehicle_number": number, "tank_capacity_liters": "60"},
        {"vehicle_number": f"HLT-{count + 2}"},
    ]
    [vehicle, silent] = await add_vehicles(client, rows)
    now = datetime.now(UTC).replace(microsecond=0)
    readings = []
    for n in range(720):
        hot = 118 if n > 700 else 91
        readings.append(
            {
                "vehicle": number,
                "recorded_at": (now - timedelta(seconds=30 * (720 - n))).isoformat(),
                "rpm": 800 + n % 60 * 40,
                "speed": n % 60,
                "engine_load": 20 + n % 40,
                "coolant_temp": hot,
                "battery_voltage": 14.0 + n % 5 / 10,
                "fuel_level": round(30 - n / 100 if n < 400 else 80 - n / 100, 1),
                "mil_on": n > 500,
                "odometer": 81_000 + n // 10,
                "dtc_codes": ["P0301"] if n > 500 else ["P0457"] if 100 < n < 200 else [],
            }
        )
    answer = await client.post("/api/v1/telemetry/obd", json={"readings": readings})
    assert answer.json()["accepted"] == 720, answer.text
    await derive(site, organisation)
    return {"vehicle": vehicle, "silent": silent, "number": number}


async def open_health(page: Page, vehicle: str, query: str = "") -> None:
    await page.goto(f"/vehicles/{vehicle}/health{query}")
    await expect(page.locator("#engine-charts[data-ready]")).to_be_visible()


async def test_charts_faults_and_fuel_of_a_vehicle(page: Page, made: dict[str, Any]) -> None:
    await page.goto("/vehicle-health?show=attention")
    row = page.locator("tbody tr", has_text=made["number"])
    await expect(row).to_contain_text("P0301")
    await expect(row).to_contain_text("Check-engine lamp on")
    await row.get_by_role("link", name=made["number"]).click()
    await expect(page.locator("#engine-charts[data-ready]")).to_be_visible()
    metrics = await page.locator(".engine-chart").evaluate_all("all => all.map(one => one.dataset.metric)")
    assert metrics == ["rpm", "speed", "engine_load", "coolant_temp", "battery_voltage", "fuel_level"]
    label = await page.locator('[data-metric="rpm"] [role=img]').get_attribute("aria-label")
    assert label is not None
    assert "800 to 3160 1/min" in label
    await expect(page.get_by_role("alert")).to_contain_text("coolant is too hot")
    fault = page.locator('[data-fault="P0301"]')
    await expect(fault).to_contain_text("Cylinder 1 Misfire Detected")
    await expect(fault).to_contain_text("flashes")
    await expect(page.locator("section", has_text="Faults before").last).to_contain_text("P0457")
    await expect(page.locator("section", has_text="Fuel and charge").last).to_contain_text(
        "refuelled", ignore_case=True
    )
    chart = page.locator('[data-metric="coolant_temp"]')
    await chart.locator(".u-over").hover(position={"x": 200, "y": 40})
    await expect(chart.locator("output")).to_contain_text(": 91 °C")
    await expect(page.locator('[data-metric="rpm"] output')).to_contain_text(": ")
    await shot(page, "vehicle-health", full_page=True)
    await fault.get_by_label("Note on P0301").fill("Coil ordered")
    await fault.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator('[data-fault="P0301"]')).to_contain_text("Coil ordered")
    await expect(page.locator('[data-fault="P0301"] button')).to_have_count(0)


async def test_people_with_miles_read_fahrenheit(make_context: MakeContext, site: Site) -> None:
    organisation = await asyncio.to_thread(lambda: asyncio.run(make_organisation(site.settings)))
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=30) as client:
        wanted = {"units": "imperial"}
        assert (await client.patch(f"/api/v1/tenants/{organisation.id}", json=wanted)).status_code == 200
        made = await make(client, site, organisation)
    page = await (await make_context(site, organisation)).new_page()
    await open_health(page, made["vehicle"])
    await expect(page.get_by_role("alert")).to_contain_text("244 °F")
    label = await page.locator('[data-metric="coolant_temp"] [role=img]').get_attribute("aria-label")
    assert label is not None and "196 to 244 °F" in label
    await expect(page.locator('[data-fault="P0301"]')).to_contain_text("mph")
    await shot(page, "vehicle-health-imperial", full_page=True)


async def test_a_vehicle_without_engine_data_says_what_to_do(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['silent']}")
    await (
        page.get_by_role("navigation", name="Parts of this record").get_by_role("link", name="Health").click()
    )
    await expect(page.get_by_text("No engine data yet")).to_be_visible()
    await expect(page.get_by_text("/api/v1/telemetry/obd")).to_be_visible()


async def test_an_empty_period_says_so(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['vehicle']}/health?day=2024-02-29")
    await expect(page.get_by_text("No readings in this period")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_on_a_phone_nothing_moves_sideways(
    make_context: MakeContext, site: Site, organisation: Organisation, made: dict[str, Any], theme: str
) -> None:
    page = await (await make_context(site, organisation, PHONE, color_scheme=theme)).new_page()
    await open_health(page, made["vehicle"], "?period=7d")
    await asyncio.sleep(0.3)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    await shot(page, f"vehicle-health-phone-{theme}", full_page=True)
