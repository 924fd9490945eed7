"""What the office does to a driver's log: edits and unassigned driving. A driver's week is in test_safety_story.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from playwright.async_api import expect
from tests.browser.conftest import DESK, PHONE, Complaints, MakeContext
from tests.browser.looks import looks_well
from tests.contract.rows import insert
from tests.safety.duty.people import LOGS, log, make_driver, rows_of
from tests.safety.duty.test_importing_files import file_of, from_device, license_of
from tests.site import Organisation, Site

from motorpool.safety.rules.duty_eld_file import write_eld_file

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/Los_Angeles")
WIDE: dict[str, Any] = DESK | {"viewport": {"width": 1280, "height": 850}}
Owner = psycopg.Connection[Any]


def local_midnight(days_ago: int) -> datetime:
    day = datetime.now(ZONE).date() - timedelta(days=days_ago)
    return datetime.combine(day, datetime.min.time(), ZONE)


async def test_the_driver_decides_on_an_edit_by_the_office(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient, owner: Owner
) -> None:
    dora = await make_driver(site, organisation, owner, "Paula Proposed")
    begin = local_midnight(1)
    await log(client, rows_of(dora.driver_id, "0 OFF 8 ON 9 D 12 OFF 24", begin), dora.headers)
    desk = await (await make_context(site, organisation, WIDE)).new_page()
    await desk.goto(f"/hours-of-service/{dora.driver_id}")
    sheet = desk.locator(f"[data-day='{begin:%Y-%m-%d}']")
    await sheet.locator("summary").click()
    await sheet.get_by_role("link", name="Edit off duty from 12:00").click()
    await desk.locator(".duty-choice").get_by_text("On duty", exact=True).click()
    await desk.get_by_label("Why").fill("The gate log shows work at the dock")
    await looks_well(desk, "hours-entry-desk", 1280)
    await desk.get_by_role("button", name="Propose").click()
    await expect(desk.get_by_text("Proposed. It counts once the driver has accepted it.")).to_be_visible()
    await expect(sheet.locator(".duty-grid.phone-hidden .duty-total").nth(3)).to_have_text("1:00")
    phone = await (await make_context(site, dora.user, PHONE)).new_page()
    await phone.goto("/hours-of-service")
    waiting = phone.get_by_role("region", name="To be accepted or rejected")
    await expect(waiting).to_contain_text("The gate log shows work at the dock")
    await looks_well(phone, "hours-waiting-phone", 390)
    await waiting.get_by_role("button", name="Accept").click()
    await expect(phone.get_by_text("Accepted.", exact=True)).to_be_visible()
    total = phone.locator(f"[data-day='{begin:%Y-%m-%d}'] .duty-grid.phone-only .duty-total")
    await expect(total.nth(3)).to_have_text("13:00")


async def test_unassigned_driving_is_claimed_or_explained(
    make_context: MakeContext,
    complaints: Complaints,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    owner: Owner,
) -> None:
    complaints.expect("status of 422")
    dora = await make_driver(site, organisation, owner, "Una Unassigned")
    begin = local_midnight(1) + timedelta(hours=9)
    for hour in (0, 3):
        vehicle = insert(owner, "vehicles", organisation.id, vehicle_number=f"UNA-{hour}-{begin:%H%M%S}")
        start = begin + timedelta(hours=hour)
        insert(
            owner, "unassigned_driving", organisation.id, vehicle_id=vehicle, started_at=start, trip_id=None,
            ended_at=start + timedelta(hours=1), status="open", distance_km="31.5", claimed_by_driver_id=None,
            log_id=None, explanation=None, resolved_at=None, odometer_start=None, odometer_end=None,
        )  # fmt: skip
    desk = await (await make_context(site, organisation, WIDE)).new_page()
    await desk.goto("/hours-of-service/unassigned")
    await looks_well(desk, "hours-unassigned-desk", 1280)
    first, second = desk.locator("[data-driving]").nth(0), desk.locator("[data-driving]").nth(1)
    await second.get_by_label("Driver").select_option(label="Una Unassigned")
    await second.get_by_role("button", name="Assign").click()
    await expect(desk.get_by_text("Assigned.", exact=True)).to_be_visible()
    await first.get_by_role("button", name="Explain").click()
    await expect(desk.get_by_text("Say why it is nobody's driving time.")).to_be_visible()
    await first.get_by_label("Explanation").fill("Moved by a mechanic in the yard")
    await first.get_by_role("button", name="Explain").click()
    await expect(desk.get_by_text("Explained.", exact=True)).to_be_visible()
    await desk.goto("/hours-of-service/unassigned?show=claimed")
    await expect(desk.get_by_text("waits for the driver to accept it")).to_be_visible()
    await desk.set_viewport_size({"width": 390, "height": 844})
    await looks_well(desk, "hours-unassigned-phone", 390)
    phone = await (await make_context(site, dora.user, PHONE)).new_page()
    await phone.goto("/hours-of-service")
    await phone.get_by_role("button", name="Accept").click()
    rows = (await client.get(LOGS, params={"driver_id": str(dora.driver_id)})).json()["items"]
    assert [(one["duty_status"], one["record_status"]) for one in rows] == [("driving", "active")]


async def test_the_file_of_an_eld_is_looked_at_and_read_in(
    make_context: MakeContext, site: Site, organisation: Organisation, owner: Owner
) -> None:
    dora = await make_driver(site, organisation, owner, "Elda Device")
    home = insert(owner, "facilities", organisation.id, time_zone="America/Chicago")
    owner.execute(
        "UPDATE drivers SET home_facility_id = %s, license_number = %s, license_region = 'IL' WHERE id = %s",
        (home, license_of(dora), dora.driver_id),
    )
    text = from_device(write_eld_file(file_of(dora)))
    page = await (await make_context(site, organisation, WIDE)).new_page()
    await page.goto("/hours-of-service")
    await page.get_by_role("link", name="Read an ELD file").click()
    await looks_well(page, "hours-import-desk", 1280)

    async def choose(content: str) -> None:
        chosen: Any = {"name": "eld.csv", "mimeType": "text/csv", "buffer": content.encode()}
        await page.get_by_label("File", exact=True).set_input_files(chosen)
        await page.get_by_role("button", name="Look at it").click()

    await choose(text.replace("Joliet", "Peoria", 1))
    problem = page.locator("#import-problem")
    await expect(problem).to_contain_text("check value")
    await expect(problem).to_contain_text("the line was changed")
    await choose(text)
    await expect(page.get_by_role("heading", name="Elda Device")).to_be_visible()
    await expect(page.locator(".tile").first).to_contain_text("5")
    await looks_well(page, "hours-import-look-desk", 1280)
    await page.set_viewport_size({"width": 390, "height": 844})
    await looks_well(page, "hours-import-look-phone", 390)
    await page.get_by_role("button", name="Read it in").click()
    await expect(page.get_by_text("5 new, 0 changed, 0 known already")).to_be_visible()
    await expect(page.locator(".duty-remarks").first).to_be_visible()
