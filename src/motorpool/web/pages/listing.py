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
from motorpool.core.errors import BadRequest
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import ListRequest
from motorpool.core.resource.routes import COUNT_MOST, ResourceApi, actor_of
from motorpool.core.resource.select import count_statement, reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import PERMISSION as STATES, live_states
from motorpool.web import formats
from motorpool.web.fields import pair_of, state_column
from motorpool.web.filters import OTHERS, SPANS, Asked, api_query, chips_of, controls_of, href_of
from motorpool.web.navigation import icon_of, may, section_of
from motorpool.web.pages.bulk import bulk_choices
from motorpool.web.presentation import Cell, Field, Presenter, field_of
from motorpool.web.rendering import is_partial, see_other
from motorpool.web.titles import POLYMORPHIC, load_titles, titles_of
from motorpool.web.views import SavedView, columns_of, offered_columns, view_in_use, views_of

__all__ = ["list_response", "section_of"]

AnyRequest = Request[Any, Any, Any]
PAGE_ROWS = 50
EXPORTS = (
    ("csv", "CSV", "file-type-csv"),
    ("xlsx", "Excel", "file-spreadsheet"),
    ("pdf", "PDF", "file-type-pdf"),
)
#: Collections whose "new" page is not the kernel's form, with the permission that it asks for.
OWN_NEW_PAGES = {
    "devices": "devices.create",
    "api_tokens": "api_tokens.create",
    "users": "users.create",
    "roles": "roles.create",
}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    field: Field
    href: str | None
    direction: str | None
    #: How important the column is: 1 stays on a phone, 2 from a tablet on, 3 on a desk.
    rank: int


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    first: Cell
    href: str | None
    cells: list[Cell]
    #: What a phone shows under the title, for the columns that it has no room for.
    sub: list[Cell]


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A column that does not come from the table: its label, its cells by row id, and the columns that it needs."""

    label: str
    cells: Callable[[AnyRequest, Actor, list[Row]], Awaitable[dict[str, Cell]]]
    needs: tuple[str, ...] = ()


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
        if row.get("connection") == "connected":
            online, text = True, "Connected"
        cells[row["id"]] = Cell(field, text, tone="ok" if online else "quiet")
    return cells


EXTRA_COLUMNS = {
    "vehicles": ExtraColumn("State", live_state_cells),
    "devices": ExtraColumn("Connection", connection_cells, ("last_report_at", "connection")),
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
    state = request.app.state
    reach_or_forbid(resource, actor, "read")
    views = await views_of(state.database, actor, resource)
    start = next((view for view in views if view.is_own and view.is_default and not view.is_plain), None)
    if start and not request.query_params and not is_partial(request):
        return see_other(start.href(resource.collection))
    page = await list_context(request, actor, resource, fixed, views)
    chosen = "list_rows.html" if is_partial(request) else template
    response: Response[Any] = state.renderer.page(
        request, actor, chosen, title=resource.plural, **page, **context
    )
    return response


async def list_context(
    request: AnyRequest,
    actor: Actor,
    resource: Resource,
    fixed: tuple[tuple[str, str], ...],
    views: list[SavedView],
) -> Row:
    """What `list.html` and `list_rows.html` show; `fixed` filters hold besides those of the address.

    A filter that cannot be read is told on the page, which then shows the whole list. Raises: Forbidden.
    """
    state = request.app.state
    api: ResourceApi = state.apis[resource.table.name]
    asked: Asked = [(name, value) for name, value in request.query_params.items() if value != ""]
    view = view_in_use(views, asked)
    columns = columns_of(resource, view)
    extra = EXTRA_COLUMNS.get(resource.table.name)
    more_query = [*fixed, ("fields", ",".join(fetched(resource, columns, extra)))]
    more_query += [] if request.query_params.get("limit") else [("limit", str(PAGE_ROWS))]
    problem = None
    try:
        texts, following, wanted = await api.list_page(
            actor, [*api_query(resource, asked, actor), *more_query]
        )
    except BadRequest as error:
        problem = error.detail + "".join(f" {entry.field}: {entry.message}." for entry in error.fields)
        asked = []
        texts, following, wanted = await api.list_page(actor, more_query)
    rows: list[Row] = [msgspec.json.decode(text) for text in texts]
    titles = await load_titles(state.database, state.registry, actor, resource, rows)
    presenter = Presenter(state.registry, actor, titles)
    more = await extra.cells(request, actor, rows) if extra and rows else {}
    named = await filter_titles(request, actor, resource, asked)
    filters = controls_of(resource, asked, named)
    ranks = ranks_of(resource, columns, extra)
    in_form = {"q", "cursor", "limit", *(name for one in filters for name in one.parameters)}
    plain = [pair for pair in asked if pair[0] not in ("cursor", "limit")]
    exported = [
        pair for pair in api_query(resource, plain, actor) if pair[0] not in ("fields", "expand", "count")
    ]
    return {
        "resource": resource,
        "section": section_of(resource),
        "purpose": (resource.table.comment or "").rstrip("."),
        "row_icon": icon_of(resource.table.name),
        "headings": headings(resource, columns, ranks, asked, wanted.sort_text, extra),
        "lines": [line_of(presenter, resource, columns, ranks, row, extra, more) for row in rows],
        "filters": filters,
        "chips": chips_of(resource, asked, named),
        "spans": list(SPANS.items()),
        "kept": [pair for pair in asked if pair[0] not in in_form],
        "query": dict(asked).get("q", ""),
        "can_search": bool(resource.facts.search),
        "search_hint": formats.listing(resource.facts.search),
        "is_filtered": any(name not in OTHERS for name, _ in asked),
        "count_text": await count_text(request, actor, resource, wanted, len(rows), following is not None),
        "next_href": href_of(resource, [*without(asked, "cursor"), ("cursor", following)])
        if following
        else None,
        "is_later_page": "cursor" in dict(asked),
        "first_href": href_of(resource, without(asked, "cursor")),
        "all_href": f"/{resource.collection}?{urlencode({'view': 'all'})}"
        if views
        else f"/{resource.collection}",
        "new_href": new_href(actor, resource),
        "import_href": import_href(actor, resource),
        "exports": exports(actor, resource, exported, columns),
        "bulk": bulk_choices(actor, resource),
        "views": [one for one in views if not one.is_plain],
        "view": view if view and not view.is_plain else None,
        "is_changed": is_changed(view, plain),
        "view_query": urlencode([pair for pair in plain if pair[0] != "view"]),
        "can_save": actor.user_id is not None and may(actor, "list_views.create"),
        "columns": offered_columns(resource, columns),
        "has_own_columns": bool(view and view.columns),
        "sorts": sort_choices(resource, asked, wanted.sort_text.split(",")[0]),
        "problem": problem,
    }


def fetched(resource: Resource, columns: tuple[str, ...], extra: ExtraColumn | None) -> list[str]:
    """The columns that the page's cells are made of."""
    names = [resource.key, *columns, *(extra.needs if extra else ())]
    for name in columns:
        described = field_of(resource, name)
        names += [one for one in (described.currency, described.unit_by) if one]
        if pair := pair_of(resource, name):
            names.append(pair.type_column)
        names += [kind for kind, key in POLYMORPHIC if key == name]
    return [name for name in dict.fromkeys(names) if name in resource.visible]


