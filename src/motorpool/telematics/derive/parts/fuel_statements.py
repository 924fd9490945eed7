"""The SQL of the fuel part."""

from __future__ import annotations

from motorpool.telematics.derive.parts.part import WINDOWS

VEHICLES = """
SELECT v.id, v.fuel_type, v.tank_capacity_liters::float8, v.battery_capacity_kwh::float8 FROM vehicles v
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)
"""

# A level of exactly 0 is what a sensor says that has no contact. percentile_disc leaves NULL out.
_BINS = """
SELECT {number}, array_agg(b.first), array_agg(b.last), array_agg(coalesce(b.volume, 'NaN')),
       array_agg(coalesce(b.percent, 'NaN')), array_agg(coalesce(b.rpm, 'NaN')), array_agg(coalesce(b.odometer, 'NaN'))
FROM {windows}
CROSS JOIN LATERAL (
    SELECT min(o.recorded_at) AS first, max(o.recorded_at) AS last,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY nullif(o.fuel_volume, 0))::float8 AS volume,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY nullif(o.fuel_level, 0))::float8 AS percent,
           max(o.rpm)::float8 AS rpm, max(o.odometer)::float8 AS odometer
    FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id AND {span}
      AND (o.fuel_level > 0 OR o.fuel_volume > 0)
    GROUP BY date_bin('30 seconds', o.recorded_at, 'epoch') ORDER BY 1
) AS b
GROUP BY {number}
"""
LEVELS = _BINS.format(
    number="w.n",
    windows=WINDOWS,
    span="o.recorded_at > w.since AND o.recorded_at <= coalesce(w.until, 'infinity')",
)
#: Where the level stood before a silence that reaches into the window. `since` lies at the begin of a bin.
EARLIER = _BINS.format(
    number="w.n",
    windows=f"""{WINDOWS}
CROSS JOIN LATERAL (
    SELECT p.recorded_at FROM obd_telemetry p
    WHERE p.tenant_id = %(tenant)s AND p.vehicle_id = w.vehicle_id AND p.recorded_at <= w.since
      AND p.recorded_at > w.since - interval '45 days' AND (p.fuel_level > 0 OR p.fuel_volume > 0)
    ORDER BY p.recorded_at DESC LIMIT 1
) AS before""",
    span="o.recorded_at <= w.since AND o.recorded_at > date_bin('30 seconds', before.recorded_at, 'epoch') - interval '15 min'",
)

