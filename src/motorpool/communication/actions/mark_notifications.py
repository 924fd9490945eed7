"""Reading and dismissing one's notifications."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.models import Notification
from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor

Mark = Literal["read", "unread", "dismissed"]


async def mark_notification(session: AsyncSession, actor: Actor, key: UUID, mark: Mark) -> str | None:
    """Mark one; the address that it leads to. What is dismissed counts as read. Raises NotFound for another's."""
    values: dict[str, object] = {"is_read": True, "read_at": func.coalesce(Notification.read_at, func.now())}
    if mark == "unread":
        values = {"is_read": False, "read_at": None, "is_dismissed": False, "dismissed_at": None}
    elif mark == "dismissed":
        values |= {
            "is_dismissed": True,
            "dismissed_at": func.coalesce(Notification.dismissed_at, func.now()),
        }
    row = (
        await session.execute(
            update(Notification)
            .where(*_own(actor), Notification.id == key)
            .values(values)
            .returning(Notification.action_url)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such notification.")
    url: str | None = row[0]
    return url


async def mark_all_read(session: AsyncSession, actor: Actor) -> int:
    """Mark everything that is unread; how many there were."""
    result = await session.execute(
        update(Notification)
        .where(*_own(actor), Notification.is_read.is_(False))
        .values(is_read=True, read_at=func.now())
        .returning(Notification.id)
    )
    return len(result.all())


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Notification.tenant_id == actor.tenant_id, Notification.user_id == actor.user_id
