"""The SQL of `write`. Times of a window: NULL means without limit."""

from __future__ import annotations

from motorpool.telematics.queries.trip_rule_matches import MATCHED

# DELETE instead of ON COMMIT alone: a check goes through several windows in one transaction.
MAKE_STAGES = """
CREATE TEMP TABLE IF NOT EXISTS derived_windows (vehicle_id uuid, from_time timestamptz,
    to_time timestamptz, checkpoint jsonb, derived_to timestamptz) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_trips (id uuid, vehicle_id uuid, trip_number text,
    started_at timestamptz, last_at timestamptz, ended boolean, start_latitude float8,
    start_longitude float8, end_latitude float8, end_longitude float8, distance_mm int8,
    odometer_mm int8, duration_s float8, idle_s float8, max_kph float8, average_kph float8,
    polyline text, details jsonb) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_stops (id uuid, vehicle_id uuid, started_at timestamptz,
    last_at timestamptz, ended boolean, latitude float8, longitude float8, duration_s float8,
    idle_s float8, resumed boolean, checkpoint jsonb) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_states (vehicle_id uuid, recorded_at timestamptz,
    latitude float8, longitude float8, motion text, since timestamptz, trip_id uuid, heading float8,
    kph float8, odometer_m float8, ignition boolean) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_removed (id uuid, vehicle_id uuid, started_at timestamptz,
    last_at timestamptz, usage_type text, business_purpose text, business_percent numeric,
    classified_by text, classified_at timestamptz, classified_by_user_id uuid, trip_rule_id uuid)
    ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_referrers (source text, referrer uuid, trip uuid)
    ON COMMIT DELETE ROWS;
DELETE FROM derived_windows; DELETE FROM derived_trips; DELETE FROM derived_stops;
DELETE FROM derived_states; DELETE FROM derived_removed; DELETE FROM derived_referrers
"""

_IN_WINDOW = """t.tenant_id = %(tenant)s AND t.vehicle_id = w.vehicle_id
      AND t.started_at >= coalesce(w.from_time, '-infinity')
      AND t.started_at <= coalesce(w.to_time, 'infinity')"""

#: What people and rules say about a trip; never derived.
SAID = (
    "usage_type",
    "business_purpose",
    "business_percent",
    "classified_by",
    "classified_at",
    "classified_by_user_id",
    "trip_rule_id",
)

FIND_REMOVED = f"""
INSERT INTO derived_removed
SELECT t.id, t.vehicle_id, t.started_at, coalesce(t.ended_at, 'infinity'), {", ".join(f"t.{name}" for name in SAID)}
FROM trips t JOIN derived_windows w ON {_IN_WINDOW}
WHERE NOT EXISTS (SELECT FROM derived_trips d WHERE d.id = t.id)
"""
REMOVE_TRIPS = "DELETE FROM trips t USING derived_removed r WHERE t.tenant_id = %(tenant)s AND t.id = r.id"
REMOVE_STOPS = f"""
DELETE FROM stops t USING derived_windows w
WHERE {_IN_WINDOW} AND NOT EXISTS (SELECT FROM derived_stops d WHERE d.id = t.id)
"""

#: Odometers in whole millimetres, so that sums are the same however they are split. A meter reading (with the
#: offset of replaced meters) is the truth from its time on; before the first one the device's odometer is;
#: trips add their distance. `carried` is where the last trip before the window had come to.
_METERED = """
carried AS (
    SELECT w.vehicle_id, t.started_at, t.end_odometer_m
    FROM derived_windows w CROSS JOIN LATERAL (
        SELECT started_at, end_odometer_m FROM trips
        WHERE tenant_id = %(tenant)s AND vehicle_id = w.vehicle_id AND started_at < w.from_time
        ORDER BY started_at DESC LIMIT 1
    ) AS t
), readings AS (
    SELECT vehicle_id, recorded_at, round((value + replacement_offset) * 1000)::int8 AS millimetres
    FROM meter_readings r
    WHERE r.tenant_id = %(tenant)s AND r.meter_type = 'odometer'
      AND r.vehicle_id IN (SELECT vehicle_id FROM derived_windows)
), marks AS (
    SELECT vehicle_id, started_at AS at, 0 AS kind, round(end_odometer_m * 1000)::int8 AS known,
           0::int8 AS driven, NULL::uuid AS id
    FROM carried WHERE end_odometer_m IS NOT NULL
    UNION ALL
    SELECT r.vehicle_id, r.recorded_at, 0, r.millimetres, 0, NULL
    FROM readings r LEFT JOIN carried c ON c.vehicle_id = r.vehicle_id
    WHERE r.recorded_at > coalesce(c.started_at, '-infinity')
    UNION ALL
    SELECT d.vehicle_id, d.started_at, 1, CASE WHEN NOT EXISTS (
               SELECT FROM readings r WHERE r.vehicle_id = d.vehicle_id AND r.recorded_at <= d.started_at
           ) THEN d.odometer_mm END, d.distance_mm, d.id
    FROM derived_trips d
), runs AS (
    SELECT *, count(known) OVER (PARTITION BY vehicle_id ORDER BY at, kind, known
                                 ROWS UNBOUNDED PRECEDING) AS run
    FROM marks
), metered AS (
    SELECT id, driven, max(known) OVER (PARTITION BY vehicle_id, run)
           + sum(driven) OVER (PARTITION BY vehicle_id, run ORDER BY at, kind
                               ROWS UNBOUNDED PRECEDING) AS reached
    FROM runs
)"""

