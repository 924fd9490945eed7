"""What came out when policies met reality: decisions and violations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text, text
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

#: Tables whose rows policies and workflows are about; the value is the table's own name.
GOVERNED = tuple(
    """
    vehicles drivers driver_assignments vehicle_reservations equipment users facilities vendors trips routes devices documents
    maintenance_records recurring_maintenance_schedules parts asset_transfers damage_reports
    incidents accident_reports safety_inspections driver_violations hours_of_service_logs compliance_documents
    insurance_policies insurance_claims defects expenses invoices purchase_orders budget_allocations fuel_transactions fuel_cards
    fuel_card_transactions policies policy_versions sop_documents training_modules training_assignments
    compliance_checklist_completions onboarding_progress api_tokens data_retention_policies
    """.split()
)
GOVERNED_RECORD = Polymorphic("record_type", "record_id", {table: table for table in GOVERNED})
RECORD_TYPE = "Table of the record, such as purchase_orders or driver_assignments"


class PolicyExecution(TenantModel):
    """One evaluation of a policy and what it decided."""

    __tablename__ = "policy_executions"
    __facts__ = TableFacts(
        rights="append",
        audited=False,
        reason="is itself a log",
        polymorphic=(GOVERNED_RECORD,),
    )
    __indexes__ = (
        "tenant_id, executed_at DESC",
        "tenant_id, policy_id, executed_at DESC",
        "tenant_id, decision",
        "tenant_id, user_id",
        "tenant_id, record_id",
    )
    __table_args__ = (
        one_of("decision", "allow", "deny", "warn", "require_approval"),
        one_of("enforcement_mode", "monitor", "human_in_loop", "autonomous"),
        CheckConstraint("confidence_score BETWEEN 0 AND 1", name="confidence_score_between_0_and_1"),
        {"comment": "Every decision of the policy engine, kept seven years"},
    )

    policy_id: Mapped[UUID] = reference("policies")
    policy_version_id: Mapped[UUID | None] = reference(
        "policy_versions", comment="null: none was published, so the answer is deny"
    )
    trigger_event: Mapped[str] = mapped_column(
        String(100), comment="What asked, such as driver_assignments.create or fuel_transactions.import"
    )
    record_type: Mapped[str | None] = mapped_column(String(63), comment=RECORD_TYPE)
    record_id: Mapped[UUID | None] = mapped_column(comment="The record that was judged")
    user_id: Mapped[UUID | None] = reference("users", comment="On whose behalf; null: the program")
    enforcement_mode: Mapped[str] = mapped_column(String(20), comment="As the policy said at that time")
    decision: Mapped[str] = mapped_column(String(20))
    was_enforced: Mapped[bool] = mapped_column(
        server_default="false", comment="The decision took effect; in monitor mode it is only recorded"
    )
    reasons: Mapped[Any | None] = mapped_column(
        JSONB, comment="Rules that spoke: a list of {rule, effect, message}"
    )
    facts: Mapped[Any | None] = mapped_column(JSONB, comment="The values that were judged")
    confidence_score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2), comment="0 to 1")
    error: Mapped[str | None] = mapped_column(Text, comment="Why a rule could not be evaluated; means deny")
    duration_ms: Mapped[int | None] = mapped_column(comment="Milliseconds")
    workflow_instance_id: Mapped[UUID | None] = reference(
        "workflow_instances", comment="The approval that it asked for"
    )
    executed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PolicyViolation(TenantModel, Timestamped):
    """Somebody or something did not keep to a policy."""

    __tablename__ = "policy_violations"
    __facts__ = TableFacts(
        search=("violation_number", "title", "description"), polymorphic=(GOVERNED_RECORD,)
    )
    __unique__ = ("violation_number",)
    __indexes__ = (
        "tenant_id, detected_at DESC",
        "tenant_id, status",
        "tenant_id, severity",
        "tenant_id, policy_id",
        "tenant_id, vehicle_id",
        "tenant_id, driver_id",
        "tenant_id, assigned_to_user_id",
        "tenant_id, due_on",
        "tenant_id, record_id",
    )
    __table_args__ = (
        one_of("severity", "low", "medium", "high", "critical"),
        one_of("status", "open", "investigating", "resolved", "dismissed"),
        {"comment": "Cases in which a policy was not kept"},
    )

    violation_number: Mapped[str] = mapped_column(String(50), comment="Such as PV-2026-00031")
    policy_id: Mapped[UUID] = reference("policies")
    policy_version_id: Mapped[UUID | None] = reference("policy_versions")
    policy_execution_id: Mapped[UUID | None] = reference(
        "policy_executions", comment="The decision that found it; null: reported by a person"
    )
    rule_name: Mapped[str | None] = mapped_column(String(100), comment="Rule of the version that was broken")
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(20), server_default="medium")
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    detected_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    detected_by: Mapped[str | None] = mapped_column(
        String(30), comment="Such as policy_engine, person, telematics, import, audit"
    )
    record_type: Mapped[str | None] = mapped_column(String(63), comment=RECORD_TYPE)
    record_id: Mapped[UUID | None] = mapped_column(comment="The record in which it showed")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    user_id: Mapped[UUID | None] = reference("users", comment="Who broke it, where that is no driver")
    details: Mapped[Any | None] = mapped_column(JSONB, comment="Measured and allowed values")
    assigned_to_user_id: Mapped[UUID | None] = reference("users", comment="Who looks into it")
    due_on: Mapped[date | None] = mapped_column(comment="To be settled by this day")
    escalated_at: Mapped[datetime | None]
    escalated_to_user_id: Mapped[UUID | None] = reference("users")
    corrective_action: Mapped[str | None] = mapped_column(
        Text, comment="What was done so that it does not happen again"
    )
    resolution: Mapped[str | None] = mapped_column(Text, comment="How it ended, or why it was dismissed")
    resolved_at: Mapped[datetime | None]
    resolved_by_user_id: Mapped[UUID | None] = reference("users")
    reported_by_user_id: Mapped[UUID | None] = reference("users", comment="null: found by the program")
