"""The same change to many rows of a list, in one transaction: a state move, one field, or deletion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.bulk import write_bulk
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import field_of
from motorpool.web.forms import Input, Pairs, field_names, inputs_of, wrong_places
from motorpool.web.navigation import may, section_of
from motorpool.web.pages.editing import FAILURES, errors_of, safe_back
from motorpool.web.pages.moving import asked_of, required_for
from motorpool.web.pages.records import form_pairs
from motorpool.web.posting import body_of, posted_texts
from motorpool.web.rendering import go_on, phrase
from motorpool.web.titles import readable_rows, title_sql

AnyRequest = Request[Any, Any, Any]
MOST = 1000
#: A field is set for many rows at once unless its value is one row's own.
NOT_IN_BULK = ("structure", "json", "secret", "identifier", "record")


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """An entry of the bar that appears over selected rows; `do` says what: `move:approve`, `edit`, `delete`."""

    do: str
    label: str
    icon: str
    is_danger: bool = False


@dataclass(slots=True)
class Selection:
    """The selected rows that can take the change, and what the others are called and why they cannot."""

    keys: list[UUID]
    names: dict[UUID, str]
    left_out: list[tuple[str, str]]


def bulk_choices(actor: Actor, resource: Resource) -> list[BulkChoice]:
    """What may be done with selected rows of a list."""
    found = [
        BulkChoice(f"move:{move.verb}", formats.words(move.verb), "arrow-right", move.final)
        for move in sorted(resource.moves, key=lambda move: move.final)
        if may(actor, resource.permission(move.verb))
    ]
    if "update" in resource.operations and may(actor, resource.permission("update")) and editable(resource):
        found.insert(0, BulkChoice("edit", "Set a field", "pencil"))
    if "delete" in resource.operations and may(actor, resource.permission("delete")):
        found.append(BulkChoice("delete", "Delete", "trash", True))
    return found


def editable(resource: Resource) -> list[str]:
    """Columns that many rows may share a value of."""
    return [
        name
        for name in field_names(resource, creating=False)
        if not resource.is_unique(name)
        and name != resource.title_column
        and field_of(resource, name).kind not in NOT_IN_BULK
    ]


async def bulk_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    """Ask what is to become of the selected rows or, once `confirmed`, do it: all of them or none."""
    actor = actor_of(request)
    pairs = await form_pairs(request)
    form = dict(pairs)
    do, _, detail = form.get("do", "").partition(":")
    keys = list(dict.fromkeys(key for name, text in pairs if name == "id" and (key := parse_uuid(text))))
    if not 1 <= len(keys) <= MOST:
        raise BadRequest(f"Select 1 to {MOST} rows.")
    if do == "move":
        move = next((one for one in resource.moves if one.verb == detail), None)
        if move is not None:
            reach_or_forbid(resource, actor, move.verb)
            return await _move(request, resource, pairs, keys, move)
    if do == "edit":
        reach_or_forbid(resource, actor, "update")
        return await _edit(request, resource, pairs, keys, detail if detail in editable(resource) else "")
    if do == "delete":
        reach_or_forbid(resource, actor, "delete")
        selection = await _selection(request, actor, resource, keys)
        if "confirmed" not in form:
            return await _ask(request, resource, "delete", selection)
        body = {"delete": [str(key) for key in selection.keys]}
        return await _do(
            request, resource, body, selection, "delete", [], f"{counted(resource, selection)} deleted."
        )
    raise BadRequest("There is no such change.")


async def _move(
    request: AnyRequest, resource: Resource, pairs: Pairs, keys: list[UUID], move: Move
) -> Response[Any]:
    actor, do = actor_of(request), f"move:{move.verb}"
    selection = await _selection(request, actor, resource, keys, move)
    if "confirmed" not in dict(pairs):
        inputs = await _inputs(request, actor, resource, {}, {}, asked_of(move), move)
        return await _ask(request, resource, do, selection, inputs, move=move)
    try:
        taken = body_of(resource, pairs, actor, names=asked_of(move))
    except MotorpoolError as problem:
        return await _again(request, resource, pairs, do, selection, problem, asked_of(move), move)
    body = {"move": {"verb": move.verb, "ids": [str(key) for key in selection.keys], **taken}}
    done = f"{counted(resource, selection)} {formats.words(move.to or 'saved').lower()}."
    return await _do(request, resource, body, selection, do, pairs, done, asked_of(move), move)


async def _edit(
    request: AnyRequest, resource: Resource, pairs: Pairs, keys: list[UUID], name: str
) -> Response[Any]:
    actor = actor_of(request)
    selection = await _selection(request, actor, resource, keys)
    do = f"edit:{name}" if name else "edit"
    if not name or "confirmed" not in dict(pairs):
        inputs = await _inputs(request, actor, resource, {}, {}, (name,) if name else ())
        return await _ask(request, resource, do, selection, inputs)
    try:
        # Compared with something that nobody enters, an emptied field is a value too.
        value = body_of(resource, pairs, actor, before={name: "\x00"}, names=(name,))
    except MotorpoolError as problem:
        return await _again(request, resource, pairs, do, selection, problem, (name,))
    body = {"update": [{"id": str(key), **value} for key in selection.keys]}
    label = formats.label(name).lower()
    return await _do(
        request,
        resource,
        body,
        selection,
        do,
        pairs,
        f"Set {label} of {counted(resource, selection)}.",
        (name,),
    )


async def _do(
    request: AnyRequest,
    resource: Resource,
    body: dict[str, Any],
    selection: Selection,
    do: str,
    pairs: Pairs,
    done: str,
    names: tuple[str, ...] = (),
    move: Move | None = None,
) -> Response[Any]:
    actor = actor_of(request)
    try:
        async with request.app.state.database.transaction(actor) as session:
            await write_bulk(session, resource, actor, body)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (403, 404, 409, 422):
            raise
        return await _again(request, resource, pairs, do, selection, problem, names, move)
    back = safe_back(dict(await form_pairs(request)).get("back")) or f"/{resource.collection}"
    return go_on(request, back, done)


async def _again(
    request: AnyRequest,
    resource: Resource,
    pairs: Pairs,
    do: str,
    selection: Selection,
    problem: MotorpoolError,
    names: tuple[str, ...] = (),
    move: Move | None = None,
) -> Response[Any]:
    """The question once more, with what was wrong: rows by their names, fields beside them."""
    actor = actor_of(request)
    errors = {_field(path): message for path, message in errors_of(problem).items()}
    inputs = await _inputs(
        request, actor, resource, posted_texts(resource, pairs, names), errors, names, move
    )
    told = {
        selection.names.get(
            selection.keys[int(match[1])], "A row"
        ): f"{formats.label(match[2])} {entry.message}"
        for entry in problem.fields
        if (match := re.match(r"\w+\[(\d+)\]\.?(\w*)", entry.field)) and int(match[1]) < len(selection.keys)
    }
    return await _ask(
        request,
        resource,
        do,
        selection,
        inputs,
        move=move,
        problem=problem,
        told=list(told.items()),
        errors=errors,
    )


def _field(path: str) -> str:
    """`update[3].city` -> `city`."""
    return re.sub(r"^\w+\[\d+\]\.", "", path).removeprefix("move.")


async def _ask(
    request: AnyRequest,
    resource: Resource,
    do: str,
    selection: Selection,
    inputs: list[Input] | None = None,
    *,
    move: Move | None = None,
    problem: MotorpoolError | None = None,
    told: list[tuple[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    """`bulk.html`, as a dialog of the list or as a page of its own."""
    actor, state = actor_of(request), request.app.state
    back = safe_back(dict(await form_pairs(request)).get("back")) or f"/{resource.collection}"
    kind, _, detail = do.partition(":")
    verb = {"move": formats.words(detail), "delete": "Delete"}.get(kind, "Set a field of")
    if kind == "edit" and detail:
        verb = f"Set {formats.label(detail).lower()} of"
    shown = {made.field.name for made in inputs or ()}
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "bulk.html",
        status=problem.status if problem else 200,
        title=f"{verb} {counted(resource, selection)}",
        resource=resource,
        section=section_of(resource),
        do=do,
        move=move,
        selection=selection,
        inputs=inputs or [],
        choices=[field_of(resource, name) for name in editable(resource)] if do == "edit" else [],
        action=f"/lists/{resource.collection}/bulk",
        back=back,
        problem=problem and problem.detail,
        told=told or [],
        wrong=wrong_places(
            resource, {name: text for name, text in (errors or {}).items() if name in shown}, shown
        ),
        is_danger=do == "delete" or bool(move and move.final),
    )
    return page


async def _inputs(
    request: AnyRequest,
    actor: Actor,
    resource: Resource,
    texts: dict[str, Any],
    errors: dict[str, str],
    names: tuple[str, ...],
    move: Move | None = None,
) -> list[Input]:
    state = request.app.state
    inputs = await inputs_of(
        state.database, state.registry, actor, resource, texts, errors, creating=False, names=names
    )
    for made in inputs:
        if move:
            made.field = required_for(made.field, move)
    return inputs


async def _selection(
    request: AnyRequest, actor: Actor, resource: Resource, keys: list[UUID], move: Move | None = None
) -> Selection:
    """The rows by name; those that a move cannot start from are left out. One query."""
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "keys": keys}
    conditions = readable_rows(resource, actor, 0, parameters) or ["false"]
    column = f"t.{resource.states.column}" if move and resource.states else "NULL"
    rows = await request.app.state.database.read(
        actor,
        f"SELECT t.{resource.key}, {title_sql(resource)}, {column} FROM {resource.table.name} t "
        f"WHERE {' AND '.join(conditions)} AND t.{resource.key} = ANY (%(keys)s) ORDER BY 2",
        parameters,
    )
    fitting = [row for row in rows if move is None or row[2] in move.leaves]
    left = [
        (str(name), formats.words(state).lower())
        for _, name, state in rows
        if move and state not in move.leaves
    ]
    return Selection([row[0] for row in fitting], {row[0]: str(row[1]) for row in rows}, left)


def counted(resource: Resource, selection: Selection) -> str:
    """`1 invoice`, `3 invoices`."""
    number = len(selection.keys)
    return f"{number} {phrase(resource.label if number == 1 else resource.plural)}"
