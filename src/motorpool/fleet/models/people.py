"""Drivers, and who drove which vehicle when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Driver(TenantModel, Timestamped):
    """A person who drives, with or without an account to sign in."""

    __tablename__ = "drivers"
    __facts__ = TableFacts(search=("full_name", "driver_number", "email", "license_number"))
    __unique__ = ("driver_number", "user_id")
    __indexes__ = ("tenant_id, status", "tenant_id, department_id")
    __table_args__ = (
        Index("ix_drivers_tenant_id_full_name", "tenant_id", "full_name", "id"),
        Index("ix_drivers_tenant_id_license_expires_on", "tenant_id", "license_expires_on", "id"),
        one_of("status", "active", "on_leave", "suspended", "retired"),
        {"comment": "People who drive"},
    )

    full_name: Mapped[str] = mapped_column(String(255))
    driver_number: Mapped[str] = mapped_column(String(50), comment="Employee or badge number")
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    user_id: Mapped[UUID | None] = reference("users", comment="Account with which the driver signs in")
    department_id: Mapped[UUID | None] = reference("departments")
    home_facility_id: Mapped[UUID | None] = reference(
        "facilities", comment="Home terminal; its time zone starts the day"
    )
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(40))
    date_of_birth: Mapped[date | None]
    hired_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    license_number: Mapped[str | None] = mapped_column(String(50))
    license_class: Mapped[str | None] = mapped_column(String(20), comment="A, B, C or the local class")
    license_region: Mapped[str | None] = mapped_column(String(50), comment="State or country that issued it")
    license_endorsements: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="H, N, P, S, T, X")
    license_restrictions: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    license_expires_on: Mapped[date | None]
    medical_card_expires_on: Mapped[date | None]
    identification_tag: Mapped[str | None] = mapped_column(
        String(100), comment="iButton or RFID, as devices report it"
    )
    emergency_contact_name: Mapped[str | None] = mapped_column(String(255))
    emergency_contact_phone: Mapped[str | None] = mapped_column(String(40))
    notes: Mapped[str | None] = mapped_column(Text)


class DriverAssignment(TenantModel, Timestamped):
    """Who drove a vehicle from when to when. At most one driver a vehicle at a time."""

    __tablename__ = "driver_assignments"
    __table_args__ = (
        Index("ix_driver_assignments_tenant_id_vehicle_id", "tenant_id", "vehicle_id", "starts_at", "id"),
        Index("ix_driver_assignments_tenant_id_driver_id", "tenant_id", "driver_id", "starts_at", "id"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="period"),
        ExcludeConstraint(
            ("tenant_id", "="),
            ("vehicle_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_driver_assignments_vehicle_period",
            using="gist",
        ),
        {"comment": "Who drove which vehicle when"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID] = reference("drivers")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(comment="null: until further notice")
    source: Mapped[str | None] = mapped_column(String(50), comment="manual, schedule, identification, import")
    notes: Mapped[str | None] = mapped_column(Text)
