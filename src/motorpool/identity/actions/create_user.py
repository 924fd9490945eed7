"""New people: with a password at once, or invited to choose one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.assign_role import assign_role
from motorpool.identity.actions.set_up_link import issue_set_up_link
from motorpool.identity.models import User
from motorpool.identity.rules.passwords import hash_password, password_problems
from motorpool.identity.rules.tokens import Token

_EMAIL = re.compile(r"[^@\s\x00-\x1f,;<>\"]{1,64}@[^@\s\x00-\x1f,;<>\"]{1,255}")


async def create_user(
    session: AsyncSession,
    actor: Actor,
    *,
    email: str,
    display_name: str,
    password: str | None = None,
    roles: Sequence[str] = (),
    must_change_password: bool = False,
    facility_id: UUID | None = None,
    department_id: UUID | None = None,
) -> User:
    """A new user of the actor's tenant. Without a password the status is `invited` until one is set.

    Raises Invalid per field, Conflict when the e-mail is taken, Forbidden for a role above the actor's own
    rights.
    """
    email, display_name = email.strip(), display_name.strip()
    problems: list[FieldProblem] = []
    if not _EMAIL.fullmatch(email):
        problems.append(FieldProblem("email", "must be an e-mail address, such as jo@example.org"))
    if not (1 <= len(display_name) <= 255 and display_name.isprintable()):
        problems.append(FieldProblem("display_name", "must have 1 to 255 printable characters"))
    if password is not None:
        problems += password_problems(password, email)
    if problems:
        raise Invalid(fields=problems)
    user = User(
        tenant_id=actor.tenant_id,
        email=email,
        display_name=display_name,
        status="invited" if password is None else "active",
        password_hash=None if password is None else await asyncio.to_thread(hash_password, password),
        must_change_password=must_change_password,
        facility_id=facility_id,
        department_id=department_id,
    )
    taken = select(User.id).where(User.tenant_id == actor.tenant_id, func.lower(User.email) == email.lower())
    if await session.scalar(taken) is not None:
        raise _taken(email)
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        if "uq_users_tenant_id_email" in str(error.orig):
            raise _taken(email) from error
        raise
    for role in roles:
        await assign_role(session, actor, user.id, role)
    return user


async def invite_user(
    session: AsyncSession,
    keyring: Keyring,
    actor: Actor,
    *,
    email: str,
    display_name: str,
    roles: Sequence[str] = (),
) -> tuple[User, Token]:
    """A new user without a password, and the one-time link with which they choose one."""
    user = await create_user(session, actor, email=email, display_name=display_name, roles=roles)
    return user, await issue_set_up_link(session, keyring, user)


def _taken(email: str) -> Conflict:
    return Conflict(
        f"Somebody with the e-mail address {email} is here already.",
        fields=[FieldProblem("email", "is taken", "taken")],
        code="email_taken",
    )
