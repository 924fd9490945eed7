"""Onboarding plans, newcomers and their steps."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, RETIRED, Computed, Move, Resource, Scope, States
from motorpool.governance.models import OnboardingChecklist, OnboardingProgress, OnboardingTask
from motorpool.governance.resources.reach import IN_FORCE, PERSON
from motorpool.governance.rules.versions import versions_in_use
from motorpool.governance.shapes import OnboardingStep
from motorpool.identity.queries.held_roles import HOLDS_ROLE

WORDS = "onboarding_for department_id role_name steps duration_days"
TASKS = "FROM onboarding_tasks k WHERE k.tenant_id = t.tenant_id AND k.onboarding_progress_id = t.id AND k.is_required"

RESOURCES = (
    Resource(
        model=OnboardingChecklist,
        label="Onboarding plan",
        operations=RETIRED,
        writable=("description", "owner_user_id"),
        create_only=tuple(f"name version_number {WORDS}".split()),
        made_by=("created_by_user_id",),
        default_sort="name",
        shapes={"steps": list[OnboardingStep]},
        states=versions_in_use("onboarding_checklists", "name", thing="plan", parts="steps", words=WORDS),
        scope=IN_FORCE,
        list_columns=("name", "version_number", "onboarding_for", "department_id", "duration_days", "status"),
        title_column="name",
        examples={"name": "New cab driver", "onboarding_for": "driver", "duration_days": 45},
    ),
    Resource(
        model=OnboardingProgress,
        label="Onboarding",
        plural="Onboardings",
        operations=RETIRED,
        writable=tuple("title starts_on due_on mentor_user_id responsible_user_id notes".split()),
        create_only=("onboarding_checklist_id", "driver_id", "user_id", "vehicle_id", "vendor_id"),
        made_by=("created_by_user_id",),
        default_sort="-starts_on",
        expand={
            "onboarding_checklist": "onboarding_checklist_id",
            "driver": "driver_id",
            "user": "user_id",
            "vehicle": "vehicle_id",
            "vendor": "vendor_id",
            "mentor_user": "mentor_user_id",
        },
        states=States(
            "status",
            (
                Move(
                    "start",
                    "in_progress",
                    leaves=("planned",),
                    summary="Begin",
                    stamps={"started_at": "now"},
                ),
                Move(
                    "hold",
                    "on_hold",
                    leaves=("planned", "in_progress"),
                    summary="Put on hold",
                    takes=("closing_reason",),
                ),
                Move(
                    "resume",
                    "in_progress",
                    leaves=("on_hold",),
                    summary="Go on",
                    takes=("due_on",),
                    stamps={"closing_reason": None},
                ),
                Move(
                    "complete",
                    "completed",
                    leaves=("in_progress",),
                    summary="Finish",
                    stamps={"completed_at": "now"},
                    unless=(
                        (
                            f"EXISTS (SELECT {TASKS} AND k.status = 'open')",
                            "required steps are still open",
                        ),
                    ),
                ),
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("planned", "in_progress", "on_hold"),
                    summary="Cancel",
                    takes=("closing_reason",),
                    needs=("closing_reason",),
                    final=True,
                ),
                Move(
                    "reopen",
                    "in_progress",
                    leaves=("completed", "cancelled"),
                    summary="Open again",
                    stamps={"completed_at": None, "closing_reason": None},
                ),
            ),
        ),
        computed={
            "percent_done": Computed(
                f"SELECT coalesce(100 * count(*) FILTER (WHERE k.status <> 'open') / nullif(count(*), 0), 0) {TASKS}",
                int,
                "Share of the required steps that are done or skipped, percent",
            ),
            "is_overdue": Computed(
                "t.status IN ('planned', 'in_progress') AND coalesce(t.due_on < %(today)s, false)",
                bool,
                "Not finished by its day",
            ),
        },
        scope=Scope(
            facility=PERSON.facility,
            department=PERSON.department,
            own=f"{PERSON.own} OR t.mentor_user_id = %(actor_user)s OR t.responsible_user_id = %(actor_user)s",
        ),
        list_columns=(
            "title",
            "onboarding_checklist_id",
            "driver_id",
            "user_id",
            "starts_on",
            "due_on",
            "status",
            "percent_done",
        ),
        title_column="title",
    ),
    Resource(
        model=OnboardingTask,
        label="Onboarding step",
        operations=FULL,
        writable=tuple(
            "position title instructions is_required assigned_to_user_id assigned_to_role due_on document_id "
            "comment".split()
        ),
        create_only=("onboarding_progress_id", "step_key"),
        default_sort="due_on",
        expand={"onboarding_progress": "onboarding_progress_id", "assigned_to_user": "assigned_to_user_id"},
        states=States(
            "status",
            (
                Move(
                    "complete",
                    "done",
                    leaves=("open",),
                    summary="Done",
                    takes=("comment", "document_id"),
                    stamps={"completed_at": "now", "completed_by_user_id": "actor"},
                ),
                Move(
                    "skip",
                    "skipped",
                    leaves=("open",),
                    summary="Skip",
                    takes=("comment",),
                    needs=("comment",),
                    stamps={"completed_at": "now", "completed_by_user_id": "actor"},
                ),
                Move(
                    "reopen",
                    "open",
                    leaves=("done", "skipped"),
                    summary="Open again",
                    stamps={"completed_at": None, "completed_by_user_id": None},
                ),
            ),
        ),
        computed={
            "is_overdue": Computed(
                "t.status = 'open' AND coalesce(t.due_on < %(today)s, false)", bool, "Not done by its day"
            )
        },
        scope=Scope(
            own="t.assigned_to_user_id = %(actor_user)s OR "
            + HOLDS_ROLE.format(role="t.assigned_to_role")
            + " OR EXISTS (SELECT FROM onboarding_progress p WHERE p.tenant_id = t.tenant_id "
            "AND p.id = t.onboarding_progress_id AND (p.driver_id = %(actor_driver)s "
            "OR p.user_id = %(actor_user)s OR p.mentor_user_id = %(actor_user)s))"
        ),
        list_columns=(
            "title",
            "onboarding_progress_id",
            "assigned_to_user_id",
            "assigned_to_role",
            "due_on",
            "status",
            "is_overdue",
        ),
        title_column="title",
    ),
)
