"""People's accounts: what shows a secret once or ends access, so no plain form."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from motorpool.core.errors import Forbidden, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.create_user import invite_user
from motorpool.identity.actions.disable_user import disable_user, enable_user, reset_password
from motorpool.web.forms import Input
from motorpool.web.navigation import may
from motorpool.web.pages.devices import base_address
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.listing import section_of
from motorpool.web.pages.records import form_texts, key_of
from motorpool.web.presentation import Field
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]


@get("/users/new", include_in_schema=False)
async def new_user_page(request: AnyRequest) -> Response[Any]:
    _require(actor_of(request), "users.create", everywhere=True)
    return await user_form(request, {})


@post("/users/new", include_in_schema=False, status_code=200)
async def create_user_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor, "users.create", everywhere=True)
    form = await form_texts(request)
    role = form.get("role", "")
    if role:
        _require(actor, "users.assign_roles", everywhere=True)
    try:
        async with state.database.transaction(actor) as session:
            user, link = await invite_user(
                session,
                state.keyring,
                actor,
                email=form.get("email", "").strip(),
                display_name=form.get("display_name", "").strip(),
                roles=[role] if role else [],
            )
            name = user.display_name
    except FAILURES as error:
        return await user_form(request, form, as_problem(error, problem_of))
    return link_page(request, actor, f"Invitation for {name}", link.text)


async def user_form(
    request: AnyRequest, texts: dict[str, str], problem: MotorpoolError | None = None
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    roles: list[tuple[str, str]] = []
    if may(actor, "users.assign_roles"):
        rows = await state.database.read(
            actor,
            "SELECT role_name, display_name FROM roles WHERE tenant_id = %(tenant)s AND is_active IS NOT FALSE "
            "ORDER BY display_name",
            {"tenant": actor.tenant_id},
        )
        roles = [(name, title) for name, title in rows]
    inputs = [
        Input(Field("display_name", "Name", "text", required=True, max_length=255)),
        Input(Field("email", "E-mail", "text", "With which they sign in.", required=True, max_length=320)),
        Input(
            Field("role", "Role", "choice", "What they may do; more can be given later."),
            options=[("", "None yet"), *roles],
        ),
    ]
    return plain_form(request, "users", "New user", inputs, texts, {"roles": "role"}, problem)


@post("/users/{key:str}/reset-password", include_in_schema=False, status_code=200)
async def reset_password_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor, "users.reset_password", everywhere=True)
    key = key_of(request, state.registry["users"])
    async with state.database.transaction(actor) as session:
        link = await reset_password(session, state.keyring, actor, key)
        assert link is not None
    return link_page(request, actor, "New password", link.text)


@post("/users/{key:str}/disable", include_in_schema=False, status_code=200)
async def disable_user_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "users.disable", everywhere=True)
    key = key_of(request, request.app.state.registry["users"])
    async with request.app.state.database.transaction(actor) as session:
        await disable_user(session, actor, key)
    return see_other(f"/users/{key}", "Account disabled; its sessions and tokens have ended.")


@post("/users/{key:str}/enable", include_in_schema=False, status_code=200)
async def enable_user_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "users.disable", everywhere=True)
    key = key_of(request, request.app.state.registry["users"])
    async with request.app.state.database.transaction(actor) as session:
        await enable_user(session, actor, key)
    return see_other(f"/users/{key}", "Account enabled.")


def link_page(request: AnyRequest, actor: Actor, title: str, token: str) -> Response[Any]:
    """The one-time link, shown once."""
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "token_created.html",
        title=title,
        kind="link",
        name=title,
        secret=f"{base_address(request)}/set-up?token={token}",
        example=None,
        back_href="/users",
        back_label="Users",
    )
    return page


def plain_form(
    request: AnyRequest,
    table: str,
    heading: str,
    inputs: list[Input],
    texts: dict[str, str],
    aliases: dict[str, str],
    problem: MotorpoolError | None,
) -> Response[Any]:
    """`form.html` for an action; `aliases` says at which input an action's field is shown."""
    if problem is not None and problem.status not in (403, 409, 422):
        raise problem
    errors: dict[str, str] = {}
    for entry in problem.fields if problem else ():
        name = entry.field.split("[")[0]
        errors.setdefault(aliases.get(name, name), entry.message)
    for made in inputs:
        made.value = texts.get(made.field.name, made.value)
        made.error = errors.pop(made.field.name, None)
    actor, state = actor_of(request), request.app.state
    resource = state.registry[table]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "form.html",
        status=problem.status if problem else 200,
        title=heading,
        heading=heading,
        resource=resource,
        section=section_of(resource),
        inputs=inputs,
        etag=None,
        action=f"/{resource.collection}/new",
        cancel_href=f"/{resource.collection}",
        problem=problem and problem.detail,
        stale=False,
        loose_errors=list(errors.items()),
    )
    return page


def _require(actor: Actor, permission: str, *, everywhere: bool = False) -> None:
    reach = actor.access.reach(permission)
    if reach is None or (everywhere and not reach.everything):
        raise Forbidden(
            f"This needs the permission {permission}.", code="permission_needed", permission=permission
        )


route_handlers = [
    new_user_page,
    create_user_posted,
    reset_password_posted,
    disable_user_posted,
    enable_user_posted,
]
