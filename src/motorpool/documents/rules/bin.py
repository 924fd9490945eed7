"""The bin: what is in it keeps its row and can be taken out again."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States

Forbidding = tuple[tuple[str, str], ...]


def bin_states(*, kept: Forbidding, left_in: Forbidding = ()) -> States:
    """Active or discarded. `kept` and `left_in`: conditions over `t` that forbid to discard and to restore, with a sentence."""
    return States(
        "status",
        (
            Move(
                "discard",
                "discarded",
                leaves=("active",),
                summary="Put into the bin",
                stamps={"discarded_at": "now", "discarded_by_user_id": "actor"},
                unless=kept,
                final=True,
            ),
            Move(
                "restore",
                "active",
                leaves=("discarded",),
                summary="Take out of the bin",
                stamps={"discarded_at": None, "discarded_by_user_id": None},
                unless=left_in,
            ),
        ),
    )
