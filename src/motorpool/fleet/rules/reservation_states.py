"""The life cycle of a reservation: request, approve, hand over, return."""

from __future__ import annotations

from motorpool.core.resource.declaration import Lock, Move, States

RESERVATION = States(
    "status",
    (
        Move(
            "approve",
            "approved",
            ("requested",),
            "Approve",
            takes=("vehicle_id", "driver_id", "decision_notes"),
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
            takes=(
                "driver_id",
                "odometer_out",
                "fuel_percent_out",
                "condition_out",
                "photos_out",
                "key_number",
            ),
            stamps={"handed_over_at": "now", "handed_over_by_user_id": "actor"},
        ),
        Move(
            "return",
            "returned",
            ("handed_over",),
            "Take the vehicle back",
            takes=("odometer_in", "fuel_percent_in", "condition_in", "photos_in"),
            stamps={"returned_at": "now", "received_by_user_id": "actor"},
        ),
        Move(
            "reschedule",
            "approved",
            ("approved",),
            "Change vehicle, driver or time",
            takes=("vehicle_id", "driver_id", "starts_at", "ends_at"),
        ),
        Move(
            "extend",
            "handed_over",
            ("handed_over",),
            "Comes back at another time",
            takes=("ends_at",),
            needs=("ends_at",),
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

#: What was decided on is not changed by who asked: that is `reschedule` and `extend`, for those who decide.
DECIDED = "t.status <> 'requested'"
DECIDED_SENTENCE = (
    "A reservation that was decided keeps its vehicle, driver and time; reschedule it, or ask again."
)
PROMISED = frozenset("vehicle_id vehicle_type starts_at ends_at driver_id passengers".split())


def decided_lock(writable: tuple[str, ...]) -> Lock:
    """Holds what was promised; the rest of the row stays open."""
    return Lock(DECIDED, DECIDED_SENTENCE, open=tuple(name for name in writable if name not in PROMISED))
