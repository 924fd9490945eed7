"""The shop's board: work orders as cards in columns by state, moved by dragging or by the menu of a card."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.shop_board import COLUMNS, Asked, Card, shop_board
from motorpool.web import formats
from motorpool.web.fields import field_of
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.records import MOVE_ICONS, can
from motorpool.web.presentation import choices_of
from motorpool.web.rendering import is_partial

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
TABLE = "maintenance_records"
LABELS = {
    "draft": "Draft",
    "open": "Open",
    "in_progress": "In progress",
    "waiting_parts": "Waiting for parts",
    "review": "Review",
    "completed": "Completed today",
}
#: Where six of them stand side by side on a phone.
SHORT_LABELS = LABELS | {"in_progress": "In work", "waiting_parts": "Parts", "completed": "Done"}
PRIORITIES = ("critical", "high", "medium", "low")
#: Moves that are asked about although they need nothing: what was done is worth a line.
ASKED = frozenset({"finish", "approve"})
NOBODY = "none"
FILTERS = ("facility", "technician", "priority", "type", "q")


@dataclass(frozen=True, slots=True)
class Column:
    """`moves` are those that are legal from here and that the viewer may make, as the script reads them."""

    state: str
    label: str
    short: str
    cards: list[Card]
    count: int
    moves: list[dict[str, Any]]

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


@get("/shop", include_in_schema=False)
async def board_page(request: AnyRequest) -> Response[Any]:
    """The board; asked for in part, its columns alone, with an ETag so that what is unchanged is not sent again."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach_or_forbid(resource, actor, "read")
    asked = asked_of(request)
    cards = await shop_board(state.database, actor, resource, asked)
    here = f"/shop?{request.url.query}" if request.url.query else "/shop"
    shown: Row = {
        "columns": columns_of(actor, resource, cards),
        "asked": given(request),
        "here": here,
        "whole": asked.whole,
    }
    if is_partial(request):
        return unless_same(
            request, state.renderer.page(request, actor, "shop_board_columns.html", title="", **shown)
        )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "shop_board.html",
        title="Shop board",
        **shown,
        is_filtered=any(shown["asked"].values()),
        facilities=await choices(request, actor, "facilities"),
        technicians=await choices(request, actor, "technicians"),
        priorities=PRIORITIES,
        kinds=field_of(resource, "work_order_type").suggestions,
        new_href=f"/{resource.collection}/new" if can(actor, resource, "create") else None,
        may_move=any(column.moves for column in shown["columns"]),
        calendar_href="/shop/calendar" if may(actor, "service_bay_schedule.read") else None,
    )
    return page


def asked_of(request: AnyRequest) -> Asked:
    """What the address narrows the board to; what cannot be read narrows nothing."""
    query = request.query_params
    return Asked(
        facility=parse_uuid(query.get("facility", "")),
        technician=parse_uuid(query.get("technician", "")),
        unassigned=query.get("technician") == NOBODY,
        priority=query["priority"] if query.get("priority") in PRIORITIES else "",
        kind=query.get("type", "")[:50].replace("\x00", ""),
        text=query.get("q", "")[:200].replace("\x00", ""),
        whole=query["whole"] if query.get("whole") in COLUMNS else "",
    )


def given(request: AnyRequest) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in FILTERS}


async def choices(request: AnyRequest, actor: Actor, table: str) -> list[tuple[str, str]]:
    state = request.app.state
    return await choices_of(state.database, state.registry, actor, table, MOST_CHOICES)


def columns_of(actor: Actor, resource: Resource, cards: list[Card]) -> list[Column]:
    """The columns from left to right, empty ones too."""
    by_state: dict[str, list[Card]] = {state: [] for state in COLUMNS}
    for card in cards:
        by_state[card.status].append(card)
    return [
        Column(
            state,
            LABELS[state],
            SHORT_LABELS[state],
            held,
            held[0].of_column if held else 0,
            [described(move) for move in legal_moves(actor, resource, state)],
        )
        for state, held in by_state.items()
    ]


def legal_moves(actor: Actor, resource: Resource, state: str) -> list[Move]:
    """Legal moves from a state that the actor may make, those that end something last."""
    moves = [
        move for move in resource.moves if state in move.leaves and may(actor, resource.permission(move.verb))
    ]
    return sorted(moves, key=lambda move: move.final)


def described(move: Move) -> dict[str, Any]:
    """A move as the board's script knows it: `asks` opens its form first."""
    return {
        "verb": move.verb,
        "to": move.to,
        "label": move.summary or formats.words(move.verb),
        "icon": MOVE_ICONS.get(move.verb, "ban" if move.final else "arrow-right"),
        "asks": bool(move.needs) or move.verb in ASKED,
    }


def unless_same(request: AnyRequest, answer: Response[Any]) -> Response[Any]:
    """304 when the browser has just this text already."""
    tag = f'"{sha256(str(answer.content).encode()).hexdigest()[:24]}"'
    if request.headers.get("if-none-match") == tag:
        return Response("", status_code=304, headers={"ETag": tag, "Cache-Control": "no-store"})
    answer.headers["ETag"] = tag
    return answer


route_handlers = [board_page]
