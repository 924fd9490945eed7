"""Keeping how a list looks: its columns, and named views of filters and order."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import delete_row
from motorpool.web.filters import OTHERS
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import form_pairs
from motorpool.web.rendering import go_on
from motorpool.web.views import PLAIN, save_view, view_in_use, views_of

AnyRequest = Request[Any, Any, Any]


async def columns_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    """The chosen columns in their order, for the view that is shown or for the plain list; `reset` forgets them."""
    actor, state = actor_of(request), request.app.state
    pairs = await form_pairs(request)
    form = dict(pairs)
    chosen = [name for key, name in pairs if key == "column" and name in resource.visible]
    views = await views_of(state.database, actor, resource)
    own = [view for view in views if view.is_own]
    view = view_in_use(own, list(form.items()))
    query = [pair for pair in parse_qsl(form.get("query", "")) if pair[0] != "view"]
    back = _address(resource, form.get("view", ""), query)
    if "reset" in form or not chosen:
        body: dict[str, Any] = {"columns": None}
        if view is None:
            return go_on(request, back)
    else:
        body = {"columns": chosen}
    if view is None:
        body |= {"name": PLAIN, "collection": resource.collection}
    try:
        async with state.database.transaction(actor) as session:
            await save_view(session, state.registry, actor, parse_uuid(view.id) if view else None, body)
    except FAILURES as error:
        return _told(request, back, as_problem(error, problem_of))
    return go_on(request, back)


async def view_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    """Keep the list as it is shown under a name, or change the view that is shown (`id`)."""
    actor, state = actor_of(request), request.app.state
    form = dict(await form_pairs(request))
    query = [pair for pair in parse_qsl(form.get("query", "")) if pair[0] != "view"]
    views = await views_of(state.database, actor, resource)
    shown = view_in_use(views, list(form.items()))
    own = next((one for one in views if one.is_own and one.id == form.get("id")), None)
    body: dict[str, Any] = {
        "collection": resource.collection,
        "filters": {name: value for name, value in query if name not in OTHERS} or None,
        "sort": dict(query).get("sort") or None,
        "columns": list(shown.columns) if shown and shown.columns else None,
    }
    if own is None or "name" in form:
        body |= {
            "name": form.get("name", "").strip()[:100],
            "is_default": "is_default" in form,
            "is_shared": "is_shared" in form,
        }
    back = _address(resource, form.get("view", ""), query)
    if own is None and body["name"].lower() == PLAIN.lower():
        return go_on(request, back, f"“{PLAIN}” is the plain list; choose another name.", "danger")
    try:
        async with state.database.transaction(actor) as session:
            key = await save_view(session, state.registry, actor, parse_uuid(own.id) if own else None, body)
    except FAILURES as error:
        return _told(request, back, as_problem(error, problem_of))
    return go_on(
        request,
        _address(resource, str(key), query),
        f"View “{body.get('name') or (own and own.name)}” saved.",
    )


async def view_removed(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    key = parse_uuid(dict(await form_pairs(request)).get("id", ""))
    views = state.registry["list_views"]
    back = f"/{resource.collection}?view=all"
    if key is None:
        return go_on(request, back)
    try:
        async with state.database.transaction(actor) as session:
            await delete_row(session, views, actor, reach_or_forbid(views, actor, "delete"), key, None)
    except FAILURES as error:
        return _told(request, back, as_problem(error, problem_of))
    return go_on(request, back, "View deleted.")


def _address(resource: Resource, view: str, query: list[tuple[str, str]]) -> str:
    """The list as it was; without a query of its own it would open with the person's default view."""
    return f"/{resource.collection}?{urlencode([*([('view', view)] if view else []), *query] or [('view', 'all')])}"


def _told(request: AnyRequest, back: str, problem: MotorpoolError) -> Response[Any]:
    """What was wrong, in a sentence above the list."""
    if problem.status not in (400, 403, 404, 409, 422):
        raise problem
    fields = "".join(f" {entry.field.capitalize()} {entry.message}." for entry in problem.fields)
    return go_on(request, back, f"{problem.detail}{fields}", "danger")
