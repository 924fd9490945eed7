"""Training: modules, who must take them, what came out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Numeric, String, Text, Uuid, text
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
from motorpool.governance.models.policies import AUDIENCE, AUDIENCE_REFS

#: What can be the reason of a training: value of `record_type` -> table.
CAUSES = (
    "incidents accident_reports driver_violations driver_behavior_events policy_violations safety_inspections "
    "onboarding_progress"
).split()


class TrainingModule(TenantModel, Timestamped):
    """A course: what is taught, how it is tested, how long it counts."""

    __tablename__ = "training_modules"
    __facts__ = TableFacts(
        search=("module_code", "title", "description", "regulation_reference"),
        ref_arrays={"prerequisite_module_ids": "training_modules"},
        json_refs={**AUDIENCE_REFS, "materials[*].document_id": "documents"},
    )
    __unique__ = ("module_code",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, title, id",
        "tenant_id, category",
        "tenant_id, owner_user_id",
        "tenant_id, provider_vendor_id",
    )
    __table_args__ = (
        one_of("status", "draft", "active", "retired"),
        CheckConstraint("passing_score_percent BETWEEN 0 AND 100", name="passing_score_between_0_and_100"),
        CheckConstraint("duration_minutes > 0", name="duration_minutes_above_0"),
        CheckConstraint("max_attempts > 0", name="max_attempts_above_0"),
        CheckConstraint("valid_months > 0", name="valid_months_above_0"),
        CheckConstraint("due_days >= 0", name="due_days_not_negative"),
        CheckConstraint("cost_per_person >= 0", name="cost_per_person_not_negative"),
        {"comment": "Courses: content, quiz, passing score, validity and renewal"},
    )

    module_code: Mapped[str] = mapped_column(String(50), comment="Short code, such as DEF-101")
    title: Mapped[str] = mapped_column(String(255))
    category: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as defensive_driving, hazmat, hours_of_service, drug_alcohol, forklift, winter_driving, security, "
        "first_aid, technician, entry_level_driver",
    )
    description: Mapped[str | None] = mapped_column(Text)
    objectives: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="What one can do afterwards")
    delivery_method: Mapped[str | None] = mapped_column(
        String(30), comment="Such as online, classroom, on_road, simulator, toolbox_talk"
    )
    provider_vendor_id: Mapped[UUID | None] = reference("vendors", comment="null: given in-house")
    duration_minutes: Mapped[int | None] = mapped_column(comment="Minutes")
    materials: Mapped[Any | None] = mapped_column(
        JSONB, comment="A list of {title, kind, document_id, url, minutes}"
    )
    quiz: Mapped[Any | None] = mapped_column(JSONB, comment="Questions of the test; null: none")
    passing_score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2),
        server_default="80",
        comment="Share that must be right, in percent; null: attending is enough",
    )
    max_attempts: Mapped[int | None] = mapped_column(comment="null: as often as one likes")
    prerequisite_module_ids: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(Uuid), comment="Modules to be passed first"
    )
    applies_to: Mapped[Any | None] = mapped_column(JSONB, comment=AUDIENCE)
    is_mandatory: Mapped[bool] = mapped_column(server_default="false")
    due_days: Mapped[int] = mapped_column(
        server_default="30", comment="Days to finish it after being assigned"
    )
    valid_months: Mapped[int | None] = mapped_column(
        comment="Months after which it must be taken again; null: never"
    )
    renewal_notice_days: Mapped[int] = mapped_column(
        server_default="30", comment="Days before the end at which a renewal is assigned"
    )
    blocks_assignment: Mapped[bool] = mapped_column(
        server_default="false", comment="A driver for whom it is missing or expired gets no vehicle"
    )
    issues_certificate: Mapped[bool] = mapped_column(server_default="true")
    regulation_reference: Mapped[str | None] = mapped_column(
        String(255), comment="Law or standard behind it, such as 49 CFR 380.503"
    )
    cost_per_person: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 2), comment="In the organisation's currency"
    )
    owner_user_id: Mapped[UUID | None] = reference("users")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class TrainingAssignment(TenantModel, Timestamped):
    """That somebody must take a module by a day."""

    __tablename__ = "training_assignments"
    __facts__ = TableFacts(
        polymorphic=(Polymorphic("record_type", "record_id", {table: table for table in CAUSES}),)
    )
    __indexes__ = (
        "tenant_id, due_on",
        "tenant_id, module_id",
        "tenant_id, driver_id",
        "tenant_id, user_id",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "assigned", "in_progress", "completed", "waived", "cancelled"),
        one_of("priority", "low", "normal", "high", "urgent"),
        CheckConstraint("user_id IS NOT NULL OR driver_id IS NOT NULL", name="somebody_is_assigned"),
        CheckConstraint("progress_percent BETWEEN 0 AND 100", name="progress_percent_between_0_and_100"),
        {"comment": "Who must take which module by when"},
    )

    module_id: Mapped[UUID] = reference("training_modules")
    driver_id: Mapped[UUID | None] = reference("drivers", comment="The driver who takes it")
    user_id: Mapped[UUID | None] = reference(
        "users", comment="The employee who takes it, where that is no driver"
    )
    due_on: Mapped[date]
    priority: Mapped[str] = mapped_column(String(20), server_default="normal")
    reason: Mapped[str | None] = mapped_column(
        String(50), comment="Such as hire, renewal, incident, violation, coaching, new_vehicle, annual"
    )
    record_type: Mapped[str | None] = mapped_column(
        String(63), comment=f"Table of the record that is the reason: {', '.join(CAUSES)}"
    )
    record_id: Mapped[UUID | None] = mapped_column(comment="The record that is the reason")
    instructions: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), server_default="assigned")
    progress_percent: Mapped[int] = mapped_column(server_default="0")
    assigned_by_user_id: Mapped[UUID | None] = reference("users", comment="null: by the program")
    assigned_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_reminded_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    closing_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was waived or cancelled")
    closed_by_user_id: Mapped[UUID | None] = reference("users", comment="Who waived or cancelled it")


class TrainingCompletion(TenantModel, Timestamped):
    """One attempt at a module and its result; a passed one is a certificate."""

    __tablename__ = "training_completions"
    __facts__ = TableFacts(search=("certificate_number", "instructor_name", "notes"))
    __unique__ = ("certificate_number",)
    __indexes__ = (
        "tenant_id, completed_at DESC",
        "tenant_id, expires_on",
        "tenant_id, module_id",
        "tenant_id, driver_id",
        "tenant_id, user_id",
        "tenant_id, training_assignment_id",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "recorded", "verified", "revoked"),
        CheckConstraint("user_id IS NOT NULL OR driver_id IS NOT NULL", name="somebody_took_it"),
        CheckConstraint("score_percent BETWEEN 0 AND 100", name="score_between_0_and_100"),
        CheckConstraint("completed_at >= started_at", name="completed_at_not_before_started_at"),
        CheckConstraint("attempt_number >= 1", name="attempt_number_at_least_1"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        {"comment": "Results of training, with certificates and their validity"},
    )

    certificate_number: Mapped[str] = mapped_column(String(50), comment="Such as CERT-2026-00107")
    module_id: Mapped[UUID] = reference("training_modules")
    training_assignment_id: Mapped[UUID | None] = reference("training_assignments")
    driver_id: Mapped[UUID | None] = reference("drivers")
    user_id: Mapped[UUID | None] = reference("users")
    attempt_number: Mapped[int] = mapped_column(server_default="1")
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime]
    passed: Mapped[bool]
    score_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Percent")
    quiz_answers: Mapped[Any | None] = mapped_column(JSONB, comment="A list of {question, answer}")
    hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 1), comment="Hours of instruction")
    instructor_user_id: Mapped[UUID | None] = reference("users")
    instructor_name: Mapped[str | None] = mapped_column(
        String(255), comment="Where it is somebody from outside"
    )
    location: Mapped[str | None] = mapped_column(String(255))
    expires_on: Mapped[date | None] = mapped_column(comment="Last day on which it counts; null: for ever")
    certificate_document_id: Mapped[UUID | None] = reference("documents")
    cost: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), comment="In the organisation's currency")
    notes: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), server_default="recorded")
    verified_by_user_id: Mapped[UUID | None] = reference("users")
    verified_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revocation_reason: Mapped[str | None] = mapped_column(Text)
    recorded_by_user_id: Mapped[UUID | None] = reference("users")
