"""Every page, at a desk and on a phone, in light and dark: nothing refused, nothing unreadable, nothing cut off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from tests.site import Organisation, Site

from motorpool.core.resource.registry import load_registry
from motorpool.web.navigation import UNLISTED

from .conftest import DESK, PHONE, Complaints, MakeContext, open_context, shot
from .fleet import CASTRO, FERRY, MISSION, Journey, add, add_vehicles, derive, report
from .looks import looks_well

pytestmark = pytest.mark.browser

DEVICES = {"desk": DESK, "phone": PHONE}
REGISTRY = load_registry()
ALL_LISTS = [
    f"/{REGISTRY[name].collection}"
    for name in REGISTRY
    if name not in UNLISTED and "list" in REGISTRY[name].operations
]
#: Lists share one template; these have pages of their own, many columns, structures or rows from the fleet below. That
#: all others open is what `tests/web/test_every_record_page.py` looks at.
LISTS = [
    "/vehicles",
    "/drivers",
    "/trips",
    "/devices",
    "/users",
    "/roles",
    "/api-tokens",
    "/audit-trails",
    "/notifications",
    "/maintenance-records",
    "/accident-reports",
    "/invoices",
    "/insurance-policies",
    "/saved-reports",
]
FORMS = [
    "/vehicles/new",
    "/api-tokens/new",
    "/users/new",
    "/devices/new",
    "/maintenance-records/new",
    "/accident-reports/new",
    "/saved-reports/new",
    "/alert-rules/new",
    "/dashboards/new",
    "/documents/new",
]
#: `{...}` is a record of the fleet below.
RECORDS = [
    "/vehicles/{vehicle}",
    "/vehicles/{vehicle}/edit",
    "/vehicles/{vehicle}?tab=related",
    "/vehicles/{vehicle}?tab=comments",
    "/vehicles/{vehicle}?tab=files",
    "/vehicles/{vehicle}?tab=history",
    "/trips/{trip}",
    "/drivers/{driver}",
    "/devices/{device}",
    "/roles/{role}",
    "/invoices/{invoice}",
    "/invoices/{invoice}/edit",
]
OTHERS = [
    "/",
    "/import",
    "/exports",
    "/search?q=van",
    "/reports",
    "/api/docs",
    "/api/docs/maintenance-records",
    "/nothing-is-here",
]
#: Pages that tests of their own look at, in both widths and schemes.
ELSEWHERE = [
    "/meetings",
    "/citations",
    "/incident-figures",
    "/routes/planner",
    "/driver-behavior",
    "/driver-scores",
    "/vehicle-health",
    "/nearby",
    "/connectors",
    "/footage",
    "/shop",
    "/my-work",
    "/report-problem",
    "/inspect",
    "/open-defects",
    "/parts-counter",
    "/shop/calendar",
    "/service-due",
    "/maintenance-costs",
    "/reservations",
    "/hours-of-service",
    "/compliance",
    "/accident-register",
    "/osha-log",
    "/report-incident",
    "/report-damage",
]
STRANGERS = ["/sign-in", "/set-up?token=worn-out"]
#: A page is there when this is: maps paint later than the rest.
MARKS = {
    "/": "#map[data-ready][data-connected]",
    "/vehicles/{vehicle}": "#track-map[data-track-ready]",
    "/trips/{trip}": "#track-map[data-track-ready]",
}
STATUS = {"/nothing-is-here": 404, "/set-up?token=worn-out": 404}


@dataclass(frozen=True)
class Furnished:
    """An organisation with something on every page."""

    ids: dict[str, str]


@pytest.fixture(scope="module")
async def furnished(site: Site, organisation: Organisation) -> Furnished:
    now = datetime.now(UTC)
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=30) as client:
        [vehicle, other] = await add_vehicles(
            client,
            [
                {
                    "vehicle_number": "VAN-1",
                    "name": "A van with a name that is longer than most columns are wide",
                    "make": "Freightliner",
                    "model": "M2 106 Business Class",
                    "model_year": 2024,
                    "license_plate": "8ABC123",
                    "vehicle_type": "van",
                    "notes": "First line.\nSecond line.",
                    "metadata": {"colour code": "RAL 5010", "keys": [1, 2]},
                },
                {"vehicle_number": "VAN-2", "status": "out_of_service", "vehicle_type": "truck"},
            ],
        )
        driver = await add(
            client,
            "drivers",
            driver_number="D-1",
            full_name="Grace Hopper",
            phone="+1 415 555 0100",
            email="g@h.example",
        )
        starts = (now - timedelta(days=2)).isoformat()
        await add(client, "driver-assignments", vehicle_id=vehicle, driver_id=driver["id"], starts_at=starts)
        await add(client, "facilities", name="North yard", code="N", city="Oakland")
        await add(client, "departments", name="Deliveries", code="DEL")
        vendor = await add(
            client, "vendors", name="Golden Gate Tyres", vendor_number="V-1", vendor_types=["tyres"]
        )
        lines = [
            ("Tyres", "4", "100.00", "400.00"),
            ("Fitting, balancing and disposal of the old ones", "2", "25.00", "50.00"),
        ]
        invoice = await add(
            client,
            "invoices",
            invoice_number="GG-1",
            vendor_id=vendor["id"],
            invoice_date="2026-05-01",
            due_date="2026-05-31",
            subtotal="450.00",
            total_amount="450.00",
            line_items=[
                {
                    "description": what,
                    "quantity": count,
                    "unit_price": price,
                    "amount": amount,
                    "vehicle_id": vehicle,
                }
                for what, count, price, amount in lines
            ],
        )
        await add(client, "vehicle-groups", name="Night shift", description="From ten to six")
        await add(
            client,
            "meter-readings",
            vehicle_id=vehicle,
            meter_type="odometer",
            value=1_234_567,
            recorded_at=starts,
        )
        device = await add(client, "devices", name="Phone of Grace", vehicle_id=vehicle, protocol="osmand")
        journey = Journey("VAN-1", FERRY, now, ignition=True).stand(5).drive(MISSION).stand(10).drive(CASTRO)
        await report(client, journey.ending(now - timedelta(seconds=2)))
        await report(client, Journey("VAN-2", MISSION, now).drive(FERRY).ending(now - timedelta(hours=5)))
        await derive(site, organisation)
        trips = (await client.get(f"/api/v1/trips?vehicle_id={vehicle}")).json()["items"]
        roles = (await client.get("/api/v1/roles?limit=1")).json()["items"]
    return Furnished(
        {
            "vehicle": vehicle,
            "other": other,
            "driver": driver["id"],
            "device": device["id"],
            "trip": trips[-1]["id"],
            "role": roles[0]["id"],
            "invoice": invoice["id"],
        }
    )


@dataclass(frozen=True)
class Window:
    page: Page
    complaints: Complaints


@pytest.fixture(scope="module")
async def window(
    browser: Browser, site: Site, organisation: Organisation
) -> AsyncIterator[Callable[[str, bool], Awaitable[Window]]]:
    """The window of a device, signed in or not, in which one page after the other is opened: what all share is loaded once."""
    windows: dict[tuple[str, bool], Window] = {}

    async def of(device: str, stranger: bool) -> Window:
        if (device, stranger) not in windows:
            complaints = Complaints()
            who = None if stranger else organisation
            context = await open_context(browser, complaints, site, who, DEVICES[device])
            windows[device, stranger] = Window(await context.new_page(), complaints)
        return windows[device, stranger]

    yield of
    for one in windows.values():
        await one.page.context.close()
        assert one.complaints.unexpected() == []


async def visit(page: Page, path: str, address: str) -> None:
    answer = await page.goto(address)
    assert answer and answer.status == STATUS.get(path, 200), await page.title()
    if path in MARKS:
        await expect(page.locator(MARKS[path])).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("path", [*OTHERS, *LISTS, *FORMS, *RECORDS, *STRANGERS])
async def test_page(
    path: str,
    device: str,
    window: Callable[[str, bool], Awaitable[Window]],
    furnished: Furnished,
) -> None:
    opened = await window(device, path in STRANGERS)
    page, complaints = opened.page, opened.complaints
    complaints.patterns = [rf"status of {STATUS[path]}"] if path in STATUS else []
    place = path.strip("/").replace("?tab=", "-").split("?")[0]
    name = f"page-{place.format(**dict.fromkeys(furnished.ids, 'one')) or 'map'}-{device}"
    try:
        await visit(page, path, path.format(**furnished.ids))
        await looks_well(page, name, full_page=path != "/api/docs")
        assert complaints.unexpected() == []
    except BaseException:
        await shot(page, f"failed-{name}", always=True)
        raise
    finally:
        complaints.found.clear()


async def test_the_menu_leads_nowhere_else(
    make_context: MakeContext, site: Site, organisation: Organisation
) -> None:
    """What the menu of an administrator offers is looked at above, on a phone too."""
    page = await (await make_context(site, organisation, PHONE)).new_page()
    await page.goto("/facilities")
    await page.get_by_role("button", name="Menu").tap()
    menu = page.get_by_role("navigation", name="Main")
    await expect(menu.get_by_role("link", name="Live map")).to_be_in_viewport()
    await page.wait_for_function("() => !document.querySelector('#sidebar.showing')")
    await shot(page, "menu-phone")
    offered = await menu.locator("a").evaluate_all(
        "(links) => links.map((link) => link.getAttribute('href'))"
    )
    assert set(offered) <= {*OTHERS, *ELSEWHERE, *ALL_LISTS}
    assert len(offered) > 10
    await menu.get_by_role("link", name="Vehicles").tap()
    await expect(page.get_by_role("heading", name="Vehicles", level=1)).to_be_visible()
