"""Inspecting on a phone, with and without a connection, and how a report reads at a desk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.async_api import BrowserContext, Page, Route, expect
from tests.browser.conftest import DESK, PHONE, Complaints, MakeContext, session_cookie
from tests.browser.looks import looks_well
from tests.contract.rows import insert
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "src" / "motorpool" / "demo" / "data" / "clip_forward.jpg"
API = "/api/v1/safety-inspections"
OFFLINE = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|fetching the script"
Owner = psycopg.Connection[Any]
KEPT = (
    "caches.open('motorpool-inspect').then((one) => one.match('/inspect')).then((one) => one !== undefined)"
)


@pytest.fixture
async def vehicle(client: httpx.AsyncClient) -> str:
    """The number of a van of its own for each test."""
    number = f"VAN-{uuid4().hex[:5].upper()}"
    body = {
        "vehicle_number": number,
        "name": "Delivery van",
        "vehicle_type": "van",
        "license_plate": "8ABC123",
    }
    made = await client.post("/api/v1/vehicles", json=body)
    assert made.status_code == 201, made.text
    return number


async def on_server(client: httpx.AsyncClient, number: str) -> list[dict[str, Any]]:
    found = (await client.get(f"/api/v1/vehicles?vehicle_number={number}")).json()["items"][0]
    rows: list[dict[str, Any]] = (await client.get(f"{API}?vehicle_id={found['id']}")).json()["items"]
    return rows


async def standing_by(page: Page) -> None:
    """The service worker has the page and its files."""
    await page.wait_for_function(f"() => {KEPT}")
    await page.wait_for_function(
        "() => caches.open('motorpool-inspect').then((one) => one.keys()).then((keys) => keys.length > 5)"
    )


async def choose(page: Page, number: str, form: str = "Pre-trip inspection (DVIR)") -> None:
    await page.get_by_label("Find a vehicle").fill(number)
    await page.get_by_role("button", name=number).click()
    await page.get_by_role("button", name=form).click()
    await expect(page.get_by_role("button", name="Sign and send")).to_be_visible()


async def all_fine(page: Page) -> None:
    await expect(page.get_by_role("button", name="Sign and send")).to_be_visible()
    for button in await page.locator(".insp-all").all():
        await button.click()


async def sign(page: Page) -> None:
    canvas = page.locator(".insp-pad canvas")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 30, box["y"] + 60)
    await page.mouse.down()
    for step in range(1, 9):
        await page.mouse.move(box["x"] + 30 + step * 28, box["y"] + 60 + (step % 2) * 24)
    await page.mouse.up()


def pick(page: Page, item: str, label: str) -> Any:
    return page.locator(f"[data-item={item}] label", has_text=label).first


async def test_a_report_that_is_filled_in_offline_survives_and_arrives_once(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
    vehicle: str,
) -> None:  # fmt: skip
    complaints.expect(OFFLINE)
    context = await make_context(site, organisation, PHONE)
    page = await context.new_page()
    await page.goto("/inspect")
    await standing_by(page)
    await looks_well(page, "inspect-start-phone", 390)
    await context.set_offline(True)
    await page.reload()
    await expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    await choose(page, vehicle)
    await all_fine(page)
    await pick(page, "tires", "Defect").click()
    await page.locator("#notes-tires").fill("Bulge on the right front one")
    await page.get_by_role("button", name="Sign and send").click()
    await expect(page.locator("#error-tires")).to_have_text("Show the defect in a photo.")
    await page.reload()
    await expect(page.locator("#notes-tires")).to_have_value("Bulge on the right front one")
    await page.locator("[data-item=tires] input[type=file]").set_input_files(PICTURE)
    await expect(page.locator("[data-item=tires] .insp-photo img")).to_be_visible()
    await page.get_by_label("Odometer").fill("120,500")
    await sign(page)
    await looks_well(page, "inspect-checklist-phone", 390)
    await page.get_by_role("button", name="Sign and send").click()
    waiting = page.get_by_role("region", name="Waiting to send (1)")
    await expect(waiting).to_contain_text(vehicle)
    await expect(waiting).to_contain_text("Sent when there is a connection")
    await page.reload()
    await expect(waiting).to_contain_text(vehicle)
    await looks_well(page, "inspect-waiting-phone", 390)
    assert await on_server(client, vehicle) == []
    await context.set_offline(False)
    await expect(page.get_by_role("region", name="Sent")).to_contain_text(vehicle)
    await expect(page.locator("#inspect-waiting")).to_be_hidden()
    await expect(page.locator("[data-sent]")).to_contain_text(
        f"Sent. {vehicle}, Pre-trip inspection (DVIR): 1 defect, work order"
    )
    await looks_well(page, "inspect-sent-phone", 390)
    (row,) = await on_server(client, vehicle)
    assert row["inspection_status"] == "failed" and row["odometer"] == 120_500 and row["inspector_signature"]
    (tires,) = (one for one in row["checklist_results"] if one["key"] == "tires")
    assert tires["notes"] == "Bulge on the right front one"
    shown = await client.get(tires["photo_url"])
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
    await page.reload()
    await expect(page.get_by_role("region", name="Sent")).to_contain_text(vehicle)
    assert len(await on_server(client, vehicle)) == 1
    await page.get_by_label("Find a vehicle").fill(vehicle)
    await page.get_by_role("button", name=vehicle).click()
    await expect(page.get_by_text("Do not drive this vehicle.")).to_be_visible()
    await looks_well(page, "inspect-vehicle-phone", 390)


async def test_an_answer_that_is_lost_makes_no_second_report(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
    vehicle: str,
) -> None:  # fmt: skip
    complaints.expect(OFFLINE)
    context = await make_context(site, organisation, PHONE, service_workers="block")
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        lost += 1
        if lost > 1:
            await route.continue_()
            return
        answer = await route.fetch()
        assert answer.status == 201, "it was kept"
        await route.abort()

    await context.route("**/submit", lose)
    page = await context.new_page()
    await page.goto(f"/inspect?vehicle={vehicle}")
    await page.get_by_role("button", name="Post-trip inspection (DVIR)").click()
    await all_fine(page)
    await sign(page)
    await page.get_by_role("button", name="Sign and send").click()
    await expect(page.get_by_text("The connection broke.")).to_be_visible()
    assert len(await on_server(client, vehicle)) == 1
    await page.get_by_role("button", name="Send now").click()
    await expect(page.get_by_role("region", name="Sent")).to_contain_text("No defects")
    assert lost == 2 and len(await on_server(client, vehicle)) == 1


async def test_a_report_that_is_refused_is_corrected_and_not_lost(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
    owner: Owner, vehicle: str,
) -> None:  # fmt: skip
    complaints.expect("status of 422")
    context = await make_context(site, organisation, PHONE, service_workers="block")
    page = await context.new_page()
    await page.goto(f"/inspect?vehicle={vehicle}")
    await page.get_by_role("button", name="Pre-trip inspection (DVIR)").click()
    await all_fine(page)
    await pick(page, "horn", "Defect").click()
    await page.locator("#notes-horn").fill("Silent")
    await sign(page)
    rule = "UPDATE inspection_form_items SET photo_on_failure = %s WHERE tenant_id = %s AND item_key = 'horn'"
    # The server knows a rule that the phone's copy of the form does not.
    owner.execute(rule, (True, organisation.id))
    try:
        await page.get_by_role("button", name="Sign and send").click()
        refused = page.get_by_role("region", name="Not taken")
        await expect(refused).to_contain_text("a defect here must be shown in a photo")
        await looks_well(page, "inspect-refused-phone", 390)
        await page.reload()
        await refused.get_by_role("button", name="Correct it").click()
        await expect(page.locator("#error-horn")).to_contain_text("must be shown in a photo")
        await expect(page.locator("#notes-horn")).to_have_value("Silent")
        await page.locator("[data-item=horn] input[type=file]").set_input_files(PICTURE)
        await expect(page.locator("[data-item=horn] .insp-photo")).to_be_visible()
        await sign(page)
        await page.get_by_role("button", name="Sign and send").click()
        await expect(page.get_by_role("region", name="Sent")).to_contain_text("1 defect")
    finally:
        owner.execute(rule, (False, organisation.id))
    (row,) = await on_server(client, vehicle)
    assert row["inspection_status"] == "conditional"


async def test_what_is_wrong_the_odometer_and_the_signature_are_asked_for_before_sending(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient, owner: Owner,
    vehicle: str,
) -> None:  # fmt: skip
    key = (await client.get(f"/api/v1/vehicles?vehicle_number={vehicle}")).json()["items"][0]["id"]
    reading = {
        "vehicle_id": key,
        "meter_type": "odometer",
        "value": 120_000_000,
        "recorded_at": "2026-05-01T08:00:00Z",
    }
    assert (await client.post("/api/v1/meter-readings", json=reading)).status_code == 201
    context = await make_context(site, organisation, PHONE, service_workers="block")
    page = await context.new_page()
    await page.goto(f"/inspect?vehicle={vehicle}")
    await page.get_by_role("button", name="Pre-trip inspection (DVIR)").click()
    await all_fine(page)
    await pick(page, "horn", "Defect").click()
    send = page.get_by_role("button", name="Sign and send")
    await send.click()
    await expect(page.locator("#error-horn")).to_have_text("Say what is wrong, or take a photo of it.")
    await page.locator("#notes-horn").fill("Silent")
    await page.get_by_label("Odometer").fill("12,000")
    await send.click()
    await expect(page.get_by_text("Sign before you send")).to_be_visible()
    await sign(page)
    await send.click()
    doubt = page.get_by_role("alert").filter(has_text="Lower than the last reading. It was 120,000 km.")
    await expect(doubt).to_be_visible()
    await looks_well(page, "inspect-odometer-phone", 390)
    await doubt.get_by_role("button", name="Correct it").click()
    await expect(page.get_by_label("Odometer")).to_be_focused()
    await expect(doubt).to_be_hidden()
    assert await on_server(client, vehicle) == []
    await send.click()
    await doubt.get_by_role("button", name="Send all the same").click()
    await expect(page.locator("[data-sent]")).to_contain_text("1 defect")
    (row,) = await on_server(client, vehicle)
    assert (row["odometer"], row["inspector_name"]) == (12_000, "Ada Admin")


async def as_person(context: BrowserContext, site: Site, who: Organisation) -> None:
    await context.clear_cookies()
    await context.add_cookies([{**await session_cookie(site, who), "url": site.address}])  # type: ignore[typeddict-item]


async def test_what_somebody_wrote_is_sent_by_nobody_else(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, stranger: Organisation,
    client: httpx.AsyncClient, vehicle: str,
) -> None:  # fmt: skip
    complaints.expect(OFFLINE)
    context = await make_context(site, organisation, PHONE)
    page = await context.new_page()
    await page.goto(f"/inspect?vehicle={vehicle}")
    await standing_by(page)
    await context.set_offline(True)
    await page.get_by_role("button", name="Post-trip inspection (DVIR)").click()
    await all_fine(page)
    await sign(page)
    await page.get_by_role("button", name="Sign and send").click()
    await expect(page.locator("#inspect-waiting")).to_have_text("Waiting to send (1)")
    # The page is still open when somebody else has signed in: it notices, and shows nothing of the one before.
    await as_person(context, site, stranger)
    await context.set_offline(False)
    await expect(page.get_by_text("1 report of somebody else on this device waits")).to_be_visible()
    await expect(page.get_by_text(vehicle)).to_have_count(0)
    assert await on_server(client, vehicle) == []
    # Signed out, a phone shows nothing of anybody.
    await context.clear_cookies()
    await page.goto("/inspect")
    await page.wait_for_url("**/sign-in?next=**")
    await as_person(context, site, organisation)
    await page.goto("/inspect")
    await expect(page.get_by_role("region", name="Sent")).to_contain_text(vehicle)
    assert len(await on_server(client, vehicle)) == 1


async def test_a_report_at_a_desk_is_certified_and_signed_on_the_next_phone(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
    owner: Owner, vehicle: str,
) -> None:  # fmt: skip
    kit = (await client.get(f"{API}/kit")).json()
    form = next(one for one in kit["forms"] if one["form_key"] == "dvir_post_trip")
    van = next(one for one in kit["vehicles"] if one["number"] == vehicle)
    picture = {"file": ("tire.jpg", PICTURE.read_bytes(), "image/jpeg")}
    photo = (await client.post(f"{API}/photos", files=picture)).json()["id"]
    said: dict[str, dict[str, Any]] = {
        "tires": {
            "status": "fail",
            "notes": "Cut in the left rear tire, down to the cords",
            "photos": [photo],
        },
        "horn": {"status": "fail", "notes": "Weak"},
        "emergency_equipment": {"status": "not_applicable"},
    }
    body = {
        "client_key": str(uuid4()), "vehicle_id": van["id"], "form_id": form["id"], "odometer": 88_120,
        "performed_at": datetime.now(UTC).isoformat(), "signature": {"name": "Ada Admin"}, "location": "North yard",
        "results": [
            {"item": item["key"], "status": "pass"} | said.get(item["key"], {})
            for item in form["items"] if not item["vehicle_types"]
        ],
    }  # fmt: skip
    kept = (await client.post(f"{API}/submit", json=body)).json()
    page = await (
        await make_context(site, organisation, DESK, viewport={"width": 1280, "height": 850})
    ).new_page()
    await page.goto("/open-defects")
    await page.wait_for_selector("text=Cut in the left rear tire")
    await looks_well(page, "open-defects-desk", 1280)
    address = f"/safety-inspections/{kept['id']}"
    await page.goto(address)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"Post-trip inspection (DVIR) of {vehicle}"
    )
    await expect(page.get_by_text("To be repaired before it can be certified")).to_be_visible()
    await page.wait_for_function(
        "() => [...document.images].every((one) => one.complete && one.naturalWidth)"
    )
    await looks_well(page, "inspection-desk", 1280)
    path = f"/api/v1/maintenance-records/{kept['work_order_id']}"
    for verb in ("start", "finish", "approve"):
        if verb == "finish":
            owner.execute(
                "UPDATE work_order_tasks SET status = 'completed', inspection_passed = true, inspected_by_user_id = %s "
                "WHERE work_order_id = %s",
                (insert(owner, "users", organisation.id), kept["work_order_id"]),
            )
        answer = await client.post(
            f"{path}/{verb}", json={"correction": "New tire"} if verb == "finish" else {}
        )
        assert answer.status_code == 200, answer.text
    horn = next(one for one in kept["defects"] if one["item"] == "Horn")
    dismissed = {"resolution_notes": "Loud enough"}
    assert (await client.post(f"/api/v1/defects/{horn['id']}/dismiss", json=dismissed)).status_code == 200
    await page.goto(address)
    certify = page.get_by_role("region", name="Certify the repairs")
    await certify.get_by_label("What was done").fill("New tire fitted, horn checked")
    await sign(page)
    await certify.get_by_role("button", name="Certify").click()
    await expect(page.get_by_text("The repairs are certified.")).to_be_visible()
    found = page.get_by_role("region", name="Defects")
    await expect(found.get_by_role("listitem").filter(has_text="Cut in the left")).to_contain_text(
        "Repaired and certified"
    )
    await expect(found.locator(".is-bad")).to_have_count(0)
    await looks_well(page, "inspection-certified-desk", 1280)

    context = await make_context(site, organisation, PHONE, service_workers="block")
    phone = await context.new_page()
    await phone.goto(f"/inspect?vehicle={van['id']}")
    await phone.get_by_role("button", name="Pre-trip inspection (DVIR)").click()
    await expect(phone.get_by_text("New tire fitted, horn checked")).to_be_visible()
    await expect(phone.get_by_text("repaired and certified")).to_be_visible()
    await expect(phone.locator("main .is-bad")).to_have_count(0)
    await looks_well(phone, "inspect-review-phone", 390)
    await phone.get_by_role("button", name="Sign and go on").click()
    await expect(phone.get_by_text("Sign: draw your signature, or type your name.")).to_be_visible()
    await phone.get_by_role("textbox", name="Or type your name").fill("A. Admin")
    await phone.get_by_role("button", name="Sign and go on").click()
    await all_fine(phone)
    await sign(phone)
    await phone.get_by_role("button", name="Sign and send").click()
    await expect(phone.get_by_role("region", name="Sent")).to_contain_text("No defects")
    await phone.goto(address)
    await expect(phone.get_by_text("Next driver").first).to_be_visible()
    row = (await client.get(f"{API}/{kept['id']}")).json()
    assert (row["standing"], row["reviewer_name"]) == ("settled", "A. Admin")
    await expect(phone.get_by_role("region", name="Signatures")).to_contain_text("Signed as A. Admin")
    await looks_well(phone, "inspection-phone", 390)
    await phone.goto(f"/vehicles/{van['id']}/inspection-code")
    await expect(phone.locator("svg.qr")).to_be_visible()
    await looks_well(phone, "inspect-code-phone", 390)
    await phone.goto("/open-defects")
    await looks_well(phone, "open-defects-phone", 390)


async def test_an_administrator_revises_a_form(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    await client.get(f"{API}/kit")
    page = await (
        await make_context(site, organisation, DESK, viewport={"width": 1280, "height": 850})
    ).new_page()
    await page.goto("/inspection-forms")
    await page.get_by_role("link", name="Post-trip inspection (DVIR)").first.click()
    await expect(page.get_by_text("no longer changes")).to_be_visible()
    await page.get_by_role("button", name="Revise").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Draft")
    await page.get_by_label("What is looked at").fill("Lift gate")
    await page.get_by_label("Section").fill("Walk round")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("link", name="Lift gate")).to_be_visible()
    await looks_well(page, "inspection-form-desk", 1280)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Published")
    forms = (await client.get(f"{API}/kit")).json()["forms"]
    (form,) = (one for one in forms if one["form_key"] == "dvir_post_trip")
    assert form["version"] == 2 and "lift_gate" in {item["key"] for item in form["items"]}
    await page.set_viewport_size({"width": 390, "height": 844})
    await looks_well(page, "inspection-form-phone", 390)
