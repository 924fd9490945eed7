"""What is due: the list and its work orders, decisions, calendar, forecast, programmes; empty, on a phone, light and dark."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site, make_organisation

from .conftest import PHONE, Complaints, MakeContext
from .fleet import add_vehicles
from .looks import looks_well

pytestmark = pytest.mark.browser

MILE = 1609.344


async def make(client: httpx.AsyncClient) -> dict[str, Any]:
    """Four vans with steady use and services that are overdue, due, due soon and coming up."""

    async def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await client.post(f"/api/v1/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        made: dict[str, Any] = answer.json()
        return made

    count = (await client.get("/api/v1/vehicles?count=true")).json()["count"]
    depot = await post("facilities", {"name": f"North depot {count}", "code": f"ND{count}"})
    rows = [
        {
            "vehicle_number": f"VAN-{count + n:03}",
            "vehicle_type": "van",
            "make": "Ford",
            "facility_id": depot["id"],
        }
        for n in range(1, 5)
    ]
    vans = await add_vehicles(client, rows)
    now = datetime.now(UTC).replace(microsecond=0)
    today = now.date()
    for number, van in enumerate(vans):
        for week in range(10):
            await post(
                "meter-readings",
                {
                    "vehicle_id": van,
                    "value": (40_000 + number * 1_000 + week * 350) * MILE,
                    "recorded_at": (now - timedelta(weeks=9 - week)).isoformat(),
                    "source": "manual",
                },
            )
    template = await post(
        "work-order-templates",
        {
            "template_name": f"Oil service {count}",
            "work_order_type": "preventive",
            "estimated_hours": "1.5",
            "estimated_cost": "95.00",
            "task_checklist": [
                {"task": "Drain and fill", "order": 1},
                {"task": "Reset the indicator", "order": 2},
            ],
        },
    )
    made = {"vans": vans, "numbers": [row["vehicle_number"] for row in rows], "depot": depot}
    # The meters stand at 43,150, 44,150, 45,150 and 46,150 miles.
    for name, van, last in (
        ("overdue", 0, 37_900),
        ("due", 1, 39_130),
        ("soon", 2, 40_450),
        ("later", 3, 45_000),
    ):
        body = {
            "vehicle_id": vans[van],
            "schedule_name": "Oil service",
            "maintenance_type": "oil_change",
            "template_id": template["id"],
            "trigger_interval_miles": 5000,
            "trigger_interval_days": 180,
            "last_completed_date": str(today - timedelta(days=100 - van * 20)),
            "last_completed_mileage": last,
        }
        made[name] = (await post("recurring-maintenance-schedules", body))["id"]
    await post(
        "recurring-maintenance-schedules",
        {
            "vehicle_id": vans[3],
            "schedule_name": "Annual inspection",
            "maintenance_type": "inspection",
            "trigger_type": "time",
            "trigger_interval_months": 12,
            "last_completed_date": str(today - timedelta(days=340)),
        },
    )
    return made


@pytest.fixture
async def made(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> dict[str, Any]:
    made = await make(client)
    await measure(site, organisation)
    return made


async def measure(site: Site, organisation: Organisation) -> None:
    """What the hourly job does first."""
    from motorpool.core.database.database import Database
    from motorpool.maintenance.actions.measure_use import measure_use

    database = Database(site.settings.database.app_url or "", pool_size=1)
    await database.open()
    try:
        async with database.transaction(organisation.actor) as session:
            await measure_use(session, organisation.actor)
    finally:
        await database.close()


async def test_the_list_opens_work_orders(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/service-due?facility={made['depot']['id']}")
    groups = await page.locator("tbody.due-group").evaluate_all("all => all.map(one => one.dataset.status)")
    assert groups == ["overdue", "due", "due_soon", "upcoming"]
    overdue = page.locator('[data-status="overdue"]')
    await expect(overdue).to_contain_text("8,449 of 8,047 km")
    await expect(overdue).to_contain_text("past its mark")
    soon = page.locator('[data-status="due_soon"]')
    # 300 miles at 50 a day.
    await expect(soon).to_contain_text("in 6 days")
    await looks_well(page, "service-due")
    number = made["numbers"][0]
    await overdue.get_by_role("button", name=f"Open work order: Oil service of {number}").click()
    await expect(page).to_have_url(re.compile("/maintenance-records/"))
    await expect(page.locator("body")).to_contain_text("Drain and fill")
    await page.goto(f"/service-due?facility={made['depot']['id']}")
    await expect(page.locator('[data-status="overdue"]').get_by_role("link", name="WO-")).to_be_visible()
    for status in ("due", "due_soon"):
        await page.locator(f'[data-status="{status}"] input[type=checkbox]').first.check()
    bar = page.get_by_role("form", name="Selected services")
    await expect(bar).to_contain_text("2 selected")
    await bar.get_by_role("button", name="Open work orders").click()
    await expect(page.get_by_text("2 work orders opened.")).to_be_visible()
    await expect(page.get_by_role("link", name="WO-")).to_have_count(3)


async def test_decisions_about_one_service(page: Page, made: dict[str, Any], complaints: Complaints) -> None:
    complaints.expect("422")
    await page.goto(f"/service-due/{made['soon']}")
    await expect(
        page.get_by_text("80 km a day: the ordinary day of the last 9 weeks, by meter readings.")
    ).to_be_visible()
    await looks_well(page, "service-due-one")
    postpone = page.locator("form", has=page.get_by_role("button", name="Postpone"))
    await postpone.get_by_label("Until odometer").fill("60,000")
    await postpone.get_by_label("Why").fill("The van is on the road")
    await postpone.get_by_role("button", name="Postpone").click()
    await expect(page.get_by_text("must be later than")).to_be_visible()
    await expect(postpone.get_by_label("Why")).to_have_value("The van is on the road")
    await postpone.get_by_label("Until odometer").fill("74,000")
    await postpone.get_by_role("button", name="Postpone").click()
    await expect(page.get_by_text("Postponed.", exact=True)).to_be_visible()
    await expect(page.locator(".due-history")).to_contain_text("The van is on the road")
    done = page.locator("form", has=page.get_by_role("button", name="Note as done"))
    await done.get_by_label("Who did it, or a note").fill("Dealer")
    await done.get_by_role("button", name="Note as done").click()
    await expect(page.locator(".due-history")).to_contain_text("Done elsewhere")
    await expect(page.get_by_text("0 of 8,047 km")).to_be_visible()


async def test_calendar_and_forecast(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/service-due?facility={made['depot']['id']}")
    views = page.get_by_role("navigation", name="Views of what is due")
    await views.get_by_role("link", name="Calendar").click()
    today = page.locator(".due-day.is-today")
    await expect(today).to_contain_text(made["numbers"][0])
    await looks_well(page, "service-due-calendar")
    await page.get_by_role("link", name="Later").click()
    await expect(page.locator(".due-day.is-today:not(.is-outside)")).to_have_count(0)
    await views.get_by_role("link", name="Forecast").click()
    await expect(page.locator(".day-bars rect:not(.day-space)")).not_to_have_count(0)
    await expect(page.locator(".tile", has_text="Hours of work")).not_to_contain_text("0.0")
    await looks_well(page, "service-due-forecast")
    await page.get_by_role("link", name="26 weeks").click()
    rows = page.locator(".report-table tbody tr")
    assert await rows.count() in (26, 27)


async def test_a_programme_for_a_depot(page: Page, client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    await page.goto("/service-due/assign")
    services = [{"name": "Tire rotation", "interval_miles": 6000}, {"name": "Wipers", "interval_months": 6}]
    name = f"Vans of {made['depot']['name']}"
    body = {"program_name": name, "services": services}
    assert (await client.post("/api/v1/service-programs", json=body)).status_code == 201
    await page.reload()
    await page.get_by_label("Programme", exact=True).select_option(label=name)
    await page.get_by_label("Home facility").select_option(label=made["depot"]["name"])
    await looks_well(page, "service-due-assign")
    await page.get_by_role("button", name="Assign").click()
    await expect(page.get_by_text("8 schedules for 4 vehicles made.")).to_be_visible()


async def test_on_a_phone(
    make_context: MakeContext, site: Site, organisation: Organisation, made: dict[str, Any]
) -> None:
    query = f"?facility={made['depot']['id']}"
    page = await (await make_context(site, organisation, PHONE)).new_page()
    for name, path in (
        ("list", f"/service-due{query}"),
        ("calendar", f"/service-due/calendar{query}"),
        ("forecast", f"/service-due/forecast{query}"),
        ("one", f"/service-due/{made['soon']}"),
        ("assign", "/service-due/assign"),
    ):
        await page.goto(path)
        await looks_well(page, f"service-due-{name}-phone")


async def test_a_new_fleet_is_told_what_to_do(make_context: MakeContext, site: Site) -> None:
    empty = await asyncio.to_thread(lambda: asyncio.run(make_organisation(site.settings)))
    page = await (await make_context(site, empty)).new_page()
    await page.goto("/service-due")
    await expect(page.get_by_text("No services planned")).to_be_visible()
    await page.goto("/service-due/forecast")
    await expect(page.get_by_text("Nothing to foresee")).to_be_visible()
    await page.goto("/service-due/assign")
    await expect(page.get_by_text("No programmes yet")).to_be_visible()
