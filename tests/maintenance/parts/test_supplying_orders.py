"""Parts for work orders: reserve, release, issue, return; the cost of the order follows; closing lets go of what is held."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Shop

D = Decimal


async def test_from_the_shelf_to_the_order_and_back(shop: Shop) -> None:
    part, order = shop.part(), shop.order()
    await shop.receive(part, "10", "4")
    line = shop.line(order, part, "3")
    row = await shop.post(f"work-order-parts/{line}/reserve")
    assert (row["quantity_reserved"], row["supply"], row["facility_id"]) == (
        "3.000",
        "reserved",
        str(shop.main),
    )
    assert shop.counts(part) == (10, 3)
    row = await shop.post(f"work-order-parts/{line}/issue", quantity="2")
    assert (row["quantity_reserved"], row["quantity_issued"], row["unit_cost"]) == (
        "1.000",
        "2.000",
        "4.0000",
    )
    assert shop.counts(part) == (8, 1)
    assert shop.row("maintenance_records", order)["parts_cost"] == D("8.00")
    await shop.receive(part, "8", "6")  # the average is 5 now
    row = await shop.post(f"work-order-parts/{line}/issue")
    # (2 x 4 + 1 x 5) / 3
    assert (row["quantity_reserved"], row["supply"], row["unit_cost"]) == ("0.000", "issued", "4.3333")
    assert shop.row("maintenance_records", order)["parts_cost"] == D("13.00")
    row = await shop.post(f"work-order-parts/{line}/return", quantity="1")
    assert (row["quantity_returned"], row["supply"]) == ("1.000", "partly_issued")
    assert shop.row("maintenance_records", order)["parts_cost"] == D("8.67")
    assert shop.counts(part) == (16, 0)
    ledger = (await shop.get(f"parts/{part}/movements"))["items"]
    assert [(one["movement_type"], one["quantity"], one["unit_cost"], one["balance"]) for one in ledger] == [
        ("return", "1.000", "4.3333", "16.000"),
        ("issue", "-1.000", "5.0000", "15.000"),
        ("receive", "8.000", "6.0000", "16.000"),
        ("issue", "-2.000", "4.0000", "8.000"),
        ("receive", "10.000", "4.0000", "10.000"),
    ]
    assert ledger[0]["work_order_number"] and ledger[0]["work_order_id"] == str(order)


async def test_more_than_there_is_is_refused_with_what_is_there_and_where_else(shop: Shop) -> None:
    part = shop.part(name="Oil filter", part_number=f"FLT-{uuid.uuid4().hex[:6]}")
    await shop.receive(part, "3")
    await shop.receive(part, "12", at=shop.depot)
    other = shop.line(shop.order(), part, "2")
    await shop.post(f"work-order-parts/{other}/reserve")
    line = shop.line(shop.order(), part, "5")
    for verb in ("reserve", "issue"):
        refused = await shop.post(f"work-order-parts/{line}/{verb}", 409, quantity="2")
        assert refused["code"] == "not_enough_stock"
        assert "Only 1 of FLT-" in refused["detail"] and "(3 on hand, 2 reserved)" in refused["detail"]
        assert "12 at Depot East" in refused["detail"]
        assert refused["available"] == "1.000"
        (elsewhere,) = refused["elsewhere"]
        assert (elsewhere["facility_id"], elsewhere["available"]) == (str(shop.depot), "12.000")
    assert shop.counts(part) == (3, 2)
    row = await shop.post(f"work-order-parts/{line}/issue", quantity="2", facility_id=str(shop.depot))
    assert row["facility_id"] == str(shop.depot)
    assert shop.counts(part, shop.depot) == (10, 0)
    # What is reserved goes to the one for whom it is.
    await shop.post(f"work-order-parts/{other}/issue")
    assert shop.counts(part) == (1, 0)


async def test_several_lines_at_once_all_or_none(shop: Shop) -> None:
    plenty, scarce, order = shop.part(), shop.part(), shop.order()
    await shop.receive(plenty, "9")
    await shop.receive(scarce, "1")
    one, two = shop.line(order, plenty, "4"), shop.line(order, scarce, "2")
    bought = shop.line(order, None, "1", description="Custom bracket", unit_cost="55")
    lines = [{"id": str(key)} for key in (one, two, bought)]
    refused = await shop.post("work-order-parts/issue", 409, lines=lines)
    assert [entry["field"] for entry in refused["errors"]] == ["lines[1].quantity"]
    assert (shop.counts(plenty), shop.row("work_order_parts", bought)["quantity_issued"]) == ((9, 0), 0)
    lines[1] |= {"quantity": "1"}
    made = await shop.post("work-order-parts/issue", lines=lines)
    assert len(made["movement_ids"]) == 2, "what was bought for the job is in no stock"
    assert shop.row("maintenance_records", order)["parts_cost"] == D("105.00")
    await shop.post("work-order-parts/return", lines=lines[:1])
    assert shop.counts(plenty) == (9, 0)
    refused = await shop.post(
        "work-order-parts/issue", 422, lines=[lines[0], lines[0], {"id": str(uuid.uuid4())}]
    )
    assert refused["errors"][0]["field"].startswith("lines[")


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("reserve", {"quantity": "3"}, "not_needed"),
        ("release", {}, "not_reserved"),
        ("return", {}, "not_issued"),
        ("return", {"quantity": "1"}, "not_issued"),
    ],
)
async def test_what_makes_no_sense_is_a_conflict(
    verb: str, body: dict[str, Any], code: str, shop: Shop
) -> None:
    part = shop.part()
    await shop.receive(part, "5")
    line = shop.line(shop.order(), part, "2")
    refused = await shop.post(f"work-order-parts/{line}/{verb}", 409, **body)
    assert refused["code"] == code
    assert shop.counts(part) == (5, 0)


async def test_nothing_moves_for_a_closed_order_or_from_nowhere(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "5")
    closed = shop.line(shop.order(status="completed"), part)
    assert (await shop.post(f"work-order-parts/{closed}/issue", 409))["code"] == "locked"
    nowhere = shop.line(shop.order(facility_id=None), part)
    refused = await shop.post(f"work-order-parts/{nowhere}/issue", 422)
    assert [entry["field"] for entry in refused["errors"]] == ["facility_id"]
    bought = shop.line(shop.order(), None, description="Bracket")
    assert (await shop.post(f"work-order-parts/{bought}/reserve", 409))["code"] == "no_stock"


async def test_cancelling_an_order_lets_go_of_what_it_held(shop: Shop) -> None:
    part, order = shop.part(), shop.order()
    await shop.receive(part, "5")
    line = shop.line(order, part, "4")
    await shop.post(f"work-order-parts/{line}/reserve")
    await shop.post(f"maintenance-records/{order}/cancel", cancellation_reason="Sold")
    assert shop.counts(part) == (5, 0)
    assert shop.row("work_order_parts", line)["quantity_reserved"] == 0


async def test_a_line_that_goes_or_shrinks_lets_go_too(shop: Shop) -> None:
    part, order = shop.part(), shop.order()
    await shop.receive(part, "9")
    line, other = shop.line(order, part, "4"), shop.line(order, part, "3")
    for key in (line, other):
        await shop.post(f"work-order-parts/{key}/reserve")
    assert shop.counts(part) == (9, 7)
    answer = await shop.client.delete(f"/api/v1/work-order-parts/{other}")
    assert answer.status_code == 204, answer.text
    assert shop.counts(part) == (9, 4)
    answer = await shop.client.patch(f"/api/v1/work-order-parts/{line}", json={"quantity": "2.5"})
    assert answer.json()["quantity_reserved"] == "2.500"
    assert shop.counts(part) == (9, D("2.5"))
    for change in ({"part_id": str(shop.part())}, {"facility_id": str(shop.depot)}):
        answer = await shop.client.patch(f"/api/v1/work-order-parts/{line}", json=change)
        assert (answer.status_code, answer.json()["code"]) == (409, "supplied")
    same = {"part_id": str(part), "facility_id": str(shop.main), "notes": "As it is"}
    assert (await shop.client.patch(f"/api/v1/work-order-parts/{line}", json=same)).status_code == 200
    await shop.post(f"work-order-parts/{line}/issue")
    answer = await shop.client.patch(f"/api/v1/work-order-parts/{line}", json={"unit_cost": "1"})
    assert answer.status_code == 409
    assert (await shop.client.delete(f"/api/v1/work-order-parts/{line}")).status_code == 409
    await shop.post(f"work-order-parts/{line}/return")
    assert shop.counts(part) == (9, 0)


async def test_a_count_may_not_take_what_is_reserved(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "5")
    line = shop.line(shop.order(), part, "3")
    await shop.post(f"work-order-parts/{line}/reserve")
    key = shop.stock(part)["id"]
    refused = await shop.post(f"part-stocks/{key}/count", 409, counted="2")
    assert refused["code"] == "reserved"
    await shop.post(f"work-order-parts/{line}/release", quantity="1")
    assert (await shop.post(f"part-stocks/{key}/count", counted="2"))["quantity_available"] == "0.000"


async def test_a_reservation_stays_where_it_is(shop: Shop) -> None:
    part = shop.part()
    for place in (shop.main, shop.depot):
        await shop.receive(part, "5", at=place)
    line = shop.line(shop.order(), part, "3")
    await shop.post(f"work-order-parts/{line}/reserve", quantity="2")
    refused = await shop.post(f"work-order-parts/{line}/issue", 409, facility_id=str(shop.depot))
    assert refused["code"] == "reserved_elsewhere" and "Main shop" in refused["detail"]
