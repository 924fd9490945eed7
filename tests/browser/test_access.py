"""An administrator's day: a role by copying, given for a time and a place, one thing denied, and the reasons asked for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.async_api import Dialog, Page, expect
from tests.site import PASSWORD, Organisation, Site

from motorpool.core.database.database import Database
from motorpool.identity.actions.create_user import create_user

from .conftest import PHONE, Complaints, MakeContext, shot
from .fleet import add
from .looks import looks_well, overflow

pytestmark = pytest.mark.browser
DESK_WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 850}}


@dataclass(frozen=True)
class Depot:
    """A place, a vehicle there and one elsewhere, and somebody to give rights to."""

    facility: str
    vehicle: str
    elsewhere: str
    anna: str
    group: str


@pytest.fixture(scope="module")
async def depot(site: Site, organisation: Organisation) -> Depot:
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    try:
        async with database.transaction(organisation.actor) as session:
            anna = await create_user(
                session,
                organisation.actor,
                email=f"anna-{uuid.uuid4().hex[:8]}@example.test",
                display_name="Anna Keller",
                password=PASSWORD,
                roles=["driver"],
            )
            key = str(anna.id)
    finally:
        await database.close()
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers) as client:
        north = await add(client, "facilities", name="North depot", code="NORTH")
        south = await add(client, "facilities", name="South depot", code="SOUTH")
        at = {"make": "Ford", "model": "Transit", "model_year": 2022}
        mine = await add(client, "vehicles", vehicle_number="BUS-12", facility_id=north["id"], **at)
        other = await add(client, "vehicles", vehicle_number="BUS-77", facility_id=south["id"], **at)
        for number in range(3):
            await add(client, "vehicles", vehicle_number=f"VAN-{number}", name="Night shift", **at)
        await add(client, "departments", name="Parks", code="PARKS")
        group = await add(client, "vehicle-groups", name="Snow ploughs")
    return Depot(north["id"], mine["id"], other["id"], key, group["id"])


async def accept(dialog: Dialog) -> None:
    await dialog.accept()


async def test_an_administrator_gives_rights_and_sees_why(page: Page, site: Site, depot: Depot) -> None:
    page.on("dialog", accept)
    await page.goto("/roles")
    await page.get_by_role("link", name="Viewer").first.click()
    await expect(page.get_by_text("This role comes with the program")).to_be_visible()
    await expect(page.locator("input[name=p]")).to_have_count(0)
    await shot(page, "role-system", full_page=True)
    await page.get_by_role("link", name="Copy to a new role").click()

    # A copy starts with the ticks of the original.
    await page.get_by_label("Name", exact=True).fill("Night dispatcher")
    await page.get_by_label("What it is for").fill("Moves vehicles at night")
    search = page.get_by_role("searchbox", name="Find a collection or an action")
    await search.fill("vehicles")
    await expect(page.get_by_label("Vehicles: Read", exact=True)).to_be_checked()
    await page.get_by_label("Vehicles: Update", exact=True).check()
    await search.fill("no such thing")
    await expect(page.get_by_text("Nothing fits.")).to_be_visible()
    await search.fill("")
    fleet = page.locator("details.matrix-domain", has=page.get_by_text("Fleet", exact=True))
    if not await fleet.evaluate("(one) => one.open"):
        await fleet.locator("summary").click()
    before = await fleet.locator("[data-count]").text_content()
    column = fleet.get_by_label("All of Fleet: Export")
    await column.check()
    assert await fleet.locator("[data-count]").text_content() != before
    await expect(page.get_by_label("Drivers: Export", exact=True)).to_be_checked()
    await column.uncheck()
    await expect(fleet.locator("[data-count]")).to_have_text(before or "")
    await shot(page, "role-edit", full_page=True)
    await page.get_by_role("button", name="Add role").click()
    await expect(page.get_by_role("status").filter(has_text="Role added.")).to_be_visible()
    await expect(page.get_by_label("Vehicles: Update", exact=True)).to_be_checked()

    # Given to Anna until tomorrow, for one facility.
    await page.goto(f"/users/{depot.anna}")
    await page.get_by_role("link", name="Roles and permissions").click()
    roles = page.get_by_role("region", name="Roles", exact=True)
    await roles.get_by_text("Give a role").click()
    form = roles.locator("form", has=page.get_by_label("Role", exact=True))
    await form.get_by_label("Role", exact=True).select_option(label="Night dispatcher")
    await expect(form.get_by_label("North depot")).to_be_hidden()
    await form.get_by_label("For which records").select_option(
        label="Those of some facilities or departments"
    )
    await form.get_by_label("North depot").check()
    await form.get_by_label("How long").select_option(label="Until the end of tomorrow")
    await shot(page, "access-give-role")
    await form.get_by_role("button", name="Give role").click()
    await expect(page.get_by_role("status").filter(has_text="Role given.")).to_be_visible()
    given = roles.locator("li", has_text="Night dispatcher")
    await expect(given).to_contain_text("Only records of North depot")
    await expect(given).to_contain_text("until")

    # May Anna change BUS-12, and BUS-77?
    why = page.get_by_role("region", name="Why?")
    for number, allowed, reason in (
        ("BUS-12", "Yes: Anna Keller has vehicles.update for vehicle BUS-12.", "belongs to North depot"),
        ("BUS-77", "No: vehicles.update does not reach vehicle BUS-77.", "belongs to South depot"),
    ):
        await why.get_by_label("May Anna Keller").fill("vehicles.update")
        await why.get_by_label("On which record").fill(number)
        await why.get_by_role("button", name="Explain").click()
        await expect(why.get_by_role("status")).to_have_text(allowed)
        await expect(why).to_contain_text(reason)
        await expect(why).to_contain_text("The role Driver does not include vehicles.update.")
    await shot(page, "access-why", full_page=True)

    # One thing denied: a deny always wins.
    overrides = page.get_by_role("region", name="Direct grants and denies")
    await overrides.get_by_text("Grant or deny a permission").click()
    await overrides.get_by_label("Permission", exact=True).fill("vehicles.update")
    await overrides.get_by_label("Decision").select_option(label="Deny")
    await overrides.get_by_label("Reason").fill("Training is not done yet")
    await overrides.get_by_role("button", name="Save", exact=True).click()
    await expect(why.get_by_role("status")).to_have_text("No: vehicles.update is denied to Anna Keller.")
    await expect(why).to_contain_text("Reason given: Training is not done yet.")
    await expect(overrides.locator("li")).to_contain_text("vehicles.update")
    await shot(page, "access-denied", full_page=True)

    # A mark in the overview leads to its reasons; then all is taken back.
    effective = page.get_by_role("region", name="What Anna Keller may do now")
    await effective.get_by_role("searchbox").fill("trips")
    await effective.get_by_role("link", name="Trips: Read, yes").click()
    await expect(why.get_by_role("status")).to_contain_text("Yes: Anna Keller has trips.read")
    await overrides.get_by_role("button", name="Take back vehicles.update").click()
    await expect(why.get_by_role("status")).to_contain_text("Yes: Anna Keller has vehicles.update")
    await roles.get_by_role("button", name="Take away Night dispatcher").click()
    await expect(roles.locator("li", has_text="Night dispatcher")).to_have_count(0)


async def test_ones_own_account(page: Page, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    page.on("dialog", accept)
    await page.goto("/account")
    await page.get_by_label("Phone").fill("+1 555 0100")
    await page.get_by_label("Units").select_option("imperial")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Account saved.")).to_be_visible()
    await expect(page.get_by_label("Phone")).to_have_value("+1 555 0100")
    await page.get_by_label("Current password").fill("not my password")
    await page.get_by_label("New password").fill("another long password")
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("The current password is wrong.")).to_be_visible()
    await shot(page, "account", full_page=True)


async def test_vehicles_of_a_group(page: Page, depot: Depot) -> None:
    await page.goto(f"/vehicle-groups/{depot.group}")
    await page.get_by_role("searchbox", name="Find vehicles to add").fill("van")
    await page.get_by_role("button", name="Find").click()
    for number in ("VAN-0", "VAN-2"):
        await page.get_by_label(number).check()
    await page.get_by_role("button", name="Add what is ticked").click()
    await expect(page.get_by_role("status").filter(has_text="2 vehicles added.")).to_be_visible()
    members = page.get_by_role("region", name="Vehicles 2", exact=True)
    await members.get_by_label("VAN-0").check()
    await members.get_by_role("button", name="Take out").click()
    await expect(page.get_by_role("region", name="Vehicles 1", exact=True)).to_contain_text("VAN-2")
    await page.get_by_text("Teal", exact=True).click()
    await page.get_by_role("button", name="Save colour").click()
    await expect(page.get_by_role("status").filter(has_text="Colour saved.")).to_be_visible()
    await expect(page.get_by_role("radio", name="Teal")).to_be_checked()
    await shot(page, "group", full_page=True)


async def test_a_token_with_ticked_rights(page: Page, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    await page.goto("/api-tokens/new")
    await page.get_by_label("Name").fill("Fuel import")
    await page.get_by_label("Works for").select_option(label="30 days")
    await page.get_by_label("Requests per hour").fill("many")
    await page.get_by_label("Allowed networks").fill("192.0.2.0/24")
    await page.get_by_label("May do").select_option(label="Only what is ticked below")
    await page.get_by_role("searchbox", name="Find a collection").fill("trips")
    await page.get_by_label("Trips: Read", exact=True).check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Must be a whole number of requests per hour")).to_be_visible()
    await expect(page.get_by_label("Trips: Read", exact=True)).to_be_checked()
    await page.get_by_label("Requests per hour").fill("600")
    await shot(page, "token-ticked", full_page=True)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#secret")).to_contain_text("mp_")
    await page.get_by_role("link", name="Done").click()
    await page.get_by_role("link", name="Fuel import").first.click()
    scopes = page.get_by_role("region", name="May do")
    await expect(scopes.locator("code")).to_have_text(["trips.read"])
    page.on("dialog", accept)
    await page.get_by_label("Reason").fill("Laptop was stolen")
    await page.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("status").filter(has_text="Token revoked.")).to_be_visible()
    await expect(page.get_by_text("Laptop was stolen").first).to_be_visible()


PAGES = [
    "/roles/new",
    "/roles/{role}",
    "/users/{anna}",
    "/users/{anna}/access?why=vehicles.update&record=BUS-12",
    "/account",
    "/vehicle-groups/{group}",
    "/api-tokens/new",
]


@pytest.mark.parametrize("device", ["desk", "phone"])
@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_use_it(
    path: str,
    device: str,
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    depot: Depot,
) -> None:
    async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers) as client:
        roles = (await client.get("/api/v1/roles?role_name=dispatcher")).json()["items"]
    places = {"role": roles[0]["id"], "anna": depot.anna, "group": depot.group}
    size = DESK_WIDE if device == "desk" else PHONE
    page = await (await make_context(site, organisation, size)).new_page()
    answer = await page.goto(path.format(**places))
    assert answer and answer.status == 200
    if path == "/api-tokens/new":
        await page.get_by_label("May do").select_option(value="custom")
    await page.locator("main details").evaluate_all("(folds) => folds.forEach((one) => (one.open = true))")
    name = f"access-{path.split('?')[0].strip('/').format(**dict.fromkeys(places, 'one'))}-{device}"
    if path != "/roles/new":
        assert await overflow(page) <= 0
        # All permissions are looked at on one page; the other matrices repeat it with what is ticked or cannot be.
        await page.locator("details.matrix-domain").evaluate_all(
            "(folds) => folds.slice(1).forEach((one) => (one.open = false))"
        )
    await looks_well(page, name)
