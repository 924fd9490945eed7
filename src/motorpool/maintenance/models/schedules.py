"""Recurring maintenance: what is due on a vehicle by miles, days, months or engine hours, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class RecurringMaintenanceSchedule(TenantModel, Timestamped):
    """PM scheduling based on time/mileage."""

    __tablename__ = "recurring_maintenance_schedules"
    __facts__ = TableFacts(
        search=("schedule_name", "maintenance_type"),
        # They follow from what is logged.
        audit_ignore=("anchor_date", "anchor_mileage", "anchor_hours", "hold_until"),
    )
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
            "WHEN 'time' THEN coalesce(trigger_interval_days, trigger_interval_months) IS NOT NULL "
            "WHEN 'engine_hours' THEN trigger_interval_hours IS NOT NULL "
            "ELSE coalesce(trigger_interval_miles, trigger_interval_days, trigger_interval_hours, "
            "trigger_interval_months) IS NOT NULL END",
            name="the_trigger_has_its_interval",
        ),
        CheckConstraint(
            "trigger_interval_miles > 0 AND trigger_interval_days > 0 AND trigger_interval_hours > 0 "
            "AND trigger_interval_months > 0",
            name="intervals_above_zero",
        ),
        CheckConstraint(
            "advance_notice_days >= 0 AND advance_notice_miles >= 0 AND advance_notice_hours >= 0",
            name="advance_notice_not_negative",
        ),
        CheckConstraint(
            "grace_days >= 0 AND grace_miles >= 0 AND grace_hours >= 0", name="grace_not_negative"
        ),
        # A programme is assigned to a vehicle once, however often somebody asks for it.
        Index(
            "uq_recurring_maintenance_schedules_program",
            "tenant_id",
            "vehicle_id",
            "program_id",
            "schedule_name",
            unique=True,
            postgresql_where=text("program_id IS NOT NULL"),
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
    program_id: Mapped[UUID | None] = reference(
        "service_programs", comment="Programme that it was assigned with"
    )
    trigger_type: Mapped[str] = mapped_column(
        String(20),
        server_default="whichever_first",
        comment="What makes it due; whichever_first: the first of all intervals that are given",
    )
    trigger_interval_miles: Mapped[int | None] = mapped_column(comment="Every so many miles")
    trigger_interval_days: Mapped[int | None] = mapped_column(comment="Every so many days")
    trigger_interval_months: Mapped[int | None] = mapped_column(
        comment="Every so many calendar months; on the last day where a month has no such day"
    )
    trigger_interval_hours: Mapped[int | None] = mapped_column(comment="Every so many engine hours")
    last_completed_mileage: Mapped[int | None] = mapped_column(comment="Odometer when last done, miles")
    last_completed_date: Mapped[date | None]
    last_completed_hours: Mapped[int | None] = mapped_column(comment="Engine hours when last done")
    anchor_date: Mapped[date | None] = mapped_column(
        comment="Day that the next one is counted from: last done, skipped, or the beginning"
    )
    anchor_mileage: Mapped[int | None] = mapped_column(
        comment="Odometer that the next one is counted from, miles"
    )
    anchor_hours: Mapped[int | None] = mapped_column(comment="Engine hours that the next one is counted from")
    next_due_mileage: Mapped[int | None] = mapped_column(comment="Odometer at which it is due, miles")
    next_due_date: Mapped[date | None]
    next_due_hours: Mapped[int | None] = mapped_column(comment="Engine hours at which it is due")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    auto_create_work_order: Mapped[bool] = mapped_column(
        server_default="false", comment="Make a work order as soon as it is due soon"
    )
    hold_until: Mapped[date | None] = mapped_column(
        comment="No work order is made by itself before this day, because one was cancelled"
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
    grace_days: Mapped[int] = mapped_column(
        server_default="0", comment="Overdue when more than so many days past the day; until then due"
    )
    grace_miles: Mapped[int] = mapped_column(
        server_default="100", comment="Overdue when more than so many miles past the mark; until then due"
    )
    grace_hours: Mapped[int] = mapped_column(
        server_default="5",
        comment="Overdue when more than so many engine hours past the mark; until then due",
    )
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Shop that usually does it")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Outside shop that usually does it")
    last_work_order_id: Mapped[UUID | None] = reference(
        "maintenance_records", comment="Work order that last fulfilled it"
    )
    notes: Mapped[str | None] = mapped_column(Text)


class MaintenanceScheduleEvent(TenantModel):
    """What became of a service that was due: done, done elsewhere, skipped or postponed, and by whom."""

    __tablename__ = "maintenance_schedule_events"
    __indexes__ = (
        "schedule_id, id DESC",
        "vehicle_id, happened_on DESC",
        "tenant_id, happened_on, id",
    )
    __table_args__ = (
        one_of("event", "completed", "done_elsewhere", "skipped", "postponed"),
        CheckConstraint("mileage >= 0 AND engine_hours >= 0", name="meters_not_negative"),
        # A work order moves its schedule on once.
        Index(
            "uq_maintenance_schedule_events_work_order",
            "tenant_id",
            "work_order_id",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
        ),
        {"comment": "What became of each service that was due"},
    )

    schedule_id: Mapped[UUID] = reference("recurring_maintenance_schedules", cascade=True)
    vehicle_id: Mapped[UUID] = reference("vehicles")
    event: Mapped[str] = mapped_column(String(20))
    work_order_id: Mapped[UUID | None] = reference("maintenance_records", comment="Work order that did it")
    happened_on: Mapped[date] = mapped_column(comment="Local day of the completion, or of the decision")
    mileage: Mapped[int | None] = mapped_column(comment="True odometer then, miles")
    engine_hours: Mapped[int | None] = mapped_column(comment="True engine hours then")
    was_due_date: Mapped[date | None]
    was_due_mileage: Mapped[int | None] = mapped_column(comment="Miles")
    was_due_hours: Mapped[int | None] = mapped_column(comment="Engine hours")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it was skipped or postponed, or who did it")
    before: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="Where the schedule stood, for taking it back"
    )
    taken_back_at: Mapped[datetime | None] = mapped_column(comment="The work order was reopened")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ServiceProgram(TenantModel, Timestamped):
    """A set of schedules that is assigned to many vehicles at once, such as all that a class of vans needs."""

    __tablename__ = "service_programs"
    __facts__ = TableFacts(
        search=("program_name", "description"), json_refs={"services[*].template_id": "work_order_templates"}
    )
    __unique__ = ("program_name",)
    __indexes__ = ("tenant_id, is_active",)
    __table_args__ = ({"comment": "Sets of recurring services for classes of vehicles"},)

    program_name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text, comment="Which vehicles it is meant for")
    services: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, comment="What becomes a schedule of each vehicle"
    )
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_by_user_id: Mapped[UUID | None] = reference("users")
