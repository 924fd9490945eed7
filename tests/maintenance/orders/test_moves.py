"""What follows from the moves of an order: downtime, the vehicle in the shop, meters, and who may approve how much."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from motorpool.core.access.decision import Rule
from motorpool.identity.rules.system_roles import BY_NAME

from .conftest import Shop, fields, key_of


def readings(shop: Shop, vehicle: str, meter: str = "odometer") -> list[Any]:
    return shop.owner.execute(
        "SELECT value, source, notes, recorded_by_user_id FROM meter_readings WHERE vehicle_id = %s AND meter_type = %s "
        "ORDER BY recorded_at, id",
        (vehicle, meter),
    ).fetchall()


def earlier(shop: Shop, path: str, hours: int) -> None:
    """Let the downtime have begun some hours ago."""
    shop.owner.execute(
        "UPDATE maintenance_records SET downtime_started_at = downtime_started_at - %s * interval '1 hour' WHERE id = %s",
        (hours, key_of(path)),
    )


async def test_the_vehicle_is_in_the_shop_as_long_as_one_order_takes_it_out_of_use(shop: Shop) -> None:
    vehicle = shop.vehicle(status="active")
    first, second = [await shop.order(vehicle_id=vehicle, vehicle_unavailable=True) for _ in range(2)]
    harmless = await shop.started(vehicle_id=vehicle)
    assert shop.status(vehicle) == "active"
    for path in (first, second):
        await shop.act(path, "open")
        assert (await shop.get(path))["downtime_started_at"]
    assert shop.status(vehicle) == "active", "it waits outside"
    await shop.act(first, "start")
    assert shop.status(vehicle) == "in_shop"
    await shop.act(second, "start")
    await shop.act(first, "wait_for_parts", waiting_for="Pads")
    await shop.act(second, "finish")
    assert shop.status(vehicle) == "in_shop", "the other order holds it"
    await shop.act(first, "resume")
    await shop.act(first, "finish")
    assert shop.status(vehicle) == "active"
    await shop.act(second, "send_back", review_notes="Rattles")
    assert shop.status(vehicle) == "in_shop"
    await shop.act(second, "finish")
    await shop.act(second, "approve")
    await shop.act(harmless, "finish")
    assert shop.status(vehicle) == "active"
    trail = shop.owner.execute(
        "SELECT new_values ->> 'status' FROM audit_trails WHERE record_id = %s AND operation = 'UPDATE' ORDER BY occurred_at",
        (vehicle,),
    ).fetchall()
    assert [row[0] for row in trail] == ["in_shop", "active", "in_shop", "active"]


@pytest.mark.parametrize("status", ["in_shop", "out_of_service", "retired", "sold", "ordered"])
async def test_what_somebody_said_of_a_vehicle_stays(status: str, shop: Shop) -> None:
    vehicle = shop.vehicle(status=status)
    path = await shop.started(vehicle_id=vehicle, vehicle_unavailable=True)
    assert shop.status(vehicle) == status
    await shop.act(path, "finish")
    assert shop.status(vehicle) == status


async def test_what_somebody_says_meanwhile_stays(shop: Shop) -> None:
    vehicle = shop.vehicle(status="active")
    path = await shop.started(vehicle_id=vehicle, vehicle_unavailable=True)
    assert (
        await shop.api("PATCH", f"vehicles/{vehicle}", json={"status": "out_of_service"})
    ).status_code == 200
    await shop.act(path, "finish")
    assert shop.status(vehicle) == "out_of_service"


async def test_another_vehicle_or_one_that_can_be_used_after_all(shop: Shop) -> None:
    vehicle, other = shop.vehicle(status="active"), shop.vehicle(status="active")
    path = await shop.started(vehicle_id=vehicle, vehicle_unavailable=True)
    await shop.api("PATCH", path, json={"vehicle_id": other})
    assert (shop.status(vehicle), shop.status(other)) == ("active", "in_shop")
    earlier(shop, path, 3)
    await shop.api("PATCH", path, json={"vehicle_unavailable": False})
    row = await shop.get(path)
    assert (shop.status(other), row["downtime_hours"]) == ("active", "3.00")
    await shop.api("PATCH", path, json={"vehicle_unavailable": True})
    row = await shop.get(path)
    assert (shop.status(other), row["downtime_ended_at"], row["earlier_downtime_hours"]) == (
        "in_shop",
        None,
        "3.00",
    )


async def test_downtime_runs_while_the_vehicle_is_out_of_use_and_adds_up(shop: Shop) -> None:
    path = await shop.order(vehicle_unavailable=True)
    assert (await shop.get(path))["downtime_started_at"] is None
    await shop.act(path, "open")
    earlier(shop, path, 5)
    await shop.act(path, "start")
    assert (await shop.get(path))["downtime_hours"] is None, "it runs"
    done = await shop.act(path, "finish")
    assert done["downtime_hours"] == "5.00"
    assert (await shop.act(path, "approve"))["downtime_hours"] == "5.00"
    again = await shop.act(path, "reopen", reopen_reason="Noise is back")
    assert (again["downtime_ended_at"], again["earlier_downtime_hours"]) == (None, "5.00")
    earlier(shop, path, 2)
    assert (await shop.act(path, "cancel", cancellation_reason="None found"))["downtime_hours"] == "7.00"


async def test_an_order_that_leaves_the_vehicle_in_use_has_no_downtime(shop: Shop) -> None:
    path = await shop.started()
    row = await shop.act(path, "finish")
    assert (row["downtime_started_at"], row["downtime_hours"]) == (None, None)


async def test_odometers_are_readings_of_the_vehicle(shop: Shop) -> None:
    vehicle = shop.vehicle()
    path = await shop.order(vehicle_id=vehicle)
    number = (await shop.get(path))["work_order_number"]
    await shop.act(path, "open")
    await shop.act(path, "start", opening_odometer=81_200, opening_engine_hours="1500.5")
    await shop.act(path, "finish", closing_odometer=81_212)
    user = shop.api.actor.user_id
    assert readings(shop, vehicle) == [
        (81_200_000.0, "work_order", number, user),
        (81_212_000.0, "work_order", number, user),
    ]
    assert readings(shop, vehicle, "engine_hours") == [(1500.5 * 3600, "work_order", number, user)]
    await shop.api("PATCH", path, json={"closing_odometer": 81_212, "summary": "Same"})
    assert len(readings(shop, vehicle)) == 2, "nothing new"


async def test_a_reading_that_was_wrong_is_put_right(shop: Shop) -> None:
    vehicle = shop.vehicle()
    path = await shop.order(vehicle_id=vehicle, opening_odometer=812_000)
    for value in (81_200, 81_300, 81_200):
        assert (await shop.api("PATCH", path, json={"opening_odometer": value})).status_code == 200
    told = [(value / 1000, source) for value, source, _, _ in readings(shop, vehicle)]
    assert told == [
        (812_000, "work_order"),
        (81_200, "correction"),
        (81_300, "work_order"),
        (81_200, "correction"),
    ]


async def test_a_vehicle_does_not_leave_with_less_than_it_came_with(shop: Shop) -> None:
    vehicle = shop.vehicle()
    path = await shop.started(vehicle_id=vehicle, opening_odometer=81_200, opening_engine_hours="90")
    refused = await shop.refused(path, "finish", closing_odometer=81_199, closing_engine_hours="89.9")
    assert (refused["status"], fields(refused)) == (422, ["closing_odometer", "closing_engine_hours"])
    assert "81199 km" in refused["errors"][0]["message"] and "81200 km" in refused["errors"][0]["message"]
    assert "opening_odometer" in refused["errors"][0]["message"]
    assert (await shop.get(path))["status"] == "in_progress"
    assert len(readings(shop, vehicle)) == 1
    assert fields(await shop.refused(path, closing_odometer=1)) == ["closing_odometer"]
    made = await shop.api(
        "POST",
        "maintenance-records",
        json={"vehicle_id": vehicle, "summary": "x", "opening_odometer": 2, "closing_odometer": 1},
    )
    assert fields(made.json()) == ["closing_odometer"]
    shop.add(
        "meter_readings", vehicle_id=vehicle, value=0.0, is_replacement=True, recorded_at=datetime.now(UTC)
    )
    assert (await shop.act(path, "finish", closing_odometer=3))["closing_odometer"] == 3, "a new odometer"


async def dear(shop: Shop, amount: str) -> str:
    path = await shop.started(outside_service_cost=amount)
    await shop.act(path, "finish")
    return path


async def test_above_the_limit_another_permission_is_needed(shop: Shop) -> None:
    foreman = shop.api.with_rules(
        Rule("maintenance_records.approve", "test"), Rule("maintenance_records.read", "test")
    )
    cheap, path = await dear(shop, "500.00"), await dear(shop, "500.01")
    await shop.act(cheap, "approve", api=foreman)
    refused = await shop.refused(path, "approve", api=foreman)
    assert (refused["status"], refused["code"]) == (403, "above_the_limit")
    assert (
        "500.01" in refused["detail"] and refused["permission"] == "maintenance_records.approve_above_limit"
    )
    assert (await shop.get(path))["status"] == "review"
    shop.owner.execute(
        "INSERT INTO system_settings (tenant_id, setting_key, setting_value, setting_type) VALUES (%s, %s, %s, 'json')",
        (shop.tenant, "maintenance.approval_limit", Jsonb(2000)),
    )
    await shop.act(path, "approve", api=foreman)
    much = await dear(shop, "2000.01")
    assert (await shop.refused(much, "approve", api=foreman))["limit"] == "2000"
    await shop.act(much, "approve")


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (
            "technician",
            "start wait_for_parts resume finish clock_in clock_out",
        ),
        (
            "fleet_manager",
            "open start wait_for_parts resume finish send_back approve approve_above_limit cancel reopen clock_in clock_out",
        ),
        ("dispatcher", ""),
        ("driver", ""),
        ("accountant", ""),
        ("viewer", ""),
    ],
)
def test_who_may_move_an_order(role: str, verbs: str) -> None:
    from tests.contract.conftest import REGISTRY

    from motorpool.identity.rules.system_roles import PermissionFact

    known = [PermissionFact(*fact) for fact in REGISTRY.permissions()]
    granted = BY_NAME[role].permissions(known).get("maintenance_records", {"actions": []})["actions"]
    resource = REGISTRY["maintenance_records"]
    offered = [move.verb for move in resource.moves] + [verb.name for verb in resource.verbs]
    assert {verb for verb in offered if verb in granted or "*" in granted} == set(verbs.split())


async def test_an_illegal_move_names_the_legal_ones_and_changes_nothing(shop: Shop) -> None:
    vehicle = shop.vehicle(status="active")
    path = await shop.order(vehicle_id=vehicle, vehicle_unavailable=True)
    refused = await shop.refused(path, "finish", closing_odometer=5)
    assert (refused["status"], refused["state"], refused["legal"]) == (409, "draft", ["open", "cancel"])
    assert readings(shop, vehicle) == []
    assert Decimal((await shop.get(path))["total_cost"]) == 0


async def test_a_second_person_inspects_the_work_before_it_is_closed(shop: Shop) -> None:
    path = await shop.started()
    task = await shop.task(path, requires_inspection=True)
    await shop.act(task, "complete")
    await shop.act(path, "finish")
    assert "inspected" in (await shop.refused(path, "approve"))["detail"]
    assert "did the work" in (await shop.refused(task, "inspect", inspection_passed=True))["detail"]
    colleague = shop.colleague()
    await shop.act(task, "inspect", api=colleague, inspection_passed=False, inspection_notes="Loose")
    assert (await shop.refused(path, "approve"))["status"] == 409, "it failed"
    await shop.act(path, "send_back", review_notes="Loose")
    await shop.act(task, "redo")
    await shop.act(task, "complete")
    await shop.act(path, "finish")
    assert (await shop.refused(path, "approve"))["status"] == 409, "what was done again is looked at again"
    await shop.act(task, "inspect", api=colleague, inspection_passed=True)
    assert (await shop.act(path, "approve"))["status"] == "completed"


async def test_a_completed_task_stays_as_it_was_done(shop: Shop) -> None:
    path = await shop.started()
    done, other = [await shop.task(path, text) for text in ("Replace pads", "Check torque")]
    await shop.act(done, "complete")
    sentence = "A task is not changed once it is completed; take it up again first."
    for body in ({"requires_inspection": True}, {"task_description": "Nothing"}, {"actual_hours": "9.00"}):
        refused = await shop.refused(done, **body)
        assert (refused["status"], refused["code"], refused["detail"]) == (409, "locked", sentence)
    rows = [{"id": key_of(one), "is_required": False} for one in (other, done)]
    bulk = await shop.api("POST", "work-order-tasks/bulk", json={"update": rows})
    assert [(one["field"], one["message"]) for one in bulk.json()["errors"]] == [("update[1].id", sentence)]
    assert (await shop.api("DELETE", done)).json()["code"] == "locked"
    noted = await shop.api("PATCH", done, json={"completion_notes": "Torqued", "metadata": {"by": "hand"}})
    assert (noted.status_code, noted.json()["completion_notes"]) == (200, "Torqued")
    await shop.act(done, "redo")
    again = await shop.api("PATCH", done, json={"task_description": "Replace pads and rotors"})
    assert again.status_code == 200, again.text


async def test_who_does_the_work_does_not_take_the_inspection_back(shop: Shop) -> None:
    verbs = "read create update delete complete redo".split()
    technician = shop.api.with_rules(
        Rule("maintenance_records.read", "test"),
        *(Rule(f"work_order_tasks.{verb}", "test") for verb in verbs),
    )
    path = await shop.started()
    task = await shop.task(path, requires_inspection=True)
    await shop.act(task, "complete", api=technician)
    assert (await shop.refused(task, api=technician, requires_inspection=False))["code"] == "locked"
    await shop.act(task, "redo", api=technician)
    refused = await shop.refused(task, api=technician, requires_inspection=False, task_description="Look")
    assert (refused["status"], refused["permission"]) == (403, "maintenance_records.approve")
    rows = {"update": [{"id": key_of(task), "requires_inspection": False}]}
    assert (await technician("POST", "work-order-tasks/bulk", json=rows)).status_code == 403
    assert (await technician("DELETE", task)).status_code == 403
    row = await shop.get(task)
    assert (row["requires_inspection"], row["task_description"]) == (True, "Replace pads")
    harmless = {"requires_inspection": True, "task_description": "Replace pads and rotors"}
    assert (await technician("PATCH", task, json=harmless)).status_code == 200
    assert (await shop.api("PATCH", task, json={"requires_inspection": False})).status_code == 200
    assert (await technician("PATCH", task, json={"requires_inspection": False})).status_code == 200
    assert (await technician("DELETE", task)).status_code == 204
