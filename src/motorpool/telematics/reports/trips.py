"""Every trip of the period, by driver."""

from motorpool.telematics.reports.report import (
    DRIVER,
    LOCAL_DAY,
    NAMES,
    VEHICLE,
    Chart,
    Report,
    ReportColumn,
    sums,
)

REPORT = Report(
    name="trips",
    title="Trips",
    about="Every trip: who drove what, from where to where, how far and what for",
    icon="route",
    table="trips",
    moment="started_at",
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("started_at", "Start", "moment", "trip_id", 1),
        ReportColumn("ended_at", "End", "moment", rank=3),
        ReportColumn("start_place", "From", rank=2),
        ReportColumn("end_place", "To", rank=2),
        ReportColumn("distance_km", "Distance", "km", rank=1),
        ReportColumn("duration_minutes", "Duration", "minutes"),
        ReportColumn("idle_minutes", "Idle", "minutes", rank=3),
        ReportColumn("average_kph", "Average speed", "kph", rank=3),
        ReportColumn("max_kph", "Top speed", "kph", rank=3),
        ReportColumn("usage", "Use", "words"),
        ReportColumn("purpose", "Purpose", rank=3),
    ),
    base=f"""
        SELECT t.id AS trip_id, t.driver_id, t.vehicle_id, d.full_name AS driver, v.vehicle_number AS vehicle,
               t.started_at, t.ended_at, t.start_address AS start_place, t.end_address AS end_place,
               t.start_location_lat, t.start_location_lng, t.end_location_lat, t.end_location_lng,
               t.distance_km, t.duration_minutes, t.idle_time_minutes AS idle_minutes, t.avg_speed_kph AS average_kph,
               t.max_speed_kph AS max_kph, t.usage_type AS usage, t.business_purpose AS purpose
        FROM trips t {NAMES} WHERE {{where}}
    """,
    order="driver NULLS LAST, driver_id, started_at, trip_id",
    totals={
        **sums("distance_km duration_minutes idle_minutes"),
        "average_kph": "sum(distance_km) / nullif(sum(duration_minutes), 0) * 60",
        "max_kph": "max(max_kph)",
    },
    chart=Chart(
        "Distance by day", LOCAL_DAY.format(moment="started_at"), "sum(distance_km)", "km", by_label=True
    ),
    spots={
        "start_place": ("start_location_lat", "start_location_lng"),
        "end_place": ("end_location_lat", "end_location_lng"),
    },
    notes=("A trip belongs to the day on which it began.",),
)
