"""Work orders, what they are made of and made from."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, Computed, Lock, Resource, Verb
from motorpool.maintenance.models import (
    MaintenanceRecord,
    WorkOrderLabor,
    WorkOrderPart,
    WorkOrderTask,
    WorkOrderTemplate,
)
from motorpool.maintenance.resources.scopes import (
    COMPLETED_TASK,
    LINE_OF_CLOSED_ORDER,
    LIVE,
    ORDER_IS_OPEN,
    TASK_OF_THE_ORDER,
    WORK_ORDER_SCOPE,
    work_order_line_scope,
)
from motorpool.maintenance.rules.work_order_states import NUMBERED, TASK, WORK_ORDER
from motorpool.maintenance.shapes import ChecklistTask, RequiredPart

RESOURCES = (
    Resource(
        model=MaintenanceRecord,
        label="Work order",
        writable=tuple(
            "summary vehicle_id work_order_type priority facility_id vendor_id service_bay_id assigned_technician_id "
            "requested_by_user_id driver_id source trouble_code recall_number reported_at due_on scheduled_start "
            "scheduled_end opening_odometer closing_odometer opening_engine_hours closing_engine_hours "
            "vehicle_unavailable downtime_started_at downtime_ended_at complaint cause correction system_code "
            "assembly_code component_code repair_reason_code work_done_code estimated_hours estimated_cost "
            "required_skills required_certifications required_equipment labor_hours "
            "labor_cost parts_cost outside_service_cost other_cost tax_amount discount_amount is_warranty "
            "warranty_reference warranty_amount vendor_invoice_number invoice_id signature signed_by_name signed_at "
            "instructions notes tags metadata".split()
        ),
        create_only=("work_order_number", "template_id", "schedule_id"),
        numbered=NUMBERED,
        made_by=("created_by_user_id",),
        summed={
            "labor_hours": "labor_from_entries",
            "labor_cost": "labor_from_entries",
            "parts_cost": "parts_from_lines",
        },
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
        verbs=(
            Verb("clock_in", "Start one's clock on a work order"),
            Verb("clock_out", "Stop one's clock on a work order"),
            Verb("approve_above_limit", "Approve work orders that cost more than the limit"),
        ),
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
        summed={"actual_hours": "hours_from_entries"},
        states=TASK,
        rules=(ORDER_IS_OPEN,),
        locks=(LINE_OF_CLOSED_ORDER, COMPLETED_TASK),
        verbs=(
            Verb("clock_in", "Start one's clock on a task"),
            Verb("clock_out", "Stop one's clock on a task"),
        ),
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
        filled_in=("unit_cost", "core_charge"),
        asked_first=("part_id", "quantity", "facility_id"),
        rules=(TASK_OF_THE_ORDER,),
        locks=(LINE_OF_CLOSED_ORDER,),
        verbs=(
            Verb("reserve", "Hold stock for a part line"),
            Verb("release", "Hold it no longer"),
            Verb("issue", "Issue parts to a line"),
            Verb("return", "Take parts back into stock"),
        ),
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
        filled_in=("hourly_rate",),
        default_sort="-started_at",
        rules=(TASK_OF_THE_ORDER,),
        locks=(LINE_OF_CLOSED_ORDER,),
        scope=work_order_line_scope("technician_id"),
        list_columns=tuple(
            "technician_id work_order_id started_at ended_at hours labor_type labor_cost".split()
        ),
        title_column="technician_id",
        examples={"hourly_rate": "62.00", "labor_type": "regular"},
    ),
    Resource(
        model=WorkOrderTemplate,
        label="Work order template",
        writable=tuple(
            "template_name description work_order_type estimated_hours estimated_cost task_checklist required_parts "
            "required_skills required_certifications required_equipment sop_document_ids instructions is_active".split()
        ),
        made_by=("created_by_user_id",),
        default_sort="template_name",
        shapes={"task_checklist": list[ChecklistTask], "required_parts": list[RequiredPart]},
        list_columns=tuple("template_name work_order_type estimated_hours estimated_cost is_active".split()),
        title_column="template_name",
        examples={"template_name": "Oil service, gasoline", "required_skills": ["engine"]},
    ),
)
