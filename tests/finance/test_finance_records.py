"""What the financial records promise beyond what every resource does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.contract.conftest import Api
from tests.contract.rows import insert

Owner = psycopg.Connection[Any]
MORNING = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)


def colleague(api: Api, owner: Owner) -> Api:
    """Somebody else with the same rights."""
    return api.as_actor(replace(api.actor, user_id=insert(owner, "users", api.actor.tenant_id)))


async def made(api: Api, collection: str, **body: Any) -> dict[str, Any]:
    answer = await api("POST", collection, json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


def invoice(vendor: Any, today: Any, **changes: Any) -> dict[str, Any]:
    return {
        "invoice_number": "A-1",
        "vendor_id": str(vendor),
        "invoice_date": str(today - timedelta(days=30)),
        "due_date": str(today - timedelta(days=1)),
        "subtotal": "100.00",
        "tax_amount": "8.63",
        "discount_amount": "5.00",
        "total_amount": "103.63",
    } | changes


# -- approvals


async def test_nobody_approves_or_pays_an_expense_of_their_own(api: Api, owner: Owner) -> None:
    today = str(api.actor.today)
    row = await made(api, "expenses", expense_type="parking", expense_date=today, amount="18.50")
    path = f"expenses/{row['id']}"
    assert row["submitted_by_user_id"] == str(api.actor.user_id)
    for verb, body in (("approve", {}), ("supervisor_approve", {}), ("reject", {"rejection_reason": "No"})):
        assert (await api("POST", f"{path}/{verb}", json=body)).json()["code"] == "move_forbidden"
    first, second = colleague(api, owner), colleague(api, owner)
    assert (await first("POST", f"{path}/supervisor_approve", json={})).status_code == 200
    assert (await first("POST", f"{path}/approve", json={})).json()["code"] == "move_forbidden"
    approved = (await second("POST", f"{path}/approve", json={})).json()
    assert approved["approved_by_user_id"] == str(second.actor.user_id)
    pay = {"payment_method": "payroll"}
    assert (await api("POST", f"{path}/pay", json=pay)).json()["code"] == "move_forbidden"
    assert (await second("POST", f"{path}/pay", json=pay)).json()["reimbursement_status"] == "paid"
    assert (await second("POST", f"{path}/reject", json={"rejection_reason": "No"})).json()["legal"] == []


async def test_fuel_needs_a_receipt_and_mileage_a_distance(api: Api, owner: Owner) -> None:
    today = str(api.actor.today)
    row = await made(api, "expenses", expense_type="fuel", expense_date=today, amount="60")
    refused = await colleague(api, owner)("POST", f"expenses/{row['id']}/approve", json={})
    assert "receipt" in refused.json()["detail"]
    mileage = {"expense_type": "mileage", "expense_date": today, "amount": "60"}
    answer = await api("POST", "expenses", json=mileage)
    assert [entry["field"] for entry in answer.json()["errors"]] == ["distance_km"]
    await made(api, "expenses", **mileage, distance_km="131.5")


async def test_an_order_goes_from_draft_to_received(api: Api, owner: Owner) -> None:
    vendor = insert(owner, "vendors", api.actor.tenant_id)
    today = api.actor.today
    body = {"vendor_id": str(vendor), "po_date": str(today), "subtotal": "0", "total_amount": "0"}
    empty = await made(api, "purchase-orders", **body)
    assert empty["po_number"] == f"PO-{today.year}-00001"
    assert (await api("POST", f"purchase-orders/{empty['id']}/submit", json={})).status_code == 409
    line = {"item": "T", "description": "Tyre", "quantity": "4", "unit_price": "99.995", "amount": "399.98"}
    body |= {"subtotal": "399.98", "shipping_amount": "20.02", "total_amount": "420.00", "line_items": [line]}
    row = await made(api, "purchase-orders", **body, expected_delivery_date=str(today))
    path = f"purchase-orders/{row['id']}"
    assert (await api("POST", f"{path}/submit", json={})).status_code == 200
    assert (await api("POST", f"{path}/approve", json={})).json()["code"] == "move_forbidden"
    assert (await colleague(api, owner)("POST", f"{path}/approve", json={})).status_code == 200
    for verb in ("send", "receive_part", "receive"):
        answer = await api("POST", f"{path}/{verb}", json={})
        assert answer.status_code == 200, answer.text
    assert (await api("GET", path)).json()["status"] == "received"


# -- sums


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"total_amount": "103.64"}, "subtotal and tax less discount is the total"),
        ({"tax_amount": "-1", "total_amount": "94"}, "amounts from zero"),
        ({"currency": "usd"}, "currency is three capital letters"),
        ({"due_date": "2000-01-01"}, "due after the invoice date"),
    ],
)
async def test_an_invoice_that_does_not_add_up_is_refused(
    change: dict[str, str], told: str, api: Api, owner: Owner
) -> None:
    vendor = insert(owner, "vendors", api.actor.tenant_id)
    answer = await api("POST", "invoices", json=invoice(vendor, api.actor.today, **change))
    assert answer.status_code == 422
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("lines", [[("2", "50.00", "99.99")], [("1", "99.00", "99.00")]])
async def test_lines_add_up_to_the_subtotal(lines: list[Any], api: Api, owner: Owner) -> None:
    vendor = insert(owner, "vendors", api.actor.tenant_id)
    items = [
        {"description": "Oil", "quantity": quantity, "unit_price": price, "amount": amount}
        for quantity, price, amount in lines
    ]
    answer = await api("POST", "invoices", json=invoice(vendor, api.actor.today, line_items=items))
    assert {entry["field"] for entry in answer.json()["errors"]} == {"line_items"}
    await made(api, "invoices", **invoice(vendor, api.actor.today, line_items=[]))


async def test_an_invoice_is_overdue_until_it_is_paid(api: Api, owner: Owner) -> None:
    vendor = insert(owner, "vendors", api.actor.tenant_id)
    row = await made(api, "invoices", **invoice(vendor, api.actor.today))
    assert (row["payment_status"], row["current_payment_status"], row["days_overdue"]) == (
        "unpaid",
        "overdue",
        1,
    )
    path = f"invoices/{row['id']}"
    assert (await api("POST", f"{path}/approve", json={})).json()["code"] == "move_forbidden"
    assert (await colleague(api, owner)("POST", f"{path}/approve", json={})).status_code == 200
    paid_at = MORNING.isoformat()
    part = await api("POST", f"{path}/record_payment", json={"paid_amount": "50", "paid_at": paid_at})
    assert (part.json()["payment_status"], part.json()["current_payment_status"]) == ("partial", "overdue")
    over = await api("POST", f"{path}/record_payment", json={"paid_amount": "103.64", "paid_at": paid_at})
    assert "no more is paid than the total" in over.json()["detail"]
    full = await api("POST", f"{path}/record_payment", json={"paid_amount": "103.63", "paid_at": paid_at})
    assert (full.json()["current_payment_status"], full.json()["days_overdue"]) == ("paid", None)


async def test_a_budget_knows_what_is_left(api: Api, owner: Owner) -> None:
    row = await made(api, "budget-allocations", fiscal_year=2026, category="fuel", allocated_amount="1000")
    twin = await api(
        "POST", "budget-allocations", json={"fiscal_year": 2026, "category": "fuel", "allocated_amount": "5"}
    )
    assert twin.status_code == 409
    owner.execute(
        "UPDATE budget_allocations SET spent_amount = 700, committed_amount = 150 WHERE id = %s", (row["id"],)
    )
    row = (await api("GET", f"budget-allocations/{row['id']}")).json()
    assert (row["remaining_amount"], row["percent_utilized"], row["budget_state"]) == (
        "150.00",
        "85.00",
        "warning",
    )
    owner.execute(
        "UPDATE budget_allocations SET allocated_amount = 0.01, spent_amount = 9999999 WHERE id = %s",
        (row["id"],),
    )
    assert (await api("GET", f"budget-allocations/{row['id']}")).json()["budget_state"] == "overspent"


async def test_one_active_depreciation_a_vehicle(api: Api, owner: Owner) -> None:
    body = {
        "vehicle_id": str(insert(owner, "vehicles", api.actor.tenant_id)),
        "purchase_price": "30000",
        "salvage_value": "5000",
        "depreciation_start_date": "2026-01-01",
    }
    answer = await api("POST", "depreciation-schedules", json=body)
    assert [entry["field"] for entry in answer.json()["errors"]] == ["useful_life_years"]
    await made(api, "depreciation-schedules", **body, useful_life_years=5)
    assert (
        await api("POST", "depreciation-schedules", json=body | {"useful_life_years": 5})
    ).status_code == 409
    await made(api, "depreciation-schedules", **body, useful_life_years=5, is_active=False)


async def test_a_record_is_charged_once(api: Api) -> None:
    source = await made(api, "expenses", expense_type="toll", expense_date="2026-03-01", amount="8")
    body = {
        "source_type": "expense",
        "source_id": source["id"],
        "allocation_date": "2026-03-01",
        "allocated_amount": "4.80",
    }
    await made(api, "cost-allocations", **body, allocation_percentage="60")
    answer = await api("POST", "cost-allocations", json=body | {"allocation_percentage": "40.01"})
    assert [entry["field"] for entry in answer.json()["errors"]] == ["allocation_percentage"]
    await made(api, "cost-allocations", **body, allocation_percentage="40")


# -- secrets and fuel


async def test_a_card_number_is_sealed_and_never_used_twice(api: Api, owner: Owner) -> None:
    row = await made(api, "fuel-cards", card_number="7083 1234 5678 9012")
    assert row["card_number"] == "••••9012"
    assert not {"card_number_ciphertext", "card_number_blind_index"} & set(row)
    twin = await api("POST", "fuel-cards", json={"card_number": "7083 1234 5678 9012"})
    assert twin.status_code == 409
    other = await made(api, "fuel-cards", card_number="7083 0000 0000 9012")
    assert other["card_number"] == row["card_number"]
    stored = owner.execute("SELECT * FROM fuel_cards WHERE id = %s", (row["id"],)).fetchone()
    log = owner.execute(
        "SELECT new_values::text FROM audit_trails WHERE record_id = %s", (row["id"],)
    ).fetchone()
    assert b"5678" not in b"".join(value for value in stored or () if isinstance(value, bytes))
    assert log and "5678" not in log[0]
    method = await made(api, "payment-methods", payment_name="Main", routing_number="121000358123")
    assert method["routing_number"] == "••••8123"


async def test_consumption_runs_from_full_tank_to_full_tank(api: Api, owner: Owner) -> None:
    vehicle = str(insert(owner, "vehicles", api.actor.tenant_id))

    async def fill(day: int, odometer: int, liters: str, **more: Any) -> dict[str, Any]:
        return await made(
            api,
            "fuel-transactions",
            vehicle_id=vehicle,
            transaction_date=(MORNING - timedelta(days=30 - day)).isoformat(),
            odometer=odometer,
            quantity=liters,
            total_amount="50",
            **more,
        )

    assert (await fill(0, 10_000, "40"))["consumption_per_100km"] is None
    assert (await fill(1, 10_300, "20", is_full=False))["consumption_per_100km"] is None
    await fill(2, 10_400, "9", fuel_type="def")
    assert (await fill(3, 10_500, "25"))["consumption_per_100km"] == 9.0
    assert (await fill(4, 11_000, "30", is_previous_missing=True))["consumption_per_100km"] is None
    last = await fill(5, 11_400, "30")
    assert last["consumption_per_100km"] == 7.5
    assert (await fill(6, 11_300, "30"))["consumption_per_100km"] is None


async def test_periods_close_in_order_and_do_not_overlap(api: Api) -> None:
    may = await made(
        api, "accounting-periods", period="2026-05", starts_on="2026-05-01", ends_on="2026-05-31"
    )
    june = await made(
        api, "accounting-periods", period="2026-06", starts_on="2026-06-01", ends_on="2026-06-30"
    )
    twin = {"period": "half", "starts_on": "2026-05-31", "ends_on": "2026-06-02"}
    assert (await api("POST", "accounting-periods", json=twin)).json()["code"] == "overlap"
    early = await api("POST", f"accounting-periods/{june['id']}/close", json={})
    assert early.json()["detail"] == "An earlier period is still open."
    assert (await api("POST", f"accounting-periods/{may['id']}/close", json={})).status_code == 200
    assert (await api("POST", f"accounting-periods/{june['id']}/close", json={})).status_code == 200


async def test_a_closed_period_holds_what_falls_into_it(api: Api, owner: Owner) -> None:
    period = await made(
        api, "accounting-periods", period="2024-02", starts_on="2024-02-01", ends_on="2024-02-29"
    )
    row = await made(api, "expenses", expense_type="parking", expense_date="2024-02-10", amount="12.00")
    later = await made(api, "expenses", expense_type="parking", expense_date="2024-03-01", amount="12.00")
    closed = await api("POST", f"accounting-periods/{period['id']}/close", json={})
    assert closed.status_code == 200, closed.text
    path = f"expenses/{row['id']}"
    for method, where, body in (
        ("PATCH", path, {"amount": "13.00"}),
        ("PATCH", path, {"expense_date": "2024-03-02"}),
        ("PATCH", f"expenses/{later['id']}", {"expense_date": "2024-02-29"}),
        ("POST", "expenses", {"expense_type": "toll", "expense_date": "2024-02-29", "amount": "4.00"}),
    ):
        refused = await api(method, where, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "locked"), refused.text
    assert (await api("GET", path)).json()["amount"] == "12.00"
    # A fill belongs to the day where the fleet is: 23:30 of the last day in San Francisco is the next day in UTC.
    owner.execute(
        "UPDATE tenants SET time_zone = 'America/Los_Angeles' WHERE id = %s", (api.actor.tenant_id,)
    )
    fill = {
        "vehicle_id": str(insert(owner, "vehicles", api.actor.tenant_id)),
        "fuel_type": "diesel",
        "quantity": "40",
        "total_amount": "60.00",
    }
    inside = await api("POST", "fuel-transactions", json=fill | {"transaction_date": "2024-03-01T07:30:00Z"})
    assert inside.json().get("code") == "locked", inside.text
    await made(api, "fuel-transactions", **fill, transaction_date="2024-03-01T08:30:00Z")
    assert (
        await api("POST", f"accounting-periods/{period['id']}/reopen", json={"reopen_reason": "Late bill"})
    ).status_code == 200
    assert (await api("PATCH", path, json={"amount": "13.00"})).status_code == 200


async def test_numbers_inside_of_a_structure_are_finite(api: Api) -> None:
    body = {"card_number": "4111", "card_provider": "WEX", "restrictions": {"max_amount": "NaN"}}
    refused = await api("POST", "fuel-cards", json=body)
    assert refused.status_code == 422
    assert {entry["field"]: entry["message"] for entry in refused.json()["errors"]}["restrictions"] == (
        "must hold finite numbers only"
    )
