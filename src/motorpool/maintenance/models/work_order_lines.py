"""What a work order is made of: tasks, part lines and labour entries."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TenantModel, Timestamped, one_of, reference

#: Hours between the clock's start and stop, less the break; null while the clock runs.
HOURS = "round(extract(epoch FROM ended_at - started_at) / 3600 - break_minutes / 60.0, 2)"


class WorkOrderTask(TenantModel, Timestamped):
    """Individual tasks within work orders."""

    __tablename__ = "work_order_tasks"
    __indexes__ = (
        "work_order_id, task_order",
        "assigned_technician_id, status",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "pending", "in_progress", "completed", "blocked"),
        CheckConstraint("estimated_hours >= 0 AND actual_hours >= 0", name="hours_not_negative"),
        {"comment": "Individual tasks within work orders"},
    )

    work_order_id: Mapped[UUID] = reference("maintenance_records", cascade=True)
    task_order: Mapped[int | None] = mapped_column(comment="Place in the order of work, from 1")
    task_description: Mapped[str] = mapped_column(Text)
    assigned_technician_id: Mapped[UUID | None] = reference("technicians")
    estimated_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    actual_hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2), comment="Hours worked")
    hours_from_entries: Mapped[bool] = mapped_column(
        server_default="false", comment="The hours worked are the sum of the labour entries"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    is_required: Mapped[bool] = mapped_column(
        server_default="true", comment="The order cannot be finished without it"
    )
    blocked_reason: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(comment="Work on it last began")
    completion_notes: Mapped[str | None] = mapped_column(Text)
    completed_by_user_id: Mapped[UUID | None] = reference("users")
    completed_at: Mapped[datetime | None]
    requires_inspection: Mapped[bool] = mapped_column(
        server_default="false", comment="A second person checks the work before the order is closed"
    )
    inspection_passed: Mapped[bool | None]
    inspection_notes: Mapped[str | None] = mapped_column(Text)
    inspected_by_user_id: Mapped[UUID | None] = reference("users")
    inspected_at: Mapped[datetime | None]
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class WorkOrderPart(TenantModel, Timestamped):
    """A line of a work order: a part of the catalogue or something bought for this job."""

    __tablename__ = "work_order_parts"
    __indexes__ = ("work_order_id", "part_id", "task_id", "tenant_id, created_at, id")
    __table_args__ = (
        CheckConstraint(
            "part_id IS NOT NULL OR description IS NOT NULL", name="a_part_or_a_description_is_given"
        ),
        CheckConstraint("quantity > 0", name="quantity_above_zero"),
        CheckConstraint("quantity_reserved >= 0", name="reserved_quantity_not_negative"),
        CheckConstraint(
            "quantity_returned >= 0 AND quantity_returned <= quantity_issued",
            name="returned_quantity_not_above_issued",
        ),
        CheckConstraint("unit_cost >= 0 AND core_charge >= 0", name="costs_not_negative"),
        {"comment": "Parts that a work order needs, has reserved and has used"},
    )

    work_order_id: Mapped[UUID] = reference("maintenance_records", cascade=True)
    task_id: Mapped[UUID | None] = reference("work_order_tasks")
    part_id: Mapped[UUID | None] = reference("parts", comment="null: not a part of the catalogue")
    description: Mapped[str | None] = mapped_column(
        String(255), comment="What it is, if not of the catalogue"
    )
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Stock that it is taken from")
    quantity: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), server_default="1", comment="Needed, in the part's unit"
    )
    quantity_reserved: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), server_default="0", comment="Held in stock for this order"
    )
    quantity_issued: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), server_default="0", comment="Handed out so far"
    )
    quantity_returned: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), server_default="0", comment="Brought back to stock"
    )
    unit_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 4), server_default="0", comment="Cost of one unit as it was issued or bought"
    )
    core_charge: Mapped[Decimal] = mapped_column(
        Numeric(10, 2), server_default="0", comment="Deposit on the old part, for one unit"
    )
    core_returned: Mapped[bool] = mapped_column(
        server_default="false", comment="The old part went back to the supplier"
    )
    total_cost: Mapped[Decimal] = mapped_column(
        Numeric(14, 2),
        Computed("round((quantity_issued - quantity_returned) * unit_cost, 2)", persisted=True),
        comment="Of what was issued and not returned",
    )
    serial_number: Mapped[str | None] = mapped_column(String(100), comment="Of the part that was fitted")
    position: Mapped[str | None] = mapped_column(
        String(50), comment="Where it was fitted, such as left_front, right_rear_outer"
    )
    component_code: Mapped[str | None] = mapped_column(String(20), comment="By VMRS or a code of one's own")
    warranty_until: Mapped[date | None] = mapped_column(comment="Warranty of the fitted part ends")
    notes: Mapped[str | None] = mapped_column(Text)


class WorkOrderLabor(TenantModel, Timestamped):
    """A stretch of work of one technician on one work order. A technician works on one thing at a time."""

    __tablename__ = "work_order_labor"
    __indexes__ = (
        "work_order_id",
        "task_id",
        "technician_id, started_at DESC",
        "tenant_id, started_at, id",
    )
    __table_args__ = (
        CheckConstraint("ended_at > started_at", name="ends_after_it_starts"),
        CheckConstraint(
            "break_minutes >= 0 AND (ended_at IS NULL OR "
            "break_minutes * 60 <= extract(epoch FROM ended_at - started_at))",
            name="break_not_longer_than_the_work",
        ),
        CheckConstraint("hourly_rate >= 0", name="hourly_rate_not_negative"),
        ExcludeConstraint(
            ("tenant_id", "="),
            ("technician_id", "="),
            (text("tstzrange(started_at, ended_at)"), "&&"),
            name="ex_work_order_labor_technician_period",
            using="gist",
        ),
        {"comment": "Hours that technicians worked on work orders, from the start/stop clock or entered"},
    )

    work_order_id: Mapped[UUID] = reference("maintenance_records", cascade=True)
    task_id: Mapped[UUID | None] = reference("work_order_tasks")
    technician_id: Mapped[UUID] = reference("technicians")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="null: the clock is running")
    break_minutes: Mapped[int] = mapped_column(server_default="0", comment="Not counted, minutes")
    labor_type: Mapped[str] = mapped_column(
        String(50), server_default="regular", comment="Such as regular, overtime, diagnosis, travel, training"
    )
    hourly_rate: Mapped[Decimal] = mapped_column(
        Numeric(8, 2), server_default="0", comment="Cost of an hour when it was worked"
    )
    hours: Mapped[Decimal | None] = mapped_column(
        Numeric(8, 2), Computed(HOURS, persisted=True), comment="Hours worked, less the break"
    )
    labor_cost: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), Computed(f"round({HOURS} * hourly_rate, 2)", persisted=True), comment="Hours x rate"
    )
    is_warranty: Mapped[bool] = mapped_column(server_default="false", comment="Claimed from the warrantor")
    notes: Mapped[str | None] = mapped_column(Text)
    created_by_user_id: Mapped[UUID | None] = reference("users")
