"""Stock over the API: received, counted, adjusted, transferred; what is wrong is told and changes nothing."""

from __future__ import annotations

import asyncio
import uuid
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from tests.site import Site

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.registry import load_registry
from motorpool.maintenance.queries.parts_ledger import movements_of

from .conftest import Shop

D = Decimal
BLOCKED = "SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


async def test_a_delivery_comes_in_at_the_moving_average(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "10", "4.00")
    await shop.receive(part, "5", "5.50", at=shop.depot)
    row = shop.row("parts", part)
    assert (row["unit_cost"], row["last_cost"]) == (D("4.5000"), D("5.5000"))
    assert (shop.counts(part), shop.counts(part, shop.depot)) == ((10, 0), (5, 0))
    ledger = (await shop.get(f"parts/{part}/movements"))["items"]
    assert [
        (one["movement_type"], one["quantity"], one["quantity_after"], one["balance"]) for one in ledger
    ] == [
        ("receive", "5.000", "5.000", "15.000"),
        ("receive", "10.000", "10.000", "10.000"),
    ]
    assert ledger[0]["total_cost"] == "27.50"


async def test_one_row_of_stock_is_received_counted_adjusted_and_transferred(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "8", "3")
    key = shop.stock(part)["id"]
    vendor = (await shop.post("vendors", 201, name="Parts & Co", vendor_number=f"V-{uuid.uuid4().hex[:6]}"))[
        "id"
    ]
    row = await shop.post(
        f"part-stocks/{key}/receive", quantity="2", unit_cost="8", vendor_id=vendor, reference_number="PS-77"
    )
    assert (row["quantity_on_hand"], row["quantity_available"]) == ("10.000", "10.000")
    assert shop.row("parts", part)["unit_cost"] == D("4.0000")
    row = await shop.post(f"part-stocks/{key}/count", counted="9", reference_number="Sheet 4")
    assert row["quantity_on_hand"] == "9.000" and row["last_counted_at"]
    row = await shop.post(f"part-stocks/{key}/adjust", quantity="-1", reason="damaged")
    assert row["quantity_on_hand"] == "8.000"
    row = await shop.post(f"part-stocks/{key}/transfer", to_facility_id=str(shop.depot), quantity="3")
    assert row["quantity_on_hand"] == "5.000"
    assert shop.counts(part, shop.depot) == (3, 0)
    assert shop.row("parts", part)["unit_cost"] == D("4.0000"), "none of this changes the average"
    ledger = (await shop.get(f"parts/{part}/movements"))["items"]
    told = [(one["movement_type"], one["quantity"], one["balance"], one["reason"]) for one in ledger]
    assert told == [
        ("transfer", "3.000", "8.000", None),
        ("transfer", "-3.000", "5.000", None),
        ("adjust", "-1.000", "8.000", "damaged"),
        ("count", "-1.000", "9.000", None),
        ("receive", "2.000", "10.000", None),
        ("receive", "8.000", "8.000", None),
    ]
    assert ledger[0]["other_facility"] == "Main shop" and ledger[1]["other_facility"] == "Depot East"
    assert (ledger[4]["vendor"], ledger[4]["reference_number"]) == ("Parts & Co", "PS-77")
    here = (await shop.get(f"parts/{part}/movements", facility_id=str(shop.depot)))["items"]
    assert [(one["quantity"], one["balance"]) for one in here] == [("3.000", "3.000")]
    first = ledger[1]
    older = await shop.get(
        f"parts/{part}/movements", before=first["moved_at"], before_id=first["id"], limit=2
    )
    assert [one["id"] for one in older["items"]] == [ledger[2]["id"], ledger[3]["id"]]


