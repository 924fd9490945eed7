"""From a failed brake to a vehicle that may be driven again, through the pages that people use.

A driver fails the brakes on a phone; the vehicle is blocked; the order stands on the board, is planned into a bay, uses parts from
stock, is worked on by the clock, inspected, approved and certified; the next driver signs; the vehicle is free, its cost per mile
shows, and the audit trail tells who did what.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.site import Organisation, Site

from .conftest import PHONE, MakeContext, shot
from .fleet import add
from .looks import overflow
from .test_inspections import all_fine, pick, sign
from .workshop import Workshop, furnish, person

pytestmark = pytest.mark.browser

PRE_TRIP = "Pre-trip inspection (DVIR)"
KM_PER_MILE = 1.609344


class Story:
    """Who takes part, and what they do one after the other."""

    def __init__(
        self, make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
    ) -> None:
        self.make_context, self.site, self.organisation, self.client = (
            make_context,
            site,
            organisation,
            client,
        )
        self.shop: Workshop
        self.people: dict[str, tuple[str, Organisation]] = {}

    async def get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"/api/v1/{path}")).json()
        return found

    async def furnish(self) -> None:
        """A shop with a bay, a technician with an account, pads in stock, two drivers, and a van with 1,000 miles behind it."""
        client = self.client
        self.shop = shop = await furnish(client)
        for name, role in (
            ("Dan Driver", "driver"),
            ("Nell Next", "driver"),
            ("Rosa Marin", "technician"),
            ("Frank Foreman", "fleet_manager"),
        ):
            self.people[name] = await person(self.site, self.organisation, name, role)
        miles_please = {"units": "imperial"}
        foreman = self.people["Frank Foreman"][0]
        assert (await client.patch(f"/api/v1/users/{foreman}", json=miles_please)).status_code == 200
        linked = {"user_id": self.people["Rosa Marin"][0]}
        assert (await client.patch(f"/api/v1/technicians/{shop.technician}", json=linked)).status_code == 200
        part = await add(
            client, "parts", part_number="BRK-2001", name="Brake pad set, front", unit_of_measure="set"
        )
        goods = {
            "lines": [
                {"part_id": part["id"], "facility_id": shop.facility, "quantity": "3", "unit_cost": "48.75"}
            ]
        }
        received = await client.post("/api/v1/part-stocks/receive", json=goods)
        assert received.status_code == 200, received.text
        begin = datetime.now(UTC) - timedelta(days=30)
        for days, miles in ((0, 10_000), (29, 11_000)):
            await add(
                client,
                "meter-readings",
                vehicle_id=shop.van,
                meter_type="odometer",
                value=round(miles * KM_PER_MILE * 1000),
                recorded_at=(begin + timedelta(days=days)).isoformat(),
            )
        await self.hand_over("Dan Driver", "D-1")

    async def hand_over(self, name: str, number: str) -> None:
        """The van is this driver's from now on."""
        key, _ = self.people[name]
        driver = await add(self.client, "drivers", driver_number=number, full_name=name, user_id=key)
        earlier = await self.get(f"driver-assignments?vehicle_id={self.shop.van}")
        now = datetime.now(UTC)
        for one in earlier["items"]:
            if one["ends_at"] is None:
                ended = await self.client.patch(
                    f"/api/v1/driver-assignments/{one['id']}", json={"ends_at": now.isoformat()}
                )
                assert ended.status_code == 200, ended.text
        await add(
            self.client,
            "driver-assignments",
            vehicle_id=self.shop.van,
            driver_id=driver["id"],
            starts_at=now.isoformat(),
        )

    async def page_of(self, name: str, **device: Any) -> Page:
        return await (await self.make_context(self.site, self.people[name][1], **device)).new_page()

    async def phone_of(self, name: str) -> Page:
        return await self.page_of(name, device=PHONE, service_workers="block")


