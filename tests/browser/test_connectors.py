"""Connecting Geotab from the pages: wrong credentials, right ones, who is who, a pause."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.async_api import expect
from tests.core.http.local_server import make_certificate, serve
from tests.integrations.conftest import at
from tests.integrations.geotab_server import DATABASE, PASSWORD, USER, GeotabServer
from tests.site import Organisation, Site, make_organisation

from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.integrations.jobs import poll_connection

from .conftest import DESK, PHONE, Complaints, MakeContext, shot
from .fleet import add_vehicles
from .looks import looks_well
from .test_devices_and_tokens import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return make_certificate(tmp_path)


@pytest.fixture
def connected(site_settings: Settings, certificate: tuple[Path, Path]) -> Iterator[Site]:
    """A web server that may speak to loopback."""
    settings = site_settings.replace(
        outgoing={"networks": "127.0.0.0/8", "ca_file": certificate[0], "timeout_s": 10.0}
    )
    with serving(settings) as site:
        yield site


@asynccontextmanager
async def worker(settings: Settings, organisation: Organisation) -> AsyncIterator[JobContext]:
    """What runs the jobs of the organisation."""
    database = Database(settings.database.app_url or "", pool_size=4, keyring=load_keyring(settings))
    await database.open()
    yield JobContext(database, settings, system_actor(organisation.id, "test"))
    await database.close()


def fix(device: str, seconds: float) -> dict[str, Any]:
    return {
        "device": {"id": device},
        "dateTime": at(seconds),
        "latitude": 37.76,
        "longitude": -122.43,
        "speed": 30,
    }


async def test_connecting_geotab(
    connected: Site,
    make_context: MakeContext,
    complaints: Complaints,
    certificate: tuple[Path, Path],
    database_urls: Any,
) -> None:
    complaints.expect("status of 422")
    site = connected
    organisation = await make_organisation(site.settings)
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as client:
        _, van = await add_vehicles(
            client, [{"vehicle_number": "BUS-1", "vin": "1FDFE4FS8HDC12345"}, {"vehicle_number": "VAN-2"}]
        )
    server = GeotabServer(
        devices=[
            {"id": "b1", "name": "Shuttle 1", "vehicleIdentificationNumber": "1FDFE4FS8HDC12345"},
            {"id": "b2", "name": "White van", "vehicleIdentificationNumber": "", "licensePlate": "8XYZ999"},
            {"id": "b3", "name": "Sold long ago", "vehicleIdentificationNumber": ""},
        ]
    )
    server.add("LogRecord", *(fix(device, second) for second in range(0, 60, 10) for device in ("b1", "b2")))
    context = await make_context(site, organisation)
    page = await context.new_page()
    await page.goto("/connectors")
    await expect(page.get_by_text("Nothing is connected yet")).to_be_visible()
    await shot(page, "connectors-empty")

    async with serve(server.handle, certificate) as port, worker(site.settings, organisation) as job:
        await page.get_by_role("link", name="Geotab").click()
        await page.get_by_label("Database").fill(DATABASE)
        await page.get_by_label("User name").fill(USER)
        await page.get_by_label("Password").fill("wrong")
        await page.get_by_label("Address").fill(f"https://localhost:{port}")
        await page.get_by_role("button", name="Test and connect").click()
        await expect(page.get_by_role("alert").first).to_contain_text("Nothing was stored")
        await expect(page.locator("#password-error")).to_contain_text("refuses the user")
        await expect(page.get_by_label("Password")).to_have_value("")
        await expect(page.get_by_label("Database")).to_have_value(DATABASE)
        await shot(page, "connector-refused", full_page=True)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Test and connect").click()
        await expect(page.get_by_role("status").filter(has_text="3 devices can be seen")).to_be_visible()
        await expect(page.get_by_text("The list has not been read yet")).to_be_visible()
        key = page.url.rpartition("/")[2]

        await poll_connection(job, key)
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting")
        region = page.get_by_role("region", name="Vehicles and drivers in Geotab")
        row = region.get_by_role("row").filter(has_text="White van")
        phone = await (await make_context(site, organisation, PHONE)).new_page()
        await phone.goto(f"/connectors/{key}")
        await shot(phone, "connector-mapping-phone", full_page=True)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await phone.evaluate(wide)
        await expect(row).to_contain_text("6 records not stored")
        await row.get_by_role("combobox").fill("VAN")
        await row.get_by_role("option", name="VAN-2").first.click()
        await shot(page, "connector-mapping", full_page=True)
        await row.get_by_role("button", name="Map").click()
        await expect(page.get_by_role("status").filter(has_text="White van is mapped")).to_be_visible()
        await (
            region.get_by_role("row")
            .filter(has_text="Sold long ago")
            .get_by_role("button", name="Ignore")
            .click()
        )
        await expect(page.get_by_text("Everything is mapped")).to_be_visible()

        server.add("LogRecord", fix("b2", 70))
        await poll_connection(job, key)
        assert stored(database_urls, uuid.UUID(van)) == 7, "those from before the mapping too"

        await page.get_by_role("link", name=re.compile("^Mapped")).click()
        await expect(region.get_by_role("row").filter(has_text="Shuttle 1")).to_contain_text("automatic")
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Paused")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting")

        server.password = "changed"
        server.sessions.clear()
        for _ in range(3):
            await poll_connection(job, key)
        await page.reload()
        await expect(
            page.get_by_role("status").filter(has_text="3 sign-ins in a row were refused")
        ).to_be_visible()
        await page.get_by_role("link", name="Credentials").click()
        await page.get_by_label("Password").fill("changed")
        await page.get_by_role("button", name="Test and save").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting")

    await page.goto("/connectors")
    await expect(page.get_by_role("row").filter(has_text="Geotab")).to_contain_text("Waiting")
    await shot(page, "connectors")
    for device, name in ((DESK, "desk"), (PHONE, "phone")):
        view = await (await make_context(site, organisation, device)).new_page()
        for path, what in ((f"/connectors/{key}?show=all", "connector"), ("/connectors/new/samsara", "connector-form"),
                           ("/connectors", "connectors")):  # fmt: skip
            await view.goto(path)
            await looks_well(view, f"{what}-{name}")


def stored(urls: Any, vehicle: uuid.UUID) -> int:
    with psycopg.connect(urls.owner) as connection:
        row = connection.execute(
            "SELECT count(*) FROM vehicle_locations WHERE vehicle_id = %s", (vehicle,)
        ).fetchone()
    assert row is not None
    return int(row[0])
