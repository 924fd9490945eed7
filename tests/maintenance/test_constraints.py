"""What the database itself refuses in the shop: double bookings, negative stock, two orders for one cause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors as pg
from tests.contract.conftest import Api
from tests.contract.rows import insert

Owner = psycopg.Connection[Any]
EIGHT = datetime(2026, 5, 4, 8, tzinfo=UTC)


def book(owner: Owner, tenant: UUID, hour: int, **given: Any) -> UUID:
    """Two hours in a bay, from `hour` hours after eight."""
    start = EIGHT + timedelta(hours=hour)
    return insert(
        owner,
        "service_bay_schedule",
        tenant,
        scheduled_start=start,
        scheduled_end=start + timedelta(hours=2),
        **given,
    )


@pytest.mark.parametrize(
    ("column", "table"),
    [("service_bay_id", "service_bays"), ("vehicle_id", "vehicles"), ("technician_id", "technicians")],
)
def test_a_bay_a_vehicle_and_a_technician_have_one_job_at_a_time(
    column: str, table: str, owner: Owner, tenant: Any
) -> None:
    held = {column: insert(owner, table, tenant.id)}
    first = book(owner, tenant.id, 0, **held)
    with pytest.raises(pg.ExclusionViolation):
        book(owner, tenant.id, 1, **held)
    book(owner, tenant.id, 2, **held)  # the next begins as the first ends
    owner.execute("UPDATE service_bay_schedule SET status = 'cancelled' WHERE id = %s", (first,))
    book(owner, tenant.id, -1, **held)
    with pytest.raises(pg.ExclusionViolation):
        owner.execute("UPDATE service_bay_schedule SET status = 'scheduled' WHERE id = %s", (first,))


def test_a_technician_works_on_one_thing_at_a_time(owner: Owner, tenant: Any) -> None:
    technician = insert(owner, "technicians", tenant.id)

    def clock(start: int, end: int | None, **given: Any) -> UUID:
        return insert(
            owner,
            "work_order_labor",
            tenant.id,
            technician_id=technician,
            started_at=EIGHT + timedelta(hours=start),
            ended_at=None if end is None else EIGHT + timedelta(hours=end),
            **given,
        )

    done = clock(0, 3, break_minutes=30, hourly_rate="60")
    assert owner.execute(
        "SELECT hours, labor_cost FROM work_order_labor WHERE id = %s", (done,)
    ).fetchone() == (Decimal("2.50"), Decimal("150.00"))
    running = clock(3, None)
    assert owner.execute(
        "SELECT hours, labor_cost FROM work_order_labor WHERE id = %s", (running,)
    ).fetchone() == (None, None)
    with pytest.raises(pg.ExclusionViolation):
        clock(9, 10)
    with pytest.raises(pg.CheckViolation):
        clock(-3, -2, break_minutes=61)


@pytest.mark.parametrize(
    ("on_hand", "reserved", "fine"),
    [("0", "0", True), ("-1", "0", False), ("2", "3", False), ("2", "2", True)],
)
def test_stock_is_never_negative(on_hand: str, reserved: str, fine: bool, owner: Owner, tenant: Any) -> None:
    given = {"quantity_on_hand": on_hand, "quantity_reserved": reserved}
    if fine:
        insert(owner, "part_stocks", tenant.id, **given)
    else:
        with pytest.raises(pg.CheckViolation):
            insert(owner, "part_stocks", tenant.id, **given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"movement_type": "issue", "quantity": "1"},
        {"movement_type": "receive", "quantity": "-1"},
        {"movement_type": "transfer", "quantity": "1"},
        {"movement_type": "adjust", "quantity": "1"},
        {"movement_type": "receive", "quantity": "1", "quantity_after": "-1"},
    ],
)
def test_a_movement_has_its_sign_its_place_and_its_reason(
    wrong: dict[str, Any], owner: Owner, tenant: Any
) -> None:
    with pytest.raises(pg.CheckViolation):
        insert(owner, "stock_movements", tenant.id, **wrong)


async def test_movements_are_only_added(database: Any, owner: Owner, tenant: Any) -> None:
    insert(owner, "stock_movements", tenant.id)
    for change in ("UPDATE stock_movements SET reason = 'x'", "DELETE FROM stock_movements"):
        with pytest.raises(pg.InsufficientPrivilege):
            async with database.connection(tenant.actor) as connection:
                await connection.execute(f"{change} WHERE tenant_id = %s", (tenant.id,))


def test_what_a_machine_reports_twice_makes_one_open_order(owner: Owner, tenant: Any) -> None:
    vehicle = insert(owner, "vehicles", tenant.id)
    schedule = insert(owner, "recurring_maintenance_schedules", tenant.id, vehicle_id=vehicle)
    for cause in ({"trouble_code": "P0301"}, {"schedule_id": schedule}):
        first = insert(owner, "maintenance_records", tenant.id, vehicle_id=vehicle, **cause)
        with pytest.raises(pg.UniqueViolation):
            insert(owner, "maintenance_records", tenant.id, vehicle_id=vehicle, **cause)
        owner.execute("UPDATE maintenance_records SET status = 'completed' WHERE id = %s", (first,))
        insert(owner, "maintenance_records", tenant.id, vehicle_id=vehicle, **cause)


def test_totals_follow_their_parts(owner: Owner, tenant: Any) -> None:
    order = insert(
        owner,
        "maintenance_records",
        tenant.id,
        labor_cost="120.10",
        parts_cost="80.05",
        outside_service_cost="40",
        other_cost="5",
        tax_amount="9.95",
        discount_amount="15.10",
        downtime_started_at=EIGHT,
        downtime_ended_at=EIGHT + timedelta(hours=5, minutes=20),
    )
    row = owner.execute(
        "SELECT total_cost, downtime_hours FROM maintenance_records WHERE id = %s", (order,)
    ).fetchone()
    assert row == (Decimal("240.00"), Decimal("5.33"))
    line = insert(
        owner,
        "work_order_parts",
        tenant.id,
        work_order_id=order,
        quantity_issued="3",
        quantity_returned="1",
        unit_cost="2.3456",
    )
    assert owner.execute("SELECT total_cost FROM work_order_parts WHERE id = %s", (line,)).fetchone() == (
        Decimal("4.69"),
    )
    with pytest.raises(pg.CheckViolation):
        owner.execute("UPDATE work_order_parts SET quantity_returned = 4 WHERE id = %s", (line,))
    with pytest.raises(pg.CheckViolation):
        owner.execute("UPDATE maintenance_records SET discount_amount = 1000 WHERE id = %s", (order,))


@pytest.mark.parametrize(
    ("given", "meter_miles", "status"),
    [
        ({"next_due_date": 30}, None, "upcoming"),
        ({"next_due_date": 7}, None, "due_soon"),
        ({"next_due_date": -1}, None, "overdue"),
        ({"next_due_date": 30, "next_due_mileage": 50_000}, 49_400, "upcoming"),
        ({"next_due_date": 30, "next_due_mileage": 50_000}, 49_501, "due_soon"),
        ({"next_due_date": 0}, None, "due"),
        ({"next_due_date": 30, "next_due_mileage": 50_000}, 50_001, "due"),
        ({"next_due_date": 30, "next_due_mileage": 50_000}, 50_101, "overdue"),
        ({"next_due_mileage": 50_000}, None, "upcoming"),
        ({"next_due_date": -1, "is_active": False}, None, "paused"),
        ({}, 50_000, "not_planned"),
    ],
)
async def test_what_is_due_follows_the_day_and_the_meter(
    given: dict[str, Any], meter_miles: int | None, status: str, api: Api, owner: Owner
) -> None:
    tenant = api.actor.tenant_id
    vehicle = insert(owner, "vehicles", tenant)
    if meter_miles is not None:
        insert(
            owner,
            "meter_readings",
            tenant,
            vehicle_id=vehicle,
            value=meter_miles * 1609.344 - 1000,
            replacement_offset=1000,
        )
    if "next_due_date" in given:
        given = given | {"next_due_date": api.actor.today + timedelta(days=given["next_due_date"])}
    key = insert(owner, "recurring_maintenance_schedules", tenant, vehicle_id=vehicle, **given)
    row = (await api("GET", f"recurring-maintenance-schedules/{key}")).json()
    assert row["due_status"] == status
    found = await api("GET", "recurring-maintenance-schedules", params={"due_status": status})
    assert [item["id"] for item in found.json()["items"]] == [str(key)]


@pytest.mark.parametrize(("expiry", "expired"), [("2020-01-01", True), ("2999-01-01", False), (None, False)])
async def test_a_certificate_that_ran_out_is_told(expiry: str | None, expired: bool, api: Api) -> None:
    certificates = [{"name": "ASE A5 Brakes"} | ({"expiry_date": expiry} if expiry else {})]
    body = {"first_name": "Rosa", "last_name": "Marin", "certifications": certificates}
    made = (await api("POST", "technicians", json=body)).json()
    assert (made["full_name"], made["has_expired_certificate"]) == ("Rosa Marin", expired)
    wrong = await api("POST", "technicians", json=body | {"certifications": [{"nmae": "ASE"}]})
    assert [entry["field"].split("[")[0].split(".")[0] for entry in wrong.json()["errors"]] == [
        "certifications"
    ]


async def test_a_template_names_parts_that_exist(api: Api, owner: Owner) -> None:
    part = str(insert(owner, "parts", api.actor.tenant_id))
    body = {"template_name": "Oil service", "required_parts": [{"part_id": part, "quantity": "5.5"}]}
    made = await api("POST", "work-order-templates", json=body)
    assert made.status_code == 201, made.text
    wrong = [{"part_id": "018f0000-0000-7000-8000-000000000000"}]
    answer = await api(
        "POST", "work-order-templates", json={"template_name": "Other", "required_parts": wrong}
    )
    assert [entry["field"] for entry in answer.json()["errors"]] == ["required_parts"]
    answer = await api(
        "POST",
        "work-order-templates",
        json={"template_name": "Other", "required_parts": [{"part_id": part, "quantity": "0"}]},
    )
    assert answer.status_code == 422
