"""The page of a role: what it may do, as a matrix, and who has it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_row
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking
from motorpool.identity.actions.save_role import create_role, delete_role, update_role
from motorpool.identity.rules.grants import uncovered_patterns
from motorpool.web.navigation import may
from motorpool.web.pages.access.matrix import permissions_of, role_matrix
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.history import history
from motorpool.web.pages.records import key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
EMPTY: Row = {
    "id": None,
    "role_name": "",
    "display_name": "",
    "description": "",
    "permissions": {},
    "is_active": True,
    "is_system_role": False,
}
_HOLDERS = """
    SELECT u.id, u.display_name, a.expires_at, a.facility_ids IS NOT NULL OR a.department_ids IS NOT NULL
    FROM user_roles a JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
    WHERE a.tenant_id = %(tenant)s AND u.tenant_id = %(tenant)s AND a.role_id = %(role)s
      AND a.is_active IS NOT FALSE AND (a.expires_at IS NULL OR a.expires_at > now())
    ORDER BY u.display_name, u.id LIMIT 200
"""


async def role_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, etag = await read_row(request, state.registry["roles"])
    return await shown(request, actor, row, etag=etag)


@get("/roles/new", include_in_schema=False)
async def new_role_page(request: AnyRequest) -> Response[Any]:
    """An empty role, or a copy of `?copy=<id>`."""
    actor, state = actor_of(request), request.app.state
    require(actor, "roles.create")
    row = dict(EMPTY)
    if copied := request.query_params.get("copy"):
        reach = reach_or_forbid(state.registry["roles"], actor, "read")
        found = await state.database.read(
            actor,
            "SELECT display_name, description, permissions FROM roles "
            "WHERE tenant_id = %(tenant)s AND id::text = %(copy)s",
            {"tenant": actor.tenant_id, "copy": copied},
        )
        if found and reach:
            name, description, permissions = found[0]
            row |= {"display_name": f"{name} (copy)"[:255], "description": description or ""}
            row["permissions"] = permissions or {}
    return await shown(request, actor, row)


@post("/roles/new", include_in_schema=False, status_code=200)
async def create_role_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    require(actor, "roles.create")
    row = EMPTY | await posted(request)
    try:
        async with state.database.transaction(actor) as session:
            made = await create_role(
                session,
                actor,
                role_name=name_for(row["display_name"]),
                display_name=row["display_name"] or None,
                description=row["description"] or None,
                permissions=row["permissions"],
            )
            key = made.id
    except FAILURES as error:
        return await shown(request, actor, row, problem=as_problem(error, problem_of))
    return see_other(f"/roles/{key}", "Role added. Now give it to people on their access pages.")


@post("/roles/{key:str}", include_in_schema=False, status_code=200)
async def update_role_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    require(actor, "roles.update")
    resource = state.registry["roles"]
    key = key_of(request, resource)
    stored, etag = await read_row(request, resource)
    form = await request.form()
    changed = await posted(request)
    values: Row = {name: changed[name] for name in ("display_name", "description", "is_active")}
    if not stored["is_system_role"]:
        values["permissions"] = changed["permissions"]
    else:
        values = {"is_active": changed["is_active"]}
    try:
        async with state.database.transaction(actor) as session:
            reach = reach_or_forbid(resource, actor, "update")
            await lock_row(session, resource, actor, reach, key, str(form.get("etag") or "") or None)
            await update_role(session, actor, key, **values)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        return await shown(request, actor, stored | changed, etag=etag, problem=problem)
    return see_other(f"/roles/{key}", "Role saved. Whoever has it has the new rights now.")


@post("/roles/{key:str}/delete", include_in_schema=False, status_code=200)
async def delete_role_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    require(actor, "roles.delete")
    key = key_of(request, state.registry["roles"])
    try:
        async with state.database.transaction(actor) as session:
            await delete_role(session, actor, key)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status != 409:
            raise
        return see_other(f"/roles/{key}", problem.detail, "danger")
    return see_other("/roles", "Role deleted.")


async def shown(
    request: AnyRequest,
    actor: Actor,
    row: Row,
    *,
    etag: str | None = None,
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    """`role.html`. Raises a problem that is not about the input."""
    if problem is not None and problem.status not in (403, 409, 412, 422):
        raise problem
    state = request.app.state
    permissions = row["permissions"] if isinstance(row["permissions"], dict) else {}
    is_new = row["id"] is None
    within = is_new or not uncovered_patterns(actor.access, permissions, None, None)
    may_save = within and may_everywhere(actor, "roles.create" if is_new else "roles.update")
    can_edit = may_save and not row["is_system_role"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "role.html",
        status=problem.status if problem else 200,
        title="New role" if is_new else row["display_name"] or row["role_name"],
        row=row,
        etag=etag,
        matrix=role_matrix(state.registry, permissions, actor.access if can_edit else None),
        can_edit=can_edit,
        can_switch=may_save and not is_new and row["role_name"] != "admin",
        can_copy=not is_new and may_everywhere(actor, "roles.create"),
        can_delete=not is_new and not row["is_system_role"] and may_everywhere(actor, "roles.delete"),
        too_powerful=not within,
        holders=None if is_new else await holders(request, actor, UUID(str(row["id"]))),
        history=None
        if is_new
        else await history(request, actor, state.registry["roles"], UUID(str(row["id"]))),
        problem=problem and problem.detail,
        errors=errors_of(problem),
    )
    return page


async def holders(request: AnyRequest, actor: Actor, role_id: UUID) -> list[Row] | None:
    """Who has the role now; None for those who may not know."""
    if not may(actor, "user_roles.read") or not may_everywhere(actor, "users.read"):
        return None
    rows = await request.app.state.database.read(
        actor, _HOLDERS, {"tenant": actor.tenant_id, "role": role_id}
    )
    return [
        {"id": key, "name": name, "expires_at": expires, "is_limited": limited}
        for key, name, expires, limited in rows
    ]


async def posted(request: AnyRequest) -> Row:
    """What the form says, as the columns of a role."""
    form = await request.form()
    texts = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    ticked = [value for value in form.getall("p", []) if isinstance(value, str)]
    scopes = {name.removeprefix("scope."): text for name, text in texts.items() if name.startswith("scope.")}
    return {
        "display_name": texts.get("display_name", ""),
        "description": texts.get("description", ""),
        "is_active": texts.get("is_active", "false") == "true" if "has_active" in texts else True,
        "permissions": permissions_of(ticked, scopes),
    }


def name_for(title: str) -> str:
    """`Night dispatcher (copy)` -> `night_dispatcher_copy`: the name that the API and the command line use."""
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:100]
    return name if name[:1].isalpha() else f"role_{name}".strip("_")


def may_everywhere(actor: Actor, permission: str) -> bool:
    reach = actor.access.reach(permission)
    return reach is not None and reach.everything


def require(actor: Actor, permission: str) -> None:
    """Raises Forbidden unless the permission is held for all rows."""
    if not may_everywhere(actor, permission):
        raise lacking(permission)


route_handlers = [new_role_page, create_role_posted, update_role_posted, delete_role_posted]
