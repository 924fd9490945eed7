"""Trips classified with the thumb, joined and cut; rules; reports and the mileage log, at a desk and on a phone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .conftest import PHONE, MakeContext, shot
from .fleet import CASTRO, FERRY, MISSION, VAN_NESS, Journey, add, add_vehicles, derive, report
from .looks import looks_well

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("America/Los_Angeles")
SMALL_DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 850}}


def local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


@pytest.fixture
async def made(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> dict[str, Any]:
    """A vehicle with four trips yesterday between two named places, driven by Kim."""
    yesterday = datetime.now(ZONE).date() - timedelta(days=1)
    count = (await client.get("/api/v1/vehicles?count=true")).json()["count"] + 1
    number = f"CAR-{count}"
    [vehicle] = await add_vehicles(client, [{"vehicle_number": number, "vehicle_type": "car"}])
    driver = await add(client, "drivers", full_name=f"Kim of {number}", driver_number=number)
    await add(
        client,
        "driver-assignments",
        vehicle_id=vehicle,
        driver_id=driver["id"],
        starts_at=local(yesterday - timedelta(days=30), 0).isoformat(),
    )
    if not (await client.get("/api/v1/facilities?code=VN")).json()["items"]:
        await add(
            client,
            "facilities",
            name="Van Ness depot",
            code="VN",
            latitude=str(VAN_NESS[0]),
            longitude=str(VAN_NESS[1]),
        )
        await add(
            client, "geofences", name="Ferry building", type="circle", center_lat=str(FERRY[0]),
            center_lng=str(FERRY[1]), radius_meters=150,
        )  # fmt: skip
    # Each vehicle sets off later than those before, so that its trips are the latest.
    begin = local(yesterday, 9) + timedelta(minutes=count)
    day = Journey(number, VAN_NESS, begin, ignition=True).stand(5)
    day.drive(FERRY).stand(25).drive(MISSION, kph=45).stand(2).drive(CASTRO).stand(40)
    day.drive(VAN_NESS, kph=25).stand(20).drive(FERRY).stand(20)
    await report(client, day.positions)
    await derive(site, organisation)
    trips = (await client.get(f"/api/v1/trips?vehicle_id={vehicle}&sort=started_at")).json()["items"]
    assert len(trips) == 4
    return {"vehicle": vehicle, "driver": driver["id"], "number": number, "trips": trips, "day": yesterday}


async def test_joining_cutting_and_undoing_on_the_trip_page(
    page: Page, client: httpx.AsyncClient, made: dict[str, Any]
) -> None:
    first, second, *_ = made["trips"]
    await page.goto(f"/trips/{first['id']}")
    steps = page.locator(".trip-steps")
    await expect(steps).to_contain_text("Ferry building")
    await page.get_by_role("button", name="Join with the next trip").click()
    await expect(page.get_by_role("status").filter(has_text="The trips are one now.")).to_be_visible()
    joined = (await client.get(f"/api/v1/trips/{first['id']}")).json()
    assert joined["ended_at"] == second["ended_at"]
    await expect(steps).to_contain_text("Joined at")
    await shot(page, "trip-joined", full_page=True)
    await steps.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("status").filter(has_text="It was undone.")).to_be_visible()
    assert (await client.get(f"/api/v1/trips/{first['id']}")).json()["ended_at"] == first["ended_at"]

    # The second trip has a halt of two minutes, where it can be cut.
    await page.goto(f"/trips/{second['id']}")
    await steps.get_by_role("button", name="Cut here").click()
    await expect(page.get_by_text("this is the second part")).to_be_visible()
    parts = (await client.get(f"/api/v1/trips?vehicle_id={made['vehicle']}&sort=started_at")).json()["items"]
    assert len(parts) == 5
    assert parts[1]["id"] == second["id"]
    await page.goto(f"/trips/{parts[2]['id']}")
    await page.get_by_text("Mixed", exact=True).click()
    await page.get_by_label("Business share, %").fill("40")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("By Ada Admin")).to_be_visible()
    assert (await client.get(f"/api/v1/trips/{parts[2]['id']}")).json()["business_percent"] == "40.00"


async def test_trips_are_classified_with_the_thumb(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    made: dict[str, Any],
) -> None:
    view = await (await make_context(site, organisation, PHONE)).new_page()
    await view.goto("/trips")
    await expect(view.get_by_text("to classify", exact=False).first).to_be_visible()
    await view.get_by_role("link", name="Classify one by one").click()
    await expect(view.get_by_role("heading", name="Classify trips")).to_be_visible()
    await expect(view.locator(".way")).to_contain_text("Ferry building")
    await shot(view, "classify-phone")
    await view.get_by_label("Purpose, for business").fill("Meeting at the pier")
    await view.get_by_role("button", name="Business").click()
    await expect(view.get_by_role("status").filter(has_text="Business.")).to_be_visible()
    last = (await client.get(f"/api/v1/trips/{made['trips'][-1]['id']}")).json()
    assert (last["usage_type"], last["business_purpose"], last["classified_by"]) == (
        "business",
        "Meeting at the pier",
        "user",
    )
    await view.get_by_role("link", name="Skip", exact=True).click()
    await view.get_by_text("Meeting at the pier").click()
    await view.get_by_role("button", name="Business").click()
    again = (await client.get(f"/api/v1/trips?vehicle_id={made['vehicle']}&usage_type=business")).json()[
        "items"
    ]
    assert [one["business_purpose"] for one in again] == ["Meeting at the pier"] * 2


async def test_rules_are_looked_at_before_they_are_applied(
    page: Page, client: httpx.AsyncClient, made: dict[str, Any]
) -> None:
    await add(client, "trip-rules", name="This car is for work", usage_type="business", business_purpose="Rounds",
              vehicle_id=made["vehicle"], position=1)  # fmt: skip
    await page.goto("/trip-rules")
    await page.get_by_role("link", name="Apply them to a period again").click()
    await expect(page.get_by_role("heading", name="would change").first).to_be_visible()
    await shot(page, "trip-rules-apply", full_page=True)
    await page.get_by_role("button", name="Change them").click()
    await expect(page.get_by_role("status").filter(has_text="changed.")).to_be_visible()
    found = (await client.get(f"/api/v1/trips?vehicle_id={made['vehicle']}")).json()["items"]
    assert {(one["usage_type"], one["classified_by"]) for one in found} == {("business", "rule")}
    await page.goto(f"/trips/{found[0]['id']}")
    await expect(page.get_by_text("By the rule This car is for work")).to_be_visible()


async def test_a_report_is_narrowed_and_its_address_says_so(page: Page, made: dict[str, Any]) -> None:
    await page.goto("/reports")
    await page.get_by_role("link", name="Mileage Distance by driver").click()
    await page.get_by_role("link", name="Last 7 days").click()
    await expect(page.get_by_role("region", name="Rows of the report")).to_contain_text(
        f"Kim of {made['number']}"
    )
    await page.get_by_label("Lines by").select_option("day")
    await page.get_by_role("button", name="Show").click()
    await expect(page).to_have_url(re.compile("by=day"))
    await page.goto(f"/reports/trips?from={made['day']}&to={made['day']}&vehicle={made['vehicle']}")
    rows = page.locator(".report-table tbody tr")
    await expect(rows).to_have_count(4)
    await expect(rows.first).to_contain_text("Ferry building")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="CSV").click()
    download = await waiting.value
    assert download.suggested_filename == f"trips-{made['day']}-{made['day']}.csv"
    await page.goto("/reports/trips?from=nonsense")
    await expect(
        page.get_by_role("alert").or_(page.get_by_role("status")).filter(has_text="must be a day")
    ).to_be_visible()


async def test_every_page_at_every_width_in_both_themes(
    make_context: MakeContext, site: Site, organisation: Organisation, made: dict[str, Any]
) -> None:
    period = f"from={made['day'] - timedelta(days=6)}&to={made['day']}"
    pages = {
        "reports": "/reports",
        "report-trips": f"/reports/trips?{period}",
        "report-mileage": f"/reports/mileage?{period}",
        "report-stops": f"/reports/stops?{period}",
        "report-idling": f"/reports/idling?{period}",
        "report-utilisation": f"/reports/utilisation?{period}",
        "report-after-hours": f"/reports/after-hours?{period}&opens=12:00",
        "report-fence-visits": f"/reports/fence-visits?{period}",
        "report-speeding-empty": f"/reports/speeding?{period}",
        "mileage-log": f"/reports/mileage-log?{period}&driver={made['driver']}",
        "trips": "/trips",
        "trip": f"/trips/{made['trips'][1]['id']}",
        "trip-rules": "/trip-rules",
        "classify": "/classify",
    }
    for device, options in (("1280", SMALL_DESK), ("390", PHONE)):
        view = await (await make_context(site, organisation, options)).new_page()
        for name, path in pages.items():
            await view.goto(path)
            await expect(view.get_by_role("heading", level=1)).to_be_visible()
            await looks_well(view, f"{name}-{device}")
