"""The parts counter: find or scan a part, what of it is where, and the big buttons that move it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.open_stock import plain
from motorpool.maintenance.queries.parts_counter import (
    FoundPart,
    PartPlace,
    WantedLine,
    find_parts,
    how_many_low,
    lines_of,
    part_of,
    parts_by_code,
    places_of,
)
from motorpool.maintenance.queries.parts_ledger import Movement, movements_of
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
HISTORY = 25
#: Verb -> (its resource, button, icon); in the order of the buttons.
VERBS = {
    "receive": ("part_stocks", "Receive", "arrow-down"),
    "issue": ("work_order_parts", "Issue", "arrow-up"),
    "return": ("work_order_parts", "Return", "corner-down-left"),
    "count": ("part_stocks", "Count", "list-check"),
    "transfer": ("part_stocks", "Transfer", "arrows-exchange"),
    "adjust": ("part_stocks", "Adjust", "adjustments-horizontal"),
}
#: Name, label (its second part is left out on a phone), address, icon, permission.
TABS = (
    ("find", ("Find", " a part"), "/parts-counter", "search", "parts.read"),
    ("orders", ("Orders", " with parts"), "/parts-counter/orders", "tool", "work_order_parts.read"),
    ("deliveries", ("Deliveries", ""), "/parts-counter/deliveries", "truck", "purchase_orders.read"),
    ("low", ("Low", " stock"), "/parts-counter/low", "shopping-cart", "purchase_suggestions.read"),
)


@get("/parts-counter", include_in_schema=False)
async def counter_page(request: AnyRequest) -> Response[Any]:
    """`?q=`: a scanner types a code and Enter; what means one part leads to it at once."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["parts"]
    reach = reach_or_forbid(resource, actor, "read")
    text = request.query_params.get("q", "").strip()[:100]
    if text:
        exact = await parts_by_code(state.database, actor, resource, reach, text)
        if len(exact) == 1:
            return see_other(f"/parts-counter/parts/{exact[0].id}")
        found = exact or await find_parts(state.database, actor, resource, reach, text)
    else:
        found = await find_parts(state.database, actor, resource, reach, "")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_counter.html",
        title="Parts counter",
        found=found,
        places=await places(request, actor, [one.id for one in found]),
        text=text,
        **await frame(request, actor, "find"),
    )
    return page


@get("/parts-counter/parts/{part:str}", include_in_schema=False)
async def part_page(request: AnyRequest) -> Response[Any]:
    """`?at=` the movements of one facility, `?before=` older ones."""
    actor, state = actor_of(request), request.app.state
    part = await asked_part(request, actor)
    here = (await places(request, actor, [part.id])).get(part.id, [])
    lines = await open_lines(request, actor, part=part.id)
    at = parse_uuid(request.query_params.get("at", ""))
    history, older = await history_of(request, actor, part.id, at)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_card.html",
        title=f"{part.part_number} {part.name}",
        part=part,
        here=here,
        lines=lines,
        buttons=[
            (verb, label, icon) for verb, (_, label, icon) in VERBS.items() if may(actor, permission(verb))
        ],
        history=history,
        older=older,
        at=at,
        may_history=may(actor, "stock_movements.read"),
        **await frame(request, actor, "find"),
    )
    return page


async def history_of(
    request: AnyRequest, actor: Actor, part: UUID, at: UUID | None
) -> tuple[list[Movement], str | None]:
    """A page of movements, and where the older ones are."""
    state = request.app.state
    movements = state.registry["stock_movements"]
    reach = actor.access.reach(movements.permission("read"))
    if reach is None:
        return [], None
    found = await movements_of(
        state.database,
        actor,
        movements,
        reach,
        part,
        facility=at,
        before=_before(request.query_params.get("before", "")),
        most=HISTORY + 1,
    )
    page = found[:HISTORY]
    if len(found) <= HISTORY:
        return page, None
    last = page[-1]
    place = f"at={at}&" if at else ""
    return page, f"?{place}before={last.moved_at:%Y-%m-%dT%H:%M:%S.%f}_{last.id}#movements"


def _before(text: str) -> tuple[datetime, UUID] | None:
    moment, _, key_text = text.partition("_")
    key = parse_uuid(key_text)
    try:
        return (datetime.fromisoformat(f"{moment}+00:00"), key) if key else None
    except ValueError:
        return None


# -- pieces that the pages of the counter share


async def frame(request: AnyRequest, actor: Actor, tab: str) -> dict[str, Any]:
    """What every page of the counter has: tabs, with how many parts run low, and how amounts are written."""
    state = request.app.state
    low = 0
    reach = actor.access.reach("purchase_suggestions.read")
    if reach is not None:
        resource = state.registry["purchase_suggestions"]
        low = await how_many_low(state.database, actor, resource, reach)
    return {
        "tabs": [
            (name, label, href, icon, low if name == "low" else 0)
            for name, label, href, icon, needed in TABS
            if may(actor, needed)
        ],
        "tab": tab,
        "plain": plain,
        "amount": amount,
        "money": partial(formats.money, currency=actor.currency),
        "currency": actor.currency,
    }


def amount(value: Decimal, unit: str | None) -> str:
    """`3`, `2.5 liter`: pieces need no word."""
    return plain(value) if unit in (None, "each") else f"{plain(value)} {unit}"


def typed_cost(cost: Decimal) -> str:
    """A cost as it stands in an input: `48.75`, `1250.00`."""
    return formats.money(cost).replace(",", "")


def permission(verb: str) -> str:
    return f"{VERBS[verb][0]}.{verb}"


async def asked_part(request: AnyRequest, actor: Actor) -> FoundPart:
    """The part in the path. Raises: Forbidden, NotFound."""
    state = request.app.state
    resource = state.registry["parts"]
    reach = reach_or_forbid(resource, actor, "read")
    key = parse_uuid(request.path_params["part"])
    part = await part_of(state.database, actor, resource, reach, key) if key else None
    if part is None:
        raise NotFound("There is no such part.")
    return part


async def places(request: AnyRequest, actor: Actor, parts: list[UUID]) -> dict[UUID, list[PartPlace]]:
    """Where parts are, for those who may see stock."""
    state = request.app.state
    stocks = state.registry["part_stocks"]
    reach = actor.access.reach(stocks.permission("read"))
    if reach is None or not parts:
        return {}
    return await places_of(state.database, actor, stocks, reach, parts)


async def open_lines(
    request: AnyRequest, actor: Actor, *, part: UUID | None = None, order: UUID | None = None
) -> list[WantedLine]:
    """Part lines of open work orders that the actor may see."""
    state = request.app.state
    resource = state.registry["work_order_parts"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return []
    return await lines_of(state.database, actor, resource, reach, order=order, part=part)


route_handlers = [counter_page, part_page]
