"""The API of identity that is not plain CRUD: who am I, API tokens, people's accounts, roles and
permissions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem, Forbidden, Invalid, NotFound
from motorpool.core.resource.write import read_body
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.assign_role import assign_role, remove_role
from motorpool.identity.actions.create_api_token import create_api_token, revoke_api_token
from motorpool.identity.actions.create_user import invite_user
from motorpool.identity.actions.disable_user import disable_user, enable_user, reset_password
from motorpool.identity.actions.end_access import revoke_session
from motorpool.identity.actions.save_role import create_role, update_role
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.bodies import struct_of
from motorpool.identity.http import actor_for
from motorpool.identity.models import Role
from motorpool.identity.pages import page_handlers
from motorpool.identity.queries.describe_actor import describe_actor
from motorpool.identity.queries.load_access import load_access

AnyRequest = Request[Any, Any, Any]
Body = TypeVar("Body", bound=msgspec.Struct)
NO_STORE = {"Cache-Control": "no-store"}


@get("/api/v1/me")
async def get_me(request: AnyRequest) -> Response[bytes]:
    """Who am I, and what may I do."""
    actor = actor_for(request.scope)
    return _json(await describe_actor(request.app.state.database, actor))


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    user_id: UUID | None = None
    scopes: list[str] | None = None
    expires_at: datetime | None = None
    allowed_ips: list[str] | None = None
    rate_limit: int | None = None


@post("/api/v1/api-tokens")
async def post_api_token(request: AnyRequest) -> Response[bytes]:
    """Make an API token; `token` is in this answer and never again."""
    actor = actor_for(request.scope)
    reach = actor.access.reach("api_tokens.create")
    body = await _body(request, NewToken)
    _require_zone("expires_at", body.expires_at)
    owner = body.user_id or actor.user_id
    if reach is None or (owner != actor.user_id and not reach.everything):
        raise _lacks("api_tokens.create")
    if owner is None:
        raise Invalid(fields=[FieldProblem("user_id", "must name the user as whom the token acts")])
    async with request.app.state.database.transaction(actor) as session:
        row, token = await create_api_token(
            session,
            request.app.state.keyring,
            actor,
            user_id=owner,
            name=body.name,
            scopes=body.scopes,
            expires_at=body.expires_at,
            allowed_ips=body.allowed_ips,
            rate_limit=body.rate_limit,
        )
        answer = {
            "id": row.id,
            "user_id": row.user_id,
            "token_name": row.token_name,
            "token_prefix": row.token_prefix,
            "permissions": row.permissions,
            "allowed_ips": body.allowed_ips,
            "rate_limit": row.rate_limit,
            "expires_at": row.expires_at,
            "created_at": row.created_at,
            "token": token.text,
        }
    return _json(answer, 201)


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    reason: str | None = None


@post("/api/v1/api-tokens/{key:str}/revoke")
async def post_revoke_api_token(request: AnyRequest) -> Response[bytes]:
    actor = actor_for(request.scope)
    _require(actor, "api_tokens.revoke")
    body = await _body(request, Reason)
    async with request.app.state.database.transaction(actor) as session:
        row = await revoke_api_token(session, actor, _id(request), body.reason)
        answer = {"id": row.id, "status": "revoked", "revoked_at": row.revoked_at}
    return _json(answer)


@post("/api/v1/sessions/{key:str}/revoke")
async def post_revoke_session(request: AnyRequest) -> Response[bytes]:
    """Sign a browser out; one's own without a permission."""
    actor = actor_for(request.scope)
    session_id = _id(request)
    async with request.app.state.database.transaction(actor) as session:
        await revoke_session(session, actor, session_id)
    return _json({"id": session_id, "status": "revoked"})


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    role_name: str
    permissions: dict[str, Any]
    display_name: str | None = None
    description: str | None = None


