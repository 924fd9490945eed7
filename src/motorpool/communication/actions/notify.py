"""Telling people something: one notification for each of them, in the transaction of what it is about.

    await notify(
        session, actor, permission="expenses.approve", department_id=expense.department_id,
        category="expense", title="Expense EXP-2026-00031 waits for approval", message="Towing, 240.00 USD",
        entity=("expense", expense.id),
    )

Everybody gets it in the notification centre; those who want e-mail are written to by a job once the transaction has
committed, after their quiet hours unless it is urgent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.models import Notification
from motorpool.communication.models.entities import ENTITIES
from motorpool.communication.queries.recipients import (
    Recipient,
    people_of_role,
    people_with_permission,
    wishes_of,
)
from motorpool.communication.rules.delivery import CHANNELS, EMAIL, channels_for, quiet_until
from motorpool.core.database.database import raw_connection
from motorpool.core.jobs.defer import defer
from motorpool.core.tenancy import Actor

Priority = Literal["low", "medium", "high", "urgent"]
MAIL_JOB = "communication.mail_notifications"
#: Letters of one job: few enough to be sent in one connection, many enough not to flood the queue.
LETTERS_OF_A_JOB = 50


async def notify(
    session: AsyncSession,
    actor: Actor,
    *,
    to: Iterable[UUID] = (),
    role: str | None = None,
    permission: str | None = None,
    facility_id: UUID | None = None,
    department_id: UUID | None = None,
    category: str,
    title: str,
    message: str,
    priority: Priority = "medium",
    kind: str = "system",
    entity: tuple[str, UUID] | None = None,
    action_url: str | None = None,
    action_label: str | None = None,
    channels: tuple[str, ...] = CHANNELS,
    expires_at: datetime | None = None,
) -> list[UUID]:
    """Tell the users `to`, those with `role` and those with `permission`; ids of the notifications.

    Whoever acts is not told about it by role or permission, but is when named in `to`. A permission that holds for some
    facilities or departments counts for `facility_id` and `department_id` only. People who are not active are left out.
    `kind` is the notification_type (alert, reminder, approval, message, system). `action_url` is a path of ours; without
    one the page of the `entity`, which is a word of `communication.models.entities` and an id.
    Raises ValueError for an unknown entity, channel or a foreign address.
    """
    if unknown := set(channels) - set(CHANNELS):
        raise ValueError(f"there is no channel {', '.join(sorted(unknown))}")
    values = {
        "tenant_id": actor.tenant_id,
        "notification_type": kind,
        "category": category,
        "title": _short(title, 255),
        "message": message,
        "priority": priority,
        "entity_type": entity and entity[0],
        "entity_id": entity and entity[1],
        "action_url": _path(action_url, entity),
        "action_label": action_label,
        "expires_at": expires_at,
    }
    await session.flush()
    connection = await raw_connection(session)
    found = await people_of_role(connection, actor.tenant_id, role) if role else set()
    if permission:
        found |= await people_with_permission(
            connection, actor.tenant_id, permission, facility_id, department_id
        )
    people = await wishes_of(connection, actor.tenant_id, (found - {actor.user_id}) | set(to))
    if not people:
        return []
    ways = {one.user_id: channels_for(one.preference, category, channels) for one in people}
    rows = [
        {**values, "user_id": one.user_id, "delivery_channels": list(ways[one.user_id])} for one in people
    ]
    result = await session.execute(
        insert(Notification).returning(Notification.id, Notification.user_id), rows
    )
    made = {user_id: key for key, user_id in result.all()}
    mailed = [one for one in people if EMAIL in ways[one.user_id]]
    await _mail_later(session, actor, mailed, made, urgent=priority == "urgent")
    return list(made.values())


async def _mail_later(
    session: AsyncSession, actor: Actor, people: Sequence[Recipient], made: dict[UUID, UUID], *, urgent: bool
) -> None:
    """One job for all letters that are due at the same time."""
    now = datetime.now(UTC)
    due: dict[datetime | None, list[UUID]] = defaultdict(list)
    for one in people:
        due[None if urgent else quiet_until(one.preference, now, one.zone)].append(made[one.user_id])
    for at, ids in due.items():
        for start in range(0, len(ids), LETTERS_OF_A_JOB):
            batch = ids[start : start + LETTERS_OF_A_JOB]
            await defer(session, MAIL_JOB, actor.tenant_id, at=at, notification_ids=batch)


def _path(action_url: str | None, entity: tuple[str, UUID] | None) -> str | None:
    if entity is not None and entity[0] not in ENTITIES:
        raise ValueError(f"there is no entity {entity[0]}; see communication.models.entities")
    if action_url is not None:
        if not action_url.startswith("/") or action_url.startswith(("//", "/\\")):
            raise ValueError(f"action_url must be a path of ours, not {action_url!r}")
        return action_url
    return None if entity is None else f"/{ENTITIES[entity[0]].replace('_', '-')}/{entity[1]}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
