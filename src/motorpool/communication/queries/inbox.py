"""What a person has been told: the unread counter and the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

#: The counter is exact up to here.
COUNT_MOST = 99
_SHOWN = (
    "n.tenant_id = %(tenant)s AND n.user_id = %(user)s AND NOT n.is_dismissed "
    "AND (n.expires_at IS NULL OR n.expires_at > now())"
)
_UNREAD = f"""
    SELECT count(*) FROM (SELECT FROM notifications n WHERE {_SHOWN} AND NOT n.is_read LIMIT {COUNT_MOST + 1}) c
"""
_PAGE = f"""
    SELECT n.id, n.title, n.message, n.priority, n.category, n.action_url, n.action_label, n.is_read, n.created_at
    FROM notifications n
    WHERE {_SHOWN} AND (NOT %(unread)s OR NOT n.is_read)
      AND (%(before)s::timestamptz IS NULL OR (n.created_at, n.id) < (%(before)s, %(before_id)s::uuid))
    ORDER BY n.created_at DESC, n.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Notice:
    id: UUID
    title: str
    message: str
    priority: str
    category: str | None
    action_url: str | None
    action_label: str | None
    is_read: bool
    created_at: datetime


async def unread_count(database: Database, actor: Actor) -> int:
    """Unread notifications of the actor, `COUNT_MOST` + 1 for more than that; 0 for what is no person."""
    if actor.user_id is None:
        return 0
    rows = await database.read(actor, _UNREAD, {"tenant": actor.tenant_id, "user": actor.user_id})
    return int(rows[0][0])


async def inbox(
    database: Database,
    actor: Actor,
    *,
    unread: bool = False,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Notice]:
    """The actor's notifications, newest first; `before` is time and id of the last one of the page before."""
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "user": actor.user_id,
        "unread": unread,
        "before": before and before[0],
        "before_id": before and before[1],
        "limit": limit,
    }
    return [Notice(*row) for row in await database.read(actor, _PAGE, parameters)]
