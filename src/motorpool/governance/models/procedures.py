"""Standard operating procedures: how a job is done, who must know it, who showed that they do."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference
from motorpool.governance.models.obligations import Obligation
from motorpool.governance.models.versions import one_in_force


class SopDocument(TenantModel, Timestamped):
    """One version of a procedure. All versions share the number; an approved one is not rewritten, a new one replaces it."""

    __tablename__ = "sop_documents"
    __facts__ = TableFacts(
        search=("sop_number", "title", "purpose", "content"), json_refs={"steps[*].document_id": "documents"}
    )
    __unique__ = ("sop_number, version_number",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, title, id",
        "tenant_id, category",
        "tenant_id, review_due_on",
        "tenant_id, owner_user_id",
        "tenant_id, department_id",
        "tenant_id, supersedes_sop_id",
        "tenant_id, document_id",
    )
    __table_args__ = (
        one_in_force("sop_documents", "sop_number", "approved"),
        one_of("status", "draft", "in_review", "approved", "retired"),
        CheckConstraint("version_number >= 1", name="version_number_at_least_1"),
        CheckConstraint("supersedes_sop_id <> id", name="procedure_does_not_supersede_itself"),
        CheckConstraint("passing_score_percent BETWEEN 0 AND 100", name="passing_score_between_0_and_100"),
        CheckConstraint("estimated_minutes > 0", name="estimated_minutes_above_0"),
        CheckConstraint("valid_months > 0", name="valid_months_above_0"),
        CheckConstraint("review_interval_months > 0", name="review_interval_months_above_0"),
        {"comment": "Standard operating procedures, a row for each version"},
    )

    sop_number: Mapped[str] = mapped_column(
        String(50), comment="Such as SOP-0007; the same for all versions of a procedure"
    )
    version_number: Mapped[int] = mapped_column(server_default="1")
    supersedes_sop_id: Mapped[UUID | None] = reference("sop_documents", comment="The version before this one")
    title: Mapped[str] = mapped_column(String(255))
    category: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as maintenance, inspection, fueling, charging, dispatch, emergency, yard, handover",
    )
    purpose: Mapped[str | None] = mapped_column(Text)
    scope: Mapped[str | None] = mapped_column(Text, comment="Where and when it applies, and where not")
    content: Mapped[str | None] = mapped_column(Text, comment="Introduction and background, in Markdown")
    steps: Mapped[Any | None] = mapped_column(
        JSONB,
        comment="A list of {number, title, instruction, caution, minutes, document_id, needs_photo, needs_signature}",
    )
    safety_notes: Mapped[str | None] = mapped_column(Text)
    required_ppe: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Protective equipment, such as gloves, goggles, high_visibility_vest"
    )
    required_tools: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    vehicle_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Kinds of vehicle that it is for, such as bus, truck; null: all"
    )
    estimated_minutes: Mapped[int | None] = mapped_column(
        comment="Minutes that it takes when nothing goes wrong"
    )
    document_id: Mapped[UUID | None] = reference("documents", comment="Printed form, drawing or manual")
    regulation_reference: Mapped[str | None] = mapped_column(
        String(255), comment="Law or standard behind it, such as 29 CFR 1910.147"
    )
    quiz: Mapped[Any | None] = mapped_column(JSONB, comment="Questions after reading; null: none")
    passing_score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Share of the quiz that must be right, in percent"
    )
    requires_observation: Mapped[bool] = mapped_column(
        server_default="false", comment="Somebody must have watched it done and signed"
    )
    valid_months: Mapped[int | None] = mapped_column(
        comment="Months after which it must be shown again; null: never"
    )
    effective_from: Mapped[date | None]
    review_interval_months: Mapped[int | None] = mapped_column(comment="Months between two reviews")
    review_due_on: Mapped[date | None]
    department_id: Mapped[UUID | None] = reference("departments", comment="null: the whole organisation")
    owner_user_id: Mapped[UUID | None] = reference("users", comment="Who answers questions and reviews it")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    approved_by_user_id: Mapped[UUID | None] = reference("users")
    approved_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class SopAssignment(Obligation):
    """That a person must master a procedure, and by when."""

    __tablename__ = "sop_assignments"
    __unique__ = ("sop_id, user_id",)
    __table_args__ = (
        one_of("status", "assigned", "waived"),
        {"comment": "Who must master which procedure by when"},
    )

    sop_id: Mapped[UUID] = reference("sop_documents", cascade=True)
    user_id: Mapped[UUID] = reference("users", comment="Who must master it")
    due_on: Mapped[date] = mapped_column(comment="Last day for the first completion")
    reason: Mapped[str | None] = mapped_column(
        String(50), comment="Such as hire, new_procedure, new_version, transfer, incident"
    )


class SopCompletion(TenantModel, Timestamped):
    """That a person read, or showed, a procedure; counts once it was signed off, where that is demanded."""

    __tablename__ = "sop_completions"
    __facts__ = TableFacts(audit_redact=("signature",))
    __indexes__ = (
        "tenant_id, completed_at DESC",
        "tenant_id, sop_id, user_id",
        "tenant_id, user_id",
        "tenant_id, status",
        "tenant_id, expires_on",
        "tenant_id, vehicle_id",
    )
    __table_args__ = (
        one_of("status", "submitted", "signed_off", "rejected"),
        CheckConstraint("quiz_score_percent BETWEEN 0 AND 100", name="quiz_score_percent_between_0_and_100"),
        CheckConstraint("duration_minutes >= 0", name="duration_minutes_not_negative"),
        {"comment": "Who read or showed which procedure when, and who signed it off"},
    )

    sop_id: Mapped[UUID] = reference("sop_documents")
    user_id: Mapped[UUID] = reference("users", comment="Who read or showed it")
    completed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    method: Mapped[str] = mapped_column(
        String(30), server_default="read", comment="Such as read, quiz, observed, performed_on_job"
    )
    duration_minutes: Mapped[int | None] = mapped_column(comment="Minutes")
    quiz_answers: Mapped[Any | None] = mapped_column(JSONB, comment="A list of {question, answer}")
    quiz_score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Share of right answers, in percent"
    )
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="On which it was shown")
    signed_name: Mapped[str | None] = mapped_column(String(255))
    signature: Mapped[str | None] = mapped_column(Text, comment="Drawn signature as an SVG path")
    notes: Mapped[str | None] = mapped_column(Text)
    expires_on: Mapped[date | None] = mapped_column(comment="Last day on which it counts; null: for ever")
    status: Mapped[str] = mapped_column(String(20), server_default="submitted")
    reviewed_by_user_id: Mapped[UUID | None] = reference("users", comment="Who watched it and signed it off")
    reviewed_at: Mapped[datetime | None]
    review_comment: Mapped[str | None] = mapped_column(Text)
    recorded_by_user_id: Mapped[UUID | None] = reference("users", comment="Who entered it")
