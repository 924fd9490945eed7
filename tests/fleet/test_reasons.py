"""Each reason against using a vehicle or driver, on real rows, with its edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from tests.conftest import TestTenant

from motorpool.maintenance.availability import OVERDUE_BLOCKS

from .conftest import Desk

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
#: 8 in the evening of 30 June in Los Angeles is 1 July in UTC; its day ends at 07:00 UTC.
EVENING = datetime(2027, 7, 1, 3, tzinfo=UTC)
MIDNIGHT = datetime(2027, 7, 1, 7, tzinfo=UTC)
THAT_DAY = date(2027, 6, 30)


async def test_nothing_speaks_against_a_plain_vehicle_and_driver(desk: Desk) -> None:
    assert await desk.ask() == []
    assert await desk.ask(EVENING, MIDNIGHT) == []


@pytest.mark.parametrize(
    ("status", "blocks_later"),
    [("ordered", False), ("in_shop", False), ("out_of_service", True), ("retired", True), ("sold", True)],
)
async def test_a_vehicle_out_of_service(desk: Desk, status: str, blocks_later: bool) -> None:
    desk.set("vehicles", desk.vehicle, status=status)
    (told,) = await desk.ask()
    assert (told.code, told.blocks, told.subject, told.source_id) == (
        "vehicle_not_in_service",
        True,
        "VAN-1",
        desk.vehicle,
    )
    assert await desk.codes(NOW + 23 * HOUR) == {"vehicle_not_in_service": True}
    assert await desk.codes(NOW + 25 * HOUR) == {"vehicle_not_in_service": blocks_later}


@pytest.mark.parametrize(
    ("table", "column", "code", "blocks"),
    [
        ("vehicles", "registration_expires_on", "registration", True),
        ("drivers", "license_expires_on", "license", True),
        ("drivers", "medical_card_expires_on", "medical_card", False),
    ],
)
async def test_papers_are_valid_on_the_day_of_their_expiry_where_the_tenant_is(
    desk: Desk, table: str, column: str, code: str, blocks: bool
) -> None:
    key = desk.vehicle if table == "vehicles" else desk.driver
    desk.set(table, key, **{column: THAT_DAY})
    soon, expired = {f"{code}_expires_soon": False}, {f"{code}_expired": blocks}
    assert await desk.codes(EVENING) == soon
    assert await desk.codes(EVENING, MIDNIGHT) == soon, "until midnight is still that day"
    assert await desk.codes(EVENING, MIDNIGHT + timedelta(seconds=1)) == expired
    assert await desk.codes(MIDNIGHT) == expired
    assert await desk.codes(EVENING - timedelta(days=29)) == soon
    assert await desk.codes(EVENING - timedelta(days=30)) == {}
    (told,) = await desk.ask(MIDNIGHT)
    assert told.sentence.endswith("expired on 30 Jun 2027")


async def test_a_reservation_of_somebody_else(desk: Desk) -> None:
    start, end = EVENING, EVENING + 4 * HOUR
    held = desk.add(
        "vehicle_reservations",
        vehicle_id=desk.vehicle,
        status="approved",
        reservation_number="RES-1",
        starts_at=start,
        ends_at=end,
    )
    (told,) = await desk.ask(start + HOUR, end + HOUR)
    assert told.sentence == "Reserved from 30 Jun 2027, 20:00 to 1 Jul 2027, 00:00 (RES-1)"
    assert (told.blocks, told.from_at, told.until_at, told.source_id) == (True, start, end, held)
    # Half-open: one ends as the other begins.
    assert await desk.codes(end, end + HOUR) == {} == await desk.codes(start - HOUR, start)
    assert await desk.codes(start) == {"reserved": True}, "the moment at which it begins"
    assert await desk.codes(end) == {} == await desk.codes(start - timedelta(microseconds=1))
    assert await desk.codes(start - HOUR, end + HOUR) == {"reserved": True}
    assert await desk.codes(start, end, except_id=held) == {}
    for status in ("requested", "rejected", "cancelled", "returned", "no_show"):
        desk.set("vehicle_reservations", held, status=status)
        assert await desk.codes(start, end) == {}, status
    desk.set("vehicle_reservations", held, status="approved", driver_id=desk.driver)
    assert await desk.codes(start, end) == {}, "whoever reserved it may use it"
    assert await desk.codes(start, end, drivers=[]) == {"reserved": True}


async def test_a_vehicle_that_is_not_back(desk: Desk) -> None:
    held = desk.add(
        "vehicle_reservations",
        vehicle_id=desk.vehicle,
        status="handed_over",
        starts_at=NOW - 5 * HOUR,
        ends_at=NOW - HOUR,
    )
    assert await desk.codes() == {"late_back": True}
    assert await desk.codes(NOW + HOUR) == {"late_back": False}, "somebody who comes later should know"
    assert await desk.codes(except_id=held) == {}
    desk.set("vehicle_reservations", held, status="returned")
    assert await desk.codes() == {}


async def test_a_driver_has_another_vehicle(desk: Desk) -> None:
    other = desk.add("vehicles")
    desk.add(
        "vehicle_reservations",
        vehicle_id=other,
        driver_id=desk.driver,
        status="approved",
        starts_at=EVENING,
        ends_at=MIDNIGHT,
    )
    assert await desk.codes(EVENING, MIDNIGHT) == {"driver_reserved": True}
    assert await desk.codes(MIDNIGHT, MIDNIGHT + HOUR) == {}
    assert await desk.codes(EVENING, MIDNIGHT, vehicles=[other]) == {}


async def test_assignments_are_told(desk: Desk) -> None:
    other, somebody = desk.add("vehicles"), desk.add("drivers")
    desk.add(
        "driver_assignments", vehicle_id=desk.vehicle, driver_id=somebody, starts_at=NOW - HOUR, ends_at=None
    )
    desk.add(
        "driver_assignments", vehicle_id=other, driver_id=desk.driver, starts_at=NOW - HOUR, ends_at=None
    )
    assert await desk.codes() == {"assigned_to_other": False, "driver_assigned": False}
    assert await desk.codes(drivers=[somebody]) == {}
    assert await desk.codes(NOW - 2 * HOUR, NOW - HOUR) == {}


@pytest.mark.parametrize(
    ("status", "blocks_later"), [("on_leave", False), ("suspended", True), ("retired", True)]
)
async def test_a_driver_who_does_not_drive(desk: Desk, status: str, blocks_later: bool) -> None:
    desk.set("drivers", desk.driver, status=status)
    (told,) = await desk.ask()
    assert (told.code, told.blocks, told.about, told.subject) == (
        "driver_not_active",
        True,
        "driver",
        "Dora Driver",
    )
    assert await desk.codes(NOW + 48 * HOUR) == {"driver_not_active": blocks_later}


async def test_the_last_day_of_an_employment(desk: Desk) -> None:
    desk.set("drivers", desk.driver, ended_on=THAT_DAY)
    assert await desk.codes(EVENING, MIDNIGHT) == {}
    assert await desk.codes(MIDNIGHT) == {"driver_left": True}


@pytest.mark.parametrize(
    ("vehicle", "license_class", "endorsements", "found"),
    [
        ({"gvwr_kg": 11_793}, "C", None, {}),
        ({"gvwr_kg": 11_794}, "c", None, {"license_class": True}),
        ({"gvwr_kg": 11_794}, "B", None, {}),
        ({"gvwr_kg": 36_000, "vehicle_type": "tractor"}, "B", None, {"license_class": True}),
        ({"gvwr_kg": 36_000, "vehicle_type": "tractor"}, "A", None, {}),
        ({"seats": 15}, "C", None, {}),
        ({"seats": 16}, "C", ["S"], {"license_class": True}),
        ({"seats": 16}, "B", ["P"], {}),
        ({"gvwr_kg": 20_000}, None, None, {}),
        ({"gvwr_kg": 20_000}, "CE", None, {}),
        ({}, "D", None, {}),
    ],
)
async def test_the_class_of_the_license(
    desk: Desk, vehicle: dict[str, Any], license_class: str | None, endorsements: Any, found: dict[str, bool]
) -> None:
    if vehicle:
        desk.set("vehicles", desk.vehicle, **vehicle)
    desk.set("drivers", desk.driver, license_class=license_class, license_endorsements=endorsements)
    assert await desk.codes() == found
    assert await desk.codes(vehicles=[]) == {}, "it is between the two"


async def test_a_commercial_vehicle_needs_the_medical_card(desk: Desk) -> None:
    desk.set("drivers", desk.driver, medical_card_expires_on=THAT_DAY)
    desk.set("vehicles", desk.vehicle, gvwr_kg=4_536)
    assert await desk.codes(MIDNIGHT) == {"medical_card_expired": False}
    desk.set("vehicles", desk.vehicle, gvwr_kg=4_537)
    assert await desk.codes(MIDNIGHT) == {"medical_card_expired": False, "medical_card_needed": True}
    assert await desk.codes(EVENING) == {"medical_card_expires_soon": False}


# -- the shop


async def test_an_open_work_order_that_takes_the_vehicle_out_of_use(desk: Desk) -> None:
    order = desk.add(
        "maintenance_records",
        vehicle_id=desk.vehicle,
        vehicle_unavailable=True,
        status="open",
        work_order_number="WO-7",
        summary="Brakes grind",
    )
    (told,) = await desk.ask()
    assert (told.code, told.blocks) == ("work_order_open", True)
    assert told.sentence == "Work order WO-7 is not finished: Brakes grind"
    assert await desk.codes(EVENING) == {"work_order_open": True}, "nobody knows when it will be done"
    desk.set("maintenance_records", order, scheduled_start=NOW, scheduled_end=NOW + 5 * HOUR)
    assert await desk.codes(NOW + 5 * HOUR) == {"work_order_open": False}
    assert await desk.codes(NOW + 4 * HOUR) == {"work_order_open": True}
    for status, holds in (("draft", False), ("review", True), ("waiting_parts", True), ("completed", False)):
        desk.set("maintenance_records", order, status=status)
        assert bool(await desk.codes()) == holds, status
    desk.set("maintenance_records", order, status="open", vehicle_unavailable=False)
    assert await desk.codes() == {}


async def test_a_booked_bay(desk: Desk) -> None:
    order = desk.add("maintenance_records", vehicle_id=desk.vehicle, status="open", vehicle_unavailable=False)
    booking = desk.add(
        "service_bay_schedule",
        vehicle_id=desk.vehicle,
        work_order_id=order,
        status="scheduled",
        scheduled_start=EVENING,
        scheduled_end=MIDNIGHT,
    )
    assert await desk.codes(EVENING, MIDNIGHT) == {"bay_booked": True}
    assert await desk.codes(EVENING - HOUR, EVENING) == {} == await desk.codes(MIDNIGHT, MIDNIGHT + HOUR)
    assert await desk.codes(EVENING, MIDNIGHT, except_id=order) == {}
    desk.set("service_bay_schedule", booking, status="cancelled")
    assert await desk.codes(EVENING, MIDNIGHT) == {}
    desk.set(
        "service_bay_schedule",
        booking,
        status="in_progress",
        scheduled_start=NOW - 3 * HOUR,
        scheduled_end=NOW - HOUR,
        actual_start=NOW - 3 * HOUR,
    )
    assert await desk.codes() == {"bay_booked": True}, "it is still in the bay"
    assert await desk.codes(NOW + HOUR) == {}


async def test_overdue_maintenance_is_told_and_blocks_where_a_tenant_wants_it(desk: Desk) -> None:
    schedule = desk.add(
        "recurring_maintenance_schedules",
        vehicle_id=desk.vehicle,
        schedule_name="Oil change",
        next_due_date=THAT_DAY,
        is_active=True,
    )
    assert await desk.codes(EVENING, MIDNIGHT) == {}, "on the day it is still in time"
    (told,) = await desk.ask(MIDNIGHT)
    assert (told.blocks, told.sentence) == (False, "Oil change is overdue since 30 Jun 2027")
    desk.set("recurring_maintenance_schedules", schedule, grace_days=2)
    assert await desk.codes(MIDNIGHT + 48 * HOUR - timedelta(seconds=1)) == {}, "its grace"
    assert await desk.codes(MIDNIGHT + 48 * HOUR) == {"maintenance_overdue": False}
    grace = {"grace_days": 0, "grace_miles": 0, "grace_hours": 0}
    desk.set(
        "recurring_maintenance_schedules", schedule, next_due_date=None, next_due_mileage=60_000, **grace
    )
    assert await desk.codes(EVENING) == {}
    mile = 1609.344
    for second, (value, found) in enumerate(
        ((60_000 * mile, {}), (60_001 * mile, {"maintenance_overdue": False}))
    ):
        desk.add(
            "meter_readings",
            vehicle_id=desk.vehicle,
            meter_type="odometer",
            value=value - 10_000 * mile,
            replacement_offset=10_000 * mile,
            recorded_at=NOW - HOUR + timedelta(seconds=second),
        )
        assert await desk.codes(EVENING) == found
    desk.set("recurring_maintenance_schedules", schedule, next_due_mileage=None, next_due_hours=500)
    desk.add(
        "meter_readings",
        vehicle_id=desk.vehicle,
        meter_type="engine_hours",
        value=501 * 3600,
        replacement_offset=0,
        recorded_at=NOW,
    )
    (told,) = await desk.ask()
    assert told.sentence == "Oil change is overdue since 500 engine hours"
    desk.owner.execute(
        "INSERT INTO system_settings (tenant_id, setting_key, setting_value, setting_type) VALUES (%s, %s, %s, 'boolean')",
        (desk.tenant.id, OVERDUE_BLOCKS, Jsonb(True)),
    )
    assert await desk.codes() == {"maintenance_overdue": True}
    desk.set("recurring_maintenance_schedules", schedule, is_active=False)
    assert await desk.codes() == {}


# -- routes


async def test_a_route_under_way_blocks_and_a_planned_one_is_told(desk: Desk) -> None:
    somebody = desk.add("drivers")
    route = desk.add(
        "routes",
        route_name="North side",
        assigned_vehicle_id=desk.vehicle,
        assigned_driver_id=somebody,
        status="planned",
        departs_at=EVENING,
        returns_at=MIDNIGHT,
    )
    assert await desk.codes(EVENING, MIDNIGHT) == {"route_planned": False}
    assert await desk.codes(MIDNIGHT, MIDNIGHT + HOUR) == {} == await desk.codes(EVENING - HOUR, EVENING)
    assert await desk.codes(EVENING, drivers=[somebody]) == {}, "it is that driver's own route"
    assert await desk.codes(EVENING, vehicles=[desk.add("vehicles")], drivers=[somebody]) == {
        "driver_route_planned": False
    }
    desk.set(
        "routes",
        route,
        status="active",
        started_at=NOW - HOUR,
        departs_at=NOW - HOUR,
        returns_at=NOW + 2 * HOUR,
    )
    assert await desk.codes() == {"on_route": True}
    assert await desk.codes(NOW + 3 * HOUR) == {}
    assert await desk.codes(except_id=route) == {}
    desk.set("routes", route, returns_at=NOW - HOUR)
    assert await desk.codes() == {"on_route": True}, "it is not back yet"
    desk.set("routes", route, started_at=NOW - 48 * HOUR, departs_at=None, returns_at=NOW - 40 * HOUR)
    assert await desk.codes() == {}, "one that was forgotten does not hold for ever"


async def test_other_tenants_rows_are_never_counted(desk: Desk, other_tenant: TestTenant) -> None:
    desk.set("vehicles", desk.vehicle, status="sold")
    stranger = Desk(desk.database, other_tenant, desk.owner, desk.vehicle, desk.driver)
    assert await stranger.ask() == []
