"""Writing down what became of the stops of routes that are under way, and which trip was driven for them."""

from __future__ import annotations

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.route_progress import load_runs, moment_of

#: Under way, or so lately over that a late position may still tell something.
TRACKED = (
    "(r.status = 'active' OR (r.status = 'completed' AND r.completed_at > now() - interval '1 day')) "
    "AND r.started_at IS NOT NULL"
)

STOPS = """
UPDATE route_stops s SET status = x.status, arrived_at = x.arrived_at, departed_at = x.departed_at
FROM jsonb_to_recordset(%(stops)s::jsonb) AS x(id uuid, status text, arrived_at timestamptz, departed_at timestamptz)
WHERE s.tenant_id = %(tenant)s AND s.id = x.id
  AND (s.status, s.arrived_at, s.departed_at) IS DISTINCT FROM (x.status, x.arrived_at, x.departed_at)
"""
#: The trip that took most of the time in which the route was under way.
TRIPS = """
UPDATE routes r SET actual_trip_id = (
    SELECT t.id FROM trips t
    WHERE t.tenant_id = r.tenant_id AND t.vehicle_id = r.assigned_vehicle_id AND t.started_at < coalesce(r.completed_at, now())
      AND coalesce(t.ended_at, now()) > r.started_at
    ORDER BY least(coalesce(t.ended_at, now()), coalesce(r.completed_at, now())) - greatest(t.started_at, r.started_at) DESC, t.id
    LIMIT 1)
WHERE r.tenant_id = %(tenant)s AND r.actual_trip_id IS NULL AND r.status = 'completed'
  AND r.completed_at > now() - interval '1 day'
  AND EXISTS (SELECT FROM trips t WHERE t.tenant_id = r.tenant_id AND t.vehicle_id = r.assigned_vehicle_id
              AND t.started_at < r.completed_at AND coalesce(t.ended_at, now()) > r.started_at)
"""


async def track_routes(database: Database, actor: Actor) -> int:
    """Bring the stops of all routes under way up to date; how many stops changed. Doing it again changes nothing."""
    runs = await load_runs(database, actor, TRACKED)
    if not runs:
        return 0
    stops = [
        {
            "id": stop.id,
            "status": visit.status,
            "arrived_at": moment_of(visit.arrived),
            "departed_at": moment_of(visit.departed),
        }
        for run in runs
        for stop, visit in zip(run.stops, run.visits(), strict=True)
    ]
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            STOPS, {"tenant": actor.tenant_id, "stops": msgspec.json.encode(stops).decode()}
        )
        await connection.execute(TRIPS, {"tenant": actor.tenant_id})
        return cursor.rowcount
