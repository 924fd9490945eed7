"""API tokens: made with a choice of rights, an end, networks and a rate; shown once; revoked with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Request, Response, get, post

from motorpool.core.errors import FieldProblem, Forbidden, Invalid, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking
from motorpool.identity.actions.create_api_token import create_api_token, revoke_api_token
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.access.matrix import token_matrix
from motorpool.web.pages.devices import base_address
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import detail_context, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
LIFETIMES = {
    "30": "30 days",
    "90": "90 days",
    "365": "A year",
    "": "Until it is revoked",
    "date": "Until a date of my choice",
}
#: What a token may do, as people say it, and as patterns; None: all that its owner may do.
SCOPES: dict[str, tuple[str, list[str] | None]] = {
    "all": ("Everything that I may do", None),
    "read": ("Read only", ["*.read"]),
    "telemetry": (
        "Send positions and engine readings only",
        ["vehicle_locations.create", "obd_telemetry.create"],
    ),
    "custom": ("Only what is ticked below", []),
}
#: The action's field -> the input that shows its problem.
ALIASES = {"scopes": "scope", "expires_at": "lifetime"}
START = {"lifetime": "90", "scope": "all"}


@get("/api-tokens/new", include_in_schema=False)
async def new_token_page(request: AnyRequest) -> Response[Any]:
    _require(actor_of(request), "api_tokens.create")
    return form_page(request, START, [])


@post("/api-tokens/new", include_in_schema=False, status_code=200)
async def create_token_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor, "api_tokens.create")
    form = await request.form()
    texts = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    ticked = [value for value in form.getall("p", []) if isinstance(value, str)]
    scopes = SCOPES.get(texts.get("scope", "all"), SCOPES["all"])[1]
    if texts.get("scope") == "custom":
        scopes = ticked
    networks = texts.get("allowed_ips", "").replace(",", " ").split()
    try:
        if actor.user_id is None:
            raise Forbidden("Only a person can make a token here.")
        expires = lifetime_of(texts, actor.time_zone)
        rate = rate_of(texts)
        async with state.database.transaction(actor) as session:
            row, token = await create_api_token(
                session,
                state.keyring,
                actor,
                user_id=actor.user_id,
                name=texts.get("name", ""),
                scopes=scopes,
                expires_at=expires,
                allowed_ips=networks or None,
                rate_limit=rate,
            )
            name, secret = row.token_name, token.text
    except FAILURES as error:
        return form_page(request, texts, ticked, as_problem(error, problem_of))
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "token_created.html",
        title="Token created",
        kind="token",
        name=name,
        secret=secret,
        example=f'curl -H "Authorization: Bearer {secret}" {base_address(request)}/api/v1/vehicles',
        back_href="/api-tokens",
        back_label="API tokens",
    )
    return page


def form_page(
    request: AnyRequest, texts: dict[str, str], ticked: list[str], problem: MotorpoolError | None = None
) -> Response[Any]:
    """`api_token_form.html`. Raises a problem that is not about the input."""
    if problem is not None and problem.status not in (403, 409, 422):
        raise problem
    actor, state = actor_of(request), request.app.state
    errors: dict[str, str] = {}
    for entry in problem.fields if problem else ():
        name = entry.field.split("[")[0]
        errors.setdefault(ALIASES.get(name, name), entry.message)
    names = ("name", "lifetime", "until_date", "scope", "allowed_ips", "rate_limit")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "api_token_form.html",
        status=problem.status if problem else 200,
        title="New API token",
        values={name: texts.get(name, "") for name in names},
        lifetimes=list(LIFETIMES.items()),
        scopes=[(key, words) for key, (words, _) in SCOPES.items()],
        matrix=token_matrix(state.registry, actor.access, ticked),
        problem=problem and problem.detail,
        errors=errors,
    )
    return page


async def token_page(request: AnyRequest) -> Response[Any]:
    """The record of a token, with what it may do in words and the way to end it."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["api_tokens"]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    can_revoke = row["status"] == "active" and may(actor, "api_tokens.revoke")
    context["actions"] = []
    context["long_facts"] = [fact for fact in context["long_facts"] if fact.field.name != "permissions"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "api_token.html",
        **context,
        scopes=row["permissions"],
        can_revoke=can_revoke,
    )
    return page


@post("/api-tokens/{key:str}/revoke", include_in_schema=False, status_code=200)
async def revoke_token_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "api_tokens.revoke")
    key = key_of(request, request.app.state.registry["api_tokens"])
    reason = str((await request.form()).get("reason") or "").strip()[:1000] or None
    async with request.app.state.database.transaction(actor) as session:
        await revoke_api_token(session, actor, key, reason)
    return see_other(f"/api-tokens/{key}", "Token revoked.")


def lifetime_of(texts: dict[str, str], zone: str) -> datetime | None:
    """Raises Invalid for a date that is none."""
    chosen = texts.get("lifetime", "90")
    if chosen == "date":
        try:
            local = datetime.fromisoformat(texts.get("until_date", ""))
        except ValueError:
            raise Invalid(fields=[FieldProblem("expires_at", "must be a date and time")]) from None
        return local if local.tzinfo else local.replace(tzinfo=formats.zone_of(zone))
    return datetime.now(UTC) + timedelta(days=int(chosen)) if chosen in LIFETIMES and chosen else None


def rate_of(texts: dict[str, str]) -> int | None:
    """Raises Invalid for something that is no number."""
    text = texts.get("rate_limit", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(fields=[FieldProblem("rate_limit", "must be a whole number of requests per hour")])
    return int(text)


def _require(actor: Actor, permission: str) -> None:
    if not may(actor, permission):
        raise lacking(permission)


route_handlers = [new_token_page, create_token_posted, revoke_token_posted]
