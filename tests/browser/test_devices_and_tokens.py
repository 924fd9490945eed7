"""What may report, and what may call: a phone that nobody knew, and a program's token."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.async_api import Dialog, Page, expect
from tests.site import Organisation, Site, make_organisation

from motorpool.core.settings import Settings
from motorpool.web.app import create_app

from .conftest import MakeContext, shot
from .fleet import CASTRO, MISSION, Place, add_vehicles

pytestmark = pytest.mark.browser


@contextmanager
def serving(settings: Settings) -> Iterator[Site]:
    """A web server of its own for one test."""
    config = uvicorn.Config(
        create_app(settings), host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the web server did not start"
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", settings)
    server.should_exit = True
    thread.join(15)


@pytest.fixture
def alone(
    own_database_urls: Any, site_settings: Settings, tmp_path: Path
) -> Iterator[tuple[Site, Organisation]]:
    """A server with a single organisation: what nobody knows waits in its quarantine."""
    settings = site_settings.replace(
        database={"url": own_database_urls.owner, "app_url": own_database_urls.app}, data={"dir": tmp_path}
    )
    organisation = asyncio.run(make_organisation(settings))
    with serving(settings) as site:
        yield site, organisation


async def phone(site: Site, identifier: str, place: Place) -> int:
    """What Traccar Client sends; the status of the answer."""
    async with httpx.AsyncClient(base_url=site.address, timeout=20) as client:
        query = {
            "id": identifier,
            "lat": place[0],
            "lon": place[1],
            "timestamp": int(time.time()),
            "speed": 0,
        }
        return (await client.get("/osmand", params=query)).status_code


async def accepted(site: Site, identifier: str, place: Place) -> None:
    """A phone sends again what was refused; an adoption is known everywhere within ten seconds."""
    deadline = time.monotonic() + 15
    while await phone(site, identifier, place) != 200:
        assert time.monotonic() < deadline, "an adopted device is still refused"
        await asyncio.sleep(0.5)


async def test_an_unknown_device_is_adopted(
    alone: tuple[Site, Organisation], make_context: MakeContext
) -> None:
    site, organisation = alone
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers) as client:
        [bus, van] = await add_vehicles(client, [{"vehicle_number": "BUS-1"}, {"vehicle_number": "VAN-2"}])
    identifier = f"phone{secrets.token_hex(8)}"
    page = await (await make_context(site, organisation)).new_page()
    await page.goto("/devices")
    await expect(page.get_by_role("heading", name="Waiting in quarantine")).to_have_count(0)

    assert await phone(site, identifier, CASTRO) == 400
    await page.reload()
    waiting = page.get_by_role("region", name="Waiting in quarantine").get_by_role("row").nth(1)
    await expect(waiting).to_contain_text(identifier[:4])
    await expect(waiting).not_to_contain_text(identifier)
    await shot(page, "devices-quarantine")

    await waiting.get_by_role("combobox").select_option("VAN-2")
    await waiting.get_by_role("button", name="Adopt").click()
    await expect(page.get_by_role("status").filter(has_text="Device adopted.")).to_be_visible()
    await expect(page.locator("#device-identifier")).to_have_text(identifier)
    await expect(page.get_by_role("region", name="Details").get_by_role("link", name="VAN-2")).to_be_visible()
    await shot(page, "device", full_page=True)

    await page.goto("/")
    await expect(page.locator("#map[data-ready][data-connected]")).to_be_visible()
    position = "(id) => window.motorpoolMap.position(id)"
    assert await page.evaluate(position, van) is None, "what came before the adoption was not kept"
    await accepted(site, identifier, MISSION)
    await page.wait_for_function("(id) => window.motorpoolMap.position(id) !== null", arg=van)
    assert await page.evaluate(position, van) == pytest.approx([MISSION[1], MISSION[0]], abs=1e-5)
    assert await page.evaluate(position, bus) is None

    await page.goto("/devices")
    await expect(page.get_by_role("row").filter(has_text="VAN-2")).to_contain_text("Online")
    await expect(page.get_by_role("heading", name="Waiting in quarantine")).to_have_count(0)


async def test_a_token_is_made_and_revoked(page: Page, site: Site) -> None:
    await page.goto("/api-tokens")
    await page.get_by_role("link", name="Add API token").first.click()
    await page.get_by_label("Name").fill("Fuel import")
    await page.get_by_label("May do").select_option(label="Read only")
    await shot(page, "token-form", full_page=True)
    await page.get_by_role("button", name="Save", exact=True).click()
    secret = (await page.locator("#secret").text_content() or "").strip()
    assert secret.startswith("mp_")
    await shot(page, "token-created")

    async with httpx.AsyncClient(
        base_url=site.address, headers={"Authorization": f"Bearer {secret}"}, timeout=20
    ) as program:
        assert (await program.get("/api/v1/vehicles")).status_code == 200
        assert (await program.post("/api/v1/vehicles", json={"vehicle_number": "NO"})).status_code == 403

        await page.get_by_role("link", name="Done").click()
        await expect(page.get_by_text(secret)).to_have_count(0)
        await page.get_by_role("link", name="Fuel import").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Active")
        await page.reload()
        await expect(page.get_by_text(secret)).to_have_count(0)

        # First thought better of, then meant.
        asked: list[str] = []

        async def answer(dialog: Dialog) -> None:
            asked.append(dialog.message)
            await (dialog.accept() if len(asked) > 1 else dialog.dismiss())

        page.on("dialog", answer)
        await page.get_by_role("button", name="Revoke").click()
        assert (await program.get("/api/v1/vehicles")).status_code == 200
        await page.get_by_role("button", name="Revoke").click()
        await expect(page.get_by_role("status").filter(has_text="Token revoked.")).to_be_visible()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Revoked")
        assert asked == ["Revoke this token? Programs that use it stop working at once."] * 2
        assert (await program.get("/api/v1/vehicles")).status_code == 401
    await shot(page, "token-revoked")
