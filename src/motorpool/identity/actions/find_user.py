"""The users row that an action is about."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.tenancy import Actor
from motorpool.identity.models import User
from motorpool.identity.queries.load_access import access_in
from motorpool.identity.rules.grants import covers_access


async def find_user(session: AsyncSession, actor: Actor, user_id: UUID, *, lock: bool = False) -> User:
    """The user of the actor's tenant, locked for an update on request. Raises NotFound."""
    query = select(User).where(User.tenant_id == actor.tenant_id, User.id == user_id)
    user = await session.scalar(query.with_for_update() if lock else query)
    if user is None:
        raise NotFound("There is no such user.")
    return user


async def find_user_by_email(session: AsyncSession, actor: Actor, email: str) -> User:
    query = select(User).where(
        User.tenant_id == actor.tenant_id, func.lower(User.email) == email.strip().lower()
    )
    user = await session.scalar(query)
    if user is None:
        raise NotFound(f"There is no user with the e-mail address {email.strip()}.")
    return user


async def require_power_over(session: AsyncSession, actor: Actor, user: User) -> None:
    """Raise Forbidden when the actor would gain rights by acting as this user: a new password or a token is
    that.
    """
    if actor.user_id == user.id and actor.access.narrowed_to is None:
        return
    theirs = await access_in(session, actor.tenant_id, user.id)
    if not covers_access(actor.access, theirs):
        raise Forbidden(
            f"{user.display_name} may do more than you; ask an administrator.", code="more_powerful_user"
        )