async def test_a_count_of_what_is_expected_is_recorded_too(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "4")
    sheet = {
        "lines": [
            {"part_id": str(part), "facility_id": str(shop.main), "counted": "4"},
            {"part_id": str(part), "facility_id": str(shop.depot), "counted": "2.5"},
        ]
    }
    made = await shop.post("part-stocks/count", reference_number="Year end", **sheet)
    assert len(made["movement_ids"]) == 2
    assert shop.row("stock_movements", made["movement_ids"][0])["quantity"] == 0
    assert shop.counts(part, shop.depot) == (D("2.5"), 0)
    # What was found is valued at the average.
    assert shop.row("stock_movements", made["movement_ids"][1])["unit_cost"] == D("10.0000")


async def test_an_opening_stock_is_an_adjustment_with_a_cost(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "1", "2")
    key = shop.stock(part)["id"]
    await shop.post(f"part-stocks/{key}/adjust", quantity="3", unit_cost="6", reason="found")
    assert shop.row("parts", part)["unit_cost"] == D("5.0000")
    refused = await shop.post(f"part-stocks/{key}/adjust", 422, quantity="-1", unit_cost="6", reason="lost")
    assert [one["field"] for one in refused["errors"]] == ["unit_cost"]


@pytest.mark.parametrize(
    ("verb", "body", "status", "field"),
    [
        ("receive", {"quantity": "0", "unit_cost": "1"}, 422, "quantity"),
        ("receive", {"quantity": "-2", "unit_cost": "1"}, 422, "quantity"),
        ("receive", {"quantity": "1.2345", "unit_cost": "1"}, 422, "quantity"),
        ("receive", {"quantity": "NaN", "unit_cost": "1"}, 422, "quantity"),
        ("receive", {"quantity": "1"}, 422, "unit_cost"),
        ("receive", {"quantity": "1", "unit_cost": "-1"}, 422, "unit_cost"),
        ("count", {"counted": "-1"}, 422, "counted"),
        ("count", {"counted": "many"}, 422, "counted"),
        ("adjust", {"quantity": "1"}, 422, "reason"),
        ("adjust", {"quantity": "0", "reason": "x"}, 422, "quantity"),
        ("adjust", {"quantity": "-6", "reason": "lost"}, 409, "quantity"),
        ("transfer", {"quantity": "6", "to_facility_id": "depot"}, 409, "quantity"),
        ("transfer", {"quantity": "1", "to_facility_id": "main"}, 422, "to_facility_id"),
        ("transfer", {"quantity": "1", "to_facility_id": str(uuid.uuid4())}, 422, "to_facility_id"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_moves(
    verb: str, body: dict[str, Any], status: int, field: str, shop: Shop
) -> None:
    part = shop.part()
    await shop.receive(part, "5")
    key = shop.stock(part)["id"]
    for name, place in (("main", shop.main), ("depot", shop.depot)):
        if body.get("to_facility_id") == name:
            body = body | {"to_facility_id": str(place)}
    refused = await shop.post(f"part-stocks/{key}/{verb}", status, **body)
    assert field in [one["field"] for one in refused["errors"]], refused
    assert shop.counts(part) == (5, 0)
    assert len((await shop.get(f"parts/{part}/movements"))["items"]) == 1


async def test_a_delivery_is_all_or_nothing_and_names_the_wrong_line(shop: Shop) -> None:
    good = {"part_id": str(shop.part()), "facility_id": str(shop.main), "quantity": "1", "unit_cost": "1"}
    lines = [
        good,
        good | {"part_id": str(uuid.uuid4())},
        good | {"facility_id": str(uuid.uuid4())},
    ]
    refused = await shop.post("part-stocks/receive", 422, lines=lines)
    assert [one["field"] for one in refused["errors"]] == ["lines[1].part_id", "lines[2].facility_id"]
    assert (await shop.get("stock-movements", part_id=good["part_id"]))["items"] == []
    retired = shop.part(status="retired")
    refused = await shop.post("part-stocks/receive", 409, lines=[good | {"part_id": str(retired)}])
    assert refused["code"] == "retired"
    twice = await shop.post("part-stocks/receive", lines=[good, good])
    assert len(twice["movement_ids"]) == 2
    assert shop.counts(uuid.UUID(good["part_id"])) == (2, 0)


async def test_the_same_receipt_twice_is_one(shop: Shop) -> None:
    part = shop.part()
    await shop.receive(part, "1")
    key = shop.stock(part)["id"]
    body = {"quantity": "5", "unit_cost": "1"}
    for _ in range(2):
        answer = await shop.client.post(
            f"/api/v1/part-stocks/{key}/receive", json=body, headers={"Idempotency-Key": "slip-1"}
        )
        assert answer.json()["quantity_on_hand"] == "6.000"


async def test_if_match_is_asked_of_the_row_that_is_locked(shop: Shop) -> None:
    """Somebody changes the row while the count waits for it: what was counted was another stock."""
    part = shop.part()
    await shop.receive(part, "5")
    path = f"/api/v1/part-stocks/{shop.stock(part)['id']}"
    tag = (await shop.client.get(path)).headers["etag"]
    with psycopg.connect(shop.owner.info.dsn, password=shop.owner.info.password) as other:
        other.execute("SELECT FROM parts WHERE id = %s FOR UPDATE", (part,))
        waiting = asyncio.create_task(
            shop.client.post(f"{path}/count", json={"counted": "4"}, headers={"If-Match": tag})
        )
        while not shop.owner.execute(BLOCKED, (other.info.backend_pid,)).fetchall():
            assert not waiting.done(), waiting.result().text
            await asyncio.sleep(0.01)
        other.execute("UPDATE part_stocks SET bin_location = 'B-7' WHERE part_id = %s", (part,))
    assert (await waiting).status_code == 412
    assert shop.counts(part) == (5, 0)
    tag = (await shop.client.get(path)).headers["etag"]
    answer = await shop.client.post(f"{path}/count", json={"counted": "4"}, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


async def test_the_ledger_of_a_grant_for_one_facility_has_its_movements_only(shop: Shop, site: Site) -> None:
    part = shop.part()
    await shop.receive(part, "9")
    await shop.post(
        f"part-stocks/{shop.stock(part)['id']}/transfer", to_facility_id=str(shop.depot), quantity="4"
    )
    database = Database(site.settings.database.app_url or "", pool_size=1)
    await database.open()
    try:
        for place, expected in ((shop.main, [(-4, 5), (9, 9)]), (shop.depot, [(4, 4)])):
            reach = Reach(facilities=frozenset([place]))
            found = await movements_of(
                database, shop.organisation.actor, load_registry()["stock_movements"], reach, part
            )
            assert [(one.quantity, one.balance) for one in found] == expected
    finally:
        await database.close()


async def test_another_tenants_stock_is_not_there(shop: Shop, strange_client: Any) -> None:
    part = shop.part()
    await shop.receive(part, "1")
    key = shop.stock(part)["id"]
    answer = await strange_client.post(f"/api/v1/part-stocks/{key}/count", json={"counted": "9"})
    assert answer.status_code == 404
    line = {"part_id": str(part), "facility_id": str(shop.main), "quantity": "1", "unit_cost": "1"}
    answer = await strange_client.post("/api/v1/part-stocks/receive", json={"lines": [line]})
    assert answer.status_code == 422
    assert (await strange_client.get("/api/v1/parts/lookup", params={"code": "x"})).json() == {"items": []}


async def test_a_scanned_code_leads_to_its_part(shop: Shop) -> None:
    number = f"BRK-{uuid.uuid4().hex[:6]}"
    part = shop.part(
        part_number=number, barcode=f"0{number[-6:]}", manufacturer_part_number=f"ACME {number[-6:]}"
    )
    await shop.receive(part, "3")
    for code in (number, number.lower(), f"0{number[-6:]}", f"acme {number[-6:]}"):
        (found,) = (await shop.get("parts/lookup", code=code))["items"]
        assert found["id"] == str(part)
        (place,) = found["places"]
        assert (place["facility"], place["available"]) == ("Main shop", "3.000")
