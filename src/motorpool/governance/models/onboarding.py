"""Onboarding: what a new driver, employee, vehicle or vendor goes through, and how far each of them is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference
from motorpool.governance.models.versions import one_in_force


class OnboardingChecklist(TenantModel, Timestamped):
    """The plan: steps, who does them, and how long after the start each is due."""

    __tablename__ = "onboarding_checklists"
    __facts__ = TableFacts(
        search=("name", "description"),
        json_refs={
            "steps[*].policy_id": "policies",
            "steps[*].sop_id": "sop_documents",
            "steps[*].training_module_id": "training_modules",
            "steps[*].checklist_id": "compliance_checklists",
        },
    )
    __unique__ = ("name, version_number",)
    __indexes__ = (
        "tenant_id, status",
        "tenant_id, onboarding_for",
        "tenant_id, department_id",
        "tenant_id, owner_user_id",
    )
    __table_args__ = (
        one_in_force("onboarding_checklists", "name", "active"),
        one_of("status", "draft", "active", "retired"),
        one_of("onboarding_for", "driver", "employee", "vehicle", "vendor"),
        CheckConstraint("version_number >= 1", name="version_number_at_least_1"),
        CheckConstraint("duration_days > 0", name="duration_days_above_0"),
        {"comment": "Plans for taking in drivers, employees, vehicles and vendors"},
    )

    name: Mapped[str] = mapped_column(String(255))
    version_number: Mapped[int] = mapped_column(server_default="1")
    description: Mapped[str | None] = mapped_column(Text)
    onboarding_for: Mapped[str] = mapped_column(String(20), server_default="driver")
    department_id: Mapped[UUID | None] = reference("departments", comment="null: the whole organisation")
    role_name: Mapped[str | None] = mapped_column(
        String(100), comment="Role that the new person gets, such as driver or technician"
    )
    steps: Mapped[Any] = mapped_column(
        JSONB,
        comment="A list of {key, title, instructions, kind, owner_role, due_days, is_required, policy_id, sop_id, "
        "training_module_id, checklist_id}",
    )
    duration_days: Mapped[int] = mapped_column(
        server_default="30", comment="Days from the start to the end of the plan"
    )
    owner_user_id: Mapped[UUID | None] = reference("users")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    created_by_user_id: Mapped[UUID | None] = reference("users")
    activated_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class OnboardingProgress(TenantModel, Timestamped):
    """One newcomer on the way through a plan."""

    __tablename__ = "onboarding_progress"
    __facts__ = TableFacts(search=("title", "notes"))
    __indexes__ = (
        "tenant_id, due_on",
        "tenant_id, starts_on",
        "tenant_id, status",
        "tenant_id, onboarding_checklist_id",
        "tenant_id, driver_id",
        "tenant_id, user_id",
        "tenant_id, vehicle_id",
        "tenant_id, vendor_id",
        "tenant_id, mentor_user_id",
    )
    __table_args__ = (
        one_of("status", "planned", "in_progress", "on_hold", "completed", "cancelled"),
        CheckConstraint(
            "num_nonnulls(driver_id, user_id, vehicle_id, vendor_id) <= 1",
            name="about_one_person_or_thing",
        ),
        CheckConstraint("due_on >= starts_on", name="due_on_not_before_starts_on"),
        {"comment": "Newcomers and how far they are"},
    )

    onboarding_checklist_id: Mapped[UUID] = reference("onboarding_checklists")
    title: Mapped[str] = mapped_column(String(255), comment="Such as Ana Ruiz, night shift")
    driver_id: Mapped[UUID | None] = reference("drivers")
    user_id: Mapped[UUID | None] = reference("users", comment="A new employee who is no driver")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    vendor_id: Mapped[UUID | None] = reference("vendors")
    starts_on: Mapped[date]
    due_on: Mapped[date | None]
    mentor_user_id: Mapped[UUID | None] = reference("users", comment="Who shows the ropes")
    responsible_user_id: Mapped[UUID | None] = reference("users", comment="Who sees to it that it gets done")
    notes: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), server_default="planned")
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    closing_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was put on hold or cancelled")
    created_by_user_id: Mapped[UUID | None] = reference("users")


class OnboardingTask(TenantModel, Timestamped):
    """One step of one newcomer: a row, so that it can be assigned, be late and be counted."""

    __tablename__ = "onboarding_tasks"
    __facts__ = TableFacts(search=("title", "instructions"))
    __unique__ = ("onboarding_progress_id, step_key",)
    __indexes__ = (
        "tenant_id, due_on",
        "tenant_id, onboarding_progress_id, position",
        "tenant_id, assigned_to_user_id",
        "tenant_id, status",
    )
    __table_args__ = (
        one_of("status", "open", "done", "skipped"),
        {"comment": "Steps of each newcomer: who does them by when, and whether they are done"},
    )

    onboarding_progress_id: Mapped[UUID] = reference("onboarding_progress", cascade=True)
    step_key: Mapped[str] = mapped_column(String(50), comment="Key of the step in the plan")
    position: Mapped[int] = mapped_column(server_default="0", comment="Order, smallest first")
    title: Mapped[str] = mapped_column(String(255))
    instructions: Mapped[str | None] = mapped_column(Text)
    is_required: Mapped[bool] = mapped_column(server_default="true")
    assigned_to_user_id: Mapped[UUID | None] = reference("users")
    assigned_to_role: Mapped[str | None] = mapped_column(
        String(100), comment="Name of a role, where no person is named"
    )
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    completed_at: Mapped[datetime | None]
    completed_by_user_id: Mapped[UUID | None] = reference("users")
    document_id: Mapped[UUID | None] = reference("documents", comment="The paper that came out of it")
    comment: Mapped[str | None] = mapped_column(Text)
