"""The two statements behind maintenance costs; `{vehicles}` and `{orders}` are conditions on alias `t`."""

from __future__ import annotations

#: Columns of work orders that are added up, in the order of the statements.
ADDED = (
    *("labor_hours", "labor_cost", "parts_cost", "outside_service_cost", "other_cost", "tax_amount"),
    *("discount_amount", "total_cost", "warranty_amount"),
)
_SUMS = ", ".join(f"coalesce(sum(t.{name}), 0)" for name in ADDED)
_VEHICLES = """
v AS MATERIALIZED (
    SELECT t.id, t.vehicle_number, t.name, t.vehicle_type, t.make, t.model, t.model_year, t.status, t.in_service_on,
           least(t.disposed_on, t.out_of_service_on) AS ended_on
    FROM vehicles t WHERE t.tenant_id = %(tenant)s AND {vehicles}
)"""
_CLOSED = "t.status = 'completed' AND t.closed_at >= %(start)s AND t.closed_at < %(end)s"
#: A reading of the odometer that no correction took back. At a cut between two of them it stood in proportion to time, beyond
#: the first and the last as they say.
_METER = """
SELECT r.recorded_at AS at, r.value + r.replacement_offset AS metres FROM meter_readings r
WHERE r.tenant_id = %(tenant)s AND r.vehicle_id = v.id AND r.meter_type = 'odometer' AND {when}
  AND NOT EXISTS (SELECT FROM meter_readings c WHERE c.tenant_id = %(tenant)s AND c.vehicle_id = v.id
                  AND c.meter_type = 'odometer' AND c.source = 'correction' AND c.recorded_at >= r.recorded_at
                  AND c.value + c.replacement_offset < r.value + r.replacement_offset)
ORDER BY r.recorded_at {order}, r.id {order} LIMIT 1
"""
BY_VEHICLE = f"""
WITH {_VEHICLES}, closed AS (
    SELECT t.vehicle_id, count(*) AS orders, ARRAY[{_SUMS}] AS sums
    FROM maintenance_records t JOIN v ON v.id = t.vehicle_id
    WHERE t.tenant_id = %(tenant)s AND {_CLOSED} AND {{orders}} GROUP BY t.vehicle_id
), live AS (
    SELECT t.vehicle_id, count(*) AS orders, sum(t.total_cost - t.warranty_amount) AS cost
    FROM maintenance_records t JOIN v ON v.id = t.vehicle_id
    WHERE t.tenant_id = %(tenant)s AND t.status NOT IN ('completed', 'cancelled') AND {{orders}} GROUP BY t.vehicle_id
), stood AS (
    SELECT s.vehicle_id, range_agg(tstzrange(s.low, s.high)) AS ranges
    FROM (
        SELECT t.vehicle_id, greatest(t.downtime_started_at, %(start)s) AS low,
               least(greatest(coalesce(t.downtime_ended_at, t.closed_at, now()), t.downtime_started_at),
                     %(end)s, now()) AS high
        FROM maintenance_records t JOIN v ON v.id = t.vehicle_id
        WHERE t.tenant_id = %(tenant)s AND t.status <> 'cancelled' AND t.downtime_started_at < %(end)s AND {{orders}}
    ) AS s
    WHERE s.low < s.high GROUP BY s.vehicle_id
), down AS (
    SELECT s.vehicle_id, sum(s.seconds) AS seconds
    FROM (
        SELECT vehicle_id, extract(epoch FROM upper(r) - lower(r))::float8 AS seconds
        FROM stood CROSS JOIN LATERAL unnest(ranges) AS r
        UNION ALL
        -- What a vehicle stood before its order was opened again: only the hours are kept, not when they were.
        SELECT t.vehicle_id, t.earlier_downtime_hours::float8 * 3600
        FROM maintenance_records t JOIN v ON v.id = t.vehicle_id
        WHERE t.tenant_id = %(tenant)s AND t.status <> 'cancelled' AND t.earlier_downtime_hours > 0
          AND t.downtime_started_at >= %(start)s AND t.downtime_started_at < %(end)s AND {{orders}}
    ) AS s
    GROUP BY s.vehicle_id
), services AS (
    SELECT t.vehicle_id, count(*) AS due,
           count(*) FILTER (WHERE (t.completed_at AT TIME ZONE %(zone)s)::date <= t.due_on) AS on_time
    FROM maintenance_records t JOIN v ON v.id = t.vehicle_id
    WHERE t.tenant_id = %(tenant)s AND t.status <> 'cancelled' AND t.due_on BETWEEN %(first)s AND %(last)s
      AND (t.schedule_id IS NOT NULL OR t.work_order_type = 'preventive')
      AND (t.completed_at IS NOT NULL OR t.due_on < %(today)s) AND {{orders}}
    GROUP BY t.vehicle_id
), shown AS (
    SELECT v.id, c.n, CASE WHEN a.at IS NULL THEN b.metres WHEN b.at IS NULL THEN a.metres
               ELSE a.metres + (b.metres - a.metres)
                    * (extract(epoch FROM c.at - a.at) / extract(epoch FROM b.at - a.at))::float8 END AS metres
    FROM v CROSS JOIN unnest(%(cuts)s::timestamptz[]) WITH ORDINALITY AS c (at, n)
    LEFT JOIN LATERAL ({_METER.format(when="r.recorded_at <= c.at", order="DESC")}) AS a ON true
    LEFT JOIN LATERAL ({_METER.format(when="r.recorded_at > c.at", order="")}) AS b ON true
    WHERE %(may_meters)s
), driven AS (
    SELECT id, array_agg(metres ORDER BY n) AS metres FROM shown WHERE metres IS NOT NULL GROUP BY id
), travelled AS (
    SELECT t.vehicle_id, t.n, sum(coalesce(t.distance_km, 0))::float8 AS km, min(t.started_at) AS first, max(t.started_at) AS last
    FROM (
        SELECT x.vehicle_id, x.started_at, width_bucket(x.started_at, %(cuts)s::timestamptz[]) AS n, x.distance_km
        FROM trips x JOIN v ON v.id = x.vehicle_id
        WHERE x.tenant_id = %(tenant)s AND x.started_at >= %(start)s AND x.started_at < %(end)s AND %(may_trips)s
    ) AS t
    GROUP BY t.vehicle_id, t.n
), tripped AS (
    SELECT vehicle_id, array_agg(n) AS months, array_agg(km) AS km, min(first) AS first, max(last) AS last
    FROM travelled GROUP BY vehicle_id
)
SELECT v.id, v.vehicle_number, v.name, v.vehicle_type, v.make, v.model, v.model_year, v.in_service_on, v.ended_on,
       coalesce(closed.orders, 0), closed.sums, coalesce(live.orders, 0), coalesce(live.cost, 0.00),
       coalesce(down.seconds, 0), coalesce(services.due, 0), coalesce(services.on_time, 0),
       driven.metres, first.at, last.at, tripped.months, tripped.km, tripped.first, tripped.last
FROM v
LEFT JOIN closed ON closed.vehicle_id = v.id
LEFT JOIN live ON live.vehicle_id = v.id
LEFT JOIN down ON down.vehicle_id = v.id
LEFT JOIN services ON services.vehicle_id = v.id
LEFT JOIN driven ON driven.id = v.id
LEFT JOIN tripped ON tripped.vehicle_id = v.id
LEFT JOIN LATERAL ({_METER.format(when="true", order="")}) AS first ON true
LEFT JOIN LATERAL ({_METER.format(when="true", order="DESC")}) AS last ON true
WHERE v.status IN ('active', 'in_shop', 'out_of_service') OR closed.orders > 0 OR live.orders > 0
ORDER BY v.vehicle_number, v.id
"""
CELLS = f"""
WITH {_VEHICLES}
SELECT date_trunc('month', t.closed_at AT TIME ZONE %(zone)s)::date, t.work_order_type, t.system_code, count(*), ARRAY[{_SUMS}],
       coalesce(sum(t.total_cost - t.warranty_amount) FILTER (WHERE t.vehicle_id = ANY (%(measured)s)), 0)
FROM maintenance_records t JOIN v ON v.id = t.vehicle_id
WHERE t.tenant_id = %(tenant)s AND {_CLOSED} AND {{orders}}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
