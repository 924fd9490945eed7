"""A vehicle's day: its trips, its track, the replay; and what a trip was for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .conftest import shot
from .fleet import CASTRO, FERRY, MISSION, VAN_NESS, Journey, add_vehicles, derive, report

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("America/Los_Angeles")
READY = "#track-map[data-track-ready]"


def local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


@pytest.fixture
async def made(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> dict[str, Any]:
    """A vehicle with three trips yesterday and one on the day before, in the organisation's zone."""
    yesterday = datetime.now(ZONE).date() - timedelta(days=1)
    before = yesterday - timedelta(days=1)
    number = f"BUS-{(await client.get('/api/v1/vehicles?count=true')).json()['count'] + 1}"
    [vehicle] = await add_vehicles(
        client, [{"vehicle_number": number, "make": "Ford", "vehicle_type": "bus"}]
    )
    first = Journey(number, CASTRO, local(before, 15), ignition=True).drive(VAN_NESS).stand(20)
    day = Journey(number, VAN_NESS, local(yesterday, 9), ignition=True).stand(5)
    day.drive(FERRY).stand(25).drive(MISSION, kph=45).stand(40).drive(VAN_NESS, kph=25).stand(20)
    await report(client, first.positions + day.positions)
    await derive(site, organisation)
    return {
        "id": vehicle,
        "number": number,
        "yesterday": yesterday,
        "before": before,
        "points": len(day.positions),
        "places": day.positions,
    }


async def replayed(page: Page) -> list[float]:
    """Longitude and latitude of the replayed vehicle."""
    found: list[float] = await page.evaluate("window.motorpoolTrack.position()")
    return found


async def cursor_left(page: Page) -> float:
    """Where the chart's cursor stands, in pixels."""
    found: float = await page.evaluate(
        "new DOMMatrix(getComputedStyle(document.querySelector('#chart .u-cursor-x')).transform).m41"
    )
    return found


async def test_the_day_with_track_and_replay(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['id']}")
    await expect(page.locator(READY)).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(made["number"])
    await expect(page.get_by_label("Day", exact=True)).to_have_value(made["yesterday"].isoformat())
    await expect(page.locator("#timeline [data-kind=trip]")).to_have_count(3)
    await expect(page.locator("dl.tiles .tile", has_text="Trips")).to_contain_text("3")
    assert await page.evaluate("window.motorpoolTrack.points") == made["points"]
    await shot(page, "vehicle", full_page=True)

    slider, now = page.get_by_label("Moment of the track"), page.locator("#replay-now")
    start = await replayed(page)
    assert start == pytest.approx([made["places"][0]["longitude"], made["places"][0]["latitude"]])
    told, stood = await now.text_content(), await cursor_left(page)
    picture = await page.locator("#track-map").screenshot()

    # Seven minutes after the start the bus is on its way to the ferry.
    await slider.fill("420")
    half_way = await replayed(page)
    assert half_way[0] > start[0] + 0.002, "east of where it was parked"
    assert await now.text_content() != told
    assert "km/h" in (await slider.get_attribute("aria-valuetext") or "")
    assert await cursor_left(page) > stood + 10
    assert await page.locator("#track-map").screenshot() != picture, "the marker was drawn elsewhere"

    await slider.press("End")
    last = made["places"][-1]
    assert await replayed(page) == pytest.approx([last["longitude"], last["latitude"]], abs=1e-5)

    # The other way round: a click on the chart moves slider and marker.
    await page.locator("#chart .u-over").click(position={"x": 2, "y": 40})
    await expect(slider).not_to_have_value(await slider.get_attribute("max") or "")
    assert await replayed(page) == pytest.approx(start, abs=2e-3)

    await page.get_by_role("button", name="Play").click()
    await page.wait_for_function("() => Number(document.getElementById('replay').value) > 60")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Play")).to_be_visible()


async def test_a_part_of_the_day_is_chosen(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['id']}")
    await expect(page.locator(READY)).to_be_visible()
    trip = page.locator("#timeline button[data-kind=trip]").nth(1)
    await trip.click()
    await expect(trip).to_have_attribute("aria-pressed", "true")
    # It drives from the ferry to the Mission: the replay stands at its start.
    assert await replayed(page) == pytest.approx([FERRY[1], FERRY[0]], abs=1e-3)
    await shot(page, "vehicle-trip-chosen")
    await trip.click()
    await expect(trip).to_have_attribute("aria-pressed", "false")


async def test_another_day(page: Page, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['id']}")
    await page.get_by_role("link", name="Day before").click()
    await expect(page).to_have_url(f"/vehicles/{made['id']}?day={made['before']}")
    await expect(page.locator("#timeline [data-kind=trip]")).to_have_count(1)

    empty = made["before"] - timedelta(days=5)
    await page.get_by_label("Day", exact=True).fill(empty.isoformat())
    await expect(page).to_have_url(f"/vehicles/{made['id']}?day={empty}")
    await expect(page.get_by_text("No trips on this day")).to_be_visible()
    await expect(page.get_by_text("No positions were recorded.")).to_be_visible()
    await expect(page.get_by_label("Moment of the track")).to_be_disabled()
    await shot(page, "vehicle-empty-day", full_page=True)
    await page.get_by_role("link", name="Last report on").click()
    await expect(page.locator("#timeline [data-kind=trip]")).to_have_count(3)


async def test_a_trip_is_classified(page: Page, client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    await page.goto(f"/vehicles/{made['id']}")
    await page.get_by_role("link", name="Open the trip").first.click()
    await expect(page.locator(READY)).to_be_visible()
    assert await page.evaluate("window.motorpoolTrack.points") > 20
    trip = page.url.rsplit("/", 1)[1]
    await expect(page.locator("dl.tiles .tile", has_text="Distance")).to_contain_text("km")

    await page.get_by_text("Business", exact=True).click()
    await page.get_by_label("Purpose").fill("Flowers for the ferry")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Trip saved.")).to_be_visible()
    await expect(page).to_have_url(f"/trips/{trip}")
    await expect(page.get_by_role("radio", name="Business")).to_be_checked()
    await expect(page.get_by_label("Purpose")).to_have_value("Flowers for the ferry")
    await page.get_by_role("link", name="History").click()
    history = page.get_by_role("region", name="History")
    await expect(history).to_contain_text("Changed by Ada Admin")
    await expect(history).to_contain_text("Flowers for the ferry")
    await page.get_by_role("link", name="Overview").click()
    await expect(page.locator(READY)).to_be_visible()
    await shot(page, "trip", full_page=True)

    stored = (await client.get(f"/api/v1/trips/{trip}")).json()
    assert (stored["usage_type"], stored["business_purpose"]) == ("business", "Flowers for the ferry")

    await page.get_by_role("link", name="Later").click()
    await expect(page).not_to_have_url(f"/trips/{trip}")
    await page.get_by_role("link", name="Earlier").click()
    await expect(page).to_have_url(f"/trips/{trip}")
