"""Names of derived rows that stay the same when trips and stops are derived again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

TRIPS = UUID("f150abb7-1168-470e-83cd-c6a9a3c84475")
"""UUIDv5 namespace of trips; never changes."""
STOPS = UUID("1ac52603-6824-4109-8621-ca5c0f614683")
"""UUIDv5 namespace of stops; never changes."""

GEOFENCES = UUID("4b9be9ef-4f07-4c3f-a9d2-0d3a6a3c5f61")
"""UUIDv5 namespace of visits to geofences and their events; never changes."""

NUMBER_LENGTH = 50


def _name(vehicle_id: UUID, start: float) -> str:
    # Milliseconds: what a database keeps of a time in microseconds reads back as the same name.
    return f"{vehicle_id}/{round(start * 1000)}"


def trip_id(vehicle_id: UUID, start: float) -> UUID:
    """Id of the trip that a vehicle began at `start` (epoch seconds, exact to the millisecond)."""
    return uuid5(TRIPS, _name(vehicle_id, start))


def stop_id(vehicle_id: UUID, start: float) -> UUID:
    """Id of the stop that a vehicle began at `start` (epoch seconds, exact to the millisecond)."""
    return uuid5(STOPS, _name(vehicle_id, start))


def geofence_visit_id(vehicle_id: UUID, geofence_id: UUID, entered_us: int) -> UUID:
    """Id of the visit that began at `entered_us` (epoch microseconds)."""
    return uuid5(GEOFENCES, f"{vehicle_id}/{geofence_id}/visit/{entered_us}")


def geofence_event_id(vehicle_id: UUID, geofence_id: UUID, kind: str, at_us: int) -> UUID:
    """Id of an entry, exit or dwell at `at_us` (epoch microseconds)."""
    return uuid5(GEOFENCES, f"{vehicle_id}/{geofence_id}/{kind}/{at_us}")


def trip_number(vehicle_number: str, start: float) -> str:
    """Number of a trip for people: vehicle and UTC start, as in `CAB12-20080521-143205`.

    The whole has at most 50 characters: a vehicle number too long for that is cut, and eight digits of its
    hash keep it apart from others that begin alike. Unique for devices that report at most once a second.
    """
    moment = datetime.fromtimestamp(int(start // 1), UTC).strftime("-%Y%m%d-%H%M%S")
    name = vehicle_number.strip()
    if len(name) + len(moment) > NUMBER_LENGTH:
        mark = "~" + uuid5(TRIPS, name).hex[:8]
        name = name[: NUMBER_LENGTH - len(moment) - len(mark)] + mark
    return name + moment
