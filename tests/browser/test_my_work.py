"""A technician's day and a driver's report on a phone."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import expect
from tests.site import Organisation, Site

from .conftest import PHONE, Complaints, MakeContext
from .fleet import add
from .looks import looks_well
from .workshop import Workshop, furnish, order, person, picture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def shop(site: Site, organisation: Organisation) -> Workshop:
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as client:
        return await furnish(client)


@pytest.fixture(scope="module")
async def rosa(site: Site, organisation: Organisation, shop: Workshop) -> Organisation:
    """The technician's own account."""
    key, account = await person(site, organisation, "Rosa Marin", "technician")
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as client:
        changed = await client.patch(f"/api/v1/technicians/{shop.technician}", json={"user_id": key})
        assert changed.status_code == 200, changed.text
    return account


async def test_a_job_from_the_clock_to_the_finish(
    make_context: MakeContext,
    site: Site,
    rosa: Organisation,
    shop: Workshop,
    client: httpx.AsyncClient,
) -> None:
    made = await order(
        client,
        shop,
        "Front brakes",
        "open",
        priority="high",
        complaint="Squeals when braking",
        assigned_technician_id=shop.technician,
    )
    for place, text in enumerate(("Measure pads and rotors", "Replace front pads"), 1):
        await add(
            client,
            "work-order-tasks",
            work_order_id=made["id"],
            task_description=text,
            task_order=place,
            estimated_hours="0.50",
        )
    page = await (await make_context(site, rosa, PHONE)).new_page()
    await page.goto("/my-work")
    await expect(page.get_by_text("VAN-7 · Front brakes")).to_be_visible()
    await expect(page.get_by_text("The clock is not running")).to_be_visible()

    await page.get_by_role("button", name=re.compile("^Start.*Measure pads and rotors")).tap()
    clock = page.locator(".clock-face[data-since]")
    await expect(clock).to_have_text(re.compile(r"^0:0[0-2]:\d\d$"))
    await looks_well(page, "page-my-work-phone")
    await page.get_by_role("button", name=re.compile("^Switch.*Replace front pads")).tap()
    await expect(page.locator(".clock-on")).to_contain_text("Replace front pads")
    await page.get_by_role("button", name=re.compile("^Switch.*Measure pads and rotors")).tap()
    await expect(page.locator(".clock-on")).to_contain_text("Measure pads and rotors")

    await page.get_by_role("button", name="Complete: Measure pads and rotors").tap()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Completion notes").fill("Left 2 mm, right 3 mm")
    await dialog.get_by_role("button", name="Complete work order task").tap()
    await expect(page.get_by_text("Left 2 mm, right 3 mm")).to_be_visible()
    await expect(page.get_by_text("1 of 2 done")).to_be_visible()
    await expect(page.get_by_text("The clock is not running")).to_be_visible()

    await page.get_by_role("button", name=re.compile("^Block.*Replace front pads")).tap()
    await page.get_by_role("dialog").get_by_label("Blocked reason").fill("Pads are not here")
    await page.get_by_role("dialog").get_by_role("button", name="Block work order task").tap()
    await expect(page.get_by_text("Blocked: Pads are not here")).to_be_visible()
    await page.get_by_role("button", name="Needs parts").tap()
    await page.get_by_role("dialog").get_by_label("Waiting for").fill("Pads, from the depot")
    await page.get_by_role("dialog").get_by_role("button", name="Wait for parts work order").tap()
    await expect(page.get_by_text("Waits for Pads, from the depot")).to_be_visible()
    await page.get_by_role("button", name="Go on with the job").tap()
    await page.get_by_role("button", name=re.compile("^Unblock.*Replace front pads")).tap()

    await page.get_by_role("button", name="Photo, note").tap()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Add a comment or a photo").fill("Rotor is scored")
    await dialog.get_by_label("Add a photo").set_input_files(
        {"name": "rotor.png", "mimeType": "image/png", "buffer": picture()}
    )
    await dialog.get_by_role("button", name="Comment").tap()
    await expect(page.get_by_role("dialog")).to_be_hidden()

    await page.get_by_role("button", name=re.compile("^Start.*Replace front pads")).tap()
    await expect(clock).to_be_visible()
    await page.get_by_role("button", name="Stop the clock").tap()
    await expect(page.get_by_text("The clock is not running")).to_be_visible()
    await page.get_by_role("button", name="Complete: Replace front pads").tap()
    await page.get_by_role("dialog").get_by_role("button", name="Complete work order task").tap()
    await page.get_by_role("button", name="Finish the job").tap()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Correction").fill("Pads and rotors replaced")
    await dialog.get_by_role("button", name="Finish work order").tap()
    await expect(page.get_by_text("Nothing is given to you")).to_be_visible()

    row = (await client.get(f"/api/v1/maintenance-records/{made['id']}")).json()
    assert row["status"] == "review" and row["correction"] == "Pads and rotors replaced"
    labor = (await client.get(f"/api/v1/work-order-labor?work_order_id={made['id']}")).json()["items"]
    assert len(labor) == 4 and all(one["ended_at"] for one in labor)
    await page.goto(f"/maintenance-records/{made['id']}")
    photo = page.locator(".photo-row img")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 64


