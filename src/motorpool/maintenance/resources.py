"""What the maintenance domain offers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Lock, Numbered, Resource, Scope
from motorpool.fleet.resources import AT_FACILITY, DRIVEN_NOW, VEHICLE_AT_FACILITY, vehicle_scope
from motorpool.maintenance.models import (
    Defect,
    MaintenanceRecord,
    Part,
    PartStock,
    RecurringMaintenanceSchedule,
    ServiceBay,
    ServiceBaySchedule,
    StockMovement,
    Technician,
    WorkOrderLabor,
    WorkOrderPart,
    WorkOrderTask,
    WorkOrderTemplate,
)
from motorpool.maintenance.rules.states import BAY_BOOKING, DEFECT, PART, TASK, TECHNICIAN, WORK_ORDER
from motorpool.maintenance.shapes import Certification, ChecklistTask, RequiredPart

TECHNICIAN_IS_ACTOR = (
    "EXISTS (SELECT FROM technicians k WHERE k.tenant_id = t.tenant_id AND k.id = t.{column} "
    "AND k.user_id = %(actor_user)s)"
)
#: A work order is reached through its shop or its vehicle's home; one's own were asked for by or given to oneself.
WORK_ORDER_SCOPE = replace(
    vehicle_scope(),
    facility=f"{AT_FACILITY} OR {VEHICLE_AT_FACILITY}",
    own=f"t.requested_by_user_id = %(actor_user)s OR t.created_by_user_id = %(actor_user)s "
    f"OR {TECHNICIAN_IS_ACTOR.format(column='assigned_technician_id')} "
    f"OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}",
)
OF_WORK_ORDER = (
    "EXISTS (SELECT FROM maintenance_records w JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id "
    "WHERE w.tenant_id = t.tenant_id AND w.id = t.work_order_id AND ({condition}))"
)


def work_order_line_scope(technician: str = "") -> Scope:
    """Lines are reached as their work order is; one's own are those of the technician that the actor is."""
    return Scope(
        facility=OF_WORK_ORDER.format(
            condition="w.facility_id = ANY (%(reach_facilities)s) OR v.facility_id = ANY (%(reach_facilities)s)"
        ),
        department=OF_WORK_ORDER.format(condition="v.department_id = ANY (%(reach_departments)s)"),
        own=TECHNICIAN_IS_ACTOR.format(column=technician)
        if technician
        else "EXISTS (SELECT FROM maintenance_records w JOIN technicians k ON k.tenant_id = w.tenant_id "
        "AND k.id = w.assigned_technician_id WHERE w.tenant_id = t.tenant_id AND w.id = t.work_order_id "
        "AND k.user_id = %(actor_user)s)",
    )


ORDER_IS_OPEN = (
    "EXISTS (SELECT FROM maintenance_records w WHERE w.tenant_id = t.tenant_id AND w.id = t.work_order_id "
    "AND w.status NOT IN ('completed', 'cancelled'))",
    "work_order_id",
    "is closed; reopen it first",
)
LINE_OF_CLOSED_ORDER = Lock(f"NOT {ORDER_IS_OPEN[0]}", "The work order is closed; reopen it first.")
LIVE = "t.status NOT IN ('completed', 'cancelled')"
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
STOCK_OF_PART = "coalesce((SELECT sum(s.{column}) FROM part_stocks s WHERE s.tenant_id = t.tenant_id AND s.part_id = t.id), 0)"
REORDER_POINT = "coalesce(t.reorder_point, (SELECT p.reorder_point FROM parts p WHERE p.tenant_id = t.tenant_id AND p.id = t.part_id))"
EXPIRED_CERTIFICATE = (
    "EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof(t.certifications) WHEN 'array' THEN t.certifications END) c "
    "WHERE c ->> 'expiry_date' < %(today)s::text)"
)

