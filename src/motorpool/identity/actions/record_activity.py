"""Rows of `user_activity_log`: what people did that changes no table of its own, as signing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.identity.models import UserActivity


async def record_activity(
    session: AsyncSession,
    actor: Actor,
    action_type: str,
    *,
    user_id: UUID | None = None,
    resource_type: str | None = None,
    resource_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Log one action of `user_id`, or of the actor. What the program itself does is not logged here."""
    who = user_id or actor.user_id
    if who is None:
        return
    session_id = actor.session_id or actor.token_id
    await session.execute(
        insert(UserActivity).values(
            tenant_id=actor.tenant_id,
            user_id=who,
            action_type=action_type,
            resource_type=resource_type,
            resource_id=resource_id,
            action_details=details,
            ip_address=actor.address,
            user_agent=(actor.user_agent or "")[:500] or None,
            session_id=str(session_id) if session_id else None,
        )
    )
