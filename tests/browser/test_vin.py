"""The VIN in a vehicle's form: typed or pasted it fills in what it says, marks it, and leaves alone what somebody wrote."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site, make_organisation

from .conftest import PHONE, MakeContext, shot

pytestmark = pytest.mark.browser
F150, TRUCK = "1FTFW5L86RFB45612", "1FV3GFBC0YHA74039"


async def test_a_pasted_vin_fills_the_form(page: Page) -> None:
    await page.goto("/vehicles/new")
    await page.get_by_label("Vehicle number").fill("VIN-100")
    # In groups, as it stands on papers.
    await page.get_by_label("VIN", exact=True).fill("1ftfw5l8 6rfb45612")
    await expect(page.get_by_role("status").filter(has_text="2024 Ford F-150")).to_be_visible()
    await expect(page.locator("#field-vin")).to_have_value(F150)
    for name, value in (
        ("make", "Ford"),
        ("model", "F-150"),
        ("model_year", "2024"),
        ("vehicle_type", "pickup"),
        ("fuel_type", "gasoline"),
        ("gvwr_kg", "3629"),
    ):
        await expect(page.locator(f"#field-{name}")).to_have_value(value)
        await expect(page.locator(f'label[for="field-{name}"] .vin-badge')).to_have_text("from VIN")
    await expect(page.locator(".vin-told")).to_contain_text("upper bound of Class 2F")
    await shot(page, "vin-form", full_page=True)
    # What is filled in can be changed, and then is one's own.
    await page.locator("#field-model").fill("F-150 Raptor")
    await expect(page.locator('label[for="field-model"] .vin-badge')).to_have_count(0)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("VIN-100")
    await expect(page.locator("main")).to_contain_text("F-150 Raptor")


async def test_who_thinks_in_pounds_and_miles(make_context: MakeContext, site: Site) -> None:
    organisation = await asyncio.to_thread(lambda: asyncio.run(make_organisation(site.settings)))
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=30) as client:
        wanted = {"units": "imperial"}
        assert (await client.patch(f"/api/v1/tenants/{organisation.id}", json=wanted)).status_code == 200
    page = await (await make_context(site, organisation)).new_page()
    await page.goto("/vehicles/new")
    await page.get_by_label("Vehicle number").fill("LB-1")
    await page.locator("#field-vin").fill(F150)
    # The bound of its class, 8,000 lb, is kept as 3,629 kg.
    await expect(page.locator("#field-gvwr_kg")).to_have_value("8000")
    await expect(page.locator(".field:has(#field-height_m) .input-group-text")).to_have_text("ft")
    for name in ("gvwr_kg", "speed_limit_kph", "height_m"):
        await expect(page.locator(f"#field-{name}-help")).not_to_contain_text(re.compile("kg|km|metre", re.I))
    await page.locator("#field-height_m").fill("8.5")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("main")).to_contain_text("8,000 lb")
    await expect(page.locator("main")).to_contain_text("8.50 ft")
    vehicle = page.url.rsplit("/", 1)[-1]
    await page.goto(f"/meter-readings/new?vehicle_id={vehicle}")
    await expect(page.locator(".field:has(#field-value)")).to_contain_text("mi or h")
    await shot(page, "meter-reading-imperial", full_page=True)
    await page.locator("#field-value").fill("51234")
    await page.locator("#field-recorded_at").fill("2026-05-01T08:00")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.goto("/meter-readings")
    await expect(page.locator("main")).to_contain_text("51,234.0 mi")
    await shot(page, "meter-readings-imperial", full_page=True)


async def test_what_somebody_wrote_is_compared_and_not_overwritten(page: Page) -> None:
    await page.goto("/vehicles/new")
    await page.locator("#field-model").fill("Business Class")
    await page.locator("#field-vin").fill(TRUCK)
    told = page.locator(".vin-told")
    await expect(told).to_contain_text("2000 Freightliner FL60")
    await expect(told).to_contain_text("Not changed: Model (VIN: FL60)")
    await expect(page.locator("#field-model")).to_have_value("Business Class")
    await page.get_by_role("button", name="Use what the VIN says").click()
    await expect(page.locator("#field-model")).to_have_value("FL60")
    await expect(told).not_to_contain_text("Not changed")


async def test_a_wrong_one_is_told_with_its_position_and_put_right(page: Page) -> None:
    await page.goto("/vehicles/new")
    await page.locator("#field-vin").fill("1FTFW5L86RFB4S612")
    told = page.locator(".vin-told")
    await expect(told).to_contain_text("Position 14: S is a letter where the serial number has digits.")
    await expect(told).to_contain_text("Position 9: the check digit is 6")
    await expect(told).to_contain_text(f"Perhaps {F150}: 5 for S at position 14, 2024 Ford F-150")
    await shot(page, "vin-wrong", full_page=True)
    await page.get_by_role("button", name=F150).click()
    await expect(page.locator("#field-vin")).to_have_value(F150)
    await expect(told).to_contain_text("2024 Ford F-150")
    await expect(page.locator("#field-make")).to_have_value("Ford")
    # Another VIN changes what the first one filled in.
    await page.locator("#field-vin").fill(TRUCK)
    await expect(page.locator("#field-make")).to_have_value("Freightliner")


async def test_on_a_phone_and_when_editing(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    made: dict[str, Any] = (
        await client.post("/api/v1/vehicles", json={"vehicle_number": "VIN-200", "vin": "5YJSA1H12FFP71790"})
    ).json()
    context = await make_context(site, organisation, PHONE, color_scheme="dark")
    page = await context.new_page()
    await page.goto(f"/vehicles/{made['id']}/edit")
    await page.get_by_role("button", name="Fill in from VIN").click()
    await expect(page.locator("#field-model")).to_have_value("Model S")
    await expect(page.locator("#field-fuel_type")).to_have_value("electric")
    width = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    await shot(page, "vin-form-phone-dark")
