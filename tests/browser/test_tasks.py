"""What people come for: an invoice from line items to payment, many vehicles at once, a list as one likes it, search."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import uuid

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import PASSWORD, Organisation, Site

from motorpool.core.database.database import Database
from motorpool.identity.actions.create_user import create_user

from .conftest import PHONE, Complaints, MakeContext, shot
from .fleet import add, add_vehicles

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def colleague(site: Site, organisation: Organisation) -> Organisation:
    """A second administrator: nobody approves what they entered themselves."""
    email = f"grace-{uuid.uuid4().hex[:6]}@example.test"

    async def make() -> None:
        database = Database(site.settings.database.app_url or "", pool_size=1)
        await database.open()
        async with database.transaction(organisation.actor) as session:
            await create_user(
                session,
                organisation.actor,
                email=email,
                display_name="Grace Approver",
                password=PASSWORD,
                roles=("admin",),
            )
        await database.close()

    asyncio.run(make())
    return dataclasses.replace(organisation, email=email, slug=f"{organisation.slug}-grace")


async def fill_line(page: Page, row: int, description: str, quantity: str, price: str, amount: str) -> None:
    line = page.locator(".rows-field tbody tr").nth(row)
    await line.get_by_label("Description").fill(description)
    await line.get_by_label("Quantity").fill(quantity)
    await line.get_by_label("Unit price").fill(price)
    await line.get_by_label("Amount").fill(amount)


async def test_an_invoice_from_line_items_to_payment(
    page: Page,
    complaints: Complaints,
    client: httpx.AsyncClient,
    make_context: MakeContext,
    site: Site,
    colleague: Organisation,
) -> None:
    complaints.expect(r"status of (409|422)")
    number = f"T-{uuid.uuid4().hex[:6]}"
    vendor = f"Tyre Works {number}"
    await add(client, "vendors", name=vendor, vendor_number=number)
    [vehicle] = await add_vehicles(client, [{"vehicle_number": f"VAN-{number}"}])

    await page.goto("/invoices/new")
    await page.get_by_label("Invoice number").fill(number)
    picker = page.get_by_role("combobox", name="Vendor")
    await picker.fill(number)
    await expect(page.get_by_role("option", name=vendor)).to_be_visible()
    await picker.press("ArrowDown")
    await picker.press("Enter")
    await expect(picker).to_have_value(vendor)
    await page.get_by_label("Invoice date").fill("2026-05-01")
    await page.get_by_label("Due date").fill("2026-05-31")
    await page.get_by_label("Subtotal").fill("450.00")
    await page.get_by_label("Total amount").fill("450.00")
    await page.get_by_role("button", name="Add line item").click()
    await fill_line(page, 0, "Tyres", "4", "100.00", "400.00")
    vehicle_of_line = page.locator(".rows-field tbody tr").first.get_by_role("combobox", name="Vehicle")
    await vehicle_of_line.fill(number)
    await page.get_by_role("option", name=f"VAN-{number}").click()
    await page.get_by_role("button", name="Add line item").click()
    await fill_line(page, 1, "", "two", "25.00", "50.00")
    await page.get_by_role("button", name="Save", exact=True).click()

    # What is wrong is told above, with a way to it, and beside the field; what was entered still stands there.
    summary = page.locator("[data-summary]")
    await expect(summary).to_be_focused()
    await expect(summary).to_contain_text("Line items, row 2: description is required")
    wrong = page.locator(".rows-field tbody tr").nth(1).get_by_label("Quantity")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(wrong).to_have_value("two")
    await expect(vehicle_of_line).to_have_value(f"VAN-{number}")
    await shot(page, "invoice-wrong")
    await summary.get_by_role("link", name="Line items, row 2: quantity").click()
    await expect(wrong).to_be_focused()

    await fill_line(page, 1, "Fitting", "2", "25.00", "50.00")
    await page.locator(".rows-field tbody tr").nth(1).get_by_role("button", name="Move up").click()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    lines = page.get_by_role("region", name="Table").locator("tbody tr")
    await expect(lines.first).to_contain_text("Fitting")
    await expect(lines.nth(1).get_by_role("link", name=f"VAN-{number}")).to_be_visible()
    await expect(page.get_by_text("$450.00").first).to_be_visible()
    await shot(page, "invoice")
    key = page.url.rsplit("/", 1)[-1]
    row = (await client.get(f"/api/v1/invoices/{key}")).json()
    assert [line["description"] for line in row["line_items"]] == ["Fitting", "Tyres"]
    assert row["line_items"][1]["vehicle_id"] == vehicle

    await page.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.get_by_text("Whoever entered an invoice cannot approve it.")).to_be_visible()

    other = await (await make_context(site, colleague)).new_page()
    await other.goto(f"/invoices/{key}")
    await other.get_by_role("button", name="Approve", exact=True).click()
    await expect(other.get_by_text("Invoice: approved.")).to_be_visible()
    await other.get_by_role("button", name="Record payment").click()
    dialog = other.get_by_role("dialog")
    await dialog.get_by_role("button", name="Record payment").click()
    await expect(dialog).to_contain_text("is required")
    await dialog.get_by_label("Paid amount").fill("450")
    await dialog.get_by_label("Paid", exact=True).fill("2026-05-20T10:00")
    await shot(other, "invoice-payment")
    await dialog.get_by_role("button", name="Record payment").click()
    await expect(dialog).to_be_hidden()
    assert (await client.get(f"/api/v1/invoices/{key}")).json()["payment_status"] == "paid"

    await other.goto(f"/invoices/{key}?tab=history")
    await expect(other.get_by_text("Changed by Grace Approver").first).to_be_visible()
    await expect(other.get_by_text("Payment status: Unpaid → Paid")).to_be_visible()
    await shot(other, "invoice-history")


async def test_three_vehicles_get_the_same_colour(page: Page, client: httpx.AsyncClient) -> None:
    prefix = f"C{uuid.uuid4().hex[:5]}"
    keys = await add_vehicles(client, [{"vehicle_number": f"{prefix}-{n}"} for n in range(5)])
    await page.goto(f"/vehicles?q={prefix}")
    await page.get_by_label(f"Select {prefix}-0").check()
    await page.get_by_label(f"Select {prefix}-2").click(modifiers=["Shift"])
    await expect(page.get_by_text("3 selected")).to_be_visible()
    await page.get_by_role("button", name="Set a field").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Color", exact=True).click()
    await dialog.get_by_label("Color").fill("Signal yellow")
    await shot(page, "bulk")
    await dialog.get_by_role("button", name="Set color of 3 vehicles").click()
    await expect(page.get_by_text("Set color of 3 vehicles.")).to_be_visible()
    await expect(page).to_have_url(re.compile(f"q={prefix}"))
    colours = [(await client.get(f"/api/v1/vehicles/{key}")).json()["color"] for key in keys]
    assert colours == ["Signal yellow"] * 3 + [None] * 2


async def test_a_list_is_kept_as_one_likes_it(page: Page, client: httpx.AsyncClient) -> None:
    await add_vehicles(client, [{"vehicle_number": f"V{uuid.uuid4().hex[:6]}", "status": "in_shop"}])
    name = f"Shop {uuid.uuid4().hex[:4]}"
    await page.goto("/vehicles")
    await page.locator("#filters").get_by_label("Status").select_option("in_shop")
    await expect(page.get_by_role("link", name="Remove the filter Status is In shop")).to_be_visible()
    await page.get_by_text("Save view", exact=True).first.click()
    await page.get_by_label("Name of the view").fill(name)
    await page.get_by_role("button", name="Save view").click()
    await expect(
        page.get_by_role("navigation", name="Views").get_by_role("link", name=name)
    ).to_have_attribute("aria-current", "page")
    await page.get_by_text("Columns", exact=True).first.click()
    await page.get_by_label("Color", exact=True).check()
    await page.get_by_role("button", name="Show these").click()
    await expect(page.get_by_role("columnheader", name="Color")).to_be_visible()
    await shot(page, "list-view")

    await page.get_by_role("navigation", name="Views").get_by_role("link", name="All").click()
    await expect(page.get_by_role("columnheader", name="Color")).to_be_hidden()
    await page.get_by_role("navigation", name="Views").get_by_role("link", name=name).click()
    await expect(page.get_by_role("columnheader", name="Color")).to_be_visible()
    await page.get_by_role("link", name="Remove the filter Status is In shop").click()
    await expect(page.get_by_text("Save view", exact=True).first).to_be_visible()


async def test_filters_by_day_and_by_reference(page: Page, client: httpx.AsyncClient) -> None:
    number = uuid.uuid4().hex[:6]
    department = await add(client, "departments", name=f"Roads {number}", code=number)
    await add_vehicles(
        client,
        [
            {"vehicle_number": f"R{number}", "department_id": department["id"]},
            {"vehicle_number": f"S{number}"},
        ],
    )
    await page.goto("/vehicles")
    await page.keyboard.press("f")
    await page.locator("#filters").get_by_label("Created", exact=True).select_option("today")
    await expect(page.get_by_role("link", name="Remove the filter Created today")).to_be_visible()
    picker = page.locator("#filters").get_by_role("combobox", name="Department")
    await picker.fill(number)
    await page.get_by_role("option", name=f"Roads {number}").click()
    await expect(page.locator("#rows tbody tr")).to_have_count(1)
    await expect(
        page.get_by_role("link", name=f"Remove the filter Department is Roads {number}")
    ).to_be_visible()
    await shot(page, "list-filters")


async def test_search_by_keyboard(page: Page, client: httpx.AsyncClient) -> None:
    number = uuid.uuid4().hex[:6]
    await add_vehicles(client, [{"vehicle_number": f"KEY-{number}"}])
    await add(client, "vendors", name=f"Keys KEY-{number} and Locks", vendor_number=number)
    await page.goto("/facilities")
    await page.keyboard.press("/")
    await page.keyboard.type(f"key-{number}")
    found = page.get_by_role("option")
    await expect(found.first).to_contain_text(f"KEY-{number}")
    await shot(page, "search-quick")
    await page.keyboard.press("ArrowDown")
    await expect(found.first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"KEY-{number}")
    await page.keyboard.press("g")
    await page.keyboard.press("d")
    await expect(page).to_have_url(re.compile("/drivers$"))
    await page.keyboard.press("Shift+?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("c")
    await expect(page.get_by_role("heading", name="New driver")).to_be_visible()


async def test_the_menu_finds_pages_and_remembers_sections(page: Page) -> None:
    await page.goto("/vehicles")
    menu = page.get_by_role("navigation", name="Main")
    await expect(menu.get_by_role("link", name="Vehicles", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    await expect(menu.get_by_role("link", name="Invoices")).to_be_hidden()
    await menu.get_by_text("Finance", exact=True).click()
    await expect(menu.get_by_role("link", name="Invoices")).to_be_visible()
    await page.goto("/drivers")
    await expect(menu.get_by_role("link", name="Invoices")).to_be_visible()
    find = page.get_by_role("searchbox", name="Find a page")
    await find.fill("bay book")
    await expect(menu.get_by_role("link")).to_have_count(1)
    await find.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bay bookings")


async def test_a_comment_is_left_on_a_record(page: Page, client: httpx.AsyncClient) -> None:
    [key] = await add_vehicles(client, [{"vehicle_number": f"T{uuid.uuid4().hex[:6]}"}])
    await page.goto(f"/vehicles/{key}?tab=comments")
    await page.get_by_label("Add a comment").fill("Left mirror is loose.\nBooked for Friday.")
    await page.get_by_role("button", name="Comment").click()
    await expect(page.locator(".comment")).to_contain_text("Left mirror is loose.")


async def test_a_work_order_on_a_phone(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    number = uuid.uuid4().hex[:6]
    await add_vehicles(client, [{"vehicle_number": f"P{number}"}])
    page = await (await make_context(site, organisation, PHONE)).new_page()
    await page.goto("/maintenance-records/new")
    await page.get_by_label("Summary").fill("Brake check")
    await page.get_by_role("combobox", name=re.compile("^Vehicle")).fill(number)
    await page.get_by_role("option", name=f"P{number}").click()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("WO-")
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await shot(page, "work-order-phone", full_page=True)
