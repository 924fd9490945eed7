"""Signing people out and revoking their tokens."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor
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


async def end_session(session: AsyncSession, tenant_id: UUID, session_id: UUID) -> None:
    """Sign one browser out."""
    await session.execute(
        update(Session)
        .where(Session.tenant_id == tenant_id, Session.id == session_id, Session.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    forget_after_commit(session, session_id)


async def end_other_sessions(session: AsyncSession, actor: Actor) -> None:
    """Sign the actor out everywhere but here."""
    assert actor.user_id is not None
    await session.execute(
        update(Session)
        .where(
            Session.tenant_id == actor.tenant_id,
            Session.user_id == actor.user_id,
            Session.id != (actor.session_id or UUID(int=0)),
            Session.revoked_at.is_(None),
        )
        .values(revoked_at=func.now())
    )
    forget_after_commit(session, actor.user_id)


async def revoke_session(session: AsyncSession, actor: Actor, session_id: UUID) -> None:
    """Sign one browser out, one's own or with `sessions.revoke` on all rows anybody's. Raises NotFound."""
    owner = await session.scalar(
        select(Session.user_id).where(Session.tenant_id == actor.tenant_id, Session.id == session_id)
    )
    reach = actor.access.reach("sessions.revoke")
    if owner is None or not (owner == actor.user_id or (reach is not None and reach.everything)):
        raise NotFound("There is no such session.")
    await end_session(session, actor.tenant_id, session_id)


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
