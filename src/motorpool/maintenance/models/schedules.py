"""Recurring maintenance: what is due on a vehicle by miles, days or engine hours."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class RecurringMaintenanceSchedule(TenantModel, Timestamped):
    """PM scheduling based on time/mileage."""

    __tablename__ = "recurring_maintenance_schedules"
    __facts__ = TableFacts(search=("schedule_name", "maintenance_type"))
    __indexes__ = (
        "vehicle_id, is_active",
        "tenant_id, next_due_date",
        "tenant_id, is_active",
        "tenant_id, maintenance_type",
        "tenant_id, next_due_mileage, id",
        "template_id",
    )
    __table_args__ = (
        one_of("trigger_type", "mileage", "time", "engine_hours", "whichever_first"),
        CheckConstraint(
            "CASE trigger_type WHEN 'mileage' THEN trigger_interval_miles IS NOT NULL "
            "WHEN 'time' THEN trigger_interval_days IS NOT NULL "
            "WHEN 'engine_hours' THEN trigger_interval_hours IS NOT NULL "
            "ELSE coalesce(trigger_interval_miles, trigger_interval_days, trigger_interval_hours) IS NOT NULL END",
            name="the_trigger_has_its_interval",
        ),
        CheckConstraint(
            "trigger_interval_miles > 0 AND trigger_interval_days > 0 AND trigger_interval_hours > 0",
            name="intervals_above_zero",
        ),
        CheckConstraint(
            "advance_notice_days >= 0 AND advance_notice_miles >= 0 AND advance_notice_hours >= 0",
            name="advance_notice_not_negative",
        ),
        {"comment": "PM scheduling based on time/mileage"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    schedule_name: Mapped[str | None] = mapped_column(String(255))
    maintenance_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as oil_change, tire_rotation, brake_inspection"
    )
    template_id: Mapped[UUID | None] = reference(
        "work_order_templates", comment="What its work orders are made from"
    )
    trigger_type: Mapped[str] = mapped_column(
        String(20),
        server_default="whichever_first",
        comment="What makes it due; whichever_first: the first of all intervals that are given",
    )
    trigger_interval_miles: Mapped[int | None] = mapped_column(comment="Every so many miles")
    trigger_interval_days: Mapped[int | None] = mapped_column(comment="Every so many days")
    trigger_interval_hours: Mapped[int | None] = mapped_column(comment="Every so many engine hours")
    last_completed_mileage: Mapped[int | None] = mapped_column(comment="Odometer when last done, miles")
    last_completed_date: Mapped[date | None]
    last_completed_hours: Mapped[int | None] = mapped_column(comment="Engine hours when last done")
    next_due_mileage: Mapped[int | None] = mapped_column(comment="Odometer at which it is due, miles")
    next_due_date: Mapped[date | None]
    next_due_hours: Mapped[int | None] = mapped_column(comment="Engine hours at which it is due")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    auto_create_work_order: Mapped[bool] = mapped_column(
        server_default="false", comment="Make a work order as soon as it is due soon"
    )
    advance_notice_days: Mapped[int] = mapped_column(
        server_default="7", comment="Due soon from so many days before"
    )
    advance_notice_miles: Mapped[int] = mapped_column(
        server_default="500", comment="Due soon from so many miles before"
    )
    advance_notice_hours: Mapped[int] = mapped_column(
        server_default="25", comment="Due soon from so many engine hours before"
    )
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Shop that usually does it")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Outside shop that usually does it")
    last_work_order_id: Mapped[UUID | None] = reference(
        "maintenance_records", comment="Work order that last fulfilled it"
    )
    notes: Mapped[str | None] = mapped_column(Text)
