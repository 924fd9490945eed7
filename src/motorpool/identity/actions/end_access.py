"""Signing people out and revoking their tokens."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.identity.models import ApiToken, Session
from motorpool.identity.queries.actor_cache import forget_after_commit


async def end_sessions(session: AsyncSession, tenant_id: UUID, user_id: UUID) -> None:
    """Sign a person out everywhere."""
    await session.execute(
        update(Session)
        .where(Session.tenant_id == tenant_id, Session.user_id == user_id, Session.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    forget_after_commit(session, user_id)


async def revoke_tokens(
    session: AsyncSession, tenant_id: UUID, user_id: UUID, *, by: UUID | None, reason: str
) -> None:
    """Revoke all API tokens of a person."""
    await session.execute(
        update(ApiToken)
        .where(ApiToken.tenant_id == tenant_id, ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(is_active=False, revoked_at=func.now(), revoked_by_user_id=by, revoked_reason=reason)
    )
    forget_after_commit(session, user_id)
