"""One's own account: name, time zone, units, password, signed-in browsers, API tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.change_account import OWN_FIELDS, change_account, change_password
from motorpool.identity.actions.end_access import end_other_sessions, revoke_session
from motorpool.identity.rules.passwords import MIN_LENGTH
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
_ME = """
    SELECT u.display_name, u.email, u.phone, u.time_zone, u.units, t.time_zone, t.units
    FROM users u JOIN tenants t ON t.id = u.tenant_id
    WHERE u.tenant_id = %(tenant)s AND t.id = %(tenant)s AND u.id = %(user)s
"""
_SESSIONS = """
    SELECT s.id, s.created_at, s.last_seen_at, s.expires_at, host(s.ip_address), s.user_agent
    FROM sessions s WHERE s.tenant_id = %(tenant)s AND s.user_id = %(user)s
      AND s.revoked_at IS NULL AND s.expires_at > now()
    ORDER BY s.last_seen_at DESC, s.id
"""
_TOKENS = """
    SELECT k.id, k.token_name, k.token_prefix, k.last_used_at, k.expires_at
    FROM api_tokens k WHERE k.tenant_id = %(tenant)s AND k.user_id = %(user)s
      AND k.revoked_at IS NULL AND k.is_active IS NOT FALSE AND (k.expires_at IS NULL OR k.expires_at > now())
    ORDER BY k.created_at DESC, k.id
"""
#: What a browser calls itself in its user agent, most telling first.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@get("/account", include_in_schema=False)
async def account_page(request: AnyRequest) -> Response[Any]:
    return await shown(request)


@post("/account", include_in_schema=False, status_code=200)
async def account_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    form = await form_texts(request)
    changes = {name: form[name].strip() or None for name in OWN_FIELDS if name in form}
    try:
        async with request.app.state.database.transaction(actor) as session:
            await change_account(session, actor, changes)
    except FAILURES as error:
        return await shown(request, texts=form, problem=as_problem(error, problem_of))
    return see_other("/account", "Account saved.")


@post("/account/password", include_in_schema=False, status_code=200)
async def password_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    form = await form_texts(request)
    try:
        async with state.database.transaction(actor) as session:
            await change_password(
                session,
                actor,
                state.database,
                current=form.get("current_password", ""),
                new=form.get("new_password", ""),
            )
    except FAILURES as error:
        return await shown(request, problem=as_problem(error, problem_of), part="password")
    return see_other("/account", "Password changed. All other browsers are signed out.")


@post("/account/sessions/{key:str}/end", include_in_schema=False, status_code=200)
async def session_ended(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    key = parse_uuid(request.path_params["key"])
    if key is None:
        raise NotFound("There is no such session.")
    async with request.app.state.database.transaction(actor) as session:
        await revoke_session(session, actor, key)
    return see_other("/account", "That browser is signed out.")


@post("/account/sessions/end-others", include_in_schema=False, status_code=200)
async def other_sessions_ended(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    async with request.app.state.database.transaction(actor) as session:
        await end_other_sessions(session, actor)
    return see_other("/account", "All other browsers are signed out.")


async def shown(
    request: AnyRequest,
    *,
    texts: dict[str, str] | None = None,
    problem: MotorpoolError | None = None,
    part: str = "account",
) -> Response[Any]:
    """`my_account.html`. Raises NotFound for what is no person, and a problem that is not about the input."""
    if problem is not None and problem.status not in (403, 422, 429):
        raise problem
    actor, state = actor_of(request), request.app.state
    parameters = {"tenant": actor.tenant_id, "user": actor.user_id}
    rows = await state.database.read(actor, _ME, parameters)
    if not rows:
        raise NotFound("Only a person has an account.")
    name, email, phone, zone, units, tenant_zone, tenant_units = rows[0]
    stored = {"display_name": name, "phone": phone or "", "time_zone": zone or "", "units": units or ""}
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "my_account.html",
        status=problem.status if problem else 200,
        title="My account",
        user_id=actor.user_id,
        email=email,
        values=stored | {key: text for key, text in (texts or {}).items() if key in stored},
        tenant_zone=tenant_zone,
        tenant_units=tenant_units,
        min_length=MIN_LENGTH,
        sessions=[session_row(actor, row) for row in await state.database.read(actor, _SESSIONS, parameters)],
        tokens=await tokens(request, actor),
        problem=problem and problem.detail,
        part=part,
        errors=errors_of(problem),
    )
    return page


async def tokens(request: AnyRequest, actor: Actor) -> list[Row] | None:
    """One's own tokens that work; None for those who may not have any."""
    if not (may(actor, "api_tokens.read") or may(actor, "api_tokens.create")):
        return None
    rows = await request.app.state.database.read(
        actor, _TOKENS, {"tenant": actor.tenant_id, "user": actor.user_id}
    )
    names = ("id", "name", "prefix", "last_used_at", "expires_at")
    return [dict(zip(names, row, strict=True)) for row in rows]


def session_row(actor: Actor, row: tuple[Any, ...]) -> Row:
    key, created, seen, expires, address, agent = row
    is_phone = bool(agent) and any(word in agent for word in ("Mobile", "Android", "iPhone"))
    return {
        "id": key,
        "created_at": created,
        "last_seen_at": seen,
        "expires_at": expires,
        "address": address,
        "browser": browser_of(agent),
        "icon": "device-mobile" if is_phone else "device-desktop",
        "is_this": UUID(str(key)) == actor.session_id,
    }


def browser_of(agent: str | None) -> str:
    """`Firefox on Linux`, from a user agent."""
    text = agent or ""
    browser = next((name for mark, name in BROWSERS if mark in text), None)
    system = next((name for mark, name in SYSTEMS if mark in text), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown browser"


route_handlers = [account_page, account_posted, password_posted, session_ended, other_sessions_ended]
