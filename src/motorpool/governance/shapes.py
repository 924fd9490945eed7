"""The shapes of the jsonb columns of governance: audiences, rules, quizzes, steps and answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

Key = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^[a-z0-9][a-z0-9_\-]*$")]
Line = Annotated[str, Meta(min_length=1, max_length=255)]
Words = Annotated[str, Meta(min_length=1, max_length=5000)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Condition = Annotated[
    str, Meta(max_length=500, description="Filter as in a list's address: total_amount__gte=500&status=draft")
]


class Audience(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Whom something is for: everyone, or whoever is named in any of the lists."""

    everyone: bool = False
    users: Annotated[list[UUID], Meta(max_length=500)] = []
    roles: Annotated[list[Name], Meta(description="Names of roles, such as driver", max_length=100)] = []
    departments: Annotated[list[UUID], Meta(max_length=200)] = []
    facilities: Annotated[list[UUID], Meta(max_length=200)] = []
    vehicle_types: Annotated[
        list[Name], Meta(description="Drivers of such vehicles, such as bus", max_length=50)
    ] = []


class PolicyRule(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One condition of a policy and what follows when it holds."""

    name: Key
    applies_to: Annotated[str, Meta(max_length=63, description="Table, such as driver_assignments")]
    condition: Condition
    effect: Literal["allow", "deny", "warn", "require_approval"]
    message: Annotated[str, Meta(max_length=500, description="What the person is told")]
    severity: Literal["low", "medium", "high", "critical"] | None = None


class QuizQuestion(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A question with its choices; `correct` counts them from 0."""

    question: Words
    choices: Annotated[list[Line], Meta(min_length=2, max_length=10)]
    correct: Annotated[list[Annotated[int, Meta(ge=0, le=9)]], Meta(min_length=1, max_length=10)]
    points: Annotated[int, Meta(ge=1, le=100)] = 1
    explanation: Annotated[str, Meta(max_length=2000)] | None = None


class QuizAnswer(Struct, forbid_unknown_fields=True):
    """What was chosen for a question; both count from 0."""

    question: Annotated[int, Meta(ge=0)]
    answer: Annotated[list[Annotated[int, Meta(ge=0, le=9)]], Meta(max_length=10)]


class SopStep(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One step of a procedure."""

    number: Annotated[int, Meta(ge=1, le=500)]
    title: Line
    instruction: Words
    caution: Annotated[str, Meta(max_length=2000, description="What can go wrong, or hurt")] | None = None
    minutes: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    document_id: UUID | None = None
    needs_photo: bool = False
    needs_signature: bool = False


class TrainingMaterial(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something to read, watch or do."""

    title: Line
    kind: Literal["document", "video", "slides", "link", "exercise"]
    document_id: UUID | None = None
    url: Annotated[str, Meta(max_length=2000)] | None = None
    minutes: Annotated[int, Meta(ge=0, le=10_000)] | None = None


class ChecklistItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One thing to check and what an answer looks like."""

    key: Key
    question: Line
    answer_kind: Literal["yes_no", "pass_fail", "number", "text", "choice", "date", "photo"] = "yes_no"
    is_required: bool = True
    is_critical: Annotated[bool, Meta(description="Failing it fails the whole check")] = False
    choices: Annotated[list[Line], Meta(max_length=50)] = []
    min: Decimal | None = None
    max: Decimal | None = None
    unit: Annotated[str, Meta(max_length=30)] | None = None
    help: Annotated[str, Meta(max_length=2000)] | None = None
    sop_id: Annotated[UUID, Meta(description="Procedure that says how to check it")] | None = None


class ChecklistAnswer(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The answer to one item; `passed` null: neither good nor bad."""

    key: Key
    value: str | bool | int | float | None = None
    passed: bool | None = None
    note: Annotated[str, Meta(max_length=2000)] | None = None
    document_id: UUID | None = None


class OnboardingStep(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One step of an onboarding plan."""

    key: Key
    title: Line
    kind: Literal["task", "policy", "sop", "training", "document", "checklist"] = "task"
    instructions: Annotated[str, Meta(max_length=5000)] | None = None
    owner_role: (
        Annotated[str, Meta(max_length=100, description="Role that does it, such as safety_officer")] | None
    ) = None
    due_days: Annotated[
        int, Meta(ge=-365, le=3650, description="Days after the start; before it when negative")
    ] = 0
    is_required: bool = True
    policy_id: UUID | None = None
    sop_id: UUID | None = None
    training_module_id: UUID | None = None
    checklist_id: UUID | None = None


class WorkflowStep(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One step of a workflow. An approval names a person, a role, or a column of the record that names a person."""

    key: Key
    name: Line
    kind: Literal["approval", "task", "notification"] = "approval"
    approver_user_id: UUID | None = None
    approver_role: Annotated[str, Meta(max_length=100)] | None = None
    approver_field: (
        Annotated[str, Meta(max_length=63, description="Column of the record, such as requested_by_user_id")]
        | None
    ) = None
    approvals_needed: Annotated[int, Meta(ge=1, le=20)] = 1
    due_hours: Annotated[int, Meta(ge=1, le=8760, description="Hours until it is escalated")] | None = None
    escalate_to_user_id: UUID | None = None
    escalate_to_role: Annotated[str, Meta(max_length=100)] | None = None
    on_reject: Annotated[
        str,
        Meta(max_length=50, description="end: the record is rejected; back: one step back; or a step's key"),
    ] = "end"
    condition: Condition | None = None


class Reason(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One rule that spoke in a decision."""

    rule: Key
    effect: Literal["allow", "deny", "warn", "require_approval"]
    message: str
