"""A dispatcher plans a day: stops, two vehicles, a good order, save, start, and see how far it has come."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .conftest import PHONE, MakeContext, shot
from .fleet import CASTRO, FERRY, HAIGHT, MISSION, Journey, Place, add, add_vehicles, report
from .looks import looks_well

pytestmark = pytest.mark.browser
STOPS: tuple[Place, ...] = (FERRY, CASTRO, HAIGHT)


async def plan_of_three(page: Page) -> None:
    """Two vehicles, three stops by their coordinates, the first with a time window."""
    await page.goto("/routes/planner")
    await page.wait_for_selector("#plan-map[data-ready]")
    await expect(page.get_by_role("button", name="Optimise")).to_be_disabled()
    await page.get_by_label("Date").fill((datetime.now(UTC) + timedelta(days=2)).date().isoformat())
    for vehicle in ("Planner van", "Planner truck"):
        await page.get_by_label("Add a vehicle").select_option(label=f"{vehicle} (van)")
    for lat, lng in STOPS:
        await page.get_by_label("Add a stop").fill(f"{lat}, {lng}")
        await page.get_by_label("Add a stop").press("Enter")
    await expect(page.locator("[data-stop]")).to_have_count(3)
    await page.get_by_role("button", name="Change: Stop 1").click()
    await page.get_by_label("Name", exact=True).nth(1).fill("Ferry Building")
    await page.get_by_label("Name", exact=True).nth(1).press("Tab")
    await page.get_by_label("Not before").fill("11:00")
    await page.get_by_label("Not before").press("Tab")
    await page.get_by_role("button", name="Change: Ferry Building").click()
    await page.get_by_role("button", name="Optimise").click()
    await expect(page.locator("#plan-totals")).to_be_visible()
    await expect(page.locator("#plan-basis")).to_contain_text("Straight-line estimate")


async def test_a_day_is_planned_driven_and_watched(
    page: Page, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    depot = await add(
        client,
        "facilities",
        name="Mission depot",
        code="MD",
        latitude=str(MISSION[0]),
        longitude=str(MISSION[1]),
    )
    rows = [
        {"vehicle_number": name, "vehicle_type": "van", "payload_kg": 900, "facility_id": depot["id"]}
        for name in ("Planner van", "Planner truck")
    ]
    await add_vehicles(client, rows)
    await plan_of_three(page)
    vans = page.locator("[data-van]")
    assert await vans.count() == 2
    ferry = page.locator("[data-stop]", has_text="Ferry Building")
    await expect(ferry).to_contain_text("11:00")
    # All stops go to the van, the Ferry Building last, by hand.
    for number in range(3):
        stop = page.locator("[data-van='1'] [data-stop]").first
        if await page.locator("[data-van='1'] [data-stop]").count() == 0:
            break
        await stop.get_by_role("button", name=re.compile("^Next vehicle")).click()
        await expect(page.locator("#plan-status")).to_have_text("")
        assert number < 3
    await expect(page.locator("[data-van='0'] [data-stop]")).to_have_count(3)
    await shot(page, "route_planner")
    await page.locator("#plan-name").fill("Parcels")
    await expect(page.get_by_role("button", name="Save routes")).to_be_enabled()
    await page.get_by_role("button", name="Save routes").click()
    await page.wait_for_url(re.compile(r"/routes/[0-9a-f-]{36}$"))
    await expect(page.get_by_role("heading", name=re.compile("Parcels"))).to_be_visible()
    await expect(page.locator(".route-stop")).to_have_count(3)
    # Starting may name another vehicle or driver, so it asks first.
    await page.locator("a[data-dialog]", has_text="Start").click()
    await page.locator("dialog[open] form button[type=submit]").click()
    await expect(page.locator("#route[data-status='active']")).to_be_visible()

    key = page.url.rpartition("/")[2]
    # It was started ten minutes ago, and the vehicle has stood at the first stop since.
    owner.execute("UPDATE routes SET started_at = now() - interval '10 minutes' WHERE id = %s", (key,))
    stops = (await client.get("/api/v1/route-stops", params={"route_id": key})).json()["items"]
    first = min(stops, key=lambda stop: int(stop["position"]))
    journey = Journey(
        "Planner van", (float(first["latitude"]), float(first["longitude"])), datetime.now(UTC)
    ).stand(5)
    await report(client, journey.ending(datetime.now(UTC) - timedelta(minutes=2)))
    await page.reload()
    await expect(page.locator("#route[data-ready]")).to_be_visible()
    await expect(page.locator(".route-stop").nth(0)).to_contain_text("there now")
    await expect(page.locator("[data-fact='done']")).to_have_text("1 of 3")
    await expect(page.locator(".route-stop").nth(2)).to_contain_text("expected")
    await expect(page.locator("[data-fact='end']")).not_to_have_text("–")
    await page.wait_for_selector("#route-map[data-ready]")
    await shot(page, "route_progress", full_page=True)


async def test_the_planner_works_on_a_phone_and_has_no_barriers(
    make_context: MakeContext, site: Site, organisation: Organisation
) -> None:
    page = await (await make_context(site, organisation, PHONE)).new_page()
    await page.goto("/routes/planner")
    await page.wait_for_selector("#plan-map[data-ready]")
    await page.get_by_label("Add a stop").fill("37.79, -122.40")
    await page.get_by_label("Add a stop").press("Enter")
    await page.get_by_role("button", name="Change: Stop 1").click()
    await looks_well(page, "route_planner_phone")