#: Trips of which readings tell something, or told something when they were derived before.
TRIPS = """
SELECT t.id, t.vehicle_id, t.started_at, coalesce(t.ended_at, w.latest), t.distance_km::float8
FROM unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[], %(latest)s::timestamptz[])
     AS w (vehicle_id, since, until, latest)
JOIN trips t ON t.tenant_id = %(tenant)s AND t.vehicle_id = w.vehicle_id AND coalesce(t.ended_at, 'infinity') > w.since
     AND t.started_at > w.since - interval '14 days' AND t.started_at <= coalesce(w.until, 'infinity')
WHERE t.fuel_method IS NOT NULL OR EXISTS (
    SELECT FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = t.vehicle_id AND o.recorded_at >= t.started_at
      AND o.recorded_at <= coalesce(t.ended_at, w.latest))
ORDER BY t.vehicle_id, t.started_at
"""
READINGS = f"""
SELECT w.n, array_agg(o.recorded_at), array_agg(coalesce(o.fuel_used::float8, 'NaN')),
       array_agg(coalesce(o.fuel_rate::float8, 'NaN')), array_agg(coalesce(o.maf_rate::float8, 'NaN')),
       array_agg(coalesce(o.state_of_charge::float8, 'NaN'))
FROM {WINDOWS}
CROSS JOIN LATERAL (
    SELECT o.recorded_at, o.fuel_used, o.fuel_rate, o.maf_rate, o.state_of_charge FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id AND o.recorded_at >= w.since AND o.recorded_at <= w.until
      AND (o.fuel_used IS NOT NULL OR o.fuel_rate IS NOT NULL OR o.maf_rate IS NOT NULL OR o.state_of_charge IS NOT NULL)
    ORDER BY o.recorded_at
) AS o
GROUP BY w.n
"""
TRIP_LEVELS = _BINS.format(
    number="w.n",
    windows=WINDOWS,
    span="o.recorded_at >= w.since AND o.recorded_at <= w.until",
)
#: Stops of vehicles with a traction battery, and the charge in them and until half an hour after.
CHARGES = f"""
SELECT w.n, s.id::text, array_agg(o.recorded_at), array_agg(o.percent), array_agg(extract(epoch FROM s.started_at)::float8)
FROM {WINDOWS}
JOIN stops s ON s.tenant_id = %(tenant)s AND s.vehicle_id = w.vehicle_id
     AND coalesce(s.ended_at, 'infinity') > w.since - interval '30 min' AND s.started_at <= coalesce(w.until, 'infinity')
CROSS JOIN LATERAL (
    SELECT o.recorded_at, o.state_of_charge::float8 AS percent FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id AND o.recorded_at >= s.started_at
      AND o.recorded_at <= coalesce(s.ended_at + interval '30 min', 'infinity') AND o.state_of_charge IS NOT NULL
    ORDER BY o.recorded_at
) AS o
GROUP BY w.n, s.id
"""
#: How far trips went between two times; a trip that lies partly in between counts with its share of the time.
DRIVEN = f"""
SELECT w.n - 1, sum(t.distance_km::float8 * extract(epoch FROM least(e.at, w.until) - greatest(t.started_at, w.since))
           / greatest(1, extract(epoch FROM e.at - t.started_at)))
FROM {WINDOWS}
JOIN trips t ON t.tenant_id = %(tenant)s AND t.vehicle_id = w.vehicle_id AND t.started_at < w.until
     AND t.started_at > w.since - interval '14 days'
CROSS JOIN LATERAL (SELECT coalesce(t.ended_at, t.started_at + make_interval(mins => t.duration_minutes))) AS e (at)
WHERE e.at > w.since
GROUP BY w.n
"""
#: Vehicles of which any position is known by then: only of them standing still can be told.
TRACKED = f"""
SELECT w.n - 1 FROM {WINDOWS}
WHERE EXISTS (SELECT FROM stops s WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = w.vehicle_id AND s.started_at <= w.until
              AND coalesce(s.ended_at, 'infinity') >= w.since)
   OR EXISTS (SELECT FROM trips t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = w.vehicle_id AND t.started_at <= w.until
              AND coalesce(t.ended_at, 'infinity') >= w.since AND t.started_at > w.since - interval '14 days')
"""

