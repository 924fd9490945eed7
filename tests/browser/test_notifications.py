"""The bell and the notification centre, as a person uses them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from motorpool.communication.actions.notify import notify
from motorpool.core.database.database import Database
from motorpool.core.settings import Settings

from .conftest import PHONE, Complaints, MakeContext, shot
from .looks import looks_well

pytestmark = pytest.mark.browser


@pytest.fixture
async def database(site_settings: Settings) -> AsyncIterator[Database]:
    database = Database(site_settings.database.app_url or "", pool_size=1)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def me(organisation: Organisation, database_urls: Any) -> UUID:
    """The administrator, who has not been told anything yet."""
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute("DELETE FROM notifications WHERE tenant_id = %s", (organisation.id,))
        row = connection.execute(
            "SELECT id FROM users WHERE tenant_id = %s AND email = %s", (organisation.id, organisation.email)
        ).fetchone()
    assert row is not None
    key: UUID = row[0]
    return key


async def tell(
    database: Database, organisation: Organisation, user: UUID, title: str, **options: Any
) -> None:
    async with database.transaction(organisation.actor) as session:
        await notify(
            session,
            organisation.actor,
            to=[user],
            **({"category": "maintenance", "title": title, "message": "Due in 400 km."} | options),
        )


def bell(page: Page) -> Any:
    return page.locator("[data-bell]")


async def test_the_bell_counts_and_the_list_is_read_and_emptied(
    page: Page, database: Database, organisation: Organisation, me: UUID
) -> None:
    await page.goto("/vehicles")
    await expect(bell(page)).to_have_accessible_name("Notifications")
    await tell(database, organisation, me, "Oil change of CAB-7", action_url="/vehicles")
    await tell(database, organisation, me, "Brakes of CAB-9", priority="urgent")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(bell(page)).to_have_accessible_name("Notifications, 2 unread")
    await expect(bell(page)).to_contain_text("2")
    await bell(page).click()
    await expect(page).to_have_url(re.compile("/notifications$"))
    rows = page.locator("[data-notification]")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Brakes of CAB-9")
    await expect(rows.first).to_contain_text("Urgent")
    await shot(page, "notifications_desk_light")

    await page.get_by_role("button", name="Oil change of CAB-7", exact=True).click()
    await expect(page).to_have_url(re.compile("/vehicles$"))
    await expect(bell(page)).to_have_accessible_name("Notifications, 1 unread")
    await page.goto("/notifications?show=unread")
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Mark read: Brakes of CAB-9").click()
    await expect(page).to_have_url(re.compile("show=unread"))
    await expect(page.get_by_role("main")).to_contain_text("Nothing unread")
    await expect(bell(page)).to_have_accessible_name("Notifications")

    await page.get_by_role("link", name="All", exact=True).click()
    await page.get_by_role("button", name="Keep unread: Brakes of CAB-9").click()
    await expect(bell(page)).to_have_accessible_name("Notifications, 1 unread")
    await page.get_by_role("button", name="Dismiss: Oil change of CAB-7").click()
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Mark all read").click()
    await expect(page.get_by_role("main")).to_contain_text("All are read.")
    await expect(page.get_by_role("button", name="Mark all read")).to_have_count(0)


async def test_a_long_list_goes_on_and_fits_a_phone(
    make_context: MakeContext, site: Site, database: Database, organisation: Organisation, me: UUID
) -> None:
    for number in range(32):
        await tell(database, organisation, me, f"Number {number} " + "long " * 20)
    context = await make_context(site, organisation, PHONE, color_scheme="dark")
    page = await context.new_page()
    await page.goto("/notifications")
    rows = page.locator("[data-notification]")
    await expect(rows).to_have_count(30)
    width = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "nothing sticks out sideways"
    await shot(page, "notifications_phone_dark")
    await page.get_by_role("link", name="Older").click()
    await expect(rows).to_have_count(2)
    await expect(rows.last).to_contain_text("Number 0")


async def test_preferences_are_kept_and_what_is_wrong_is_said(
    page: Page, me: UUID, complaints: Complaints
) -> None:
    complaints.expect("422")
    await page.goto("/notifications")
    await page.get_by_role("link", name="Preferences", exact=True).click()
    await expect(page.get_by_role("main")).to_contain_text("No mail server is set up here")
    quiet = page.get_by_role("checkbox", name=re.compile("Quiet hours"))
    await quiet.check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Is required for quiet hours")).to_have_count(2)
    await expect(quiet).to_be_checked()
    await page.get_by_label("From").fill("22:00")
    await page.get_by_label("To", exact=True).fill("06:30")
    await page.get_by_label("Maintenance").select_option("no")
    await shot(page, "notification_preferences")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_label("From")).to_have_value("22:00")
    await expect(page.get_by_label("Maintenance")).to_have_value("no")
    await quiet.uncheck()
    await page.get_by_label("Maintenance").select_option("")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(quiet).not_to_be_checked()


@pytest.mark.parametrize("path", ["/notifications", "/notifications/preferences"])
async def test_the_pages_keep_nobody_out(
    path: str,
    make_context: MakeContext,
    site: Site,
    database: Database,
    organisation: Organisation,
    me: UUID,
) -> None:
    for priority in ("low", "high", "urgent"):
        await tell(
            database, organisation, me, f"A {priority} thing", priority=priority, action_url="/vehicles"
        )
    page = await (await make_context(site, organisation)).new_page()
    await page.goto(path)
    await expect(bell(page)).to_contain_text("3")
    await looks_well(page, path.strip("/").replace("/", "-"))


async def test_nobody_opens_anothers_notification(page: Page, me: UUID) -> None:
    answer = await page.request.post(f"/notifications/{uuid4()}/read")
    assert answer.status == 403, "without the token of the session nothing is changed"
