"""A tracker shows up: its connection and last message on its page, a command to it and back, its vehicle on the map."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site
from tests.telematics.gateway.conftest import Gateway, listening
from tests.telematics.gateway.senders import Line, avl_packet, avl_record, codec12_response, teltonika_login

from motorpool.core.database.database import Database
from motorpool.telematics.actions.create_device import create_device

from .conftest import PHONE, MakeContext, shot
from .fleet import CASTRO, add_vehicles

pytestmark = pytest.mark.browser


@pytest.fixture
async def gateway(site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    monkeypatch.setattr("motorpool.telematics.ingest.devices.SIGHTINGS_EVERY_S", 0.2)
    async with listening(site.settings) as made:
        yield made


@pytest.fixture
async def tracker(site: Site, organisation: Organisation) -> tuple[Any, str, str]:
    """A device with its IMEI and the vehicle that it is in."""
    number = f"TRK-{random.randrange(10**5)}"
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=30) as client:
        [vehicle] = await add_vehicles(client, [{"vehicle_number": number}])
    imei = f"35{random.randrange(10**12, 10**13)}"
    assert site.settings.database.app_url
    database = Database(site.settings.database.app_url, pool_size=2)
    await database.open()
    async with database.transaction(organisation.actor) as session:
        device = await create_device(
            session, name=f"Tracker of {number}", vehicle_id=vehicle, identifier=imei, protocol="teltonika"
        )
    await database.close()
    return device, imei, number


async def no_sideways_scroll(page: Page) -> None:
    wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


async def test_a_tracker_connects_is_commanded_and_leaves(
    page: Page, gateway: Gateway, tracker: tuple[Any, str, str], make_context: MakeContext, site: Site,
    organisation: Organisation,
) -> None:  # fmt: skip
    device, imei, number = tracker
    await page.goto(f"/devices/{device.id}")
    await expect(page.get_by_role("heading", name="Set up the tracker")).to_be_visible()
    await expect(page.get_by_role("region", name="Set up the tracker")).to_contain_text("setparam 2004:")
    await shot(page, "tracker-new", full_page=True)

    line = await Line.to(gateway["teltonika"])
    assert await line.say(teltonika_login(imei), 1) == b"\x01"
    packet = avl_packet([avl_record(datetime.now(UTC), *CASTRO, elements={239: 1, 66: 12800})])
    assert await line.say(packet, 4) == b"\x00\x00\x00\x01"
    await asyncio.sleep(1)

    await page.goto("/devices")
    row = page.get_by_role("row").filter(has_text=f"Tracker of {number}")
    await expect(row).to_contain_text("Connected")
    await expect(row).to_contain_text("teltonika")
    await shot(page, "tracker-list")
    await row.get_by_role("link", name=f"Tracker of {number}").click()
    link = page.get_by_role("region", name="Connection", exact=True)
    await expect(link).to_contain_text("teltonika over TCP")
    await expect(link.locator(".raw-message")).to_contain_text(packet.hex())

    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.get_by_label("Command", exact=True).fill("getinfo")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("status").filter(has_text="Command queued.")).to_be_visible()
    assert b"getinfo" in await asyncio.wait_for(line.reader.readexactly(27), 10)
    await line.say(codec12_response("INI:2026/5/21 7:22 RTC:2026/5/21 7:53 RST:2"))
    await asyncio.sleep(1)
    await page.reload()
    commands = page.get_by_role("region", name="Commands")
    await expect(commands).to_contain_text("INI:2026/5/21 7:22")
    await expect(commands).to_contain_text("Acknowledged")
    await shot(page, "tracker", full_page=True)

    line.hang_up()
    await asyncio.sleep(1)
    for name, options in {
        "desk-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        "phone-light": PHONE,
        "phone-dark": {**PHONE, "color_scheme": "dark"},
    }.items():
        other = await (await make_context(site, organisation, options)).new_page()
        for path, what in ((f"/devices/{device.id}", "tracker"), ("/devices", "tracker-list")):
            await other.goto(path)
            await expect(other.get_by_role("heading", level=1)).to_be_visible()
            await no_sideways_scroll(other)
            await shot(other, f"{what}-{name}", full_page=True)
    await page.reload()
    await expect(page.get_by_role("region", name="Earlier connections")).to_contain_text("Closed")
    await expect(link).to_contain_text("Seen")
