"""Workflows: definitions, records under way, decisions."""

from __future__ import annotations

from motorpool.core.resource.declaration import (
    FULL,
    RETIRED,
    Computed,
    Move,
    Numbered,
    Resource,
    Scope,
    States,
)
from motorpool.governance.models import WorkflowApproval, WorkflowDefinition, WorkflowInstance
from motorpool.governance.resources.reach import IN_FORCE
from motorpool.governance.rules.versions import versions_in_use
from motorpool.governance.shapes import WorkflowStep
from motorpool.identity.queries.held_roles import HOLDS_ROLE

WORDS = "name record_type trigger_kind trigger_condition steps due_hours forbids_own_approval"
APPROVALS = (
    "SELECT FROM workflow_approvals a WHERE a.tenant_id = t.tenant_id AND a.workflow_instance_id = t.id "
    "AND a.status = '{status}'"
)
OF_INSTANCE = (
    "SELECT FROM workflow_instances i JOIN workflow_definitions d ON d.tenant_id = i.tenant_id "
    "AND d.id = i.workflow_definition_id WHERE i.tenant_id = t.tenant_id AND i.id = t.workflow_instance_id AND "
)
ASKED = (
    "{w}.approver_user_id = %(actor_user)s OR {w}.delegated_to_user_id = %(actor_user)s "
    "OR {w}.escalated_to_user_id = %(actor_user)s OR " + HOLDS_ROLE.format(role="{w}.approver_role")
)
ASKED_ABOUT = (
    "EXISTS (SELECT FROM workflow_approvals w WHERE w.tenant_id = t.tenant_id AND w.workflow_instance_id = t.id "
    f"AND ({ASKED.format(w='w')}))"
)
#: Each approval says who approves; a step without a `kind` is one.
EACH_NAMES_SOMEBODY = """jsonb_typeof(t.steps) <> 'array' OR NOT jsonb_path_exists(t.steps, '$[*] ? (
    (!exists(@.kind) || @.kind == "approval")
    && !exists(@.approver_user_id) && !exists(@.approver_role) && !exists(@.approver_field))')"""
NOT_RUNNING = (f"EXISTS ({OF_INSTANCE}i.status <> 'running')", "the workflow is not running")
#: Nor does anybody choose who decides on a request of their own, where the definition forbids to approve it.
OWN_REQUEST = (
    f"EXISTS ({OF_INSTANCE}d.forbids_own_approval AND i.started_by_user_id = %(actor_user)s)",
    "nobody decides on a request of their own",
)
#: Who may decide: whoever is asked.
NOT_TO_DECIDE = (
    (
        f"({ASKED.format(w='t')}) IS NOT TRUE",
        "somebody else is asked for this decision; it can be delegated to you",
    ),
    OWN_REQUEST,
    NOT_RUNNING,
)

