"""Inspections of vehicles, and the forms that they are filled in by."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Numeric, String, Text, text
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
        audit_redact=("inspector_signature", "certifier_signature", "reviewer_signature"),
        polymorphic=(
            Polymorphic(
                "inspector_type",
                "inspector_id",
                {"driver": "drivers", "technician": "technicians", "user": "users"},
            ),
        ),
    )
    __unique__ = ("client_key",)
    __indexes__ = (
        "vehicle_id, inspection_date DESC",
        "tenant_id, inspection_type, inspection_date DESC",
        "inspection_status, next_inspection_due",
        "tenant_id, inspection_date DESC",
        "tenant_id, next_inspection_due",
        "tenant_id, inspector_id",
        "form_id",
        "submitted_by_user_id",
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
    certifier_name: Mapped[str | None] = mapped_column(String(255), comment="As signed by the certifier")
    certifier_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 signature image")
    reviewed_by_driver_id: Mapped[UUID | None] = reference(
        "drivers", comment="Next driver, who has seen the report (49 CFR 396.13)"
    )
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    reviewed_at: Mapped[datetime | None]
    reviewer_name: Mapped[str | None] = mapped_column(String(255), comment="As signed by the next driver")
    reviewer_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 signature image")
    next_inspection_due: Mapped[date | None]
    certification_number: Mapped[str | None] = mapped_column(String(100))
    certification_expiry: Mapped[date | None]
    inspector_signature: Mapped[str | None] = mapped_column(Text, comment="Base64 signature image")
    inspector_name: Mapped[str | None] = mapped_column(String(255), comment="As signed by the inspector")
    notes: Mapped[str | None] = mapped_column(Text)
    photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    form_id: Mapped[UUID | None] = reference(
        "inspection_forms", comment="The version of the form that was filled in; null: entered without a form"
    )
    client_key: Mapped[UUID | None] = mapped_column(
        comment="Made by the phone that filled it in, so that a report that is sent twice is kept once"
    )
    submitted_by_user_id: Mapped[UUID | None] = reference("users", comment="Account that sent it")
    received_at: Mapped[datetime | None] = mapped_column(
        comment="When it arrived here; later than inspection_date when the phone was offline"
    )
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS 84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS 84")


class InspectionForm(TenantModel, Timestamped):
    """One version of a checklist. Once published it no longer changes: inspections name the version they were filled in by."""

    __tablename__ = "inspection_forms"
    __facts__ = TableFacts(search=("form_name", "form_key", "description"))
    __unique__ = ("form_key, version",)
    __indexes__ = ("tenant_id, form_name, id", "tenant_id, status", "tenant_id, inspection_type")
    __table_args__ = (
        one_of("status", "draft", "published", "retired"),
        one_of("inspector_kind", "anyone", "technician"),
        CheckConstraint("version > 0", name="version_above_zero"),
        CheckConstraint("validity_months BETWEEN 1 AND 120", name="validity_from_1_to_120_months"),
        # Of two drafts of one form the second would silently undo the first.
        Index(
            "uq_inspection_forms_draft",
            "tenant_id",
            "form_key",
            unique=True,
            postgresql_where=text("status = 'draft'"),
        ),
        {"comment": "Checklists for inspections, each published version a row"},
    )

    form_key: Mapped[str] = mapped_column(
        String(63), comment="The same for all versions of a form, such as dvir_pre_trip"
    )
    version: Mapped[int] = mapped_column(server_default="1")
    form_name: Mapped[str] = mapped_column(String(255))
    inspection_type: Mapped[str] = mapped_column(
        String(100), server_default="custom", comment="Such as pre_trip, post_trip, annual, quarterly, custom"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    description: Mapped[str | None] = mapped_column(Text, comment="What it is for, shown above the checklist")
    legal_basis: Mapped[str | None] = mapped_column(String(255), comment="Such as 49 CFR 396.11")
    inspector_kind: Mapped[str] = mapped_column(
        String(20),
        server_default="anyone",
        comment="Who may fill it in; technicians are qualified inspectors",
    )
    required_certification: Mapped[str | None] = mapped_column(
        String(255), comment="Certificate that the technician must hold and that has not expired"
    )
    validity_months: Mapped[int | None] = mapped_column(
        comment="Months until the next one is due; empty: it is not repeated"
    )
    needs_signature: Mapped[bool] = mapped_column(server_default="true")
    vehicle_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Kinds of vehicle it is for, such as truck, tractor, bus; empty: all"
    )
    is_builtin: Mapped[bool] = mapped_column(server_default="false", comment="Comes with Motorpool")
    published_at: Mapped[datetime | None]
    published_by_user_id: Mapped[UUID | None] = reference("users")
    retired_at: Mapped[datetime | None]
    created_by_user_id: Mapped[UUID | None] = reference("users")


class InspectionFormItem(TenantModel, Timestamped):
    """A line of a form: what is looked at, how it is answered, and how bad it is when it fails."""

    __tablename__ = "inspection_form_items"
    __facts__ = TableFacts(search=("item_text", "item_key", "section"))
    __unique__ = ("form_id, item_key",)
    __indexes__ = ("form_id, position", "tenant_id, item_key", "tenant_id, created_at, id")
    __table_args__ = (
        one_of("kind", "check", "number", "text", "photo"),
        one_of("severity", "minor", "major", "critical"),
        CheckConstraint("minimum <= maximum", name="minimum_not_above_maximum"),
        {"comment": "Lines of an inspection form"},
    )

    form_id: Mapped[UUID] = reference("inspection_forms", cascade=True)
    position: Mapped[int] = mapped_column(server_default="1", comment="Place in the form, from 1")
    item_key: Mapped[str] = mapped_column(
        String(63), comment="The same in later versions and other forms: by it a known defect is found again"
    )
    section: Mapped[str | None] = mapped_column(String(100), comment="Heading that it stands under")
    item_text: Mapped[str] = mapped_column(String(255), comment="What is looked at")
    guidance: Mapped[str | None] = mapped_column(Text, comment="What to look for")
    kind: Mapped[str] = mapped_column(
        String(20),
        server_default="check",
        comment="check is OK, defect or not applicable; the others ask for a number, a text or a photo",
    )
    is_required: Mapped[bool] = mapped_column(server_default="true", comment="Must be answered")
    allows_na: Mapped[bool] = mapped_column(
        server_default="true", comment="May be answered by not applicable"
    )
    minimum: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 3), comment="A lower number is a defect, in the item's unit"
    )
    maximum: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 3), comment="A higher number is a defect, in the item's unit"
    )
    unit: Mapped[str | None] = mapped_column(String(20), comment="Of the number, such as mm, psi, percent")
    photo_on_failure: Mapped[bool] = mapped_column(
        server_default="false", comment="A defect must be shown in a photo"
    )
    severity: Mapped[str] = mapped_column(
        String(20), server_default="major", comment="Of a defect found here"
    )
    is_unsafe: Mapped[bool] = mapped_column(
        server_default="false", comment="A defect found here keeps the vehicle from being used"
    )
    vehicle_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Kinds of vehicle that have this, such as tractor, trailer; empty: all"
    )
