"""A work order: what is wrong, what is done about it by whom, with which parts, in which bay, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.shop_board import COLUMNS
from motorpool.maintenance.queries.work_order_sheet import (
    Booking,
    DefectLine,
    Labor,
    PartLine,
    Sheet,
    Task,
    work_order_sheet,
)
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, safe_back
from motorpool.web.pages.records import Action, can, detail_context, form_texts, key_of, moves_of, read_row
from motorpool.web.posting import body_of
from motorpool.web.rendering import go_on

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
TABLE = "maintenance_records"
STEPS = {
    "draft": "Draft",
    "open": "Open",
    "in_progress": "In progress",
    "waiting_parts": "Parts",
    "review": "Review",
    "completed": "Done",
}
COSTS = (
    ("Labour", "labor_cost"),
    ("Parts", "parts_cost"),
    ("Outside service", "outside_service_cost"),
    ("Other", "other_cost"),
    ("Tax", "tax_amount"),
)
#: What an order is made of.
LINES = ("work_order_tasks", "work_order_parts", "work_order_labor")
#: What a person approving an order says about it.
APPROVAL = ("review_notes", "signed_by_name", "signature", "signed_at")
LONGEST_SIGNATURE = 200_000


async def work_order_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    here = f"/{resource.collection}/{key}"
    context = await detail_context(request, actor, resource, row)
    schedule = UUID(row["schedule_id"]) if row["schedule_id"] else None
    sheet = await work_order_sheet(state.database, state.registry, actor, key, schedule)
    is_open = row["status"] not in ("completed", "cancelled")
    tasks, lines = state.registry["work_order_tasks"], state.registry["work_order_parts"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "work_order.html",
        **context,
        here=here,
        cells={cell.field.name: cell for cell in (*context["facts"], *context["long_facts"])},
        sheet=sheet,
        steps=steps_of(row["status"]),
        is_open=is_open,
        task_acts={task.id: task_acts(actor, tasks, task, sheet, row["status"]) for task in sheet.tasks},
        part_acts={line.id: part_acts(actor, lines, line) if is_open else [] for line in sheet.parts},
        clock_in=is_open and sheet.technician_id is not None and offers(actor, tasks, "clock_in"),
        clock_out=offers(actor, tasks, "clock_out"),
        stops={line.id for line in sheet.labor if may_stop(actor, state.registry, line)},
        costs=costs_of(row),
        money=lambda value: formats.money(value, actor.currency),
        defect_acts=acts_by_row(actor, state.registry["defects"], sheet.defects),
        bookings=(bookings := shown_bookings(sheet, row["status"])),
        booking_acts=acts_by_row(actor, state.registry["service_bay_schedule"], bookings),
        may_add={name: is_open and can(actor, state.registry[name], "create") for name in LINES},
        may_talk=may(actor, "comments.create") and actor.user_id is not None,
        **links_of(actor, row),
        signature=row["signature"]
        if str(row["signature"] or "").startswith("data:image/png;base64,")
        else None,
    )
    return page


def links_of(actor: Actor, row: Row) -> dict[str, str | None]:
    """Pages that know more about a part of the order; None for those that the actor has no use of."""
    shop = f"&facility={row['facility_id']}" if row["facility_id"] else ""
    return {
        "counter_href": "/parts-counter" if may(actor, "part_stocks.read") else None,
        "plan_href": f"/shop/calendar/book?order={row['id']}{shop}"
        if may(actor, "service_bay_schedule.create")
        and row["status"] in ("draft", "open", "in_progress", "waiting_parts")
        else None,
        "history_href": f"/vehicles/{row['vehicle_id']}/service" if may(actor, "vehicles.read") else None,
    }


def shown_bookings(sheet: Sheet, status: str) -> list[Booking]:
    """Where the work is done; where it was to be done, if it was over before its time came."""
    kept = [one for one in sheet.bookings if one.status != "cancelled"]
    is_over = status in ("review", "completed", "cancelled")
    return sheet.bookings if is_over and not kept else kept


def steps_of(status: str) -> list[tuple[str, str]]:
    """(label, past | now | later) of the life of an order; parts are only waited for by those that have to."""
    at = COLUMNS.index(status) if status in COLUMNS else -1
    return [
        (STEPS[state], "now" if number == at else "past" if number < at else "later")
        for number, state in enumerate(COLUMNS)
        if state != "waiting_parts" or status == "waiting_parts"
    ]


def acts_by_row(
    actor: Actor, resource: Resource, rows: Sequence[DefectLine] | Sequence[Booking]
) -> dict[str, list[Action]]:
    """The moves that each row of another collection allows now."""
    return {row.id: moves_of(actor, resource, {"id": row.id, "status": row.status}) for row in rows}


def offers(actor: Actor, resource: Resource, verb: str) -> bool:
    """Whether the collection has a hand-written verb of this name that the actor may use."""
    return any(one.name == verb for one in resource.verbs) and may(actor, resource.permission(verb))


def task_acts(actor: Actor, resource: Resource, task: Task, sheet: Sheet, order: str) -> list[Action]:
    """Buttons of a task. Checking off stands before the text, clocks beside it."""
    if order in ("completed", "cancelled"):
        return []
    found = []
    for action in moves_of(actor, resource, {"id": task.id, "status": task.status}):
        verb = action.href.rpartition("/")[2]
        if verb == "inspect" and (not task.requires_inspection or task.done_by_viewer):
            continue
        if verb == "start" and sheet.technician_id and offers(actor, resource, "clock_in"):
            continue
        found.append(action)
    return found


def may_stop(actor: Actor, registry: Mapping[str, Resource], line: Labor) -> bool:
    """Whether the actor may stop the clock of a labour entry, if it runs: their own, or anybody's with the permission."""
    if line.ended_at or not offers(actor, registry[TABLE], "clock_out"):
        return False
    reach = actor.access.reach(registry["work_order_labor"].permission("update"))
    return line.is_mine or (reach is not None and reach.everything)


