"""The detail page of any resource, and the forms that add, change and delete a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from litestar import Request, Response
from sqlalchemy.exc import DBAPIError

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import ResourceApi, actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, delete_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.forms import body_of, default_texts, inputs_of, texts_of
from motorpool.web.navigation import icon_of, may
from motorpool.web.pages.listing import section_of
from motorpool.web.presentation import Cell, Presenter, load_titles, titles_of
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
HISTORY_ROWS = 20
#: Problems that a form shows beside its fields instead of as an error page.
SHOWN_IN_FORM = frozenset({400, 403, 409, 412, 422})
#: Told at the foot of a record, apart from what people wrote.
RECORD_COLUMNS = ("id", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Change:
    """One audit entry of a record: who, when, and each field before and after."""

    moment: str
    who: str
    operation: str
    reason: str | None
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a record that posts to a business verb. `question` is asked first."""

    label: str
    href: str
    icon: str
    question: str | None = None
    is_danger: bool = False


def actions_of(actor: Actor, resource: Resource, row: Row) -> list[Action]:
    """The verbs that this row allows now and the actor may do."""
    here, name = f"/{resource.collection}/{row[resource.key]}", resource.table.name
    status = row.get("status")
    offered: list[tuple[str, bool, Action]] = []
    if name == "devices":
        offered = [
            (
                "disable",
                status == "active",
                Action("Disable", f"{here}/disable", "ban", "Refuse what this device sends?", True),
            ),
            ("disable", status == "disabled", Action("Enable", f"{here}/enable", "check")),
        ]
    elif name == "api_tokens":
        ask = "Revoke this token? Programs that use it stop working at once."
        offered = [("revoke", status == "active", Action("Revoke", f"{here}/revoke", "ban", ask, True))]
    elif name == "users":
        away = "Disable this account? Its sessions and tokens end at once."
        new = "Set a new password? The old one stops working, and you get a link to hand over."
        offered = [
            (
                "disable",
                status != "disabled" and row["id"] != str(actor.user_id),
                Action("Disable", f"{here}/disable", "ban", away, True),
            ),
            ("disable", status == "disabled", Action("Enable", f"{here}/enable", "check")),
            (
                "reset_password",
                status != "disabled",
                Action("New password", f"{here}/reset-password", "key", new),
            ),
        ]
    return [action for verb, fits, action in offered if fits and may(actor, resource.permission(verb))]


async def read_row(request: AnyRequest, resource: Resource) -> tuple[Row, str]:
    """The row that the address names, and its ETag. Raises: Forbidden, NotFound."""
    actor = actor_of(request)
    api: ResourceApi = request.app.state.apis[resource.table.name]
    reach = reach_or_forbid(resource, actor, "read")
    text, etag = await api.read_one(actor, reach, key_of(request, resource))
    row: Row = msgspec.json.decode(text)
    return row, etag


def key_of(request: AnyRequest, resource: Resource) -> UUID:
    key = parse_uuid(request.path_params["key"])
    if key is None:
        raise NotFound(f"There is no such {resource.label.lower()}.")
    return key


async def detail_response(
    request: AnyRequest, resource: Resource, *, template: str = "detail.html", **context: Any
) -> Response[Any]:
    actor = actor_of(request)
    row, _ = await read_row(request, resource)
    renderer = request.app.state.renderer
    page: Response[Any] = renderer.page(
        request, actor, template, **await detail_context(request, actor, resource, row), **context
    )
    return page


