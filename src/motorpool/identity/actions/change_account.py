"""What people change about their own account: name, time zone, units, password."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.end_access import end_other_sessions
from motorpool.identity.actions.find_user import find_user
from motorpool.identity.actions.record_activity import record_activity
from motorpool.identity.actions.sign_in import check_password
from motorpool.identity.models import User
from motorpool.identity.queries.actor_cache import forget_after_commit
from motorpool.identity.rules.passwords import hash_password, password_problems

#: What `change_account` takes; None in one of the last three means "as the organisation has it", or no number.
OWN_FIELDS = ("display_name", "phone", "time_zone", "units")


async def change_account(session: AsyncSession, actor: Actor, changes: dict[str, Any]) -> User:
    """Change fields of one's own account. Raises Invalid per field, Forbidden for what is no person."""
    user = await _oneself(session, actor)
    problems: list[FieldProblem] = []
    for name, value in changes.items():
        problem = _problem(name, value)
        if problem:
            problems.append(FieldProblem(name, problem))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    for name, value in changes.items():
        setattr(user, name, value.strip() if isinstance(value, str) else None)
    await session.flush()
    forget_after_commit(session, user.id)
    return user


async def change_password(
    session: AsyncSession, actor: Actor, database: Database, *, current: str, new: str
) -> datetime:
    """Choose another password; all other browsers are signed out, API tokens go on.

    Only from a signed-in browser: a token that leaked must not lock its owner out. Raises Invalid (current password
    wrong, new one too weak or the same), Forbidden, TooManyRequests after many wrong ones.
    """
    if actor.session_id is None:
        raise Forbidden(
            "A password can only be changed by the person who is signed in.", code="session_needed"
        )
    user = await _oneself(session, actor)
    known = user.password_hash
    if not await check_password(
        database, email=user.email, stored=known, password=current, address=actor.address
    ):
        raise Invalid(
            "The current password is wrong.",
            fields=[FieldProblem("current_password", "is not your current password", "wrong_password")],
        )
    problems = password_problems(new, user.email, "new_password")
    if not problems and current == new:
        problems = [FieldProblem("new_password", "must differ from the current one", "same_password")]
    if problems:
        raise Invalid("The new password cannot be used.", fields=problems)
    user.password_hash = await asyncio.to_thread(hash_password, new)
    user.must_change_password = False
    await session.flush()
    await end_other_sessions(session, actor)
    await record_activity(session, actor, "password_changed", resource_type="users", resource_id=user.id)
    return datetime.now(UTC)


async def _oneself(session: AsyncSession, actor: Actor) -> User:
    if actor.user_id is None:
        raise Forbidden("Only a person has an account.", code="person_needed")
    return await find_user(session, actor, actor.user_id, lock=True)


def _problem(name: str, value: Any) -> str | None:
    if value is None:
        return "is required" if name == "display_name" else None
    if name == "display_name" and not (1 <= len(value.strip()) <= 255 and value.isprintable()):
        return "must have 1 to 255 printable characters"
    if name == "phone" and not (len(value) <= 40 and value.isprintable()):
        return "must have at most 40 printable characters"
    if name == "units" and value not in ("metric", "imperial"):
        return 'must be "metric" or "imperial"'
    if name == "time_zone":
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            return "must be a name of the IANA time zone database, such as Europe/Berlin"
    return None


__all__ = ["OWN_FIELDS", "change_account", "change_password"]
