"""Moves of one record: a button where nothing is asked, a small form where something is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Request, Response

from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.web import formats
from motorpool.web.fields import Field
from motorpool.web.forms import Texts, inputs_of, texts_of, wrong_places
from motorpool.web.navigation import section_of
from motorpool.web.pages.editing import FAILURES, errors_of, safe_back, title_of
from motorpool.web.pages.records import form_pairs, key_of, read_row
from motorpool.web.posting import body_of, posted_texts
from motorpool.web.rendering import go_on

AnyRequest = Request[Any, Any, Any]


def move_of(request: AnyRequest, resource: Resource) -> Move:
    """Raises: NotFound."""
    try:
        return resource.move(request.path_params["verb"])
    except KeyError:
        raise NotFound("There is no such move.") from None


def asked_of(move: Move) -> tuple[str, ...]:
    """Columns that the move asks for, what it needs first."""
    return tuple(dict.fromkeys((*move.needs, *move.takes)))


async def move_page(request: AnyRequest, resource: Resource) -> Response[Any]:
    """What a move asks for, filled in with what the row says now; `?back=` is where it leads afterwards."""
    actor, move = actor_of(request), move_of(request, resource)
    reach_or_forbid(resource, actor, move.verb)
    row, etag = await read_row(request, resource)
    texts = texts_of(resource, row, actor, names=asked_of(move))
    return await move_form(
        request, resource, move, row, texts, etag, back=safe_back(request.query_params.get("back"))
    )


async def move_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor, move = actor_of(request), move_of(request, resource)
    reach = reach_or_forbid(resource, actor, move.verb)
    key = key_of(request, resource)
    pairs = await form_pairs(request)
    back, names = safe_back(dict(pairs).get("back")), asked_of(move)
    here = back or f"/{resource.collection}/{key}"
    try:
        body = body_of(resource, pairs, actor, names=names)
        async with request.app.state.database.transaction(actor) as session:
            await move_row(session, resource, actor, reach, key, move, body, dict(pairs).get("etag") or None)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 412, 422):
            raise
        if not names:
            return go_on(request, here, problem.detail, "danger")
        row, etag = await read_row(request, resource)
        texts = posted_texts(resource, pairs, names)
        return await move_form(request, resource, move, row, texts, etag, problem, back)
    return go_on(request, here, f"{resource.label}: {formats.words(move.to or 'saved').lower()}.")


async def move_form(
    request: AnyRequest,
    resource: Resource,
    move: Move,
    row: dict[str, Any],
    texts: Texts,
    etag: str,
    problem: MotorpoolError | None = None,
    back: str | None = None,
) -> Response[Any]:
    """`move.html`, as a dialog of the record's page or as a page of its own."""
    actor, state = actor_of(request), request.app.state
    errors = errors_of(problem)
    # Sums come of themselves; who has no entries for them types them in on the record's own form.
    names = [name for name in asked_of(move) if name not in resource.summed]
    inputs = await inputs_of(
        state.database, state.registry, actor, resource, texts, errors, creating=False, names=names
    )
    for made in inputs:
        made.field = required_for(made.field, move)
        barred = move.bars.get(made.field.name, ())
        made.options = [one for one in made.options if one[0] not in barred]
        made.value = "" if made.value in barred else made.value
    title = await title_of(request, resource, row)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "move.html",
        status=problem.status if problem else 200,
        title=f"{formats.words(move.verb)} {title}",
        heading=title,
        resource=resource,
        section=section_of(resource),
        move=move,
        inputs=inputs,
        etag=etag,
        action=f"/records/{resource.collection}/{row[resource.key]}/moves/{move.verb}",
        cancel_href=back or f"/{resource.collection}/{row[resource.key]}",
        back=back,
        problem=problem and problem.detail,
        wrong=wrong_places(resource, errors, {made.field.name for made in inputs}),
    )
    return page


def required_for(described: Field, move: Move) -> Field:
    """The field as the move asks for it."""
    return replace(described, required=described.name in move.needs)
