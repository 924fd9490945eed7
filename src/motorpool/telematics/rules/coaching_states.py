"""The life of a coaching session: open, then coached or dismissed."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

COACHING = States(
    "status",
    (
        Move(
            "coach",
            "coached",
            ("open",),
            "Coached",
            takes=("notes",),
            needs=("notes",),
            stamps={"closed_at": "now", "closed_by_user_id": "actor"},
        ),
        Move(
            "dismiss",
            "dismissed",
            ("open",),
            "Dismiss",
            takes=("notes",),
            needs=("notes",),
            stamps={"closed_at": "now", "closed_by_user_id": "actor"},
            final=True,
        ),
        Move(
            "reopen",
            "open",
            ("coached", "dismissed"),
            "Open again",
            stamps={"closed_at": None, "closed_by_user_id": None},
        ),
    ),
)
