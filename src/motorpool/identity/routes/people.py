"""People's accounts, their roles and the permissions given or denied to them directly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.verbs import Call, Nothing, lacking
from motorpool.identity.actions.assign_role import assign_role, remove_role
from motorpool.identity.actions.create_user import invite_user
from motorpool.identity.actions.disable_user import disable_user, enable_user, reset_password
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.routes.collector import require_zone, verbs

Expiry = Annotated[datetime | None, Meta(description="With a zone; left out: for good")]


class NewUser(Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(examples=["jo@example.org"])]
    display_name: str
    roles: Annotated[list[str], Meta(description="Names of roles, as `driver`")] = []


class Invited(Struct):
    id: UUID
    email: str
    status: str
    set_up_path: Annotated[
        str | None, Meta(description="The one-time link to hand over, valid for three days")
    ]


class UserState(Struct):
    id: UUID
    status: str


@verbs.post(
    "users",
    "create",
    NewUser,
    path="",
    everywhere=True,
    answers=Invited,
    status=201,
    once_only=("set_up_path",),
)
async def create(call: Call[NewUser]) -> Invited:
    """Invite somebody

    Roles need `users.assign_roles` too. A repetition with the same Idempotency-Key cannot tell the link again.
    """
    body, access = call.body, call.actor.access
    reach = access.reach("users.assign_roles")
    if body.roles and (reach is None or not reach.everything):
        raise lacking("users.assign_roles")
    user, link = await invite_user(
        call.session,
        call.state.keyring,
        call.actor,
        email=body.email,
        display_name=body.display_name,
        roles=body.roles,
    )
    return Invited(user.id, user.email, user.status, f"/set-up?token={link.text}")


@verbs.post("users", "disable", Nothing, everywhere=True, answers=UserState)
async def disable(call: Call[Nothing]) -> UserState:
    """Disable a user

    Ends sessions and API tokens; they are let in no more.
    """
    user = await disable_user(call.session, call.actor, call.key)
    return UserState(user.id, user.status)


@verbs.post("users", "enable", Nothing, permission="disable", everywhere=True, answers=UserState)
async def enable(call: Call[Nothing]) -> UserState:
    """Let a disabled user in again"""
    user = await enable_user(call.session, call.actor, call.key)
    return UserState(user.id, user.status)


class Reset(Struct):
    id: UUID
    set_up_path: Annotated[
        str | None, Meta(description="The one-time link to hand over, valid for three days")
    ]


@verbs.post("users", "reset_password", Nothing, everywhere=True, answers=Reset, once_only=("set_up_path",))
async def reset(call: Call[Nothing]) -> Reset:
    """Let a user choose a new password

    The old one stops working at once.
    """
    link = await reset_password(call.session, call.state.keyring, call.actor, call.key)
    assert link is not None
    return Reset(call.key, f"/set-up?token={link.text}")


class RoleChange(Struct, forbid_unknown_fields=True):
    role: Annotated[str, Meta(description="Its role_name", examples=["dispatcher"])]
    remove: bool = False
    expires_at: Expiry = None
    facility_ids: Annotated[list[UUID] | None, Meta(description="Only for these; left out: everywhere")] = (
        None
    )
    department_ids: Annotated[list[UUID] | None, Meta(description="Only for these; left out: everywhere")] = (
        None
    )
    own_only: Annotated[bool, Meta(description="Only for the person's own rows")] = False


class RoleHeld(Struct):
    id: UUID
    role: str
    held: bool


@verbs.post("users", "roles", RoleChange, permission="assign_roles", everywhere=True, answers=RoleHeld)
async def change_role(call: Call[RoleChange]) -> RoleHeld:
    """Give a user a role, or take it away

    For a time, or for some facilities or departments only; a role that is held already is changed to this.
    """
    body = call.body
    require_zone("expires_at", body.expires_at)
    if body.remove:
        await remove_role(call.session, call.actor, call.key, body.role)
    else:
        await assign_role(
            call.session,
            call.actor,
            call.key,
            body.role,
            expires_at=body.expires_at,
            facility_ids=body.facility_ids,
            department_ids=body.department_ids,
            own_only=body.own_only,
        )
    return RoleHeld(call.key, body.role, not body.remove)


class PermissionChange(Struct, forbid_unknown_fields=True):
    permission: Annotated[str, Meta(examples=["trips.read"])]
    decision: Annotated[Literal["grant", "deny", "none"], Meta(description='"none": the roles decide again')]
    expires_at: Expiry = None
    reason: Annotated[str, Meta(max_length=1000)] | None = None


class PermissionSet(Struct):
    id: UUID
    permission: str
    decision: str


@verbs.post(
    "users",
    "permissions",
    PermissionChange,
    permission="assign_roles",
    everywhere=True,
    answers=PermissionSet,
)
async def change_permission(call: Call[PermissionChange]) -> PermissionSet:
    """Grant or deny a user one permission

    Over and above the roles; a deny always wins.
    """
    body = call.body
    require_zone("expires_at", body.expires_at)
    await set_user_permission(
        call.session,
        call.actor,
        call.key,
        body.permission,
        None if body.decision == "none" else body.decision,
        expires_at=body.expires_at,
        reason=body.reason,
    )
    return PermissionSet(call.key, body.permission, body.decision)
