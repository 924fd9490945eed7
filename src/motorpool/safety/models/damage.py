"""Damage to vehicles, with pins on a diagram."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference

SEVERITIES = ("cosmetic", "minor", "moderate", "major", "total_loss")


class DamageReport(TenantModel, Timestamped):
    """Damage found on a vehicle, until it is repaired or accepted."""

    __tablename__ = "damage_reports"
    __facts__ = TableFacts(search=("report_number", "title", "description"))
    __unique__ = ("report_number",)
    __indexes__ = (
        "tenant_id, reported_at DESC",
        "tenant_id, status, reported_at DESC",
        "tenant_id, severity",
        "vehicle_id, reported_at DESC",
        "driver_id, reported_at DESC",
        "incident_id",
        "work_order_id",
    )
    __table_args__ = (
        one_of("severity", *SEVERITIES),
        one_of("status", "reported", "assessed", "repair_scheduled", "repaired", "accepted", "dismissed"),
        CheckConstraint("estimated_cost >= 0 AND actual_cost >= 0", name="costs_from_zero"),
        {
            "comment": "Damage to vehicles, with photos and pins on a diagram, until it is repaired or accepted"
        },
    )

    report_number: Mapped[str] = mapped_column(String(50))
    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="Who drove when it happened, if known")
    incident_id: Mapped[UUID | None] = reference("incidents")
    safety_inspection_id: Mapped[UUID | None] = reference(
        "safety_inspections", comment="Inspection that found it"
    )
    title: Mapped[str] = mapped_column(String(255), comment="In a few words, such as rear bumper scratched")
    description: Mapped[str | None] = mapped_column(Text)
    damage_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as scratch, dent, crack, broken, missing, puncture, corrosion, interior"
    )
    vehicle_part: Mapped[str | None] = mapped_column(
        String(100), comment="Such as front_bumper, hood, windshield, left_front_door, rear_lamp, roof, wheel"
    )
    severity: Mapped[str] = mapped_column(String(20), server_default="minor")
    is_drivable: Mapped[bool] = mapped_column(
        server_default="true", comment="The vehicle may be used as it is"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="reported")
    reported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    occurred_at: Mapped[datetime | None] = mapped_column(comment="When it happened, if known")
    odometer: Mapped[int | None] = mapped_column(comment="km")
    location: Mapped[str | None] = mapped_column(Text)
    photos: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="URLs of photos; those of one spot are on its damage mark"
    )
    video_urls: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    estimated_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    actual_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    assessed_by_user_id: Mapped[UUID | None] = reference("users")
    assessed_at: Mapped[datetime | None]
    work_order_id: Mapped[UUID | None] = reference(
        "maintenance_records", comment="Work order that repairs it"
    )
    repaired_on: Mapped[date | None]
    resolution_note: Mapped[str | None] = mapped_column(Text, comment="Why it was accepted or dismissed")
    reported_by_user_id: Mapped[UUID | None] = reference("users")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class DamageMark(TenantModel, Timestamped):
    """A pin on the vehicle's diagram or 3D model."""

    __tablename__ = "damage_marks"
    __indexes__ = ("damage_report_id",)
    __table_args__ = (
        one_of("view", "front", "rear", "left", "right", "top", "interior", "model_3d"),
        one_of("severity", *SEVERITIES),
        CheckConstraint("x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1", name="a_pin_is_on_the_diagram"),
        CheckConstraint(
            "num_nonnulls(model_x, model_y, model_z) IN (0, 3)", name="a_point_on_the_model_has_three_numbers"
        ),
        {"comment": "Where on the vehicle a damage is: pins on a diagram or a 3D model"},
    )

    damage_report_id: Mapped[UUID] = reference("damage_reports", cascade=True)
    view: Mapped[str] = mapped_column(String(20), comment="Side of the vehicle that the diagram shows")
    x: Mapped[Decimal] = mapped_column(
        Numeric(6, 5), server_default="0.5", comment="0 at the left edge of the diagram, 1 at the right"
    )
    y: Mapped[Decimal] = mapped_column(
        Numeric(6, 5), server_default="0.5", comment="0 at the top of the diagram, 1 at the bottom"
    )
    model_x: Mapped[float | None] = mapped_column(comment="Point on the 3D model, metres")
    model_y: Mapped[float | None] = mapped_column(comment="Point on the 3D model, metres")
    model_z: Mapped[float | None] = mapped_column(comment="Point on the 3D model, metres")
    vehicle_part: Mapped[str | None] = mapped_column(
        String(100), comment="Such as front_bumper, hood, windshield, left_front_door, rear_lamp, roof, wheel"
    )
    damage_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as scratch, dent, crack, broken, missing, puncture, corrosion"
    )
    severity: Mapped[str] = mapped_column(String(20), server_default="minor")
    length_mm: Mapped[int | None] = mapped_column(comment="Longest extent, mm")
    photo_url: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