async def test_from_a_failed_brake_to_a_vehicle_that_may_be_driven(
    make_context: MakeContext, site: Site, organisation: Organisation, client: httpx.AsyncClient
) -> None:
    story = Story(make_context, site, organisation, client)
    await story.furnish()
    van = story.shop.van

    # A driver fails the brakes on a phone.
    dan = await story.phone_of("Dan Driver")
    await dan.goto(f"/inspect?vehicle={van}")
    await dan.get_by_role("button", name=PRE_TRIP).tap()
    await all_fine(dan)
    await pick(dan, "service_brakes", "Defect").tap()
    await dan.locator("#notes-service_brakes").fill("Pedal goes to the floor")
    await sign(dan)
    await dan.get_by_role("button", name="Sign and send").tap()
    await expect(dan.get_by_role("region", name="Sent")).to_contain_text("VAN-7")

    # The vehicle is blocked, and the order stands on the board.
    frank = await story.page_of("Frank Foreman")
    await frank.goto(f"/availability/vehicles/{van}")
    await expect(frank.get_by_text("Cannot be used now")).to_be_visible()
    await frank.goto("/shop")
    card = frank.locator('.board-column[data-state="open"] .job-card', has_text="Service brakes")
    await expect(card).to_contain_text("Critical")
    await expect(card).to_contain_text("VAN-7")
    await shot(frank, "story-1-board")

    # It is planned into a bay, from the order's page.
    await card.locator(".job-number").click()
    order_path = re.search(r"/maintenance-records/[0-9a-f-]{36}", frank.url)
    assert order_path
    address = order_path[0]
    await expect(frank.get_by_text("Pedal goes to the floor").first).to_be_visible()
    await frank.get_by_role("button", name="Book a bay").click()
    dialog = frank.get_by_role("dialog")
    await dialog.locator(".shop-slot").first.click()
    await expect(dialog.get_by_label("Technician")).to_have_value(story.shop.technician)
    await dialog.get_by_role("button", name="Book", exact=True).click()
    await frank.wait_for_url("**/shop/calendar**")
    await frank.goto(address)
    await expect(frank.locator(".line-list", has_text="Bay 1, lift")).to_contain_text("Rosa Marin")
    await frank.get_by_role("button", name=re.compile("^Start.*Bay 1, lift")).click()
    await expect(frank.locator(".order-steps [aria-current=step]")).to_have_text("In progress")

    # Parts come from stock.
    await frank.get_by_role("link", name="Part", exact=True).click()
    await frank.locator("#field-part_id").fill("BRK-2001")
    await frank.get_by_role("option", name=re.compile("BRK-2001|Brake pad")).first.click()
    await frank.get_by_role("button", name="Save").click()
    await expect(frank.locator("#parts")).to_contain_text("3 available")
    await frank.get_by_role("button", name=re.compile("^Issue.*Brake pad")).click()
    await expect(frank.locator("#parts").get_by_text("Issued")).to_be_visible()
    [stock] = (await story.get(f"part-stocks?facility_id={story.shop.facility}"))["items"]
    assert stock["quantity_on_hand"] == "2.000"

    # The technician does the work by the clock.
    rosa = await story.phone_of("Rosa Marin")
    await rosa.goto("/my-work")
    await expect(rosa.get_by_text("VAN-7").first).to_be_visible()
    assert await overflow(rosa) <= 0
    await rosa.get_by_role("button", name=re.compile("^Start.*Service brakes")).tap()
    await expect(rosa.locator(".clock-face[data-since]")).to_be_visible()
    await shot(rosa, "story-2-my-work", full_page=True)
    await rosa.get_by_role("button", name=re.compile("^Complete.*Service brakes")).tap()
    await rosa.get_by_role("dialog").get_by_label("Completion notes").fill("Line replaced, system bled")
    await rosa.get_by_role("dialog").get_by_role("button", name="Complete work order task").tap()
    await rosa.get_by_role("button", name="Finish the job").tap()
    await rosa.get_by_role("dialog").get_by_label("Correction").fill("Brake line and front pads replaced")
    await rosa.get_by_role("dialog").get_by_role("button", name="Finish work order").tap()
    await expect(rosa.get_by_text("Nothing is given to you")).to_be_visible()
    [worked] = (await story.get(f"work-order-labor?work_order_id={address.rpartition('/')[2]}"))["items"]
    # Nobody waits an hour in a test: the entry is put right as a foreman would.
    longer = {"started_at": (datetime.fromisoformat(worked["ended_at"]) - timedelta(hours=1)).isoformat()}
    assert (await client.patch(f"/api/v1/work-order-labor/{worked['id']}", json=longer)).status_code == 200

    # Somebody else inspects the work, and the order is approved with a signature.
    await frank.goto(address)
    await frank.get_by_role("button", name=re.compile("^Inspect.*Service brakes")).click()
    passed = frank.get_by_role("dialog").get_by_label("Inspection passed")
    await expect(passed.locator("option")).to_have_text(["Choose", "Yes", "No"])
    await passed.select_option("true")
    await frank.get_by_role("dialog").get_by_role("button", name="Inspect work order task").click()
    await expect(frank.get_by_text("Inspected, passed")).to_be_visible()
    await frank.get_by_role("button", name="Approve", exact=True).click()
    await frank.get_by_role("dialog").get_by_label("Who takes the vehicle back").fill("Frank Foreman")
    await frank.get_by_role("dialog").get_by_role("button", name="Approve and close").click()
    await expect(frank.locator(".order-steps [aria-current=step]")).to_have_text("Done")
    await expect(frank.locator(".cost-list")).to_contain_text("$60.00")
    await expect(frank.locator(".cost-list .total").last).to_have_text("$108.75")
    await shot(frank, "story-3-order", full_page=True)
    await frank.goto("/shop")
    await expect(frank.locator('.board-column[data-state="completed"]')).to_contain_text("Service brakes")

    # Repaired is not certified yet: the vehicle stays blocked until it is.
    await frank.goto(f"/availability/vehicles/{van}")
    await expect(frank.get_by_text("Cannot be used now")).to_be_visible()
    [inspection] = (await story.get(f"safety-inspections?vehicle_id={van}"))["items"]
    await frank.goto(f"/safety-inspections/{inspection['id']}")
    await (
        frank.get_by_role("region", name="Certify the repairs")
        .get_by_label("What was done")
        .fill("Brakes repaired")
    )
    await sign(frank)
    await frank.get_by_role("button", name="Certify").click()
    await expect(frank.get_by_role("region", name="Sign as the next driver")).to_be_visible()

    # The next driver reads the report and signs before driving.
    await story.hand_over("Nell Next", "D-2")
    nell = await story.phone_of("Nell Next")
    await nell.goto(f"/inspect?vehicle={van}")
    await nell.get_by_role("button", name=PRE_TRIP).tap()
    await expect(nell.get_by_text("Repairs certified")).to_be_visible()
    await sign(nell)
    await nell.get_by_role("button", name="Sign and go on").tap()
    await all_fine(nell)
    await sign(nell)
    await nell.get_by_role("button", name="Sign and send").tap()
    await expect(nell.get_by_role("region", name="Sent")).to_contain_text("No defects")

    # The vehicle is free.
    await frank.goto(f"/availability/vehicles/{van}")
    await expect(frank.get_by_text("Can be used now")).to_be_visible()
    await shot(frank, "story-4-free")
    [defect] = (await story.get(f"defects?vehicle_id={van}"))["items"]
    assert (defect["status"], defect["blocks_vehicle"]) == ("certified", False)
    assert defect["certified_at"] and defect["reviewed_at"]

    # What it cost shows per mile: 108.75 over 1,000 miles.
    await frank.goto(f"/vehicles/{van}/service")
    await expect(frank.locator(".tiles")).to_contain_text(re.compile(r"Cost to date\s*\$109"))
    await expect(frank.locator(".tiles")).to_contain_text(re.compile(r"For a mile\s*\$0\.109"))
    await shot(frank, "story-5-service-history", full_page=True)

    # The audit trail tells the story, which is longer than one page of it.
    await frank.goto(f"{address}?tab=history")
    trail, older = frank.locator(".history"), frank.get_by_role("button", name="Older changes")
    await expect(trail).to_have_count(1)
    while shown := await trail.count() if await older.count() else 0:
        await older.click()
        await expect(trail).to_have_count(shown + 1)
    for who in ("Dan Driver", "Frank Foreman", "Rosa Marin"):
        await expect(trail.filter(has_text=f"by {who}").first).to_be_visible()
    for words in ("Work started", "Work finished", "Approved and closed"):
        await expect(trail.filter(has_text=f"{words} by").first).to_be_visible()
    await frank.goto(f"/defects/{defect['id']}?tab=history")
    for state in ("Repaired", "Certified"):
        await expect(frank.locator(".history")).to_contain_text(f"→ {state}")
    await shot(frank, "story-6-history", full_page=True)
