"""Marking damage with a tap on the outline of a vehicle."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import PHONE, Complaints, MakeContext, shot
from tests.browser.fleet import add
from tests.browser.test_inspections import PICTURE, looks_well as looks_well_here
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"


async def looks_well(page: Page, name: str, width: int) -> None:
    """From the top: what the bar of the page covers after scrolling counts as too small."""
    await page.evaluate("window.scrollTo(0, 0)")
    await looks_well_here(page, name, width)


async def van(client: httpx.AsyncClient, kind: str = "van") -> dict[str, str]:
    return await add(
        client, "vehicles", vehicle_number=f"{kind[:3].upper()}-{uuid4().hex[:4].upper()}", vehicle_type=kind
    )


async def tap(page: Page, view: str, x: float, y: float) -> None:
    svg = page.locator(f".damage-views:visible svg[data-view={view}]")
    await svg.scroll_into_view_if_needed()
    box = await svg.bounding_box()
    assert box
    await svg.click(position={"x": box["width"] * x, "y": box["height"] * y})


async def test_damage_is_marked_on_a_phone_and_shown_on_report_and_vehicle(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
) -> None:  # fmt: skip
    complaints.expect(OFFLINE)
    vehicle = await van(client)
    context = await make_context(site, organisation, PHONE)
    page = await context.new_page()
    await page.goto(f"/report-damage?vehicle={vehicle['id']}")
    await expect(page.locator("[data-outline-of=van]")).to_be_visible()
    await expect(page.locator("[data-outline-of=bus]")).to_be_hidden()
    await looks_well(page, "damage-report-phone", 390)
    await tap(page, "left", 0.3, 0.6)
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_be_visible()
    await expect(sheet.get_by_label("Where")).to_have_value("left")
    await looks_well(page, "damage-sheet-phone", 390)
    await sheet.get_by_text("Dent", exact=True).click()
    await sheet.get_by_text("Major", exact=True).click()
    await sheet.locator("input[type=file]").set_input_files(PICTURE)
    await sheet.get_by_role("button", name="Set the mark").click()
    await expect(page.locator("[data-mark-list] li")).to_have_count(1)
    await tap(page, "rear", 0.5, 0.7)
    await sheet.get_by_role("button", name="Set the mark").click()
    await expect(page.locator("[data-mark-list] li")).to_have_count(2)
    await expect(page.locator(".damage-views:visible .damage-pin")).to_have_count(2)
    # A cancelled one leaves nothing; a reload loses nothing.
    await tap(page, "top", 0.5, 0.5)
    await sheet.get_by_role("button", name="Cancel").click()
    await page.reload()
    await expect(page.locator("[data-mark-list] li")).to_have_count(2)
    await looks_well(page, "damage-report-phone-marked", 390)
    await context.set_offline(True)
    await page.get_by_role("button", name="Send the report").click()
    await expect(page.locator("[data-incident-waits]")).to_contain_text("kept on this device")
    await context.set_offline(False)
    await page.wait_for_url("**/damage-reports/*")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("2 marks: left side, rear")
    await expect(page.locator(".damage-pin")).to_have_count(2)
    await expect(page.locator(".damage-thumb img")).to_have_count(1)
    await looks_well(page, "damage-page-phone", 390)
    (report,) = (await client.get(f"/api/v1/damage-reports?vehicle_id={vehicle['id']}")).json()["items"]
    marks = (await client.get(f"/api/v1/damage-marks?damage_report_id={report['id']}")).json()["items"]
    by_view = {one["view"]: one for one in marks}
    assert (by_view["left"]["damage_type"], by_view["left"]["severity"]) == ("dent", "major")
    assert abs(float(by_view["left"]["x"]) - 0.3) < 0.02
    assert abs(float(by_view["left"]["y"]) - 0.6) < 0.02
    assert by_view["left"]["photo_url"] in report["photos"]
    await page.goto(f"/vehicles/{vehicle['id']}")
    panel = page.locator("#damage")
    await expect(panel.locator(".damage-pin")).to_have_count(2)
    await expect(panel.get_by_role("link", name="2 marks: left side, rear")).to_be_visible()
    await looks_well(page, "damage-vehicle-phone", 390)


async def test_marks_are_added_and_taken_off_at_a_desk_by_keyboard(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    vehicle = await van(client, "truck")
    body = {
        "client_key": str(uuid4()),
        "vehicle_id": vehicle["id"],
        "marks": [{"view": "front", "x": 0.5, "y": 0.5, "damage_type": "crack"}],
    }
    made = (await client.post("/api/v1/damage-reports/submit", json=body)).json()
    context = await make_context(site, organisation, {"viewport": {"width": 1280, "height": 900}})
    page = await context.new_page()
    await page.goto(f"/damage-reports/{made['id']}")
    await page.get_by_role("button", name="Mark", exact=True).press("Enter")
    sheet = page.get_by_role("dialog")
    await sheet.get_by_label("Where").select_option("right")
    await sheet.get_by_role("button", name="Set the mark").press("Enter")
    await expect(page.locator(".damage-view.is-right .damage-pin")).to_have_count(1)
    await expect(page.locator(".damage-list li")).to_have_count(2)
    await looks_well(page, "damage-page-desk", 1280)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Remove mark 1").click()
    await expect(page.locator(".damage-list li")).to_have_count(1)
    await expect(page.locator(".damage-view.is-front .damage-pin")).to_have_count(0)


@pytest.mark.parametrize("kind", ["car", "van", "truck", "bus"])
async def test_each_kind_of_vehicle_has_its_outline(
    kind: str, make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    vehicle = await van(client, kind)
    context = await make_context(site, organisation, {"viewport": {"width": 1280, "height": 900}})
    page = await context.new_page()
    await page.goto(f"/report-damage?vehicle={vehicle['id']}")
    views = page.locator(".damage-views:visible svg")
    await expect(views).to_have_count(5)
    await expect(views.first).to_have_attribute("aria-label", f"Left side of a {kind}: no marks")
    await shot(page, f"damage-outline-{kind}", full_page=True)
