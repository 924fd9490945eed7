"""What a trip's page tells beside its row: the stops at its ends, its neighbours, names of places, joins and cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.reports.naming import PLACE_NAMES

_EDITS = """
SELECT e.id::text, e.kind, e.starts_at, e.ends_at, e.reason, e.created_at, u.display_name
FROM trip_edits e LEFT JOIN users u ON u.tenant_id = %(tenant)s AND u.id = e.made_by_user_id
WHERE e.tenant_id = %(tenant)s AND e.vehicle_id = %(vehicle)s AND e.undone_at IS NULL
  AND e.starts_at >= %(start)s AND e.ends_at <= %(end)s
ORDER BY e.starts_at, e.id LIMIT 50
"""
_STOPS = """
SELECT s.started_at, s.ended_at, s.duration_minutes, s.idle_minutes, s.latitude::float8, s.longitude::float8
FROM stops s WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = %(vehicle)s
  AND (s.ended_at = %(start)s OR s.started_at = %(end)s)
ORDER BY s.started_at LIMIT 2
"""
_SAID = """
SELECT u.display_name, r.name FROM trips t
LEFT JOIN users u ON u.tenant_id = %(tenant)s AND u.id = t.classified_by_user_id
LEFT JOIN trip_rules r ON r.tenant_id = %(tenant)s AND r.id = t.trip_rule_id
WHERE t.tenant_id = %(tenant)s AND t.id = %(trip)s
"""
PURPOSES = """
SELECT business_purpose FROM trips t
WHERE t.tenant_id = %(tenant)s AND t.business_purpose IS NOT NULL AND {scope}
  AND t.started_at > now() - interval '400 days'
GROUP BY business_purpose ORDER BY count(*) DESC, max(t.started_at) DESC LIMIT 6
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A stop beside a trip."""

    started_at: datetime
    ended_at: datetime | None
    minutes: int | None
    idle_minutes: int | None
    place: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """A join or a cut that holds."""

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    reason: str | None
    created_at: datetime
    who: str | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    before: Standing | None
    after: Standing | None
    edits: list[Instruction]
    start_place: str | None
    end_place: str | None
    #: Who or which rule classified it.
    said_by: str | None


async def trip_surroundings(
    database: Database, actor: Actor, trip: dict[str, Any], start: datetime, end: datetime
) -> Surroundings:
    """For a trip that the actor may read; `trip` is its row as the API gives it."""
    parameters = {
        "tenant": actor.tenant_id,
        "vehicle": UUID(trip["vehicle_id"]),
        "trip": UUID(trip["id"]),
        "start": start,
        "end": end,
    }
    stops = await database.read(actor, _STOPS, parameters)
    edits = await database.read(actor, _EDITS, parameters)
    [(person, rule)] = await database.read(actor, _SAID, parameters) or [(None, None)]
    spots = [
        (trip["start_location_lat"], trip["start_location_lng"]),
        (trip["end_location_lat"], trip["end_location_lng"]),
        *((row[4], row[5]) for row in stops),
    ]
    names = await place_names(database, actor, spots)
    standings = [
        Standing(row[0], row[1], row[2], row[3], name or f"{row[4]:.4f}, {row[5]:.4f}")
        for row, name in zip(stops, names[2:], strict=True)
    ]
    return Surroundings(
        next((one for one in standings if one.ended_at == start), None),
        next((one for one in standings if one.started_at == end), None),
        [Instruction(*row) for row in edits],
        trip["start_address"] or names[0],
        trip["end_address"] or names[1],
        rule or person,
    )


async def place_names(database: Database, actor: Actor, spots: Sequence[tuple[Any, Any]]) -> list[str | None]:
    """What these places (latitude, longitude) are called: the smallest fence, else the facility; None: neither."""
    parameters = {
        "tenant": actor.tenant_id,
        "latitudes": [None if lat is None else float(lat) for lat, _ in spots],
        "longitudes": [None if lng is None else float(lng) for _, lng in spots],
    }
    found: dict[int, str] = dict(await database.read(actor, PLACE_NAMES, parameters))
    return [found.get(number) for number in range(1, len(spots) + 1)]
