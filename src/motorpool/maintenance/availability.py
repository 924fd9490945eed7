"""Why a vehicle may not be used, as the shop knows."""

from __future__ import annotations

from motorpool.fleet.availability.registry import AT_ONCE, Reasons, day, during, moment, register
from motorpool.maintenance.resources.schedules import METERS_NOW

#: `true` in the tenant's settings (or in the shared ones): what is overdue blocks in place of being told.
OVERDUE_BLOCKS = "maintenance.overdue_blocks"

#: Released and not yet finished. What is planned to be done before the use begins is only told.
ORDER_OPEN = """
SELECT m.vehicle_id, (m.scheduled_end <= %(starts_at)s AND m.scheduled_end > now()) IS NOT TRUE,
       'Work order ' || m.work_order_number || ' is not finished: ' || m.summary,
       coalesce(m.downtime_started_at, m.started_at, m.opened_at, m.reported_at), m.scheduled_end, 'maintenance_records', m.id
FROM maintenance_records m
WHERE m.tenant_id = %(tenant)s AND m.vehicle_id = ANY (%(vehicles)s) AND m.vehicle_unavailable
  AND m.status IN ('open', 'in_progress', 'waiting_parts', 'review') AND m.id IS DISTINCT FROM %(except_id)s
"""
#: A vehicle that is still in the bay after its time stands there until it is taken out.
BAY_BOOKED = f"""
SELECT s.vehicle_id, true,
       'In the shop from ' || {moment("coalesce(s.actual_start, s.scheduled_start)")} || ' to ' || {moment("s.scheduled_end")}
           || ' (' || b.bay_name || ')',
       coalesce(s.actual_start, s.scheduled_start), s.scheduled_end, 'service_bay_schedule', s.id
FROM service_bay_schedule s
JOIN service_bays b ON b.tenant_id = %(tenant)s AND b.id = s.service_bay_id
WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = ANY (%(vehicles)s)
  AND s.status IN ('scheduled', 'confirmed', 'in_progress') AND s.id IS DISTINCT FROM %(except_id)s
  AND s.work_order_id IS DISTINCT FROM %(except_id)s
  AND ({during("coalesce(s.actual_start, s.scheduled_start)", "s.scheduled_end")}
       OR s.status = 'in_progress' AND s.scheduled_end <= now() AND {AT_ONCE})
"""
#: Past the mark by more than the grace of the schedule, as `resources.schedules` reckons it; the last day of the use counts.
OVERDUE = f"""
SELECT t.vehicle_id,
       coalesce((SELECT s.setting_value = 'true' FROM system_settings s
                 WHERE (s.tenant_id = %(tenant)s OR s.tenant_id IS NULL) AND s.setting_key = '{OVERDUE_BLOCKS}'
                 ORDER BY s.tenant_id NULLS LAST LIMIT 1), false),
       coalesce(t.schedule_name, replace(t.maintenance_type, '_', ' '), 'Maintenance') || ' is overdue since '
           || CASE WHEN t.next_due_date + t.grace_days < %(last_day)s THEN {day("t.next_due_date")}
                   WHEN now.miles > t.next_due_mileage + t.grace_miles THEN t.next_due_mileage || ' miles'
                   ELSE t.next_due_hours || ' engine hours' END,
       NULL, NULL, 'recurring_maintenance_schedules', t.id
FROM recurring_maintenance_schedules t
CROSS JOIN LATERAL {METERS_NOW}
WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s) AND t.is_active
  AND (t.next_due_date + t.grace_days < %(last_day)s OR now.miles > t.next_due_mileage + t.grace_miles
       OR now.hours > t.next_due_hours + t.grace_hours)
"""
#: What is likely to affect safe operation keeps the vehicle in until it is certified (49 CFR 396.11); other defects are told.
DEFECTS = """
SELECT f.vehicle_id, f.is_unsafe,
       CASE WHEN f.is_unsafe THEN 'Unsafe defect ' ELSE 'Open defect ' END || f.defect_number || ': ' || left(f.description, 120),
       f.reported_at, NULL, 'defects', f.id
FROM defects f
WHERE f.tenant_id = %(tenant)s AND f.vehicle_id = ANY (%(vehicles)s)
  AND (f.status IN ('open', 'in_repair') OR f.is_unsafe AND f.status NOT IN ('certified', 'dismissed'))
"""

register(
    Reasons("work_order_open", "vehicle", ORDER_OPEN),
    Reasons("defect", "vehicle", DEFECTS),
    Reasons("bay_booked", "vehicle", BAY_BOOKED),
    Reasons("maintenance_overdue", "vehicle", OVERDUE),
)
