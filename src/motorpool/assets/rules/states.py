"""Life cycles of transfers, equipment and 3D models."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

TRANSFER = States(
    "status",
    (
        Move(
            "approve",
            "approved",
            ("requested",),
            "Approve",
            takes=("decision_notes",),
            stamps={"approved_at": "now", "approved_by_user_id": "actor"},
        ),
        Move(
            "reject",
            "rejected",
            ("requested",),
            "Reject",
            takes=("decision_notes",),
            needs=("decision_notes",),
            stamps={"approved_at": "now", "approved_by_user_id": "actor"},
            final=True,
        ),
        Move(
            "hand_over",
            "in_transit",
            ("approved",),
            "Hand over",
            takes=("condition_before", "handed_over_signature"),
            stamps={"handed_over_at": "now", "transferred_by_user_id": "actor"},
        ),
        Move(
            "receive",
            "completed",
            ("in_transit",),
            "Confirm the receipt",
            takes=("condition_after", "received_signature"),
            stamps={"received_at": "now", "received_by_user_id": "actor"},
        ),
        Move(
            "cancel",
            "cancelled",
            ("requested", "approved", "in_transit"),
            "Cancel",
            takes=("cancellation_reason",),
            needs=("cancellation_reason",),
            final=True,
        ),
        Move(
            "reconsider",
            "requested",
            ("rejected", "cancelled"),
            "Ask again",
            takes=("transfer_date",),
            stamps={
                "approved_at": None,
                "approved_by_user_id": None,
                "handed_over_at": None,
                "transferred_by_user_id": None,
                "cancellation_reason": None,
            },
        ),
    ),
)

EQUIPMENT = States(
    "status",
    (
        Move(
            "check_out",
            "in_use",
            ("available",),
            "Hand out",
            takes=("held_by_user_id", "vehicle_id", "facility_id"),
        ),
        Move(
            "check_in",
            "available",
            ("in_use", "in_repair"),
            "Take back",
            takes=("facility_id",),
            stamps={"held_by_user_id": None, "vehicle_id": None},
        ),
        Move("send_to_repair", "in_repair", ("available", "in_use"), "Send to repair"),
        Move("report_lost", "lost", ("available", "in_use", "in_repair"), "Report lost"),
        Move("report_found", "available", ("lost",), "Was found", takes=("facility_id",)),
        Move(
            "retire",
            "retired",
            ("available", "in_repair", "lost"),
            "Retire",
            stamps={"retired_on": "today", "held_by_user_id": None, "vehicle_id": None},
            final=True,
        ),
        Move("reactivate", "available", ("retired",), "Use again", stamps={"retired_on": None}),
    ),
)

MODEL = States(
    "status",
    (
        Move(
            "submit",
            "review",
            ("draft", "rejected"),
            "Submit for approval",
            unless=(
                ("t.file_id IS NULL AND t.file_url IS NULL", "it has no file yet; give file_id or file_url"),
            ),
        ),
        Move(
            "approve",
            "approved",
            ("review",),
            "Approve",
            takes=("review_notes", "quality_score"),
            stamps={"reviewed_by_user_id": "actor"},
        ),
        Move(
            "reject",
            "rejected",
            ("review",),
            "Reject",
            takes=("review_notes",),
            needs=("review_notes",),
            stamps={"reviewed_by_user_id": "actor"},
        ),
        Move("retire", "retired", ("draft", "approved", "rejected"), "Retire", final=True),
        Move("restore", "draft", ("retired",), "Take up again"),
    ),
)

#: The provider's answers set the other states; a person can only try again.
GENERATION = States(
    "generation_status",
    (
        Move(
            "retry",
            "pending",
            ("failed",),
            "Try again",
            stamps={"error_message": None, "started_at": None, "completed_at": None},
        ),
    ),
    by_program=("processing", "completed", "failed"),
)
