"""The life cycles of a part of the catalogue and of a purchase suggestion."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

PART = States(
    "status",
    (
        Move(
            "discontinue",
            "discontinued",
            ("active",),
            "Use up and order no more",
            takes=("superseded_by_part_id",),
        ),
        Move(
            "retire",
            "retired",
            ("active", "discontinued"),
            "Retire",
            unless=(
                (
                    "EXISTS (SELECT FROM part_stocks x WHERE x.tenant_id = t.tenant_id AND x.part_id = t.id "
                    "AND (x.quantity_on_hand > 0 OR x.quantity_on_order > 0))",
                    "some of it is still in stock or on order",
                ),
            ),
            final=True,
        ),
        Move("reactivate", "active", ("discontinued", "retired"), "Use again"),
    ),
)

#: The program orders and withdraws: a suggestion is withdrawn as soon as there is enough again.
SUGGESTION = States(
    "status",
    (
        Move(
            "dismiss",
            "dismissed",
            ("open",),
            "Do not order it this time",
            takes=("reason",),
            stamps={"decided_at": "now", "decided_by_user_id": "actor"},
        ),
        Move(
            "reopen",
            "open",
            ("dismissed",),
            "Take it up again",
            stamps={"decided_at": None, "decided_by_user_id": None, "reason": None},
        ),
    ),
    by_program=("ordered", "withdrawn"),
)
