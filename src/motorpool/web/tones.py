"""The tone of a state: what stands well, what wants a look, what is wrong. Words tell it too, never colour alone."""

from __future__ import annotations

from typing import Any

#: Tone of a pill (`is-...` in the styles) -> values that have it.
TONES = {
    "ok": """accepted active allow approved available business certified closed completed confirmed current done explained connected
        granted grant insert moving negative non_preventable normal ok on_duty paid passed published received recorded repaired
        resolved settled signed_off success sent submitted verified visible positive_trend up delivered healthy""",
    "warn": """change_requested conditional deferred due due_soon expiring expiring_soon flagged held high idling in_repair
        in_shop maintenance major medium mixed moderate on_hold on_leave ordered partial partially_received paused pending
        pending_approval pending_insurance pending_review quarantined repair_scheduled retrying review require_approval serious
        undecided under_review update urgent waiting_parts warn warning degraded""",
    "bad": """blocked critical denied deny disabled discontinued disputed emergency expired failed fatal invalid lost missed
        no_show out_of_service overdue overspent positive preventable refused rejected revoked severe suspended terminated
        timeout total_loss unpaid void delete error down""",
    "info": """acknowledged commute assessed assigned checking checked claimed driving handed_over in_progress in_review in_transit
        in_use info invited investigating open personal planned processing renewed reported requested running scheduled stopped
        supervisor_approved system testing under_way upcoming""",
}
TONE_OF = {value: tone for tone, values in TONES.items() for value in values.split()}


def tone_of(value: Any) -> str:
    """`quiet` for what says neither."""
    return TONE_OF.get(str(value).lower(), "quiet")
