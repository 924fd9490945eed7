"""The list page of any resource: filters, sorts and columns follow from its declaration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response

from motorpool.core.database.database import parse_uuid
from motorpool.core.database.models import closed_set
from motorpool.core.errors import BadRequest
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.routes import ResourceApi, actor_of
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import PERMISSION as STATES, live_states
from motorpool.web import formats
from motorpool.web.navigation import icon_of, may
from motorpool.web.presentation import Cell, Field, Presenter, field_of, load_titles, titles_of
from motorpool.web.rendering import is_partial

AnyRequest = Request[Any, Any, Any]
PAGE_ROWS = 50
#: Collections whose "new" page is not the kernel's form, with the permission that it asks for.
OWN_NEW_PAGES = {
    "devices": "devices.create",
    "api_tokens": "api_tokens.create",
    "users": "users.create",
    "roles": "roles.create",
}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A closed set as a filter."""

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Heading:
    field: Field
    href: str | None
    direction: str | None
    #: How important the column is: 1 stays on a phone, 2 from a tablet on, 3 on a desk.
    rank: int


@dataclass(frozen=True, slots=True)
class Line:
    first: Cell
    href: str | None
    cells: list[Cell]
    #: What a phone shows under the title, for the columns that it has no room for.
    sub: list[Cell]


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A column that does not come from the table: its label and its cells by row id."""

    label: str
    cells: Callable[[AnyRequest, Actor, list[Row]], Awaitable[dict[str, Cell]]]


async def live_state_cells(request: AnyRequest, actor: Actor, rows: list[Row]) -> dict[str, Cell]:
    """The live state of the vehicles of a page, for those who may see it."""
    if not may(actor, STATES):
        return {}
    state = request.app.state
    ids = [UUID(row["id"]) for row in rows]
    texts = await live_states(state.database, actor, state.settings.live.offline_after_seconds, ids)
    field = Field("state", "State", "choice")
    found = [msgspec.json.decode(text) for text in texts]
    return {
        item["vehicle_id"]: Cell(
            field, formats.words(item["state"]), tone=item["state"], icon=f"state-{item['state']}"
        )
        for item in found
    }


async def connection_cells(request: AnyRequest, actor: Actor, rows: list[Row]) -> dict[str, Cell]:
    """Whether devices report: by what they last sent, also as the source of their vehicle's state."""
    state = request.app.state
    heard = await state.database.read(
        actor,
        "SELECT device_id::text, max(received_at) FROM vehicle_states WHERE tenant_id = %(tenant)s "
        "AND device_id = ANY (%(devices)s) GROUP BY device_id",
        {"tenant": actor.tenant_id, "devices": [UUID(row["id"]) for row in rows]},
    )
    by_device = dict(heard)
    now, limit = datetime.now(UTC), state.settings.live.offline_after_seconds
    field = Field("connection", "Connection", "choice")
    cells = {}
    for row in rows:
        seen = max(
            (at for at in (formats.moment(row["last_report_at"]), by_device.get(row["id"])) if at),
            default=None,
        )
        online = seen is not None and (now - seen).total_seconds() < limit
        text = "Online" if online else f"Offline, {formats.ago(seen, now)}" if seen else "Never reported"
        cells[row["id"]] = Cell(field, text, tone="ok" if online else "quiet")
    return cells


EXTRA_COLUMNS = {
    "vehicles": ExtraColumn("State", live_state_cells),
    "devices": ExtraColumn("Connection", connection_cells),
}


async def list_response(
    request: AnyRequest,
    resource: Resource,
    *,
    template: str = "list.html",
    fixed: tuple[tuple[str, str], ...] = (),
    **context: Any,
) -> Response[Any]:
    """The whole list page, or its rows alone when htmx asks for a part."""
    actor = actor_of(request)
    renderer = request.app.state.renderer
    page = await list_context(request, actor, resource, fixed)
    chosen = "list_rows.html" if is_partial(request) else template
    response: Response[Any] = renderer.page(request, actor, chosen, title=resource.plural, **page, **context)
    return response


async def list_context(
    request: AnyRequest, actor: Actor, resource: Resource, fixed: tuple[tuple[str, str], ...] = ()
) -> Row:
    """What `list.html` and `list_rows.html` show; `fixed` filters hold besides those of the address.

    A filter that cannot be read is told on the page, which then shows the whole list. Raises: Forbidden.
    """
    state = request.app.state
    api: ResourceApi = state.apis[resource.table.name]
    asked = [(name, value) for name, value in request.query_params.multi_items() if value != ""]
    query = [*asked, *fixed, *([] if request.query_params.get("limit") else [("limit", str(PAGE_ROWS))])]
    problem = None
    try:
        texts, following, wanted = await api.list_page(actor, query)
    except BadRequest as error:
        problem = error.detail + "".join(f" {entry.field}: {entry.message}." for entry in error.fields)
        asked = []
        texts, following, wanted = await api.list_page(actor, [*fixed, ("limit", str(PAGE_ROWS))])
    rows: list[Row] = [msgspec.json.decode(text) for text in texts]
    titles = await load_titles(state.database, state.registry, actor, resource, rows)
    presenter = Presenter(state.registry, actor, titles)
    extra = EXTRA_COLUMNS.get(resource.table.name)
    more = await extra.cells(request, actor, rows) if extra else {}
    lines = [line_of(presenter, resource, row, extra, more) for row in rows]
    filters = filter_choices(resource, dict(asked))
    return {
        "resource": resource,
        "section": section_of(resource),
        "row_icon": icon_of(resource.table.name),
        "headings": headings(resource, asked, wanted.sort_text, extra),
        "lines": lines,
        "filters": filters,
        "other_filters": [
            (name, value, filter_label(name)) for name, value in other_filters(resource, asked)
        ],
        "query": dict(asked).get("q", ""),
        "filter_titles": await filter_titles(request, actor, resource, asked),
        "can_search": bool(resource.facts.search),
        "search_hint": formats.listing(resource.facts.search),
        "is_filtered": any(name not in ("sort", "cursor", "limit") for name, _ in asked),
        "next_href": page_href(resource, asked, following) if following else None,
        "is_later_page": "cursor" in dict(asked),
        "first_href": page_href(resource, asked, None),
        "new_href": new_href(actor, resource),
        "problem": problem,
    }


