"""Roles of a tenant's own, beside the nine that come with the program."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.create_tenant import known_permissions
from motorpool.identity.models import Role, UserRole
from motorpool.identity.queries.actor_cache import forget_after_commit
from motorpool.identity.rules.grants import permission_problems, uncovered_patterns, unknown_problems

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)


async def create_role(
    session: AsyncSession,
    actor: Actor,
    *,
    role_name: str,
    permissions: dict[str, Any],
    display_name: str | None = None,
    description: str | None = None,
) -> Role:
    """A new role. Raises Invalid per field, Conflict (name taken), Forbidden (more than the actor may do)."""
    if not _NAME.fullmatch(role_name):
        raise Invalid(fields=[FieldProblem("role_name", "must be lower-case letters, digits and _")])
    await _require_grantable(session, actor, permissions)
    taken = select(Role.id).where(Role.tenant_id == actor.tenant_id, Role.role_name == role_name)
    if await session.scalar(taken) is not None:
        raise Conflict(
            f"There is a role {role_name} already.", fields=[FieldProblem("role_name", "is taken", "taken")]
        )
    role = Role(
        tenant_id=actor.tenant_id,
        role_name=role_name,
        display_name=display_name or role_name.replace("_", " ").capitalize(),
        description=description,
        role_type="custom",
        permissions=permissions,
    )
    session.add(role)
    await session.flush()
    return role


async def update_role(
    session: AsyncSession,
    actor: Actor,
    role_id: UUID,
    *,
    permissions: dict[str, Any] | None = None,
    display_name: str | None = None,
    description: str | None = None,
    is_active: bool | None = None,
) -> Role:
    """Change a role; what is None stays. Who has the role has the new rights at once.

    Raises NotFound, Invalid, Forbidden (more than the actor may do, before or after), and Conflict for the
    rights of a system role: those come from the program. The role of administrators cannot be switched off.
    """
    role = await session.scalar(
        select(Role).where(Role.tenant_id == actor.tenant_id, Role.id == role_id).with_for_update()
    )
    if role is None:
        raise NotFound("There is no such role.")
    if role.is_system_role and (
        permissions is not None or (role.role_name == "admin" and is_active is False)
    ):
        raise Conflict("This role comes with the program; make one of your own instead.", code="system_role")
    _require_covered(actor, role.permissions or {})
    if permissions is not None:
        await _require_grantable(session, actor, permissions)
        role.permissions = permissions
    role.display_name = role.display_name if display_name is None else display_name
    role.description = role.description if description is None else description
    role.is_active = role.is_active if is_active is None else is_active
    await session.flush()
    forget_after_commit(session, actor.tenant_id)
    return role


async def delete_role(session: AsyncSession, actor: Actor, role_id: UUID) -> None:
    """Remove a role of the organisation's own that nobody holds.

    Raises NotFound, Forbidden, and Conflict for a system role or one that somebody has: taking rights away from people
    is a decision of its own.
    """
    role = await session.scalar(
        select(Role).where(Role.tenant_id == actor.tenant_id, Role.id == role_id).with_for_update()
    )
    if role is None:
        raise NotFound("There is no such role.")
    if role.is_system_role:
        raise Conflict("This role comes with the program and cannot be deleted.", code="system_role")
    _require_covered(actor, role.permissions or {})
    holders = select(func.count()).where(UserRole.tenant_id == actor.tenant_id, UserRole.role_id == role_id)
    if count := await session.scalar(holders):
        people = "1 person has" if count == 1 else f"{count} people have"
        raise Conflict(f"{people} this role; take it away from them first.", code="role_in_use")
    await session.delete(role)
    await session.flush()


async def _require_grantable(session: AsyncSession, actor: Actor, permissions: dict[str, Any]) -> None:
    if problems := permission_problems(permissions):
        raise Invalid(fields=problems)
    known = [fact.key for fact in await known_permissions(session)]
    if problems := unknown_problems(permissions, known):
        raise Invalid(fields=problems)
    _require_covered(actor, permissions)


def _require_covered(actor: Actor, permissions: dict[str, Any]) -> None:
    if missing := uncovered_patterns(actor.access, permissions, None, None):
        names = ", ".join(missing[:5])
        raise Forbidden(f"A role cannot hold what you may not do: {names}.", code="more_powerful_role")
