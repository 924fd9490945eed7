"""The mileage log of a driver or a vehicle: trips with places, odometers and what people said, and the rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.periods import local_period
from motorpool.telematics.reports.naming import named_spots
from motorpool.telematics.rules.mileage import LoggedTrip, Rate

#: Trips of one log; more than a busy driver's year.
MOST = 20_000
RATES = """
SELECT valid_from, rate_per_mile, coalesce(source, ''), currency FROM mileage_rates
WHERE (tenant_id = %(tenant)s OR (tenant_id IS NULL AND %(kind)s <> 'own')) AND kind = %(kind)s
ORDER BY valid_from, tenant_id NULLS FIRST
"""
_TRIPS = """
WITH listed AS MATERIALIZED (
    SELECT t.*, row_number() OVER (ORDER BY t.started_at, t.id) AS _n FROM trips t
    WHERE {where} ORDER BY t.started_at, t.id LIMIT %(most)s
), {spots}
SELECT l.id, l.started_at, l.ended_at, (l.started_at AT TIME ZONE %(zone)s)::date, d.full_name, v.vehicle_number,
       coalesce(l.start_address, at_start.name, round(l.start_location_lat, 4) || ', ' || round(l.start_location_lng, 4)),
       coalesce(l.end_address, at_end.name, round(l.end_location_lat, 4) || ', ' || round(l.end_location_lng, 4)),
       l.end_odometer_m - l.distance_km::float8 * 1000, l.end_odometer_m, coalesce(l.distance_km, 0), l.usage_type,
       l.business_percent, l.business_purpose, l.classified_by, l.classified_at, r.name
FROM listed l
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = l.driver_id
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = l.vehicle_id
LEFT JOIN trip_rules r ON r.tenant_id = %(tenant)s AND r.id = l.trip_rule_id
LEFT JOIN at_start ON at_start._n = l._n LEFT JOIN at_end ON at_end._n = l._n
ORDER BY l._n
"""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A trip of the log. Odometers in metres, None where no reading is known."""

    trip_id: UUID
    started_at: datetime
    ended_at: datetime
    trip: LoggedTrip
    driver: str | None
    vehicle: str | None
    start_place: str | None
    end_place: str | None
    start_odometer_m: float | None
    end_odometer_m: float | None
    purpose: str | None
    classified_by: str | None
    classified_at: datetime | None
    rule: str | None


async def mileage_rates(database: Database, actor: Actor, kind: str) -> tuple[list[Rate], str]:
    """The rates of a kind in order of time, and their currency; an organisation's own row stands above the platform's of
    the same day."""
    rows = await database.read(actor, RATES, {"tenant": actor.tenant_id, "kind": kind})
    by_day = {row[0]: Rate(row[0], row[1], row[2]) for row in rows}
    return list(by_day.values()), rows[-1][3] if rows else "USD"


async def mileage_log(
    database: Database,
    registry: Registry,
    actor: Actor,
    first: date,
    last: date,
    *,
    driver: UUID | None = None,
    vehicle: UUID | None = None,
    action: str = "read",
) -> list[LogLine]:
    """Ended trips that began on local days `first` to `last`, in order of time.

    Raises Forbidden; BadRequest for a period that cannot be, and for more than MOST trips: a log that leaves some out is wrong.
    """
    resource = registry["trips"]
    reach = reach_or_forbid(resource, actor, action)
    start, end = local_period(first, last, actor.time_zone)
    where = [
        "t.tenant_id = %(tenant)s AND t.started_at >= %(start)s AND t.started_at < %(end)s AND t.ended_at IS NOT NULL"
    ]
    if scope := scope_condition(resource, reach):
        where.append(scope)
    if driver:
        where.append("t.driver_id = %(driver)s")
    if vehicle:
        where.append("t.vehicle_id = %(vehicle)s")
    spots = named_spots(
        "listed",
        "_n",
        {
            "start": ("start_location_lat", "start_location_lng"),
            "end": ("end_location_lat", "end_location_lng"),
        },
    )
    statement = _TRIPS.replace("{where}", " AND ".join(where)).replace("{spots}", spots)
    parameters = base_parameters(actor, reach) | {
        "start": start,
        "end": end,
        "driver": driver,
        "vehicle": vehicle,
        "zone": actor.time_zone,
        "most": MOST + 1,
    }
    rows = await database.read(actor, statement, parameters)
    if len(rows) > MOST:
        raise BadRequest(
            f"These are more than {MOST:,} trips.",
            fields=[FieldProblem("to", "must be an earlier day, or ask about one driver or vehicle")],
            code="bad_parameters",
        )
    return [_line(row) for row in rows]


def _line(row: Sequence[Any]) -> LogLine:
    (
        key, started_at, ended_at, day, driver, vehicle, start_place, end_place, start_m, end_m, km, usage, percent, *said,
    ) = row  # fmt: skip
    trip = LoggedTrip(day, km, usage, percent)
    return LogLine(
        key, started_at, ended_at, trip, driver, vehicle, start_place, end_place, start_m, end_m, *said
    )
