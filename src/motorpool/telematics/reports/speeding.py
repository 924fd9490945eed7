"""Who drove faster than allowed, where, by how much and for how long."""

from motorpool.telematics.reports.report import (
    BY_DRIVER,
    DRIVER,
    NAMES,
    VEHICLE,
    Chart,
    Report,
    ReportColumn,
    sums,
)

REPORT = Report(
    name="speeding",
    title="Speeding",
    about="Stretches above the limit of the vehicle, the fence or the street, where one is known",
    icon="gauge",
    table="driver_behavior_events",
    moment="recorded_at",
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("recorded_at", "When", "moment", rank=1),
        ReportColumn("place", "Place", rank=2),
        ReportColumn("speed_kph", "Speed", "kph", rank=1),
        ReportColumn("limit_kph", "Limit", "kph"),
        ReportColumn("over_kph", "Above it", "kph", rank=3),
        ReportColumn("over_percent", "Above it", "percent", rank=3),
        ReportColumn("duration_minutes", "For", "minutes"),
        ReportColumn("severity", "Severity", "words"),
        ReportColumn("limit_source", "Limit of", "words", rank=3),
    ),
    base=f"""
        SELECT t.id AS event_id, t.driver_id, t.vehicle_id, d.full_name AS driver, v.vehicle_number AS vehicle,
               t.recorded_at, t.address AS place, t.latitude, t.longitude, t.speed_at_event AS speed_kph,
               t.speed_limit AS limit_kph, t.speed_at_event - t.speed_limit AS over_kph,
               round(100 * (t.speed_at_event - t.speed_limit) / t.speed_limit, 1) AS over_percent,
               t.duration_seconds / 60.0 AS duration_minutes, t.severity, t.limit_source
        FROM driver_behavior_events t {NAMES} WHERE {{where}} AND t.event_type = 'speeding'
    """,
    order="driver NULLS LAST, driver_id, recorded_at, event_id",
    totals={
        "speed_kph": "max(speed_kph)",
        "over_kph": "max(over_kph)",
        "over_percent": "max(over_percent)",
        **sums("duration_minutes"),
    },
    chart=Chart("Stretches by driver", BY_DRIVER, "count(*)", "count"),
    spots={"place": ("latitude", "longitude")},
    notes=("Totals of speeds are the greatest values.",),
)
