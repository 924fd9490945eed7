"""The shop: bays, who is in them when, technicians and when they work."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class ServiceBay(TenantModel, Timestamped):
    """Garage bay management."""

    __tablename__ = "service_bays"
    __facts__ = TableFacts(
        search=("bay_name", "bay_number", "bay_type"), audit_ignore=("current_work_order_id",)
    )
    __unique__ = ("facility_id, bay_number",)
    __indexes__ = (
        "facility_id, is_operational",
        "tenant_id, bay_name, id",
        "tenant_id, bay_type",
        "tenant_id, is_operational",
    )
    __table_args__ = (
        CheckConstraint("max_vehicle_weight_lbs > 0", name="vehicle_weight_above_zero"),
        CheckConstraint("max_lift_capacity_lbs > 0", name="lift_capacity_above_zero"),
        {"comment": "Garage bay management"},
    )

    facility_id: Mapped[UUID] = reference("facilities")
    bay_name: Mapped[str] = mapped_column(String(100))
    bay_number: Mapped[str] = mapped_column(String(20), comment="Unique within the facility")
    bay_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as general, alignment, bodywork, paint, heavy_equipment"
    )
    max_vehicle_weight_lbs: Mapped[int | None] = mapped_column(comment="Pounds")
    max_lift_capacity_lbs: Mapped[int | None] = mapped_column(comment="Pounds")
    equipment_available: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as two_post_lift, alignment_rack, brake_lathe, tire_changer, pit"
    )
    is_operational: Mapped[bool] = mapped_column(server_default="true")
    current_work_order_id: Mapped[UUID | None] = reference(
        "maintenance_records", comment="Work order in the bay now"
    )
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


#: A booking in one of these states holds the bay, the vehicle and the technician.
HOLDS = text("status IN ('scheduled', 'confirmed', 'in_progress')")
PLANNED = (text("tstzrange(scheduled_start, scheduled_end)"), "&&")


class ServiceBaySchedule(TenantModel, Timestamped):
    """Bay utilization scheduling."""

    __tablename__ = "service_bay_schedule"
    __indexes__ = (
        "service_bay_id, scheduled_start, scheduled_end",
        "work_order_id",
        "vehicle_id, scheduled_start",
        "technician_id, scheduled_start",
        "tenant_id, scheduled_start, id",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "scheduled", "confirmed", "in_progress", "completed", "cancelled"),
        CheckConstraint("scheduled_end > scheduled_start", name="scheduled_end_after_scheduled_start"),
        CheckConstraint("actual_end >= actual_start", name="actual_end_after_actual_start"),
        *(
            ExcludeConstraint(
                ("tenant_id", "="),
                (column, "="),
                PLANNED,
                name=f"ex_service_bay_schedule_{what}_period",
                using="gist",
                where=HOLDS,
            )
            for what, column in (
                ("bay", "service_bay_id"),
                ("vehicle", "vehicle_id"),
                ("technician", "technician_id"),
            )
        ),
        {"comment": "Bay utilization scheduling"},
    )

    service_bay_id: Mapped[UUID] = reference("service_bays")
    work_order_id: Mapped[UUID] = reference("maintenance_records")
    vehicle_id: Mapped[UUID] = reference("vehicles")
    technician_id: Mapped[UUID | None] = reference("technicians")
    status: Mapped[str] = mapped_column(
        String(20),
        server_default="scheduled",
        comment="While scheduled, confirmed or in progress it holds bay, vehicle and technician",
    )
    scheduled_start: Mapped[datetime]
    scheduled_end: Mapped[datetime]
    actual_start: Mapped[datetime | None]
    actual_end: Mapped[datetime | None]
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    created_by_user_id: Mapped[UUID | None] = reference("users")


class Technician(TenantModel, Timestamped):
    """Technician profiles and certifications."""

    __tablename__ = "technicians"
    __facts__ = TableFacts(search=("first_name", "last_name", "employee_id", "email"))
    __unique__ = ("employee_id",)
    __indexes__ = (
        "tenant_id, status",
        "facility_id",
        "user_id",
        "tenant_id, last_name, id",
        "gin (specializations)",
    )
    __table_args__ = (
        one_of("status", "active", "on_leave", "terminated"),
        CheckConstraint("hourly_rate >= 0", name="hourly_rate_not_negative"),
        CheckConstraint("termination_date >= hire_date", name="termination_not_before_hire"),
        Index(
            "uq_technicians_tenant_id_user_id",
            "tenant_id",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        {"comment": "Technician profiles and certifications"},
    )

    user_id: Mapped[UUID | None] = reference("users", comment="Account with which the technician signs in")
    employee_id: Mapped[str | None] = mapped_column(String(50), comment="Employee number")
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    full_name: Mapped[str] = mapped_column(
        String(201), Computed("first_name || ' ' || last_name", persisted=True)
    )
    email: Mapped[str | None] = mapped_column(String(255))
    phone: Mapped[str | None] = mapped_column(String(20))
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Shop where the technician works")
    specializations: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as engine, transmission, electrical, hvac, bodywork"
    )
    certifications: Mapped[Any | None] = mapped_column(JSONB, comment="[{name, issuer, number, expiry_date}]")
    hourly_rate: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="Cost of an hour of work")
    hire_date: Mapped[date | None]
    termination_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class TechnicianShift(TenantModel, Timestamped):
    """Hours in which a technician works, week after week."""

    __tablename__ = "technician_shifts"
    __indexes__ = ("technician_id, weekday", "tenant_id, weekday, id")
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_from_1_to_7"),
        CheckConstraint("ends_at > starts_at", name="shift_ends_after_it_starts"),
        CheckConstraint("valid_until >= valid_from", name="valid_until_not_before_valid_from"),
        {"comment": "When technicians work; one without a shift works while the shop is open"},
    )

    technician_id: Mapped[UUID] = reference("technicians", cascade=True)
    weekday: Mapped[int] = mapped_column(comment="1 Monday to 7 Sunday")
    starts_at: Mapped[time] = mapped_column(comment="In the time zone of the technician's shop")
    ends_at: Mapped[time] = mapped_column(comment="The same day; a night shift is two rows")
    valid_from: Mapped[date | None] = mapped_column(comment="First day; null: always has been")
    valid_until: Mapped[date | None] = mapped_column(comment="Last day; null: until further notice")


class TechnicianAbsence(TenantModel, Timestamped):
    """A time in which a technician is not there."""

    __tablename__ = "technician_absences"
    __indexes__ = ("technician_id, starts_at", "tenant_id, starts_at, id", "tenant_id, absence_type")
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="absence_ends_after_it_starts"),
        {"comment": "Holidays, sickness and training of technicians; no work is planned for them then"},
    )

    technician_id: Mapped[UUID] = reference("technicians", cascade=True)
    absence_type: Mapped[str] = mapped_column(
        String(50), server_default="vacation", comment="Such as vacation, sick, training, other"
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    notes: Mapped[str | None] = mapped_column(Text)
    created_by_user_id: Mapped[UUID | None] = reference("users")