MAKE_STAGES = """
CREATE TEMP TABLE IF NOT EXISTS derived_fuel_windows (vehicle_id uuid, since timestamptz, until timestamptz,
    charged_since timestamptz) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_fuel_events (id uuid, vehicle_id uuid, kind text, started_at timestamptz,
    ended_at timestamptz, liters float8, percent float8, energy_kwh float8, before_percent float8, after_percent float8,
    before_liters float8, after_liters float8, odometer_km float8, engine_state text, confidence text, reasons text[])
    ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_trip_fuel (id uuid, liters float8, efficiency float8, energy_kwh float8,
    method text, details jsonb) ON COMMIT DELETE ROWS;
DELETE FROM derived_fuel_windows; DELETE FROM derived_fuel_events; DELETE FROM derived_trip_fuel
"""
REMOVE = """
DELETE FROM fuel_events f USING derived_fuel_windows w
WHERE f.tenant_id = %(tenant)s AND f.vehicle_id = w.vehicle_id
  AND CASE WHEN f.kind = 'charge' THEN f.started_at >= w.charged_since ELSE f.ended_at > w.since END
  AND f.ended_at <= coalesce(w.until, 'infinity')
  AND NOT EXISTS (SELECT FROM derived_fuel_events d WHERE d.id = f.id)
"""
_EVENT = {
    "driver_id": "a.driver_id",
    "started_at": "d.started_at",
    "liters": "d.liters::numeric(8, 2)",
    "percent": "d.percent::numeric(6, 2)",
    "energy_kwh": "d.energy_kwh::numeric(8, 2)",
    "before_percent": "d.before_percent::numeric(6, 2)",
    "after_percent": "d.after_percent::numeric(6, 2)",
    "before_liters": "d.before_liters::numeric(8, 2)",
    "after_liters": "d.after_liters::numeric(8, 2)",
    "latitude": "place.latitude",
    "longitude": "place.longitude",
    "odometer_km": "coalesce(d.odometer_km, reached.end_odometer_m / 1000)::int4",
    "engine_state": "d.engine_state",
    "confidence": "d.confidence",
    "reasons": "d.reasons",
}
WRITE = f"""
INSERT INTO fuel_events AS t (tenant_id, id, vehicle_id, kind, ended_at, {", ".join(_EVENT)})
SELECT %(tenant)s, d.id, d.vehicle_id, d.kind, d.ended_at, {", ".join(_EVENT.values())}
FROM derived_fuel_events d
LEFT JOIN driver_assignments a ON a.tenant_id = %(tenant)s AND a.vehicle_id = d.vehicle_id
     AND a.starts_at <= d.ended_at AND (a.ends_at IS NULL OR a.ends_at > d.ended_at)
LEFT JOIN LATERAL (
    SELECT l.latitude, l.longitude FROM vehicle_locations l
    WHERE l.tenant_id = %(tenant)s AND l.vehicle_id = d.vehicle_id AND l.recorded_at <= d.ended_at
      AND l.recorded_at > d.ended_at - interval '12 hours'
    ORDER BY l.recorded_at DESC, l.source LIMIT 1
) AS place ON true
LEFT JOIN LATERAL (
    SELECT p.end_odometer_m FROM trips p
    WHERE p.tenant_id = %(tenant)s AND p.vehicle_id = d.vehicle_id AND p.ended_at <= d.ended_at
    ORDER BY p.started_at DESC LIMIT 1
) AS reached ON true
ORDER BY d.id
ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _EVENT)}
WHERE ({", ".join(f"t.{name}" for name in _EVENT)}) IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _EVENT)})
RETURNING t.id, t.vehicle_id, t.kind, t.ended_at, t.liters, t.percent, t.confidence, xmax = 0
"""
_FUEL = "fuel_consumed_liters, fuel_efficiency_l_per_100km, energy_consumed_kwh, fuel_method, fuel_details"
WRITE_TRIPS = f"""
UPDATE trips t SET ({_FUEL}) = (d.liters::numeric(8, 2), d.efficiency::numeric(6, 2), d.energy_kwh::numeric(8, 2),
                                d.method, d.details)
FROM derived_trip_fuel d
WHERE t.tenant_id = %(tenant)s AND t.id = d.id
  AND ({", ".join(f"t.{name}" for name in _FUEL.split(", "))}) IS DISTINCT FROM
      (d.liters::numeric(8, 2), d.efficiency::numeric(6, 2), d.energy_kwh::numeric(8, 2), d.method::varchar, d.details)
"""
STORED = f"""
SELECT 'fuel event', f.vehicle_id, f.id, f.ended_at, md5(ROW(f.kind, {", ".join(f"f.{name}" for name in _EVENT)})::text)
FROM fuel_events f WHERE f.tenant_id = %(tenant)s AND f.vehicle_id = ANY (%(vehicles)s)
UNION ALL
SELECT 'trip''s fuel', t.vehicle_id, t.id, t.started_at, md5(ROW({", ".join(f"t.{name}" for name in _FUEL.split(", "))})::text)
FROM trips t WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s)
"""
