"""Telling of a crash on a phone, following it at a desk, and the tables that an auditor asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import DESK, PHONE, Complaints, MakeContext
from tests.browser.fleet import add
from tests.browser.test_inspections import PICTURE, looks_well as looks_well_here
from tests.browser.workshop import person, picture
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
    await page.get_by_label("Who", exact=True).select_option("other_driver")
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
    await expect(page.get_by_text("Saved on this device, will be sent")).to_be_visible()
    await expect(page.get_by_role("button", name="Send the report")).to_be_hidden()
    await context.set_offline(False)
    await page.wait_for_url("**/incidents/*")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("A car pulled out and I hit its side")
    await expect(page.get_by_text("Sent. Your report has arrived.")).to_be_visible()
    await expect(page.locator(".facts")).to_contain_text("Dee Driver")
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
    # The drug test is refused: there is time, so it is not missed. A wrong record is put right, with its reason.
    drug = clocks.filter(has_text="Drug test")
    await expect(drug.get_by_role("button", name="Miss")).to_have_count(0)
    await drug.get_by_role("button", name="Record").click()
    taken = NOW.astimezone(ZoneInfo("America/Los_Angeles"))
    await page.get_by_label("Taken", exact=True).fill(f"{taken:%Y-%m-%dT%H:%M}")
    await page.get_by_label("Result", exact=True).select_option("refused")
    await page.get_by_role("dialog").get_by_role("button", name="Record").click()
    await expect(drug).to_contain_text("refused")
    await expect(page.locator(".story")).to_contain_text("refused")
    await drug.get_by_role("button", name="Correct").click()
    await page.get_by_label("Notes").fill("It was another driver who refused")
    await page.get_by_role("dialog").get_by_role("button", name="Reopen").click()
    await expect(drug.get_by_role("button", name="Record")).to_be_visible()
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
    make_context: MakeContext,
    complaints: Complaints,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
) -> None:
    complaints.expect(r"status of 422")
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
        hours = page.get_by_label("Hours worked by all")
        if width == 1280:
            # What cannot be is refused beside its field; what is kept stays for everybody who looks.
            await hours.fill("many")
            await page.get_by_role("button", name="Keep").click()
            await expect(page.locator("#osha-hours-error")).to_be_visible()
            await hours.fill("100,000")
            await page.get_by_label("Employees, average").fill("52")
            await page.get_by_role("button", name="Keep").click()
        await expect(hours).to_have_value("100000")
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


LONG = "Verylongwordwithoutanybreakthatsomebodypastedfromanothersystem" * 2
TOLD = (
    f"The truck ahead stopped at the light, mine did not. {LONG} "
    + "Then the police came and wrote it all down. "
) * 6


async def test_a_citation_from_the_stop_to_the_payment(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    """The driver enters it with a photo, the office decides and pays, and the list knows what is left."""
    user, who = await person(site, organisation, "Cam Cited", "driver")
    driver = await add(client, "drivers", full_name="Cam Cited", driver_number=f"D-{uuid4().hex[:6]}", user_id=user,
                       license_class="A")  # fmt: skip
    page = await (await make_context(site, who, PHONE)).new_page()
    await page.goto("/citations")
    await expect(page.get_by_text("Nothing is open")).to_be_visible()
    await page.get_by_role("link", name="Enter a citation").click()
    await page.get_by_label("Violation type").fill("speeding")
    await page.get_by_label("Violation date").fill(f"{NOW - timedelta(days=3):%Y-%m-%dT%H:%M}")
    await page.get_by_label("Citation number").fill(f"SF-{LONG[:60]}")
    await page.get_by_label("Fine amount").fill("250")
    await page.get_by_label("Fine due date").fill(f"{NOW - timedelta(days=2):%Y-%m-%d}")
    await looks_well(page, "citation-form-phone", 390)
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url("**/driver-violations/*")
    await page.locator(".photo-pick input").set_input_files(PICTURE)
    await expect(page.locator("#photos img")).to_have_count(1)
    await expect(page.locator("#open")).to_contain_text("It was to be paid by then.")
    await looks_well(page, "citation-phone", 390)
    key = page.url.rstrip("/").rpartition("/")[2]
    # The conviction is told by the driver, who holds a commercial license.
    await page.get_by_role("button", name="Report conviction").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Decided").fill(f"{NOW - timedelta(days=2):%Y-%m-%d}")
    await dialog.get_by_role("button", name="Report conviction").click()
    await expect(page.locator("#open")).to_contain_text("Employer told of the conviction")
    # The office sees it first in the list, and pays it once.
    await add(client, "driver-violations", driver_id=driver["id"], violation_type="red_light", citation_number="RL-7",
              points=1, violation_date=NOW.isoformat(), court_date=f"{NOW + timedelta(days=9):%Y-%m-%d}",
              court_location="850 Bryant St")  # fmt: skip
    for device, width, name in (
        (PHONE, 390, "phone"),
        ({"viewport": {"width": 1280, "height": 900}}, 1280, "desk"),
    ):
        page = await (await make_context(site, organisation, device)).new_page()
        await page.goto(f"/citations?driver={driver['id']}")
        await expect(page.locator(".citation-list > li")).to_have_count(2)
        await expect(page.locator(".citation-list > li").first).to_contain_text("Fine $250.00 was due")
        await looks_well(page, f"citations-{name}", width)
    await page.goto(f"/driver-violations/{key}")
    await page.get_by_role("button", name="Pay").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Fine paid date").fill(f"{NOW - timedelta(days=1):%Y-%m-%d}")
    await dialog.get_by_label("Fine paid amount").fill("265")
    await dialog.get_by_label("Fine paid by").fill("company")
    await dialog.get_by_role("button", name="Pay").click()
    await expect(page.locator("#open")).to_contain_text("$265.00 by the company")
    await looks_well(page, "citation-desk", 1280)


async def test_claims_costs_and_figures_of_a_long_story(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    """A policy in force that day is offered and claimed on, the sums are right; long texts and many photos stay on the page."""
    made = await crash(client, description=TOLD, towed_count=1, city="Reno", region="NV", location=LONG[:90],
                       people=[{"role": "witness", "full_name": LONG[:100], "statement": TOLD}])  # fmt: skip
    incident, year = made["id"], NOW.year
    number = f"PD-{uuid4().hex[:8].upper()}"
    for kind, policy in (("physical_damage", number), ("auto_liability", f"AL-{uuid4().hex[:8].upper()}")):
        await add(client, "insurance-policies", policy_number=policy, insurance_carrier=f"Acme {LONG[:70]}", policy_type=kind,
                  policy_start_date=f"{year - 1}-01-01", policy_end_date=f"{year + 1}-12-31")  # fmt: skip
    await add(
        client,
        "damage-reports",
        vehicle_id=made["vehicle_id"],
        incident_id=incident,
        title=LONG[:120],
        estimated_cost="4200.00",
    )
    await add(client, "corrective-actions", incident_id=incident, title=LONG[:110], description=TOLD)
    for shade in range(14):
        sent = await client.post(
            f"/api/v1/incidents/{incident}/photos",
            files={
                "file": (f"{shade}.png", picture(640, 480, (18 * shade, 120, 200 - 14 * shade)), "image/png")
            },
        )
        assert sent.status_code == 201, sent.text
    page = await (
        await make_context(site, organisation, {"viewport": {"width": 1280, "height": 900}})
    ).new_page()
    await page.goto(f"/incidents/{incident}")
    await page.locator("#claims").get_by_role("link", name=f"Claim on {number}").click()
    await page.get_by_label("Claimed amount").fill("4000")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url(f"**/incidents/{incident}*")
    claim = (await client.get(f"/api/v1/insurance-claims?incident_id={incident}")).json()["items"][0]
    assert (claim["claim_type"], claim["direction"]) == ("collision", "own")
    assert claim["loss_on"] and claim["vehicle_id"] == made["vehicle_id"] and claim["accident_report_id"]
    claims = page.locator("#claims")
    await claims.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Approve").click()
    await claims.get_by_role("button", name="Settle").click()
    await dialog.get_by_label("Paid amount").fill("3700")
    await dialog.get_by_label("Settled").fill(f"{NOW:%Y-%m-%d}")
    await dialog.get_by_role("button", name="Settle").click()
    await expect(page.locator("#costs")).to_contain_text("$500.00")
    policy = (await client.get(f"/api/v1/insurance-policies?policy_number={number}")).json()["items"][0]
    assert (policy["claims_filed"], policy["total_claims_paid"]) == (1, "3700.00")
    await looks_well(page, "incident-claims-desk", 1280)
    phone = await (await make_context(site, organisation, PHONE)).new_page()
    await phone.goto(f"/incidents/{incident}")
    await expect(phone.locator("#photos img")).to_have_count(14)
    await expect(phone.locator("#photos img").last).to_be_hidden()
    await phone.get_by_text("2 more photos").click()
    await expect(phone.locator("#photos img").last).to_be_visible()
    await looks_well(phone, "incident-long-phone", 390)
    await phone.goto("/incident-figures")
    await expect(phone.locator(".figure-tiles")).to_contain_text("Incidents")
    await looks_well(phone, "incident-figures-phone", 390)
    await page.goto("/incident-figures")
    await looks_well(page, "incident-figures-desk", 1280)
