"""The declaration that all obligations share."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, Computed, Resource
from motorpool.governance.models.obligations import Obligation
from motorpool.governance.resources.reach import ACCOUNT
from motorpool.governance.rules.obligations import OBLIGATION, PROGRESS, progress


def obligation(model: type[Obligation], label: str, of: str, *, fulfilled: str, in_time: str) -> Resource:
    """An assignment of what the column `<of>_id` names.

    fulfilled: SQL over `t` with a place `{in_time}`, where the condition `in_time` says that it still counts today.
    """
    key = f"{of}_id"
    return Resource(
        model=model,
        label=label,
        operations=FULL,
        writable=("due_on", "reason"),
        create_only=(key, "user_id"),
        made_by=("assigned_by_user_id",),
        filters=("id", key, "user_id", "due_on", "status", "progress"),
        default_sort="due_on",
        expand={of: key, "user": "user_id"},
        states=OBLIGATION,
        computed={
            "progress": Computed(
                progress(fulfilled.format(in_time=in_time), fulfilled.format(in_time=f"NOT {in_time}")),
                str,
                PROGRESS,
            )
        },
        scope=ACCOUNT,
        list_columns=(key, "user_id", "due_on", "progress", "reason", "assigned_at"),
    )
