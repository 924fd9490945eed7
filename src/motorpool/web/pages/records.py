"""The record page of any resource: facts in sections, the moves that are legal now, and tabs for what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.resource.declaration import Lock, Resource
from motorpool.core.resource.guard import locks_query
from motorpool.core.resource.routes import ResourceApi, actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import sections_of, state_column
from motorpool.web.navigation import icon_of, may, section_of
from motorpool.web.pages.history import can_read_history, history
from motorpool.web.presentation import Cell, Presenter
from motorpool.web.titles import load_titles

__all__ = [
    "Action",
    "actions_of",
    "can",
    "detail_context",
    "detail_response",
    "form_texts",
    "history",
    "key_of",
    "read_row",
]

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
#: Told at the foot of a record, apart from what people wrote.
RECORD_COLUMNS = ("id", "created_at", "updated_at")
#: Table -> name, label and symbol of the tab about papers.
PAPER_TABS = {
    "drivers": ("qualification", "Qualification", "checklist"),
    "vehicles": ("papers", "Papers", "file-certificate"),
}
#: A text longer than this does not stand in a column of facts.
SHORT = 80
#: Symbols of the moves that most life cycles have.
MOVE_ICONS = {
    "approve": "check", "submit": "send", "reject": "x", "cancel": "ban", "close": "circle-check", "complete": "circle-check",
    "start": "player-play", "pause": "player-pause", "resume": "player-play", "reopen": "refresh", "pay": "coin",
    "archive": "archive", "publish": "upload", "void": "ban", "retire": "archive",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a record that posts to a business verb. `question` is asked first; a `dialog` asks for more."""

    label: str
    href: str
    icon: str
    question: str | None = None
    is_danger: bool = False
    help: str = ""
    is_dialog: bool = False


#: Moves that are asked for in a form of their own: approving takes a signature, which is drawn.
MOVE_PAGES = {("maintenance_records", "approve"): "/shop/orders/{key}/approve"}


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    label: str
    icon: str
    href: str
    #: Address of what the tab shows, where it is fetched; the first tab is the page itself.
    source: str | None = None


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
    elif name == "vehicle_faults":
        fits = row.get("acknowledged_at") is None
        offered = [("acknowledge", fits, Action("Acknowledge", f"{here}/acknowledge", "check"))]
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
    found = [action for verb, fits, action in offered if fits and may(actor, resource.permission(verb))]
    return [*found, *moves_of(actor, resource, row)]


def moves_of(actor: Actor, resource: Resource, row: Row) -> list[Action]:
    """The legal moves from where the row stands, those that end something last."""
    states = resource.states
    if states is None:
        return []
    found = []
    for move in sorted(states.moves, key=lambda move: move.final):
        if row.get(states.column) not in move.leaves or not may(actor, resource.permission(move.verb)):
            continue
        label = formats.words(move.verb)
        title = (move.summary or label).rstrip(".")
        asks = bool(move.takes or move.needs)
        own = MOVE_PAGES.get((resource.table.name, move.verb), "/records/{collection}/{key}/moves/{verb}")
        href = own.format(collection=resource.collection, key=row[resource.key], verb=move.verb)
        question = f"{title}?" if move.final and not asks else None
        icon = MOVE_ICONS.get(move.verb, "ban" if move.final else "arrow-right")
        found.append(Action(label, href, icon, question, move.final, title, asks))
    return found


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


def pictures_of(addresses: Iterable[Any] | None) -> list[str]:
    """Addresses that a page shows; anything else that stands in a free text is no address of ours."""
    return [one for one in map(str, addresses or ()) if one.startswith(("/api/", "https://"))]


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
    """What `detail.html` shows of a row; one query for the names of what it refers to."""
    state = request.app.state
    titles = await load_titles(state.database, state.registry, actor, resource, [row])
    presenter = Presenter(state.registry, actor, titles)
    names = [name for name in resource.visible if name not in RECORD_COLUMNS]
    cells = {name: presenter.cell(resource, row, name) for name in names}
    told = [name for name in names if not cells[name].missing]
    short = [name for name in told if not is_long(cells[name])]
    key = str(row[resource.key])
    standing = state_column(resource)
    held = await locks_of(request, actor, resource, key)
    tabs = tabs_of(state.registry, actor, resource, key)
    wanted = request.query_params.get("tab")
    chosen = next((tab for tab in tabs if tab.name == wanted), tabs[0])
    return {
        "resource": resource,
        "section": section_of(resource),
        "row_icon": icon_of(resource.table.name),
        "title": presenter.title(resource, row),
        "row": row,
        "pill": next((cells[name] for name in (standing, "motion") if name in told), None),
        "facts": [cells[name] for name in short],
        "fact_groups": [
            (title, [cells[name] for name in held])
            for title, held in sections_of(
                resource, [name for name in short if name not in (resource.title_column, standing)]
            )
        ],
        "long_facts": [cells[name] for name in told if is_long(cells[name])],
        "empty_labels": [cell.field.label for cell in cells.values() if cell.missing],
        "record_facts": [presenter.cell(resource, row, name) for name in RECORD_COLUMNS if name in row],
        "tabs": tabs,
        "tab": chosen,
        "related_href": f"/records/{resource.collection}/{key}/related",
        "locked": held[0].sentence if held else None,
        "edit_href": f"/{resource.collection}/{key}/edit"
        if can(actor, resource, "update") and (not held or still_open(held))
        else None,
        "delete_href": f"/{resource.collection}/{key}/delete"
        if can(actor, resource, "delete") and not held
        else None,
        "actions": actions_of(actor, resource, row),
    }


