"""The life cycle of a defect (49 CFR 396.11 and 396.13)."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

DEFECT = States(
    "status",
    (
        Move(
            "plan_repair",
            "in_repair",
            ("open", "deferred"),
            "Plan the repair",
            takes=("work_order_id",),
            needs=("work_order_id",),
            stamps={"deferred_until": None},
        ),
        Move(
            "defer",
            "deferred",
            ("open",),
            "Defer",
            takes=("deferred_until", "deferral_reason"),
            needs=("deferred_until", "deferral_reason"),
            unless=(("t.is_unsafe", "a defect that affects safety is repaired, not deferred"),),
        ),
        Move("take_up", "open", ("deferred",), "Take up again", stamps={"deferred_until": None}),
        Move(
            "repair",
            "repaired",
            ("open", "in_repair"),
            "Repaired",
            takes=("resolution_notes", "repaired_by_technician_id"),
            stamps={"repaired_at": "now"},
        ),
        Move(
            "certify",
            "certified",
            ("repaired",),
            "Certify the repair",
            takes=("resolution_notes", "certifier_signature"),
            stamps={"certified_at": "now", "certified_by_user_id": "actor"},
        ),
        Move(
            "dismiss",
            "dismissed",
            ("open", "deferred", "in_repair"),
            "Certify that no repair is needed",
            takes=("resolution_notes", "certifier_signature"),
            needs=("resolution_notes",),
            stamps={"certified_at": "now", "certified_by_user_id": "actor", "deferred_until": None},
            final=True,
        ),
        Move(
            "review",
            "certified",
            ("certified",),
            "Next driver has read and signed",
            takes=("reviewer_signature",),
            stamps={"reviewed_at": "now", "reviewed_by_user_id": "actor"},
            unless=(("t.reviewed_at IS NOT NULL", "it was signed before"),),
        ),
        Move(
            "reopen",
            "open",
            ("repaired", "certified", "dismissed"),
            "Take up again",
            takes=("reopen_reason",),
            needs=("reopen_reason",),
            stamps={
                "repaired_at": None,
                "certified_at": None,
                "certified_by_user_id": None,
                "reviewed_at": None,
                "reviewed_by_user_id": None,
            },
        ),
    ),
)