RESOURCES = (
    Resource(
        model=WorkflowDefinition,
        label="Workflow",
        operations=RETIRED,
        writable=("description", "owner_user_id"),
        create_only=tuple(f"workflow_code version_number {WORDS}".split()),
        made_by=("created_by_user_id",),
        default_sort="name",
        shapes={"steps": list[WorkflowStep]},
        rules=(
            (
                EACH_NAMES_SOMEBODY,
                "steps",
                "each approval must name a person, a role or a column of the record",
            ),
        ),
        states=versions_in_use(
            "workflow_definitions", "workflow_code", thing="steps", parts="steps", words=WORDS
        ),
        scope=IN_FORCE,
        list_columns=(
            "workflow_code",
            "version_number",
            "name",
            "record_type",
            "trigger_kind",
            "due_hours",
            "status",
        ),
        title_column="name",
        examples={
            "workflow_code": "PO-APPROVAL",
            "name": "Approval of purchase orders",
            "record_type": "purchase_orders",
            "trigger_condition": "total_amount__gte=500",
        },
    ),
    Resource(
        model=WorkflowInstance,
        label="Workflow run",
        operations=RETIRED,
        writable=("title", "amount", "priority", "due_at", "vehicle_id", "current_step_key", "context"),
        create_only=("instance_number", "workflow_definition_id", "record_type", "record_id"),
        made_by=("started_by_user_id",),
        numbered=Numbered("instance_number", "WF-{year}-{number:05}"),
        filters=(
            "id",
            "instance_number",
            "status",
            "workflow_definition_id",
            "record_type",
            "record_id",
            "started_by_user_id",
            "vehicle_id",
            "started_at",
            "due_at",
        ),
        default_sort="-started_at",
        expand={
            "workflow_definition": "workflow_definition_id",
            "vehicle": "vehicle_id",
            "started_by_user": "started_by_user_id",
        },
        states=States(
            "status",
            (
                Move(
                    "approve",
                    "approved",
                    leaves=("running",),
                    summary="Conclude: approved",
                    takes=("outcome_comment",),
                    stamps={"finished_at": "now", "current_step_key": None},
                    unless=(
                        (f"EXISTS ({APPROVALS.format(status='pending')})", "decisions are still pending"),
                        (f"EXISTS ({APPROVALS.format(status='rejected')})", "it was rejected in a step"),
                        (
                            f"NOT EXISTS ({APPROVALS.format(status='approved')})",
                            "nobody has approved it yet",
                        ),
                    ),
                ),
                Move(
                    "reject",
                    "rejected",
                    leaves=("running",),
                    summary="Conclude: rejected",
                    takes=("outcome_comment",),
                    needs=("outcome_comment",),
                    stamps={"finished_at": "now", "current_step_key": None},
                    unless=(
                        (
                            f"NOT EXISTS ({APPROVALS.format(status='rejected')})",
                            "nobody has rejected it; cancel it instead",
                        ),
                    ),
                ),
                Move(
                    "hold",
                    "on_hold",
                    leaves=("running",),
                    summary="Put on hold",
                    takes=("outcome_comment",),
                    needs=("outcome_comment",),
                ),
                Move(
                    "resume",
                    "running",
                    leaves=("on_hold", "rejected"),
                    summary="Go on",
                    takes=("due_at", "current_step_key"),
                    stamps={"finished_at": None, "outcome_comment": None},
                ),
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("running", "on_hold"),
                    summary="Cancel",
                    takes=("outcome_comment",),
                    needs=("outcome_comment",),
                    stamps={"finished_at": "now", "current_step_key": None},
                    final=True,
                ),
            ),
        ),
        computed={
            "is_overdue": Computed(
                "t.status = 'running' AND coalesce(t.due_at < now(), false)",
                bool,
                "Not decided by its time",
            )
        },
        scope=Scope(own=f"t.started_by_user_id = %(actor_user)s OR {ASKED_ABOUT}"),
        list_columns=(
            "instance_number",
            "title",
            "record_type",
            "amount",
            "status",
            "current_step_key",
            "started_by_user_id",
            "due_at",
        ),
        title_column="title",
    ),
    Resource(
        model=WorkflowApproval,
        label="Approval",
        operations=FULL,
        writable=("step_name", "position", "due_at"),
        create_only=(
            "workflow_instance_id",
            "step_key",
            "approver_user_id",
            "approver_role",
        ),
        default_sort="-requested_at",
        expand={
            "workflow_instance": "workflow_instance_id",
            "approver_user": "approver_user_id",
            "decided_by_user": "decided_by_user_id",
        },
        states=States(
            "status",
            (
                Move(
                    "approve",
                    "approved",
                    leaves=("pending",),
                    summary="Approve",
                    takes=("comment",),
                    stamps={"decided_at": "now", "decided_by_user_id": "actor"},
                    unless=NOT_TO_DECIDE,
                ),
                Move(
                    "reject",
                    "rejected",
                    leaves=("pending",),
                    summary="Reject",
                    takes=("comment",),
                    needs=("comment",),
                    stamps={"decided_at": "now", "decided_by_user_id": "actor"},
                    unless=NOT_TO_DECIDE,
                    final=True,
                ),
                Move(
                    "delegate",
                    "pending",
                    leaves=("pending",),
                    summary="Let somebody else decide",
                    takes=("delegated_to_user_id", "comment"),
                    needs=("delegated_to_user_id",),
                    stamps={"delegated_at": "now", "delegated_by_user_id": "actor"},
                    unless=(OWN_REQUEST,),
                ),
                Move(
                    "escalate",
                    "pending",
                    leaves=("pending",),
                    summary="Ask somebody higher up as well",
                    takes=("escalated_to_user_id", "due_at"),
                    needs=("escalated_to_user_id",),
                    stamps={"escalated_at": "now"},
                    unless=(OWN_REQUEST,),
                ),
                Move(
                    "skip",
                    "skipped",
                    leaves=("pending",),
                    summary="Skip: this decision is not needed",
                    takes=("comment",),
                    needs=("comment",),
                    stamps={"decided_at": "now", "decided_by_user_id": "actor"},
                    unless=(OWN_REQUEST,),
                ),
                Move(
                    "reopen",
                    "pending",
                    leaves=("approved", "rejected", "skipped"),
                    summary="Take the decision back",
                    takes=("due_at",),
                    stamps={"decided_at": None, "decided_by_user_id": None},
                    unless=(NOT_RUNNING, OWN_REQUEST),
                ),
            ),
        ),
        computed={
            "is_overdue": Computed(
                "t.status = 'pending' AND coalesce(t.due_at < now(), false)",
                bool,
                "Not decided by its time",
            )
        },
        scope=Scope(
            own=f"{ASKED.format(w='t')} OR EXISTS ({OF_INSTANCE}i.started_by_user_id = %(actor_user)s)",
        ),
        list_columns=(
            "step_name",
            "workflow_instance_id",
            "approver_user_id",
            "approver_role",
            "status",
            "requested_at",
            "due_at",
            "decided_by_user_id",
            "comment",
        ),
        title_column="step_name",
    ),
)