@post("/api/v1/roles")
async def post_role(request: AnyRequest) -> Response[bytes]:
    """Add a role of the organisation's own."""
    actor = actor_for(request.scope)
    _require(actor, "roles.create", everywhere=True)
    body = await _body(request, NewRole)
    async with request.app.state.database.transaction(actor) as session:
        role = await create_role(session, actor, **msgspec.structs.asdict(body))
        answer = _role(role)
    return _json(answer, 201)


class RoleValues(msgspec.Struct, forbid_unknown_fields=True):
    permissions: dict[str, Any] | None = None
    display_name: str | None = None
    description: str | None = None
    is_active: bool | None = None


@post("/api/v1/roles/{key:str}/update")
async def post_update_role(request: AnyRequest) -> Response[bytes]:
    """Change a role; system roles can only be switched off and on."""
    actor = actor_for(request.scope)
    _require(actor, "roles.update", everywhere=True)
    body = await _body(request, RoleValues)
    async with request.app.state.database.transaction(actor) as session:
        role = await update_role(session, actor, _id(request), **msgspec.structs.asdict(body))
        answer = _role(role)
    return _json(answer)


def _role(role: Role) -> dict[str, Any]:
    names = ("id", "role_name", "display_name", "description", "role_type", "permissions", "is_active")
    return {name: getattr(role, name) for name in names}


class NewUser(msgspec.Struct, forbid_unknown_fields=True):
    email: str
    display_name: str
    roles: list[str] = []


@post("/api/v1/users")
async def post_user(request: AnyRequest) -> Response[bytes]:
    """Invite somebody; `set_up_path` is the one-time link to hand over, valid for three days."""
    actor = actor_for(request.scope)
    _require(actor, "users.create", everywhere=True)
    body = await _body(request, NewUser)
    if body.roles:
        _require(actor, "users.assign_roles", everywhere=True)
    async with request.app.state.database.transaction(actor) as session:
        user, link = await invite_user(
            session,
            request.app.state.keyring,
            actor,
            email=body.email,
            display_name=body.display_name,
            roles=body.roles,
        )
        answer = {
            "id": user.id,
            "email": user.email,
            "status": user.status,
            "set_up_path": f"/set-up?token={link.text}",
        }
    return _json(answer, 201)


@post("/api/v1/users/{key:str}/disable")
async def post_disable_user(request: AnyRequest) -> Response[bytes]:
    """End sessions and tokens of a user and let them in no more."""
    actor = actor_for(request.scope)
    _require(actor, "users.disable", everywhere=True)
    async with request.app.state.database.transaction(actor) as session:
        user = await disable_user(session, actor, _id(request))
        answer = {"id": user.id, "status": user.status}
    return _json(answer)


@post("/api/v1/users/{key:str}/enable")
async def post_enable_user(request: AnyRequest) -> Response[bytes]:
    """Let a disabled user in again."""
    actor = actor_for(request.scope)
    _require(actor, "users.disable", everywhere=True)
    async with request.app.state.database.transaction(actor) as session:
        user = await enable_user(session, actor, _id(request))
        answer = {"id": user.id, "status": user.status}
    return _json(answer)


@post("/api/v1/users/{key:str}/reset-password")
async def post_reset_password(request: AnyRequest) -> Response[bytes]:
    """The old password stops working; `set_up_path` is the one-time link to hand over, valid for three
    days.
    """
    actor = actor_for(request.scope)
    _require(actor, "users.reset_password", everywhere=True)
    user_id = _id(request)
    async with request.app.state.database.transaction(actor) as session:
        link = await reset_password(session, request.app.state.keyring, actor, user_id)
        assert link is not None
    return _json({"id": user_id, "set_up_path": f"/set-up?token={link.text}"})


