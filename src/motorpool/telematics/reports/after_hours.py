"""Trips outside of working hours, and how much of them lay outside."""

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

#: Minutes of a trip inside of the hours: local days from the one on which it began to the one on which it ended. Each
#: bound is a local time of day, so a day on which clocks change is as long as it is.
_INSIDE = """
    SELECT coalesce(sum(extract(epoch FROM least(h.until, t.done_at) - greatest(h.since, t.started_at))), 0) / 60
               AS minutes
    FROM generate_series((t.started_at AT TIME ZONE %(zone)s)::date::timestamp,
                         (t.done_at AT TIME ZONE %(zone)s)::date::timestamp, interval '1 day') AS day
    CROSS JOIN LATERAL (SELECT (day + %(opens)s::time) AT TIME ZONE %(zone)s AS since,
                               (day + %(closes)s::time) AT TIME ZONE %(zone)s AS until) AS h
    WHERE extract(isodow FROM day) <= CASE %(days)s WHEN 'mon-fri' THEN 5 WHEN 'mon-sat' THEN 6 ELSE 7 END
      AND h.since < t.done_at AND h.until > t.started_at
"""

REPORT = Report(
    name="after-hours",
    title="After-hours use",
    about="Trips outside of working hours: when, who, how far, and what for",
    icon="moon",
    table="trips",
    moment="started_at",
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("started_at", "Start", "moment", "trip_id", 1),
        ReportColumn("ended_at", "End", "moment", rank=3),
        ReportColumn("outside_minutes", "Outside of hours", "minutes", rank=1),
        ReportColumn("duration_minutes", "Of", "minutes"),
        ReportColumn("distance_km", "Distance", "km"),
        ReportColumn("end_place", "To"),
        ReportColumn("usage", "Use", "words"),
        ReportColumn("purpose", "Purpose", rank=3),
    ),
    base=f"""
        SELECT * FROM (
            SELECT t.id AS trip_id, t.driver_id, t.vehicle_id, d.full_name AS driver, v.vehicle_number AS vehicle,
                   t.started_at, t.ended_at,
                   extract(epoch FROM t.done_at - t.started_at) / 60 - inside.minutes AS outside_minutes,
                   extract(epoch FROM t.done_at - t.started_at) / 60 AS duration_minutes, t.distance_km,
                   t.end_address AS end_place, t.end_location_lat, t.end_location_lng, t.usage_type AS usage,
                   t.business_purpose AS purpose
            FROM (SELECT t.*, coalesce(t.ended_at, now()) AS done_at FROM trips t WHERE {{where}}) AS t {NAMES}
            CROSS JOIN LATERAL ({_INSIDE}) AS inside
        ) AS found WHERE outside_minutes >= 1
    """,
    order="driver NULLS LAST, driver_id, started_at, trip_id",
    totals=sums("outside_minutes duration_minutes distance_km"),
    chart=Chart("Time outside of hours by driver", BY_DRIVER, "sum(outside_minutes)", "minutes"),
    options=(
        Option("opens", "Hours from", "07:00", "clock"),
        Option("closes", "to", "19:00", "clock"),
        Option(
            "days",
            "on",
            "mon-fri",
            choices=(("mon-fri", "Monday to Friday"), ("mon-sat", "Monday to Saturday"), ("all", "all days")),
        ),
    ),
    spots={"end_place": ("end_location_lat", "end_location_lng")},
    notes=("Trips of which at least a minute lies outside of the hours, as local clocks show them.",),
)
