"""Life cycles of work orders and their tasks: which moves are legal from which state, what each takes and stamps."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, Numbered, States

#: Business numbers of work orders.
NUMBERED = Numbered("work_order_number", "WO-{year}-{number:05}")
LINES = "EXISTS (SELECT FROM {table} x WHERE x.tenant_id = t.tenant_id AND x.work_order_id = t.id AND {condition})"
CLOCK_RUNS = (
    LINES.format(table="work_order_labor", condition="x.ended_at IS NULL"),
    "a technician's clock is still running",
)

WORK_ORDER = States(
    "status",
    (
        Move(
            "open",
            "open",
            ("draft",),
            "Release for work",
            takes=("assigned_technician_id", "due_on", "scheduled_start", "scheduled_end"),
            stamps={"opened_at": "now"},
        ),
        Move(
            "start",
            "in_progress",
            ("open",),
            "Start the work",
            takes=("assigned_technician_id", "service_bay_id", "opening_odometer", "opening_engine_hours"),
            stamps={"started_at": "now"},
        ),
        Move(
            "wait_for_parts",
            "waiting_parts",
            ("in_progress",),
            "Wait for parts",
            takes=("waiting_for",),
            needs=("waiting_for",),
        ),
        Move(
            "resume", "in_progress", ("waiting_parts",), "Go on with the work", stamps={"waiting_for": None}
        ),
        Move(
            "finish",
            "review",
            ("in_progress",),
            "Finish the work",
            takes=("cause", "correction", "closing_odometer", "closing_engine_hours", "work_done_code"),
            stamps={"completed_at": "now"},
            unless=(
                (
                    LINES.format(
                        table="work_order_tasks", condition="x.is_required AND x.status <> 'completed'"
                    ),
                    "a task that is required is not completed",
                ),
                CLOCK_RUNS,
            ),
        ),
        Move(
            "send_back",
            "in_progress",
            ("review",),
            "Send back to the technician",
            takes=("review_notes",),
            needs=("review_notes",),
            stamps={"completed_at": None},
        ),
        Move(
            "approve",
            "completed",
            ("review",),
            "Approve and close",
            takes=("review_notes", "signature", "signed_by_name", "signed_at"),
            stamps={"closed_at": "now", "closed_by_user_id": "actor"},
            unless=(
                (
                    LINES.format(
                        table="work_order_tasks",
                        condition="x.requires_inspection AND x.inspection_passed IS NOT TRUE",
                    ),
                    "a task that has to be inspected has not passed",
                ),
            ),
        ),
        Move(
            "cancel",
            "cancelled",
            ("draft", "open", "waiting_parts"),
            "Cancel",
            takes=("cancellation_reason",),
            needs=("cancellation_reason",),
            stamps={"cancelled_at": "now"},
            unless=(
                (
                    LINES.format(
                        table="work_order_parts", condition="x.quantity_issued > x.quantity_returned"
                    ),
                    "parts that were issued for it are to be returned first",
                ),
                CLOCK_RUNS,
            ),
            final=True,
        ),
        Move(
            "reopen",
            "open",
            ("completed", "cancelled"),
            "Reopen",
            takes=("reopen_reason",),
            needs=("reopen_reason",),
            stamps={
                "reopened_at": "now",
                "escalated_at": None,
                "completed_at": None,
                "closed_at": None,
                "closed_by_user_id": None,
                "cancelled_at": None,
            },
        ),
    ),
)

TASK = States(
    "status",
    (
        Move("start", "in_progress", ("pending",), "Start", stamps={"started_at": "now"}),
        Move(
            "block",
            "blocked",
            ("pending", "in_progress"),
            "Block",
            takes=("blocked_reason",),
            needs=("blocked_reason",),
        ),
        Move("unblock", "pending", ("blocked",), "Unblock", stamps={"blocked_reason": None}),
        Move(
            "complete",
            "completed",
            ("pending", "in_progress"),
            "Complete",
            takes=("completion_notes", "actual_hours"),
            stamps={
                "completed_at": "now",
                "completed_by_user_id": "actor",
                "inspection_passed": None,
                "inspected_at": None,
                "inspected_by_user_id": None,
            },
        ),
        Move(
            "inspect",
            "completed",
            ("completed",),
            "Inspect the work",
            takes=("inspection_passed", "inspection_notes"),
            needs=("inspection_passed",),
            stamps={"inspected_at": "now", "inspected_by_user_id": "actor"},
            unless=(
                (
                    "t.completed_by_user_id = %(actor_user)s",
                    "whoever did the work cannot be the one to inspect it",
                ),
            ),
        ),
        Move(
            "redo",
            "in_progress",
            ("completed",),
            "Take up again",
            stamps={"started_at": "now", "completed_at": None, "completed_by_user_id": None},
        ),
    ),
)
