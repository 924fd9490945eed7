"""A person comes in, goes where they wanted to, and leaves."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.site import PASSWORD, Organisation, Site

from motorpool.identity.http import SESSION_COOKIE

from .conftest import Complaints, MakeContext, shot

pytestmark = pytest.mark.browser


async def test_wrong_then_right_password(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation
) -> None:
    complaints.expect(r"status of 401")
    context = await make_context(site)
    page = await context.new_page()
    await page.goto("/drivers?status=active")
    await expect(page).to_have_url(f"{site.address}/sign-in?next=/drivers%3Fstatus%3Dactive")
    await shot(page, "sign-in")

    await page.get_by_label("E-mail").fill(organisation.email)
    await page.get_by_label("Password", exact=True).fill("not the password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("E-mail")).to_have_value(organisation.email)
    await expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert await context.cookies() == []
    await shot(page, "sign-in-refused")

    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Show the password").click()
    await expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{site.address}/drivers?status=active")
    await expect(page.get_by_role("heading", name="Drivers", level=1)).to_be_visible()

    [cookie] = [cookie for cookie in await context.cookies() if cookie["name"] == SESSION_COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["secure"] is False, "plain http on loopback; over https it is set"
    assert SESSION_COOKIE not in await page.evaluate("document.cookie")


async def test_sign_out_ends_the_session(
    make_context: MakeContext, site: Site, organisation: Organisation
) -> None:
    context = await make_context(site)
    page = await context.new_page()
    await page.goto("/sign-in?next=/facilities")
    await page.get_by_label("E-mail").fill(organisation.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password", exact=True).press("Enter")
    await expect(page.get_by_role("heading", name="Facilities", level=1)).to_be_visible()
    kept = await context.cookies()

    await page.get_by_role("button", name="Account: Ada Admin").click()
    await shot(page, "account-menu")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert [cookie for cookie in await context.cookies() if cookie["name"] == SESSION_COOKIE] == []

    # The cookie is worth nothing any more, wherever a copy of it is.
    await context.add_cookies([{k: v for k, v in one.items() if k != "expires"} for one in kept])
    await page.goto("/facilities")
    await expect(page).to_have_url(f"{site.address}/sign-in?next=/facilities")


async def test_a_foreign_address_is_not_gone_to(
    make_context: MakeContext, site: Site, organisation: Organisation
) -> None:
    page = await (await make_context(site)).new_page()
    await page.goto("/sign-in?next=https://elsewhere.example/")
    await page.get_by_label("E-mail").fill(organisation.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Live map", level=1)).to_be_attached()
    await expect(page).to_have_url(f"{site.address}/")
