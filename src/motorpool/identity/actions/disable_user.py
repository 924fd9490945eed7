"""Shut a person out, let them in again, and let them choose a new password."""

from __future__ import annotations

import asyncio
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, Invalid
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.assign_role import require_another_admin
from motorpool.identity.actions.end_access import end_sessions, revoke_tokens
from motorpool.identity.actions.find_user import find_user, require_power_over
from motorpool.identity.actions.set_up_link import issue_set_up_link
from motorpool.identity.models import User
from motorpool.identity.rules.passwords import hash_password, password_problems
from motorpool.identity.rules.tokens import Token


async def disable_user(session: AsyncSession, actor: Actor, user_id: UUID) -> User:
    """No more signing in: sessions end, API tokens are revoked for good, set-up links stop working.

    Raises NotFound, Forbidden (somebody with more rights) or Conflict (the only administrator). Twice is no
    error.
    """
    user = await find_user(session, actor, user_id, lock=True)
    await require_power_over(session, actor, user)
    await require_another_admin(session, actor, user_id)
    user.status = "disabled"
    user.set_up_token_hash = user.set_up_expires_at = None
    await session.flush()
    await end_sessions(session, actor.tenant_id, user_id)
    await revoke_tokens(session, actor.tenant_id, user_id, by=actor.user_id, reason="account disabled")
    return user


async def enable_user(session: AsyncSession, actor: Actor, user_id: UUID) -> User:
    """Let a disabled person in again with their old password; tokens stay revoked."""
    user = await find_user(session, actor, user_id, lock=True)
    if user.status != "disabled":
        raise Conflict(
            f"The account of {user.display_name} is {user.status}, not disabled.", code="not_disabled"
        )
    user.status = "active" if user.password_hash else "invited"
    await session.flush()
    await require_power_over(session, actor, user)
    return user


async def reset_password(
    session: AsyncSession, keyring: Keyring, actor: Actor, user_id: UUID, *, new_password: str | None = None
) -> Token | None:
    """Sign a person out everywhere and give a one-time link to choose a new password, or set `new_password`.

    The old password stops working at once. Raises NotFound, Forbidden (somebody with more rights), Conflict
    (disabled) or Invalid (password).
    """
    user = await find_user(session, actor, user_id, lock=True)
    await require_power_over(session, actor, user)
    if user.status == "disabled":
        raise Conflict(f"The account of {user.display_name} is disabled.", code="account_disabled")
    if new_password is not None and (problems := password_problems(new_password, user.email)):
        raise Invalid(fields=problems)
    await end_sessions(session, actor.tenant_id, user_id)
    if new_password is None:
        user.password_hash = None
        return await issue_set_up_link(session, keyring, user)
    user.password_hash = await asyncio.to_thread(hash_password, new_password)
    user.status = "active"
    user.must_change_password = False
    user.set_up_token_hash = user.set_up_expires_at = None
    await session.flush()
    return None
