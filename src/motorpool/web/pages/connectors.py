"""Connectors: where each stands, a new one, who is who, and what came over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Invalid, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.http import OutgoingClient
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking
from motorpool.integrations.actions.change_connector import (
    change_credentials,
    ignore_object,
    map_object,
    pause,
    poll_now,
)
from motorpool.integrations.actions.connect_provider import (
    check_values,
    connector_of,
    secrets_of,
    store_connection,
    try_sign_in,
)
from motorpool.integrations.connectors import CONNECTORS
from motorpool.integrations.connectors.contract import Connector, SignInRefused
from motorpool.integrations.jobs import order_poll
from motorpool.integrations.queries import connector_pages as queries
from motorpool.integrations.queries.connector_setup import read_setup
from motorpool.integrations.routes import WEBHOOK_PATH
from motorpool.web.formats import day_bounds
from motorpool.web.pages.devices import base_address
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
OF_A_PAGE = 50
LOG_LINES = 50
SHOWS: Mapping[queries.Show, str] = {
    "open": "To be mapped",
    "mapped": "Mapped",
    "ignored": "Ignored",
    "all": "All",
}
TONES = {"running": "info", "waiting": "ok", "failing": "bad", "paused": "warn", "off": "quiet"}
FREQUENCIES = (1, 2, 5, 15, 60, 1440)


@get("/connectors", include_in_schema=False)
async def connectors_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor, "api_integrations.read")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "connectors.html",
        title="Connectors",
        rows=await queries.connectors(state.database, actor, _midnight(actor)),
        providers=list(CONNECTORS.values()),
        labels={name: one.label for name, one in CONNECTORS.items()},
        tones=TONES,
    )
    return page


@get("/connectors/new/{provider:str}", include_in_schema=False)
async def new_connector_page(request: AnyRequest) -> Response[Any]:
    _require(actor_of(request), "api_integrations.connect")
    connector = _connector(request.path_params["provider"])
    return _form(request, connector, {"name": connector.label, "minutes": "1"})


@post("/connectors/new/{provider:str}", include_in_schema=False, status_code=200)
async def connect_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor, "api_integrations.connect")
    connector = _connector(request.path_params["provider"])
    form = await _texts(request)
    try:
        values = _values(connector, form)
        check_values(connector, values)
        async with OutgoingClient(state.settings.outgoing) as client:
            account = await try_sign_in(client, connector, values)
        async with state.database.transaction(actor) as session:
            key = await store_connection(
                session, state.keyring, actor, connector, form.get("name", ""), values, _minutes(form)
            )
            await order_poll(session, actor.tenant_id, key)
    except FAILURES as error:
        return _form(request, connector, form, as_problem(error, problem_of))
    return see_other(f"/connectors/{key}", f"{account} Fetching begins now.")


@get("/connectors/{integration:str}", include_in_schema=False)
async def connector_page(request: AnyRequest) -> Response[Any]:
    """`?show=` which vehicles, `?page=` which of them."""
    actor, state = actor_of(request), request.app.state
    row = await _row(request, actor)
    key: UUID = row["id"]
    counts = await queries.object_counts(state.database, actor, key)
    asked = request.query_params.get("show", "open" if counts["open"] or not counts["all"] else "all")
    show = cast(queries.Show, asked) if asked in SHOWS else "all"
    number = _page_number(request)
    objects, total = await queries.objects(
        state.database, actor, key, show, OF_A_PAGE, (number - 1) * OF_A_PAGE
    )
    connector = CONNECTORS[row["provider"]]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "connector.html",
        title=row["name"],
        row=row,
        connector=connector,
        tone=TONES[row["standing"]],
        feeds=await queries.feeds(state.database, actor, key),
        objects=objects,
        counts=counts,
        shows=SHOWS,
        show=show,
        number=number,
        pages=max(1, -(-total // OF_A_PAGE)),
        log=await queries.log_lines(state.database, actor, key, LOG_LINES),
        webhook=f"{base_address(request)}{WEBHOOK_PATH}/{actor.tenant_id}/{key}"
        if row["provider"] == "samsara"
        else None,
    )
    return page


@get("/connectors/{integration:str}/credentials", include_in_schema=False)
async def credentials_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "api_integrations.connect")
    row = await _row(request, actor)
    connector = CONNECTORS[row["provider"]]
    texts = {name: str(value) for name, value in (row["configuration"] or {}).items()}
    endpoint = row["api_endpoint"] or ""
    return _form(
        request,
        connector,
        texts | {"api_endpoint": "" if endpoint == connector.endpoint else endpoint},
        row=row,
    )


@post("/connectors/{integration:str}/credentials", include_in_schema=False, status_code=200)
async def credentials_posted(request: AnyRequest) -> Response[Any]:
    """Secrets that are left empty stay as they are."""
    actor, state = actor_of(request), request.app.state
    _require(actor, "api_integrations.connect")
    row = await _row(request, actor)
    connector = CONNECTORS[row["provider"]]
    form = await _texts(request)
    try:
        kept = await _kept_secrets(request, actor, row["id"], connector)
        given = _values(connector, form)
        if (given.get("api_endpoint") or connector.endpoint) != (row["api_endpoint"] or connector.endpoint):
            # A stored secret is never sent to an address that it was not entered for.
            kept = {}
        check_values(connector, given, kept=frozenset(kept))
        values = kept | {name: value for name, value in given.items() if value}
        async with OutgoingClient(state.settings.outgoing) as client:
            account = await try_sign_in(client, connector, values)
        async with state.database.transaction(actor) as session:
            await change_credentials(
                session, state.keyring, actor, row["id"], connector, values, secrets_of(connector, values)
            )
    except FAILURES as error:
        return _form(request, connector, form, as_problem(error, problem_of), row=row)
    return see_other(f"/connectors/{row['id']}", f"{account} Fetching goes on.")


@post("/connectors/{integration:str}/poll", include_in_schema=False, status_code=200)
async def poll_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "api_integrations.poll")
    row = await _row(request, actor)
    async with request.app.state.database.transaction(actor) as session:
        await poll_now(session, actor, row["id"])
    return see_other(f"/connectors/{row['id']}", "Fetching begins within a few seconds.")


@post("/connectors/{integration:str}/pause", include_in_schema=False, status_code=200)
async def pause_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "api_integrations.pause")
    row = await _row(request, actor)
    async with request.app.state.database.transaction(actor) as session:
        await pause(session, actor, row["id"])
    return see_other(f"/connectors/{row['id']}", "Paused. Nothing more is fetched until you continue.")


@post("/connectors/{integration:str}/objects/{object_id:str}", include_in_schema=False, status_code=200)
async def object_posted(request: AnyRequest) -> Response[Any]:
    """Map, unmap, ignore or stop ignoring one."""
    actor, state = actor_of(request), request.app.state
    row = await _row(request, actor)
    form = await _texts(request)
    key = parse_uuid(request.path_params["object_id"])
    if key is None:
        raise NotFound("There is no such vehicle elsewhere.")
    doing = form.get("do", "map")
    _require(actor, "connector_objects.ignore" if doing in ("ignore", "want") else "connector_objects.map")
    show = form["show"] if form.get("show") in SHOWS else "open"
    back = f"/connectors/{row['id']}?show={show}#objects"
    try:
        async with state.database.transaction(actor) as session:
            if doing in ("ignore", "want"):
                found = await ignore_object(session, actor, key, doing == "ignore")
                said = "is ignored" if found.is_ignored else "is not ignored any more"
            else:
                found = await map_object(session, actor, key, None if doing == "unmap" else _chosen(form))
                said = (
                    "is not mapped any more"
                    if doing == "unmap"
                    else "is mapped; its records come with the next poll"
                )
            name = found.name or found.external_id
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 422):
            raise problem from error
        words = next((one.message for one in problem.fields), problem.detail)
        return see_other(back, f"Nothing was changed: the choice {words}.", "danger")
    return see_other(back, f"{name} {said}.")


# -- pieces


def _form(
    request: AnyRequest,
    connector: Connector,
    texts: Mapping[str, str],
    problem: MotorpoolError | None = None,
    row: queries.Row | None = None,
) -> Response[Any]:
    if problem is not None and problem.status not in (409, 422):
        raise problem
    actor, state = actor_of(request), request.app.state
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "connector_form.html",
        status=problem.status if problem else 200,
        title=f"Sign in to {connector.label} anew" if row else f"Connect {connector.label}",
        connector=connector,
        texts=texts,
        problem=problem.detail if problem else None,
        errors=errors_of(problem),
        row=row,
        frequencies=FREQUENCIES,
        can_allow=state.settings.outgoing.networks,
    )
    return page


async def _kept_secrets(request: AnyRequest, actor: Actor, key: UUID, connector: Connector) -> dict[str, str]:
    setup = await read_setup(request.app.state.database, actor, key)
    try:
        assert setup is not None
        return dict(setup.account(request.app.state.keyring, connector).credentials)
    except SignInRefused:
        return {}


async def _row(request: AnyRequest, actor: Actor) -> queries.Row:
    """Raises NotFound for what is no connector of this tenant."""
    _require(actor, "api_integrations.read")
    key = parse_uuid(request.path_params["integration"])
    rows = key and await queries.connectors(request.app.state.database, actor, _midnight(actor), key)
    if not rows:
        raise NotFound("There is no such connector.")
    return rows[0]


async def _texts(request: AnyRequest) -> dict[str, str]:
    return {name: value.strip() for name, value in (await form_texts(request)).items()}


def _values(connector: Connector, form: Mapping[str, str]) -> dict[str, str]:
    names = [*(field.name for field in connector.fields), "api_endpoint", "history_hours"]
    return {name: form[name] for name in names if form.get(name)}


def _minutes(form: Mapping[str, str]) -> int:
    try:
        return int(form.get("minutes", ""))
    except ValueError:
        raise Invalid(fields=[FieldProblem("minutes", "must be a whole number of minutes")]) from None


def _chosen(form: Mapping[str, str]) -> UUID:
    key = parse_uuid(form.get("internal_id", ""))
    if key is None:
        raise Invalid(fields=[FieldProblem("internal_id", "must be one from the list", "required")])
    return key


def _connector(provider: str) -> Connector:
    try:
        return connector_of(provider)
    except Invalid:
        raise NotFound("There is no such connector.") from None


def _page_number(request: AnyRequest) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) <= 4 else 1


def _midnight(actor: Actor) -> datetime:
    return day_bounds(actor.today, actor.time_zone)[0].astimezone(UTC)


def _require(actor: Actor, permission: str) -> None:
    """A connection belongs to the whole organisation, so the permission must reach everything."""
    reach = actor.access.reach(permission)
    if reach is None or not reach.everything:
        raise lacking(permission)


route_handlers = [
    connectors_page,
    new_connector_page,
    connect_posted,
    connector_page,
    credentials_page,
    credentials_posted,
    poll_posted,
    pause_posted,
    object_posted,
]
