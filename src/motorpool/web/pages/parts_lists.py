"""Several parts at once at the counter: what a work order needs, what a delivery brings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import Invalid, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_rows
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions import move_stock
from motorpool.maintenance.actions.follow_purchase_orders import received
from motorpool.maintenance.actions.open_stock import plain
from motorpool.maintenance.actions.supply_work_orders import Want
from motorpool.maintenance.part_routes import refuse_other_facilities
from motorpool.maintenance.queries.parts_counter import (
    ExpectedDelivery,
    WaitingOrder,
    WantedLine,
    expected_deliveries,
    parts_by_code,
    units_of,
    waiting_orders,
)
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.parts_counter import frame, open_lines, typed_cost
from motorpool.web.pages.parts_moving import Posted
from motorpool.web.pages.records import form_pairs
from motorpool.web.rendering import see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
Pairs = list[tuple[str, str]]
DONE = {"issue": "Issued", "reserve": "Reserved", "release": "Released", "return": "Took back"}


# -- work orders


@get("/parts-counter/orders", include_in_schema=False)
async def orders_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_orders.html",
        title="Parts for work orders",
        orders=await _orders(request, actor),
        **await frame(request, actor, "orders"),
    )
    return page


async def _orders(request: AnyRequest, actor: Actor) -> list[WaitingOrder]:
    resource = request.app.state.registry["maintenance_records"]
    reach = reach_or_forbid(resource, actor, "read")
    return await waiting_orders(request.app.state.database, actor, resource, reach)


@get("/parts-counter/orders/{order:str}", include_in_schema=False)
async def order_page(request: AnyRequest) -> Response[Any]:
    """`?q=` a scanned code marks the line of that part, `?picked=` are those that were marked before."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["work_order_parts"], actor, "read")
    key, lines = await _lines(request, actor)
    picked = {
        found for text in request.query_params.getall("picked", []) if (found := parse_uuid(text)) is not None
    }
    note = None
    code = request.query_params.get("q", "").strip()[:100]
    if code:
        reach = reach_or_forbid(state.registry["parts"], actor, "read")
        parts = await parts_by_code(state.database, actor, state.registry["parts"], reach, code)
        meant = {line.id for line in lines if line.part_id in {part.id for part in parts}}
        picked |= meant
        if not parts:
            note = f"No part has the code {code}."
        elif not meant:
            note = f"{parts[0].part_number} {parts[0].name} is not on this work order."
    return await order_form(request, actor, key, lines, picked=picked, note=note)


async def _lines(request: AnyRequest, actor: Actor) -> tuple[UUID, list[WantedLine]]:
    """The work order in the path, and its lines. Raises: NotFound for one that is closed or has none."""
    key = parse_uuid(request.path_params["order"])
    lines = await open_lines(request, actor, order=key) if key else []
    if key is None or not lines:
        raise NotFound("There is no open work order with part lines here.")
    return key, lines


@post("/parts-counter/orders/{order:str}", include_in_schema=False, status_code=200)
async def order_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    pairs = await form_pairs(request)
    form = dict(pairs)
    doing = form.get("do", "")
    if doing not in DONE:
        raise NotFound("There is no such thing to do with part lines.")
    resource = state.registry["work_order_parts"]
    reach = reach_or_forbid(resource, actor, doing)
    key, lines = await _lines(request, actor)
    picked = [found for name, text in pairs if name == "line" and (found := parse_uuid(text)) is not None]
    try:
        if not picked:
            raise Invalid("Choose at least one line.")
        given = Posted(form)
        wants = [Want(line, given.number(f"quantity_{line}")) for line in picked]
        async with state.database.transaction(actor) as session:
            await lock_rows(session, resource, actor, reach, picked)
            match doing:
                case "issue":
                    await move_stock.issue(session, actor, wants, named=True)
                case "return":
                    await move_stock.return_(session, actor, wants, named=True)
                case "reserve":
                    await move_stock.reserve(session, actor, wants, named=True)
                case _:
                    await move_stock.release(session, actor, wants, named=True)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (403, 409, 422):
            raise
        return await order_form(
            request, actor, key, lines, picked=set(picked), texts=form, order=picked, problem=problem
        )
    count = len(picked)
    return see_other(
        f"/parts-counter/orders/{key}", f"{DONE[doing]} the parts of {count} line{'' if count == 1 else 's'}."
    )


async def order_form(
    request: AnyRequest,
    actor: Actor,
    key: UUID,
    lines: list[WantedLine],
    *,
    picked: set[UUID],
    texts: dict[str, str] | None = None,
    order: list[UUID] | None = None,
    note: str | None = None,
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    """`order`: the lines as they were posted, so that a problem finds its line."""
    state = request.app.state
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_order.html",
        status=problem.status if problem else 200,
        title=f"Parts for {lines[0].order_number}",
        key=key,
        lines=lines,
        first=lines[0],
        picked=picked,
        texts=texts or {},
        wrong=_by_line(problem, order or []),
        problem=problem and problem.detail,
        note=note,
        doing=[name for name in DONE if may(actor, f"work_order_parts.{name}")],
        **await frame(request, actor, "orders"),
    )
    return page