#: The columns that derivation owns, and what they are made of.
_TRIP = {
    "driver_id": "a.driver_id",
    "start_location_lat": "d.start_latitude::numeric(10, 8)",
    "start_location_lng": "d.start_longitude::numeric(11, 8)",
    "end_location_lat": "d.end_latitude::numeric(10, 8)",
    "end_location_lng": "d.end_longitude::numeric(11, 8)",
    "start_odometer": "floor((m.reached - m.driven) / 1000000)::int4",
    "end_odometer": "floor(m.reached / 1000000)::int4",
    "end_odometer_m": "(m.reached / 1000)::float8",
    "distance_km": "(d.distance_mm / 1000000.0)::numeric(8, 2)",
    "duration_minutes": "round(d.duration_s / 60)::int4",
    "idle_time_minutes": "round(d.idle_s / 60)::int4",
    "max_speed_kph": "d.max_kph::numeric(6, 2)",
    "avg_speed_kph": "d.average_kph::numeric(6, 2)",
    "started_at": "d.started_at",
    "ended_at": "CASE WHEN d.ended THEN d.last_at END",
    "route_polyline": "d.polyline",
    "metadata": "d.details",
}
_STOP = {
    "driver_id": "a.driver_id",
    "latitude": "d.latitude::numeric(10, 8)",
    "longitude": "d.longitude::numeric(11, 8)",
    "started_at": "d.started_at",
    "ended_at": "CASE WHEN d.ended THEN d.last_at END",
    "duration_minutes": "round(d.duration_s / 60)::int4",
    "idle_minutes": "round(d.idle_s / 60)::int4",
}
_DRIVER = """LEFT JOIN driver_assignments a ON a.tenant_id = %(tenant)s AND a.vehicle_id = d.vehicle_id
    AND a.starts_at <= d.started_at AND (a.ends_at IS NULL OR a.ends_at > d.started_at)"""


def _listed(names: dict[str, str], prefix: str) -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


