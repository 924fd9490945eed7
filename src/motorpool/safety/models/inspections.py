"""Inspections of vehicles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)


class SafetyInspection(TenantModel, Timestamped):
    """Vehicle safety inspection records."""

    __tablename__ = "safety_inspections"
    __facts__ = TableFacts(
        search=("certification_number", "inspection_type", "notes"),
        audit_redact=("inspector_signature",),
        polymorphic=(
            Polymorphic(
                "inspector_type",
                "inspector_id",
                {"driver": "drivers", "technician": "technicians", "user": "users"},
            ),
        ),
    )
    __indexes__ = (
        "vehicle_id, inspection_date DESC",
        "tenant_id, inspection_type, inspection_date DESC",
        "inspection_status, next_inspection_due",
        "tenant_id, inspection_date DESC",
        "tenant_id, next_inspection_due",
        "tenant_id, inspector_id",
    )
    __table_args__ = (
        one_of("inspection_status", "passed", "failed", "conditional"),
        CheckConstraint("odometer >= 0", name="odometer_from_zero"),
        {"comment": "Vehicle safety inspection records"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    inspection_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as DOT, pre_trip, post_trip, annual, quarterly"
    )
    inspector_type: Mapped[str | None] = mapped_column(
        String(20), comment="Such as driver, technician, user; what the inspector is"
    )
    inspector_id: Mapped[UUID | None] = mapped_column(comment="Could be driver or technician")
    inspection_date: Mapped[datetime]
    inspection_location: Mapped[str | None] = mapped_column(Text)
    odometer: Mapped[int | None] = mapped_column(comment="km")
    inspection_status: Mapped[str | None] = mapped_column(
        String(20), comment="The result; null: not finished"
    )
    checklist_results: Mapped[Any | None] = mapped_column(JSONB, comment="[{item, status, notes, photo_url}]")
    defects_found: Mapped[Any | None] = mapped_column(JSONB, comment="[{item, severity, action_required}]")
    requires_maintenance: Mapped[bool] = mapped_column(server_default="false")
    work_order_created_id: Mapped[UUID | None] = reference(
        "maintenance_records", comment="Work order that repairs what was found"
    )
    repairs_certified_at: Mapped[datetime | None] = mapped_column(
        comment="When it was certified that defects are repaired or need no repair (49 CFR 396.11)"
    )
    repairs_certified_by_user_id: Mapped[UUID | None] = reference("users")
    repairs_note: Mapped[str | None] = mapped_column(
        Text, comment="What was repaired, or why no repair was needed"
    )
    reviewed_by_driver_id: Mapped[UUID | None] = reference(
        "drivers", comment="Next driver, who has seen the report (49 CFR 396.13)"
    )
    reviewed_at: Mapped[datetime | None]
    next_inspection_due: Mapped[date | None]
    certification_number: Mapped[str | None] = mapped_column(String(100))
    certification_expiry: Mapped[date | None]
    inspector_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 signature image")
    notes: Mapped[str | None] = mapped_column(Text)
    photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
