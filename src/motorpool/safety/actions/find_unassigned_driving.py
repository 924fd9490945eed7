"""Trips that nobody is known to have driven become unassigned driving (49 CFR 395.32). Run as often as wanted: what is known stays."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy.actor import system_actor
from motorpool.fleet.rules.commercial import IS_COMMERCIAL
from motorpool.safety.queries.duty_log import COUNTS, SETTING

#: How far back trips are looked at: positions may come late.
DAYS = 14
#: Which vehicles' driving has to be accounted for: commercial ones (49 CFR 395.32) unless an organisation says `all`.
WHICH = "safety.unassigned_driving_vehicles"
#: A truck whose weight nobody has said is taken for one.
COMMERCIAL = f"({IS_COMMERCIAL} OR (v.vehicle_type = 'truck' AND v.gvwr_kg IS NULL))"
#: A driver's record of driving, a yard move or personal use of the vehicle accounts for the time.
ACCOUNTED = f"""EXISTS (
    SELECT FROM hours_of_service_logs t WHERE t.tenant_id = p.tenant_id AND t.vehicle_id = p.vehicle_id
      AND t.log_date BETWEEN p.started_at::date - 2 AND p.ended_at::date + 1
      AND (t.duty_status = 'driving' OR t.special_category IS NOT NULL)
      AND t.status_start_time < p.ended_at AND coalesce(t.status_end_time, 'infinity') > p.started_at AND {COUNTS})"""
#: Ended trips without a driver. A trip that was derived anew keeps its row: a start that moved makes no second one.
FIND = f"""
INSERT INTO unassigned_driving AS u (tenant_id, vehicle_id, trip_id, started_at, ended_at, distance_km, odometer_start, odometer_end,
    location_start, location_end)
SELECT p.tenant_id, p.vehicle_id, p.id, p.started_at, p.ended_at, p.distance_km, p.start_odometer,
       greatest(p.end_odometer, p.start_odometer),
       coalesce(p.start_address, round(p.start_location_lat, 4) || ', ' || round(p.start_location_lng, 4)),
       coalesce(p.end_address, round(p.end_location_lat, 4) || ', ' || round(p.end_location_lng, 4))
FROM trips p JOIN vehicles v ON v.tenant_id = p.tenant_id AND v.id = p.vehicle_id
WHERE p.tenant_id = %(tenant)s AND p.driver_id IS NULL AND p.ended_at > p.started_at
  AND p.started_at >= now() - %(days)s * interval '1 day' AND {{which}}
  AND NOT EXISTS (SELECT FROM unassigned_driving k
                  WHERE k.tenant_id = p.tenant_id AND k.vehicle_id = p.vehicle_id AND k.trip_id = p.id)
  AND NOT {ACCOUNTED}
ON CONFLICT (tenant_id, vehicle_id, started_at) DO UPDATE SET trip_id = excluded.trip_id
WHERE u.trip_id IS NULL
RETURNING u.id
"""
#: What is still open follows its trip, and is settled where its driver has become known.
FOLLOW = f"""
UPDATE unassigned_driving u SET
    ended_at = p.ended_at, distance_km = p.distance_km, odometer_start = p.start_odometer,
    odometer_end = greatest(p.end_odometer, p.start_odometer),
    status = CASE WHEN k.settled THEN 'explained' ELSE u.status END,
    resolved_at = CASE WHEN k.settled THEN now() END,
    explanation = CASE WHEN p.driver_id IS NOT NULL THEN 'The trip has a driver now: ' || d.full_name
                       WHEN k.settled THEN 'A duty record accounts for it' ELSE u.explanation END
FROM trips p LEFT JOIN drivers d ON d.tenant_id = p.tenant_id AND d.id = p.driver_id
CROSS JOIN LATERAL (SELECT p.driver_id IS NOT NULL OR {ACCOUNTED} AS settled) AS k
WHERE u.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND u.status = 'open' AND p.id = u.trip_id AND p.ended_at > u.started_at
  AND u.started_at >= now() - %(days)s * interval '1 day'
  AND (k.settled OR (u.ended_at, u.distance_km) IS DISTINCT FROM (p.ended_at, p.distance_km))
RETURNING u.status = 'explained'
"""


@dataclass(frozen=True, slots=True)
class Found:
    new: int
    settled: int


async def find_unassigned_driving(database: Database, tenant_id: UUID) -> Found:
    """Look through a tenant's trips of the last days."""
    actor = system_actor(tenant_id, "trips without a driver")
    async with database.connection(actor) as connection:
        return await look_through(connection, tenant_id)


async def look_through(connection: Connection, tenant_id: UUID) -> Found:
    where = {"tenant": tenant_id, "days": DAYS}
    setting = await (await connection.execute(SETTING.format(key=WHICH), where)).fetchone()
    which = "true" if setting and setting[0] == "all" else COMMERCIAL
    found = await (await connection.execute(FIND.format(which=which), where)).fetchall()
    followed = await (await connection.execute(FOLLOW, where)).fetchall()
    return Found(len(found), sum(settled for (settled,) in followed))
