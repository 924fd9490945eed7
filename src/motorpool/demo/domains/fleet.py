"""Reservations of the demonstration's pool vehicles, in every state. All of them are made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add, numbers

#: (purpose, destination, usage, passengers, hours)
ERRANDS = (
    ("Inspection of storm drains", "Marina", "business", 2, 4),
    ("Site meeting at the new depot", "Bayview", "business", 3, 3),
    ("Delivery of ballot boxes", "City Hall", "business", 2, 6),
    ("Training at the academy", "Treasure Island", "business", 4, 9),
    ("Airport transfer of visitors", "SFO", "business", 3, 2),
    ("Parks survey", "Golden Gate Park", "business", 2, 7),
    ("Move to a new flat, after hours", "Sunset", "personal", 1, 4),
)
#: Day from today -> states of that day's reservations.
PLAN = (
    (-6, ("returned", "returned", "no_show")),
    (-4, ("returned", "cancelled", "returned")),
    (-2, ("returned", "returned", "rejected")),
    (-1, ("returned", "handed_over")),
    (0, ("handed_over", "handed_over", "approved")),
    (1, ("approved", "approved", "requested")),
    (3, ("approved", "requested", "requested", "cancelled")),
    (7, ("approved", "requested")),
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today."""
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows: list[Row] = []
    for offset, states in PLAN:
        for status in states:
            rows.append(_reservation(fleet, day + timedelta(days=offset), status, len(rows)))
    given = numbers(
        connection, tenant, "vehicle_reservations", "RES", [row["starts_at"].year for row in rows]
    )
    for row, number in zip(rows, given, strict=True):
        row["reservation_number"] = number
    add(connection, "vehicle_reservations", tenant, rows)


def _reservation(fleet: DemoFleet, day: datetime, status: str, number: int) -> Row:
    purpose, destination, usage, passengers, hours = ERRANDS[number % len(ERRANDS)]
    user = fleet.users[number % len(fleet.users)]
    # The shop's day on the west coast; what is out now left this morning.
    starts = day + timedelta(hours=15 + number % 3)
    if status == "handed_over":
        starts = min(
            starts, datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        )
    row: Row = {
        "status": status,
        "vehicle_type": "car",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=hours),
        "requested_by_user_id": user,
        "driver_id": fleet.drivers[number % len(fleet.drivers)],
        "department_id": fleet.departments[number % len(fleet.departments)],
        "purpose": purpose,
        "destination": destination,
        "usage_type": usage,
        "passengers": passengers,
        "pickup_facility_id": fleet.facilities[0],
        "notes": "Made up for the demonstration",
    }
    if status in ("approved", "handed_over", "returned", "no_show"):
        row["vehicle_id"] = fleet.vehicles[-1 - number % len(fleet.vehicles)]
        row |= {"decided_at": starts - timedelta(days=2), "decided_by_user_id": fleet.users[0]}
    if status == "rejected":
        row |= {"decided_at": starts - timedelta(days=2), "decided_by_user_id": fleet.users[0]}
        row["decision_notes"] = "No vehicle is free on that day"
    if status in ("handed_over", "returned"):
        row |= {"handed_over_at": starts, "handed_over_by_user_id": fleet.users[0]}
        row |= {"odometer_out": 41_200 + number * 613, "fuel_percent_out": 100 - number % 4 * 10}
        row["key_number"] = f"Box 1, {number % 40 + 1}"
    if status == "returned":
        row |= {"returned_at": row["ends_at"] - timedelta(minutes=15), "received_by_user_id": fleet.users[0]}
        row |= {
            "odometer_in": row["odometer_out"] + 18 + number * 3,
            "fuel_percent_in": row["fuel_percent_out"] - 10,
            "condition_in": "No new damage",
        }
    if status in ("cancelled", "no_show"):
        row["cancelled_at"] = (
            starts - timedelta(hours=20) if status == "cancelled" else starts + timedelta(hours=2)
        )
    if status == "cancelled":
        row["cancellation_reason"] = "The meeting was moved online"
    return row
