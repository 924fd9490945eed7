"""A work order's page: tasks, parts, hours, costs, talk with photos, approval with a signature."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .conftest import DESK, PHONE, Complaints, MakeContext, shot
from .fleet import add
from .looks import looks_well
from .workshop import Workshop, furnish, move, order, person, picture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def shop(site: Site, organisation: Organisation) -> Workshop:
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as client:
        return await furnish(client)


@pytest.fixture(scope="module")
async def made(site: Site, organisation: Organisation, shop: Workshop) -> dict[str, str]:
    """An order under way, with one of each."""
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as client:
        row = await order(
            client,
            shop,
            "Front brakes squeal",
            "open",
            "start",
            priority="high",
            complaint="Driver reports a squeal when braking",
            assigned_technician_id=shop.technician,
            vehicle_unavailable=True,
        )
        for place, text in enumerate(("Measure pads and rotors", "Replace front pads", "Road test"), 1):
            await add(
                client,
                "work-order-tasks",
                work_order_id=row["id"],
                task_description=text,
                task_order=place,
                estimated_hours="0.50",
                assigned_technician_id=shop.technician,
            )
        await add(
            client,
            "work-order-parts",
            work_order_id=row["id"],
            description="Brake pad set, front",
            quantity="1",
            unit_cost="48.7500",
        )
        await add(
            client,
            "work-order-labor",
            work_order_id=row["id"],
            technician_id=shop.technician,
            started_at="2026-05-04T15:00:00Z",
            ended_at="2026-05-04T16:30:00Z",
            hourly_rate="60.00",
        )
        await add(
            client,
            "defects",
            vehicle_id=shop.van,
            description="Squeal at the left front wheel",
            severity="major",
        )
        defects = (await client.get(f"/api/v1/defects?vehicle_id={shop.van}")).json()["items"]
        await move(client, "defects", defects[0]["id"], "plan_repair", work_order_id=row["id"])
        return {
            "id": row["id"],
            "number": row["work_order_number"],
            "href": f"/maintenance-records/{row['id']}",
        }


@pytest.mark.parametrize("device", ["desk", "phone"])
async def test_it_can_be_read_by_everybody(
    device: str, make_context: MakeContext, site: Site, organisation: Organisation, made: dict[str, str]
) -> None:
    page = await (await make_context(site, organisation, DESK if device == "desk" else PHONE)).new_page()
    await page.goto(made["href"])
    await expect(page.get_by_role("heading", name=made["number"])).to_be_visible()
    await expect(page.locator("#labour")).to_contain_text("1.5 h")
    await expect(page.locator(".cost-list")).to_contain_text("90.00")
    await expect(page.get_by_role("link", name="Squeal at the left front wheel", exact=True)).to_be_visible()
    await looks_well(page, f"page-work-order-{device}")


async def test_the_plain_record_and_its_history_stay_reachable(page: Page, made: dict[str, str]) -> None:
    await page.goto(made["href"])
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("link", name="All fields").click()
    await expect(page.get_by_role("heading", name="Details")).to_be_visible()
    await page.goto(f"{made['href']}?tab=history")
    added = page.get_by_role("listitem").filter(has_text="Part added by Ada Admin")
    await expect(added.get_by_role("link", name=re.compile(r"× Brake pad set, front"))).to_be_visible()
    await expect(page.get_by_text("Work started by Ada Admin")).to_be_visible()
    await looks_well(page, "page-work-order-history")
    await page.set_viewport_size(PHONE["viewport"])
    await looks_well(page, "page-work-order-history-phone")


async def test_tasks_are_checked_off_without_leaving_the_page(page: Page, made: dict[str, str]) -> None:
    await page.goto(made["href"])
    await page.get_by_role("button", name="Complete: Measure pads and rotors").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Completion notes").fill("Left 2 mm")
    await dialog.get_by_role("button", name="Complete work order task").click()
    await expect(page).to_have_url(re.compile(made["href"]))
    await expect(page.locator("#tasks")).to_contain_text("1 of 3 done")
    await expect(page.locator("#tasks")).to_contain_text("Left 2 mm")
    await page.get_by_role("link", name="Task", exact=True).click()
    await page.get_by_label("Task description").fill("Clean the wheel")
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_url(re.compile(made["href"]))
    await expect(page.locator("#tasks")).to_contain_text("Clean the wheel")


async def test_a_clock_that_runs_elsewhere_is_told_and_stopped(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    shop: Workshop,
    complaints: Complaints,
) -> None:
    complaints.expect("status of 409")
    user, signed_in = await person(site, organisation, "Tilda Tech", "fleet_manager")
    mine = await add(client, "technicians", first_name="Tilda", last_name="Tech", user_id=user)
    here, there = [await order(client, shop, text, "open", "start") for text in ("Oil leak", "Worn belt")]
    for place in range(1, 7):
        text = f"Step {place}"
        await add(
            client, "work-order-tasks", work_order_id=here["id"], task_description=text, task_order=place
        )
    await move(client, "maintenance-records", there["id"], "clock-in", technician_id=mine["id"])
    page = await (await make_context(site, signed_in, PHONE)).new_page()
    await page.goto(f"/maintenance-records/{here['id']}")
    await page.get_by_role("button", name=re.compile("^Start clock.*Step 6")).click()
    told = page.locator("[data-order-problem]")
    await expect(told).to_contain_text(f"runs on {there['work_order_number']}")
    seen = await told.evaluate(
        """box => { const { left, top, bottom } = box.getBoundingClientRect();
        return [top + 4, bottom - 4].every(y => box.contains(document.elementFromPoint(left + 8, y))); }"""
    )
    assert seen, "nothing stands over the sentence"
    await shot(page, "page-work-order-clock-elsewhere")
    await told.get_by_role("link", name="Open that work order").click()
    await expect(page).to_have_url(re.compile(there["id"]))
    labour = page.locator("#labour")
    await labour.get_by_role("button", name=re.compile("^Stop.*Tilda Tech")).click()
    await expect(labour.get_by_role("button", name="Stop")).to_have_count(0)
    [entry] = (await client.get(f"/api/v1/work-order-labor?work_order_id={there['id']}")).json()["items"]
    assert entry["ended_at"]
    await move(client, "maintenance-records", there["id"], "clock-in", technician_id=mine["id"])
    desk = await (await make_context(site, organisation, DESK)).new_page()
    await desk.goto(f"/maintenance-records/{there['id']}")
    await desk.get_by_role("button", name=re.compile("^Stop.*Tilda Tech")).click()
    await expect(desk.get_by_role("button", name="Stop")).to_have_count(0)


async def test_a_comment_carries_photos(
    page: Page, made: dict[str, str], strange_client: httpx.AsyncClient
) -> None:
    await page.goto(made["href"])
    await page.get_by_label("Add a comment or a photo").fill("Both rotors are scored")
    for name in ("left.png", "right.png"):
        await page.get_by_label("Add a photo").set_input_files(
            {"name": name, "mimeType": "image/png", "buffer": picture()}
        )
    await page.get_by_role("button", name="Comment", exact=True).click()
    talk = page.locator(".comment", has_text="Both rotors are scored")
    await expect(talk.locator("img")).to_have_count(2)
    address = await talk.locator("img").first.get_attribute("src")
    assert address
    assert (await strange_client.get(address)).status_code == 404, "another tenant's photo"
    await page.get_by_label("Add a comment or a photo").fill("No photo this time")
    await page.get_by_role("button", name="Comment", exact=True).click()
    await expect(page.locator(".comment", has_text="No photo this time")).to_be_visible()


async def test_approving_with_a_signature_closes_the_order(
    page: Page, shop: Workshop, client: httpx.AsyncClient
) -> None:
    made = await order(client, shop, "Wiper blades", "open", "start", vehicle_id=shop.truck)
    await page.goto(f"/maintenance-records/{made['id']}")
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("dialog").get_by_label("Correction").fill("Blades replaced")
    await page.get_by_role("dialog").get_by_role("button", name="Finish work order").click()
    await expect(page.locator(".order-steps [aria-current=step]")).to_have_text("Review")
    await page.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Who takes the vehicle back").fill("Grace Hopper")
    pad = await dialog.locator("canvas").bounding_box()
    assert pad
    await page.mouse.move(pad["x"] + 30, pad["y"] + 60)
    await page.mouse.down()
    await page.mouse.move(pad["x"] + 180, pad["y"] + 90, steps=5)
    await page.mouse.up()
    await dialog.get_by_role("button", name="Approve and close").click()
    await expect(page.locator(".order-steps [aria-current=step]")).to_have_text("Done")
    await expect(page.get_by_alt_text("Signature of Grace Hopper")).to_be_visible()
    row = (await client.get(f"/api/v1/maintenance-records/{made['id']}")).json()
    assert row["status"] == "completed" and row["signed_at"] and row["signature"].startswith("data:image/png")
