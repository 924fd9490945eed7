"""How far each driver drove each vehicle, by day, week or month, and what for."""

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


def _share(usage: str) -> str:
    return f"sum(t.distance_km) FILTER (WHERE {usage})"


#: A mixed trip counts by its share; without one it is not classified yet.
_MIXED = "t.usage_type = 'mixed' AND t.business_percent IS NOT NULL"

REPORT = Report(
    name="mileage",
    title="Mileage",
    about="Distance by driver and vehicle: business, way to work, personal, and odometers",
    icon="gauge",
    table="trips",
    moment="started_at",
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("period", "From", "day", rank=1),
        ReportColumn("trips", "Trips", "count"),
        ReportColumn("distance_km", "Distance", "km", rank=1),
        ReportColumn("business_km", "Business", "km"),
        ReportColumn("commute_km", "Commute", "km", rank=3),
        ReportColumn("personal_km", "Personal", "km"),
        ReportColumn("unclassified_km", "Not classified", "km"),
        ReportColumn("start_odometer_m", "Odometer at start", "metres", rank=3),
        ReportColumn("end_odometer_m", "Odometer at end", "metres", rank=3),
    ),
    base=f"""
        SELECT t.driver_id, t.vehicle_id, max(d.full_name) AS driver, max(v.vehicle_number) AS vehicle,
               CASE WHEN %(by)s = 'total' THEN (%(start)s::timestamptz AT TIME ZONE %(zone)s)::date
                    ELSE date_trunc(%(by)s, t.started_at AT TIME ZONE %(zone)s)::date END AS period,
               count(*) AS trips, coalesce(sum(t.distance_km), 0) AS distance_km,
               coalesce({_share("t.usage_type = 'business'")}, 0)
               + coalesce(round(sum(t.distance_km * t.business_percent / 100) FILTER (WHERE {_MIXED}), 2), 0)
                   AS business_km,
               coalesce({_share("t.usage_type = 'commute'")}, 0) AS commute_km,
               coalesce({_share("t.usage_type = 'personal'")}, 0)
               + coalesce({_share(_MIXED)}
                 - round(sum(t.distance_km * t.business_percent / 100) FILTER (WHERE {_MIXED}), 2), 0) AS personal_km,
               coalesce({_share("t.usage_type IS NULL OR (t.usage_type = 'mixed' AND t.business_percent IS NULL)")}, 0)
                   AS unclassified_km,
               min(t.end_odometer_m - t.distance_km::float8 * 1000) AS start_odometer_m,
               max(t.end_odometer_m) AS end_odometer_m
        FROM trips t {NAMES} WHERE {{where}}
        GROUP BY t.driver_id, t.vehicle_id, 5
    """,
    order="driver NULLS LAST, driver_id, vehicle, vehicle_id, period",
    totals=sums("trips distance_km business_km commute_km personal_km unclassified_km"),
    chart=Chart("Distance by driver", BY_DRIVER, "sum(distance_km)", "km"),
    options=(
        Option(
            "by",
            "Lines by",
            "month",
            choices=(("day", "day"), ("week", "week"), ("month", "month"), ("total", "whole period")),
        ),
    ),
    notes=(
        "A trip counts on the day on which it began. Distance is the odometer's where a trip has believable readings, "
        "else that of its positions.",
    ),
)