def _by_line(problem: MotorpoolError | None, order: list[UUID]) -> dict[UUID, str]:
    """Message by line."""
    errors = errors_of(problem)
    found = {
        line: words
        for index, line in enumerate(order)
        for name, words in errors.items()
        if name.startswith(f"lines[{index}].")
    }
    named = {line: words for line in order for name, words in errors.items() if name == f"quantity_{line}"}
    return found | named


# -- deliveries


@get("/parts-counter/deliveries", include_in_schema=False)
async def deliveries_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["purchase_orders"]
    reach = reach_or_forbid(resource, actor, "read")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_deliveries.html",
        title="Deliveries",
        orders=await expected_deliveries(state.database, actor, resource, reach),
        today=actor.today,
        **await frame(request, actor, "deliveries"),
    )
    return page


@get("/parts-counter/deliveries/{order:str}", include_in_schema=False)
async def delivery_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    delivery = await _delivery(request, actor)
    texts = {f"quantity_{index}": _outstanding(line) for index, line in enumerate(delivery.lines)}
    if not is_foreign(actor, delivery):
        texts |= {
            f"unit_cost_{index}": typed_cost(price_of(line)) for index, line in enumerate(delivery.lines)
        }
    return await delivery_form(
        request, actor, delivery, texts | {"facility_id": str(delivery.facility_id or "")}
    )


async def _delivery(request: AnyRequest, actor: Actor) -> ExpectedDelivery:
    """The purchase order in the path. Raises: Forbidden, NotFound for one that is not on its way."""
    state = request.app.state
    resource = state.registry["purchase_orders"]
    reach = reach_or_forbid(resource, actor, "read")
    key = parse_uuid(request.path_params["order"])
    found = await expected_deliveries(state.database, actor, resource, reach, key) if key else []
    if not found:
        raise NotFound("There is no purchase order of parts on its way here.")
    return found[0]


def _outstanding(line: dict[str, Any]) -> str:
    left = Decimal(str(line["quantity"])) - received(line)
    return plain(left) if left > 0 else ""


def is_foreign(actor: Actor, delivery: ExpectedDelivery) -> bool:
    """Whether the order's prices are not in the currency that stock is kept in."""
    return actor.currency not in ("", delivery.currency)


def price_of(line: dict[str, Any]) -> Decimal:
    return Decimal(str(line.get("unit_price") or 0))


@post("/parts-counter/deliveries/{order:str}", include_in_schema=False, status_code=200)
async def delivery_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry["part_stocks"], actor, "receive")
    delivery = await _delivery(request, actor)
    form = dict(await form_pairs(request))
    given = Posted(form)
    rows: list[int] = []
    try:
        facility = given.needed_key("facility_id")
        refuse_other_facilities(reach, [facility])
        lines = []
        for index, line in enumerate(delivery.lines):
            quantity = given.number(f"quantity_{index}") if line.get("part_id") else None
            if quantity:
                rows.append(index)
                cost = given.number(f"unit_cost_{index}")
                lines.append(move_stock.Receipt(UUID(line["part_id"]), facility, quantity, cost))
        if not lines:
            raise Invalid("Nothing was received: enter how many have come.")
        async with state.database.transaction(actor) as session:
            await move_stock.receive(
                session,
                actor,
                lines,
                purchase_order_id=delivery.id,
                reference_number=given.text("reference_number"),
                orders=state.registry["purchase_orders"],
                named=True,
            )
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (403, 409, 422):
            raise
        return await delivery_form(request, actor, delivery, form, problem, rows)
    count = len(lines)
    return see_other(
        "/parts-counter/deliveries",
        f"Received {count} line{'' if count == 1 else 's'} of {delivery.number} into stock.",
    )


async def delivery_form(
    request: AnyRequest,
    actor: Actor,
    delivery: ExpectedDelivery,
    texts: dict[str, str],
    problem: MotorpoolError | None = None,
    rows: list[int] | None = None,
) -> Response[Any]:
    """`rows`: of which lines of the order the posted ones were."""
    state = request.app.state
    errors = errors_of(problem)
    wrong = {name: words for name, words in errors.items() if not name.startswith("lines[")} | {
        f"{name.partition('.')[2]}_{row}": words
        for index, row in enumerate(rows or [])
        for name, words in errors.items()
        if name.startswith(f"lines[{index}].")
    }
    parts = [UUID(line["part_id"]) if line.get("part_id") else None for line in delivery.lines]
    units = await units_of(state.database, actor, {part for part in parts if part})
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_delivery.html",
        status=problem.status if problem else 200,
        title=f"Delivery of {delivery.number}",
        delivery=delivery,
        foreign=delivery.currency if is_foreign(actor, delivery) else None,
        rows=[
            (
                index,
                line,
                Decimal(str(line["quantity"])),
                received(line),
                units.get(part) if part else None,
                price_of(line),
            )
            for index, (line, part) in enumerate(zip(delivery.lines, parts, strict=True))
        ],
        texts=texts,
        wrong=wrong,
        problem=problem and problem.detail,
        facilities=await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES),
        may_receive=may(actor, "part_stocks.receive"),
        **await frame(request, actor, "deliveries"),
    )
    return page


route_handlers = [
    orders_page,
    order_page,
    order_posted,
    deliveries_page,
    delivery_page,
    delivery_posted,
]
