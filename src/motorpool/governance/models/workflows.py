"""Workflows: in which steps a record is decided on, and by whom."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference
from motorpool.governance.models.enforcement import GOVERNED_RECORD, RECORD_TYPE
from motorpool.governance.models.versions import one_in_force


class WorkflowDefinition(TenantModel, Timestamped):
    """The steps for one kind of record. An active version is not rewritten: instances under way keep theirs."""

    __tablename__ = "workflow_definitions"
    __facts__ = TableFacts(
        search=("workflow_code", "name", "description"),
        json_refs={"steps[*].approver_user_id": "users", "steps[*].escalate_to_user_id": "users"},
    )
    __unique__ = ("workflow_code, version_number",)
    __indexes__ = (
        "tenant_id, name, id",
        "tenant_id, status",
        "tenant_id, record_type",
        "tenant_id, owner_user_id",
    )
    __table_args__ = (
        one_in_force("workflow_definitions", "workflow_code", "active"),
        one_of("status", "draft", "active", "retired"),
        one_of("trigger_kind", "manual", "created", "updated", "moved"),
        CheckConstraint("version_number >= 1", name="version_number_at_least_1"),
        CheckConstraint("due_hours > 0", name="due_hours_above_0"),
        {"comment": "Steps in which records are decided on, a row for each version"},
    )

    workflow_code: Mapped[str] = mapped_column(
        String(50), comment="Short code, such as PO-APPROVAL; the same for all versions"
    )
    version_number: Mapped[int] = mapped_column(server_default="1")
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    record_type: Mapped[str] = mapped_column(
        String(63), comment="Table that it is for, such as purchase_orders or maintenance_records"
    )
    trigger_kind: Mapped[str] = mapped_column(
        String(20), server_default="manual", comment="What starts it: a person, or what happens to the record"
    )
    trigger_condition: Mapped[str | None] = mapped_column(
        String(500),
        comment="Only records that this filter finds, as in a list's address: total_amount__gte=500",
    )
    steps: Mapped[Any] = mapped_column(
        JSONB,
        comment="A list of {key, name, kind, approver_user_id, approver_role, approver_field, approvals_needed, "
        "due_hours, escalate_to_user_id, escalate_to_role, on_reject, condition}",
    )
    due_hours: Mapped[int | None] = mapped_column(comment="Hours until everything should be decided")
    forbids_own_approval: Mapped[bool] = mapped_column(
        server_default="true", comment="Whoever started it must not approve it"
    )
    owner_user_id: Mapped[UUID | None] = reference("users")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class WorkflowInstance(TenantModel, Timestamped):
    """One record on its way through a workflow."""

    __tablename__ = "workflow_instances"
    __facts__ = TableFacts(search=("instance_number", "title"), polymorphic=(GOVERNED_RECORD,))
    __unique__ = ("instance_number",)
    __indexes__ = (
        "tenant_id, started_at DESC",
        "tenant_id, due_at",
        "tenant_id, status",
        "tenant_id, workflow_definition_id",
        "tenant_id, record_id",
        "tenant_id, started_by_user_id",
        "tenant_id, vehicle_id",
    )
    __table_args__ = (
        one_of("status", "running", "on_hold", "approved", "rejected", "cancelled"),
        one_of("priority", "low", "normal", "high", "urgent"),
        {"comment": "Records that are being decided on, or were"},
    )

    instance_number: Mapped[str] = mapped_column(String(50), comment="Such as WF-2026-00012")
    workflow_definition_id: Mapped[UUID] = reference("workflow_definitions")
    title: Mapped[str] = mapped_column(String(255), comment="What is to be decided, in one line")
    record_type: Mapped[str] = mapped_column(String(63), comment=RECORD_TYPE)
    record_id: Mapped[UUID] = mapped_column(comment="The record that is decided on")
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="The vehicle that it is about, if any")
    amount: Mapped[Decimal | None] = mapped_column(
        Numeric(15, 2), comment="Money at stake, in the organisation's currency; approval limits look at it"
    )
    priority: Mapped[str] = mapped_column(String(20), server_default="normal")
    status: Mapped[str] = mapped_column(String(20), server_default="running")
    current_step_key: Mapped[str | None] = mapped_column(
        String(50), comment="Key of the step that it waits in; null: over"
    )
    context: Mapped[Any | None] = mapped_column(JSONB, comment="Values that the steps look at")
    started_by_user_id: Mapped[UUID | None] = reference("users", comment="null: by the program")
    started_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome_comment: Mapped[str | None] = mapped_column(
        Text, comment="Why it was rejected, held or cancelled"
    )


class WorkflowApproval(TenantModel, Timestamped):
    """One decision that a person or a role is asked for."""

    __tablename__ = "workflow_approvals"
    __indexes__ = (
        "tenant_id, due_at",
        "tenant_id, requested_at DESC",
        "tenant_id, workflow_instance_id, position",
        "tenant_id, approver_user_id, status",
        "tenant_id, approver_role, status",
        "tenant_id, delegated_to_user_id",
        "tenant_id, escalated_to_user_id",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "pending", "approved", "rejected", "skipped"),
        CheckConstraint(
            "approver_user_id IS NOT NULL OR approver_role IS NOT NULL", name="a_person_or_a_role_is_asked"
        ),
        CheckConstraint("delegated_to_user_id <> approver_user_id", name="delegated_to_somebody_else"),
        {"comment": "Decisions that people are asked for, and what they said"},
    )

    workflow_instance_id: Mapped[UUID] = reference("workflow_instances", cascade=True)
    step_key: Mapped[str] = mapped_column(String(50), comment="Key of the step in the definition")
    step_name: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(
        server_default="0", comment="Order of the steps; equal ones run side by side"
    )
    approver_user_id: Mapped[UUID | None] = reference("users", comment="Who is asked")
    approver_role: Mapped[str | None] = mapped_column(
        String(100), comment="Name of the role that is asked: whoever of it comes first decides"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    requested_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    due_at: Mapped[datetime | None] = mapped_column(comment="From then on it is escalated")
    reminded_at: Mapped[datetime | None]
    delegated_to_user_id: Mapped[UUID | None] = reference("users", comment="Who decides instead")
    delegated_by_user_id: Mapped[UUID | None] = reference("users")
    delegated_at: Mapped[datetime | None]
    escalated_to_user_id: Mapped[UUID | None] = reference("users", comment="Who may decide since it was late")
    escalated_at: Mapped[datetime | None]
    decided_by_user_id: Mapped[UUID | None] = reference("users")
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(Text, comment="Why it was decided so")
