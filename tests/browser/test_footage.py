"""Dashcam clips in a browser: sending one from a phone, finding it, watching it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import PHONE, Complaints, MakeContext
from tests.site import Organisation, Site

FILM = Path(__file__).parents[2] / "src" / "motorpool" / "demo" / "data" / "clip_forward.mp4"


@pytest.fixture
async def phone(make_context: MakeContext, site: Site, organisation: Organisation) -> Page:
    """A page of the signed-in administrator, on a phone."""
    return await (await make_context(site, organisation, PHONE)).new_page()


async def test_a_clip_is_sent_from_a_phone_with_a_picture_and_played(
    phone: Page, complaints: Complaints, client: httpx.AsyncClient
) -> None:
    made = await client.post("/api/v1/vehicles", json={"vehicle_number": "CAM-1", "status": "active"})
    assert made.status_code == 201, made.text
    page = phone
    complaints.expect("status of 422")
    await page.goto("/footage")
    await expect(page.get_by_text("No clips yet")).to_be_visible()
    await page.get_by_role("link", name="Send a clip").click()
    await page.get_by_label("Film").first.set_input_files(FILM)
    await page.get_by_role("button", name="Send").click()
    vehicle = page.get_by_label("Vehicle")
    assert await vehicle.evaluate("(one) => !one.checkValidity()"), "the browser asks for the vehicle"
    await vehicle.select_option(label="CAM-1")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("[data-error=recorded_at]")).to_contain_text("film does not say")
    await page.get_by_label("Begins at").fill("2026-05-21T08:30:00")
    await page.get_by_label("Camera").select_option("forward")
    await page.get_by_role("button", name="Send").click()
    await page.wait_for_url("**/video-telematics-footage/*")
    film = page.locator("#clip-video")
    await expect(film).to_be_visible()
    await page.wait_for_function("document.getElementById('clip-video').readyState >= 1")
    assert await film.evaluate("(one) => one.duration") == 14
    await film.evaluate("(one) => new Promise((done) => { one.onseeked = done; one.currentTime = 9; })")
    await page.goto("/footage")
    picture = page.locator(".clip img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 480
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
