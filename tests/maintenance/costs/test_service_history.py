"""A vehicle's service history: what stands in it, in which order, page by page, and who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@pytest.fixture(scope="module")
def made(database_urls: Any, organisation: Organisation) -> Iterator[dict[str, Any]]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:

        def add(table: str, **values: Any) -> Any:
            return insert(connection, table, organisation.id, **values)

        bus = add("vehicles", vehicle_number="H-1", status="active")
        other = add("vehicles", vehicle_number="H-2", status="active")
        pads = add("parts", part_number="BP-7", name="Brake pads")
        technician = add("technicians", first_name="Mo", last_name="Diaz")
        brakes = add(
            "maintenance_records", vehicle_id=bus, status="completed", summary="Brakes renewed",
            work_order_type="corrective", closed_at=day(4), completed_at=day(4), parts_cost="120", labor_cost="80",
            warranty_amount="50", closing_odometer=81_200, correction="Pads and rotors replaced",
            assigned_technician_id=technician,
        )  # fmt: skip
        line = {"work_order_id": brakes, "part_id": pads, "quantity": 2, "unit_cost": "60"}
        add(
            "work_order_parts",
            **line,
            quantity_issued=3,
            quantity_returned=1,
            position="left_front",
            serial_number="S9",
        )
        # Never handed out: not fitted.
        add("work_order_parts", **line, quantity_issued=0, position="right_front")
        for status in ("draft", "cancelled"):
            add("maintenance_records", vehicle_id=bus, status=status, summary=f"{status} one")
        add(
            "maintenance_records",
            vehicle_id=other,
            status="completed",
            summary="Of another vehicle",
            closed_at=day(4),
        )
        add("safety_inspections", vehicle_id=bus, inspection_date=day(2), inspection_type="annual", odometer=81_000,
            inspection_status="failed")  # fmt: skip
        add(
            "defects",
            vehicle_id=bus,
            reported_at=day(3),
            description="Pads worn",
            severity="major",
            status="certified",
        )
        add("meter_readings", vehicle_id=bus, meter_type="odometer", value=5_000.0, replacement_offset=81_000_000.0,
            recorded_at=day(5), is_replacement=True)  # fmt: skip
        add("recurring_maintenance_schedules", vehicle_id=bus, schedule_name="Oil service",
            last_completed_date=date(2026, 4, 1), last_completed_mileage=50_000)  # fmt: skip
        yield {"bus": bus, "other": other, "brakes": brakes}


async def history(client: httpx.AsyncClient, vehicle: Any, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api/v1/vehicles/{vehicle}/service-history?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_everything_in_order_of_time(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    items = (await history(client, made["bus"]))["items"]
    assert [(one["kind"], one["title"]) for one in items] == [
        ("meter", "Odometer replaced"),
        ("order", "Brakes renewed"),
        ("defect", "Pads worn"),
        ("inspection", "Inspection"),
        ("service", "Oil service"),
    ]
    order = items[1]
    assert (order["net_cost"], order["odometer_km"], order["who"]) == ("150.00", 81_200, "Mo Diaz")
    assert order["text"] == "Pads and rotors replaced"
    [part] = order["parts"]
    assert (part["name"], float(part["quantity"]), part["position"], part["serial_number"]) == (
        "Brake pads", 2, "left_front", "S9",
    )  # fmt: skip
    assert items[0]["odometer_km"] == 81_005
    # 50,000 miles.
    assert items[4]["odometer_km"] == 80_467


async def test_page_by_page_nothing_is_lost_or_doubled(
    client: httpx.AsyncClient, made: dict[str, Any]
) -> None:
    found, cursor = [], None
    for _ in range(10):
        page = await history(
            client, made["bus"], f"limit=2{f'&cursor={cursor}' if cursor else ''}".replace("+", "%2B")
        )
        assert len(page["items"]) <= 2
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 5


async def test_one_kind_alone(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    assert [one["kind"] for one in (await history(client, made["bus"], "kind=defect"))["items"]] == ["defect"]
    assert (await client.get(f"/api/v1/vehicles/{made['bus']}/service-history?kind=wash")).status_code == 400
    assert (await client.get(f"/api/v1/vehicles/{made['bus']}/service-history?cursor=abc")).status_code == 400
    assert (await client.get("/api/v1/vehicles/abc/service-history")).status_code == 404


async def test_services_done_elsewhere_stay_when_the_next_one_is_done(
    client: httpx.AsyncClient, organisation: Organisation, database_urls: Any
) -> None:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        van = insert(connection, "vehicles", organisation.id, vehicle_number="H-3", status="active")
        order = insert(connection, "maintenance_records", organisation.id, vehicle_id=van, status="completed",
            summary="Oil service", closed_at=day(0))  # fmt: skip
        oil = insert(connection, "recurring_maintenance_schedules", organisation.id, vehicle_id=van,
            schedule_name="Oil service", last_completed_date=START.date(), last_work_order_id=order)  # fmt: skip
        for number, reason in ((-200, "At the dealer"), (-100, None)):
            insert(connection, "maintenance_schedule_events", organisation.id, schedule_id=oil, vehicle_id=van,
                event="done_elsewhere", happened_on=day(number).date(), mileage=1000, reason=reason, before={})  # fmt: skip
        # One whose last completion is written in the schedule, as its event was.
        wash = insert(connection, "recurring_maintenance_schedules", organisation.id, vehicle_id=van,
            schedule_name="Wash", last_completed_date=day(-50).date())  # fmt: skip
        insert(connection, "maintenance_schedule_events", organisation.id, schedule_id=wash, vehicle_id=van,
            event="done_elsewhere", happened_on=day(-50).date(), before={})  # fmt: skip
    items = (await history(client, van))["items"]
    assert [(one["kind"], one["title"], one["text"]) for one in items] == [
        ("order", "Oil service", None),
        ("service", "Wash", None),
        ("service", "Oil service", None),
        ("service", "Oil service", "At the dealer"),
    ]
    assert items[3]["odometer_km"] == 1609
