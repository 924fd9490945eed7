"""Compliance checklists: what has to be looked at regularly, and each time that it was."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference
from motorpool.governance.models.versions import one_in_force


class ComplianceChecklist(TenantModel, Timestamped):
    """A list of things to check, of a vehicle, a driver, a facility or the organisation."""

    __tablename__ = "compliance_checklists"
    __facts__ = TableFacts(
        search=("checklist_code", "name", "description", "regulation_reference"),
        json_refs={"items[*].sop_id": "sop_documents"},
    )
    __unique__ = ("checklist_code, version_number",)
    __indexes__ = (
        "tenant_id, name, id",
        "tenant_id, status",
        "tenant_id, category",
        "tenant_id, subject_type",
        "tenant_id, owner_user_id",
    )
    __table_args__ = (
        one_in_force("compliance_checklists", "checklist_code", "active"),
        one_of("status", "draft", "active", "retired"),
        one_of("subject_type", "vehicle", "driver", "facility", "organisation"),
        CheckConstraint("version_number >= 1", name="version_number_at_least_1"),
        CheckConstraint("interval_days > 0", name="interval_days_above_0"),
        CheckConstraint("valid_days > 0", name="valid_days_above_0"),
        CheckConstraint("due_days >= 0", name="due_days_not_negative"),
        CheckConstraint("passing_score_percent BETWEEN 0 AND 100", name="passing_score_between_0_and_100"),
        {"comment": "Lists of things to check, a row for each version"},
    )

    checklist_code: Mapped[str] = mapped_column(
        String(50), comment="Short code, such as DQ-FILE; the same for all versions"
    )
    version_number: Mapped[int] = mapped_column(server_default="1")
    name: Mapped[str] = mapped_column(String(255))
    category: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as dot, osha, epa, driver_file, vehicle_handover, facility, fuel_site, security",
    )
    description: Mapped[str | None] = mapped_column(Text)
    subject_type: Mapped[str] = mapped_column(
        String(20), server_default="organisation", comment="What is checked each time"
    )
    items: Mapped[Any] = mapped_column(
        JSONB,
        comment="A list of {key, question, answer_kind, is_required, is_critical, choices, min, max, unit, help, sop_id}",
    )
    interval_days: Mapped[int | None] = mapped_column(
        comment="Days between two checks; null: when somebody asks"
    )
    due_days: Mapped[int] = mapped_column(
        server_default="7", comment="Days to finish a check after it was asked for"
    )
    valid_days: Mapped[int | None] = mapped_column(
        comment="Days for which a passed check counts; null: for ever"
    )
    passing_score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2),
        comment="Share of items that must pass, in percent; a failed critical item fails the check",
    )
    requires_signature: Mapped[bool] = mapped_column(server_default="false")
    requires_review: Mapped[bool] = mapped_column(
        server_default="false", comment="Somebody else must approve each check"
    )
    regulation_reference: Mapped[str | None] = mapped_column(
        String(255), comment="Law or standard behind it, such as 49 CFR 391.51"
    )
    owner_user_id: Mapped[UUID | None] = reference("users")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class ComplianceChecklistCompletion(TenantModel, Timestamped):
    """One check: asked for, filled in, signed, approved."""

    __tablename__ = "compliance_checklist_completions"
    __facts__ = TableFacts(
        search=("completion_number", "notes"),
        json_refs={"answers[*].document_id": "documents"},
        audit_redact=("signature",),
    )
    __unique__ = ("completion_number",)
    __indexes__ = (
        "tenant_id, due_on",
        "tenant_id, created_at DESC",
        "tenant_id, submitted_at DESC",
        "tenant_id, status",
        "tenant_id, checklist_id",
        "tenant_id, vehicle_id",
        "tenant_id, driver_id",
        "tenant_id, facility_id",
        "tenant_id, assigned_to_user_id",
    )
    __table_args__ = (
        one_of("status", "assigned", "in_progress", "submitted", "approved", "rejected", "cancelled"),
        CheckConstraint(
            "num_nonnulls(vehicle_id, driver_id, facility_id) <= 1",
            name="about_one_of_them",
        ),
        CheckConstraint("score_percent BETWEEN 0 AND 100", name="score_between_0_and_100"),
        {"comment": "Checks that were asked for or done, with their answers"},
    )

    completion_number: Mapped[str] = mapped_column(String(50), comment="Such as CHK-2026-00044")
    checklist_id: Mapped[UUID] = reference("compliance_checklists")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    facility_id: Mapped[UUID | None] = reference("facilities")
    assigned_to_user_id: Mapped[UUID | None] = reference("users", comment="Who is to do it")
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), server_default="assigned")
    answers: Mapped[Any | None] = mapped_column(
        JSONB, comment="A list of {key, value, passed, note, document_id}, one for each item"
    )
    passed: Mapped[bool | None] = mapped_column(comment="null: not yet judged")
    score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Share of items that passed, percent"
    )
    notes: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by_user_id: Mapped[UUID | None] = reference("users")
    signed_name: Mapped[str | None] = mapped_column(String(255))
    signature: Mapped[str | None] = mapped_column(Text, comment="Drawn signature as an SVG path")
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    reviewed_at: Mapped[datetime | None]
    review_comment: Mapped[str | None] = mapped_column(Text)
    valid_until: Mapped[date | None] = mapped_column(comment="Last day for which it counts; null: for ever")
    requested_by_user_id: Mapped[UUID | None] = reference("users", comment="null: by the schedule")
