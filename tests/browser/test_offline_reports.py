"""Reporting an incident and damage where there is no connection: the pages open, and what was entered arrives later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import PHONE, Complaints, MakeContext
from tests.browser.fleet import add
from tests.browser.looks import looks_well
from tests.browser.test_damage import tap
from tests.browser.test_inspections import PICTURE
from tests.browser.workshop import person
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|fetching the script"
KEPT = """async (page) => {
    const cache = await caches.open(`motorpool-${page}`);
    const [kept, keys] = [await cache.match(`/${page}`), await cache.keys()];
    return kept !== undefined && keys.length > 5 ? await kept.text() : '';
}"""


async def kept_of(page: Page, name: str) -> str:
    """What the service worker keeps of a page, once it does."""
    await page.wait_for_function(f"({KEPT})('{name}')")
    text: str = await page.evaluate(KEPT, name)
    return text


async def test_an_incident_and_damage_are_reported_without_a_connection(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
) -> None:  # fmt: skip
    complaints.expect(OFFLINE)
    user, who = await person(site, organisation, "Otto Offline", "driver")
    number = f"VAN-{uuid4().hex[:4].upper()}"
    van = await add(client, "vehicles", vehicle_number=number, vehicle_type="van", license_plate="8OFF123")
    row = await add(
        client, "drivers", full_name="Otto Offline", driver_number=f"D-{uuid4().hex[:6]}", user_id=user
    )
    since = datetime.now(UTC) - timedelta(hours=5)
    await add(
        client, "driver-assignments", driver_id=row["id"], vehicle_id=van["id"], starts_at=since.isoformat()
    )
    context = await make_context(site, who, PHONE)
    page = await context.new_page()
    for name in ("report-incident", "report-damage"):
        await page.goto(f"/{name}")
        await expect(page.get_by_label("Vehicle", exact=True)).to_have_value(van["id"])
        kept = await kept_of(page, name)
        for personal in ("Otto", number, van["id"], user, organisation.slug):
            assert str(personal) not in kept, "the page is kept for everybody"
    await page.close()

    await context.set_offline(True)
    page = await context.new_page()
    await page.goto(f"/report-incident?vehicle={van['id']}")
    await expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    await expect(page.get_by_label("Vehicle", exact=True)).to_have_value(van["id"])
    await expect(page.get_by_text("Otto Offline")).to_be_visible()
    await page.get_by_label("In your words").fill("A deer ran into the side of the van.")
    await page.locator("[data-pick] input").set_input_files(PICTURE)
    await expect(page.locator(".chosen-photo img")).to_be_visible()
    await looks_well(page, "incident-offline-phone", 390)
    await page.get_by_role("button", name="Send the report").click()
    waits = page.locator("[data-incident-waits]")
    await expect(waits).to_contain_text("kept on this device")
    # Closed and opened again, still without a connection.
    await page.close()
    page = await context.new_page()
    await page.goto("/report-incident")
    await expect(page.locator("[data-incident-waits]")).to_contain_text("kept on this device")
    await expect(page.get_by_label("In your words")).to_have_value("A deer ran into the side of the van.")
    damage = await context.new_page()
    await damage.goto("/report-damage")
    await expect(damage.locator("[data-outline-of=van]")).to_be_visible()
    await tap(damage, "left", 0.4, 0.5)
    await damage.get_by_role("dialog").get_by_role("button", name="Set the mark").click()
    await looks_well(damage, "damage-offline-phone", 390)
    await damage.get_by_role("button", name="Send the report").click()
    await expect(damage.locator("[data-incident-waits]")).to_contain_text("kept on this device")
    assert (await client.get(f"/api/v1/incidents?vehicle_id={van['id']}")).json()["items"] == []

    await context.set_offline(False)
    await page.wait_for_url("**/incidents/*")
    await damage.wait_for_url("**/damage-reports/*")
    (told,) = (await client.get(f"/api/v1/incidents?vehicle_id={van['id']}")).json()["items"]
    assert told["driver_id"] == row["id"] and len(told["photos"]) == 1
    (seen,) = (await client.get(f"/api/v1/damage-reports?vehicle_id={van['id']}")).json()["items"]
    assert seen["driver_id"] == row["id"]
    # What was sent is gone from the phone.
    await page.goto("/report-incident")
    await expect(page.get_by_label("In your words")).to_have_value("")
