"""Who was in which geofence, and how long."""

from motorpool.telematics.reports.report import DRIVER, NAMES, VEHICLE, Chart, Report, ReportColumn, sums

_FROM = "greatest(t.entered_at, %(start)s)"
_TO = "least(coalesce(t.left_at, now()), %(end)s)"

REPORT = Report(
    name="fence-visits",
    title="Fence visits",
    about="Entries into geofences, exits from them, and the time inside",
    icon="map-pin",
    table="geofence_visits",
    moment="",
    columns=(
        DRIVER,
        VEHICLE,
        ReportColumn("geofence", "Geofence", "geofence", "geofence_id", 1),
        ReportColumn("entered_at", "Entered", "moment", rank=1),
        ReportColumn("left_at", "Left", "moment"),
        ReportColumn("inside_minutes", "Inside, in the period", "minutes", rank=1),
    ),
    base=f"""
        SELECT t.id AS visit_id, t.driver_id, t.vehicle_id, t.geofence_id, d.full_name AS driver,
               v.vehicle_number AS vehicle, g.name AS geofence, t.entered_at, t.left_at,
               greatest(0, extract(epoch FROM {_TO} - {_FROM}) / 60) AS inside_minutes
        FROM geofence_visits t {NAMES}
        LEFT JOIN geofences g ON g.tenant_id = %(tenant)s AND g.id = t.geofence_id
        WHERE {{where}} AND t.entered_at < %(end)s AND (t.left_at IS NULL OR t.left_at > %(start)s)
    """,
    order="driver NULLS LAST, driver_id, entered_at, visit_id",
    totals=sums("inside_minutes"),
    chart=Chart("Time inside by geofence", "geofence", "sum(inside_minutes)", "minutes"),
    notes=("Visits that began before the period or go on after it count with the part that lies in it.",),
)