async def test_somebody_who_is_no_technician_is_told_what_to_do(
    make_context: MakeContext, site: Site, organisation: Organisation, shop: Workshop
) -> None:
    page = await (await make_context(site, organisation, PHONE)).new_page()
    await page.goto("/my-work")
    await expect(page.get_by_text("You are not a technician here yet")).to_be_visible()
    await expect(page.get_by_role("link", name="Choose a technician and set the account")).to_be_visible()
    await looks_well(page, "page-my-work-nobody-phone")


async def test_a_driver_reports_a_problem_of_the_own_vehicle_with_a_photo(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    shop: Workshop,
    client: httpx.AsyncClient,
    complaints: Complaints,
) -> None:
    complaints.expect("status of 422")
    key, dora = await person(site, organisation, "Dora Driver", "driver")
    driver = await add(client, "drivers", driver_number="D-77", full_name="Dora Driver", user_id=key)
    page = await (await make_context(site, dora, PHONE)).new_page()
    await page.goto("/report-problem")
    await expect(page.get_by_text("No vehicle is yours now")).to_be_visible()

    await add(
        client,
        "driver-assignments",
        vehicle_id=shop.van,
        driver_id=driver["id"],
        starts_at="2026-01-01T00:00:00Z",
    )
    await page.goto("/report-problem")
    await expect(page.get_by_label("Vehicle")).to_have_value(shop.van)
    await expect(page.locator("#report-vehicle option")).to_have_count(1)
    await page.get_by_role("button", name="Send the report").tap()
    await expect(page.locator("#report-description-error")).to_contain_text("Is required")
    await expect(page.locator("#report-drivable-error")).to_contain_text("Is required")
    await looks_well(page, "page-report-problem-phone")

    await page.get_by_label("What is wrong?").fill("Pedal goes to the floor")
    await page.get_by_label("Where").select_option(label="Brakes")
    await page.get_by_text("No, it is not safe").tap()
    await page.get_by_label("Add a photo").set_input_files(
        {"name": "pedal.png", "mimeType": "image/png", "buffer": picture()}
    )
    await page.get_by_role("button", name="Send the report").tap()
    await page.wait_for_url("**/defects/*")
    await expect(page.get_by_text("Pedal goes to the floor").first).to_be_visible()

    [defect] = (await client.get(f"/api/v1/defects?vehicle_id={shop.van}")).json()["items"]
    assert (defect["severity"], defect["is_unsafe"], defect["component"]) == (
        "critical",
        True,
        "service_brakes",
    )
    assert defect["reported_by_driver_id"] == driver["id"] and defect["blocks_vehicle"]
    talk = (await client.get(f"/api/v1/comments?record_id={defect['id']}")).json()["items"]
    assert [one["body"] for one in talk] == ["Photo"]


async def test_a_report_about_somebody_elses_vehicle_is_refused(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    shop: Workshop,
    client: httpx.AsyncClient,
    complaints: Complaints,
) -> None:
    complaints.expect("status of 422")
    key, otto = await person(site, organisation, "Otto Other", "driver")
    driver = await add(client, "drivers", driver_number="D-78", full_name="Otto Other", user_id=key)
    await add(
        client,
        "driver-assignments",
        vehicle_id=shop.truck,
        driver_id=driver["id"],
        starts_at="2026-01-01T00:00:00Z",
    )
    page = await (await make_context(site, otto, PHONE)).new_page()
    await page.goto("/report-problem")
    await page.locator("#report-vehicle option").evaluate(f"(one) => {{ one.value = '{shop.van}'; }}")
    await page.get_by_label("What is wrong?").fill("Not mine")
    await page.get_by_text("Yes", exact=True).tap()
    await page.get_by_role("button", name="Send the report").tap()
    await expect(page.locator("#report-vehicle-error")).to_be_visible()
    found = (await client.get("/api/v1/defects?limit=100")).json()["items"]
    assert all(one["description"] != "Not mine" for one in found)