async def locks_of(request: AnyRequest, actor: Actor, resource: Resource, key: str) -> list[Lock]:
    """What holds the row fast."""
    if not resource.locks:
        return []
    rows = await request.app.state.database.read(
        actor, locks_query(resource), {"tenant": actor.tenant_id, "keys": [UUID(key)]}
    )
    return [lock for row in rows for lock, holds in zip(resource.locks, row[1:], strict=True) if holds]


def still_open(held: Sequence[Lock]) -> frozenset[str]:
    """Columns that can be changed although these locks hold the row."""
    return frozenset.intersection(*(frozenset(lock.open) for lock in held))


def tabs_of(registry: Mapping[str, Resource], actor: Actor, resource: Resource, key: str) -> list[Tab]:
    """The record itself, then what belongs to it, as far as the actor may see it."""
    here, source = f"/{resource.collection}/{key}", f"/records/{resource.collection}/{key}"
    tabs = [Tab("overview", "Overview", "info-circle", here)]
    if resource.table.name == "vehicles" and may(actor, "vehicle_faults.read"):
        tabs.append(Tab("health", "Health", "engine", f"{here}/health"))
    if resource.table.name == "vehicles" and may(actor, "maintenance_records.read"):
        tabs.append(Tab("service", "Service", "tool", f"{here}/service"))
    if resource.table.name in PAPER_TABS and may(actor, "compliance_documents.read"):
        tabs.append(Tab(*PAPER_TABS[resource.table.name], f"{here}/{PAPER_TABS[resource.table.name][0]}"))
    tabs.append(Tab("related", "Related", "link", f"{here}?tab=related", f"{source}/related/rows"))
    if talks_about(registry, actor, resource, "comments"):
        tabs.append(Tab("comments", "Comments", "message", f"{here}?tab=comments", f"{source}/comments"))
    if talks_about(registry, actor, resource, "record_attachments"):
        tabs.append(Tab("files", "Files", "paperclip", f"{here}?tab=files", f"{source}/files"))
    if href := history_href(actor, resource, key):
        tabs.append(Tab("history", "History", "history", f"{here}?tab=history", href))
    return tabs


def talks_about(registry: Mapping[str, Resource], actor: Actor, resource: Resource, table: str) -> bool:
    """Whether comments or attachments are kept for records of this kind, and the actor may read them."""
    about = registry.get(table)
    if about is None or not may(actor, about.permission("read")):
        return False
    return any(resource.table.name in pair.targets.values() for pair in about.facts.polymorphic)


def history_href(actor: Actor, resource: Resource, key: str) -> str | None:
    return f"/records/{resource.collection}/{key}/history" if can_read_history(actor, resource) else None


def is_long(cell: Cell) -> bool:
    if cell.field.kind in ("json", "structure"):
        return True
    return cell.href is None and not cell.items and (len(cell.text) > SHORT or "\n" in cell.text)


def can(actor: Actor, resource: Resource, action: str) -> bool:
    return action in resource.operations and may(actor, resource.permission(action))


async def form_texts(request: AnyRequest) -> dict[str, str]:
    """The posted texts; the CSRF token was checked before the page was reached."""
    return dict(await form_pairs(request))


async def form_pairs(request: AnyRequest) -> list[tuple[str, str]]:
    """The posted texts in the order of the form, fields that come several times included."""
    form = await request.form()
    return [(name, value) for name, value in form.items() if isinstance(value, str) and name != "csrf_token"]
