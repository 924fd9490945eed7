"""Compliance at a desk and on a phone, light and dark: the overview, a driver's file, a vehicle's papers, and a refused assignment."""

from __future__ import annotations

import zipfile
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.browser.looks import looks_well
from tests.browser.test_inspections import PICTURE
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_organisation

from .conftest import DESK, PHONE, Complaints, MakeContext

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made(database_urls: Any, organisation: Organisation) -> dict[str, str]:
    """A truck driver whose medical card has expired, one whose license lapses soon, a van without registration, a policy gap."""
    day = datetime.now(ZoneInfo("America/Los_Angeles")).date()
    plain: dict[str, Any] = {"status": "active", "ended_on": None, "license_endorsements": None, "hired_on": None,
                             "home_facility_id": None, "user_id": None, "license_region": "CA"}  # fmt: skip
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def add(table: str, **values: Any) -> Any:
            return insert(connection, table, organisation.id, **values)

        medical = add("drivers", **plain, full_name="Mara Medical", driver_number="D-1", license_class="A",
                      license_expires_on=day + 400 * DAY, medical_card_expires_on=day - 3 * DAY)  # fmt: skip
        license_ = add("drivers", **plain, full_name="Lou License", driver_number="D-2", license_class="C",
                       license_expires_on=day + 12 * DAY, medical_card_expires_on=None)  # fmt: skip
        truck = add("vehicles", vehicle_number="TRK-1", status="active", vehicle_type="truck", gvwr_kg=14_000, seats=3,
                    registration_expires_on=day + 200 * DAY)  # fmt: skip
        van = add("vehicles", vehicle_number="VAN-1", status="active", vehicle_type="van", gvwr_kg=2_900, seats=3,
                  registration_expires_on=day - 20 * DAY)  # fmt: skip
        paper: dict[str, Any] = {"status": "active", "renewal_required": True, "renewed_by_id": None, "document_id": None,
                                 "document_url": None, "verified_at": None, "verified_by_user_id": None}  # fmt: skip
        for kind, entity, key, issued, days in (
            ("employment_application", "driver", medical, -900, None),
            ("mvr", "driver", medical, -320, None),
            ("drug_clearinghouse_query", "driver", medical, -400, -35),
            ("port_pass", "driver", license_, -300, 65),
            ("fire_extinguisher_certificate", "vehicle", truck, -350, 40),
            ("fire_permit", "fleet", None, -340, 25),
        ):
            add("compliance_documents", **paper, document_type=kind, entity_type=entity, entity_id=key,
                issue_date=day + issued * DAY, issuing_authority="California DMV", document_number=f"{kind[:3].upper()}-1",
                expiration_date=None if days is None else day + days * DAY)  # fmt: skip
        for number, first, last in (("AL-1", -300, 30), ("AL-2", 41, 400)):
            add("insurance_policies", policy_number=number, insurance_carrier="Golden Gate Mutual", policy_type="auto_liability",
                policy_start_date=day + first * DAY, policy_end_date=day + last * DAY, is_active=True, covered_vehicles=None,
                covered_drivers=None, renewal_status="current", renewed_by_id=None, document_id=None)  # fmt: skip
        add("driver_violations", driver_id=medical, violation_type="speeding", points=2, points_expire_on=day + 700 * DAY,
            violation_date=datetime.now(ZoneInfo("UTC")) - 40 * DAY, is_moving_violation=True, outcome="convicted",
            fine_amount="238.00", fine_paid=False, fine_paid_date=None, fine_due_date=day - 2 * DAY, court_date=None)  # fmt: skip
    return {"medical": str(medical), "license": str(license_), "truck": str(truck), "van": str(van)}


async def test_the_overview(page: Page, made: dict[str, str]) -> None:
    await page.goto("/incidents")
    await page.locator("#sidebar").get_by_role("link", name="Compliance", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Compliance")
    groups = page.locator(".comp-group")
    await expect(groups.first.locator(".comp-head")).to_contain_text("Mara Medical")
    await expect(groups.nth(1).locator(".comp-head")).to_contain_text("VAN-1")
    await expect(groups.nth(1)).to_contain_text("Registration expired on")
    await expect(page.locator(".comp-table")).to_contain_text("No auto liability cover from")
    mara = page.locator(".comp-group", has_text="Mara Medical")
    await expect(mara).to_contain_text("no commercial vehicles")
    await expect(mara).to_contain_text("Needed again by")
    # A tile chooses, and says that it is chosen.
    await page.get_by_role("link", name="Vehicles not to be used").click()
    await expect(groups).to_have_count(1)
    await expect(page.locator(".tile.is-chosen")).to_contain_text("Vehicles not to be used")
    await page.get_by_role("link", name="Show all").click()
    await page.get_by_label("Name or number").fill("lou")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(groups).to_have_count(1)
    await expect(groups.first).to_contain_text("License expires on")
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="Excel").click()
    assert (await loading.value).suggested_filename.endswith(".xlsx")
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="PDF").click()
    assert (await loading.value).suggested_filename.endswith(".pdf")