def line_of(
    presenter: Presenter,
    resource: Resource,
    columns: tuple[str, ...],
    ranks: list[int],
    row: Row,
    extra: ExtraColumn | None,
    more: dict[str, Cell],
) -> Line:
    first, *others = [presenter.cell(resource, row, name) for name in columns]
    key = str(row[resource.key])
    hidden = [
        cell
        for cell, rank in zip(others, ranks[1:], strict=True)
        if rank > 1 and not cell.missing and not cell.tone and len(cell.text) < 40
    ]
    if extra:
        others = [more.get(key, Cell(Field("extra", extra.label, "text"), formats.DASH)), *others]
    href = f"/{resource.collection}/{key}" if "get" in resource.operations else None
    return Line(key, first, href, others, hidden[:3])


async def count_text(
    request: AnyRequest, actor: Actor, resource: Resource, wanted: ListRequest, shown: int, more: bool
) -> str:
    """How many rows match, to 100,000; a query only where the page does not know."""
    if not more and not wanted.cursor:
        return formats.number(shown)
    reach = reach_or_forbid(resource, actor, "read")
    statement = count_statement(resource, actor, reach, wanted, COUNT_MOST)
    [(total,)] = await request.app.state.database.read(actor, statement.sql, statement.parameters)
    return formats.number(total) if total <= COUNT_MOST else f"more than {formats.number(COUNT_MOST)}"


