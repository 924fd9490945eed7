"""Life cycles of bay bookings and technicians."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

#: A booking in one of these holds its bay, its vehicle and its technician.
LIVE = ("scheduled", "confirmed", "in_progress")

BAY_BOOKING = States(
    "status",
    (
        Move("confirm", "confirmed", ("scheduled",), "Confirm"),
        Move(
            "start",
            "in_progress",
            ("scheduled", "confirmed"),
            "Vehicle is in the bay",
            stamps={"actual_start": "now"},
        ),
        Move("finish", "completed", ("in_progress",), "Bay is free", stamps={"actual_end": "now"}),
        Move(
            "cancel",
            "cancelled",
            ("scheduled", "confirmed"),
            "Cancel",
            takes=("cancellation_reason",),
            final=True,
        ),
        Move(
            "reinstate",
            "scheduled",
            ("cancelled",),
            "Plan again",
            takes=("scheduled_start", "scheduled_end"),
            stamps={"cancellation_reason": None},
        ),
    ),
)

TECHNICIAN = States(
    "status",
    (
        Move("start_leave", "on_leave", ("active",), "Goes on leave"),
        Move("end_leave", "active", ("on_leave",), "Is back from leave"),
        Move(
            "terminate",
            "terminated",
            ("active", "on_leave"),
            "Employment ends",
            takes=("termination_date",),
            needs=("termination_date",),
            unless=(
                (
                    "EXISTS (SELECT FROM work_order_labor x WHERE x.tenant_id = t.tenant_id "
                    "AND x.technician_id = t.id AND x.ended_at IS NULL)",
                    "the technician's clock is still running",
                ),
            ),
            final=True,
        ),
        Move("rehire", "active", ("terminated",), "Is employed again", stamps={"termination_date": None}),
    ),
)
