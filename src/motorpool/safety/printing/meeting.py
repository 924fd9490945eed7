"""A meeting as a PDF: who was there with their signatures, the quiz's results, minutes and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.sheets import TEMPLATES, paper_of, picture_of
from motorpool.safety.queries.meeting_sheet import Attendee, Counts

Row = dict[str, Any]
KINDS = {"driver": "", "user": "Staff", "guest": "Guest"}


async def meeting_pdf(
    actor: Actor,
    row: Row,
    *,
    kind: str,
    leader: str | None,
    place: str,
    incident: str | None,
    people: Sequence[Attendee],
    counts: Counts,
    has_quiz: bool,
    handouts: Sequence[str],
    actions: Sequence[tuple[str, str, str, str]],
) -> bytes:
    """The document. `row` is the meeting as the API gives it; `actions`: what, owner, due day, status."""
    zone = ZoneInfo(actor.time_zone)
    facts = [
        (label, str(value))
        for label, value in (
            ("Kind", kind),
            ("Led by", leader),
            ("When", _moment(datetime.fromisoformat(row["meeting_date"]), zone)),
            ("Place", place),
            ("Duration", f"{row['duration_minutes']} minutes" if row["duration_minutes"] else ""),
            ("Incident", incident),
            ("Invited", counts.invited),
            ("Came", counts.came),
            ("Signed", counts.signed),
            ("Missing", counts.missing if row["status"] == "held" else None),
        )
        if value not in (None, "")
    ]
    if has_quiz:
        mark = f" (pass mark {row['quiz_pass_percent']} %)" if row["quiz_pass_percent"] else ""
        facts.append(("Quiz", f"{counts.passed} of {counts.came} passed{mark}"))
    if row["training_type"]:
        facts.append(("Counts as", row["training_type"].replace("_", " ")))
    there = [one for one in people if one.came_at is not None]
    data = {
        "title": row["topic"],
        "tenant": actor.tenant_name,
        "paper": paper_of(actor),
        "printed": _moment(datetime.now(UTC), zone),
        "status": row["status"].capitalize(),
        "closed": _moment(datetime.fromisoformat(row["held_at"]), zone) if row["held_at"] else "",
        "facts": facts,
        "agenda": [point.strip() for point in (row["agenda"] or "").splitlines() if point.strip()],
        "minutes": row["minutes"] or "",
        "cancelled": row["cancellation_reason"] or "",
        "has_quiz": has_quiz,
        "people": [_line(one, zone) for one in there],
        "missing": [one.name for one in people if one.is_invited and one.came_at is None]
        if row["status"] == "held"
        else [],
        "handouts": list(handouts),
        "actions": [list(one) for one in actions],
    }
    return await render_pdf("meeting", data, folder=TEMPLATES)


def _line(one: Attendee, zone: ZoneInfo) -> Row:
    said = [one.company or KINDS[one.kind]]
    if not one.is_invited and one.kind != "guest":
        said.append("not invited")
    if one.signed_at is not None:
        way = (
            "own account" if one.signed_with == "own_account" else f"taken by {one.signed_by or 'the leader'}"
        )
        how = f"{_moment(one.signed_at, zone)}, {way}"
        if one.signature is None or one.signed_name != one.name:
            how = f"Signed as {one.signed_name}. {how}"
    else:
        how = "Not signed"
    if one.withdrawn_at is not None:
        how += f". Withdrawn {_moment(one.withdrawn_at, zone)} by {one.withdrawn_by or 'the leader'}: {one.withdrawal_reason}"
    quiz = ""
    if one.score is not None:
        quiz = f"{one.percent} %, {'passed' if one.passed else 'not passed'}"
        if one.attempts > 1:
            quiz += f", {one.attempts} attempts"
    return {
        "name": one.name,
        "about": ", ".join(text for text in said if text),
        "how": how,
        "alarm": one.withdrawn_at is not None or one.signed_at is None,
        "quiz": quiz,
        "picture": picture_of(one.signature),
    }


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
