"""How much each vehicle is used; those that stood all the time are the interesting ones."""

from motorpool.telematics.reports.report import VEHICLE, Chart, Report, ReportColumn, sums

REPORT = Report(
    name="utilisation",
    title="Utilisation",
    about="Days, hours and distance of each vehicle, with those that nobody drove",
    icon="chart-bar",
    table="trips",
    moment="started_at",
    also=("vehicles",),
    columns=(
        VEHICLE,
        ReportColumn("department", "Department"),
        ReportColumn("days_used", "Days used", "count", rank=1),
        ReportColumn("used_percent", "Of the period", "percent", rank=1),
        ReportColumn("drivers", "Drivers", "count", rank=3),
        ReportColumn("trips", "Trips", "count"),
        ReportColumn("duration_minutes", "Driving", "minutes"),
        ReportColumn("minutes_per_day", "On a day used", "minutes", rank=3),
        ReportColumn("distance_km", "Distance", "km"),
        ReportColumn("km_per_day", "On a day used", "km", rank=3),
        ReportColumn("last_trip_at", "Last trip", "moment", rank=3),
    ),
    base="""
        SELECT NULL::uuid AS driver_id, t.id AS vehicle_id, t.vehicle_number AS vehicle, o.name AS department,
               coalesce(u.days_used, 0) AS days_used,
               round(100.0 * coalesce(u.days_used, 0) / p.days, 1) AS used_percent,
               coalesce(u.drivers, 0) AS drivers, coalesce(u.trips, 0) AS trips,
               coalesce(u.duration_minutes, 0) AS duration_minutes,
               u.duration_minutes / nullif(u.days_used, 0) AS minutes_per_day,
               coalesce(u.distance_km, 0) AS distance_km, round(u.distance_km / nullif(u.days_used, 0), 2) AS km_per_day,
               u.last_trip_at
        FROM vehicles t
        CROSS JOIN (SELECT greatest(1, (least(%(end)s, greatest(now(), %(start)s)) AT TIME ZONE %(zone)s
                                        - interval '1 microsecond')::date
                                       - (%(start)s::timestamptz AT TIME ZONE %(zone)s)::date + 1) AS days) AS p
        LEFT JOIN departments o ON o.tenant_id = %(tenant)s AND o.id = t.department_id
        LEFT JOIN (
            SELECT t.vehicle_id, count(DISTINCT (t.started_at AT TIME ZONE %(zone)s)::date) AS days_used,
                   count(DISTINCT t.driver_id) AS drivers, count(*) AS trips,
                   sum(t.duration_minutes) AS duration_minutes, sum(t.distance_km) AS distance_km,
                   max(t.started_at) AS last_trip_at
            FROM trips t WHERE {where} GROUP BY t.vehicle_id
        ) AS u ON u.vehicle_id = t.id
        WHERE {where_vehicles} AND (t.status IN ('active', 'in_shop', 'out_of_service') OR u.trips > 0)
    """,
    order="days_used DESC, duration_minutes DESC, vehicle, vehicle_id",
    totals={
        "used_percent": "round(avg(used_percent), 1)",
        **sums("trips duration_minutes distance_km"),
    },
    chart=Chart("Days used by vehicle", "vehicle", "max(days_used)", "count"),
    notes=("A day counts when a trip began on it. Days to come do not count.",),
)
