"""The feed of behaviour events, the ranking of drivers and a scorecard, as people see them."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site
from tests.telematics.behaviour.scored_fleet import event, scored_fleet

from motorpool.core.database.database import Database
from motorpool.core.tenancy.actor import system_actor

from .conftest import DESK, PHONE, MakeContext, shot
from .looks import looks_well

pytestmark = pytest.mark.browser
DEVICES: dict[str, dict[str, Any]] = {
    "desk": {**DESK, "viewport": {"width": 1280, "height": 850}},
    "phone": PHONE,
}


@pytest.fixture(scope="module")
def fleet(site: Site, organisation: Organisation) -> dict[str, UUID]:
    return asyncio.run(_with_database(site, organisation, scored_fleet))


async def _with_database(site: Site, organisation: Organisation, make: Any) -> Any:
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    try:
        return await make(database, system_actor(organisation.id))
    finally:
        await database.close()


async def test_from_the_ranking_to_a_coached_driver(page: Page, fleet: dict[str, UUID]) -> None:
    await page.goto("/driver-scores")
    rows = page.locator("[data-driver]")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(0)).to_contain_text("Ada Calm")
    await expect(rows.nth(1)).to_contain_text("Suggested")
    await expect(rows.filter(has_text="Cleo Little")).to_contain_text("–")
    await page.get_by_role("link", name="Ben Rash").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Coaching suggested")
    why = page.locator("section", has=page.get_by_role("heading", name="How the score came about"))
    await expect(why).to_contain_text("Harsh braking")
    await expect(why).to_contain_text("1 × 10 × 1,000 / 298 mi")
    score = await why.locator("tr.total-row strong").last.text_content()
    points = [
        float(text.replace("−", "-"))
        for text in await why.locator("tbody td.text-end:last-child").all_text_contents()
    ]
    assert float(score or "") == pytest.approx(sum(points[:-1]), abs=0.11)
    await expect(page.locator("svg.trend circle")).not_to_have_count(0)
    await page.get_by_role("link", name="Coach", exact=True).click()
    await expect(page).to_have_url(re.compile("/coaching-sessions/new"))
    await page.get_by_label("Reason").fill("Brakes late in town")
    await page.get_by_role("button", name=re.compile("^(Save|Add|Create)")).first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Brakes late in town")
    await page.goto(f"/driver-scores/{fleet['Ben']}")
    await expect(page.get_by_role("link", name="Brakes late in town")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).not_to_contain_text("Coaching suggested")


async def test_other_days(page: Page, fleet: dict[str, UUID]) -> None:
    await page.goto(f"/driver-scores/{fleet['Ben']}")
    await page.get_by_role("link", name="7 days").click()
    await expect(page.locator("dl.tiles .tile", has_text="Events")).to_contain_text("2")
    await page.get_by_label("First day").fill("2020-01-01")
    await page.get_by_label("Last day").fill("2020-01-07")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_text("No score for these days")).to_be_visible()


async def test_the_feed_is_live_and_filtered(
    page: Page, site: Site, organisation: Organisation, fleet: dict[str, UUID]
) -> None:
    await page.goto("/driver-behavior?severity=severe")
    events = page.locator("[data-event]")
    await expect(events).to_have_count(6)
    await expect(events.first).to_contain_text("93 km/h where 64 km/h are allowed, for 4 min")

    async def now(database: Any, actor: Any) -> UUID:
        return await event(
            database, actor, fleet["van"], fleet["Ada"], datetime.now(UTC), severity="severe", g_force=-0.71
        )

    key = await _with_database(site, organisation, now)
    await expect(page.locator(f"[data-event='{key}']")).to_contain_text("0.71 g at 48 km/h")
    await page.get_by_label("Kind").select_option("harsh_braking")
    await expect(page).to_have_url(re.compile("kind=harsh_braking"))
    await expect(events).to_have_count(1)
    await expect(page.get_by_role("link", name=re.compile("^Track of VAN-"))).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
async def test_how_it_looks(
    make_context: MakeContext, site: Site, organisation: Organisation, fleet: dict[str, UUID], device: str
) -> None:
    page = await (await make_context(site, organisation, DEVICES[device])).new_page()
    for name, path in {
        "ranking": "/driver-scores",
        "scorecard": f"/driver-scores/{fleet['Ben']}",
        "no-score": f"/driver-scores/{fleet['Dov']}",
        "feed": "/driver-behavior",
        "thresholds": "/behavior-thresholds/new",
    }.items():
        await page.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await looks_well(page, f"driving-{name}-{device}")


async def test_events_on_the_live_map(
    page: Page, site: Site, organisation: Organisation, fleet: dict[str, UUID]
) -> None:
    async def recent(database: Any, actor: Any) -> None:
        for hours in range(3):
            at = datetime.now(UTC) - timedelta(hours=hours)
            await event(
                database, actor, fleet["van"], fleet["Ben"], at, latitude=37.77 + hours / 200, g_force=-0.44
            )
        async with database.connection(actor) as connection:
            await connection.execute(
                "INSERT INTO vehicle_states (tenant_id, vehicle_id, latitude, longitude, recorded_at, motion) "
                "VALUES (%s, %s, 37.775, -122.42, now(), 'stopped') ON CONFLICT (tenant_id, vehicle_id) DO NOTHING",
                (actor.tenant_id, fleet["van"]),
            )

    await _with_database(site, organisation, recent)
    await page.goto("/")
    await expect(page.locator(".layer-control button").first).to_be_visible()
    await page.locator(".layer-control button").first.click()
    await page.get_by_text("Driver behaviour", exact=True).last.click()
    await page.wait_for_function("async () => await window.motorpoolMap.held('driver_behavior_events') >= 3")
    await shot(page, "driving-map-desk-light")
