"""Recurring maintenance schedules."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, Computed, Resource
from motorpool.fleet.resources import vehicle_scope
from motorpool.maintenance.models import RecurringMaintenanceSchedule

METER = (
    "(SELECT m.value + m.replacement_offset FROM meter_readings m WHERE m.tenant_id = t.tenant_id "
    "AND m.vehicle_id = t.vehicle_id AND m.meter_type = '{kind}' ORDER BY m.recorded_at DESC LIMIT 1)"
)
#: The vehicle's meters now, miles and hours: the latest reading, or what its device reports.
METERS_NOW = (
    f"(SELECT greatest({METER.format(kind='odometer')}, (SELECT s.odometer_m FROM vehicle_states s "
    "WHERE s.tenant_id = t.tenant_id AND s.vehicle_id = t.vehicle_id)) / 1609.344 AS miles, "
    f"{METER.format(kind='engine_hours')} / 3600 AS hours) AS now"
)
DUE_STATUS = (
    "(SELECT CASE WHEN NOT t.is_active THEN 'paused' "
    "WHEN t.next_due_date < %(today)s OR now.miles >= t.next_due_mileage OR now.hours >= t.next_due_hours "
    "THEN 'overdue' WHEN t.next_due_date <= %(today)s + t.advance_notice_days "
    "OR now.miles >= t.next_due_mileage - t.advance_notice_miles "
    "OR now.hours >= t.next_due_hours - t.advance_notice_hours THEN 'due_soon' "
    "WHEN t.next_due_date IS NULL AND t.next_due_mileage IS NULL AND t.next_due_hours IS NULL THEN 'not_planned' "
    f"ELSE 'upcoming' END FROM {METERS_NOW})"
)
RESOURCES = (
    Resource(
        model=RecurringMaintenanceSchedule,
        label="Maintenance schedule",
        operations=FULL,
        writable=tuple(
            "schedule_name maintenance_type template_id trigger_type trigger_interval_miles trigger_interval_days "
            "trigger_interval_hours last_completed_mileage last_completed_date last_completed_hours next_due_mileage "
            "next_due_date next_due_hours is_active auto_create_work_order advance_notice_days advance_notice_miles "
            "advance_notice_hours facility_id vendor_id notes".split()
        ),
        create_only=("vehicle_id",),
        filters=tuple(
            "id vehicle_id is_active maintenance_type next_due_date next_due_mileage template_id due_status".split()
        ),
        default_sort="next_due_date",
        computed={
            "due_status": Computed(
                DUE_STATUS,
                Literal["upcoming", "due_soon", "overdue", "not_planned", "paused"],
                "By the tenant's day and the vehicle's meters; due_soon: within the advance notice",
            )
        },
        scope=vehicle_scope(),
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
)
