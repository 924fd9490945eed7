"""Work orders, and the templates that they are made from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference

LIVE = text("status NOT IN ('completed', 'cancelled')")


class MaintenanceRecord(TenantModel, Timestamped):
    """A work order: what is wrong with a vehicle or due on it, who does what about it, and what that costs."""

    __tablename__ = "maintenance_records"
    __facts__ = TableFacts(
        search=("work_order_number", "summary", "complaint", "correction", "vendor_invoice_number"),
        audit_redact=("signature",),
    )
    __unique__ = ("work_order_number",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, priority",
        "tenant_id, work_order_type",
        "tenant_id, reported_at, id",
        "tenant_id, scheduled_start, id",
        "tenant_id, due_on, id",
        "tenant_id, closed_at, id",
        "vehicle_id, reported_at DESC",
        "assigned_technician_id, status",
        "facility_id, status",
        "vendor_id",
        "requested_by_user_id",
        "shop_vehicle_id",
    )
    __table_args__ = (
        one_of("status", "draft", "open", "in_progress", "waiting_parts", "review", "completed", "cancelled"),
        one_of("priority", "low", "medium", "high", "critical"),
        CheckConstraint("scheduled_end > scheduled_start", name="scheduled_end_after_scheduled_start"),
        CheckConstraint("downtime_ended_at >= downtime_started_at", name="downtime_ends_after_it_starts"),
        CheckConstraint("opening_odometer >= 0 AND closing_odometer >= 0", name="odometers_not_negative"),
        CheckConstraint(
            "opening_engine_hours >= 0 AND closing_engine_hours >= 0", name="engine_hours_not_negative"
        ),
        CheckConstraint(
            "labor_hours >= 0 AND labor_cost >= 0 AND parts_cost >= 0 AND outside_service_cost >= 0 "
            "AND other_cost >= 0 AND tax_amount >= 0 AND discount_amount >= 0 AND warranty_amount >= 0",
            name="hours_and_costs_not_negative",
        ),
        CheckConstraint(
            "discount_amount <= labor_cost + parts_cost + outside_service_cost + other_cost + tax_amount",
            name="discount_not_above_the_cost",
        ),
        # One open order for what a machine reports again and again.
        Index(
            "uq_maintenance_records_live_schedule",
            "tenant_id",
            "schedule_id",
            unique=True,
            postgresql_where=LIVE,
        ),
        Index(
            "uq_maintenance_records_live_trouble_code",
            "tenant_id",
            "vehicle_id",
            "trouble_code",
            unique=True,
            postgresql_where=LIVE,
        ),
        {"comment": "Work orders: what is done to vehicles, by whom, when and at what cost"},
    )

    work_order_number: Mapped[str] = mapped_column(String(50), comment="Business number; given when left out")
    vehicle_id: Mapped[UUID] = reference("vehicles")
    summary: Mapped[str] = mapped_column(String(255), comment="One line that says what is to be done")
    work_order_type: Mapped[str] = mapped_column(
        String(50),
        server_default="corrective",
        comment="Such as preventive, corrective, breakdown, inspection, recall, accident, warranty, tire, upfit",
    )
    priority: Mapped[str] = mapped_column(String(20), server_default="medium")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Shop that does the work")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Outside shop, if the work is given away")
    service_bay_id: Mapped[UUID | None] = reference("service_bays")
    assigned_technician_id: Mapped[UUID | None] = reference("technicians", comment="Who is responsible")
    requested_by_user_id: Mapped[UUID | None] = reference("users", comment="Who asked for the work")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Driver who reported it")
    template_id: Mapped[UUID | None] = reference("work_order_templates", comment="Template it was made from")
    schedule_id: Mapped[UUID | None] = reference(
        "recurring_maintenance_schedules", comment="Recurring schedule that it fulfils; one open order each"
    )
    source: Mapped[str] = mapped_column(
        String(50),
        server_default="manual",
        comment="Such as manual, schedule, inspection, defect, trouble_code, accident, recall, import",
    )
    trouble_code: Mapped[str | None] = mapped_column(
        String(20), comment="Diagnostic trouble code, such as P0301; one open order a vehicle and code"
    )
    recall_number: Mapped[str | None] = mapped_column(
        String(50), comment="Campaign number of the recall, such as 23V-456"
    )
    reported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    due_on: Mapped[date | None] = mapped_column(comment="Day by which it should be done")
    scheduled_start: Mapped[datetime | None]
    scheduled_end: Mapped[datetime | None]
    opened_at: Mapped[datetime | None] = mapped_column(comment="Released for work")
    started_at: Mapped[datetime | None] = mapped_column(comment="Work began")
    completed_at: Mapped[datetime | None] = mapped_column(comment="Work was finished")
    closed_at: Mapped[datetime | None] = mapped_column(comment="Checked and closed")
    closed_by_user_id: Mapped[UUID | None] = reference("users")
    cancelled_at: Mapped[datetime | None]
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    reopened_at: Mapped[datetime | None]
    reopen_reason: Mapped[str | None] = mapped_column(Text, comment="Why a closed order was opened again")
    waiting_for: Mapped[str | None] = mapped_column(Text, comment="Parts that the work waits for")
    review_notes: Mapped[str | None] = mapped_column(Text, comment="What the check of the work found")
    opening_odometer: Mapped[int | None] = mapped_column(comment="When the vehicle came in, kilometres")
    closing_odometer: Mapped[int | None] = mapped_column(comment="When it left, kilometres")
    opening_engine_hours: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 1), comment="When the vehicle came in, hours"
    )
    closing_engine_hours: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 1), comment="When it left, hours"
    )
    vehicle_unavailable: Mapped[bool] = mapped_column(
        server_default="false", comment="The vehicle cannot be used while this order is open"
    )
    downtime_started_at: Mapped[datetime | None] = mapped_column(comment="Vehicle out of use from")
    downtime_ended_at: Mapped[datetime | None] = mapped_column(comment="Vehicle back in use")
    downtime_hours: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 2),
        Computed(
            "earlier_downtime_hours + round(extract(epoch FROM downtime_ended_at - downtime_started_at) / 3600, 2)",
            persisted=True,
        ),
        comment="Hours out of use",
    )
    earlier_downtime_hours: Mapped[Decimal] = mapped_column(
        Numeric(10, 2),
        server_default="0",
        comment="Hours out of use before the clock of the downtime was started again",
    )
    shop_vehicle_id: Mapped[UUID | None] = reference(
        "vehicles", comment="Vehicle that was active and is in the shop because of this order"
    )
    complaint: Mapped[str | None] = mapped_column(Text, comment="What was reported")
    cause: Mapped[str | None] = mapped_column(Text, comment="What was found to be wrong")
    correction: Mapped[str | None] = mapped_column(Text, comment="What was done about it")
    system_code: Mapped[str | None] = mapped_column(
        String(20), comment="System of the vehicle, by VMRS or a code of one's own, such as 013 for brakes"
    )
    assembly_code: Mapped[str | None] = mapped_column(
        String(20), comment="Assembly within the system, such as 013-001"
    )
    component_code: Mapped[str | None] = mapped_column(
        String(20), comment="Component within the assembly, such as 013-001-015"
    )
    repair_reason_code: Mapped[str | None] = mapped_column(
        String(20), comment="Why it was repaired, such as breakdown, preventive, driver_report, recall"
    )
    work_done_code: Mapped[str | None] = mapped_column(
        String(20), comment="Such as adjust, clean, inspect, overhaul, repair, replace"
    )
    estimated_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    estimated_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    required_skills: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Specializations that the technician must have; the template's when left out"
    )
    required_certifications: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        comment="Certificates that must be valid on the day of the work; the template's when left out",
    )
    required_equipment: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="What the bay must have, such as two_post_lift; the template's when left out"
    )
    instructions: Mapped[str | None] = mapped_column(Text, comment="How the work is done; the template's")
    labor_from_entries: Mapped[bool] = mapped_column(
        server_default="false", comment="Hours and cost of labour are the sums of the labour entries"
    )
    parts_from_lines: Mapped[bool] = mapped_column(
        server_default="false", comment="The cost of parts is the sum of the part lines"
    )
    labor_hours: Mapped[Decimal] = mapped_column(Numeric(8, 2), server_default="0", comment="Hours worked")
    labor_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="Work of one's own technicians"
    )
    parts_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="Parts that were used"
    )
    outside_service_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="Work of other companies: sublet repair, towing"
    )
    other_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="Shop supplies, disposal, fees"
    )
    tax_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), server_default="0")
    discount_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), server_default="0")
    total_cost: Mapped[Decimal] = mapped_column(
        Numeric(14, 2),
        Computed(
            "labor_cost + parts_cost + outside_service_cost + other_cost + tax_amount - discount_amount",
            persisted=True,
        ),
        comment="Labour, parts, outside service, other and tax, less discount",
    )
    is_warranty: Mapped[bool] = mapped_column(server_default="false", comment="Done under a warranty")
    warranty_reference: Mapped[str | None] = mapped_column(String(100), comment="Number of the claim")
    warranty_amount: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="Got back from the warrantor"
    )
    vendor_invoice_number: Mapped[str | None] = mapped_column(
        String(100), comment="As on the outside shop's paper"
    )
    invoice_id: Mapped[UUID | None] = reference("invoices")
    signature: Mapped[str | None] = mapped_column(
        Text, comment="Base64 image: who took the vehicle back signed"
    )
    signed_by_name: Mapped[str | None] = mapped_column(String(255))
    signed_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    escalated_at: Mapped[datetime | None] = mapped_column(
        comment="When it was told that nobody had begun with it for two days"
    )
    created_by_user_id: Mapped[UUID | None] = reference("users")


class WorkOrderTemplate(TenantModel, Timestamped):
    """Reusable work order templates."""

    __tablename__ = "work_order_templates"
    __facts__ = TableFacts(
        search=("template_name", "description", "work_order_type"),
        json_refs={"required_parts[*].part_id": "parts"},
        ref_arrays={"sop_document_ids": "sop_documents"},
    )
    __unique__ = ("template_name",)
    __indexes__ = ("tenant_id, is_active", "tenant_id, work_order_type")
    __table_args__ = (
        CheckConstraint("estimated_hours >= 0", name="estimated_hours_not_negative"),
        CheckConstraint("estimated_cost >= 0", name="estimated_cost_not_negative"),
        {"comment": "Reusable work order templates"},
    )

    template_name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    work_order_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as preventive, corrective, inspection, recall, upfit"
    )
    estimated_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    estimated_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    task_checklist: Mapped[Any | None] = mapped_column(
        JSONB,
        comment="What becomes the order's tasks: [{task, required, order, requires_inspection, estimated_hours}]",
    )
    required_parts: Mapped[Any | None] = mapped_column(
        JSONB, comment="What becomes the order's part lines: [{part_id, quantity}]"
    )
    required_skills: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Specializations that the technician must have"
    )
    required_certifications: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Certificates that must be valid on the day of the work, such as EPA 609"
    )
    required_equipment: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="What the bay must have, such as two_post_lift, brake_lathe"
    )
    sop_document_ids: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), comment="Operating procedures to follow"
    )
    instructions: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_by_user_id: Mapped[UUID | None] = reference("users")