async def test_a_line_leads_to_where_it_is_mended(page: Page, made: dict[str, str]) -> None:
    await page.goto("/compliance?about=vehicle&state=stops")
    await page.get_by_role("link", name="Add paper: Registration of VAN-1").click()
    await expect(page.get_by_label("Document type")).to_have_value("registration")
    await page.goto("/compliance?q=Mara")
    await page.get_by_role("link", name="Add paper: Safety performance history of Mara Medical").click()
    await expect(page.get_by_label("Document type")).to_have_value("safety_performance_history")
    # In one step, with a photo; what is wrong leaves what was typed where it is.
    await page.get_by_label("Issue date").fill("2026-01-05")
    await page.get_by_label("Last day").fill("2025-01-05")
    await page.get_by_label("Photo or scan").set_input_files(PICTURE)
    await page.get_by_role("button", name="Put on file").click()
    await expect(page.locator("#paper-problem")).to_contain_text("must not lie before the issue date")
    await page.get_by_label("Last day").fill("")
    await page.set_viewport_size({"width": 390, "height": 844})
    await looks_well(page, "compliance-paper-phone", 390)
    await page.set_viewport_size(DESK["viewport"])
    await page.get_by_role("button", name="Put on file").click()
    await page.wait_for_url(f"**/drivers/{made['medical']}/qualification")
    item = page.locator(".comp-item", has_text="Safety performance history")
    await expect(item.locator(".pill")).to_have_text("There")
    # The whole file for an auditor has it; so has everything in one package, which is made in the background.
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="The whole file for an auditor, as Package").click()
    with zipfile.ZipFile(await (await loading.value).path()) as package:
        assert "Mara Medical/drivers/Mara Medical/Safety performance history.jpg" in package.namelist()
    await page.goto("/compliance?about=driver")
    await page.get_by_role("button", name="Everything in one package").click()
    await page.wait_for_url("**/exports")
    await expect(page.locator("#exports tbody tr").first).to_contain_text("Compliance")


async def test_an_expired_medical_card_refuses_an_assignment(
    page: Page, complaints: Complaints, made: dict[str, str]
) -> None:
    complaints.expect("status of 422")
    await page.goto(f"/driver-assignments/new?driver_id={made['medical']}&vehicle_id={made['truck']}")
    await page.get_by_label("Starts").fill(
        datetime.now(ZoneInfo("America/Los_Angeles")).strftime("%Y-%m-%dT%H:%M")
    )
    await (
        page.locator("form")
        .get_by_role("button", name="Add")
        .or_(page.locator("form").get_by_role("button", name="Save"))
        .first.click()
    )
    await expect(page.locator("main")).to_contain_text("Needs a driver with a valid medical card")


async def test_a_drivers_file(page: Page, made: dict[str, str]) -> None:
    await page.goto(f"/drivers/{made['medical']}")
    panel = page.locator("#qualification")
    await expect(panel).to_contain_text("Incomplete")
    await panel.get_by_role("link", name="Checklist").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Mara Medical")
    medical = page.locator(".comp-item", has_text="Medical certificate")
    await expect(medical.locator(".pill")).to_have_text("Lapsed")
    await expect(medical).to_contain_text("3 days ago")
    await expect(page.locator(".comp-item", has_text="Road test")).to_contain_text("takes its place")
    await expect(page.locator("main")).to_contain_text("2 of 4")
    await expect(page.locator("main")).to_contain_text("$238.00 overdue")


async def test_a_vehicles_papers(page: Page, made: dict[str, str]) -> None:
    await page.goto(f"/vehicles/{made['truck']}")
    await page.get_by_role("link", name="Papers", exact=True).click()
    await expect(page.locator("main")).to_contain_text("No auto liability cover from")
    await expect(page.locator("main")).to_contain_text("Fire extinguisher certificate")
    later = datetime.now(ZoneInfo("America/Los_Angeles")).date() + 35 * DAY
    await page.goto(f"/vehicles/{made['truck']}/papers?on={later}")
    await expect(page.locator("main")).to_contain_text(": Liability insurance.")


async def test_phone_desk_and_both_themes_are_sound(
    make_context: MakeContext, site: Site, organisation: Organisation, made: dict[str, str]
) -> None:
    for device, name in (({"viewport": {"width": 1280, "height": 900}}, "desk"), (PHONE, "phone")):
        page = await (await make_context(site, organisation, device)).new_page()
        for path, title in (
            ("/compliance", "compliance"),
            (f"/drivers/{made['medical']}/qualification", "qualification"),
            (f"/vehicles/{made['truck']}/papers", "papers"),
            (f"/drivers/{made['medical']}", "driver"),
        ):
            await page.goto(path)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            if title == "driver":
                await expect(page.locator("#qualification")).to_be_visible()
            await looks_well(page, f"{title}-{name}")


async def test_while_there_is_nothing(make_context: MakeContext, site: Site) -> None:
    empty = await make_organisation(site.settings)
    page = await (await make_context(site, empty)).new_page()
    await page.goto("/compliance")
    await expect(page.locator("main")).to_contain_text("No drivers and no vehicles yet")
