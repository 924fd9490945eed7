"""Roles of the organisation's own."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.verbs import Call, Nothing
from motorpool.identity.actions.save_role import create_role, delete_role, update_role
from motorpool.identity.models import Role
from motorpool.identity.routes.collector import verbs

Permissions = Annotated[
    dict[str, Any],
    Meta(
        description='Collection -> its actions and whether they hold for all rows or one\'s own; "*" stands for all',
        examples=[{"vehicles": {"actions": ["read", "update"], "scope": "all"}}],
    ),
]


class NewRole(Struct, forbid_unknown_fields=True):
    role_name: Annotated[
        str, Meta(description="Lower-case letters, digits and _", examples=["night_dispatcher"])
    ]
    permissions: Permissions
    display_name: str | None = None
    description: str | None = None


class RoleValues(Struct, forbid_unknown_fields=True):
    permissions: Permissions | None = None
    display_name: str | None = None
    description: str | None = None
    is_active: Annotated[bool | None, Meta(description="A role that is off gives nothing")] = None


class SavedRole(Struct):
    id: UUID
    role_name: str
    display_name: str | None
    description: str | None
    role_type: str | None
    permissions: dict[str, Any] | None
    is_active: bool | None


@verbs.post("roles", "create", NewRole, path="", everywhere=True, answers=SavedRole, status=201)
async def create(call: Call[NewRole]) -> SavedRole:
    """Add a role

    It cannot hold what the caller may not do.
    """
    return saved(await create_role(call.session, call.actor, **msgspec.structs.asdict(call.body)))


@verbs.patch("roles", "update", RoleValues, path="/{id}", everywhere=True, answers=SavedRole)
async def update(call: Call[RoleValues]) -> SavedRole:
    """Change a role

    Who has it has the new rights at once. System roles can only be switched off and on.
    """
    return saved(await update_role(call.session, call.actor, call.key, **msgspec.structs.asdict(call.body)))


class Gone(Struct):
    id: UUID


@verbs.post("roles", "delete", Nothing, everywhere=True, answers=Gone)
async def delete(call: Call[Nothing]) -> Gone:
    """Delete a role that nobody has"""
    await delete_role(call.session, call.actor, call.key)
    return Gone(call.key)


def saved(role: Role) -> SavedRole:
    return SavedRole(
        role.id,
        role.role_name,
        role.display_name,
        role.description,
        role.role_type,
        role.permissions,
        role.is_active,
    )
