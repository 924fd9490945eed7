"""What somebody must confirm or master by a day: excused from it or not, and where it stands today."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

#: A person is excused from an obligation, or no longer is.
OBLIGATION = States(
    "status",
    (
        Move(
            "waive",
            "waived",
            leaves=("assigned",),
            summary="Excuse from it",
            takes=("waiver_reason",),
            needs=("waiver_reason",),
            stamps={"waived_at": "now", "waived_by_user_id": "actor"},
        ),
        Move(
            "reinstate",
            "assigned",
            leaves=("waived",),
            summary="Demand it again",
            stamps={"waived_at": None, "waived_by_user_id": None, "waiver_reason": None},
        ),
    ),
)
PROGRESS = "Today: waived, done, expired (it must be renewed), overdue, due_soon (within 7 days) or open"


def progress(done: str, expired: str) -> str:
    """SQL of where an obligation stands today; `done` and `expired` are conditions over `t`."""
    return (
        f"CASE WHEN t.status = 'waived' THEN 'waived' WHEN {done} THEN 'done' WHEN {expired} THEN 'expired' "
        "WHEN t.due_on < %(today)s THEN 'overdue' WHEN t.due_on <= %(today)s + 7 THEN 'due_soon' ELSE 'open' END"
    )