async def detail_context(request: AnyRequest, actor: Actor, resource: Resource, row: Row) -> dict[str, Any]:
    """What `detail.html` shows of a row."""
    state = request.app.state
    titles = await load_titles(state.database, state.registry, actor, resource, [row])
    presenter = Presenter(state.registry, actor, titles)
    names = [name for name in resource.visible if name not in RECORD_COLUMNS]
    cells = [presenter.cell(resource, row, name) for name in names]
    title = presenter.title(resource, row)
    key = row[resource.key]
    return {
        "resource": resource,
        "section": section_of(resource),
        "row_icon": icon_of(resource.table.name),
        "title": title,
        "row": row,
        "pill": next((cell for cell in cells if cell.tone and cell.field.name in ("status", "motion")), None),
        "facts": [cell for cell in cells if not cell.missing and not is_long(cell)],
        "long_facts": [cell for cell in cells if not cell.missing and is_long(cell)],
        "empty_labels": [cell.field.label for cell in cells if cell.missing],
        "record_facts": [presenter.cell(resource, row, name) for name in RECORD_COLUMNS if name in row],
        "history": await history(request, actor, resource, UUID(str(key))),
        "edit_href": f"/{resource.collection}/{key}/edit" if can(actor, resource, "update") else None,
        "delete_href": f"/{resource.collection}/{key}/delete" if can(actor, resource, "delete") else None,
        "related": related_links(state.registry, actor, resource, str(key)),
        "actions": actions_of(actor, resource, row),
    }


def is_long(cell: Cell) -> bool:
    return cell.field.kind == "json" or (cell.href is None and len(cell.text) > 80) or "\n" in cell.text


def can(actor: Actor, resource: Resource, action: str) -> bool:
    return action in resource.operations and may(actor, resource.permission(action))


def related_links(
    registry: Mapping[str, Resource], actor: Actor, resource: Resource, key: str
) -> list[tuple[str, str, str]]:
    """(label, address, icon) of the lists of rows that refer to this one and can be filtered by it."""
    found = []
    for other in registry.values():
        if "list" not in other.operations or other.key != "id" or not may(actor, other.permission("read")):
            continue
        for column, table in other.references.items():
            if table == resource.table.name and column in other.filters:
                found.append((other.plural, f"/{other.collection}?{column}={key}", icon_of(other.table.name)))
                break
    return found


async def history(request: AnyRequest, actor: Actor, resource: Resource, key: UUID) -> list[Change] | None:
    """The latest audit entries of a record; None for those who may not read the log or where none is kept."""
    state = request.app.state
    if "audit_trails" not in state.registry or not resource.facts.audited:
        return None
    log = state.registry["audit_trails"]
    reach = actor.access.reach(log.permission("read"))
    if reach is None or not reach.everything:
        return None
    query = [("table_name", str(resource.table.name)), ("record_id", str(key)), ("limit", str(HISTORY_ROWS))]
    texts, _, _ = await state.apis["audit_trails"].list_page(actor, query)
    entries = [msgspec.json.decode(text) for text in texts]
    people = {UUID(entry["user_id"]) for entry in entries if entry["user_id"]}
    wanted: dict[str, set[UUID]] = {"users": people} if people else {}
    for entry in entries:
        for values in (entry["old_values"] or {}, entry["new_values"] or {}):
            for name, value in values.items():
                table = resource.references.get(name)
                found = parse_uuid(str(value)) if value else None
                if table is not None and table in state.registry and found and entry["operation"] == "UPDATE":
                    wanted.setdefault(table, set()).add(found)
    titles = await titles_of(state.database, state.registry, actor, wanted)
    presenter = Presenter(state.registry, actor, titles)
    return [change_of(resource, presenter, titles, entry) for entry in entries]


def change_of(
    resource: Resource, presenter: Presenter, titles: Mapping[tuple[str, str], str], entry: Row
) -> Change:
    who = titles.get(("users", str(entry["user_id"])), "Somebody") if entry["user_id"] else "the program"
    shown = set(resource.visible) - {"updated_at"}
    names = [name for name in entry["changed_fields"] or () if name in shown]
    old, new = entry["old_values"] or {}, entry["new_values"] or {}
    fields = [
        (
            formats.label(name),
            presenter.cell(resource, old, name).text,
            presenter.cell(resource, new, name).text,
        )
        for name in names
    ]
    return Change(entry["occurred_at"], who, entry["operation"], entry["reason"], fields)


# -- forms


