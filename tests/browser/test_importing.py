"""A spreadsheet becomes vehicles: chosen, mapped, checked, imported, corrected; and a list becomes a file."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from motorpool.core.database.database import Database
from motorpool.core.jobs.worker import run_jobs

from .conftest import PHONE, MakeContext, shot

pytestmark = pytest.mark.browser

ROWS = """Unit #,VIN,Make,Model year,Department,Purchase price
W-1,1FTFW1ET5DFC10312,Ford,2019,,"$ 41,250.00"
W-2,,Mack,next year,,
W-3,,Volvo,2021,NOWHERE,12
W-4,,Isuzu,2022,,
"""


@pytest.fixture
async def worker(site: Site, owner: psycopg.Connection[Any]) -> AsyncIterator[None]:
    """The worker of the application, in this process. What earlier tests left in the queue is not waited for."""
    owner.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    database = Database(site.settings.database.app_url or "", pool_size=4)
    await database.open()
    stop = asyncio.Event()
    task = asyncio.create_task(run_jobs(database, site.settings, stop))
    yield
    stop.set()
    await task
    await database.close()


async def send(page: Page, file: Path) -> None:
    await page.get_by_label("What it holds").select_option("vehicles")
    await page.get_by_label("File", exact=True).set_input_files(file)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name=file.name)).to_be_visible()


async def no_sideways_scroll(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("device", ["desk", "phone"])
async def test_the_whole_wizard(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    worker: None,
    tmp_path: Path,
    device: str,
) -> None:
    options: dict[str, Any] = {"device": PHONE} if device == "phone" else {}
    page = await (await make_context(site, organisation, **options)).new_page()
    prefix = device[0].upper()
    file = tmp_path / f"{device}.csv"
    text = ROWS.replace("W-", f"{prefix}-").replace("1FTFW1ET5DFC1031", f"1FTFW1ET5DFC1{prefix}31")
    file.write_text(text)
    await page.goto("/import")
    await shot(page, f"import-1-file-{device}", full_page=True)
    await no_sideways_scroll(page)
    await send(page, file)

    await expect(page.get_by_label("Unit #")).to_have_value("vehicle_number")
    await expect(page.get_by_label("Department")).to_have_value("department_id")
    await shot(page, f"import-2-columns-{device}", full_page=True)
    await no_sideways_scroll(page)
    await page.get_by_label("Unit #").select_option("")
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_role("alert")).to_contain_text("Vehicle number is needed for new rows")
    await page.get_by_label("Unit #").select_option("vehicle_number")
    await page.get_by_role("button", name="Check").click()

    await expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    await expect(page.locator("#import-errors")).to_contain_text("must be a whole number")
    await expect(page.locator("#import-errors")).to_contain_text("NOWHERE")
    await shot(page, f"import-3-checked-{device}", full_page=True)
    await no_sideways_scroll(page)
    await page.get_by_role("button", name="Import 2 rows").click()

    await expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Rows with errors").click()
    corrected = tmp_path / f"{device}-corrected.csv"
    await (await download.value).save_as(corrected)
    await shot(page, f"import-4-done-{device}", full_page=True)
    wrong = list(csv.DictReader(io.StringIO(corrected.read_text("utf-8-sig"))))
    assert [row["Unit #"] for row in wrong] == [f"{prefix}-2", f"{prefix}-3"]
    assert "must be a whole number" in wrong[0]["Errors"]

    corrected.write_text(corrected.read_text("utf-8-sig").replace("next year", "2020").replace("NOWHERE", ""))
    await page.get_by_role("link", name="Send the corrected file").click()
    await send(page, corrected)
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_text("No errors.")).to_be_visible()
    await page.get_by_role("button", name="Import 2 rows").click()
    await expect(page.get_by_text("Every row is in.")).to_be_visible()
    await page.get_by_role("link", name="Show vehicles").click()
    for number in range(1, 5):
        await expect(page.get_by_role("link", name=f"{prefix}-{number}", exact=True)).to_be_visible()


async def test_a_file_that_is_no_table_is_refused_on_the_form(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"%PDF-1.7\nnothing to see")
    await page.goto("/import")
    await page.get_by_label("What it holds").select_option("vehicles")
    await page.get_by_label("File", exact=True).set_input_files(file)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("alert")).to_contain_text("The file")


async def test_a_list_becomes_a_file(
    make_context: MakeContext, site: Site, organisation: Organisation, worker: None, tmp_path: Path
) -> None:
    page = await (await make_context(site, organisation, device=PHONE)).new_page()
    await page.goto("/exports")
    await page.get_by_label("New export of").select_option("departments")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Export departments")).to_be_visible()
    await shot(page, "export-new-phone", full_page=True)
    await no_sideways_scroll(page)
    await page.get_by_role("button", name="Make the file").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download Departments").click()
    await shot(page, "export-list-phone", full_page=True)
    await no_sideways_scroll(page)
    file = tmp_path / "departments.csv"
    await (await download.value).save_as(file)
    assert file.read_text("utf-8-sig").startswith("Id,Name,Code")
