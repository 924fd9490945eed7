"""The forms that add, change and delete a row of any resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from litestar import Request, Response
from sqlalchemy.exc import DBAPIError

from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, delete_row, update_row
from motorpool.web.fields import field_of
from motorpool.web.forms import (
    Texts,
    default_texts,
    field_names,
    fold,
    form_sections,
    given_text,
    inputs_of,
    sums_in,
    texts_of,
    wrong_places,
)
from motorpool.web.navigation import section_of
from motorpool.web.pages.records import Row, form_pairs, key_of, locks_of, read_row, still_open
from motorpool.web.posting import body_of, posted_texts
from motorpool.web.presentation import Presenter
from motorpool.web.rendering import phrase, see_other
from motorpool.web.titles import load_titles

AnyRequest = Request[Any, Any, Any]
#: Problems that a form shows beside its fields instead of as an error page.
SHOWN_IN_FORM = frozenset({400, 403, 409, 412, 422})
#: Messages of a parser in the words of the person at the form.
PLAIN_WORDS = {
    "invalid decimal string": "must be a number",
    "invalid UUID": "must be chosen from the list",
    "invalid RFC3339 encoded date": "must be a date",
    "invalid RFC3339 encoded time": "must be a time of day, such as 08:30",
    "must be int, not str": "must be a whole number",
    "must be float, not str": "must be a number",
}
#: What a form may fail with.
FAILURES = (MotorpoolError, DBAPIError, psycopg.Error)


async def new_page(request: AnyRequest, resource: Resource) -> Response[Any]:
    """An empty form; the address may fill fields in, as `?vehicle_id=...` does from a vehicle's page.

    `?back=` is where it leads afterwards.
    """
    actor = actor_of(request)
    reach_or_forbid(resource, actor, "create")
    given = {
        name: given_text(field_of(resource, name), value, actor)
        for name, value in request.query_params.items()
        if name in resource.table.columns
    }
    back = safe_back(request.query_params.get("back"))
    return await form_page(request, resource, default_texts(resource) | given, key=None, back=back)


async def create_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach = reach_or_forbid(resource, actor, "create")
    pairs = await form_pairs(request)
    back = safe_back(dict(pairs).get("back"))
    try:
        body = body_of(resource, pairs, actor)
        async with request.app.state.database.transaction(actor) as session:
            key = await create_row(session, resource, actor, reach, body)
    except FAILURES as error:
        texts = posted_texts(resource, pairs, field_names(resource, creating=True))
        problem = as_problem(error, problem_of)
        return await form_page(request, resource, texts, key=None, problem=problem, back=back)
    if ("again", "true") in pairs:
        return see_other(
            f"/{resource.collection}/new", f"{resource.label} added. Here is an empty form for the next one."
        )
    where = f"/{resource.collection}/{key}" if "get" in resource.operations else f"/{resource.collection}"
    return see_other(back or where, f"{resource.label} added.")


async def edit_page(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach_or_forbid(resource, actor, "update")
    row, etag = await read_row(request, resource)
    return await form_page(
        request, resource, texts_of(resource, row, actor), key=row[resource.key], row=row, etag=etag
    )


async def update_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach = reach_or_forbid(resource, actor, "update")
    key = key_of(request, resource)
    pairs = await form_pairs(request)
    form = dict(pairs)
    row, etag = await read_row(request, resource)
    before = texts_of(resource, row, actor)
    try:
        body = body_of(resource, pairs, actor, before=before)
        async with request.app.state.database.transaction(actor) as session:
            await update_row(session, resource, actor, reach, key, body, form.get("etag") or None)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        texts = before | posted_texts(resource, pairs, field_names(resource, creating=False))
        # After a stale edit the form carries the ETag of today, so that saving once more is a decision.
        return await form_page(
            request, resource, texts, key=str(key), row=row, etag=etag, problem=problem, now=before
        )
    return see_other(
        safe_back(form.get("back")) or f"/{resource.collection}/{key}", f"{resource.label} saved."
    )


async def delete_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach = reach_or_forbid(resource, actor, "delete")
    key = key_of(request, resource)
    try:
        async with request.app.state.database.transaction(actor) as session:
            await delete_row(session, resource, actor, reach, key, None)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status != 409:
            raise
        return see_other(f"/{resource.collection}/{key}", problem.detail, "danger")
    return see_other(f"/{resource.collection}", f"{resource.label} deleted.")


def errors_of(problem: MotorpoolError | None) -> dict[str, str]:
    """Message by place, such as `line_items[2].price`; the first one of a place counts."""
    found: dict[str, str] = {}
    for entry in problem.fields if problem else ():
        found.setdefault(entry.field, PLAIN_WORDS.get(entry.message, entry.message))
    return found


async def form_page(
    request: AnyRequest,
    resource: Resource,
    texts: Texts,
    *,
    key: str | None,
    row: Row | None = None,
    etag: str | None = None,
    problem: MotorpoolError | None = None,
    now: Mapping[str, Any] | None = None,
    back: str | None = None,
) -> Response[Any]:
    """`form.html`, empty, filled in, or with what was wrong. Raises a problem that is not about the input."""
    if problem is not None and problem.status not in SHOWN_IN_FORM:
        raise problem
    actor, state = actor_of(request), request.app.state
    errors = errors_of(problem)
    held = await locks_of(request, actor, resource, key) if key else []
    names = field_names(resource, creating=key is None)
    if row:
        sums = sums_in(resource, row)
        names = [name for name in names if name not in sums and (not held or name in still_open(held))]
    inputs = await inputs_of(
        state.database,
        state.registry,
        actor,
        resource,
        texts,
        errors,
        creating=key is None,
        names=names,
        masked=row,
    )
    shown = {made.field.name for made in inputs}
    first, rest = fold(resource, inputs) if key is None else (inputs, [])
    stale = problem is not None and problem.status == 412
    if stale and now is not None:
        for made in inputs:
            if texts.get(made.field.name, "") != now.get(made.field.name, ""):
                made.error = made.error or "You and somebody else differ here."
    title = await title_of(request, resource, row) if row else f"New {phrase(resource.label)}"
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "form.html",
        status=problem.status if problem else 200,
        title=f"Edit {title}" if row else title,
        heading=title,
        resource=resource,
        section=section_of(resource),
        inputs=inputs,
        sections=form_sections(resource, first),
        folded=form_sections(resource, rest),
        etag=etag,
        action=f"/{resource.collection}/{key}/edit" if key else f"/{resource.collection}/new",
        cancel_href=back or (f"/{resource.collection}/{key}" if key else f"/{resource.collection}"),
        back=back,
        can_add_more=key is None and back is None,
        locked=held[0].sentence if held else None,
        problem=problem and problem.detail,
        stale=stale,
        wrong=wrong_places(resource, errors, shown),
    )
    return page


async def title_of(request: AnyRequest, resource: Resource, row: Row) -> str:
    """What a row is called; a query only where the name is that of a row it refers to."""
    actor, state = actor_of(request), request.app.state
    titles = {}
    if resource.title_column in resource.references:
        titles = await load_titles(state.database, state.registry, actor, resource, [row])
    return Presenter(state.registry, actor, titles).title(resource, row)


def safe_back(target: str | None) -> str | None:
    """A path of our own pages, or None."""
    return (
        target
        if target and target.startswith("/") and not target.startswith("//") and "\\" not in target
        else None
    )
