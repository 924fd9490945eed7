"""What runs low is suggested once, ordered from one supplier, and comes in against its purchase order."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import Any
from uuid import UUID

from .conftest import Shop

D = Decimal


async def vendor(shop: Shop) -> str:
    name = f"V-{uuid.uuid4().hex[:6]}"
    made: str = (await shop.post("vendors", 201, name=name, vendor_number=name))["id"]
    return made


async def low_part(shop: Shop, supplier: str | None, **given: Any) -> tuple[UUID, UUID]:
    """A part of which 5 are there, to be ordered again at 4 by lots of 6; and its row of stock."""
    part = shop.part(**{"reorder_point": "4", "reorder_quantity": "6", "vendor_id": supplier, **given})
    await shop.receive(part, "5", "2.50")
    return part, shop.stock(part)["id"]


async def take(shop: Shop, part: UUID, quantity: str) -> UUID:
    line = shop.line(shop.order(), part, quantity)
    await shop.post(f"work-order-parts/{line}/issue")
    return line


async def test_raised_as_stock_falls_kept_up_to_date_and_withdrawn_as_it_rises(shop: Shop) -> None:
    part, key = await low_part(shop, None)
    assert shop.suggestions(part) == []
    line = await take(shop, part, "1")
    assert shop.suggestions(part) == [("open", D(6))]
    other = shop.line(shop.order(), part, "4")
    await shop.post(f"work-order-parts/{other}/reserve")
    (row,) = (await shop.get("purchase-suggestions", part_id=str(part)))["items"]
    assert (row["quantity_available"], row["reorder_point"], row["quantity"]) == ("0.000", "4.000", "6.000")
    assert (row["unit_cost"], row["total_cost"]) == ("2.5000", "15.00")
    await shop.post(f"work-order-parts/{other}/release")
    await shop.post(f"work-order-parts/{line}/return")
    assert shop.suggestions(part) == [("withdrawn", D(6))]
    await shop.post(f"part-stocks/{key}/count", counted="3")
    assert shop.suggestions(part) == [("withdrawn", D(6)), ("open", D(6))]


async def test_a_dismissed_one_comes_back_only_after_the_stock_has_risen(shop: Shop) -> None:
    part, key = await low_part(shop, None)
    await shop.post(f"part-stocks/{key}/count", counted="4")
    (row,) = (await shop.get("purchase-suggestions", part_id=str(part)))["items"]
    await shop.post(f"purchase-suggestions/{row['id']}/dismiss", reason="Fleet is sold")
    await shop.post(f"part-stocks/{key}/count", counted="2")
    assert shop.suggestions(part) == [("dismissed", D(6))]
    await shop.post(f"part-stocks/{key}/count", counted="5")
    await shop.post(f"part-stocks/{key}/count", counted="1")
    assert shop.suggestions(part) == [("withdrawn", D(6)), ("open", D(6))]


async def test_reorder_points_of_part_and_place_and_the_parts_state_count(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "5")
    key = shop.stock(part)["id"]
    await shop.client.patch(f"/api/v1/parts/{part}", json={"reorder_point": "5"})
    assert shop.suggestions(part) == [("open", D(5))]
    await shop.client.patch(f"/api/v1/part-stocks/{key}", json={"reorder_point": "2"})
    assert [state for state, _ in shop.suggestions(part)] == ["withdrawn"]
    await shop.client.patch(
        f"/api/v1/part-stocks/{key}", json={"reorder_point": "6", "maximum_quantity": "20"}
    )
    assert shop.suggestions(part)[-1] == ("open", D(15))
    await shop.post(f"parts/{part}/discontinue")
    assert [state for state, _ in shop.suggestions(part)] == ["withdrawn", "withdrawn"]


async def test_suggestions_of_one_supplier_become_a_draft_that_counts_as_ordered(shop: Shop) -> None:
    supplier = await vendor(shop)
    (one, one_key), (two, two_key) = await low_part(shop, supplier), await low_part(shop, supplier)
    other, other_key = await low_part(shop, await vendor(shop))
    for key in (one_key, two_key, other_key):
        await shop.post(f"part-stocks/{key}/count", counted="1")
    ids = {
        row["part_id"]: row["id"]
        for row in (await shop.get("purchase-suggestions", status="open", limit=1000))["items"]
    }
    wanted = [ids[str(one)], ids[str(two)]]
    refused = await shop.post("purchase-suggestions/order", 422, ids=[*wanted, ids[str(other)]])
    assert [entry["field"] for entry in refused["errors"]] == ["vendor_id"]
    made = await shop.post(
        "purchase-suggestions/order", ids=wanted, quantities=[{"id": wanted[0], "quantity": "8"}]
    )
    (order,) = made["purchase_order_ids"]
    row = await shop.get(f"purchase-orders/{order}")
    assert (row["status"], row["vendor_id"], row["delivery_facility_id"]) == (
        "draft",
        supplier,
        str(shop.main),
    )
    assert sorted(line["quantity"] for line in row["line_items"]) == ["6.000", "8"]
    assert D(row["total_amount"]) == D("35.00")
    assert shop.suggestions(one) == [("ordered", D(6))]
    assert shop.stock(one)["quantity_on_order"] == 8
    again = await shop.post("purchase-suggestions/order", 409, ids=wanted)
    assert again["code"] == "not_open"
    # It falls further, but enough is on its way.
    await shop.post(f"part-stocks/{one_key}/count", counted="0")
    assert shop.suggestions(one) == [("ordered", D(6))]
    await shop.post(f"purchase-orders/{order}/cancel", status_note="Too dear")
    assert shop.stock(one)["quantity_on_order"] == 0
    assert shop.suggestions(one) == [("ordered", D(6)), ("open", D(6))]


async def sent_order(shop: Shop, lines: list[dict[str, Any]], **given: Any) -> str:
    """A purchase order on its way to the main shop."""
    total = sum((D(line["amount"]) for line in lines), D(0))
    order: str = (
        await shop.post(
            "purchase-orders",
            201,
            vendor_id=await vendor(shop),
            po_date="2026-03-02",
            delivery_facility_id=str(shop.main),
            subtotal=str(total),
            total_amount=str(total),
            line_items=lines,
            **given,
        )
    )["id"]
    # Nobody approves what they asked for themselves: the approval is not what is tried here.
    shop.owner.execute("UPDATE purchase_orders SET status = 'sent', sent_at = now() WHERE id = %s", (order,))
    return order


def order_line(part: UUID, quantity: str, price: str) -> dict[str, Any]:
    amount = str((D(quantity) * D(price)).quantize(D("0.01")))
    return {
        "item": "X",
        "description": "Part",
        "quantity": quantity,
        "unit_price": price,
        "amount": amount,
        "part_id": str(part),
    }


async def test_a_delivery_is_written_into_its_purchase_order(shop: Shop) -> None:
    one, two = shop.part(), shop.part()
    order = await sent_order(shop, [order_line(one, "4", "2.50"), order_line(two, "2", "9")])
    assert (shop.stock(one)["quantity_on_order"], shop.stock(two)["quantity_on_order"]) == (4, 2)
    goods = {"facility_id": str(shop.main), "part_id": str(one), "quantity": "3"}
    await shop.post("part-stocks/receive", lines=[goods], purchase_order_id=order, reference_number="PS-1")
    row = await shop.get(f"purchase-orders/{order}")
    assert (row["status"], row["line_items"][0]["quantity_received"]) == ("partially_received", "3")
    assert shop.row("parts", one)["unit_cost"] == D("2.5000"), "the order's price"
    assert shop.stock(one)["quantity_on_order"] == 1
    refused = await shop.post(
        "part-stocks/receive", 409, lines=[goods | {"part_id": str(shop.part())}], purchase_order_id=order
    )
    assert refused["code"] == "not_ordered"
    rest = [goods | {"quantity": "2"}, goods | {"part_id": str(two), "quantity": "2", "unit_cost": "8"}]
    await shop.post("part-stocks/receive", lines=rest, purchase_order_id=order)
    row = await shop.get(f"purchase-orders/{order}")
    assert (row["status"], row["received_at"] is not None) == ("received", True)
    assert [D(line["quantity_received"]) for line in row["line_items"]] == [5, 2]
    assert (shop.stock(one)["quantity_on_order"], shop.stock(two)["quantity_on_order"]) == (0, 0)
    ledger = (await shop.get(f"parts/{two}/movements"))["items"]
    assert ledger[0]["po_number"] == row["po_number"] and ledger[0]["vendor_id"] == row["vendor_id"]
    late = await shop.post("part-stocks/receive", 409, lines=[goods], purchase_order_id=order)
    assert late["code"] == "order_not_sent"
    draft = await shop.post("part-stocks/receive", 422, lines=[goods], purchase_order_id=str(uuid.uuid4()))
    assert draft["errors"][0]["field"] == "purchase_order_id"


async def test_a_price_in_another_currency_is_not_taken_for_a_cost(shop: Shop) -> None:
    part = shop.part()
    order = await sent_order(shop, [order_line(part, "4", "2.50")], currency="EUR")
    goods = {"facility_id": str(shop.main), "part_id": str(part), "quantity": "3"}
    refused = await shop.post("part-stocks/receive", 422, lines=[goods], purchase_order_id=order)
    (problem,) = refused["errors"]
    assert problem["field"] == "lines[0].unit_cost"
    assert re.fullmatch(r"is required in USD: \S+ is in EUR", problem["message"])
    assert shop.counts(part) == (0, 0)
    paid = goods | {"unit_cost": "2.75"}
    await shop.post("part-stocks/receive", lines=[paid], purchase_order_id=order)
    assert shop.row("parts", part)["unit_cost"] == D("2.75")


async def test_what_is_on_order_follows_the_order_as_it_is_changed(shop: Shop) -> None:
    part, other = shop.part(), shop.part()
    supplier = await vendor(shop)
    line = order_line(part, "4", "2.50")
    body = {
        "vendor_id": supplier,
        "po_date": "2026-03-02",
        "delivery_facility_id": str(shop.main),
        "subtotal": "10",
        "total_amount": "10",
        "line_items": [line],
    }
    order = (await shop.post("purchase-orders", 201, **body))["id"]
    assert shop.stock(part)["quantity_on_order"] == 4
    answer = await shop.client.patch(
        f"/api/v1/purchase-orders/{order}", json={"delivery_facility_id": str(shop.depot)}
    )
    assert answer.status_code == 200, answer.text
    assert shop.stock(part)["quantity_on_order"] == 0
    assert shop.stock(part, shop.depot)["quantity_on_order"] == 4
    answer = await shop.client.patch(
        f"/api/v1/purchase-orders/{order}", json={"line_items": [line | {"part_id": str(other)}]}
    )
    assert answer.status_code == 200, answer.text
    assert shop.stock(part, shop.depot)["quantity_on_order"] == 0
    assert shop.stock(other, shop.depot)["quantity_on_order"] == 4