def part_acts(actor: Actor, resource: Resource, line: PartLine) -> list[tuple[str, str, str, str]]:
    """(verb, label, quantity, address) of what can be done with a line of the catalogue now."""
    if line.part_id is None:
        return []
    missing = float(line.quantity) - line.held
    wanted = (
        ("reserve", "Reserve", missing - float(line.reserved)),
        ("issue", "Issue", missing),
        ("return", "Return", line.held),
    )
    here = f"/api/v1/{resource.collection}/{line.id}"
    return [
        (verb, label, f"{quantity:g}", f"{here}/{verb}")
        for verb, label, quantity in wanted
        if quantity > 0 and offers(actor, resource, verb)
    ]


def costs_of(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, amount) of what makes up the total; labour and parts always."""
    return [(label, row[name]) for label, name in COSTS if Decimal(row[name]) or label in ("Labour", "Parts")]


@get("/shop/orders/{key:str}/approve", include_in_schema=False)
async def approve_page(request: AnyRequest) -> Response[Any]:
    """Checking an order and signing for the vehicle."""
    resource = request.app.state.registry[TABLE]
    reach_or_forbid(resource, actor_of(request), "approve")
    row, etag = await read_row(request, resource)
    return _approve_form(request, row, etag, {}, safe_back(request.query_params.get("back")))


def _approve_form(
    request: AnyRequest, row: Row, etag: str, given: Mapping[str, str], back: str | None, problem: str = ""
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "work_order_approve.html",
        status=409 if problem else 200,
        title=f"Approve {row['work_order_number']}",
        row=row,
        etag=etag,
        given={name: given.get(name, "") for name in APPROVAL},
        back=back,
        problem=problem,
        money=lambda value: formats.money(value, actor.currency),
    )
    return page


@post("/shop/orders/{key:str}/approve", include_in_schema=False, status_code=200)
async def approve_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach, key = reach_or_forbid(resource, actor, "approve"), key_of(request, resource)
    form = await form_texts(request)
    back = safe_back(form.get("back"))
    texts = {name: form[name] for name in APPROVAL if form.get(name)}
    if len(texts.get("signature", "")) > LONGEST_SIGNATURE:
        texts.pop("signature")
    try:
        body = body_of(resource, list(texts.items()), actor, names=tuple(texts))
        async with state.database.transaction(actor) as session:
            move = resource.move("approve")
            await move_row(session, resource, actor, reach, key, move, body, form.get("etag") or None)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 412, 422):
            raise
        row, etag = await read_row(request, resource)
        told = " ".join(f"{formats.label(one.field)} {one.message}." for one in problem.fields)
        return _approve_form(request, row, etag, texts, back, f"{problem.detail} {told}".strip())
    return go_on(request, back or f"/{resource.collection}/{key}", "Work order: completed.")


route_handlers = [approve_page, approve_posted]
