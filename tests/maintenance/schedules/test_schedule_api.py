"""Schedules through the API: planned as they are made, decided about by people, moved on by work orders."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.contract.conftest import Api
from tests.contract.rows import insert

from motorpool.core.access.decision import Reach, Rule
from motorpool.core.database.database import Database
from motorpool.core.resource.reactions import Change, react
from motorpool.maintenance.queries.due_list import STATUSES, due_list
from motorpool.maintenance.resources.schedules import DUE_STATUS, PREDICTED
from motorpool.maintenance.rules.recurrence import Margin, Mark, Use, due_status, predicted_day

from .conftest import MILE, Read

Owner = psycopg.Connection[Any]
SCHEDULES = "recurring-maintenance-schedules"


async def create(api: Api, vehicle: UUID, **given: Any) -> dict[str, Any]:
    answer = await api("POST", SCHEDULES, json={"vehicle_id": str(vehicle), "schedule_name": "Oil"} | given)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def verb(api: Api, key: str, name: str, *, status: int = 200, **body: Any) -> Any:
    answer = await api("POST", f"{SCHEDULES}/{key}/{name}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def order_for(api: Api, key: str) -> str:
    answer = await api("POST", f"{SCHEDULES}/open-work-orders", json={"schedule_ids": [key]})
    assert answer.status_code == 200, answer.text
    [order] = answer.json()["opened"]
    return str(order)


async def close(api: Api, order: str, **finished: Any) -> None:
    for move, body in (("start", {}), ("finish", finished), ("approve", {})):
        answer = await api("POST", f"maintenance-records/{order}/{move}", json=body)
        assert answer.status_code == 200, (move, answer.text)


async def schedule_of(api: Api, key: str) -> dict[str, Any]:
    row: dict[str, Any] = (await api("GET", f"{SCHEDULES}/{key}")).json()
    return row


@pytest.fixture
def vehicle(api: Api, owner: Owner) -> UUID:
    return insert(owner, "vehicles", api.actor.tenant_id, in_service_on=date(2024, 2, 29))


async def test_without_history_it_counts_from_the_beginning(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 120, 700)
    read(vehicle, 3_000, 1)
    made = await create(api, vehicle, trigger_interval_miles=5000, trigger_interval_days=365)
    assert (made["next_due_date"], made["next_due_mileage"]) == ("2025-02-28", 5120)
    assert (made["anchor_date"], made["anchor_mileage"]) == ("2024-02-29", 120)
    assert made["due_status"] == "overdue"


async def test_with_a_history_it_counts_from_there(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 43_000)
    made = await create(
        api,
        vehicle,
        trigger_interval_miles=5000,
        trigger_interval_months=1,
        last_completed_date="2026-01-31",
        last_completed_mileage=42_000,
    )
    assert (made["next_due_date"], made["next_due_mileage"]) == ("2026-02-28", 47_000)
    changed = await api("PATCH", f"{SCHEDULES}/{made['id']}", json={"trigger_interval_miles": 6000})
    assert changed.json()["next_due_mileage"] == 48_000
    changed = await api("PATCH", f"{SCHEDULES}/{made['id']}", json={"last_completed_mileage": 42_500})
    assert changed.json()["next_due_mileage"] == 48_500
    changed = await api("PATCH", f"{SCHEDULES}/{made['id']}", json={"next_due_mileage": 50_000})
    assert changed.json()["next_due_mileage"] == 50_000
    changed = await api("PATCH", f"{SCHEDULES}/{made['id']}", json={"notes": "Synthetic oil"})
    assert changed.json()["next_due_mileage"] == 50_000
    changed = await api("PATCH", f"{SCHEDULES}/{made['id']}", json={"trigger_interval_miles": None})
    assert changed.json()["next_due_mileage"] is None


async def test_a_time_trigger_may_be_months_and_needs_something(vehicle: UUID, api: Api) -> None:
    made = await create(api, vehicle, trigger_type="time", trigger_interval_months=12)
    assert made["next_due_date"] == "2025-02-28"
    body = {"vehicle_id": str(vehicle), "trigger_type": "time", "trigger_interval_miles": 5000}
    assert (await api("POST", SCHEDULES, json=body)).status_code == 422


async def test_closing_the_order_moves_the_schedule_on(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 46_900)
    made = await create(
        api,
        vehicle,
        trigger_interval_miles=5000,
        trigger_interval_days=180,
        last_completed_date=str(api.actor.today - timedelta(days=170)),
        last_completed_mileage=42_000,
    )
    order = await order_for(api, made["id"])
    again = await api("POST", f"{SCHEDULES}/open-work-orders", json={"schedule_ids": [made["id"]]})
    assert again.json() == {"opened": [], "had_one": [made["id"]]}
    refused = await verb(api, made["id"], "skip", status=409, reason="Not needed")
    assert refused["code"] == "work_order_open"
    # 75,640 km are 47,000 miles.
    await close(api, order, closing_odometer=75_640)
    after = await schedule_of(api, made["id"])
    today = api.actor.today
    assert after["last_completed_mileage"] == 47_001
    assert after["last_completed_date"] == str(today)
    assert (after["next_due_mileage"], after["next_due_date"]) == (52_001, str(today + timedelta(days=180)))
    assert after["last_work_order_id"] == order
    reopened = await api("POST", f"maintenance-records/{order}/reopen", json={"reopen_reason": "Leaks"})
    assert reopened.status_code == 200
    back = await schedule_of(api, made["id"])
    for name in ("last_completed_mileage", "last_completed_date", "next_due_mileage", "next_due_date"):
        assert back[name] == made[name], name
    assert back["last_work_order_id"] is None
    await close(api, order, closing_odometer=75_700)
    assert (await schedule_of(api, made["id"]))["last_completed_mileage"] == 47_038
    events = (
        await api("GET", "maintenance-schedule-events", params={"schedule_id": made["id"], "sort": "id"})
    ).json()["items"]
    assert [bool(one["taken_back_at"]) for one in events] == [True, False]
    assert "before" not in events[0]


async def test_moving_on_twice_is_moving_on_once(
    vehicle: UUID, api: Api, read: Read, database: Database
) -> None:
    read(vehicle, 46_900)
    made = await create(api, vehicle, trigger_interval_miles=5000, last_completed_mileage=42_000)
    order = await order_for(api, made["id"])
    await close(api, order, closing_odometer=75_640)
    once = await schedule_of(api, made["id"])
    read(vehicle, 49_000)
    async with database.transaction(api.actor) as session:
        await react(session, api.actor, Change("maintenance_records", "approve", (UUID(order),)))
    assert await schedule_of(api, made["id"]) == once | {
        "due_status": "upcoming",
        "predicted_due_date": None,
    }


async def test_an_older_order_does_not_take_a_later_one_back(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 46_900)
    made = await create(api, vehicle, trigger_interval_miles=5000, last_completed_mileage=42_000)
    first = await order_for(api, made["id"])
    await close(api, first, closing_odometer=75_640)
    second = await order_for(api, made["id"])
    await close(api, second, closing_odometer=84_000)
    later = await schedule_of(api, made["id"])
    await api("POST", f"maintenance-records/{first}/reopen", json={"reopen_reason": "Invoice"})
    assert (await schedule_of(api, made["id"]))["next_due_mileage"] == later["next_due_mileage"] == 57_195


async def test_a_replaced_meter_at_the_closing(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 46_900, 10)
    read(vehicle, 0, 5, is_replacement=True)
    read(vehicle, 80, 1)
    made = await create(api, vehicle, trigger_interval_miles=5000, last_completed_mileage=42_000)
    order = await order_for(api, made["id"])
    # The dash shows 161 km, 100 miles.
    await close(api, order, closing_odometer=161)
    assert (await schedule_of(api, made["id"]))["last_completed_mileage"] == 47_000


async def test_a_cancelled_order_leaves_it_due(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 47_000)
    made = await create(api, vehicle, trigger_interval_miles=5000, last_completed_mileage=42_000)
    order = await order_for(api, made["id"])
    await api("POST", f"maintenance-records/{order}/cancel", json={"cancellation_reason": "Twice"})
    after = await schedule_of(api, made["id"])
    assert (after["due_status"], after["next_due_mileage"]) == ("due", 47_000)
    assert after["hold_until"] == str(api.actor.today + timedelta(days=7))
    await api("POST", f"maintenance-records/{order}/reopen", json={"reopen_reason": "Not twice"})
    assert (await schedule_of(api, made["id"]))["hold_until"] is None


async def test_done_elsewhere(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 46_900)
    made = await create(
        api,
        vehicle,
        trigger_interval_miles=5000,
        trigger_interval_months=6,
        last_completed_date="2026-01-31",
        last_completed_mileage=42_000,
    )
    done = str(api.actor.today - timedelta(days=3))
    after = await verb(
        api,
        made["id"],
        "complete-without-order",
        completed_date=done,
        completed_mileage=46_500,
        reason="Dealer, under warranty",
    )
    assert (after["last_completed_date"], after["next_due_mileage"]) == (done, 51_500)
    for body, field in (
        ({"completed_date": str(api.actor.today + timedelta(days=2))}, "completed_date"),
        ({"completed_date": "2026-01-01"}, "completed_date"),
        ({"completed_mileage": 46_000}, "completed_mileage"),
        ({"completed_mileage": 60_000, "completed_date": done}, "completed_mileage"),
        ({"completed_milage": 60_000}, "completed_milage"),
    ):
        refused = await verb(api, made["id"], "complete-without-order", status=422, **body)
        assert [one["field"] for one in refused["errors"]] == [field]
    assert (await schedule_of(api, made["id"]))["next_due_mileage"] == 51_500


async def test_skip_and_postpone_need_a_reason(vehicle: UUID, api: Api, read: Read) -> None:
    read(vehicle, 46_900)
    made = await create(
        api,
        vehicle,
        trigger_interval_miles=5000,
        trigger_interval_days=100,
        last_completed_date="2026-01-31",
        last_completed_mileage=42_000,
    )
    refused = await verb(api, made["id"], "postpone", status=422, next_due_mileage=48_000)
    assert refused["errors"][0]["field"] == "reason"
    refused = await verb(api, made["id"], "postpone", status=422, reason="Busy", next_due_mileage=46_000)
    assert refused["errors"][0]["message"] == "must be later than 47000"
    refused = await verb(api, made["id"], "postpone", status=422, reason="Busy", next_due_hours=46_000)
    assert refused["errors"][0]["message"] == "is not planned for this schedule"
    refused = await verb(api, made["id"], "postpone", status=422, reason="Busy")
    after = await verb(api, made["id"], "postpone", reason="Busy", next_due_mileage=48_000)
    assert (after["next_due_mileage"], after["next_due_date"]) == (48_000, made["next_due_date"])
    after = await verb(api, made["id"], "skip", reason="Sold next month")
    assert (after["next_due_mileage"], after["last_completed_mileage"]) == (51_900, 42_000)
    assert after["next_due_date"] == str(api.actor.today + timedelta(days=100))
    events = (
        await api("GET", "maintenance-schedule-events", params={"schedule_id": made["id"], "sort": "id"})
    ).json()["items"]
    assert [(one["event"], one["reason"]) for one in events] == [
        ("postponed", "Busy"),
        ("skipped", "Sold next month"),
    ]


async def program(api: Api, **more: Any) -> str:
    services = [
        {"name": "Oil service", "interval_miles": 7500, "interval_days": 180},
        {"name": "Annual inspection", "interval_months": 12, "notice_days": 30},
    ]
    answer = await api(
        "POST", "service-programs", json={"program_name": "Vans", "services": services, **more}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_programme_is_assigned_once(api: Api, owner: Owner, read: Read) -> None:
    tenant = api.actor.tenant_id
    vans = [insert(owner, "vehicles", tenant, vehicle_type="van", make="Ford") for _ in range(3)]
    insert(owner, "vehicles", tenant, vehicle_type="van", status="sold")
    insert(owner, "vehicles", tenant, vehicle_type="truck")
    read(vans[0], 20_000.4)
    key = await program(api)
    body = {"program_id": key, "filter": {"vehicle_type": "van", "make": "ford"}}
    answer = await api("POST", f"{SCHEDULES}/assign", json=body)
    assert answer.json() == {"vehicles": 3, "created": 6, "existing": 0}, answer.text
    again = await api("POST", f"{SCHEDULES}/assign", json=body)
    assert again.json() == {"vehicles": 3, "created": 0, "existing": 6}
    rows = (await api("GET", SCHEDULES, params={"vehicle_id": str(vans[0])})).json()["items"]
    today = api.actor.today
    by_name = {row["schedule_name"]: row for row in rows}
    assert by_name["Oil service"]["next_due_mileage"] == 27_500
    assert by_name["Oil service"]["next_due_date"] == str(today + timedelta(days=180))
    assert by_name["Annual inspection"]["advance_notice_days"] == 30
    assert {row["due_status"] for row in rows} == {"upcoming"}


async def test_what_cannot_be_assigned(api: Api, owner: Owner) -> None:
    key = await program(api)
    missing = "00000000-0000-7000-8000-000000000000"
    vehicle = str(insert(owner, "vehicles", api.actor.tenant_id))
    for body, field in (
        ({"program_id": key}, "vehicle_ids"),
        ({"program_id": key, "vehicle_ids": [vehicle], "filter": {}}, "vehicle_ids"),
        ({"program_id": key, "vehicle_ids": [vehicle, missing]}, "vehicle_ids[1]"),
        ({"program_id": key, "filter": {"make": "Trabant"}}, "filter"),
        ({"program_id": missing, "vehicle_ids": [vehicle]}, "program_id"),
    ):
        answer = await api("POST", f"{SCHEDULES}/assign", json=body)
        assert answer.status_code == 422, answer.text
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    await api("PATCH", f"service-programs/{key}", json={"is_active": False})
    answer = await api("POST", f"{SCHEDULES}/assign", json={"program_id": key, "vehicle_ids": [vehicle]})
    assert answer.status_code == 409
    none = await api(
        "POST", "service-programs", json={"program_name": "Empty", "services": [{"name": "Nothing"}]}
    )
    assert none.status_code == 422


async def test_who_may_only_reach_a_facility_assigns_there(api: Api, owner: Owner) -> None:
    tenant = api.actor.tenant_id
    mine = insert(owner, "facilities", tenant)
    insert(owner, "vehicles", tenant, facility_id=mine)
    insert(owner, "vehicles", tenant)
    key = await program(api)
    rules = [
        Rule(f"recurring_maintenance_schedules.{name}", "shop", Reach(facilities=frozenset((mine,))))
        for name in ("assign", "read")
    ]
    here = api.with_rules(*rules)
    answer = await here("POST", f"{SCHEDULES}/assign", json={"program_id": key, "filter": {}})
    assert answer.json()["vehicles"] == 1, answer.text


async def test_the_forecast_sums_templates(vehicle: UUID, api: Api, owner: Owner) -> None:
    tenant = api.actor.tenant_id
    template = insert(
        owner, "work_order_templates", tenant, estimated_hours="1.5", estimated_cost="80.00", is_active=True
    )
    today = api.actor.today
    await create(
        api,
        vehicle,
        template_id=str(template),
        maintenance_type="oil_change",
        trigger_interval_days=10,
        last_completed_date=str(today - timedelta(days=5)),
    )
    answer = await api(
        "GET", f"{SCHEDULES}/forecast", params={"until": str(today + timedelta(days=29)), "by": "week"}
    )
    found = answer.json()
    assert sum(one["services"] for one in found["items"]) == 3
    assert sum(float(one["estimated_cost"]) for one in found["items"]) == 240
    assert {kind for one in found["items"] for kind in one["by_type"]} == {"oil_change"}
    far = await api("GET", f"{SCHEDULES}/forecast", params={"until": "2999-01-01"})
    assert far.status_code == 400


STATUS = f"""
SELECT {DUE_STATUS}, {PREDICTED}
FROM (SELECT %(tenant)s::uuid AS tenant_id, %(vehicle)s::uuid AS vehicle_id, %(active)s AS is_active,
             %(day)s::date AS next_due_date, %(due_miles)s::int AS next_due_mileage, %(due_hours)s::int AS next_due_hours,
             %(notice)s AS advance_notice_days, %(notice)s AS advance_notice_miles, %(notice)s AS advance_notice_hours,
             %(grace)s AS grace_days, %(grace)s AS grace_miles, %(grace)s AS grace_hours) AS t
