"""Policies: what is demanded, in which words, of whom, and who has read it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference
from motorpool.governance.models.obligations import Obligation
from motorpool.governance.models.versions import one_in_force

AUDIENCE = (
    "Whom it is for: {everyone, users, roles, departments, facilities, vehicle_types}; null: nobody yet"
)
AUDIENCE_REFS = {
    "applies_to.users[*]": "users",
    "applies_to.departments[*]": "departments",
    "applies_to.facilities[*]": "facilities",
}


class Policy(TenantModel, Timestamped):
    """A rule of the organisation. Its words and conditions stand in its versions."""

    __tablename__ = "policies"
    __facts__ = TableFacts(
        search=("policy_number", "title", "description", "regulation_reference"), json_refs=AUDIENCE_REFS
    )
    __unique__ = ("policy_number",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, title, id",
        "tenant_id, category",
        "tenant_id, review_due_on",
        "tenant_id, effective_from",
        "tenant_id, owner_user_id",
        "tenant_id, department_id",
    )
    __table_args__ = (
        one_of("status", "draft", "testing", "approved", "active", "deprecated", "archived"),
        one_of("enforcement_mode", "monitor", "human_in_loop", "autonomous"),
        one_of("severity", "low", "medium", "high", "critical"),
        CheckConstraint(
            "effective_until >= effective_from", name="effective_until_not_before_effective_from"
        ),
        CheckConstraint("confidence_score BETWEEN 0 AND 1", name="confidence_score_between_0_and_1"),
        CheckConstraint("acknowledgment_due_days >= 0", name="acknowledgment_due_days_not_negative"),
        CheckConstraint("acknowledgment_valid_days > 0", name="acknowledgment_valid_days_above_0"),
        CheckConstraint("review_interval_months > 0", name="review_interval_months_above_0"),
        {"comment": "Rules of the organisation: what is demanded, of whom, and how strictly it is enforced"},
    )

    policy_number: Mapped[str] = mapped_column(String(50), comment="Such as POL-0012")
    title: Mapped[str] = mapped_column(String(255))
    category: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as preventive_maintenance, approval, fuel, vehicle_assignment, driver_qualification, safety, "
        "data_access, operations, personal_use, conduct",
    )
    description: Mapped[str | None] = mapped_column(Text, comment="What it is for, in a few sentences")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    enforcement_mode: Mapped[str] = mapped_column(
        String(20),
        server_default="monitor",
        comment="monitor: only recorded; human_in_loop: a person decides; autonomous: the program acts",
    )
    severity: Mapped[str] = mapped_column(
        String(20), server_default="medium", comment="How grave a violation is, unless a rule says otherwise"
    )
    applies_to: Mapped[Any | None] = mapped_column(JSONB, comment=AUDIENCE)
    owner_user_id: Mapped[UUID | None] = reference("users", comment="Who answers questions and reviews it")
    department_id: Mapped[UUID | None] = reference("departments", comment="null: the whole organisation")
    regulation_reference: Mapped[str | None] = mapped_column(
        String(255), comment="Law or standard behind it, such as 49 CFR 382.601"
    )
    effective_from: Mapped[date | None] = mapped_column(comment="First day on which it applies")
    effective_until: Mapped[date | None] = mapped_column(comment="Last day; null: until further notice")
    review_interval_months: Mapped[int | None] = mapped_column(comment="Months between two reviews")
    last_reviewed_on: Mapped[date | None]
    review_due_on: Mapped[date | None]
    requires_acknowledgment: Mapped[bool] = mapped_column(
        server_default="true", comment="People whom it is for must confirm that they have read it"
    )
    acknowledgment_due_days: Mapped[int] = mapped_column(
        server_default="14", comment="Days to acknowledge after being asked"
    )
    acknowledgment_valid_days: Mapped[int | None] = mapped_column(
        comment="Days after which it must be acknowledged again, such as 365; null: never"
    )
    blocks_assignment: Mapped[bool] = mapped_column(
        server_default="false", comment="A driver who has not acknowledged it gets no vehicle"
    )
    requires_dual_control: Mapped[bool] = mapped_column(
        server_default="false", comment="Two people must agree before the program acts"
    )
    requires_mfa: Mapped[bool] = mapped_column(
        server_default="false", comment="Whoever agrees must have confirmed a second factor"
    )
    confidence_score: Mapped[Decimal] = mapped_column(
        Numeric(3, 2),
        server_default="0.85",
        comment="How sure an automatic finding must be before the program acts, 0 to 1",
    )
    created_by_user_id: Mapped[UUID | None] = reference("users")
    approved_by_user_id: Mapped[UUID | None] = reference("users")
    approved_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    deprecated_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]


class PolicyVersion(TenantModel, Timestamped):
    """The words and conditions of a policy. Once published they never change, so that an acknowledgement keeps its meaning."""

    __tablename__ = "policy_versions"
    __facts__ = TableFacts(search=("title", "content", "change_summary"))
    __unique__ = ("policy_id, version_number",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, effective_from",
        "tenant_id, created_at DESC",
        "tenant_id, document_id",
    )
    __table_args__ = (
        one_in_force("policy_versions", "policy_id", "published"),
        one_of("status", "draft", "in_review", "published", "superseded"),
        CheckConstraint("version_number >= 1", name="version_number_at_least_1"),
        CheckConstraint("passing_score_percent BETWEEN 0 AND 100", name="passing_score_between_0_and_100"),
        {"comment": "Texts of policies; at most one of each is published"},
    )

    policy_id: Mapped[UUID] = reference("policies", cascade=True)
    version_number: Mapped[int] = mapped_column(comment="1, 2, 3 ...")
    title: Mapped[str] = mapped_column(String(255))
    content: Mapped[str] = mapped_column(Text, comment="The text, in Markdown")
    change_summary: Mapped[str | None] = mapped_column(Text, comment="What differs from the version before")
    document_id: Mapped[UUID | None] = reference("documents", comment="The signed or printed form")
    rules: Mapped[Any | None] = mapped_column(
        JSONB, comment="What the program evaluates: a list of {name, applies_to, condition, effect, message}"
    )
    quiz: Mapped[Any | None] = mapped_column(
        JSONB, comment="Questions to answer when acknowledging; null: none"
    )
    passing_score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Share of the quiz that must be right, in percent; null: no quiz is needed"
    )
    requires_new_acknowledgment: Mapped[bool] = mapped_column(
        server_default="true", comment="Those who acknowledged an earlier version must do so again"
    )
    effective_from: Mapped[date | None] = mapped_column(comment="First day on which these words apply")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    published_by_user_id: Mapped[UUID | None] = reference("users")
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]


class PolicyAssignment(Obligation):
    """That a person must acknowledge a policy, and by when."""

    __tablename__ = "policy_assignments"
    __unique__ = ("policy_id, user_id",)
    __table_args__ = (
        one_of("status", "assigned", "waived"),
        {"comment": "Who must acknowledge which policy by when"},
    )

    policy_id: Mapped[UUID] = reference("policies", cascade=True)
    user_id: Mapped[UUID] = reference("users", comment="Who must acknowledge it")
    due_on: Mapped[date] = mapped_column(comment="Last day for the first acknowledgement")
    reason: Mapped[str | None] = mapped_column(
        String(50), comment="Such as hire, new_policy, new_version, transfer, incident"
    )


class PolicyAcknowledgment(TenantModel):
    """That a person confirmed one version of a policy. Evidence: never changed, never deleted."""

    __tablename__ = "policy_acknowledgments"
    __facts__ = TableFacts(rights="append", audit_redact=("signature",))
    __indexes__ = (
        "tenant_id, policy_version_id",
        "tenant_id, user_id, acknowledged_at DESC",
        "tenant_id, acknowledged_at DESC",
    )
    __table_args__ = (
        CheckConstraint("quiz_score_percent BETWEEN 0 AND 100", name="quiz_score_percent_between_0_and_100"),
        {"comment": "Who confirmed which version of a policy when"},
    )

    policy_version_id: Mapped[UUID] = reference("policy_versions")
    user_id: Mapped[UUID] = reference("users", comment="Who confirms it")
    acknowledged_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    method: Mapped[str] = mapped_column(
        String(30), server_default="electronic", comment="Such as electronic, paper, in_person"
    )
    signed_name: Mapped[str | None] = mapped_column(
        String(255), comment="The name as it was typed or written"
    )
    signature: Mapped[str | None] = mapped_column(Text, comment="Drawn signature as an SVG path")
    document_id: Mapped[UUID | None] = reference("documents", comment="The signed form, where it is on paper")
    quiz_answers: Mapped[Any | None] = mapped_column(JSONB, comment="A list of {question, answer}")
    quiz_score_percent: Mapped[Decimal | None] = mapped_column(
        Numeric(5, 2), comment="Share of right answers, in percent"
    )
    comment: Mapped[str | None] = mapped_column(Text)
    recorded_by_user_id: Mapped[UUID | None] = reference(
        "users", comment="Who entered it; somebody else where the form is on paper"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
