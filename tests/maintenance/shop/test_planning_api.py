"""Slots and plans through the API: proposed with their reasons, booked as a whole, refused when the world has changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.maintenance.shop.workshop import Workshop, at, codes, make_workshop, monday

from motorpool.maintenance import shop_routes
from motorpool.maintenance.planning import shop_plan

SLOTS = "/api/v1/service-bay-schedule/slots"
PLAN = "/api/v1/service-bay-schedule/plan"
APPLY = "/api/v1/service-bay-schedule/apply-plan"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def slots(shop: Workshop, order: dict[str, Any], **query: Any) -> dict[str, Any]:
    window = {"from": at(0), "to": at(24 * 5)}
    answer = await shop.client.get(SLOTS, params={"work_order_id": order["id"], **window, **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_slots_go_round_what_is_booked_and_say_why(shop: Workshop) -> None:
    rosa = shop.technicians[0]
    await shop.booked(await shop.order(), at(7), at(9), service_bay_id=shop.bays[0]["id"])
    await shop.add("technician-absences", technician_id=rosa["id"], starts_at=at(10), ends_at=at(12))
    order = await shop.order(
        required_skills=["brakes"], required_equipment=["brake_lathe"], required_certifications=["ASE A5"]
    )
    found = await slots(shop, order)
    best = found["items"][0]
    # Bay 1 is free from nine, Rosa until ten and again from twelve: two hours fit at noon.
    assert (moment(best["scheduled_start"]), moment(best["scheduled_end"])) == (
        moment(at(12)),
        moment(at(14)),
    )
    assert (best["bay"], best["technician"]) == ("Bay 1", "Rosa Marin")
    assert "has brake lathe" in best["reason"] and "ASE A5 is valid until" in best["reason"]
    # The certificate ends on Tuesday.
    assert {moment(one["scheduled_start"]).date() for one in found["items"]} <= {
        monday(),
        monday() + timedelta(days=1),
    }
    # What is proposed can be booked.
    for one in found["items"][:1]:
        await shop.booked(
            order,
            one["scheduled_start"],
            one["scheduled_end"],
            service_bay_id=one["service_bay_id"],
            technician_id=one["technician_id"],
        )


async def test_slots_say_why_there_are_none(shop: Workshop) -> None:
    heavy = await shop.vehicle(gvwr_kg=20_000)
    nothing = await slots(shop, await shop.order(heavy))
    assert nothing["items"] == []
    assert "No bay fits" in nothing["notes"][0] and "44,092 lb" in nothing["notes"][0]
    unskilled = await slots(shop, await shop.order(required_skills=["hvac"]))
    assert "No technician can do it" in unskilled["notes"][0]
    long = await slots(shop, await shop.order(estimated_hours="12.00"))
    assert "It takes 12 h" in long["notes"][0] and "10 h at most" in long["notes"][0]


async def test_wrong_questions_for_slots(shop: Workshop, strange_client: httpx.AsyncClient) -> None:
    order = await shop.order()
    wrong = await shop.client.get(SLOTS, params={"work_order_id": order["id"], "from": at(9), "to": at(8)})
    assert (wrong.status_code, codes(wrong)) == (400, {"to": "invalid"})
    naive = await shop.client.get(SLOTS, params={"work_order_id": order["id"], "from": "2027-01-04T09:00"})
    assert list(codes(naive)) == ["from"]
    foreign = await strange_client.get(SLOTS, params={"work_order_id": order["id"]})
    assert codes(foreign) == {"work_order_id": "unknown_reference"}


async def plan(shop: Workshop, **wanted: Any) -> dict[str, Any]:
    body = {"facility_id": shop.facility["id"], "day": monday().isoformat(), "effort_s": 2}
    answer = await shop.client.post(PLAN, json={**body, **wanted})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def as_booking(made: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("work_order_id", "service_bay_id", "technician_id", "scheduled_start", "scheduled_end")
    return [{name: one[name] for name in names} for one in made["assignments"]]


async def test_a_day_is_planned_and_booked_as_a_whole(shop: Workshop) -> None:
    await shop.booked(await shop.order(), at(7), at(9), technician_id=shop.technicians[0]["id"])
    urgent = await shop.order(priority="critical", required_skills=["brakes"], estimated_hours="3.00")
    normal = await shop.order(required_skills=["engine"], estimated_hours="4.00", due_on=monday().isoformat())
    heavy = await shop.order(await shop.vehicle(gvwr_kg=12_000), estimated_hours="2.50")
    impossible = await shop.order(required_skills=["hvac"])
    draft = await shop.order(opened=False)
    made = await plan(shop)
    planned = {one["work_order_id"]: one for one in made["assignments"]}
    assert set(planned) == {urgent["id"], normal["id"], heavy["id"]} and draft["id"] not in planned
    assert [one["work_order_id"] for one in made["left_out"]] == [impossible["id"], draft["id"]]
    assert [one["code"] for one in made["left_out"]] == ["no_technician_fits", "draft"]
    assert "release it first" in made["left_out"][1]["reason"]
    assert "lacks hvac" in made["left_out"][0]["reason"]
    assert planned[heavy["id"]]["bay"] == "Bay 2"
    assert planned[urgent["id"]]["technician"] == "Rosa Marin"
    assert moment(planned[urgent["id"]]["scheduled_start"]) == moment(at(9))
    assert planned[urgent["id"]]["reason"].startswith("Critical priority; ")
    assert "done in time" in planned[normal["id"]]["reason"]
    assert made["objective"] <= made["simple_objective"] and made["is_best"]
    again = await plan(shop)
    assert again["assignments"] == made["assignments"]
    booked = await shop.client.post(APPLY, json={"assignments": as_booking(made)})
    assert booked.status_code == 200, booked.text
    assert len(booked.json()["bookings"]) == 3
    twice = await shop.client.post(APPLY, json={"assignments": as_booking(made)})
    assert (twice.status_code, twice.json()["code"]) == (409, "plan_outdated")
    assert "was booked in the meantime" in twice.json()["detail"]
    rest = await plan(shop)
    assert rest["assignments"] == []


async def test_who_waits_for_parts_is_named_and_who_is_asked_for_is_planned(shop: Workshop) -> None:
    waiting, draft = await shop.order(), await shop.order(opened=False)
    for verb, said in (("start", {}), ("wait_for_parts", {"waiting_for": "Pads"})):
        moved = await shop.move("maintenance-records", waiting, verb, **said)
        assert moved.status_code == 200, moved.text
    made = await plan(shop)
    left = {one["work_order_id"]: one["code"] for one in made["left_out"]}
    assert (made["assignments"], left) == ([], {waiting["id"]: "waiting_parts", draft["id"]: "draft"})
    asked = await plan(shop, work_order_ids=[draft["id"]])
    assert [one["work_order_id"] for one in asked["assignments"]] == [draft["id"]]
    assert asked["left_out"] == []


async def test_more_than_can_be_planned_at_once_is_said(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (shop_plan, shop_routes):
        monkeypatch.setattr(module, "MOST_JOBS", 1)
    low, high = await shop.order(priority="low"), await shop.order(priority="high")
    made = await plan(shop)
    assert [one["work_order_id"] for one in made["assignments"]] == [high["id"]]
    assert made["left_out"] == [] and shop_plan.TOO_MANY in made["notes"]
    made = await plan(shop, work_order_ids=[low["id"]])
    assert shop_plan.TOO_MANY not in made["notes"]


async def test_a_bay_is_given_the_work_that_it_is_meant_for(shop: Workshop) -> None:
    """Bays in the order in which a planner without sense would take them: paint, alignment, anything."""
    for bay in shop.bays:
        assert (await shop.client.delete(f"/api/v1/service-bays/{bay['id']}")).status_code == 204
    for number, (name, kind, tools) in enumerate(
        (
            ("Paint", "paint", []),
            ("Alignment", "alignment", ["alignment_rack"]),
            ("Plain", "general", ["two_post_lift", "tire_changer"]),
        )
    ):
        await shop.add(
            "service-bays",
            facility_id=shop.facility["id"],
            bay_name=name,
            bay_number=str(number),
            bay_type=kind,
            equipment_available=tools,
            max_vehicle_weight_lbs=12_000,
            max_lift_capacity_lbs=10_000,
        )
    oil = await shop.order(summary="Oil change")
    wheels = await shop.order(summary="Wheel alignment", required_equipment=["alignment_rack"])
    door = await shop.order(summary="Paint the rear door")
    for order, bay, why in (
        (oil, "Plain", "Plain is for any work (general)"),
        (wheels, "Alignment", "Alignment is meant for alignment and has alignment rack"),
        (door, "Paint", "Paint is meant for paint"),
    ):
        found = (await slots(shop, order))["items"]
        assert (found[0]["bay"], moment(found[0]["scheduled_start"])) == (bay, moment(at(7)))
        assert why in found[0]["reason"]
    other = [one for one in (await slots(shop, oil, limit=50))["items"] if one["bay"] == "Paint"]
    assert other and "Paint is free, though meant for paint" in other[0]["reason"]
    lifted = await shop.order(await shop.vehicle(gvwr_kg=4_100), required_equipment=["two_post_lift"])
    assert (
        "lifts 10,000 lb, the vehicle weighs up to 9,040 lb"
        in (await slots(shop, lifted))["items"][0]["reason"]
    )
    made = await plan(shop, work_order_ids=[wheels["id"], oil["id"]])
    planned = {
        one["work_order_id"]: (one["bay"], moment(one["scheduled_start"])) for one in made["assignments"]
    }
    assert planned == {oil["id"]: ("Plain", moment(at(7))), wheels["id"]: ("Alignment", moment(at(7)))}
    await shop.add(
        "service-bays",
        facility_id=shop.facility["id"],
        bay_name="Long",
        bay_number="9",
        bay_type="repair_bay",
        max_vehicle_weight_lbs=33_000,
    )
    (best, *_) = (await slots(shop, await shop.order(await shop.vehicle(gvwr_kg=12_000))))["items"]
    assert "Long is meant for heavy vehicles and carries 33,000 lb" in best["reason"]


async def bookings(shop: Workshop) -> int:
    answer = await shop.client.get("/api/v1/service-bay-schedule", params={"count": "true"})
    count: int = answer.json()["count"]
    return count


async def test_a_plan_fails_as_a_whole_when_the_world_has_changed(shop: Workshop) -> None:
    orders = [await shop.order(), await shop.order()]
    made = await plan(shop)
    assert len(made["assignments"]) == 2
    first = made["assignments"][1]
    before = await bookings(shop)
    # Somebody else takes the bay of the second job.
    await shop.booked(
        await shop.order(),
        first["scheduled_start"],
        first["scheduled_end"],
        service_bay_id=first["service_bay_id"],
    )
    refused = await shop.client.post(APPLY, json={"assignments": as_booking(made)})
    assert (refused.status_code, refused.json()["code"]) == (409, "overlap")
    assert list(codes(refused)) == ["assignments[1].service_bay_id"]
    assert "nothing was booked" in refused.json()["detail"]
    # Or the order is cancelled.
    fresh = await plan(shop)
    index = [one["work_order_id"] for one in fresh["assignments"]].index(orders[0]["id"])
    await shop.move("maintenance-records", orders[0], "cancel", cancellation_reason="Sold")
    refused = await shop.client.post(APPLY, json={"assignments": as_booking(fresh)})
    assert (refused.status_code, codes(refused)) == (
        422,
        {f"assignments[{index}].work_order_id": "order_closed"},
    )
    # Or the technician has gone on leave.
    rest = await plan(shop)
    who = rest["assignments"][0]["technician_id"]
    await shop.client.post(f"/api/v1/technicians/{who}/start_leave", json={})
    refused = await shop.client.post(APPLY, json={"assignments": as_booking(rest)})
    assert codes(refused) == {"assignments[0].technician_id": "on_leave"}
    assert await bookings(shop) == before + 1


async def test_the_week_has_room_for_more(shop: Workshop) -> None:
    for _ in range(3):
        await shop.order(required_skills=["brakes"], estimated_hours="6.00")
    day, week = await plan(shop), await plan(shop, days=5)
    assert (len(day["assignments"]), len(week["assignments"])) == (1, 3)
    assert {one["code"] for one in day["left_out"]} == {"no_room"}


async def test_hours_that_nobody_said_are_assumed_and_told(client: httpx.AsyncClient) -> None:
    shop = await make_workshop(client, opening_hours=None)
    order = await shop.order(estimated_hours=None)
    made = await plan(shop)
    assert moment(made["assignments"][0]["scheduled_start"]) == moment(at(7))
    assert "07:00 to 18:00" in made["notes"][0]
    number = (await shop.read("maintenance-records", order))["work_order_number"]
    assert number in made["notes"][1]


async def test_wrong_wishes_for_a_plan(shop: Workshop, strange_client: httpx.AsyncClient) -> None:
    body = {"facility_id": shop.facility["id"], "day": "2020-01-06"}
    over = await shop.client.post(PLAN, json=body)
    assert (over.status_code, codes(over)) == (422, {"day": "past"})
    foreign = await strange_client.post(PLAN, json={"facility_id": shop.facility["id"]})
    assert codes(foreign) == {"facility_id": "unknown_reference"}
    unknown = await shop.client.post(
        PLAN, json={"facility_id": shop.facility["id"], "work_order_ids": [shop.facility["id"]]}
    )
    assert codes(unknown) == {"work_order_ids[0]": "unknown_reference"}
    assert (await shop.client.post(APPLY, json={"assignments": []})).status_code == 422


async def test_planning_needs_its_permission(
    shop: Workshop, organisation: Any, owner: psycopg.Connection[Any]
) -> None:
    facts = owner.execute(
        "SELECT role_name, permissions FROM roles WHERE tenant_id = %s AND role_name = ANY (%s)",
        (organisation.id, ["fleet_manager", "technician", "dispatcher"]),
    ).fetchall()
    granted = {name: rights.get("service_bay_schedule", {}).get("actions", []) for name, rights in facts}
    assert granted["fleet_manager"] == ["*"]
    assert "plan" not in granted["technician"] and "start" in granted["technician"]
    assert granted["dispatcher"] == ["read"]