class RoleChange(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    remove: bool = False
    expires_at: datetime | None = None
    facility_ids: list[UUID] | None = None
    department_ids: list[UUID] | None = None


@post("/api/v1/users/{key:str}/roles")
async def post_user_role(request: AnyRequest) -> Response[bytes]:
    """Give a role, for a time or for some facilities or departments only, or with `"remove": true` take it
    away.
    """
    actor = actor_for(request.scope)
    _require(actor, "users.assign_roles", everywhere=True)
    body = await _body(request, RoleChange)
    _require_zone("expires_at", body.expires_at)
    user_id = _id(request)
    async with request.app.state.database.transaction(actor) as session:
        if body.remove:
            await remove_role(session, actor, user_id, body.role)
        else:
            await assign_role(
                session,
                actor,
                user_id,
                body.role,
                expires_at=body.expires_at,
                facility_ids=body.facility_ids,
                department_ids=body.department_ids,
            )
    return _json({"id": user_id, "role": body.role, "held": not body.remove})


class PermissionChange(msgspec.Struct, forbid_unknown_fields=True):
    permission: str
    #: "none": the roles decide again.
    decision: Literal["grant", "deny", "none"]
    expires_at: datetime | None = None
    reason: str | None = None


@post("/api/v1/users/{key:str}/permissions")
async def post_user_permission(request: AnyRequest) -> Response[bytes]:
    """Grant or deny one permission to one user, over and above the roles."""
    actor = actor_for(request.scope)
    _require(actor, "users.assign_roles", everywhere=True)
    body = await _body(request, PermissionChange)
    _require_zone("expires_at", body.expires_at)
    user_id = _id(request)
    async with request.app.state.database.transaction(actor) as session:
        await set_user_permission(
            session,
            actor,
            user_id,
            body.permission,
            None if body.decision == "none" else body.decision,
            expires_at=body.expires_at,
            reason=body.reason,
        )
    return _json({"id": user_id, "permission": body.permission, "decision": body.decision})


@get("/api/v1/users/{key:str}/access")
async def get_user_access(request: AnyRequest) -> Response[bytes]:
    """Why a user may do something, or may not: `?permission=trips.read`."""
    actor = actor_for(request.scope)
    user_id = _id(request)
    if user_id != actor.user_id:
        _require(actor, "users.read", everywhere=True)
    permission = request.query_params.get("permission", "")
    if permission.count(".") != 1:
        raise BadRequest(fields=[FieldProblem("permission", "must be given, such as ?permission=trips.read")])
    access = await load_access(request.app.state.database, actor, user_id)
    reach = access.reach(permission)
    answer = {
        "user_id": user_id,
        "permission": permission,
        "allowed": reach is not None,
        "reach": None
        if reach is None
        else {
            "everything": reach.everything,
            "own": reach.own,
            "facility_ids": sorted(reach.facilities),
            "department_ids": sorted(reach.departments),
        },
        "explanation": access.explain(permission),
    }
    return _json(answer)


def _require(actor: Actor, permission: str, *, everywhere: bool = False) -> None:
    reach = actor.access.reach(permission)
    if reach is None or (everywhere and not reach.everything):
        raise _lacks(permission)


def _lacks(permission: str) -> Forbidden:
    return Forbidden(f"This needs the permission {permission}.", permission=permission)


def _require_zone(field: str, value: datetime | None) -> None:
    if value is not None and value.tzinfo is None:
        raise Invalid(fields=[FieldProblem(field, "must have a time zone, such as 2027-01-31T12:00:00Z")])


def _id(request: AnyRequest) -> UUID:
    parsed = parse_uuid(request.path_params["key"])
    if parsed is None:
        raise NotFound()
    return parsed


def _json(value: Any, status: int = 200) -> Response[bytes]:
    return Response(
        msgspec.json.encode(value), status_code=status, media_type="application/json", headers=NO_STORE
    )


async def _body(request: AnyRequest, kind: type[Body]) -> Body:
    raw = await request.body()
    return struct_of(read_body(raw, request.headers.get("content-type", "")) if raw else {}, kind)


route_handlers = [
    *page_handlers,
    get_me,
    post_api_token,
    post_revoke_api_token,
    post_revoke_session,
    post_role,
    post_update_role,
    post_user,
    post_disable_user,
    post_enable_user,
    post_reset_password,
    post_user_role,
    post_user_permission,
    get_user_access,
]
