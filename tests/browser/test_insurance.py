"""Insurance at a desk and on a phone: vehicles without cover get a policy, it is renewed and cancelled; the card at the roadside."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import expect
from tests.browser.conftest import DESK, PHONE, MakeContext
from tests.browser.fleet import add
from tests.browser.looks import looks_well
from tests.browser.test_inspections import PICTURE
from tests.site import Site, make_organisation

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


async def test_a_policy_from_its_vehicles_to_its_renewal(make_context: MakeContext, site: Site) -> None:
    own = await make_organisation(site.settings)
    today = datetime.now(ZoneInfo("America/Los_Angeles")).date()
    async with httpx.AsyncClient(base_url=site.address, headers=own.headers, timeout=60) as client:
        vans = [
            await add(client, "vehicles", vehicle_number=f"VAN-{number}", vehicle_type="van", make="Ford", model="Transit",
                      model_year=2024, vin=f"1FTBW2CM0RKA0000{number}", license_plate=f"8VAN00{number}")
            for number in range(1, 6)
        ]  # fmt: skip
        policy = await add(
            client, "insurance-policies", policy_number="AL-2026", insurance_carrier="Golden Gate Mutual", naic_code="25178",
            policy_type="auto_liability", policy_start_date=str(today - 330 * DAY), policy_end_date=str(today + 34 * DAY),
            premium_amount="14200.00", deductible="1000.00", covered_vehicles=[vans[0]["id"]],
            coverage_limits={"bodily_injury": "1000000", "property_damage": "500000"}, agent_name="Ann Agent",
            agent_contact="+1 415 555 0100",
        )  # fmt: skip
        claim = await add(
            client, "insurance-claims", claim_number="GG-77", insurance_policy_id=policy["id"], vehicle_id=vans[0]["id"],
            filed_on=str(today - 90 * DAY), loss_on=str(today - 95 * DAY), claim_type="collision", reserve_amount="3200.00",
        )  # fmt: skip
        page = await (await make_context(site, own, DESK)).new_page()
        page.on("dialog", lambda dialog: dialog.accept())

        # Four vans have no cover: two are put on the policy from the list.
        await page.goto("/compliance")
        await page.get_by_role("link", name="Vehicles without liability cover").click()
        await expect(page.locator("tbody tr")).to_have_count(4)
        await page.get_by_label("Select VAN-2").check()
        await page.get_by_label("Select VAN-3").check()
        await looks_well(page, "insurance-uncovered-desk", 1366)
        await page.get_by_role("button", name="Cover the selected").click()
        await expect(page.locator("main")).to_contain_text("2 vehicles are covered now")
        await expect(page.locator("tbody tr")).to_have_count(2)

        # The others from the policy's own page, all at once; one is taken off again.
        await page.goto(f"/insurance-policies/{policy['id']}")
        await expect(page.locator("main")).to_contain_text("nothing follows it yet")
        await expect(page.locator(".ins-tiles")).to_contain_text("$3,200.00")
        await expect(page.get_by_role("link", name="GG-77")).to_have_attribute(
            "href", f"/insurance-claims/{claim['id']}"
        )
        await looks_well(page, "insurance-policy-desk", 1366)
        await page.get_by_label("Policy document").set_input_files(PICTURE)
        await expect(page.locator("main")).to_contain_text("The policy document is on file")
        await page.get_by_role("link", name="Change").click()
        await page.get_by_role("link", name="Not covered").click()
        await page.get_by_role("button", name="Cover all 2").click()
        await expect(page.locator("tbody tr")).to_have_count(5)
        await page.get_by_label("Select VAN-5").check()
        await looks_well(page, "insurance-vehicles-desk", 1366)
        await page.get_by_role("button", name="Take the selected off").click()
        await expect(page.locator("tbody tr")).to_have_count(4)

        # Renewed in one step, with the same vehicles.
        await page.goto(f"/insurance-policies/{policy['id']}")
        await page.get_by_role("link", name="Renew", exact=True).click()
        await expect(page.get_by_label("First day of cover")).to_have_value(str(today + 35 * DAY))
        await looks_well(page, "insurance-renew-desk", 1366)
        await page.get_by_label("New policy number").fill("AL-2027")
        await page.get_by_label("Premium for the term").fill("15100")
        await page.get_by_role("button", name="Renew").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("AL-2027")
        await expect(page.locator("main")).to_contain_text("VAN-4")
        await page.locator("main").get_by_role("link", name="AL-2026").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Renewed")

        # Cancelled mid-term, the vans stand without cover between the two.
        await page.get_by_role("link", name="Cancel policy").click()
        await page.get_by_label("Last day of cover").fill(str(today + 5 * DAY))
        await page.get_by_label("Reason").fill("Changed to another broker")
        await page.get_by_role("button", name="Cancel the policy").click()
        await expect(page.locator("main")).to_contain_text("Changed to another broker")
        await expect(page.locator("main")).to_contain_text("Behind it there is no such cover from")

        phone = await (await make_context(site, own, PHONE)).new_page()
        await phone.goto(f"/insurance-policies/{policy['id']}")
        await looks_well(phone, "insurance-policy-phone", 390)
        await phone.goto(f"/vehicles/{vans[0]['id']}")
        card = await phone.get_by_role("link", name="Insurance card").get_attribute("href")
        answer = await client.get(str(card))
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