async def new_page(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach_or_forbid(resource, actor, "create")
    given = {name: value for name, value in request.query_params.items() if name in resource.table.columns}
    return await form_page(request, resource, default_texts(resource) | given, key=None)


async def create_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach = reach_or_forbid(resource, actor, "create")
    form = await form_texts(request)
    try:
        body = body_of(resource, form, actor.time_zone)
        async with request.app.state.database.transaction(actor) as session:
            key = await create_row(session, resource, actor, reach, body)
    except (MotorpoolError, DBAPIError, psycopg.Error) as error:
        return await form_page(request, resource, form, key=None, problem=as_problem(error, problem_of))
    where = f"/{resource.collection}/{key}" if "get" in resource.operations else f"/{resource.collection}"
    return see_other(where, f"{resource.label} added.")


async def edit_page(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach_or_forbid(resource, actor, "update")
    row, etag = await read_row(request, resource)
    return await form_page(
        request, resource, texts_of(resource, row, actor.time_zone), key=row[resource.key], row=row, etag=etag
    )


async def update_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    reach = reach_or_forbid(resource, actor, "update")
    key = key_of(request, resource)
    form = await form_texts(request)
    row, etag = await read_row(request, resource)
    before = texts_of(resource, row, actor.time_zone)
    try:
        body = body_of(resource, form, actor.time_zone, before=before)
        async with request.app.state.database.transaction(actor) as session:
            await update_row(session, resource, actor, reach, key, body, form.get("etag") or None)
    except (MotorpoolError, DBAPIError, psycopg.Error) as error:
        problem = as_problem(error, problem_of)
        # After a stale edit the form carries the ETag of today, so that saving once more is a decision.
        return await form_page(
            request, resource, before | form, key=str(key), row=row, etag=etag, problem=problem, now=before
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
    except (MotorpoolError, DBAPIError, psycopg.Error) as error:
        problem = as_problem(error, problem_of)
        if problem.status != 409:
            raise
        return see_other(f"/{resource.collection}/{key}", problem.detail, "danger")
    return see_other(f"/{resource.collection}", f"{resource.label} deleted.")


async def form_page(
    request: AnyRequest,
    resource: Resource,
    texts: Mapping[str, str],
    *,
    key: str | None,
    row: Row | None = None,
    etag: str | None = None,
    problem: MotorpoolError | None = None,
    now: Mapping[str, str] | None = None,
) -> Response[Any]:
    """`form.html`, empty, filled in, or with what was wrong. Raises a problem that is not about the input."""
    if problem is not None and problem.status not in SHOWN_IN_FORM:
        raise problem
    actor, state = actor_of(request), request.app.state
    errors = {entry.field.split("[")[0]: entry.message for entry in problem.fields} if problem else {}
    inputs = await inputs_of(
        state.database, state.registry, actor, resource, texts, errors, creating=key is None
    )
    shown = {made.field.name for made in inputs}
    stale = problem is not None and problem.status == 412
    if stale and now is not None:
        for made in inputs:
            if made.value.replace("\r\n", "\n").strip() != now.get(made.field.name, "").strip():
                made.error = made.error or "You and somebody else differ here."
    title = Presenter(state.registry, actor).title(resource, row) if row else f"New {resource.label.lower()}"
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
        etag=etag,
        action=f"/{resource.collection}/{key}/edit" if key else f"/{resource.collection}/new",
        cancel_href=f"/{resource.collection}/{key}" if key else f"/{resource.collection}",
        problem=problem and problem.detail,
        stale=stale,
        loose_errors=[(name, text) for name, text in errors.items() if name not in shown],
    )
    return page


async def form_texts(request: AnyRequest) -> dict[str, str]:
    """The posted texts; the CSRF token was checked before the page was reached."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str) and name != "csrf_token"}


def safe_back(target: str | None) -> str | None:
    """A path of our own pages, or None."""
    return (
        target
        if target and target.startswith("/") and not target.startswith("//") and "\\" not in target
        else None
    )
