"""Costs of the fleet and a vehicle's service history, on a desk and on a phone, light and dark, and while there is nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.browser.looks import looks_well
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_organisation

from .conftest import PHONE, MakeContext

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(database_urls: Any, organisation: Organisation) -> dict[str, Any]:
    """Three vans and a truck with orders over half a year, one much dearer; the truck with a defect and a schedule."""
    now = datetime.now(UTC)
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def add(table: str, **values: Any) -> Any:
            return insert(connection, table, organisation.id, **values)

        pads = add("parts", part_number="BP-7", name="Brake pads")
        vehicles = {}
        for number, (name, kind, cost) in enumerate(
            (("VAN-1", "van", 100), ("VAN-2", "van", 110), ("VAN-3", "van", 120), ("VAN-4", "van", 110),
             ("VAN-5", "van", 100), ("TRK-1", "truck", 900))
        ):  # fmt: skip
            key = vehicles[name] = add(
                "vehicles", vehicle_number=name, status="active", vehicle_type=kind, make="Ford"
            )
            for months in range(1, 7):
                done = now - timedelta(days=30 * months - number)
                order = add(
                    "maintenance_records", vehicle_id=key, status="completed", closed_at=done, completed_at=done,
                    work_order_type=("preventive", "corrective", "tire")[months % 3], summary=f"Work {months}",
                    parts_cost=str(cost + months), labor_cost="40", system_code=("013", "045", None)[months % 3],
                    correction="Done as ordered", closing_odometer=90_000 - months * 1000,
                    downtime_started_at=done - timedelta(hours=5 + number), downtime_ended_at=done,
                )  # fmt: skip
                if months == 2:
                    add("work_order_parts", work_order_id=order, part_id=pads, quantity=2, quantity_issued=2,
                        unit_cost="30", position="left_front")  # fmt: skip
            for months, km in ((0, 90_000), (7, 83_000)):
                add("meter_readings", vehicle_id=key, meter_type="odometer", value=km * 1000.0,
                    recorded_at=now - timedelta(days=30 * months, minutes=5))  # fmt: skip
        truck = vehicles["TRK-1"]
        add("defects", vehicle_id=truck, description="Air leak", severity="critical", is_unsafe=True, status="open",
            reported_at=now - timedelta(days=1))  # fmt: skip
        add("recurring_maintenance_schedules", vehicle_id=truck, schedule_name="Oil service", is_active=True,
            next_due_date=(now + timedelta(days=40)).date())  # fmt: skip
    return {name: str(key) for name, key in vehicles.items()}


async def test_the_fleets_costs(page: Page, made: dict[str, Any]) -> None:
    await page.goto("/maintenance-costs")
    tiles = page.locator(".tiles")
    await expect(tiles).to_contain_text("36")
    await expect(page.get_by_role("img", name="Net cost by month")).to_be_visible()
    assert await page.locator(".stack-bar").count() == 12
    await expect(page.locator(".stack-legend")).to_contain_text("Preventive")
    dearest = page.locator("section", has_text="Dearest vehicles").last
    await expect(dearest.locator("dt").first).to_have_text("TRK-1")
    row = page.locator("tbody tr").first
    await expect(row).to_contain_text("TRK-1")
    # Six vehicles with orders are few for a class, so the truck is compared with all of them.
    await expect(row.locator(".pill", has_text="Dear")).to_be_visible()
    await page.get_by_role("link", name="Downtime").click()
    await expect(page.locator("[aria-current=true]")).to_have_text("Downtime")
    await page.locator(".cost-filters summary").click()
    await page.get_by_label("Class of vehicle").select_option("van")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("tbody tr")).to_have_count(5)
    await expect(page.locator(".cost-filters summary .tag")).to_have_text("Van")
    assert "vehicle_type=van" in page.url
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="CSV").click()
    path = await (await loading.value).path()
    text = await asyncio.to_thread(Path(path).read_text, encoding="utf-8-sig")
    assert text.count("VAN-") == 5


async def test_a_wrong_address_is_told_and_answered(page: Page, made: dict[str, Any]) -> None:
    await page.goto("/maintenance-costs?from=2026-03-01&to=2026-02-01")
    await expect(page.get_by_role("status").filter(has_text="to: must be a day")).to_be_visible()
    await expect(page.locator(".tiles")).to_be_visible()


async def test_a_vehicles_service_history(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['TRK-1']}")
    await page.get_by_role("link", name="Service", exact=True).click()
    await expect(page.get_by_role("heading", name="History", exact=True)).to_be_visible()
    await expect(page.locator(".tiles")).to_contain_text("by meters")
    await expect(page.locator(".service-now")).to_contain_text("vehicle may not be used")
    await expect(page.locator(".service-now")).to_contain_text("Oil service")
    await expect(page.locator(".service-parts-now")).to_contain_text("BP-7 · Left front")
    items = page.locator(".service-list > li")
    await expect(items.first).to_contain_text("Air leak")
    await expect(page.locator(".service-list")).to_have_count(await page.locator(".service-month").count())
    await expect(page.locator(".service-parts li")).to_have_text("2 × Brake pads, left front")
    await page.get_by_role("link", name="Defects", exact=True).last.click()
    await expect(items).to_have_count(1)
    await page.get_by_role("link", name="Inspections", exact=True).last.click()
    await expect(page.locator(".service-history")).to_contain_text("None of these yet")
    await page.get_by_role("link", name="Work order", exact=True).click()
    await expect(page.get_by_label("Vehicle", exact=True).first).to_have_value("TRK-1")


async def test_phone_desk_and_both_themes_are_sound(
    make_context: MakeContext, site: Site, organisation: Organisation, made: dict[str, Any]
) -> None:
    for device, name in (({"viewport": {"width": 1280, "height": 900}}, "desk"), (PHONE, "phone")):
        page = await (await make_context(site, organisation, device)).new_page()
        for path, title in (
            ("/maintenance-costs", "costs"),
            (f"/vehicles/{made['TRK-1']}/service", "service"),
        ):
            await page.goto(path)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await looks_well(page, f"{title}-{name}")


async def test_while_there_is_nothing(make_context: MakeContext, site: Site) -> None:
    empty = await make_organisation(site.settings)
    async with httpx.AsyncClient(base_url=site.address, headers=empty.headers) as client:
        key = (await client.post("/api/v1/vehicles", json={"vehicle_number": "NEW-1"})).json()["id"]
    page = await (await make_context(site, empty)).new_page()
    await page.goto("/maintenance-costs")
    await expect(page.locator("main")).to_contain_text("No work orders were closed in this period")
    await page.goto(f"/vehicles/{key}/service")
    await expect(page.locator("main")).to_contain_text("No service history yet")
    await expect(page.locator("main")).to_contain_text("No recurring service is planned")