"""
small = st.integers(-60, 60)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.none() | small,
    st.none() | small,
    st.none() | small,
    st.integers(0, 20),
    st.integers(0, 20),
    st.booleans(),
    st.none() | st.integers(0, 12),
)
def test_sql_and_python_agree(
    vehicle: UUID,
    api: Api,
    owner: Owner,
    day: int | None,
    miles: int | None,
    hours: int | None,
    notice: int,
    grace: int,
    active: bool,
    use: int | None,
) -> None:
    today, tenant = date(2026, 3, 1), api.actor.tenant_id
    for kind, value, unit in (("odometer", 1000.25, MILE), ("engine_hours", 500.0, 3600)):
        owner.execute(
            "INSERT INTO vehicle_meters (tenant_id, vehicle_id, meter_type, true_value, daily_use) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (tenant_id, vehicle_id, meter_type) "
            "DO UPDATE SET daily_use = excluded.daily_use",
            (tenant, vehicle, kind, value * unit, None if use is None else use * unit),
        )
    due = Mark(
        None if day is None else today + timedelta(days=day),
        None if miles is None else 1000 + miles,
        None if hours is None else 500 + hours,
    )
    row = owner.execute(
        STATUS,
        {
            "tenant": tenant,
            "vehicle": vehicle,
            "active": active,
            "day": due.day,
            "due_miles": due.miles,
            "due_hours": due.hours,
            "notice": notice,
            "grace": grace,
            "today": today,
        },
    ).fetchone()
    assert row is not None
    now = Mark(today, 1000.25, 500.0)
    margins = Margin(notice, notice, notice), Margin(grace, grace, grace)
    assert row[0] == due_status(due, now, *margins, active=active)
    expected = predicted_day(due, now, Use(use, use)) if active else None
    assert row[1] == expected


async def test_the_whole_fleet_in_one_statement(
    api: Api, owner: Owner, database: Database, registry: Any
) -> None:
    """500 vehicles with six schedules each: a list of what is due, in well under a second."""
    tenant = api.actor.tenant_id
    owner.execute(
        "INSERT INTO vehicles (tenant_id, vehicle_number) SELECT %s, 'V' || n FROM generate_series(1, 500) AS n",
        (tenant,),
    )
    owner.execute(
        "INSERT INTO meter_readings (tenant_id, vehicle_id, value, recorded_at) "
        "SELECT tenant_id, id, 1e7 + n * 1e5, now() - make_interval(days => 30 - n) FROM vehicles, "
        "generate_series(1, 30) AS n WHERE tenant_id = %s",
        (tenant,),
    )
    owner.execute(
        "INSERT INTO recurring_maintenance_schedules (tenant_id, vehicle_id, schedule_name, trigger_interval_miles, "
        "next_due_mileage) SELECT tenant_id, id, 'S' || n, 5000, 7000 + n * 500 FROM vehicles, generate_series(1, 6) AS n "
        "WHERE tenant_id = %s",
        (tenant,),
    )
    resource = registry["recurring_maintenance_schedules"]
    rows = await due_list(database, api.actor, resource, statuses=STATUSES, most=1000)
    counts = {row.due_status: row.of_status for row in rows}
    # 13,000 km are 8,077.8 miles: 7,500 is past its grace, 8,000 within it, 8,500 within the notice.
    assert counts == {"overdue": 500, "due": 500, "due_soon": 500, "upcoming": 1500}
    began = time.monotonic()
    await due_list(database, api.actor, resource, statuses=STATUSES, most=1000)
    took = time.monotonic() - began
    print(f"due list of 3,000: {took:.3f} s")
    assert took < 5, took
