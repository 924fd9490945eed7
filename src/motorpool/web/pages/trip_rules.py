"""Trip rules: the list, and applying them to a period once more after a look at what would change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from litestar import Request, Response, get, post

from motorpool.core.errors import BadRequest
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking
from motorpool.telematics.actions.apply_trip_rules import apply_trip_rules, preview_trip_rules
from motorpool.telematics.periods import local_period
from motorpool.web.navigation import may
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
PERMISSION = "trip_rules.apply"


@get("/trip-rules", include_in_schema=False)
async def rules_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    return await list_response(
        request,
        request.app.state.registry["trip_rules"],
        template="trip_rules.html",
        can_apply=may(actor, PERMISSION),
    )


@get("/trip-rules/apply", include_in_schema=False)
async def apply_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor)
    problem = None
    try:
        first, last = period_of(dict(request.query_params.items()), actor)
        start, end = local_period(first, last, actor.time_zone)
    except BadRequest as error:
        problem = error.detail
        first, last = period_of({}, actor)
        start, end = local_period(first, last, actor.time_zone)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "trip_rules_apply.html",
        title="Apply trip rules",
        first=first,
        last=last,
        problem=problem,
        found=await preview_trip_rules(state.database, actor, start, end),
    )
    return page


@post("/trip-rules/apply", include_in_schema=False, status_code=200)
async def applied(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    _require(actor)
    first, last = period_of(await form_texts(request), actor)
    async with state.database.connection(actor) as connection:
        count = await apply_trip_rules(connection, actor, *local_period(first, last, actor.time_zone))
    return see_other(
        f"/trip-rules/apply?from={first}&to={last}", f"{count} {'trip' if count == 1 else 'trips'} changed."
    )


def period_of(given: dict[str, str], actor: Actor) -> tuple[date, date]:
    """Local days; the last 30 when left out. Raises BadRequest."""
    try:
        last = date.fromisoformat(given["to"]) if given.get("to") else actor.today
        return date.fromisoformat(given["from"]) if given.get("from") else last - timedelta(days=29), last
    except (ValueError, OverflowError) as error:
        raise BadRequest("The days of the period cannot be read.") from error


def _require(actor: Actor) -> None:
    """Rules speak of all trips of the organisation, so the right must reach all."""
    reach = actor.access.reach(PERMISSION)
    if reach is None or not reach.everything:
        raise lacking(PERMISSION)


route_handlers = [rules_page, apply_page, applied]
