"""The pages for whoever is not signed in yet: signing in and out, set-up links.

Two templates: `sign_in.html` (`next`, `email`, `error`, `choices`: tenants to choose from, each with `slug`,
`name` and `value`) and `set_up.html` (`token`, `first_start`, `error`, `values` and `errors` by field, and
`ended` when the link does not work any more).
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from motorpool.core.errors import Conflict, Invalid, NotFound, TooManyRequests, Unauthenticated
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.actions.first_start import complete_first_start, find_first_start
from motorpool.identity.actions.set_up_link import complete_set_up, find_user_of_link
from motorpool.identity.actions.sign_in import (
    ChooseTenant,
    MustChangePassword,
    Outcome,
    SignedIn,
    sign_in,
    sign_in_by_choice,
    sign_out,
    start_session,
)
from motorpool.identity.http import (
    actor_for,
    client_address,
    is_https,
    read_session_cookie,
    refuse_foreign_origin,
    safe_next,
    session_cookie,
)
from motorpool.identity.rules.tokens import Token, parse_token

AnyRequest = Request[Any, Any, Any]
NO_STORE = {"Cache-Control": "no-store"}
#: Fields of the set-up form that are shown again.
VALUES = {
    "slug": "",
    "organisation": "",
    "email": "",
    "display_name": "",
    "time_zone": "UTC",
    "units": "metric",
}
#: Everything that a template may use; what a page does not say is this.
DEFAULTS: dict[str, dict[str, Any]] = {
    "sign_in.html": {"title": "Sign in", "next": "/", "email": "", "error": None, "choices": ()},
    "set_up.html": {
        "title": "Set up",
        "token": "",
        "first_start": False,
        "error": None,
        "values": VALUES,
        "errors": {},
        "ended": False,
    },
}


@get("/sign-in", include_in_schema=False)
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    return _page(request, "sign_in.html", next=safe_next(request.query_params.get("next")))


@post("/sign-in", include_in_schema=False)
async def sign_in_form(request: AnyRequest) -> Response[Any]:
    state = request.app.state
    refuse_foreign_origin(request.scope, state.settings.http.public_url)
    form = await _form(request)
    target = safe_next(form.get("next"))
    proof: dict[str, Any] = {
        "address": client_address(request.scope),
        "user_agent": request.headers.get("user-agent"),
        "session_hours": state.settings.security.session_hours,
        "old_cookie": read_session_cookie(request.scope),
    }
    try:
        if form.get("choice"):
            outcome = await sign_in_by_choice(state.database, state.keyring, choice=form["choice"], **proof)
        else:
            outcome = await sign_in(
                state.database,
                state.keyring,
                email=form.get("email", ""),
                password=form.get("password", ""),
                tenant=form.get("tenant") or None,
                **proof,
            )
    except (Unauthenticated, TooManyRequests) as error:
        answer = _page(
            request,
            "sign_in.html",
            error.status,
            next=target,
            email=form.get("email", "")[:320],
            error=error.detail,
        )
        answer.headers.update({k: v for k, v in error.headers.items() if k == "Retry-After"})
        return answer
    return _after_sign_in(request, outcome, target)


def _after_sign_in(request: AnyRequest, outcome: Outcome, target: str) -> Response[Any]:
    if isinstance(outcome, ChooseTenant):
        return _page(request, "sign_in.html", next=target, choices=outcome.choices)
    if isinstance(outcome, MustChangePassword):
        return _see_other(f"/set-up?token={outcome.link.text}")
    return _signed_in(request, outcome, target)


def _signed_in(request: AnyRequest, signed_in: SignedIn, target: str) -> Response[Any]:
    secure = is_https(request.scope, request.app.state.settings.http.public_url)
    cookie = session_cookie(signed_in.cookie.text, secure=secure, max_age_s=signed_in.max_age_s)
    return _see_other(target, cookie)


@post("/sign-out", include_in_schema=False)
async def sign_out_form(request: AnyRequest) -> Response[Any]:
    actor = actor_for(request.scope)
    async with request.app.state.database.transaction(actor) as session:
        await sign_out(session, actor)
    secure = is_https(request.scope, request.app.state.settings.http.public_url)
    return _see_other("/sign-in", session_cookie("", secure=secure, max_age_s=0))


@get("/set-up", include_in_schema=False)
async def set_up_page(request: AnyRequest) -> Response[Any]:
    state = request.app.state
    token = parse_token("link", request.query_params.get("token", ""))
    try:
        if token is None:
            raise NotFound("This link is not complete. Copy the whole line.", code="link_ended")
        if token.tenant_id == SYSTEM_TENANT_ID:
            async with state.database.transaction(_link_actor(request, token)) as session:
                await find_first_start(session, state.keyring, token)
            return _page(request, "set_up.html", token=token.text, first_start=True)
        return _page(request, "set_up.html", token=token.text, values=await _person(request, token))
    except NotFound as error:
        return _page(request, "set_up.html", error.status, ended=True, error=error.detail)


@post("/set-up", include_in_schema=False)
async def set_up_form(request: AnyRequest) -> Response[Any]:
    state = request.app.state
    refuse_foreign_origin(request.scope, state.settings.http.public_url)
    form = await _form(request)
    token = parse_token("link", form.get("token", ""))
    if token is None:
        return _page(request, "set_up.html", 404, ended=True, error="This link is not complete.")
    first = token.tenant_id == SYSTEM_TENANT_ID
    actor = _link_actor(request, token)
    try:
        async with state.database.transaction(actor) as session:
            if first:
                person = await complete_first_start(
                    session,
                    state.keyring,
                    token,
                    slug=form.get("slug", ""),
                    name=form.get("organisation", ""),
                    email=form.get("email", ""),
                    display_name=form.get("display_name", ""),
                    password=form.get("password", ""),
                    time_zone=form.get("time_zone") or "UTC",
                    units=form.get("units") or "metric",
                )
            else:
                person = await complete_set_up(session, state.keyring, actor, token, form.get("password", ""))
            who = Actor(person.tenant_id, person.id, address=actor.address, user_agent=actor.user_agent)
            signed_in = await start_session(
                session, state.keyring, who, state.settings.security.session_hours
            )
    except NotFound as error:
        return _page(request, "set_up.html", 404, ended=True, error=error.detail)
    except (Invalid, Conflict) as error:
        shown = (
            {name: form.get(name, VALUES[name]) for name in VALUES}
            if first
            else await _person(request, token)
        )
        problems = {"organisation" if p.field == "name" else p.field: p.message for p in error.fields}
        return _page(
            request,
            "set_up.html",
            error.status,
            token=token.text,
            first_start=first,
            error=error.detail,
            values=shown,
            errors=problems,
        )
    return _signed_in(request, signed_in, "/")


async def _person(request: AnyRequest, token: Token) -> dict[str, str]:
    """Whom a link was made for, as the form shows it. Raises NotFound when it does not work any more."""
    state = request.app.state
    async with state.database.transaction(_link_actor(request, token)) as session:
        user = await find_user_of_link(session, state.keyring, token)
        return {**VALUES, "email": user.email, "display_name": user.display_name}


def _link_actor(request: AnyRequest, token: Token) -> Actor:
    """Whoever holds a link acts for the program in its tenant, under their own address."""
    return Actor(
        token.tenant_id,
        name="set-up link",
        access=system_actor(token.tenant_id).access,
        address=client_address(request.scope),
        user_agent=request.headers.get("user-agent"),
        reason="set-up link",
    )


async def _form(request: AnyRequest) -> dict[str, str]:
    """The fields of a posted form; a field that came twice counts once, a file not at all."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _page(request: AnyRequest, template: str, status: int = 200, **context: Any) -> Response[Any]:
    filled = DEFAULTS[template] | context
    page: Response[Any] = request.app.state.renderer.page(request, None, template, status=status, **filled)
    return page


def _see_other(location: str, cookie: str | None = None) -> Response[Any]:
    headers = {"Location": location, **NO_STORE} | ({"Set-Cookie": cookie} if cookie else {})
    return Response(b"", status_code=303, headers=headers, media_type="text/plain")


page_handlers = [sign_in_page, sign_in_form, sign_out_form, set_up_page, set_up_form]