def line_of(
    presenter: Presenter, resource: Resource, row: Row, extra: ExtraColumn | None, more: dict[str, Cell]
) -> Line:
    first, *others = [presenter.cell(resource, row, name) for name in resource.list_columns]
    key = str(row[resource.key])
    ranks = [rank_of(position, extra is not None) for position in range(1, len(others) + 1)]
    hidden = [
        cell
        for cell, rank in zip(others, ranks, strict=True)
        if rank > 1 and not cell.missing and not cell.tone and len(cell.text) < 40
    ]
    if extra:
        others = [more.get(key, Cell(Field("extra", extra.label, "text"), formats.DASH)), *others]
    href = f"/{resource.collection}/{key}" if "get" in resource.operations else None
    return Line(first, href, others, hidden[:3])


async def filter_titles(
    request: AnyRequest, actor: Actor, resource: Resource, asked: list[tuple[str, str]]
) -> dict[str, str]:
    """What the rows are called that the address filters by, by filter name."""
    state = request.app.state
    wanted: dict[str, set[UUID]] = {}
    for name, value in asked:
        table, key = resource.references.get(name), parse_uuid(value)
        if table is not None and table in state.registry and key:
            wanted.setdefault(table, set()).add(key)
    titles = await titles_of(state.database, state.registry, actor, wanted)
    return {
        name: titles[resource.references[name], value]
        for name, value in asked
        if (resource.references.get(name), value) in titles
    }


def filter_label(name: str) -> str:
    """`started_at__gte` -> `Started from`."""
    column, _, operator = name.partition("__")
    words = {
        "gt": "after",
        "gte": "from",
        "lt": "before",
        "lte": "up to",
        "contains": "with",
        "isnull": "empty:",
    }
    return f"{formats.label(column)} {words.get(operator, '')}".strip()


def section_of(resource: Resource) -> str:
    return "Administration" if resource.domain in ("Identity", "System") else resource.domain


def new_href(actor: Actor, resource: Resource) -> str | None:
    """Where "Add" leads, for those who may."""
    permission = OWN_NEW_PAGES.get(resource.table.name)
    if permission is None and "create" in resource.operations:
        permission = resource.permission("create")
    return f"/{resource.collection}/new" if permission and may(actor, permission) else None


def filter_choices(resource: Resource, asked: dict[str, str]) -> list[Choice]:
    """The closed sets that a list can be filtered by."""
    return [
        Choice(field_of(resource, name), asked.get(name, ""))
        for name in resource.filters
        if name not in resource.computed and closed_set(resource.column(name))
    ]


def other_filters(resource: Resource, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Filters of the address that have no control of their own; the form keeps them."""
    shown = {choice.field.name for choice in filter_choices(resource, {})} | {"q", "cursor", "limit", "sort"}
    return [(name, value) for name, value in asked if name not in shown]


def headings(
    resource: Resource, asked: list[tuple[str, str]], sort: str, extra: ExtraColumn | None
) -> list[Heading]:
    """Column heads; those that can be sorted by are links."""
    sortable = {*resource.sorts, resource.default_sort.lstrip("-")}
    current = sort.split(",")[0]
    found: list[Heading] = []
    for position, name in enumerate(resource.list_columns):
        direction = None
        href = None
        if name in sortable:
            if current.lstrip("-") == name:
                direction = "descending" if current.startswith("-") else "ascending"
            wanted = f"-{name}" if direction == "ascending" else name
            kept = [(key, value) for key, value in asked if key not in ("sort", "cursor")]
            href = f"/{resource.collection}?{urlencode([*kept, ('sort', wanted)])}"
        found.append(Heading(field_of(resource, name), href, direction, rank_of(position, extra is not None)))
    if extra:
        found.insert(1, Heading(Field("state", extra.label, "choice"), None, None, 1))
    return found


def rank_of(position: int, has_extra: bool) -> int:
    if position == 0 or (position == 1 and not has_extra):
        return 1
    return 2 if position <= 3 else 3


def page_href(resource: Resource, asked: list[tuple[str, str]], cursor: str | None) -> str:
    kept = [(name, value) for name, value in asked if name != "cursor"]
    query = urlencode([*kept, *([("cursor", cursor)] if cursor else [])])
    return f"/{resource.collection}" + (f"?{query}" if query else "")
