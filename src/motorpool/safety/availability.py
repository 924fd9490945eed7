"""Why a vehicle may not be used, as its inspections tell."""

from __future__ import annotations

from motorpool.fleet.availability.registry import Reasons, day, register
from motorpool.safety.rules.inspection_periods import COMMERCIAL_KG, COMMERCIAL_SEATS, PERIODIC

PERIODIC_TYPES = ", ".join(f"'{one}'" for one in PERIODIC)
NOTICE_DAYS = 30
#: The latest periodic inspection that was passed decides (49 CFR 396.17). Of a vehicle that has none here it is only told, as
#: its paper may be kept elsewhere.
PERIODIC_DUE = f"""
SELECT v.id, i.next_inspection_due IS NOT NULL AND i.next_inspection_due < %(last_day)s,
       CASE WHEN i.next_inspection_due IS NULL THEN 'No annual inspection on record'
            WHEN i.next_inspection_due < %(last_day)s THEN 'Annual inspection was due on ' || {day("i.next_inspection_due")}
            ELSE 'Annual inspection is due on ' || {day("i.next_inspection_due")} END,
       NULL, NULL, CASE WHEN i.id IS NULL THEN 'vehicles' ELSE 'safety_inspections' END, coalesce(i.id, v.id)
FROM vehicles v
LEFT JOIN LATERAL (
    SELECT s.id, s.next_inspection_due FROM safety_inspections s
    WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = v.id AND s.inspection_type IN ({PERIODIC_TYPES})
      AND s.inspection_status = 'passed' AND s.next_inspection_due IS NOT NULL
    ORDER BY s.next_inspection_due DESC LIMIT 1) AS i ON true
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)
  AND (i.next_inspection_due < %(last_day)s::date + {NOTICE_DAYS}
       OR i.id IS NULL AND (v.gvwr_kg >= {COMMERCIAL_KG} OR v.seats >= {COMMERCIAL_SEATS}
                            OR v.vehicle_type IN ('tractor', 'bus')))
"""
#: Before driving, the next driver signs the report whose repairs were certified (49 CFR 396.13).
NOT_REVIEWED = f"""
SELECT i.vehicle_id, false,
       'The report of ' || {day("(i.inspection_date AT TIME ZONE %(time_zone)s)::date")} || ' is to be signed by the next driver',
       i.repairs_certified_at, NULL, 'safety_inspections', i.id
FROM safety_inspections i
WHERE i.tenant_id = %(tenant)s AND i.vehicle_id = ANY (%(vehicles)s) AND i.repairs_certified_at IS NOT NULL
  AND i.reviewed_at IS NULL AND (i.inspection_status <> 'passed' OR i.requires_maintenance) AND i.form_id IS NOT NULL
"""

register(
    Reasons("annual_inspection", "vehicle", PERIODIC_DUE),
    Reasons("report_not_reviewed", "vehicle", NOT_REVIEWED),
)
