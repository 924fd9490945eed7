"""A reservation on pages: asked for on a phone, approved at a desk, handed over and taken back beside the vehicle."""

from __future__ import annotations

import struct
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import expect
from tests.site import Organisation, Site

from .conftest import PHONE, Complaints, MakeContext, shot
from .fleet import add
from .looks import looks_well

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
async def pool(client: httpx.AsyncClient) -> dict[str, Any]:
    """Vans and a truck in the shop, some of them promised."""
    mark = uuid.uuid4().hex[:5]
    depot = await add(client, "facilities", name=f"Depot {mark}", code=f"D{mark}")
    vehicles = [
        await add(
            client,
            "vehicles",
            vehicle_number=f"{mark}-{number}",
            vehicle_type="van",
            make="Ford",
            model="Transit",
            model_year=2024,
            seats=8 if number else 5,
            status="in_shop" if number == 3 else "active",
            facility_id=depot["id"],
        )
        for number in range(4)
    ]
    driver = await add(client, "drivers", full_name=f"Pat {mark}", driver_number=mark)
    return {"mark": mark, "depot": depot, "vehicles": vehicles, "driver": driver}


async def reserve(client: httpx.AsyncClient, start: datetime, hours: float, **values: Any) -> dict[str, Any]:
    return await add(
        client,
        "vehicle-reservations",
        purpose=values.pop("purpose", "Survey of the parks"),
        starts_at=start.isoformat(),
        ends_at=(start + timedelta(hours=hours)).isoformat(),
        **values,
    )


async def approve(client: httpx.AsyncClient, row: dict[str, Any], vehicle: str) -> None:
    answer = await client.post(
        f"/api/v1/vehicle-reservations/{row['id']}/approve", json={"vehicle_id": vehicle}
    )
    assert answer.status_code == 200, answer.text


async def test_from_the_request_to_the_return(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    pool: Any,
    complaints: Complaints,
) -> None:
    complaints.expect("status of 422")
    phone = await (await make_context(site, organisation, PHONE)).new_page()
    await phone.goto("/reservations/new")
    await expect(phone.locator(".offer-list")).to_contain_text(pool["vehicles"][0]["vehicle_number"])
    await expect(phone.locator(".offer-list")).not_to_contain_text(pool["vehicles"][3]["vehicle_number"])
    await phone.get_by_label("Pick up at").select_option(label=f"Depot {pool['mark']}")
    await phone.get_by_label("People, you included").fill("7")
    # Too small for seven: gone as soon as the number is there.
    await expect(phone.locator(".offer-list")).not_to_contain_text(pool["vehicles"][0]["vehicle_number"])
    await phone.locator(".offer", has_text=pool["vehicles"][1]["vehicle_number"]).click()
    await phone.get_by_label("Purpose").fill("Visit of the pumping station")
    await shot(phone, "reservation-request-phone", full_page=True)
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 390
    await phone.get_by_role("button", name="Send request").click()
    await phone.wait_for_url("**/vehicle-reservations/*")
    await expect(phone.get_by_text("Your request is in.")).to_be_visible()
    key = phone.url.rpartition("/")[2].partition("?")[0]

    desk = await (await make_context(site, organisation)).new_page()
    await desk.goto("/reservations")
    await (
        desk.locator(".todo", has_text="Visit of the pumping station")
        .get_by_role("link", name="Decide")
        .click()
    )
    first = desk.locator(".todo").first
    await expect(first).to_contain_text("Asked for")
    await expect(first).to_contain_text("8 seats for 7")
    await shot(desk, "reservation-proposals", full_page=True)
    await first.get_by_role("button", name="Approve").click()
    await expect(desk.locator("h1 .pill")).to_have_text("Approved")

    await phone.goto(f"/vehicle-reservations/{key}")
    await phone.get_by_role("link", name="Hand over").click()
    await expect(phone.locator(".may-use").first).to_be_visible()
    await phone.get_by_label("Odometer").fill("41200")
    await phone.get_by_label("Key", exact=True).fill("K-7")
    await shot(phone, "reservation-hand-over-phone", full_page=True)
    await phone.get_by_role("button", name="Hand over").click()
    await expect(phone.get_by_text("Out, due back at")).to_be_visible()

    await phone.get_by_role("link", name="Take back").click()
    await phone.get_by_label("Odometer").fill("41100")
    await phone.get_by_role("button", name="Take back").click()
    await expect(phone.locator("[data-summary]")).to_contain_text("must not be below 41,200 km")
    await phone.get_by_label("Odometer").fill("41264")
    await phone.get_by_label("New damage or defect").fill("Windscreen cracked")
    await phone.get_by_label("Not safe to drive").check()
    await shot(phone, "reservation-return-phone", full_page=True)
    await phone.get_by_role("button", name="Take back").click()
    await expect(phone.locator("h1 .pill")).to_have_text("Returned")
    found = (await client.get("/api/v1/defects", params={"vehicle_id": pool["vehicles"][1]["id"]})).json()[
        "items"
    ]
    assert [(one["description"], one["is_unsafe"]) for one in found] == [("Windscreen cracked", True)]
    row = (await client.get(f"/api/v1/vehicle-reservations/{key}")).json()
    # The organisation counts in kilometres.
    assert (row["odometer_out"], row["odometer_in"], row["key_number"]) == (41200, 41264, "K-7")


