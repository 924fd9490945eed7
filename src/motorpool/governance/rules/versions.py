"""Texts that come in versions: changed as a draft only, and one version of each in force (see the README)."""

from __future__ import annotations

from motorpool.core.resource.declaration import Move, States


def other_version(table: str, key: str, state: str) -> str:
    """SQL: a version of the same text as row `t` is in this state; versions of a text share the column `key`."""
    return (
        f"EXISTS (SELECT FROM {table} o WHERE o.tenant_id = t.tenant_id AND o.{key} = t.{key} "
        f"AND o.status = '{state}')"
    )


def revise(summary: str, words: str, *leaves: str) -> Move:
    """Change the `words`, columns with spaces between them, and be a draft again."""
    return Move("revise", "draft", leaves=leaves, summary=summary, takes=tuple(words.split()))


def retire(*leaves: str) -> Move:
    return Move(
        "retire", "retired", leaves=leaves, summary="Retire", stamps={"retired_at": "now"}, final=True
    )


def versions_in_use(table: str, key: str, *, thing: str, parts: str, words: str) -> States:
    """Draft, active, retired: for a `thing`, as people say, that is made of `parts`, its column of jsonb."""
    return States(
        "status",
        (
            revise(f"Change the {thing}", words, "draft"),
            Move(
                "activate",
                "active",
                leaves=("draft",),
                summary=f"Put into use: its {parts} can no longer be changed",
                stamps={"activated_at": "now"},
                unless=(
                    (f"t.{parts} IN ('[]'::jsonb, '{{}}'::jsonb)", f"add {parts} first"),
                    (
                        other_version(table, key, "active"),
                        "another version of it is in use; retire that one first",
                    ),
                ),
            ),
            retire("draft", "active"),
        ),
    )
