"""Bookings through the API: what collides is named, what does not fit is told, bay and order follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.maintenance.shop.workshop import Workshop, at, codes, make_workshop, monday
from tests.site import Organisation


async def test_a_collision_names_the_booking_the_time_and_what_is_free_next(shop: Workshop) -> None:
    first = await shop.order()
    who = shop.technicians[0]["id"]
    booked = await shop.booked(first, at(9), at(11), technician_id=who)
    second = await shop.order()
    refused = await shop.book(second, at(10), at(12), technician_id=who)
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "overlap"
    assert codes(refused) == {"service_bay_id": "overlap", "technician_id": "overlap"}
    assert {one["booking_id"] for one in problem["conflicts"]} == {booked["id"]}
    number = (await shop.read("maintenance-records", first))["work_order_number"]
    day = monday()
    when = f"from Mon {day.day} {day:%b} 09:00 to 11:00"
    assert f"Bay 1 is taken by {number}" in problem["detail"] and when in problem["detail"]
    assert f"All of it is free again from Mon {day.day} {day:%b} 11:00" in problem["detail"]
    assert problem["next_free"] == at(11)
    # At the end of the day the next free time is the next morning.
    third = await shop.order(estimated_hours="8.00")
    late = await shop.book(third, at(8), at(16))
    assert late.json()["next_free"] == at(7, monday() + timedelta(days=1))
    # Nothing was left behind, and what begins as the first one ends is fine.
    await shop.booked(second, at(11), at(13), technician_id=who)


async def test_a_vehicle_is_in_one_place_and_not_where_it_is_reserved(shop: Workshop) -> None:
    vehicle = await shop.vehicle()
    one, other = await shop.order(vehicle), await shop.order(vehicle)
    await shop.booked(one, at(9), at(10))
    refused = await shop.book(other, at(9.5), at(11), service_bay_id=shop.bays[1]["id"])
    assert (refused.status_code, codes(refused)) == (409, {"vehicle_id": "overlap"})
    assert f"Vehicle {vehicle['vehicle_number']} is taken by" in refused.json()["detail"]
    wanted = await shop.add(
        "vehicle-reservations", starts_at=at(13), ends_at=at(15), purpose="Site", vehicle_id=vehicle["id"]
    )
    assert (await shop.move("vehicle-reservations", wanted, "approve")).status_code == 200
    refused = await shop.book(other, at(14), at(16))
    assert (refused.status_code, codes(refused)) == (409, {"vehicle_id": "reserved"})
    assert wanted["reservation_number"] in refused.json()["detail"]


async def test_moving_a_booking_and_bringing_one_back_look_at_the_same(shop: Workshop) -> None:
    one = await shop.booked(await shop.order(), at(9), at(10))
    two = await shop.booked(await shop.order(), at(10), at(11))
    path = f"/api/v1/service-bay-schedule/{two['id']}"
    refused = await shop.client.patch(path, json={"scheduled_start": at(9.5)})
    assert (refused.status_code, refused.json()["code"]) == (409, "overlap")
    moved = await shop.client.patch(
        path, json={"service_bay_id": shop.bays[1]["id"], "scheduled_start": at(9)}
    )
    assert moved.status_code == 200, moved.text
    assert (await shop.client.patch(path, json={"notes": "Key in the box"})).status_code == 200
    assert (await shop.move("service-bay-schedule", one, "cancel")).status_code == 200
    three = await shop.booked(await shop.order(), at(9), at(10))
    back = await shop.move("service-bay-schedule", one, "reinstate")
    assert (back.status_code, back.json()["code"]) == (409, "overlap")
    later = await shop.move(
        "service-bay-schedule", one, "reinstate", scheduled_start=at(12), scheduled_end=at(13)
    )
    assert later.status_code == 200 and three["id"]


async def test_in_bulk_each_row_is_named_and_rows_are_held_against_each_other(shop: Workshop) -> None:
    orders = [await shop.order() for _ in range(3)]
    taken = await shop.booked(orders[0], at(8), at(9))
    rows = [
        {
            "work_order_id": order["id"],
            "vehicle_id": order["vehicle_id"],
            "service_bay_id": shop.bays[0]["id"],
            "scheduled_start": at(start),
            "scheduled_end": at(start + 1),
        }
        for order, start in ((orders[1], 8.5), (orders[2], 9.25))
    ]
    refused = await shop.client.post("/api/v1/service-bay-schedule/bulk", json={"create": rows})
    assert refused.status_code == 409, refused.text
    assert set(codes(refused)) == {"create[0].service_bay_id", "create[1].service_bay_id"}
    assert "row 0 of this request" in refused.json()["detail"] and taken["id"] in refused.text
    rows[0] |= {"scheduled_start": at(9), "scheduled_end": at(9.25)}
    done = await shop.client.post("/api/v1/service-bay-schedule/bulk", json={"create": rows})
    assert done.status_code == 200, done.text


async def test_the_bay_must_carry_the_vehicle_and_have_the_tools(shop: Workshop) -> None:
    # 4,990 kg are 11,000 lb: taken for pounds it would fit the bay of 10,000 lb.
    truck = await shop.vehicle(gvwr_kg=4_990)
    order = await shop.order(truck, required_equipment=["Brake lathe"])
    refused = await shop.book(order, at(9), at(10))
    assert (refused.status_code, codes(refused)) == (422, {"service_bay_id": "too_heavy"})
    assert "11,000 lb" in refused.json()["detail"]
    refused = await shop.book(order, at(9), at(10), service_bay_id=shop.bays[1]["id"])
    assert (refused.status_code, codes(refused)) == (422, {"service_bay_id": "equipment_missing"})
    van = await shop.vehicle(gvwr_kg=4_536)
    await shop.booked(await shop.order(van, required_equipment=["brake_lathe"]), at(9), at(10))


async def test_what_the_template_asks_for_counts_when_the_order_says_nothing(shop: Workshop) -> None:
    template = await shop.add(
        "work-order-templates",
        template_name=f"Exhaust {shop.facility['code']}",
        required_equipment=["pit"],
        required_skills=["engine"],
    )
    order = await shop.order(template_id=template["id"])
    refused = await shop.book(order, at(9), at(10), technician_id=shop.technicians[0]["id"])
    assert codes(refused) == {"service_bay_id": "equipment_missing", "technician_id": "skill_missing"}
    await shop.booked(
        order,
        at(9),
        at(10),
        service_bay_id=shop.bays[1]["id"],
        technician_id=shop.technicians[1]["id"],
    )


async def test_the_bay_must_be_in_use_and_of_the_shop(shop: Workshop, client: httpx.AsyncClient) -> None:
    order = await shop.order()
    other = await make_workshop(client)
    refused = await shop.book(order, at(9), at(10), service_bay_id=other.bays[0]["id"])
    assert codes(refused) == {"service_bay_id": "other_facility"}
    assert shop.facility["name"] in refused.json()["detail"]
    path = f"/api/v1/service-bays/{shop.bays[0]['id']}"
    assert (await client.patch(path, json={"is_operational": False})).status_code == 200
    assert codes(await shop.book(order, at(9), at(10))) == {"service_bay_id": "bay_out_of_operation"}


async def test_hours_of_the_shop(shop: Workshop) -> None:
    order = await shop.order()
    early = await shop.book(order, at(6), at(9))
    assert (early.status_code, codes(early)) == (422, {"scheduled_start": "closed"})
    assert "open from 07:00 to 17:00" in early.json()["detail"]
    sunday = monday() - timedelta(days=1)
    assert codes(await shop.book(order, at(9, sunday), at(10, sunday))) == {
        "scheduled_start": "closed",
        "scheduled_end": "closed",
    }
    # Over night the vehicle stays in the bay.
    await shop.booked(order, at(16), at(8, monday() + timedelta(days=1)))


@pytest.mark.parametrize("hours", [None, {}])
async def test_without_hours_nothing_is_known_and_with_empty_ones_it_is_closed(
    client: httpx.AsyncClient, hours: Any
) -> None:
    shop = await make_workshop(client, opening_hours=hours)
    answer = await shop.book(await shop.order(), at(3), at(4))
    assert answer.status_code == (201 if hours is None else 422), answer.text


async def test_technicians_need_skills_certificates_and_time(shop: Workshop) -> None:
    rosa, linh = shop.technicians
    brakes = await shop.order(required_skills=["Brakes"], required_certifications=["ASE A5"])
    assert codes(await shop.book(brakes, at(9), at(10), technician_id=linh["id"])) == {
        "technician_id": "skill_missing"
    }
    # Valid until Tuesday, so not on Wednesday.
    wednesday = monday() + timedelta(days=2)
    refused = await shop.book(brakes, at(9, wednesday), at(10, wednesday), technician_id=rosa["id"])
    assert codes(refused) == {"technician_id": "certificate_expired"}
    await shop.add(
        "technician-absences", technician_id=rosa["id"], starts_at=at(12), ends_at=at(15), absence_type="sick"
    )
    refused = await shop.book(brakes, at(14), at(16), technician_id=rosa["id"])
    assert codes(refused) == {"technician_id": "absent"}
    assert "sick" not in refused.text
    await shop.add(
        "technician-shifts", technician_id=rosa["id"], weekday=1, starts_at="08:00:00", ends_at="16:00:00"
    )
    refused = await shop.book(brakes, at(7), at(9), technician_id=rosa["id"])
    assert codes(refused) == {"technician_id": "off_shift"}
    assert "at work from 08:00 to 16:00" in refused.json()["detail"]
    await shop.booked(brakes, at(8), at(10), technician_id=rosa["id"])
    assert (await shop.move("technicians", linh, "start_leave")).status_code == 200
    engine = await shop.order()
    refused = await shop.book(engine, at(10), at(11), technician_id=linh["id"])
    assert codes(refused) == {"technician_id": "on_leave"}


async def test_a_booking_is_about_the_vehicle_of_an_open_order(shop: Workshop) -> None:
    order, other = await shop.order(), await shop.vehicle()
    refused = await shop.book(order, at(9), at(10), vehicle_id=other["id"])
    assert codes(refused) == {"vehicle_id": "other_vehicle"}
    assert (
        await shop.move("maintenance-records", order, "cancel", cancellation_reason="Sold")
    ).status_code == 200
    assert codes(await shop.book(order, at(9), at(10))) == {"work_order_id": "order_closed"}


async def test_start_occupies_the_bay_and_finish_frees_it(shop: Workshop) -> None:
    order = await shop.order()
    booking = await shop.booked(order, at(9), at(10), technician_id=shop.technicians[0]["id"])
    shown = await shop.read("maintenance-records", order)
    assert (shown["service_bay_id"], shown["scheduled_start"]) == (
        shop.bays[0]["id"],
        booking["scheduled_start"],
    )
    assert shown["assigned_technician_id"] == shop.technicians[0]["id"]
    assert (await shop.move("service-bay-schedule", booking, "start")).status_code == 200
    assert (await shop.read("service-bays", shop.bays[0]))["current_work_order_id"] == order["id"]
    assert (await shop.read("maintenance-records", order))["status"] == "in_progress"
    next_one = await shop.booked(await shop.order(), at(10), at(11))
    refused = await shop.move("service-bay-schedule", next_one, "start")
    assert (refused.status_code, refused.json()["code"]) == (409, "bay_occupied")
    assert shown["work_order_number"] in refused.json()["detail"]
    # The vehicle moves over into the other bay.
    path = f"/api/v1/service-bay-schedule/{booking['id']}"
    assert (await shop.client.patch(path, json={"service_bay_id": shop.bays[1]["id"]})).status_code == 200
    assert (await shop.read("service-bays", shop.bays[0]))["current_work_order_id"] is None
    assert (await shop.read("service-bays", shop.bays[1]))["current_work_order_id"] == order["id"]
    assert (await shop.move("service-bay-schedule", booking, "finish")).status_code == 200
    assert (await shop.read("service-bays", shop.bays[1]))["current_work_order_id"] is None
    assert (await shop.move("service-bay-schedule", next_one, "start")).status_code == 200


async def test_a_draft_is_released_when_its_vehicle_drives_in(shop: Workshop) -> None:
    order = await shop.order(opened=False)
    booking = await shop.booked(order, at(9), at(10))
    assert (await shop.move("service-bay-schedule", booking, "start")).status_code == 200
    found = await shop.read("maintenance-records", order)
    assert found["status"] == "in_progress" and found["opened_at"] and found["started_at"]


async def test_bookings_end_with_their_order(shop: Workshop) -> None:
    order = await shop.order()
    now = await shop.booked(order, at(9), at(10))
    later = await shop.booked(order, at(13), at(14))
    await shop.move("service-bay-schedule", now, "start")
    done = await shop.move("maintenance-records", order, "finish", correction="Pads replaced")
    assert done.status_code == 200, done.text
    first, second = [await shop.read("service-bay-schedule", one) for one in (now, later)]
    assert (first["status"], second["status"]) == ("completed", "cancelled")
    assert first["actual_end"] and second["cancellation_reason"] == "The work is finished"
    assert (await shop.read("service-bays", shop.bays[0]))["current_work_order_id"] is None

    other = await shop.order()
    planned = await shop.booked(other, at(9), at(10))
    await shop.move("maintenance-records", other, "cancel", cancellation_reason="Sold")
    found = await shop.read("service-bay-schedule", planned)
    assert (found["status"], found["cancellation_reason"]) == ("cancelled", "The work order was cancelled")


async def test_what_had_its_time_is_done_with_its_order(client: httpx.AsyncClient) -> None:
    """Nobody said that the vehicle drove in; the work was done in the time that was booked for it all the same."""
    shop = await make_workshop(client, opening_hours=None)
    order, sold = await shop.order(), await shop.order()
    begun = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    over = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    now = await shop.booked(order, begun, over)
    later = await shop.booked(order, at(9), at(10))
    other = await shop.booked(sold, begun, over, service_bay_id=shop.bays[1]["id"])
    assert (await shop.move("maintenance-records", order, "start")).status_code == 200
    done = await shop.move("maintenance-records", order, "finish", correction="Pads replaced")
    assert done.status_code == 200, done.text
    gone = await shop.move("maintenance-records", sold, "cancel", cancellation_reason="Sold")
    assert gone.status_code == 200, gone.text
    states = [(await shop.read("service-bay-schedule", one))["status"] for one in (now, later, other)]
    assert states == ["completed", "cancelled", "cancelled"]
    found = await shop.read("service-bay-schedule", now)
    assert (found["actual_start"], found["actual_end"], found["cancellation_reason"]) == (None, None, None)


async def test_a_cancelled_booking_leaves_the_order_unplanned(shop: Workshop) -> None:
    order = await shop.order()
    first = await shop.booked(order, at(9), at(10))
    second = await shop.booked(order, at(13), at(14), service_bay_id=shop.bays[1]["id"])
    await shop.move("service-bay-schedule", first, "cancel")
    shown = await shop.read("maintenance-records", order)
    assert (shown["scheduled_start"], shown["service_bay_id"]) == (
        second["scheduled_start"],
        shop.bays[1]["id"],
    )
    await shop.move("service-bay-schedule", second, "cancel")
    shown = await shop.read("maintenance-records", order)
    assert (shown["scheduled_start"], shown["service_bay_id"]) == (None, None)


async def test_a_booked_bay_is_not_deleted(shop: Workshop) -> None:
    order = await shop.order()
    await shop.booked(order, at(9), at(10))
    refused = await shop.client.delete(f"/api/v1/service-bays/{shop.bays[0]['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "still_booked")
    number = (await shop.read("maintenance-records", order))["work_order_number"]
    assert number in refused.json()["detail"]
    assert (await shop.client.delete(f"/api/v1/service-bays/{shop.bays[1]['id']}")).status_code == 204


async def test_the_vehicle_of_the_order_changes_and_so_does_the_booking(shop: Workshop) -> None:
    order, other = await shop.order(), await shop.vehicle()
    booking = await shop.booked(order, at(9), at(10))
    path = f"/api/v1/maintenance-records/{order['id']}"
    assert (await shop.client.patch(path, json={"vehicle_id": other["id"]})).status_code == 200
    assert (await shop.read("service-bay-schedule", booking))["vehicle_id"] == other["id"]


async def test_what_is_wrong_with_opening_hours_is_told(client: httpx.AsyncClient) -> None:
    row = {"name": "North", "code": "N-1", "opening_hours": {"mon": [{"opens": "7", "closes": "18:00"}]}}
    refused = await client.post("/api/v1/facilities", json=row)
    assert refused.status_code == 422
    assert list(codes(refused)) == ["opening_hours.mon[0].opens"]
    row["opening_hours"] = {"mon": [{"opens": "18:00", "closes": "07:00"}]}
    refused = await client.post("/api/v1/facilities", json=row)
    assert refused.status_code == 422
    assert list(codes(refused)) == ["opening_hours.mon[0]"]
    assert "closes must be later than opens" in refused.text


async def test_the_audit_trail_tells_who_freed_the_bay(
    shop: Workshop, organisation: Organisation, owner: psycopg.Connection[Any]
) -> None:
    order = await shop.order()
    booking = await shop.booked(order, at(9), at(10))
    await shop.move("maintenance-records", order, "cancel", cancellation_reason="Sold")
    row = owner.execute(
        "SELECT count(*) FROM audit_trails WHERE tenant_id = %s AND record_id = %s",
        (organisation.id, booking["id"]),
    ).fetchone()
    assert row is not None and row[0] >= 2
