"""What the evaluation of policies gave: decisions and violations."""

from __future__ import annotations

from motorpool.core.resource.declaration import (
    READ_ONLY,
    RETIRED,
    Computed,
    Move,
    Numbered,
    Resource,
    Scope,
    States,
)
from motorpool.fleet.resources import DRIVEN_NOW, vehicle_scope
from motorpool.governance.models import PolicyExecution, PolicyViolation
from motorpool.governance.resources.reach import OWN_USER
from motorpool.governance.shapes import Reason

EXECUTION = Resource(
    model=PolicyExecution,
    label="Policy decision",
    operations=READ_ONLY,
    default_sort="-executed_at",
    expand={"policy": "policy_id", "user": "user_id"},
    shapes={"reasons": list[Reason]},
    scope=Scope(own=OWN_USER),
    list_columns=(
        "executed_at",
        "policy_id",
        "trigger_event",
        "decision",
        "was_enforced",
        "enforcement_mode",
        "user_id",
    ),
    title_column="trigger_event",
)

VIOLATION = Resource(
    model=PolicyViolation,
    label="Policy violation",
    operations=RETIRED,
    writable=tuple(
        "title description severity rule_name detected_at detected_by record_type record_id vehicle_id driver_id user_id "
        "details assigned_to_user_id due_on corrective_action".split()
    ),
    create_only=("violation_number", "policy_id", "policy_version_id"),
    made_by=("reported_by_user_id",),
    numbered=Numbered("violation_number", "PV-{year}-{number:05}"),
    default_sort="-detected_at",
    expand={
        "policy": "policy_id",
        "vehicle": "vehicle_id",
        "driver": "driver_id",
        "assigned_to_user": "assigned_to_user_id",
    },
    states=States(
        "status",
        (
            Move(
                "investigate",
                "investigating",
                leaves=("open",),
                summary="Look into it",
                takes=("assigned_to_user_id", "due_on"),
            ),
            Move(
                "escalate",
                "investigating",
                leaves=("open", "investigating"),
                summary="Pass on to somebody higher up",
                takes=("escalated_to_user_id",),
                needs=("escalated_to_user_id",),
                stamps={"escalated_at": "now"},
            ),
            Move(
                "resolve",
                "resolved",
                leaves=("open", "investigating"),
                summary="Settle",
                takes=("resolution", "corrective_action"),
                needs=("resolution",),
                stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
            ),
            Move(
                "dismiss",
                "dismissed",
                leaves=("open", "investigating"),
                summary="Dismiss: it was none",
                takes=("resolution",),
                needs=("resolution",),
                stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
            ),
            Move(
                "reopen",
                "investigating",
                leaves=("resolved", "dismissed"),
                summary="Open again",
                stamps={"resolved_at": None, "resolved_by_user_id": None},
            ),
        ),
    ),
    computed={
        "is_overdue": Computed(
            "t.status IN ('open', 'investigating') AND coalesce(t.due_on < %(today)s, false)",
            bool,
            "Not settled by its day",
        ),
        "needs_escalation": Computed(
            "t.status IN ('open', 'investigating') AND t.severity = 'critical' AND t.escalated_at IS NULL "
            "AND t.detected_at < now() - interval '24 hours'",
            bool,
            "Critical, unsettled for more than 24 hours and not passed on yet",
        ),
    },
    scope=vehicle_scope(
        own=f"t.driver_id = %(actor_driver)s OR {OWN_USER} OR t.assigned_to_user_id = %(actor_user)s "
        f"OR t.reported_by_user_id = %(actor_user)s OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}"
    ),
    list_columns=(
        "violation_number",
        "title",
        "policy_id",
        "severity",
        "status",
        "detected_at",
        "driver_id",
        "vehicle_id",
        "assigned_to_user_id",
        "due_on",
    ),
    title_column="violation_number",
    examples={"title": "Vehicle left the service area at night", "severity": "medium"},
)

RESOURCES = (VIOLATION, EXECUTION)
