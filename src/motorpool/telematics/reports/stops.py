"""Every stop of the period, by driver."""

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
    name="stops",
    title="Stops",
    about="Where vehicles stood, how long, and with the engine running",
    icon="parking",
    table="stops",
    moment="started_at",
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("place", "Place", rank=1),
        ReportColumn("started_at", "Arrived", "moment", rank=1),
        ReportColumn("ended_at", "Left", "moment"),
        ReportColumn("duration_minutes", "Stood", "minutes", rank=1),
        ReportColumn("idle_minutes", "Idle", "minutes"),
    ),
    base=f"""
        SELECT t.id AS stop_id, t.driver_id, t.vehicle_id, d.full_name AS driver, v.vehicle_number AS vehicle,
               NULL::text AS place, t.latitude, t.longitude, t.started_at, t.ended_at, t.duration_minutes, t.idle_minutes
        FROM stops t {NAMES} WHERE {{where}}
    """,
    order="driver NULLS LAST, driver_id, started_at, stop_id",
    totals=sums("duration_minutes idle_minutes"),
    chart=Chart("Stops by day", LOCAL_DAY.format(moment="started_at"), "count(*)", "count", by_label=True),
    spots={"place": ("latitude", "longitude")},
    notes=(
        "A stop belongs to the day on which it began. Idle is empty where nothing says whether the engine ran.",
    ),
)
