"""Telling of a crash on a phone, following it at a desk, and the tables that an auditor asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import DESK, PHONE, Complaints, MakeContext
from tests.browser.fleet import add
from tests.browser.test_inspections import PICTURE, looks_well as looks_well_here
from tests.browser.workshop import person
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
NOW = datetime.now(UTC).replace(microsecond=0)
OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch"


async def looks_well(page: Page, name: str, width: int) -> None:
    """From the top: what the bar of the page covers after scrolling counts as too small."""
    await page.evaluate("window.scrollTo(0, 0)")
    await looks_well_here(page, name, width)


async def crash(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """A crash of a truck that part 382 covers; the receipt, with the ids of vehicle and driver."""
    truck = await add(
        client,
        "vehicles",
        vehicle_number=f"TRK-{uuid4().hex[:4].upper()}",
        vehicle_type="truck",
        gvwr_kg=15_000,
    )
    driver = await add(client, "drivers", full_name="Dana Diaz", driver_number=f"D-{uuid4().hex[:6]}")
    body = {
        "client_key": str(uuid4()),
        "incident_type": "collision",
        "occurred_at": (NOW - timedelta(minutes=40)).isoformat(),
        "description": "Rear-ended a car at the light on 5th. The road was wet.",
        "vehicle_id": truck["id"],
        "driver_id": driver["id"],
        "location": "5th and Mission",
    } | more
    answer = await client.post("/api/v1/incidents/submit", json=body)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "vehicle_id": truck["id"], "driver_id": driver["id"]}


async def test_a_driver_tells_of_a_crash_and_nothing_typed_is_lost(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
) -> None:  # fmt: skip
    complaints.expect(OFFLINE)
    user, who = await person(site, organisation, "Dee Driver", "driver")
    number = f"VAN-{uuid4().hex[:4].upper()}"
    van = await add(client, "vehicles", vehicle_number=number, vehicle_type="van", license_plate="8ABC123")
    row = await add(
        client, "drivers", full_name="Dee Driver", driver_number=f"D-{uuid4().hex[:6]}", user_id=user
    )
    await add(
        client,
        "driver-assignments",
        driver_id=row["id"],
        vehicle_id=van["id"],
        starts_at=(NOW - timedelta(hours=5)).isoformat(),
    )
    context = await make_context(
        site,
        who,
        PHONE,
        geolocation={"latitude": 37.7793, "longitude": -122.4193},
        permissions=["geolocation"],
    )
    page = await context.new_page()
    await page.goto("/report-incident")
    await expect(page.get_by_label("Vehicle", exact=True)).to_have_value(van["id"])
    await expect(page.get_by_label("When")).not_to_have_value("")
    await looks_well(page, "incident-report-phone", 390)
    # Nothing is sent that lacks what is needed.
    await page.get_by_role("button", name="Send the report").click()
    await expect(page.locator("#incident-description-error")).to_have_text("Is needed")
    await page.get_by_label("In your words").fill("A car pulled out and I hit its side.")
    await page.get_by_role("button", name="Use my position").click()
    await expect(page.locator("[data-located]")).to_contain_text("Your position goes with the report")
    await page.get_by_label("City or town").fill("San Francisco")
    await page.get_by_role("button", name="Taken for treatment: one more").click()
    await expect(page.get_by_label("People hurt", exact=True)).to_have_value("1")
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("Name", exact=True).fill("Olga Other")
    await page.get_by_label("Plate").fill("7XYZ999")
    await page.locator("[data-pick] input").set_input_files(PICTURE)
    await expect(page.locator(".chosen-photo img")).to_be_visible()
    # The battery dies, the browser is closed: it is all there again.
    await page.reload()
    await expect(page.get_by_label("In your words")).to_have_value("A car pulled out and I hit its side.")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Olga Other")
    await expect(page.get_by_label("People hurt", exact=True)).to_have_value("1")
    await expect(page.locator(".chosen-photo img")).to_be_visible()
    await looks_well(page, "incident-report-phone-filled", 390)
    await context.set_offline(True)
    await page.get_by_role("button", name="Send the report").click()
    await expect(page.locator("[data-incident-waits]")).to_contain_text("kept on this device")
    await context.set_offline(False)
    await page.wait_for_url("**/incidents/*")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("A car pulled out and I hit its side")
    await expect(page.get_by_text("Olga Other")).to_be_visible()
    await expect(page.locator("#photos img")).to_have_count(1)
    await looks_well(page, "incident-page-phone", 390)
    found = (await client.get(f"/api/v1/incidents?vehicle_id={van['id']}")).json()["items"]
    assert [(one["driver_id"], one["treated_away_count"], len(one["photos"])) for one in found] == [
        (row["id"], 1, 1)
    ]
    assert abs(float(found[0]["latitude"]) - 37.7793) < 1e-6
    # What was sent is gone from the phone.
    await page.goto("/report-incident")
    await expect(page.get_by_label("In your words")).to_have_value("")
    await expect(page.locator(".chosen-photo")).to_have_count(0)


async def test_a_report_that_is_refused_says_where_and_can_be_corrected(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation,
) -> None:  # fmt: skip
    complaints.expect(r"status of 422")
    context = await make_context(site, organisation, PHONE)
    page = await context.new_page()
    await page.goto("/report-incident")
    await page.get_by_label("In your words").fill("Hit a pole")
    await page.get_by_label("When").fill("2031-01-01T10:00")
    await page.get_by_role("button", name="Send the report").click()
    await expect(page.locator("#incident-when-error")).to_contain_text(
        "Must not lie more than 10 minutes ahead"
    )
    await page.get_by_role("button", name="Now").first.click()
    await page.get_by_role("button", name="Send the report").click()
    await page.wait_for_url("**/incidents/*")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Hit a pole")


async def test_the_clocks_run_and_closing_waits_for_everything(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
) -> None:  # fmt: skip
    complaints.expect(r"status of 409")
    made = await crash(
        client,
        towed_count=1,
        injury_count=1,
        treated_away_count=1,
        citation_issued_at=(NOW - timedelta(minutes=10)).isoformat(),
        people=[
            {"role": "other_driver", "full_name": "Olga Other", "insurer": "Acme Mutual"},
            {"role": "witness", "full_name": "Wes Witness", "statement": "The truck could not stop."},
        ],
    )
    await add(
        client,
        "corrective-actions",
        title="Coach on following distance",
        incident_id=made["id"],
        due_on="2020-01-01",
    )
    await add(
        client,
        "insurance-claims",
        claim_number=f"CL-{uuid4().hex[:6]}",
        incident_id=made["id"],
        direction="own",
        filed_on=f"{NOW:%Y-%m-%d}",
    )
    context = await make_context(site, organisation, {"viewport": {"width": 1280, "height": 900}})
    page = await context.new_page()
    await page.goto(f"/incidents/{made['id']}")
    clocks = page.locator("#clocks li")
    await expect(clocks).to_have_count(2)
    digits = page.get_by_role("timer", name="Time left for the alcohol test")
    # Two hours from the accident forty minutes before NOW: this module may have been read long before the test runs.
    before = await digits.inner_text()
    hours, minutes, seconds = (int(part) for part in before.split(":"))
    shown = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert abs(NOW + timedelta(minutes=80) - datetime.now(UTC) - shown) < timedelta(seconds=20)
    await expect(digits).not_to_have_text(before)
    wanting = page.locator("#wanting li")
    await expect(wanting.filter(has_text="corrective actions")).to_be_visible()
    await expect(wanting.filter(has_text="drug or alcohol test")).to_be_visible()
    await expect(wanting.filter(has_text="city and state")).to_be_visible()
    await expect(wanting.filter(has_text="root cause")).to_be_visible()
    await looks_well(page, "incident-page-desk", 1280)
    phone = await (await make_context(site, organisation, PHONE)).new_page()
    await phone.goto(f"/incidents/{made['id']}")
    await looks_well(phone, "incident-page-manager-phone", 390)
    # The drug test is missed, and why.
    await clocks.filter(has_text="Drug test").get_by_role("button", name="Miss").click()
    await page.get_by_label("Missed reason").fill("The clinic was closed until the next day")
    await page.get_by_role("dialog").get_by_role("button", name="Miss").click()
    await expect(clocks.filter(has_text="Drug test")).to_contain_text("The clinic was closed")
    await expect(page.locator(".story")).to_contain_text("Drug test missed")
    # Closing too early says everything at once.
    await page.get_by_role("button", name="Investigate", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Investigate").click()
    await page.get_by_role("button", name="Resolve").click()
    await dialog.get_by_label("Root cause", exact=True).fill("Following too closely")
    await dialog.get_by_role("button", name="Resolve").click()
    await expect(dialog).to_contain_text("corrective actions are not done yet")
    await expect(dialog).to_contain_text("city and state")


async def test_the_register_and_the_osha_log(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    await crash(client, towed_count=1, city="Reno", region="NV", hazmat_released=True)
    await crash(client, fatality_count=1)
    day = f"{NOW:%Y-%m-%d}"
    for number, more in enumerate(
        (
            {"classification": "days_away", "days_away": 12, "description": "Fell from the dock plate"},
            {"classification": "other_recordable", "is_privacy_case": True},
        )
    ):
        await add(
            client,
            "injury-records",
            person_name=f"Person {number}",
            job_title="Loader",
            injured_on=day,
            **more,
        )
    for device, width, name in (
        ({"viewport": {"width": 1280, "height": 900}}, 1280, "desk"),
        (PHONE, 390, "phone"),
    ):
        page = await (await make_context(site, organisation, device)).new_page()
        await page.goto("/accident-register")
        await expect(page.get_by_text("Reno, NV")).to_be_visible()
        await expect(page.get_by_text("No city, no state").first).to_be_visible()
        await looks_well(page, f"accident-register-{name}", width)
        await page.goto("/osha-log")
        await page.get_by_label("Hours worked by all").fill("100,000")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator(".tile", has_text="Total recordable rate")).to_contain_text("4.00")
        await expect(page.locator(".tile", has_text="DART rate")).to_contain_text("2.00")
        await expect(page.get_by_text("Privacy case")).to_be_visible()
        await looks_well(page, f"osha-log-{name}", width)
    page = await (await make_context(site, organisation, DESK)).new_page()
    await page.goto("/accident-register")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Excel").click()
    download = await waiting.value
    assert download.suggested_filename.startswith("accident-register-")
    assert download.suggested_filename.endswith(".xlsx")
