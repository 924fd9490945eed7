"""Who may move stock: technicians hand out and take in, counts and adjustments are for those who answer for the stock."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Site, make_organisation

from motorpool.core.access import Reach
from motorpool.core.errors import Forbidden
from motorpool.maintenance.part_routes import refuse_other_facilities


async def test_a_technician_issues_and_receives_but_does_not_count_adjust_or_order(
    site: Site, owner: psycopg.Connection[Any]
) -> None:
    shop = await make_organisation(site.settings, roles=("technician",))
    facility, part = insert(owner, "facilities", shop.id), insert(owner, "parts", shop.id)
    order = insert(owner, "maintenance_records", shop.id, status="open", facility_id=facility)
    line = insert(owner, "work_order_parts", shop.id, work_order_id=order, part_id=part, quantity="1")
    goods = {"part_id": str(part), "facility_id": str(facility), "quantity": "3", "unit_cost": "2"}
    async with httpx.AsyncClient(base_url=f"{site.address}/api/v1/", headers=shop.headers) as technician:
        answer = await technician.post("part-stocks/receive", json={"lines": [goods]})
        assert answer.status_code == 200, answer.text
        for verb in ("reserve", "release", "issue", "return"):
            answer = await technician.post(f"work-order-parts/{line}/{verb}", json={})
            assert answer.status_code == 200, (verb, answer.text)
        (row,) = (await technician.get("part-stocks")).json()["items"]
        for path, body, needed in (
            (f"part-stocks/{row['id']}/count", {"counted": "1"}, "part_stocks.count"),
            (f"part-stocks/{row['id']}/adjust", {"quantity": "1", "reason": "found"}, "part_stocks.adjust"),
            ("purchase-suggestions/order", {"ids": [str(uuid.uuid4())]}, "purchase_suggestions.order"),
        ):
            answer = await technician.post(path, json=body)
            assert (answer.status_code, answer.json()["permission"]) == (403, needed)
        page = await technician.get(f"{site.address}/parts-counter/parts/{part}")
        assert page.status_code == 200
        assert "/issue" in page.text and "/count" not in page.text


def test_a_grant_for_some_facilities_moves_their_stock_only() -> None:
    mine, other = uuid.uuid4(), uuid.uuid4()
    refuse_other_facilities(Reach(everything=True), [mine, other])
    refuse_other_facilities(Reach(facilities=frozenset([mine])), [mine, mine])
    with pytest.raises(Forbidden):
        refuse_other_facilities(Reach(facilities=frozenset([mine])), [mine, other])
    with pytest.raises(Forbidden):
        refuse_other_facilities(Reach(own=True), [mine])
