"""The whole of it: a driver's week is entered, edited and certified, an accident starts its test clocks, an expired medical card
stops an assignment, and the compliance overview shows it all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import PHONE, Complaints, MakeContext
from tests.browser.looks import looks_well
from tests.browser.test_hours import WIDE, local_midnight
from tests.browser.test_inspections import PICTURE
from tests.contract.rows import insert
from tests.pdf import text_of
from tests.safety.duty.people import LOGS, Person, log, make_driver, rows_of
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
Owner = psycopg.Connection[Any]


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


async def test_a_drivers_week_an_accident_and_an_expired_card(
    make_context: MakeContext,
    complaints: Complaints,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    owner: Owner,
) -> None:
    complaints.expect("status of 422")
    dora = await make_driver(site, organisation, owner)
    _, spare = [a_truck(owner, organisation, dora, is_hers) for is_hers in (True, False)]
    phone = await (await make_context(site, dora.user, PHONE)).new_page()
    desk = await (await make_context(site, organisation, WIDE)).new_page()
    await the_week(phone, client, dora)
    await what_the_office_sees(desk, phone, dora)
    await the_accident(phone, desk, dora)
    await the_expired_card(desk, client, dora, spare)
    await the_overview(desk, dora)


def a_truck(owner: Owner, organisation: Organisation, dora: Person, is_hers: bool) -> UUID:
    """A truck that Dora may drive; `is_hers`: she has it now."""
    today = datetime.now(UTC).date()
    owner.execute(
        "UPDATE drivers SET license_class = 'A', license_expires_on = %s, medical_card_expires_on = %s, status = 'active', "
        "ended_on = NULL, license_endorsements = NULL WHERE id = %s",
        (today + timedelta(days=400), today + timedelta(days=200), dora.driver_id),
    )
    truck = insert(owner, "vehicles", organisation.id, vehicle_number=f"TRK-{uuid4().hex[:4].upper()}", vehicle_type="truck",
                   status="active", gvwr_kg=15_000, seats=3, registration_expires_on=today + timedelta(days=200))  # fmt: skip
    if is_hers:
        insert(owner, "driver_assignments", organisation.id, vehicle_id=truck, driver_id=dora.driver_id,
               starts_at=datetime.now(UTC) - timedelta(days=9), ends_at=None)  # fmt: skip
    return truck


async def the_week(page: Page, client: httpx.AsyncClient, dora: Person) -> None:
    """Entered, edited and certified on a phone; the clocks are those of the engine."""
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
    # A bill of lading of the split day, taken with the phone.
    await sheet.get_by_role("link", name="Add a supporting document").click()
    await page.get_by_label("Photo or PDF").set_input_files(PICTURE)
    await page.get_by_label("Town").fill("x")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#document-problem")).to_contain_text(
        "must name the nearest city, town or village"
    )
    await page.get_by_label("Town").fill("Oakland, CA")
    await page.get_by_label("Time on it").fill("08:10")
    await page.get_by_label("Number", exact=True).fill("BOL-55121")
    await looks_well(page, "hours-document-phone", 390)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".duty-documents")).to_contain_text("BOL-55121")
    await page.goto(f"/hours-of-service/{dora.driver_id}")
    await expect(sheet.get_by_text("Supporting documents")).to_be_visible()


async def what_the_office_sees(desk: Page, phone: Page, dora: Person) -> None:
    await desk.goto("/hours-of-service")
    await expect(desk.locator(f"[data-driver='{dora.driver_id}']")).to_contain_text("On duty")
    await looks_well(desk, "hours-list-desk", 1280)
    await desk.goto(f"/hours-of-service/{dora.driver_id}")
    await expect(desk.get_by_text("It is not a registered ELD.")).to_be_visible()
    await expect(desk.get_by_role("button", name="Certify")).to_have_count(0)
    await looks_well(desk, "hours-log-desk", 1280)
    printed = await phone.request.get(f"/hours-of-service/{dora.driver_id}/log.pdf")
    assert printed.ok and printed.headers["content-type"] == "application/pdf"
    text = " ".join(text_of(await printed.body()).split())
    day, after = local_midnight(2), local_midnight(1)
    for words_ in (
        "Record of duty status: Dora Driver", f"{day:%A}, {day:%Y-%m-%d}", f"{after:%A}, {after:%Y-%m-%d}", "Sleeper berth",
        "edited by the driver: The tachograph shows eight hours", "11 hours of driving", "Certified by the driver",
        "Bill of lading, itinerary BOL-55121: 08:10, Oakland, CA, Dora Driver", "not a registered ELD",
    ):  # fmt: skip
        assert words_ in text, (words_, text)
    await desk.set_viewport_size({"width": 390, "height": 844})
    await desk.goto("/hours-of-service")
    await looks_well(desk, "hours-list-phone", 390)
    await desk.set_viewport_size({"width": 1280, "height": 850})


async def the_accident(phone: Page, desk: Page, dora: Person) -> None:
    """A truck is towed and its driver cited: both tests are due, and their clocks run."""
    await phone.goto("/report-incident")
    await phone.get_by_label("In your words").fill("I hit a parked car while turning.")
    await phone.get_by_label("City or town").fill("Oakland")
    await phone.get_by_role("button", name="Vehicles towed away: one more").click()
    cited = phone.locator(".incident-with", has=phone.get_by_label("Ticket for the driver"))
    await cited.get_by_role("button", name="Now").click()
    await phone.get_by_role("button", name="Send the report").click()
    await phone.wait_for_url("**/incidents/*")
    await desk.goto(phone.url.replace(phone.url.partition("/incidents/")[0], desk.url.partition("/hours")[0]))
    clocks = desk.locator("#clocks li")
    await expect(clocks).to_have_count(2)
    await expect(clocks.first).to_contain_text("lcohol test")
    digits = desk.get_by_role("timer", name="Time left for the alcohol test")
    before = await digits.inner_text()
    await expect(digits).not_to_have_text(before)


async def the_expired_card(desk: Page, client: httpx.AsyncClient, dora: Person, truck: UUID) -> None:
    yesterday = local_midnight(1).date()
    path = f"/api/v1/drivers/{dora.driver_id}"
    changed = await client.patch(path, json={"medical_card_expires_on": str(yesterday)})
    assert changed.status_code == 200, changed.text
    await desk.goto(f"/driver-assignments/new?driver_id={dora.driver_id}&vehicle_id={truck}")
    await desk.get_by_label("Starts").fill(f"{local_midnight(0) + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    form = desk.locator("main form").last
    await form.get_by_role("button", name="Add").or_(form.get_by_role("button", name="Save")).first.click()
    await expect(desk.locator("main")).to_contain_text("medical card")


async def the_overview(desk: Page, dora: Person) -> None:
    await desk.goto("/compliance?q=Dora")
    group = desk.locator(".comp-group", has_text=dora.name)
    await expect(group).to_contain_text("Medical card")
    await expect(group).to_contain_text("no commercial vehicles")
    await expect(group).to_contain_text("Driven against 11 hours of driving")
    await expect(group).to_contain_text("alcohol test")
    await looks_well(desk, "safety-story-compliance", 1280)
    await group.get_by_role("link", name="Open log").first.click()
    await expect(desk.get_by_role("heading", level=1)).to_contain_text(dora.name)
