"""How long engines ran while vehicles stood, by driver and vehicle."""

from motorpool.telematics.reports.report import (
    BY_DRIVER,
    DRIVER,
    NAMES,
    VEHICLE,
    Chart,
    Option,
    Report,
    ReportColumn,
    sums,
)

REPORT = Report(
    name="idling",
    title="Idling",
    about="Time with the engine running and the vehicle standing, its share, and the fuel that it burned",
    icon="engine",
    table="trips",
    moment="started_at",
    also=("stops",),
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("idle_minutes", "Idle", "minutes", rank=1),
        ReportColumn("engine_minutes", "Engine on", "minutes"),
        ReportColumn("idle_percent", "Share", "percent", rank=1),
        ReportColumn("in_trips_minutes", "On trips", "minutes", rank=3),
        ReportColumn("in_stops_minutes", "In stops", "minutes", rank=3),
        ReportColumn("fuel_liters", "Fuel, estimated", "liters"),
        ReportColumn("unknown_trips", "Trips without engine data", "count", rank=3),
    ),
    base=f"""
        SELECT t.driver_id, t.vehicle_id, max(d.full_name) AS driver, max(v.vehicle_number) AS vehicle,
               sum(t.trip_idle) + sum(t.stop_idle) AS idle_minutes,
               sum(t.driven) + sum(t.stop_idle) AS engine_minutes,
               round(100.0 * (sum(t.trip_idle) + sum(t.stop_idle)) / nullif(sum(t.driven) + sum(t.stop_idle), 0), 1)
                   AS idle_percent,
               sum(t.trip_idle) AS in_trips_minutes, sum(t.stop_idle) AS in_stops_minutes,
               round((sum(t.trip_idle) + sum(t.stop_idle)) / 60.0 * %(litres_per_hour)s::numeric, 2) AS fuel_liters,
               sum(t.unknown) AS unknown_trips
        FROM (
            SELECT t.driver_id, t.vehicle_id, coalesce(t.idle_time_minutes, 0) AS trip_idle, 0 AS stop_idle,
                   CASE WHEN t.idle_time_minutes IS NULL THEN 0 ELSE t.duration_minutes END AS driven,
                   (t.idle_time_minutes IS NULL)::int AS unknown
            FROM trips t WHERE {{where}}
            UNION ALL
            SELECT t.driver_id, t.vehicle_id, 0, coalesce(t.idle_minutes, 0), 0, 0
            FROM stops t WHERE {{where_stops}}
        ) AS t {NAMES}
        GROUP BY t.driver_id, t.vehicle_id
        HAVING sum(t.trip_idle) + sum(t.stop_idle) > 0 OR sum(t.driven) > 0
    """,
    order="idle_minutes DESC, driver NULLS LAST, vehicle, vehicle_id",
    totals={
        **sums("idle_minutes engine_minutes in_trips_minutes in_stops_minutes fuel_liters unknown_trips"),
        "idle_percent": "round(100.0 * sum(idle_minutes) / nullif(sum(engine_minutes), 0), 1)",
    },
    chart=Chart("Idle time by driver", BY_DRIVER, "sum(idle_minutes)", "minutes"),
    options=(
        Option(
            "litres_per_hour",
            "Fuel of an idling engine",
            "2.5",
            "number",
            low=0,
            high=50,
            unit="litres an hour",
        ),
    ),
    notes=(
        "Only where the engine is known to run. Fuel is idle time by the hourly rate above; no device measured it.",
        "Trips and stops belong to the day on which they began.",
    ),
)
