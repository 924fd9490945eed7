"""A driver's week on the pages about hours of service, and what the office sees of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import DESK, PHONE, Complaints, MakeContext
from tests.browser.looks import looks_well
from tests.contract.rows import insert
from tests.safety.duty.people import LOGS, log, make_driver, rows_of
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/Los_Angeles")
WIDE: dict[str, Any] = DESK | {"viewport": {"width": 1280, "height": 850}}
Owner = psycopg.Connection[Any]


def local_midnight(days_ago: int) -> datetime:
    day = datetime.now(ZONE).date() - timedelta(days=days_ago)
    return datetime.combine(day, datetime.min.time(), ZONE)


async def enter(page: Page, status: str, start: datetime, end: datetime | None, **more: str) -> None:
    """One entry by the form."""
    await page.get_by_role("link", name="Add an entry").first.click()
    await page.locator(".duty-choice").get_by_text(status, exact=True).click()
    await page.get_by_label("From").fill(f"{start:%Y-%m-%dT%H:%M}")
    await page.get_by_label("Until").fill(f"{end:%Y-%m-%dT%H:%M}" if end else "")
    for label, text in more.items():
        await page.get_by_label(label.capitalize()).fill(text)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()


async def left(page: Page) -> dict[str, str]:
    """What the clocks of the page say."""
    return {
        name: await page.locator(f"[data-clock={name}] .duty-left").inner_text()
        for name in ("drive", "window", "break", "cycle")
    }


def words(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


async def test_a_week_with_a_split_sleeper_day_is_entered_edited_and_certified(
    make_context: MakeContext,
    complaints: Complaints,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    owner: Owner,
) -> None:
    complaints.expect("status of 422")
    dora = await make_driver(site, organisation, owner)
    # Five plain days came in before.
    for days_ago in range(7, 2, -1):
        await log(
            client,
            rows_of(
                dora.driver_id, "0 OFF 5 ON 5.5 D 10 OFF 10.5 D 14 ON 14.5 OFF 24", local_midnight(days_ago)
            ),
            dora.headers,
        )
    day = local_midnight(2)

    def at(hour: float) -> datetime:
        return day + timedelta(hours=hour)

    context = await make_context(site, dora.user, PHONE)
    page = await context.new_page()
    await page.goto("/hours-of-service")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Dora Driver")
    # Three hours off duty, seven in the berth: a pair, so that the window counts from the end of the first.
    for status, start, end in (
        ("Off duty", 0, 1),
        ("On duty", 1, 1.5),
        ("Driving", 1.5, 7.5),
        ("On duty", 7.5, 8),
        ("Off duty", 8, 11),
        ("Driving", 11, 16),
        ("On duty", 16, 17),
        ("Sleeper berth", 17, 24),
    ):
        await enter(page, status, at(start), at(end))
    await looks_well(page, "hours-driver-phone", 390)
    sheet = page.locator(f"[data-day='{day:%Y-%m-%d}']")
    drawing = sheet.locator(".duty-grid.phone-only")
    await expect(drawing).to_have_attribute(
        "aria-label",
        f"{day:%A}, {day:%Y-%m-%d}: 00:00 OFF, 01:00 ON, 01:30 D, 07:30 ON, 08:00 OFF, 11:00 D, 16:00 ON, 17:00 SB",
    )
    await expect(drawing.locator(".duty-total")).to_have_text(["4:00", "7:00", "11:00", "2:00"])
    await expect(sheet.locator(".duty-broken")).to_have_count(0)
    # The day after: work goes on, and an edit makes it too long.
    after = local_midnight(1)
    for status, start, end in (("Driving", 0, 5), ("Off duty", 5, 24)):
        await enter(page, status, after + timedelta(hours=start), after + timedelta(hours=end))
    await enter(page, "Off duty", after + timedelta(hours=24), None)
    now = datetime.now(UTC).isoformat()
    path = f"/api/v1/drivers/{dora.driver_id}/hours-of-service"
    clocks = (await client.get(path, params={"as_of": now}, headers=dora.headers)).json()["clocks"]
    shown = await left(page)
    assert shown["drive"] == words(clocks["drive_minutes"]) and shown["cycle"] == words(
        clocks["cycle_minutes"]
    )
    second = page.locator(f"[data-day='{after:%Y-%m-%d}']")
    await expect(second.locator(".duty-broken")).to_have_count(0)
    await second.locator("summary").click()
    await second.get_by_role("link", name="Edit driving from 00:00").click()
    await page.get_by_label("Until").fill(f"{after + timedelta(hours=8):%Y-%m-%dT%H:%M}")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Say why, in at least 4 letters")).to_be_visible()
    await looks_well(page, "hours-entry-phone", 390)
    await page.get_by_label("Why").fill("The tachograph shows eight hours")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(second.locator(".duty-grid.phone-only .duty-total").nth(2)).to_have_text("8:00")
    await expect(second.locator(".duty-broken").first).to_contain_text("11 hours of driving")
    rows = (await client.get(LOGS, params={"driver_id": str(dora.driver_id), "limit": 200})).json()["items"]
    edits = [one for one in rows if one["is_edited"]]
    assert len(edits) == 1 and edits[0]["violations"], "the original stays, the edit says what it broke"
    assert {one["record_status"] for one in rows} == {"active", "inactive_changed"}

    await page.get_by_role("button", name=f"Certify {after.day} {after:%b} {after:%Y}").click()
    await expect(page.get_by_text("Certified.", exact=True)).to_be_visible()
    await expect(second.get_by_text("Certified", exact=True)).to_be_visible()
    await page.get_by_role("button", name="On duty", exact=True).click()
    await expect(page.get_by_text("On duty since")).to_be_visible()

    desk = await (await make_context(site, organisation, WIDE)).new_page()
    await desk.goto("/hours-of-service")
    await expect(desk.locator(f"[data-driver='{dora.driver_id}']")).to_contain_text("On duty")
    await looks_well(desk, "hours-list-desk", 1280)
    await desk.goto(f"/hours-of-service/{dora.driver_id}")
    await expect(desk.get_by_text("It is not a registered ELD.")).to_be_visible()
    await expect(desk.get_by_role("button", name="Certify")).to_have_count(0)
    await looks_well(desk, "hours-log-desk", 1280)
    printed = await page.request.get(f"/hours-of-service/{dora.driver_id}/log.pdf")
    assert printed.ok and printed.headers["content-type"] == "application/pdf"
    assert (await printed.body()).startswith(b"%PDF-")
    await desk.set_viewport_size({"width": 390, "height": 844})
    await desk.goto("/hours-of-service")
    await looks_well(desk, "hours-list-phone", 390)


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
