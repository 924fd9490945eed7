"""The life cycle of a reservation: request, approve, hand over, return."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

RESERVATION = States(
    "status",
    (
        Move(
            "approve",
            "approved",
            ("requested",),
            "Approve",
            takes=("vehicle_id", "decision_notes"),
            stamps={"decided_at": "now", "decided_by_user_id": "actor"},
        ),
        Move(
            "reject",
            "rejected",
            ("requested",),
            "Reject",
            takes=("decision_notes",),
            needs=("decision_notes",),
            stamps={"decided_at": "now", "decided_by_user_id": "actor"},
            final=True,
        ),
        Move(
            "hand_over",
            "handed_over",
            ("approved",),
            "Hand over the vehicle",
            takes=("driver_id", "odometer_out", "fuel_percent_out", "condition_out"),
            stamps={"handed_over_at": "now", "handed_over_by_user_id": "actor"},
        ),
        Move(
            "return",
            "returned",
            ("handed_over",),
            "Take the vehicle back",
            takes=("odometer_in", "fuel_percent_in", "condition_in"),
            stamps={"returned_at": "now", "received_by_user_id": "actor"},
        ),
        Move(
            "cancel",
            "cancelled",
            ("requested", "approved"),
            "Cancel",
            takes=("cancellation_reason",),
            stamps={"cancelled_at": "now"},
            final=True,
        ),
        Move(
            "mark_no_show",
            "no_show",
            ("approved",),
            "Nobody came",
            stamps={"cancelled_at": "now"},
            unless=(("t.starts_at > now()", "it has not begun yet"),),
            final=True,
        ),
        Move(
            "reconsider",
            "requested",
            ("rejected", "cancelled", "no_show"),
            "Ask again",
            takes=("starts_at", "ends_at"),
            stamps={
                "decided_at": None,
                "decided_by_user_id": None,
                "cancelled_at": None,
                "cancellation_reason": None,
            },
        ),
    ),
)
