"""The calendar of a shop: an order is dragged onto a bay, collides, is moved; the rest is planned and booked."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, expect
from tests.maintenance.shop.workshop import Workshop, at, make_workshop, monday
from tests.site import Organisation, Site

from .conftest import DESK, PHONE, Complaints, MakeContext, shot
from .looks import looks_well

pytestmark = pytest.mark.browser


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Workshop:
    return await make_workshop(client)


def address(shop: Workshop, **query: Any) -> str:
    asked = {"facility": shop.facility["id"], "day": monday().isoformat(), **query}
    return f"/shop/calendar?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


async def open_calendar(page: Page, shop: Workshop, **query: Any) -> None:
    await page.goto(address(shop, **query))
    await page.wait_for_selector("#shop-body.is-ready")


async def drag(page: Page, what: Locator, bay: str, hour: float, hold: float = 30) -> None:
    """Let go over a bay so that what is held begins at this hour; `hold`: minutes from its beginning to the pointer."""
    track = page.locator(f".shop-lane[data-name='{bay}'] [data-track]")
    await what.scroll_into_view_if_needed()
    box, begin = await track.bounding_box(), await what.bounding_box()
    assert box is not None and begin is not None
    minute = box["width"] / 600  # open from 7 to 17
    await page.mouse.move(begin["x"] + min(8, begin["width"] / 2), begin["y"] + 12)
    await page.mouse.down()
    x = box["x"] + ((hour - 7) * 60 + hold) * minute
    await page.mouse.move(x - 40, box["y"] + 20, steps=4)
    await page.mouse.move(x, box["y"] + box["height"] / 2, steps=4)
    await expect(page.locator(".shop-ghost")).to_be_visible()
    await page.mouse.up()


async def test_a_planner_books_by_hand_collides_and_lets_the_rest_be_planned(
    page: Page, shop: Workshop, complaints: Complaints
) -> None:
    complaints.expect("409")
    first = await shop.order(estimated_hours="3.00", required_skills=["brakes"])
    second = await shop.order(summary="Oil service", estimated_hours="2.00")
    await shop.order(summary="Engine misfires", required_skills=["engine"], priority="critical")
    await shop.order(summary="Air conditioning", required_skills=["hvac"])
    await open_calendar(page, shop)
    waiting = page.locator(".shop-order")
    await expect(waiting).to_have_count(4)
    order = page.locator(f".shop-order[data-order='{first['id']}']")
    await drag(page, order, "Bay 1", 9)
    await expect(page.locator("#shop-note")).to_contain_text("is booked: Bay 1, 09:00 to 12:00.")
    await expect(waiting).to_have_count(3)
    booking = page.locator(".shop-lane[data-name='Bay 1'] .shop-job")
    await expect(booking).to_contain_text("09:00–12:00")

    # The bay is taken: the server's words say by what, and nothing moves.
    other = page.locator(f".shop-order[data-order='{second['id']}']")
    await drag(page, other, "Bay 1", 10)
    await expect(page.locator("#shop-note [class*=is-bad]")).to_contain_text("Bay 1 is taken by WO-")
    await expect(page.locator("#shop-note")).to_contain_text("free again from Mon")
    await expect(waiting).to_have_count(3)
    await shot(page, "shop_calendar_collision")

    # Moved to the other bay, made longer at its edge.
    await drag(page, booking, "Bay 2", 12, hold=8 / 2)
    moved = page.locator(".shop-lane[data-name='Bay 2'] .shop-job")
    await expect(moved).to_contain_text("12:00–15:00")
    grip = await moved.locator(".shop-grip").bounding_box()
    track = await page.locator(".shop-lane[data-name='Bay 2'] [data-track]").bounding_box()
    assert grip is not None and track is not None
    await page.mouse.move(grip["x"] + 4, grip["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(track["x"] + track["width"] * 9 / 10, grip["y"] + 20, steps=4)
    await page.mouse.up()
    await expect(moved).to_contain_text("12:00–16:00")

    # The rest is planned.
    await page.get_by_role("button", name="Plan the day").click()
    plan = page.locator("#shop-plan")
    await expect(plan).to_be_visible()
    await expect(plan.get_by_role("heading", level=2)).to_have_text("2 of 3 jobs planned")
    await expect(plan.get_by_role("list", name="Left out")).to_contain_text("lacks hvac")
    await expect(plan.get_by_role("list", name="Planned")).to_contain_text("Critical priority")
    await expect(page.locator(".shop-job.is-proposed")).to_have_count(2)
    await shot(page, "shop_calendar_plan", full_page=True)
    await plan.get_by_role("button", name="Apply").click()
    await expect(page.locator("#shop-note")).to_contain_text("The plan is booked: 2 jobs.")
    await expect(page.locator(".shop-track > .shop-job")).to_have_count(3)
    await expect(waiting).to_have_count(1)
    await shot(page, "shop_calendar_day")


async def test_a_booking_is_made_and_moved_without_a_mouse(
    page: Page, shop: Workshop, complaints: Complaints
) -> None:
    complaints.expect("409")
    taken = await shop.order()
    await shop.booked(taken, at(7), at(9))
    order = await shop.order(required_equipment=["brake_lathe"])
    await open_calendar(page, shop)
    await page.locator(f".shop-order[data-order='{order['id']}'] .btn").focus()
    await page.keyboard.press("Enter")
    form = page.locator("dialog[open] .shop-form")
    await expect(form.get_by_label("From")).to_have_value(f"{monday()}T09:00")
    await expect(form.locator(".shop-slot").first).to_contain_text("The earliest time.")
    await shot(page, "shop_calendar_form")
    await form.get_by_label("From").fill(f"{monday()}T08:00")
    await form.get_by_role("button", name="Book", exact=True).click()
    await expect(form.get_by_role("alert")).to_contain_text("Bay 1 is taken by WO-")
    await expect(form.get_by_label("Bay")).to_have_attribute("aria-invalid", "true")
    await form.get_by_label("From").fill(f"{monday()}T09:30")
    await form.get_by_label("To").fill(f"{monday()}T11:30")
    await form.get_by_role("button", name="Book", exact=True).click()
    booking = page.locator(".shop-job", has_text="09:30–11:30")
    await expect(booking).to_be_visible()
    await booking.get_by_role("link").focus()
    await page.keyboard.press("Enter")
    await form.get_by_label("To").fill(f"{monday()}T12:00")
    await form.get_by_role("button", name="Save").click()
    await expect(page.locator(".shop-job", has_text="09:30–12:00")).to_be_visible()
    await page.locator(".shop-job", has_text="09:30–12:00").get_by_role("link").click()
    await form.get_by_role("button", name="Vehicle is in the bay").click()
    await expect(page.locator(".shop-job.is-in-progress")).to_have_count(1)
    assert (await shop.read("maintenance-records", order))["status"] == "in_progress"


async def test_an_order_is_dropped_on_a_day_of_the_week(page: Page, shop: Workshop) -> None:
    order = await shop.order()
    await open_calendar(page, shop, view="week")
    tuesday = page.locator("td[data-cell]").nth(1)
    await page.locator(f".shop-order[data-order='{order['id']}'] strong").drag_to(tuesday)
    form = page.locator("dialog[open] .shop-form")
    await expect(form.get_by_label("From")).to_have_value(re.compile("T07:00$"))
    await form.get_by_role("button", name="Book", exact=True).click()
    await expect(tuesday.locator(".shop-job")).to_have_count(1)
    await shot(page, "shop_calendar_week")


@pytest.mark.parametrize("device", ["desk", "phone"])
async def test_the_calendar_has_no_barriers(
    make_context: MakeContext, site: Site, organisation: Organisation, shop: Workshop, device: str
) -> None:
    await shop.booked(await shop.order(), at(9), at(11), technician_id=shop.technicians[0]["id"])
    await shop.order(priority="critical", due_on=monday().isoformat())
    page = await (await make_context(site, organisation, {"desk": DESK, "phone": PHONE}[device])).new_page()
    await open_calendar(page, shop)
    await page.get_by_role("button", name="Plan the day").click()
    await expect(page.locator("#shop-plan")).to_be_visible()
    await looks_well(page, f"shop_calendar_{device}")
    await page.get_by_role("button", name="Discard").click()
    await page.get_by_role("link", name=re.compile("^Book WO-")).first.click()
    await expect(page.locator("dialog[open] .shop-form")).to_be_visible()
    await looks_well(page, f"shop_calendar_form_{device}", full_page=False)
    await open_calendar(page, shop, view="week")
    await looks_well(page, f"shop_calendar_week_{device}")


async def test_a_tenant_without_bays_is_told_what_to_do(
    make_context: MakeContext, site: Site, stranger: Organisation
) -> None:
    page = await (await make_context(site, stranger)).new_page()
    await page.goto("/shop/calendar")
    await expect(page.get_by_text("No shop has a bay yet")).to_be_visible()
    await expect(page.get_by_role("link", name="Add a service bay")).to_be_visible()


async def test_booked_from_an_order_the_calendar_shows_the_day_and_leads_back(
    page: Page, shop: Workshop
) -> None:
    order = await shop.order()
    other = await shop.booked(await shop.order(), at(9), at(10), service_bay_id=shop.bays[1]["id"])
    await page.goto(f"/maintenance-records/{order['id']}")
    await page.get_by_role("button", name="Book a bay").click()
    form = page.locator("dialog[open] .shop-form")
    await form.get_by_label("From").fill(f"{monday()}T09:30")
    await form.get_by_label("To").fill(f"{monday()}T10:30")
    await form.get_by_role("button", name="Book", exact=True).click()
    await page.wait_for_url(f"**/shop/calendar?facility={shop.facility['id']}&day={monday()}&booking=*")
    await page.wait_for_selector("#shop-body.is-ready")
    marked = page.locator(".shop-job.is-marked")
    await expect(marked).to_have_count(1)
    await expect(marked).to_contain_text("09:30–10:30")
    assert await marked.get_attribute("data-booking") != other["id"]
    await expect(page.locator(".shop-marked")).to_contain_text(f"Mon {monday().day}")
    await shot(page, "shop_calendar_marked", full_page=True)
    await page.get_by_role("link", name=re.compile("^Back to WO-")).click()
    await page.wait_for_url(f"**/maintenance-records/{order['id']}")
    # The work is done before its time came: the order still says where it was to be done.
    for verb, said in (("start", {}), ("finish", {"correction": "Pads replaced"})):
        moved = await shop.move("maintenance-records", order, verb, **said)
        assert moved.status_code == 200, moved.text
    await page.reload()
    bay = page.get_by_role("region", name="Bay")
    await expect(bay).to_contain_text("The work is finished")
    await expect(bay).to_contain_text(re.compile("Bay [12]"))
    await expect(page.get_by_text("Not planned into a bay")).to_have_count(0)


CUT_OFF = """names => names.filter(one => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .map(one => one.textContent)"""


async def test_short_bookings_can_be_read_and_hours_do_not_run_into_each_other(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    long_day = {"mon": [{"opens": "05:00", "closes": "22:00"}]}
    for hours, spacing in ((None, 60), (long_day, 120)):
        shop = await make_workshop(client, **({"opening_hours": hours} if hours else {}))
        for number, minutes in enumerate((60, 30, 60, 15)):
            start = 9 + number
            await shop.booked(await shop.order(summary="Oil change"), at(start), at(start + minutes / 60))
        context = await make_context(site, organisation, {"viewport": {"width": 1280, "height": 800}})
        page = await context.new_page()
        await open_calendar(page, shop)
        names = page.locator(".shop-track > .shop-job strong")
        await expect(names).to_have_count(4)
        assert await names.evaluate_all(CUT_OFF) == []
        await expect(page.locator(".shop-job").first).to_have_attribute(
            "title", re.compile(r"^09:00–10:00 V-\d+, Oil change, no technician yet, WO-")
        )
        labels = page.locator(".shop-hours-track span")
        boxes = [box for one in await labels.all() if (box := await one.bounding_box()) and box["width"] > 10]
        assert all(a["x"] + a["width"] <= b["x"] for a, b in pairwise(boxes))
        assert len(boxes) == {60: 10, 120: 8}[spacing]
        await shot(page, f"shop_calendar_short_{spacing}")
