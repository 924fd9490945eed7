"""The SQL of driver behaviour. A window is a vehicle with the times that are derived anew; `until` NULL means without limit.

Rows of the derivation are told by their ids: UUIDv5, where everything else has UUIDv7. All others are left alone.
"""

from __future__ import annotations

THRESHOLDS = """
SELECT vehicle_type, extract(epoch FROM valid_from)::float8, harsh_braking_g::float8, harsh_acceleration_g::float8,
       harsh_cornering_g::float8, speeding_tolerance_kph::float8, speeding_min_seconds::float8,
       speeding_moderate_percent::float8, speeding_severe_percent::float8, idle_minutes * 60::float8,
       idle_liters_per_hour::float8, idle_exempt
FROM behavior_thresholds WHERE tenant_id = %(tenant)s
"""
VEHICLES = """
SELECT v.id, v.vehicle_type, v.speed_limit_kph::float8 FROM vehicles v
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)
"""
_WINDOWS = "unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS w (vehicle_id, since, until)"
_INSIDE = (
    "t.tenant_id = %(tenant)s AND t.vehicle_id = w.vehicle_id AND t.recorded_at >= w.since "
    "AND t.recorded_at <= coalesce(w.until, 'infinity')"
)
#: What devices said themselves, and what came from elsewhere (a provider, a camera).
REPORTED = f"""
SELECT t.vehicle_id, t.code, extract(epoch FROM t.recorded_at)::float8, t.value, t.latitude::float8, t.longitude::float8,
       t.speed::float8, true
FROM {_WINDOWS} JOIN device_events t ON {_INSIDE} AND t.code = ANY (%(kinds)s)
UNION ALL
SELECT t.vehicle_id, t.event_type, extract(epoch FROM t.recorded_at)::float8, NULL, NULL, NULL, NULL, false
FROM {_WINDOWS} JOIN driver_behavior_events t ON {_INSIDE} AND t.event_type = ANY (%(kinds)s)
     AND uuid_extract_version(t.id) <> 5
ORDER BY 1, 3, 2
"""
#: Seconds within each stop (a window) in which a power take-off ran at both ends of a leg.
POWER_TAKE_OFF = """
SELECT w.n, coalesce(sum(extract(epoch FROM leg.until - leg.since)), 0)::float8
FROM unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY
     AS w (vehicle_id, since, until, n)
CROSS JOIN LATERAL (
    SELECT l.recorded_at AS until, lag(l.recorded_at) OVER when_ AS since,
           l.attributes -> 'pto' = 'true' AND lag(l.attributes -> 'pto') OVER when_ = 'true' AS works
    FROM vehicle_locations l
    WHERE l.tenant_id = %(tenant)s AND l.vehicle_id = w.vehicle_id
      AND l.recorded_at >= w.since AND l.recorded_at <= w.until
    WINDOW when_ AS (ORDER BY l.recorded_at)
) AS leg
WHERE leg.works AND leg.until - leg.since <= make_interval(secs => %(gap)s)
GROUP BY w.n
"""
STREET_VERSIONS = """
SELECT s.cell, count(*), max(s.updated_at)::text FROM street_limits s
WHERE (s.tenant_id = %(tenant)s OR s.tenant_id IS NULL) AND s.cell = ANY (%(cells)s)
GROUP BY s.cell ORDER BY s.cell
"""
STREETS = """
SELECT s.cell, s.path::text, coalesce(s.limit_kph::float8, 'NaN'), s.is_one_way FROM street_limits s
WHERE (s.tenant_id = %(tenant)s OR s.tenant_id IS NULL) AND s.cell = ANY (%(cells)s)
ORDER BY s.cell, s.id
"""

#: The columns that derivation owns, and what they are made of.
_EVENT = {
    "vehicle_id": "d.vehicle_id",
    "driver_id": "a.driver_id",
    "event_type": "d.kind",
    "severity": "d.severity",
    "speed_at_event": "d.kph::numeric(6, 2)",
    "speed_limit": "round(d.limit_kph)::int4",
    "g_force": "d.g::numeric(4, 2)",
    "duration_seconds": "round(d.duration_s)::int4",
    "latitude": "d.latitude::numeric(10, 8)",
    "longitude": "d.longitude::numeric(11, 8)",
    "source": "d.source",
    "is_estimated": "d.estimated",
    "limit_source": "d.limit_source",
    "fuel_wasted_liters": "d.fuel::numeric(8, 3)",
    "recorded_at": "d.started_at",
}


def _listed(prefix: str) -> str:
    return ", ".join(f"{prefix}{name}" for name in _EVENT)


REMOVE = f"""
DELETE FROM driver_behavior_events t USING {_WINDOWS}
WHERE {_INSIDE} AND uuid_extract_version(t.id) = 5 AND t.id <> ALL (%(kept)s::uuid[])
"""
WRITE = f"""
INSERT INTO driver_behavior_events AS t (tenant_id, id, {_listed("")})
SELECT %(tenant)s, d.id, {", ".join(_EVENT.values())}
FROM unnest(%(ids)s::uuid[], %(of)s::uuid[], %(kinds)s::text[], %(severities)s::text[], %(started)s::timestamptz[],
            %(durations)s::float8[], %(latitudes)s::float8[], %(longitudes)s::float8[], %(speeds)s::float8[],
            %(forces)s::float8[], %(limits)s::float8[], %(limit_sources)s::text[], %(fuels)s::float8[], %(sources)s::text[],
            %(estimated)s::bool[])
     AS d (id, vehicle_id, kind, severity, started_at, duration_s, latitude, longitude, kph, g, limit_kph, limit_source, fuel,
           source, estimated)
LEFT JOIN driver_assignments a ON a.tenant_id = %(tenant)s AND a.vehicle_id = d.vehicle_id
     AND a.starts_at <= d.started_at AND (a.ends_at IS NULL OR a.ends_at > d.started_at)
ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _EVENT)}
WHERE ({_listed("t.")}) IS DISTINCT FROM ({_listed("excluded.")})
RETURNING t.id, t.vehicle_id, t.driver_id, t.event_type, t.severity, t.recorded_at, t.xmax = 0
"""
#: Kind, vehicle, id, start, and a digest of the columns that derivation owns.
STORED = f"""
SELECT t.event_type, t.vehicle_id, t.id, t.recorded_at, md5(ROW({_listed("t.")})::text)
FROM driver_behavior_events t
WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s) AND uuid_extract_version(t.id) = 5
"""
