"""Chasing corrective actions: their owner is told when one is given, before and on its day, and each week while it is late; once it
is late, whoever answers for it is told too. Each stage is told once: what was told is known by the notifications themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.communication.queries.recipients import people_with_permission
from motorpool.core.chasing import BEGAN, NOTICE_DAYS
from motorpool.core.database.database import raw_connection
from motorpool.core.database.turns import take_turn
from motorpool.core.tenancy import Actor

CATEGORY = "safety"
GIVEN, ESCALATION = "assignment", "escalation"
ABOUT = "x.tenant_id = a.tenant_id AND x.entity_type = 'corrective_action' AND x.entity_id = a.id"
ACTIONS = text(f"""
SELECT a.id, a.title, a.due_on, a.due_on - t.today AS days_left, u.id AS owner, u.display_name AS owner_name,
       a.created_by_user_id = u.id AS is_own_idea, coalesce(i.incident_number, m.topic, r.report_number) AS origin,
       coalesce(m.facilitator_user_id, i.assigned_to_user_id, r.investigator_user_id) AS responsible,
       coalesce(m.facility_id, i.facility_id, v.facility_id) AS facility_id,
       coalesce(i.department_id, v.department_id) AS department_id,
       (SELECT x.user_id FROM notifications x WHERE {ABOUT} AND x.notification_type = 'assignment'
        ORDER BY x.created_at DESC, x.id DESC LIMIT 1) AS last_given_to,
       EXISTS (SELECT FROM notifications x WHERE {ABOUT} AND x.user_id = u.id AND x.created_at >= s.began) AS owner_was_told,
       EXISTS (SELECT FROM notifications x WHERE {ABOUT} AND x.notification_type = 'escalation'
               AND x.created_at >= (a.due_on + 1)::timestamp AT TIME ZONE z.time_zone) AS was_escalated
FROM corrective_actions a
JOIN tenants z ON z.id = a.tenant_id
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE z.time_zone)::date AS today) AS t
CROSS JOIN LATERAL (SELECT ({BEGAN.format(due="a.due_on", today="t.today")})::timestamp AT TIME ZONE z.time_zone AS began) AS s
LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.assigned_to_user_id AND u.status = 'active'
LEFT JOIN safety_meetings m ON m.tenant_id = a.tenant_id AND m.id = a.safety_meeting_id
LEFT JOIN incidents i ON i.tenant_id = a.tenant_id AND i.id = a.incident_id
LEFT JOIN accident_reports r ON r.tenant_id = a.tenant_id AND r.id = a.accident_report_id
LEFT JOIN vehicles v ON v.tenant_id = a.tenant_id AND v.id = coalesce(a.vehicle_id, i.vehicle_id, r.vehicle_id)
WHERE z.id = :tenant AND a.tenant_id = :tenant AND a.id = ANY (:ids) AND a.status IN ('open', 'in_progress')
ORDER BY a.due_on, a.id
""")


async def tell_given_actions(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Tell owners of actions that they were given; how many notifications were written. Whoever gave one to themselves knows it."""
    written = 0
    for row in await _rows(session, actor, ids):
        if (
            row.owner is None
            or row.last_given_to == row.owner
            or (row.is_own_idea and row.last_given_to is None)
        ):
            continue
        due = f" Due on {_day(row)}." if row.due_on else ""
        told = await notify(
            session,
            actor,
            to=[row.owner],
            kind=GIVEN,
            title=f"For you to do: {row.title}",
            message=f"{_origin(row)}{due}".strip() or "A corrective action was given to you.",
            **_shared(row),
        )
        written += len(told)
    return written


async def tell_due_actions(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Remind the owners of actions that are due soon, today or late, and tell who answers for late ones; how many were written."""
    written = 0
    for row in await _rows(session, actor, ids):
        if row.due_on is None or row.days_left > NOTICE_DAYS:
            continue
        if row.owner is not None and not row.owner_was_told:
            told = await notify(
                session,
                actor,
                to=[row.owner],
                kind="alert" if row.days_left < 0 else "reminder",
                priority="high" if row.days_left <= 0 else "medium",
                title=f"{_stage(row)}: {row.title}",
                message=f"{_origin(row)} It {'was' if row.days_left < 0 else 'is'} due on {_day(row)}.".strip(),
                **_shared(row),
            )
            written += len(told)
        if row.days_left < 0 and not row.was_escalated:
            written += await _escalate(session, actor, row)
    return written


async def _escalate(session: AsyncSession, actor: Actor, row: Any) -> int:
    """Who led the meeting or investigates; where that is the owner or nobody, those who may verify actions."""
    who = row.owner_name or "nobody, so it needs an owner"
    said: dict[str, Any] = {
        "kind": ESCALATION,
        "priority": "high",
        "title": f"Late: {row.title}",
        "message": f"{_origin(row)} It was due on {_day(row)} and is with {who}.".strip(),
    } | _shared(row)
    told: list[UUID] = []
    if row.responsible is not None and row.responsible != row.owner:
        told = await notify(session, actor, to=[row.responsible], **said)
    if not told:
        connection = await raw_connection(session)
        people = await people_with_permission(
            connection, actor.tenant_id, "corrective_actions.verify", row.facility_id, row.department_id
        )
        # Where there is nobody else, the owner has been told.
        told = await notify(session, actor, to=people - {row.owner}, **said)
    return len(told)


async def _rows(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> Sequence[Any]:
    # Two rounds at once would tell twice.
    await take_turn(session, f"{actor.tenant_id}/corrective_actions")
    return (await session.execute(ACTIONS, {"tenant": actor.tenant_id, "ids": list(ids)})).all()


def _shared(row: Any) -> dict[str, Any]:
    return {"category": CATEGORY, "entity": ("corrective_action", row.id), "action_label": "Action"}


def _origin(row: Any) -> str:
    return f"From {row.origin}." if row.origin else ""


def _day(row: Any) -> str:
    return f"{row.due_on.day} {row.due_on:%b %Y}"


def _stage(row: Any) -> str:
    if row.days_left < 0:
        return "Late"
    return "Due today" if row.days_left == 0 else f"Due on {_day(row)}"