def _assigned(names: dict[str, str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in names)


WRITE_TRIPS = f"""
WITH {_METERED}
INSERT INTO trips AS t (tenant_id, id, vehicle_id, trip_number, {_listed(_TRIP, "")})
SELECT %(tenant)s, d.id, d.vehicle_id, d.trip_number, {", ".join(_TRIP.values())}
FROM derived_trips d JOIN metered m ON m.id = d.id {_DRIVER}
ON CONFLICT (tenant_id, id) DO UPDATE SET {_assigned(_TRIP)}
WHERE ({_listed(_TRIP, "t.")}) IS DISTINCT FROM ({_listed(_TRIP, "excluded.")})
"""
# A stop keeps its earliest checkpoint that is settled.
WRITE_STOPS = f"""
INSERT INTO stops AS t (tenant_id, id, vehicle_id, {_listed(_STOP, "")}, checkpoint)
SELECT %(tenant)s, d.id, d.vehicle_id, {", ".join(_STOP.values())},
       CASE WHEN d.resumed THEN coalesce((
           SELECT s.checkpoint FROM stops s WHERE s.tenant_id = %(tenant)s AND s.id = d.id
             AND s.checkpoint ->> 'settled_at' IS NOT NULL), d.checkpoint) ELSE d.checkpoint END
FROM derived_stops d {_DRIVER}
ON CONFLICT (tenant_id, id) DO UPDATE SET {_assigned(_STOP)}, checkpoint = excluded.checkpoint
WHERE ({_listed(_STOP, "t.")}, t.checkpoint)
      IS DISTINCT FROM ({_listed(_STOP, "excluded.")}, excluded.checkpoint)
"""

#: What derivation says, row by row: kind, vehicle, id, start, and a digest of the columns that it owns.
DERIVED_ROWS = f"""
SELECT 'trip', t.vehicle_id, t.id, t.started_at, md5(ROW({_listed(_TRIP, "t.")})::text)
FROM trips t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s)
UNION ALL
SELECT 'stop', t.vehicle_id, t.id, t.started_at, md5(ROW({_listed(_STOP, "t.")})::text)
FROM stops t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s)
"""

# The hand wins over a rule, the trip's own word over one that is handed down.
HAND_DOWN = f"""
UPDATE trips t SET {", ".join(f"{name} = best.{name}" for name in SAID)}
FROM (
    SELECT DISTINCT ON (heir) *
    FROM (
        SELECT DISTINCT ON (r.id) d.id AS heir, r.*,
               least(r.last_at, d.last_at) - greatest(r.started_at, d.started_at) AS shared
        FROM derived_removed r JOIN derived_trips d ON d.vehicle_id = r.vehicle_id
             AND d.started_at < r.last_at AND d.last_at > r.started_at
        WHERE r.usage_type IS NOT NULL OR r.business_purpose IS NOT NULL
        ORDER BY r.id, shared DESC, d.id
    ) AS claims
    ORDER BY heir, (classified_by = 'user') IS TRUE DESC, shared DESC
) AS best
WHERE t.tenant_id = %(tenant)s AND t.id = best.heir
  AND ((t.usage_type IS NULL AND t.business_purpose IS NULL)
       OR (t.classified_by = 'rule' AND best.classified_by = 'user'))
"""
#: Rules speak only of trips that have ended and that nobody has classified.
CLASSIFY = f"""
WITH {
    MATCHED.format(
        wanted="SELECT t.* FROM trips t JOIN derived_trips d ON d.id = t.id WHERE t.tenant_id = %(tenant)s "
        "AND t.ended_at IS NOT NULL AND t.usage_type IS NULL AND t.business_purpose IS NULL "
        "AND EXISTS (SELECT FROM trip_rules x WHERE x.tenant_id = %(tenant)s AND x.is_active)"
    )
}
UPDATE trips t SET usage_type = m.usage_type, business_purpose = m.business_purpose, classified_by = 'rule',
                   classified_at = now(), classified_by_user_id = NULL, trip_rule_id = m.rule_id
FROM matched m WHERE t.tenant_id = %(tenant)s AND t.id = m.id
"""

WRITE_PROGRESS = """
UPDATE derivation_state s SET checkpoint = w.checkpoint, derived_to = w.derived_to, updated_at = now()
FROM derived_windows w WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = w.vehicle_id
"""

# Heading and speed only where the device gave none, and only if the row still shows the fix that they belong
# to.
_STATE = {
    "motion": "excluded.motion",
    "motion_since": "excluded.motion_since",
    "trip_id": "excluded.trip_id",
    "driver_id": "excluded.driver_id",
    "odometer_m": "excluded.odometer_m",
    "ignition": "excluded.ignition",
    "heading": "CASE WHEN t.recorded_at = excluded.recorded_at THEN coalesce(t.heading, excluded.heading) "
    "ELSE t.heading END",
    "speed": "CASE WHEN t.recorded_at = excluded.recorded_at THEN coalesce(t.speed, excluded.speed) "
    "ELSE t.speed END",
}
WRITE_STATES = f"""
INSERT INTO vehicle_states AS t (
    tenant_id, vehicle_id, latitude, longitude, recorded_at, received_at, {_listed(_STATE, "")})
SELECT %(tenant)s, d.vehicle_id, d.latitude::numeric(10, 8), d.longitude::numeric(11, 8), d.recorded_at,
       now(), d.motion, d.since, d.trip_id, a.driver_id,
       coalesce(reading.metres, CASE WHEN NOT EXISTS (
           SELECT FROM meter_readings r
           WHERE r.tenant_id = %(tenant)s AND r.vehicle_id = d.vehicle_id AND r.meter_type = 'odometer'
       ) THEN d.odometer_m END, trip.end_odometer_m), d.ignition,
       d.heading::numeric(5, 2), d.kph::numeric(6, 2)
FROM derived_states d
LEFT JOIN driver_assignments a ON a.tenant_id = %(tenant)s AND a.vehicle_id = d.vehicle_id
    AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now())
LEFT JOIN LATERAL (
    SELECT p.started_at, p.end_odometer_m FROM trips p
    WHERE p.tenant_id = %(tenant)s AND p.vehicle_id = d.vehicle_id ORDER BY p.started_at DESC LIMIT 1
) AS trip ON true
LEFT JOIN LATERAL (
    SELECT r.value + r.replacement_offset AS metres FROM meter_readings r
    WHERE r.tenant_id = %(tenant)s AND r.vehicle_id = d.vehicle_id AND r.meter_type = 'odometer'
      AND r.recorded_at > coalesce(trip.started_at, '-infinity')
    ORDER BY r.recorded_at DESC LIMIT 1
) AS reading ON true
ORDER BY d.vehicle_id
ON CONFLICT (tenant_id, vehicle_id) DO UPDATE
SET {", ".join(f"{name} = {value}" for name, value in _STATE.items())}
WHERE ({_listed(_STATE, "t.")}) IS DISTINCT FROM ({", ".join(_STATE.values())})
RETURNING t.vehicle_id
"""
