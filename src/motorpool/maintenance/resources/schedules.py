"""Recurring maintenance schedules, what became of them, and programmes that are assigned to many vehicles."""

from __future__ import annotations

from datetime import date
from typing import Literal

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Resource, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.maintenance.models import (
    MaintenanceScheduleEvent,
    RecurringMaintenanceSchedule,
    ServiceProgram,
)
from motorpool.maintenance.rules.recurrence import HORIZON_DAYS
from motorpool.maintenance.shapes import PlannedService

#: The vehicle's meters now, miles and hours, and what it runs a day: the one answer for status, lists and jobs. `t` is any row
#: with tenant_id and vehicle_id. The true meter follows the readings (`vehicle_meters`); since the last reading a device may
#: have counted on (`vehicle_states`), unless the meter was replaced or corrected after it. The higher of the two holds.
METERS_NOW = (
    "(SELECT greatest(o.true_value, s.odometer_m) / 1609.344 AS miles, h.true_value / 3600 AS hours, "
    "nullif(o.daily_use, 0) / 1609.344 AS miles_a_day, nullif(h.daily_use, 0) / 3600 AS hours_a_day, "
    "coalesce(o.replacement_offset, 0) AS odometer_offset, coalesce(h.replacement_offset, 0) AS hours_offset, "
    "v.status NOT IN ('retired', 'sold') AS in_fleet "
    "FROM vehicles v LEFT JOIN vehicle_meters o ON o.tenant_id = t.tenant_id AND o.vehicle_id = t.vehicle_id "
    "AND o.meter_type = 'odometer' LEFT JOIN vehicle_meters h ON h.tenant_id = t.tenant_id "
    "AND h.vehicle_id = t.vehicle_id AND h.meter_type = 'engine_hours' LEFT JOIN vehicle_states s "
    "ON s.tenant_id = t.tenant_id AND s.vehicle_id = t.vehicle_id "
    "AND (o.counts_from IS NULL OR s.recorded_at >= o.counts_from) "
    "WHERE v.tenant_id = t.tenant_id AND v.id = t.vehicle_id) AS now"
)
#: `rules.recurrence.due_status` over `t` and `now`.
DUE_CASE = (
    "CASE WHEN NOT (t.is_active AND now.in_fleet) THEN 'paused' "
    "WHEN t.next_due_date + t.grace_days < %(today)s OR now.miles > t.next_due_mileage + t.grace_miles "
    "OR now.hours > t.next_due_hours + t.grace_hours THEN 'overdue' "
    "WHEN t.next_due_date <= %(today)s OR now.miles >= t.next_due_mileage OR now.hours >= t.next_due_hours THEN 'due' "
    "WHEN t.next_due_date <= %(today)s + t.advance_notice_days "
    "OR now.miles >= t.next_due_mileage - t.advance_notice_miles "
    "OR now.hours >= t.next_due_hours - t.advance_notice_hours THEN 'due_soon' "
    "WHEN t.next_due_date IS NULL AND t.next_due_mileage IS NULL AND t.next_due_hours IS NULL THEN 'not_planned' "
    "ELSE 'upcoming' END"
)
_REACHED = (
    "CASE WHEN {now} >= {mark} THEN 0 WHEN ({mark} - {now}) / {daily} <= "
    f"{HORIZON_DAYS} THEN ceil(({{mark}} - {{now}}) / {{daily}})::int END"
)
#: `rules.recurrence.predicted_day` over `t` and `now`.
PREDICTED_CASE = (
    "CASE WHEN t.is_active AND now.in_fleet THEN least(t.next_due_date, "
    f"%(today)s::date + ({_REACHED.format(now='now.miles', mark='t.next_due_mileage', daily='now.miles_a_day')}), "
    f"%(today)s::date + ({_REACHED.format(now='now.hours', mark='t.next_due_hours', daily='now.hours_a_day')})) END"
)
#: `fleet`: the same for every vehicle of the tenant that `{vehicles}` (on alias `x`) wants, once, for statements over many
#: schedules.
FLEET_NOW = (
    "fleet AS MATERIALIZED (SELECT t.vehicle_id, t.vehicle_number, t.name AS vehicle_name, t.vehicle_type, t.facility_id, "
    "t.department_id, now.* FROM (SELECT x.tenant_id, x.id AS vehicle_id, x.vehicle_number, x.name, x.vehicle_type, "
    "x.facility_id, x.department_id FROM vehicles x WHERE x.tenant_id = %(tenant)s AND {vehicles}) AS t "
    f"CROSS JOIN LATERAL {METERS_NOW})"
)
DUE_STATUS = f"(SELECT {DUE_CASE} FROM {METERS_NOW})"
PREDICTED = f"(SELECT {PREDICTED_CASE} FROM {METERS_NOW})"

RESOURCES = (
    Resource(
        model=RecurringMaintenanceSchedule,
        label="Maintenance schedule",
        operations=FULL,
        writable=tuple(
            "schedule_name maintenance_type template_id trigger_type trigger_interval_miles trigger_interval_days "
            "trigger_interval_months trigger_interval_hours last_completed_mileage last_completed_date "
            "last_completed_hours next_due_mileage next_due_date next_due_hours is_active auto_create_work_order "
            "advance_notice_days advance_notice_miles advance_notice_hours grace_days grace_miles grace_hours "
            "facility_id vendor_id notes".split()
        ),
        create_only=("vehicle_id",),
        filters=tuple(
            "id vehicle_id is_active maintenance_type next_due_date next_due_mileage template_id due_status".split()
        ),
        default_sort="next_due_date",
        computed={
            "due_status": Computed(
                DUE_STATUS,
                Literal["upcoming", "due_soon", "due", "overdue", "not_planned", "paused"],
                "By the tenant's day and the vehicle's meters; due_soon: within the advance notice; overdue: past the grace",
            ),
            "predicted_due_date": Computed(
                PREDICTED, date, "Day on which it falls due as the vehicle was used in the last 13 weeks"
            ),
        },
        scope=vehicle_scope(),
        verbs=(
            Verb("complete_without_order", "Note that a service was done elsewhere"),
            Verb("skip", "Skip a service that is due"),
            Verb("postpone", "Postpone a service that is due"),
            Verb("open_work_order", "Open work orders for schedules"),
            Verb("assign", "Assign schedules to many vehicles"),
        ),
        list_columns=tuple(
            "vehicle_id schedule_name due_status next_due_date next_due_mileage next_due_hours is_active".split()
        ),
        title_column="schedule_name",
        examples={
            "schedule_name": "Oil service",
            "trigger_interval_miles": 7500,
            "trigger_interval_days": 180,
        },
    ),
    Resource(
        model=MaintenanceScheduleEvent,
        label="Schedule event",
        operations=READ_ONLY,
        hidden=("before",),
        filters=("id", "schedule_id", "vehicle_id", "happened_on"),
        default_sort="-happened_on",
        scope=vehicle_scope(),
        list_columns=tuple(
            "vehicle_id schedule_id event happened_on mileage engine_hours work_order_id".split()
        ),
    ),
    Resource(
        model=ServiceProgram,
        label="Service programme",
        operations=FULL,
        writable=("program_name", "description", "services", "is_active"),
        made_by=("created_by_user_id",),
        default_sort="program_name",
        shapes={"services": list[PlannedService]},
        list_columns=("program_name", "description", "is_active"),
        title_column="program_name",
        examples={
            "program_name": "Light vans",
            "services": [{"name": "Oil service", "interval_miles": 7500, "interval_days": 180}],
        },
    ),
)