RESOURCES = (
    Resource(
        model=MaintenanceRecord,
        label="Work order",
        writable=tuple(
            "summary vehicle_id work_order_type priority facility_id vendor_id service_bay_id assigned_technician_id "
            "requested_by_user_id driver_id source trouble_code recall_number reported_at due_on scheduled_start "
            "scheduled_end opening_odometer closing_odometer opening_engine_hours closing_engine_hours "
            "vehicle_unavailable downtime_started_at downtime_ended_at complaint cause correction system_code "
            "assembly_code component_code repair_reason_code work_done_code estimated_hours estimated_cost labor_hours "
            "labor_cost parts_cost outside_service_cost other_cost tax_amount discount_amount is_warranty "
            "warranty_reference warranty_amount vendor_invoice_number invoice_id signature signed_by_name signed_at "
            "notes tags metadata".split()
        ),
        create_only=("work_order_number", "template_id", "schedule_id"),
        numbered=Numbered("work_order_number", "WO-{year}-{number:05}"),
        made_by=("created_by_user_id",),
        filters=tuple(
            "id work_order_number vehicle_id work_order_type priority status facility_id vendor_id assigned_technician_id "
            "requested_by_user_id reported_at due_on scheduled_start closed_at is_overdue".split()
        ),
        default_sort="-reported_at",
        states=WORK_ORDER,
        locks=(
            Lock(
                f"NOT ({LIVE})",
                "A work order is not changed once it is closed; reopen it first.",
                open=tuple(
                    "notes tags metadata vendor_invoice_number invoice_id warranty_reference warranty_amount".split()
                ),
            ),
        ),
        computed={
            "is_overdue": Computed(
                f"coalesce(t.due_on < %(today)s AND {LIVE}, false)", bool, "Not closed by the day it was due"
            ),
            "age_hours": Computed(
                f"CASE WHEN {LIVE} THEN floor(extract(epoch FROM now() - t.reported_at) / 3600)::int END",
                int,
                "Whole hours since it was reported, while it is open",
            ),
        },
        scope=WORK_ORDER_SCOPE,
        list_columns=tuple(
            "work_order_number vehicle_id summary status priority assigned_technician_id due_on total_cost".split()
        ),
        title_column="work_order_number",
        examples={
            "work_order_number": "WO-2026-00042",
            "summary": "Brake pads worn, front axle",
            "work_order_type": "corrective",
            "system_code": "013",
            "labor_cost": "180.00",
            "parts_cost": "96.40",
        },
    ),
    Resource(
        model=WorkOrderTask,
        label="Work order task",
        operations=FULL,
        writable=tuple(
            "task_order task_description assigned_technician_id estimated_hours actual_hours is_required "
            "completion_notes requires_inspection metadata".split()
        ),
        create_only=("work_order_id",),
        states=TASK,
        rules=(ORDER_IS_OPEN,),
        locks=(LINE_OF_CLOSED_ORDER,),
        scope=work_order_line_scope("assigned_technician_id"),
        list_columns=tuple(
            "work_order_id task_order task_description status assigned_technician_id estimated_hours".split()
        ),
        title_column="task_description",
        examples={"task_description": "Replace front brake pads and check rotors", "estimated_hours": "1.50"},
    ),
    Resource(
        model=WorkOrderPart,
        label="Part line",
        operations=FULL,
        writable=tuple(
            "task_id part_id description facility_id quantity unit_cost core_charge core_returned serial_number position "
            "component_code warranty_until notes".split()
        ),
        create_only=("work_order_id",),
        locks=(LINE_OF_CLOSED_ORDER,),
        computed={
            "supply": Computed(
                "CASE WHEN t.quantity_issued - t.quantity_returned >= t.quantity THEN 'issued' "
                "WHEN t.quantity_issued > t.quantity_returned THEN 'partly_issued' "
                "WHEN t.quantity_issued > 0 THEN 'returned' "
                "WHEN t.quantity_reserved >= t.quantity THEN 'reserved' ELSE 'needed' END",
                Literal["needed", "reserved", "partly_issued", "issued", "returned"],
                "How far the line is supplied",
            )
        },
        scope=work_order_line_scope(),
        list_columns=tuple("work_order_id part_id description quantity supply unit_cost total_cost".split()),
        examples={"quantity": "2", "unit_cost": "38.5000", "position": "left_front"},
    ),
    Resource(
        model=WorkOrderLabor,
        label="Labour entry",
        plural="Labour entries",
        operations=FULL,
        writable=tuple(
            "task_id started_at ended_at break_minutes labor_type hourly_rate is_warranty notes".split()
        ),
        create_only=("work_order_id", "technician_id"),
        made_by=("created_by_user_id",),
        default_sort="-started_at",
        locks=(LINE_OF_CLOSED_ORDER,),
        scope=work_order_line_scope("technician_id"),
        list_columns=tuple(
            "technician_id work_order_id started_at ended_at hours labor_type labor_cost".split()
        ),
        examples={"hourly_rate": "62.00", "labor_type": "regular"},
    ),
    Resource(
        model=WorkOrderTemplate,
        label="Work order template",
        writable=tuple(
            "template_name description work_order_type estimated_hours estimated_cost task_checklist required_parts "
            "required_skills sop_document_ids instructions is_active".split()
        ),
        made_by=("created_by_user_id",),
        default_sort="template_name",
        shapes={"task_checklist": list[ChecklistTask], "required_parts": list[RequiredPart]},
        list_columns=tuple("template_name work_order_type estimated_hours estimated_cost is_active".split()),
        title_column="template_name",
        examples={"template_name": "Oil service, gasoline", "required_skills": ["engine"]},
    ),
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
    Resource(
        model=Defect,
        label="Defect",
        writable=tuple(
            "description severity is_unsafe component system_code position source inspection_item reported_at odometer "
            "photos resolution_notes notes".split()
        ),
        create_only=("defect_number", "vehicle_id", "inspection_id", "reported_by_driver_id"),
        numbered=Numbered("defect_number", "DEF-{year}-{number:05}"),
        made_by=("reported_by_user_id",),
        filters=tuple(
            "id defect_number vehicle_id severity status inspection_id reported_at reported_by_driver_id work_order_id "
            "deferred_until blocks_vehicle".split()
        ),
        default_sort="-reported_at",
        states=DEFECT,
        computed={
            "blocks_vehicle": Computed(
                "t.is_unsafe AND t.status NOT IN ('certified', 'dismissed')",
                bool,
                "The vehicle may not be used until the defect is certified",
            )
        },
        scope=vehicle_scope(
            own=f"t.reported_by_driver_id = %(actor_driver)s OR t.reported_by_user_id = %(actor_user)s "
            f"OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}"
        ),
        list_columns=tuple(
            "defect_number vehicle_id description severity is_unsafe status reported_at".split()
        ),
        title_column="defect_number",
        examples={"description": "Air leak at the left rear brake chamber", "component": "service_brakes"},
    ),
    Resource(
        model=Part,
        label="Part",
        writable=tuple(
            "part_number name description category manufacturer manufacturer_part_number barcode component_code "
            "unit_of_measure list_price core_charge vendor_id vendor_part_number lead_time_days reorder_point "
            "reorder_quantity is_hazardous hazard_class safety_data_sheet_url shelf_life_days warranty_months "
            "warranty_miles weight_kg fits superseded_by_part_id notes metadata".split()
        ),
        create_only=("unit_cost",),
        default_sort="part_number",
        states=PART,
        computed={
            "quantity_on_hand": Computed(
                STOCK_OF_PART.format(column="quantity_on_hand") + "::text", Decimal, "At all facilities"
            ),
            "quantity_available": Computed(
                STOCK_OF_PART.format(column="quantity_available") + "::text",
                Decimal,
                "At all facilities, not reserved",
            ),
        },
        list_columns=tuple(
            "part_number name category manufacturer unit_cost quantity_on_hand quantity_available status".split()
        ),
        title_column="name",
        examples={"part_number": "BRK-1042", "name": "Brake pad set, front", "unit_of_measure": "set"},
    ),
    Resource(
        model=PartStock,
        label="Stock of a part",
        plural="Parts stock",
        writable=("bin_location", "reorder_point", "reorder_quantity", "maximum_quantity"),
        create_only=("part_id", "facility_id"),
        filters=("id", "part_id", "facility_id", "last_counted_at", "is_low"),
        computed={
            "is_low": Computed(
                f"coalesce(t.quantity_available + t.quantity_on_order <= {REORDER_POINT}, false)",
                bool,
                "Available and ordered are at or below the reorder point",
            )
        },
        scope=Scope(facility=AT_FACILITY),
        list_columns=tuple(
            "part_id facility_id bin_location quantity_on_hand quantity_reserved quantity_available is_low".split()
        ),
    ),
    # Movements and quantities change together or not at all: neither is a caller's to write.
    Resource(
        model=StockMovement,
        label="Stock movement",
        operations=READ_ONLY,
        default_sort="-moved_at",
        scope=Scope(facility=f"{AT_FACILITY} OR t.other_facility_id = ANY (%(reach_facilities)s)"),
        list_columns=tuple(
            "moved_at movement_type part_id facility_id quantity quantity_after unit_cost work_order_id".split()
        ),
    ),
    Resource(
        model=ServiceBay,
        label="Service bay",
        operations=FULL,
        writable=tuple(
            "facility_id bay_name bay_number bay_type max_vehicle_weight_lbs max_lift_capacity_lbs equipment_available "
            "is_operational metadata".split()
        ),
        default_sort="bay_name",
        scope=Scope(facility=AT_FACILITY),
        list_columns=tuple(
            "bay_name bay_number facility_id bay_type is_operational current_work_order_id".split()
        ),
        title_column="bay_name",
        examples={"bay_name": "Bay 3, heavy lift", "bay_number": "3", "max_lift_capacity_lbs": 30000},
    ),
    Resource(
        model=ServiceBaySchedule,
        label="Bay booking",
        writable=("service_bay_id", "technician_id", "scheduled_start", "scheduled_end", "notes"),
        create_only=("work_order_id", "vehicle_id"),
        made_by=("created_by_user_id",),
        default_sort="-scheduled_start",
        states=BAY_BOOKING,
        scope=vehicle_scope(
            own=f"{TECHNICIAN_IS_ACTOR.format(column='technician_id')} "
            f"OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}"
        ),
        list_columns=tuple(
            "service_bay_id vehicle_id work_order_id technician_id scheduled_start scheduled_end status".split()
        ),
    ),
    Resource(
        model=Technician,
        label="Technician",
        writable=tuple(
            "user_id employee_id first_name last_name email phone facility_id specializations certifications hourly_rate "
            "hire_date metadata".split()
        ),
        filters=tuple("id status facility_id user_id last_name employee_id has_expired_certificate".split()),
        default_sort="last_name",
        states=TECHNICIAN,
        shapes={"certifications": list[Certification]},
        computed={
            "has_expired_certificate": Computed(
                EXPIRED_CERTIFICATE, bool, "One of the certificates is out of date today"
            )
        },
        scope=Scope(facility=AT_FACILITY, own="t.user_id = %(actor_user)s"),
        list_columns=tuple(
            "full_name employee_id status facility_id specializations has_expired_certificate phone".split()
        ),
        title_column="full_name",
        examples={"first_name": "Rosa", "last_name": "Marin", "specializations": ["engine", "brakes"]},
    ),
)
