"""The SQL of `fences`.

Rows of a fence that is not active, or not for the vehicle, and rows from before `applies_from` are history: they are
neither removed nor changed, whatever is derived again.
"""

from __future__ import annotations

VISIT_COLUMNS = ("id", "vehicle", "fence", "entered", "left")
EVENT_COLUMNS = ("id", "vehicle", "fence", "kind", "latitude", "longitude", "minutes", "at")

_WINDOWS = """unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[], %(last)s::timestamptz[])
     AS w (vehicle_id, since, until, last)"""
_APPLIES = """f.is_active AND (f.vehicle_group_id IS NULL OR EXISTS (
      SELECT FROM vehicle_group_members m
      WHERE m.tenant_id = %(tenant)s AND m.group_id = f.vehicle_group_id AND m.vehicle_id = w.vehicle_id))"""
_DRIVER = """LEFT JOIN driver_assignments a ON a.tenant_id = %(tenant)s AND a.vehicle_id = d.vehicle_id
    AND a.starts_at <= d.at AND (a.ends_at IS NULL OR a.ends_at > d.at)"""

OPEN_VISITS = """
SELECT v.vehicle_id, v.geofence_id, (extract(epoch FROM v.entered_at) * 1000000)::int8
FROM unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[]) AS w (vehicle_id, since)
CROSS JOIN LATERAL (
    SELECT * FROM geofence_visits x
    WHERE x.tenant_id = %(tenant)s AND x.vehicle_id = w.vehicle_id AND x.left_at > w.since
    UNION ALL
    SELECT * FROM geofence_visits x
    WHERE x.tenant_id = %(tenant)s AND x.vehicle_id = w.vehicle_id AND x.left_at IS NULL
) AS v
JOIN geofences f ON f.tenant_id = %(tenant)s AND f.id = v.geofence_id
WHERE v.entered_at <= greatest(w.since, f.applies_from)
  AND (v.left_at IS NULL OR v.left_at > greatest(w.since, f.applies_from)) AND f.is_active
"""

# Of fences that were switched off, or that the vehicle has nothing to do with any more.
END_VISITS = f"""
UPDATE geofence_visits v SET left_at = greatest(v.entered_at, least(f.applies_from, w.last))
FROM {_WINDOWS}, geofences f
WHERE v.tenant_id = %(tenant)s AND v.vehicle_id = w.vehicle_id AND v.left_at IS NULL
  AND f.tenant_id = %(tenant)s AND f.id = v.geofence_id AND NOT ({_APPLIES})
"""
# Vehicle by vehicle (OFFSET 0 keeps it so): where statistics lag behind a large import, a join over all rows was chosen.
_REMOVE = f"""
DELETE FROM {{table}} t USING (
    SELECT v.id FROM {_WINDOWS}
    CROSS JOIN LATERAL (
        SELECT x.id, x.geofence_id, x.{{time}} AS at FROM {{table}} x
        WHERE x.tenant_id = %(tenant)s AND x.vehicle_id = w.vehicle_id
          AND x.{{time}} > w.since AND x.{{time}} <= coalesce(w.until, 'infinity')
        OFFSET 0
    ) AS v
    JOIN geofences f ON f.tenant_id = %(tenant)s AND f.id = v.geofence_id
    WHERE v.at > coalesce(f.applies_from, '-infinity') AND {_APPLIES}
      AND NOT EXISTS (SELECT FROM unnest(%(ids)s::uuid[]) AS d (id) WHERE d.id = v.id)
) AS gone
WHERE t.tenant_id = %(tenant)s AND t.id = gone.id
"""
REMOVE_VISITS = _REMOVE.format(table="geofence_visits", time="entered_at")
REMOVE_EVENTS = _REMOVE.format(table="geofence_events", time="recorded_at")
WRITE_VISITS = f"""
INSERT INTO geofence_visits AS t (tenant_id, id, vehicle_id, geofence_id, driver_id, entered_at, left_at)
SELECT %(tenant)s, d.id, d.vehicle_id, d.geofence_id, a.driver_id, d.at, d.left_at
FROM unnest(%(id)s::uuid[], %(vehicle)s::uuid[], %(fence)s::uuid[], %(entered)s::timestamptz[], %(left)s::timestamptz[])
     AS d (id, vehicle_id, geofence_id, at, left_at)
{_DRIVER}
ON CONFLICT (tenant_id, id) DO UPDATE SET driver_id = excluded.driver_id, left_at = excluded.left_at
WHERE (t.driver_id, t.left_at) IS DISTINCT FROM (excluded.driver_id, excluded.left_at)
"""
# A row that is new has the transaction's time.
WRITE_EVENTS = f"""
INSERT INTO geofence_events AS t (tenant_id, id, vehicle_id, geofence_id, driver_id, event_type, latitude, longitude,
                                  dwell_duration_minutes, recorded_at)
SELECT %(tenant)s, d.id, d.vehicle_id, d.geofence_id, a.driver_id, d.kind, d.latitude::numeric(10, 8),
       d.longitude::numeric(11, 8), d.minutes, d.at
FROM unnest(%(id)s::uuid[], %(vehicle)s::uuid[], %(fence)s::uuid[], %(kind)s::text[], %(latitude)s::float8[],
            %(longitude)s::float8[], %(minutes)s::int4[], %(at)s::timestamptz[])
     AS d (id, vehicle_id, geofence_id, kind, latitude, longitude, minutes, at)
{_DRIVER}
ON CONFLICT (tenant_id, id) DO UPDATE
SET driver_id = excluded.driver_id, latitude = excluded.latitude, longitude = excluded.longitude,
    dwell_duration_minutes = excluded.dwell_duration_minutes
WHERE (t.driver_id, t.latitude, t.longitude, t.dwell_duration_minutes)
      IS DISTINCT FROM (excluded.driver_id, excluded.latitude, excluded.longitude, excluded.dwell_duration_minutes)
RETURNING t.id, t.recorded_at, t.created_at = now()
"""
STORED = """
SELECT 'geofence visit', t.vehicle_id, t.id, t.entered_at, md5(ROW(t.geofence_id, t.driver_id, t.left_at)::text)
FROM geofence_visits t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s)
UNION ALL
SELECT 'geofence ' || t.event_type, t.vehicle_id, t.id, t.recorded_at,
       md5(ROW(t.geofence_id, t.driver_id, t.latitude, t.longitude, t.dwell_duration_minutes)::text)
FROM geofence_events t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s)
"""
