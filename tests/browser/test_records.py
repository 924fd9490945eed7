"""What every collection's pages do: add, correct, change, find."""

from __future__ import annotations

import re
import uuid

import httpx
import pytest
from playwright.async_api import Page, expect

from .conftest import Complaints, shot
from .fleet import add, add_vehicles

pytestmark = pytest.mark.browser

VEHICLE = re.compile(r"/vehicles/[0-9a-f-]{36}$")


async def test_a_vehicle_is_added_and_changed(page: Page, complaints: Complaints) -> None:
    complaints.expect(r"status of 4(09|22)")
    number = f"SHUTTLE-{uuid.uuid4().hex[:4]}"
    await page.goto("/vehicles")
    await page.get_by_role("link", name="Add vehicle").first.click()
    await expect(page.get_by_role("heading", name="New vehicle")).to_be_visible()

    await page.get_by_label("Make").fill("Ford")
    await page.get_by_role("button", name="Save", exact=True).click()
    field = page.get_by_label("Vehicle number")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#field-vehicle_number-error")).to_be_visible()
    await expect(field).to_have_accessible_description(re.compile("^Is required"))
    await expect(page.get_by_label("Make")).to_have_value("Ford")
    await shot(page, "form-error")

    await field.fill(number)
    await page.get_by_label("Name", exact=True).fill("Airport shuttle")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(VEHICLE)
    await expect(page.get_by_role("status").filter(has_text="Vehicle added.")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"{number} · Airport shuttle")
    await page.get_by_role("link", name="History").click()
    await expect(page.get_by_role("region", name="History")).to_contain_text("Added by Ada Admin")

    await page.get_by_role("link", name="Edit").click()
    await page.get_by_label("Name", exact=True).fill("Station shuttle")
    await page.get_by_label("Status").select_option("in_shop")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Station shuttle")
    await page.get_by_role("link", name="History").click()
    changed = page.get_by_role("region", name="History").get_by_role("listitem").first
    await expect(changed).to_contain_text("Changed by Ada Admin")
    await expect(changed.locator("del", has_text="Airport shuttle")).to_be_visible()
    await expect(changed.locator("ins", has_text="Station shuttle")).to_be_visible()
    await shot(page, "record-history", full_page=True)

    # A number that is taken is told beside its field too.
    await page.goto("/vehicles/new")
    await field.fill(number)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await shot(page, "form-duplicate")


async def test_a_stale_edit_says_so(page: Page, complaints: Complaints, client: httpx.AsyncClient) -> None:
    complaints.expect(r"status of 412")
    facility = await add(client, "facilities", name="North yard", code=uuid.uuid4().hex[:6], city="Oakland")
    address = f"/facilities/{facility['id']}"
    other = await page.context.new_page()
    await page.goto(f"{address}/edit")
    await other.goto(f"{address}/edit")

    await page.get_by_label("City", exact=True).fill("Alameda")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(address)

    await other.get_by_label("City", exact=True).fill("Berkeley")
    await other.get_by_role("button", name="Save", exact=True).click()
    await expect(other.get_by_text("Somebody changed this facility while you were editing.")).to_be_visible()
    await expect(other.get_by_label("City", exact=True)).to_have_value("Berkeley")
    await expect(other.get_by_label("City", exact=True)).to_have_attribute("aria-invalid", "true")
    await shot(other, "form-stale")
    assert (await client.get(f"/api/v1{address}")).json()["city"] == "Alameda", "nothing was overwritten"

    await other.get_by_role("button", name="Save", exact=True).click()
    await expect(other).to_have_url(address)
    assert (await client.get(f"/api/v1{address}")).json()["city"] == "Berkeley"


@pytest.fixture
async def sixty(client: httpx.AsyncClient) -> str:
    """Sixty vans, every tenth in the shop; the prefix of their numbers."""
    prefix = f"L{uuid.uuid4().hex[:5]}"
    rows = [
        {"vehicle_number": f"{prefix}-{n:03}", "make": "Ford", "status": "active" if n % 10 else "in_shop"}
        for n in range(1, 61)
    ]
    await add_vehicles(client, rows)
    return prefix


async def test_a_list_is_filtered_sorted_and_paged(page: Page, sixty: str) -> None:
    await page.goto("/vehicles")
    rows, titles = page.locator("#rows tbody tr"), page.locator("#rows .cell-title")
    await page.evaluate("window.sameDocument = true")
    await page.get_by_label("Search vehicles", exact=True).fill(sixty)
    await expect(page).to_have_url(re.compile(f"q={sixty}"))
    await expect(titles.first).to_have_text(f"{sixty}-001")
    await expect(rows).to_have_count(50)

    await page.locator("#filters").get_by_label("Status").select_option("in_shop")
    await expect(rows).to_have_count(6)
    await expect(page).to_have_url(re.compile("status=in_shop"))
    assert await page.evaluate("window.sameDocument"), "only the rows were fetched"
    await shot(page, "list-filtered")

    by_number = page.get_by_role("link", name="Vehicle number")
    await expect(by_number).to_have_attribute("href", re.compile("status=in_shop"))
    await by_number.click()
    await expect(titles.first).to_have_text(f"{sixty}-060")
    await expect(page.get_by_role("columnheader", name="Vehicle number")).to_have_attribute(
        "aria-sort", "descending"
    )
    await expect(page.locator("#filters").get_by_label("Status")).to_have_value("in_shop")

    await page.locator("#filters").get_by_label("Status").select_option("")
    await expect(rows).to_have_count(50)
    await page.goto(f"/vehicles?q={sixty}")
    await page.get_by_role("link", name="Next page").click()
    await expect(titles.first).to_have_text(f"{sixty}-051")
    await expect(rows).to_have_count(10)
    await shot(page, "list-second-page")
    await page.get_by_role("link", name="First page").click()
    await expect(titles.first).to_have_text(f"{sixty}-001")

    # Anywhere on the row opens the record, and the way back leads to the same rows.
    await rows.nth(2).locator("td").nth(2).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"{sixty}-003")
    await page.go_back()
    await expect(titles.first).to_have_text(f"{sixty}-001")

    await page.get_by_label("Search vehicles", exact=True).fill("nothing is called this")
    await expect(page.get_by_text("Nothing matches")).to_be_visible()


async def test_search_finds_what_is_named(page: Page, client: httpx.AsyncClient) -> None:
    await add(client, "drivers", driver_number="D-77", full_name="Katherine Johnson")
    await add_vehicles(client, [{"vehicle_number": "KJ-1", "name": "Johnson's van"}])
    await page.goto("/facilities")
    search = page.get_by_role("combobox", name="Search everything")
    await search.fill("johnson")
    await search.press("Enter")
    await expect(page.get_by_role("heading", name="Results for “johnson”")).to_be_visible()
    await expect(page.get_by_role("region", name="Vehicles")).to_contain_text("KJ-1")
    await shot(page, "search")
    await page.get_by_role("region", name="Drivers").get_by_role("link", name="Katherine Johnson").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Katherine Johnson")

    await page.goto("/search?q=<b>nobody</b>")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await expect(page.get_by_role("heading", name="Results for “<b>nobody</b>”")).to_be_visible()
