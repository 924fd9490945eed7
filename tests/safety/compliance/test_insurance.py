"""Insurance policies: whom they cover, the next term, cancelling, vehicles without cover, the card at the roadside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.compliance.test_compliance_api import today
from tests.site import Organisation, Site, make_organisation

from motorpool.safety.rules.insurance_terms import earned, losses, next_term

DAY = timedelta(days=1)
POLICIES = "/api/v1/insurance-policies"
Add = Callable[..., UUID]


@pytest.fixture
async def own(site: Site) -> Organisation:
    return await make_organisation(site.settings)


@pytest.fixture
def add(own: Organisation, owner: psycopg.Connection[Any]) -> Add:
    return lambda table, **values: insert(owner, table, own.id, **values)


def van(add: Add, number: str, **values: Any) -> UUID:
    plain: dict[str, Any] = {"status": "active", "vehicle_type": "van", "facility_id": None}
    return add("vehicles", vehicle_number=number, **plain | values)


async def test_a_policys_life(site: Site, own: Organisation, add: Add) -> None:
    one, two = van(add, "INS-1"), van(add, "INS-2")
    van(add, "TRL-1", vehicle_type="trailer")
    async with httpx.AsyncClient(base_url=site.address, headers=own.headers, timeout=60) as client:
        body = {
            "policy_number": f"AL-{uuid4().hex[:6]}", "insurance_carrier": "Golden Gate Mutual", "policy_type": "auto_liability",
            "policy_start_date": str(today() - 100 * DAY), "policy_end_date": str(today() + 264 * DAY), "covered_vehicles": [],
            "premium_amount": "3650.00", "coverage_limits": {"bodily_injury": "1000000"}, "naic_code": "25178",
        }  # fmt: skip
        made = await client.post(POLICIES, json=body)
        assert made.status_code == 201, made.text
        key = made.json()["id"]
        bare = (await client.get(f"{POLICIES}/uncovered-vehicles")).json()["items"]
        assert [row["number"] for row in bare] == ["INS-1", "INS-2"], (
            "a trailer is covered with what moves it"
        )
        both = {"add": [str(one), str(two)]}
        assert (await client.post(f"{POLICIES}/{key}/cover", json=both)).json()["vehicles"] == 2
        assert (await client.post(f"{POLICIES}/{key}/cover", json=both)).json()["vehicles"] == 2, (
            "said twice is said once"
        )
        assert (await client.get(f"{POLICIES}/uncovered-vehicles")).json()["items"] == []
        await client.post(f"{POLICIES}/{key}/cover", json={"remove": [str(two)]})
        ((left,)) = (await client.get(f"{POLICIES}/uncovered-vehicles")).json()["items"]
        assert left["number"] == "INS-2"
        strange = await client.post(f"{POLICIES}/{key}/cover", json={"add": [str(uuid4())]})
        assert strange.status_code == 422 and "covered_vehicles" in strange.text
        whole = await client.post(f"{POLICIES}/{key}/cover", json={"whole_fleet": True})
        assert whole.json()["vehicles"] is None
        refused = await client.post(f"{POLICIES}/{key}/cover", json=both)
        assert refused.status_code == 409 and refused.json()["code"] == "whole_fleet"
        await client.post(f"{POLICIES}/{key}/cover", json={"whole_fleet": False, "add": [str(one), str(two)]})

        # What is wrong with the form is told together, and what would be right.
        form = {"policy_number": "", "premium_amount": "$ 3,900", "policy_end_date": "soon"}
        page = await client.post(f"/insurance-policies/{key}/next-term", data=form)
        assert page.status_code == 422 and "Invalid decimal" not in page.text
        for words in (
            "Policy number is required",
            "Premium amount must be a number such as 1250",
            "Policy end date",
        ):
            assert words in page.text, words

        # The next term has the same cover; both change in one step or not at all.
        taken = await client.post(
            f"{POLICIES}/{key}/next-term", json={"policy_number": body["policy_number"]}
        )
        assert taken.status_code == 409, "the number is in use"
        assert (await client.get(f"{POLICIES}/{key}")).json()["renewal_status"] == "current"
        renewed = await client.post(
            f"{POLICIES}/{key}/next-term", json={"policy_number": "AL-NEXT", "premium_amount": "3900"}
        )
        assert renewed.status_code == 201, renewed.text
        before, after = [
            (await client.get(f"{POLICIES}/{one}")).json() for one in (key, renewed.json()["id"])
        ]
        assert (before["renewal_status"], before["renewed_by_id"]) == ("renewed", after["id"])
        assert after["policy_start_date"] == str(today() + 265 * DAY) and after["premium_amount"] == "3900.00"
        assert set(after["covered_vehicles"]) == {str(one), str(two)} and after["naic_code"] == "25178"
        again = await client.post(f"{POLICIES}/{key}/next-term", json={"policy_number": "AL-3"})
        assert again.status_code == 409

        # Cancelled mid-term it covers until the day, and what was agreed is kept.
        wrong = await client.post(
            f"{POLICIES}/{key}/cancel", json={"last_day": "2000-01-01", "reason": "sold"}
        )
        assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "last_day"
        ended = await client.post(
            f"{POLICIES}/{key}/cancel", json={"last_day": str(today() - DAY), "reason": "Sold"}
        )
        assert ended.status_code == 200, ended.text
        row = ended.json()
        assert row["current_status"] == "cancelled" and row["agreed_end_date"] == body["policy_end_date"]
        bare = (await client.get(f"{POLICIES}/uncovered-vehicles")).json()["items"]
        assert {one["last"] for one in bare} == {str(today() - DAY)}
        lines = (await client.get("/api/v1/compliance?state=stops&about=vehicle")).json()["items"]
        assert {line["subject"] for line in lines if line["code"] == "not_insured"} == {"INS-1", "INS-2"}


def test_terms_and_losses() -> None:
    assert next_term(date(2026, 3, 1), date(2027, 2, 28)) == (date(2027, 3, 1), date(2028, 2, 29))
    assert next_term(date(2026, 1, 1), date(2026, 6, 30)) == (date(2026, 7, 1), date(2026, 12, 28)), (
        "as many days"
    )
    assert next_term(date(2024, 2, 29), date(2025, 2, 28)) == (date(2025, 3, 1), date(2026, 2, 28))
    # From 12:01 of a day to 12:01 of its anniversary: the day stays, however often it is renewed.
    term = date(2025, 12, 28), date(2026, 12, 28)
    for year_of in (2026, 2027, 2028):
        term = next_term(*term)
        assert term == (date(year_of, 12, 28), date(year_of + 1, 12, 28))
    assert next_term(date(2026, 1, 31), date(2026, 7, 31)) == (date(2026, 7, 31), date(2027, 1, 31))
    assert next_term(date(2024, 2, 29), date(2028, 2, 29)) == (date(2028, 2, 29), date(2032, 2, 29))
    assert next_term(date(2024, 2, 29), date(2025, 3, 1)) == (date(2025, 3, 1), date(2026, 3, 1))
    assert next_term(date(2023, 3, 1), date(2024, 3, 1)) == (date(2024, 3, 1), date(2025, 3, 1))
    assert next_term(date(2026, 5, 4), date(2026, 5, 4)) == (date(2026, 5, 5), date(2026, 5, 5))
    year = date(2026, 1, 1), date(2026, 12, 31)
    assert earned(Decimal(365), *year, date(2026, 1, 10)) == Decimal("10.00")
    assert earned(Decimal(365), *year, date(2025, 12, 1)) == 0
    assert earned(Decimal(365), *year, date(2028, 1, 1)) == Decimal("365.00")
    found = losses([
        ("settled", Decimal(100), Decimal(500), Decimal(50)), ("approved", Decimal(20), Decimal(60), None),
        ("filed", None, None, None), ("denied", None, Decimal(900), None)], Decimal(320))  # fmt: skip
    assert (found.claims, found.open, found.paid, found.reserved, found.deductibles) == (4, 2, 120, 40, 50)
    assert found.ratio == Decimal("0.5") and losses([], None).ratio is None
