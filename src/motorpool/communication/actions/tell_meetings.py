"""Telling people of meetings: that they are invited, that one is on another day or cancelled, and the day before; each once.

What was told is known by the notifications themselves: a job that is done twice finds its own words as the latest about the meeting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import Priority, notify
from motorpool.core.database.turns import take_turn
from motorpool.core.tenancy import Actor

CATEGORY = "safety"
A_DAY = timedelta(hours=24)
LIST = """
SELECT m.id, m.topic, m.status, m.meeting_date, m.cancellation_reason, m.created_at, p.user_id, p.leads,
       to_char(m.meeting_date AT TIME ZONE z.time_zone, 'Dy FMDD Mon, HH24:MI') AS moment,
       concat_ws(', ', nullif(m.location, ''), f.name) AS place, x.title AS last_title, x.message AS last_message,
       x.created_at AS last_at
FROM safety_meetings m
JOIN tenants z ON z.id = m.tenant_id
LEFT JOIN facilities f ON f.tenant_id = m.tenant_id AND f.id = m.facility_id
CROSS JOIN LATERAL ({people}) AS p
LEFT JOIN LATERAL (
    SELECT n.title, n.message, n.created_at FROM notifications n
    WHERE n.tenant_id = m.tenant_id AND n.user_id = p.user_id AND n.entity_type = 'meeting' AND n.entity_id = m.id
    ORDER BY n.created_at DESC, n.id DESC LIMIT 1) AS x ON true
WHERE z.id = :tenant AND m.tenant_id = :tenant AND p.user_id IS NOT NULL AND m.meeting_date > now() AND {which}
ORDER BY m.meeting_date, m.id, p.user_id
"""
ATTENDEES = """
SELECT coalesce(a.user_id, d.user_id) AS user_id, false AS leads FROM meeting_attendees a
LEFT JOIN drivers d ON d.tenant_id = a.tenant_id AND d.id = a.driver_id
WHERE a.tenant_id = m.tenant_id AND a.safety_meeting_id = m.id AND a.withdrawn_at IS NULL {only}
"""
AND_LEADER = " UNION ALL SELECT m.facilitator_user_id, true"
INVITED = text(
    LIST.format(
        people=ATTENDEES.format(only="AND a.is_invited AND a.id = ANY (:ids)"),
        which="m.status = 'scheduled' AND EXISTS (SELECT FROM meeting_attendees o WHERE o.tenant_id = m.tenant_id "
        "AND o.safety_meeting_id = m.id AND o.id = ANY (:ids))",
    )
)
CHANGED = text(
    LIST.format(
        people=ATTENDEES.format(only="") + AND_LEADER, which="m.id = ANY (:ids) AND m.status <> 'held'"
    )
)
NEAR = text(
    LIST.format(
        people=ATTENDEES.format(only="") + AND_LEADER,
        which="m.id = ANY (:ids) AND m.status = 'scheduled' AND m.meeting_date <= now() + interval '24 hours'",
    )
)


class Words(NamedTuple):
    """What a notification says, and how urgently."""

    title: str
    message: str
    kind: str
    priority: Priority = "medium"


async def tell_invitations(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Tell those who have these places on lists that they are invited; how many notifications were written."""
    return await _tell(session, actor, INVITED, ids, _invitation)


async def tell_changes(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Tell everybody on the lists of these meetings, and who leads them, where they stand now; how many were written."""
    return await _tell(session, actor, CHANGED, ids, _change)


async def tell_near_meetings(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Remind everybody on the lists of these meetings, and who leads them, unless they were told something within the last day."""
    return await _tell(session, actor, NEAR, ids, _reminder)


async def _tell(
    session: AsyncSession, actor: Actor, query: Any, ids: Sequence[UUID], words: Callable[[Any], Words | None]
) -> int:
    # Two rounds at once would tell twice.
    await take_turn(session, f"{actor.tenant_id}/meetings")
    rows = (await session.execute(query, {"tenant": actor.tenant_id, "ids": list(ids)})).all()
    together: dict[tuple[UUID, Words], list[UUID]] = defaultdict(list)
    for row in rows:
        said = words(row)
        if said is None or (row.last_title, row.last_message) == (said.title[:255], said.message):
            continue
        people = together[row.id, said]
        if row.user_id not in people:
            people.append(row.user_id)
    written = 0
    for (key, said), people in together.items():
        told = await notify(
            session,
            actor,
            to=people,
            category=CATEGORY,
            entity=("meeting", key),
            action_label="Meeting",
            title=said.title,
            message=said.message,
            kind=said.kind,
            priority=said.priority,
        )
        written += len(told)
    return written


def _at(row: Any) -> str:
    return f"{row.moment}{f', {row.place}' if row.place else ''}."


def _invitation(row: Any) -> Words:
    return Words(f"Invitation: {row.topic[:180]}, {row.moment}", f"Safety meeting, {_at(row)}", "message")


def _change(row: Any) -> Words | None:
    if row.status == "cancelled":
        why = f" {row.cancellation_reason}" if row.cancellation_reason else ""
        title = f"Cancelled: {row.topic[:180]}, {row.moment}"
        return Words(title, f"The safety meeting does not take place.{why}", "alert", "high")
    if row.leads and row.last_title is None:
        # Whoever leads it and was not told anything yet planned it.
        return None
    if row.last_message is not None and row.last_message.endswith(_at(row)):
        # Time and place are what this person was told.
        return None
    title = f"Changed: {row.topic[:180]}, {row.moment}"
    return Words(title, f"The safety meeting is now: {_at(row)}", "alert", "high")


def _reminder(row: Any) -> Words | None:
    if row.last_at is not None and row.last_at >= row.meeting_date - A_DAY:
        return None
    whose = "You lead the safety meeting" if row.leads else "Safety meeting"
    return Words(f"Reminder: {row.topic[:180]}, {row.moment}", f"{whose}, {_at(row)}", "reminder")
