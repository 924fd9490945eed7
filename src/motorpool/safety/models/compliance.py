"""Papers that the law asks for, and safety meetings."""

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


class ComplianceDocument(TenantModel, Timestamped):
    """Regulatory compliance documentation."""

    __tablename__ = "compliance_documents"
    __facts__ = TableFacts(
        search=("document_type", "document_number", "issuing_authority"),
        polymorphic=(
            Polymorphic(
                "entity_type",
                "entity_id",
                {"vehicle": "vehicles", "driver": "drivers", "facility": "facilities", "vendor": "vendors"},
            ),
        ),
    )
    __indexes__ = (
        "tenant_id, document_type, status",
        "entity_type, entity_id, expiration_date",
        "expiration_date, status",
        "tenant_id, expiration_date",
        "tenant_id, entity_id",
        "tenant_id, issue_date DESC",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "active", "renewed"),
        CheckConstraint("expiration_date >= issue_date", name="expiration_follows_the_issue"),
        CheckConstraint("renewal_reminder_days >= 0", name="reminder_days_from_zero"),
        CheckConstraint("renewed_by_id <> id", name="a_document_does_not_renew_itself"),
        {"comment": "Regulatory compliance documentation"},
    )

    document_type: Mapped[str] = mapped_column(
        String(100),
        comment="Such as DOT_annual_review, OSHA_log, EPA_report, insurance_certificate, license, medical_card, "
        "registration, permit",
    )
    entity_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as fleet, vehicle, driver, facility; what the document is about"
    )
    entity_id: Mapped[UUID | None] = mapped_column(
        comment="The vehicle, driver, facility or vendor; null for the fleet"
    )
    document_number: Mapped[str | None] = mapped_column(String(100))
    issuing_authority: Mapped[str | None] = mapped_column(String(255))
    issue_date: Mapped[date | None]
    expiration_date: Mapped[date | None] = mapped_column(
        comment="Last day on which it is valid; null: for good"
    )
    renewal_required: Mapped[bool] = mapped_column(server_default="true")
    renewal_reminder_days: Mapped[int] = mapped_column(
        server_default="30", comment="Days before the expiry from which it counts as expiring soon"
    )
    status: Mapped[str] = mapped_column(
        String(20), server_default="active", comment="What was decided; current_status also knows the expiry"
    )
    document_url: Mapped[str | None] = mapped_column(Text)
    document_id: Mapped[UUID | None] = reference("documents", comment="The file, when it is kept here")
    renewed_by_id: Mapped[UUID | None] = reference(
        "compliance_documents", comment="The document that took its place"
    )
    verification_method: Mapped[str | None] = mapped_column(
        String(100), comment="Such as original_seen, online_check, phone_call, copy"
    )
    verified_by_user_id: Mapped[UUID | None] = reference("users")
    verified_at: Mapped[datetime | None]
    compliance_requirements: Mapped[str | None] = mapped_column(
        Text, comment="What the rule asks for, and where"
    )
    notes: Mapped[str | None] = mapped_column(Text)


class SafetyMeeting(TenantModel, Timestamped):
    """Safety meeting attendance and topics."""

    __tablename__ = "safety_meetings"
    __facts__ = TableFacts(
        search=("topic", "agenda", "minutes"),
        json_refs={
            "attendees[*].driver_id": "drivers",
            "attendees[*].user_id": "users",
            "action_items[*].assigned_to": "users",
            "quiz_results[*].driver_id": "drivers",
        },
    )
    __indexes__ = (
        "tenant_id, meeting_date DESC",
        "tenant_id, status, meeting_date",
        "tenant_id, meeting_type",
        "tenant_id, facilitator_user_id",
        "tenant_id, facility_id",
    )
    __table_args__ = (
        one_of("status", "scheduled", "held", "cancelled"),
        CheckConstraint("duration_minutes > 0", name="duration_minutes_above_zero"),
        CheckConstraint("quiz_pass_percent BETWEEN 1 AND 100", name="pass_mark_from_1_to_100_percent"),
        CheckConstraint("quiz_attempts > 0", name="at_least_one_attempt"),
        CheckConstraint("training_valid_months BETWEEN 1 AND 120", name="training_counts_1_to_120_months"),
        {"comment": "Safety meeting attendance and topics"},
    )

    meeting_date: Mapped[datetime]
    meeting_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as toolbox_talk, monthly_safety, incident_review, training"
    )
    topic: Mapped[str] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(20), server_default="scheduled")
    facilitator_user_id: Mapped[UUID | None] = reference("users", comment="Who leads it")
    facility_id: Mapped[UUID | None] = reference("facilities")
    incident_id: Mapped[UUID | None] = reference("incidents", comment="Incident that is reviewed")
    location: Mapped[str | None] = mapped_column(Text)
    duration_minutes: Mapped[int | None] = mapped_column(comment="Minutes")
    attendees: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{driver_id, user_id, signed, signature_url}]"
    )
    agenda: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[str | None] = mapped_column(Text, comment="What was said and decided")
    action_items: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{description, assigned_to, due_date, status}]"
    )
    handouts: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="URLs to documents")
    quiz_results: Mapped[Any | None] = mapped_column(JSONB, comment="[{driver_id, score, passed}]")
    quiz_pass_percent: Mapped[int | None] = mapped_column(
        comment="Percent of the questions that must be right; null: every result passes"
    )
    quiz_attempts: Mapped[int | None] = mapped_column(
        comment="How often one may try; null: until it is passed"
    )
    training_type: Mapped[str | None] = mapped_column(
        String(100),
        comment="Drivers who signed, and passed the quiz if there is one, get a training record of this type",
    )
    training_valid_months: Mapped[int | None] = mapped_column(
        comment="Months for which the training counts; null: for good"
    )
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    held_at: Mapped[datetime | None] = mapped_column(comment="When it was closed")
    held_by_user_id: Mapped[UUID | None] = reference("users")
