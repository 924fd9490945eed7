"""Give people roles and take them away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.find_user import find_user
from motorpool.identity.models import Role, UserRole
from motorpool.identity.queries.actor_cache import forget_after_commit
from motorpool.identity.rules.grants import uncovered_patterns
from motorpool.identity.rules.system_roles import ADMIN

_OTHER_ADMINS = text("""
    SELECT count(*) FROM users u JOIN user_roles a ON a.tenant_id = u.tenant_id AND a.user_id = u.id
    JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
    WHERE u.tenant_id = :tenant AND u.id <> :user AND u.status = 'active' AND r.role_name = :admin
      AND r.is_active IS NOT FALSE AND a.is_active IS NOT FALSE AND a.facility_ids IS NULL AND
      a.department_ids IS NULL AND (a.expires_at IS NULL OR a.expires_at > now())
""")
_IS_ADMIN = text("""
    SELECT EXISTS (SELECT FROM user_roles a JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
    WHERE a.tenant_id = :tenant AND a.user_id = :user AND a.is_active IS NOT FALSE AND r.role_name = :admin)
""")


async def assign_role(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    role_name: str,
    *,
    expires_at: datetime | None = None,
    facility_ids: Sequence[UUID] | None = None,
    department_ids: Sequence[UUID] | None = None,
    own_only: bool = False,
) -> UserRole:
    """Give a role, everywhere, for some facilities or departments, or for the person's own rows only; a role that is
    held already is changed to this.

    Raises Invalid (unknown role, facility or department, time in the past) and Forbidden when the role holds
    something that the actor does not have.
    """
    user = await find_user(session, actor, user_id)
    role = await _role(session, actor, role_name)
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise Invalid(fields=[FieldProblem("expires_at", "must be in the future")])
    if own_only and (facility_ids or department_ids):
        raise Invalid(fields=[FieldProblem("own_only", "cannot go with facilities or departments")])
    # No place at all stands for the person's own rows; see rules/grants.py.
    facilities = [] if own_only else list(facility_ids or ()) or None
    departments = [] if own_only else list(department_ids or ()) or None
    _require_covered(actor, role, facilities, departments)
    await _require_known(session, actor, "facilities", "facility_ids", facility_ids)
    await _require_known(session, actor, "departments", "department_ids", department_ids)
    held = await _assignment(session, actor, user_id, role.id)
    if held is None:
        held = UserRole(tenant_id=actor.tenant_id, user_id=user.id, role_id=role.id)
        session.add(held)
    held.is_active = True
    held.expires_at = expires_at
    held.facility_ids = facilities
    held.department_ids = departments
    held.assigned_by_user_id = actor.user_id
    await session.flush()
    forget_after_commit(session, user_id)
    return held


async def remove_role(session: AsyncSession, actor: Actor, user_id: UUID, role_name: str) -> None:
    """Take a role away. Raises Conflict when nobody would be left to administer the tenant."""
    await find_user(session, actor, user_id)
    role = await _role(session, actor, role_name)
    held = await _assignment(session, actor, user_id, role.id)
    if held is None:
        raise Invalid(fields=[FieldProblem("role", f"this user does not have the role {role_name}")])
    _require_covered(actor, role, held.facility_ids, held.department_ids)
    if role_name == ADMIN:
        await require_another_admin(session, actor, user_id)
    await session.delete(held)
    await session.flush()
    forget_after_commit(session, user_id)


async def require_another_admin(session: AsyncSession, actor: Actor, user_id: UUID) -> None:
    """Raise Conflict when `user_id` is the only active administrator of the tenant."""
    parameters = {"tenant": actor.tenant_id, "user": user_id, "admin": ADMIN}
    # Two administrators who remove each other at the same time wait for each other here.
    await session.execute(
        text("SELECT FROM roles WHERE tenant_id = :tenant AND role_name = :admin FOR UPDATE"), parameters
    )
    if not await session.scalar(_IS_ADMIN, parameters) or await session.scalar(_OTHER_ADMINS, parameters):
        return
    raise Conflict("This is the only administrator; make somebody else one first.", code="last_administrator")


def _require_covered(
    actor: Actor, role: Role, facility_ids: Sequence[UUID] | None, department_ids: Sequence[UUID] | None
) -> None:
    if missing := uncovered_patterns(actor.access, role.permissions, facility_ids, department_ids):
        names = ", ".join(missing[:5])
        raise Forbidden(
            f"The role {role.role_name} may do what you may not: {names}.", code="more_powerful_role"
        )


async def _role(session: AsyncSession, actor: Actor, role_name: str) -> Role:
    role = await session.scalar(
        select(Role).where(Role.tenant_id == actor.tenant_id, Role.role_name == role_name)
    )
    if role is None:
        known = await session.scalars(
            select(Role.role_name).where(Role.tenant_id == actor.tenant_id).order_by(Role.role_name)
        )
        raise Invalid(
            fields=[FieldProblem("role", f"there is no role {role_name!r}; there are {', '.join(known)}")]
        )
    return role


async def _assignment(session: AsyncSession, actor: Actor, user_id: UUID, role_id: UUID) -> UserRole | None:
    query = select(UserRole).where(
        UserRole.tenant_id == actor.tenant_id, UserRole.user_id == user_id, UserRole.role_id == role_id
    )
    return (await session.scalars(query)).one_or_none()


async def _require_known(
    session: AsyncSession, actor: Actor, table: str, field: str, ids: Sequence[UUID] | None
) -> None:
    """Array elements have no foreign key; another tenant's id gets the same words as one that does not
    exist.
    """
    if not ids:
        return
    statement = text(f"SELECT id FROM {table} WHERE tenant_id = :tenant AND id = ANY(:ids)")
    found = set(await session.scalars(statement, {"tenant": actor.tenant_id, "ids": list(ids)}))
    if wrong := [id_ for id_ in ids if id_ not in found]:
        raise Invalid(fields=[FieldProblem(field, f"there is no such row in {table}: {wrong[0]}")])