async def test_pictures_of_a_hand_over_are_kept(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient, pool: Any
) -> None:
    row = await reserve(client, NOW + HOUR / 2, 2)
    await approve(client, row, pool["vehicles"][0]["id"])
    phone = await (await make_context(site, organisation, PHONE)).new_page()
    await phone.goto(f"/reservations/{row['id']}/hand-over")
    await phone.locator("[data-photos] input[type=file]").set_input_files(
        [{"name": "front.png", "mimeType": "image/png", "buffer": png()}]
    )
    await expect(phone.locator("[data-photo-status]")).to_have_text("The picture is kept.")
    await phone.get_by_role("button", name="Hand over").click()
    await expect(phone.get_by_text("Out, due back at")).to_be_visible()
    kept = (await client.get(f"/api/v1/vehicle-reservations/{row['id']}")).json()["photos_out"]
    assert len(kept) == 1
    assert (await client.get(kept[0])).headers["content-type"] == "image/png"


async def test_a_refusal_is_told_once_beside_its_field(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    pool: Any,
    complaints: Complaints,
) -> None:
    complaints.expect("status of 409")
    van = pool["vehicles"][1]["id"]
    held = await reserve(client, NOW + 50 * HOUR, 2, vehicle_id=van)
    await approve(client, held, van)
    row = await reserve(client, NOW + 51 * HOUR, 2, vehicle_id=van)
    page = await (await make_context(site, organisation)).new_page()
    await page.goto(f"/records/vehicle-reservations/{row['id']}/moves/approve")
    await expect(page.locator("#field-vehicle_id-help")).to_have_text(
        "Empty: any that fits, chosen on approval"
    )
    await page.get_by_role("button", name="Approve reservation").click()
    await expect(page.locator("[data-summary]")).to_have_text("This cannot be used then.")
    await expect(page.locator("#field-vehicle_id-error")).to_contain_text(held["reservation_number"])
    await expect(page.get_by_text(held["reservation_number"])).to_have_count(1)
    # The sign of a wrong value would lie below the button that clears it.
    picture = "element => getComputedStyle(element).backgroundImage"
    assert await page.locator("#field-vehicle_id").evaluate(picture) == "none"


async def test_sentences_and_the_page_count_the_hours_alike(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient, pool: Any
) -> None:
    van = pool["vehicles"][1]["id"]
    start = (
        (NOW + 48 * HOUR).astimezone(ZoneInfo("America/Los_Angeles")).replace(hour=15, minute=30, second=0)
    )
    held = await reserve(client, start, 2, vehicle_id=van)
    await approve(client, held, van)
    row = await reserve(client, start, 2, vehicle_id=van)
    page = await (await make_context(site, organisation, locale="en-US")).new_page()
    await page.goto(f"/vehicle-reservations/{row['id']}")
    await expect(page.locator(".reason-list")).to_contain_text(f"{start.day} {start:%b %Y}, 15:30 to")
    shown = page.locator("time[data-style=datetime]", has_text="15:30").first
    await expect(shown).to_have_text(f"{start:%b} {start.day}, 15:30")
    await expect(page.locator("main")).not_to_contain_text("PM")


async def test_all_proposals_are_seen_without_scrolling_in_a_list(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient, pool: Any
) -> None:
    for number in range(3):
        await add(
            client, "vehicles", vehicle_number=f"{pool['mark']}-more-{number}", vehicle_type="van", seats=8
        )
    row = await reserve(client, NOW + 80 * HOUR, 2, vehicle_type="van")
    page = await (await make_context(site, organisation, PHONE)).new_page()
    await page.goto(f"/vehicle-reservations/{row['id']}")
    proposals = page.locator("[aria-labelledby=proposals-title] .todo-list")
    await expect(proposals.locator(".todo")).to_have_count(5)
    assert await proposals.evaluate("list => list.scrollHeight <= list.clientHeight")


def png() -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((40, 90, 160)) * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def test_the_calendar_in_pictures(
    make_context: MakeContext,
    site: Site,
    organisation: Organisation,
    client: httpx.AsyncClient,
    pool: Any,
) -> None:
    one, two, three, _ = (vehicle["id"] for vehicle in pool["vehicles"])
    first = await reserve(client, NOW + 1 * HOUR, 5, purpose="Training", driver_id=pool["driver"]["id"])
    await approve(client, first, one)
    second = await reserve(client, NOW + 2 * HOUR, 30, purpose="Election day")
    await approve(client, second, two)
    await reserve(client, NOW + 3 * HOUR, 4, vehicle_id=one, purpose="Competes")
    await reserve(client, NOW + 26 * HOUR, 4, purpose="Any will do", vehicle_type="van", passengers=4)
    out = await reserve(client, NOW - 1 * HOUR, 3, purpose="Out now")
    await approve(client, out, three)
    answer = await client.post(f"/api/v1/vehicle-reservations/{out['id']}/hand_over", json={})
    assert answer.status_code == 200, answer.text
    for device, name in (({"viewport": {"width": 1280, "height": 900}}, "1280"), (PHONE, "390")):
        page = await (await make_context(site, organisation, device)).new_page()
        for view in ("week", "day"):
            await page.goto(f"/reservations?view={view}")
            await looks_well(page, f"reservations-{view}-{name}")
        for path, what in (
            ("/reservations/new", "new"),
            (f"/vehicle-reservations/{first['id']}", "approved"),
            (f"/reservations/{first['id']}/hand-over", "hand-over"),
            (f"/reservations/{out['id']}/return", "return"),
            (f"/vehicles/{pool['vehicles'][3]['id']}", "vehicle"),
            (f"/drivers/{pool['driver']['id']}", "driver"),
        ):
            await page.goto(path)
            if what == "driver":
                await expect(page.locator("#availability")).to_contain_text("Can drive now")
            if what == "vehicle":
                await expect(page.locator("#availability")).to_contain_text("Cannot be used now")
                await expect(page.locator("h1")).to_contain_text("Cannot be used")
            await looks_well(page, f"reservations-{what}-{name}")
    week = page.locator(".calendar-agenda")
    await page.goto("/reservations?view=week")
    await expect(week).to_contain_text("Election day")
