"""One-time links: an invited person, or one who forgot the password, chooses a password without anybody
telling them one.

The link carries the tenant and a secret; the users row keeps its keyed hash until it is used, replaced or
three days old.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, Invalid, NotFound
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.end_access import end_sessions
from motorpool.identity.actions.record_activity import record_activity
from motorpool.identity.models import User
from motorpool.identity.rules.passwords import hash_password, password_problems
from motorpool.identity.rules.tokens import Token, new_token

LIFETIME = timedelta(days=3)


async def issue_set_up_link(session: AsyncSession, keyring: Keyring, user: User) -> Token:
    """A new link for a user; an earlier one stops working."""
    if user.status == "disabled":
        raise Conflict(f"The account of {user.display_name} is disabled.", code="account_disabled")
    token = new_token("link", user.tenant_id)
    user.set_up_token_hash = token.stored_hash(keyring)
    user.set_up_expires_at = datetime.now(UTC) + LIFETIME
    await session.flush()
    return token


async def find_user_of_link(session: AsyncSession, keyring: Keyring, token: Token) -> User:
    """Whom a link was made for. Raises NotFound when it was used, replaced or is too old."""
    query = select(User).where(
        User.tenant_id == token.tenant_id,
        User.set_up_token_hash.in_(token.possible_hashes(keyring)),
        User.status != "disabled",
    )
    user = await session.scalar(query.with_for_update())
    if user is None or user.set_up_expires_at is None or user.set_up_expires_at <= datetime.now(UTC):
        raise NotFound("This link was used already or is too old. Ask for a new one.", code="link_ended")
    return user


async def complete_set_up(
    session: AsyncSession, keyring: Keyring, actor: Actor, token: Token, password: str
) -> User:
    """Set the password of whom the link was made for; other browsers of theirs are signed out.

    Raises NotFound (link) and Invalid (password).
    """
    user = await find_user_of_link(session, keyring, token)
    if problems := password_problems(password, user.email):
        raise Invalid(fields=problems)
    user.password_hash = await asyncio.to_thread(hash_password, password)
    user.status = "active"
    user.must_change_password = False
    user.set_up_token_hash = user.set_up_expires_at = None
    await session.flush()
    await end_sessions(session, user.tenant_id, user.id)
    await record_activity(
        session, actor, "password_set", user_id=user.id, resource_type="users", resource_id=user.id
    )
    return user
