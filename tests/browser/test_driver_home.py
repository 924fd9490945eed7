"""A driver's first page: the own vehicle, hours and what waits, nobody else's; and each line leads somewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from playwright.async_api import expect
from tests.browser.conftest import DESK, PHONE, MakeContext
from tests.browser.looks import looks_well
from tests.contract.rows import insert
from tests.safety.duty.people import Person, log, make_driver, rows_of, some_midnight
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
Owner = psycopg.Connection[Any]
OTHERS = "Somebody else's"


async def furnish(client: httpx.AsyncClient, owner: Owner, who: Person, name: str) -> None:
    """One of everything that can wait for a driver; `name` stands in all of it."""
    tenant, now = who.user.id, datetime.now(UTC)
    user = owner.execute("SELECT user_id FROM drivers WHERE id = %s", (who.driver_id,)).fetchone()
    assert user is not None
    vehicle = insert(owner, "vehicles", tenant, vehicle_number=f"{name} van")
    insert(
        owner,
        "driver_assignments",
        tenant,
        vehicle_id=vehicle,
        driver_id=who.driver_id,
        starts_at=now - timedelta(days=3),
        ends_at=None,
    )
    owner.execute(
        "UPDATE drivers SET license_expires_on = %s WHERE id = %s",
        (now.date() + timedelta(days=20), who.driver_id),
    )
    await log(client, rows_of(who.driver_id, "0 OFF 8 ON 9 D 12 OFF 24 OFF", some_midnight(2)), who.headers)
    # Against a rule, which the compliance overview tells of and this page does not.
    await log(client, rows_of(who.driver_id, "0 OFF 6 D 18 OFF 24", some_midnight(4)), who.headers)
    await log(
        client,
        rows_of(who.driver_id, "13 ON 14", some_midnight(2), origin="carrier", edit_reason="The gate log"),
        client.headers,
    )
    insert(
        owner, "unassigned_driving", tenant, vehicle_id=vehicle, started_at=now - timedelta(hours=30), trip_id=None,
        ended_at=now - timedelta(hours=29), status="open", distance_km="31.5", claimed_by_driver_id=None,
        log_id=None, explanation=None, resolved_at=None, odometer_start=None, odometer_end=None,
    )  # fmt: skip
    meeting = insert(
        owner,
        "safety_meetings",
        tenant,
        topic=f"{name} talk",
        meeting_date=now - timedelta(days=1),
        status="scheduled",
    )
    insert(
        owner,
        "meeting_attendees",
        tenant,
        safety_meeting_id=meeting,
        driver_id=who.driver_id,
        is_invited=True,
    )
    insert(owner, "corrective_actions", tenant, title=f"{name} task", assigned_to_user_id=user[0])
    insert(
        owner,
        "notifications",
        tenant,
        user_id=user[0],
        title=f"{name} notice",
        message=f"{name} message",
        action_url="/meetings",
        is_read=False,
        is_dismissed=False,
        expires_at=None,
    )


async def test_a_driver_begins_with_what_is_their_own(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient, owner: Owner
) -> None:
    dora = await make_driver(site, organisation, owner, "Dora Driver")
    other = await make_driver(site, organisation, owner, "Otto Other")
    phone = await (await make_context(site, dora.user, PHONE)).new_page()
    await phone.goto("/")
    await expect(phone.get_by_text("Nothing waits for you.")).to_be_visible()
    await expect(phone.get_by_text("You have no vehicle now.")).to_be_visible()
    await looks_well(phone, "driver-home-empty-phone", 390)

    await furnish(client, owner, dora, "Dora's")
    await furnish(client, owner, other, OTHERS)
    await phone.goto("/")
    await expect(phone.get_by_role("heading", name="Dora Driver", level=1)).to_be_visible()
    await expect(phone.get_by_role("link", name="Dora's van")).to_be_visible()
    await expect(phone.locator("[data-clock='drive']")).to_be_visible()
    waiting = phone.get_by_role("region", name="What waits for me")
    for text in (
        "Accept or reject an edit of your log",
        "Certify 3 days of your log",
        "Claim unassigned driving",
        "Sign that you were at Dora's talk",
        "Dora's task",
        "License expires on",
        "Dora's notice",
    ):
        await expect(waiting.get_by_text(text)).to_be_visible()
    await expect(waiting).not_to_contain_text("Driven against")
    await expect(phone.locator("#main")).not_to_contain_text(OTHERS)
    await looks_well(phone, "driver-home-phone", 390)
    wide = await phone.locator(".big-buttons .btn").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    )
    assert wide == [], "words run out of their buttons"

    found = await phone.locator("#main a[href]").evaluate_all(
        "(links) => links.map((one) => one.getAttribute('href'))"
    )
    assert {"/report-incident", "/report-damage", "/report-problem", "/meetings"} < set(found)
    for href in dict.fromkeys([*found, "/live-map"]):
        answer = await phone.request.get(href)
        assert answer.status == 200, href
    await waiting.get_by_role("button", name="Dora's notice").tap()
    await expect(phone).to_have_url(f"{site.address}/meetings")
    await phone.goto("/")
    await expect(waiting.get_by_text("Dora's notice")).to_have_count(0)

    desk = await (
        await make_context(site, dora.user, DESK | {"viewport": {"width": 1280, "height": 850}})
    ).new_page()
    await desk.goto("/")
    menu = desk.get_by_role("navigation", name="Main")
    await expect(menu.get_by_role("link", name="Home")).to_have_attribute("aria-current", "page")
    await looks_well(desk, "driver-home-desk", 1280)
    await menu.get_by_role("link", name="Live map").click()
    await expect(desk.get_by_role("heading", name="Live map", level=1)).to_be_attached()
