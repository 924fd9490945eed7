"""Give or deny one permission to one person, over and above the roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.find_user import find_user
from motorpool.identity.models import Permission, UserPermission
from motorpool.identity.queries.actor_cache import forget_after_commit
from motorpool.identity.rules.grants import covers


async def set_user_permission(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    permission_key: str,
    decision: Literal["grant", "deny"] | None,
    *,
    expires_at: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Grant or deny `permission_key`, or take such an override back (None: the roles decide again).

    Raises Invalid (unknown permission, time in the past) and Forbidden for a permission that the actor does
    not hold: lifting a deny is giving, too.
    """
    user = await find_user(session, actor, user_id)
    permission_id = await session.scalar(
        select(Permission.id).where(Permission.permission_key == permission_key)
    )
    if permission_id is None:
        raise Invalid(
            fields=[FieldProblem("permission", f"there is no permission {permission_key!r}", "unknown")]
        )
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise Invalid(fields=[FieldProblem("expires_at", "must be in the future")])
    if decision != "deny" and not covers(actor.access, permission_key, Reach(everything=True)):
        raise Forbidden(f"You cannot give {permission_key}: you do not hold it everywhere yourself.")
    if decision is None:
        await session.execute(
            delete(UserPermission).where(
                UserPermission.tenant_id == actor.tenant_id,
                UserPermission.user_id == user.id,
                UserPermission.permission_id == permission_id,
            )
        )
    else:
        values = {
            "permission_type": decision,
            "granted_by_user_id": actor.user_id,
            "granted_at": datetime.now(UTC),
            "expires_at": expires_at,
            "reason": reason,
        }
        await session.execute(
            insert(UserPermission)
            .values(tenant_id=actor.tenant_id, user_id=user.id, permission_id=permission_id, **values)
            .on_conflict_do_update(index_elements=["tenant_id", "user_id", "permission_id"], set_=values)
        )
    forget_after_commit(session, user_id)