async def filter_titles(
    request: AnyRequest, actor: Actor, resource: Resource, asked: Asked
) -> dict[tuple[str, str], str]:
    """What the rows are called that the address filters by."""
    state = request.app.state
    wanted: dict[str, set[UUID]] = {}
    for name, value in asked:
        tables = [resource.references.get(name)]
        if (pair := pair_of(resource, name)) and name == pair.id_column:
            kind = dict(asked).get(pair.type_column)
            tables = [pair.targets.get(kind)] if kind else list(pair.targets.values())
        key = parse_uuid(value)
        for table in tables:
            if table is not None and table in state.registry and key:
                wanted.setdefault(table, set()).add(key)
    titles: dict[tuple[str, str], str] = await titles_of(state.database, state.registry, actor, wanted)
    return titles


def without(asked: Asked, *names: str) -> Asked:
    return [(name, value) for name, value in asked if name not in names]


def is_changed(view: SavedView | None, asked: Asked) -> bool:
    """Whether the list shows something else than its view."""
    now = {pair for pair in asked if pair[0] != "view"}
    return now != set(view.query if view and not view.is_plain else ())


def new_href(actor: Actor, resource: Resource) -> str | None:
    """Where "Add" leads, for those who may."""
    permission = OWN_NEW_PAGES.get(resource.table.name)
    if permission is None and "create" in resource.operations:
        permission = resource.permission("create")
    return f"/{resource.collection}/new" if permission and may(actor, permission) else None


def import_href(actor: Actor, resource: Resource) -> str | None:
    if "create" not in resource.operations or resource.table.name in OWN_NEW_PAGES:
        return None
    if not may(actor, resource.permission("create")) or not may(actor, "import_jobs.create"):
        return None
    return f"/import?collection={resource.collection}"


def exports(
    actor: Actor, resource: Resource, asked: Asked, columns: tuple[str, ...]
) -> list[tuple[str, str, str]]:
    """(label, symbol, address) of the list as a file, as it is filtered, ordered and laid out here."""
    if not may(actor, resource.permission("export")):
        return []
    base = f"/api/v1/{resource.collection}/export?"
    found = []
    for form, label, icon in EXPORTS:
        query = [("format", form), *asked]
        # A page of paper holds the chosen columns, a spreadsheet all of them.
        query += [("fields", ",".join(columns))] if form == "pdf" else []
        found.append((label, icon, base + urlencode(query)))
    return found


def sort_choices(resource: Resource, asked: Asked, current: str) -> list[tuple[str, str, bool]]:
    """(address, label, whether it holds now) of every order, for phones, which have no column heads."""
    names = dict.fromkeys(
        name for name in (resource.default_sort.lstrip("-"), *resource.sorts) if name in resource.visible
    )
    kept = without(asked, "sort", "cursor")
    return [
        (
            href_of(resource, [*kept, ("sort", f"{sign}{name}")]),
            f"{field_of(resource, name).label}, {words}",
            current == f"{sign}{name}",
        )
        for name in names
        for sign, words in (("", "ascending"), ("-", "descending"))
        if name != resource.key
    ]


def headings(
    resource: Resource,
    columns: tuple[str, ...],
    ranks: list[int],
    asked: Asked,
    sort: str,
    extra: ExtraColumn | None,
) -> list[Heading]:
    """Column heads; those that can be sorted by are links."""
    sortable = {*resource.sorts, resource.default_sort.lstrip("-")}
    current = sort.split(",")[0]
    found: list[Heading] = []
    for name, rank in zip(columns, ranks, strict=True):
        direction = None
        href = None
        if name in sortable:
            if current.lstrip("-") == name:
                direction = "descending" if current.startswith("-") else "ascending"
            wanted = f"-{name}" if direction == "ascending" else name
            href = href_of(resource, [*without(asked, "sort", "cursor"), ("sort", wanted)])
        found.append(Heading(field_of(resource, name), href, direction, rank))
    if extra:
        found.insert(1, Heading(Field("state", extra.label, "choice"), None, None, 1))
    return found


def ranks_of(resource: Resource, columns: tuple[str, ...], extra: ExtraColumn | None) -> list[int]:
    """How important each column is. Beside the title a phone shows one more: where the row stands, if that is told.

    Of the columns that nobody chose, a small desktop shows as many as fit without scrolling sideways.
    """
    state = state_column(resource)
    beside = None if extra else state if state in columns[1:] else next(iter(columns[1:]), None)
    last = 3 if columns != resource.list_columns else 4
    return [
        1 if position == 0 or name == beside else 2 if position <= 3 else 3 if position <= 6 else last
        for position, name in enumerate(columns)
    ]
