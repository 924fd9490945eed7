"""One service that is due: where it stands, what is decided about it, the work orders that are opened for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.resource.write import lock_row, lock_rows
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.decide_schedules import (
    complete_without_order,
    postpone_service,
    skip_service,
)
from motorpool.maintenance.actions.open_due_work_orders import open_asked_work_orders
from motorpool.maintenance.queries.due_list import STATUSES, DueService, due_list
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import form_pairs, form_texts, key_of, read_row
from motorpool.web.pages.service_due_looks import TONES, WORDS, basis_of, line_of, stands
from motorpool.web.rendering import go_on, see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
TABLE = "recurring_maintenance_schedules"
MOST_AT_ONCE = 1000
EVENTS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.event, t.happened_on, t.mileage, t.engine_hours, t.was_due_date, t.was_due_mileage, t.was_due_hours, t.reason,
           t.taken_back_at, t.created_at, t.work_order_id, w.work_order_number, u.display_name AS who
    FROM maintenance_schedule_events t
    LEFT JOIN maintenance_records w ON w.tenant_id = t.tenant_id AND w.id = t.work_order_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.created_by_user_id
    WHERE t.tenant_id = %(tenant)s AND t.schedule_id = %(schedule)s AND {scope} ORDER BY t.id DESC LIMIT 50) AS q
"""
BASIS = """
SELECT m.use_basis, m.use_days FROM vehicle_meters m WHERE m.tenant_id = %(tenant)s AND m.vehicle_id = %(vehicle)s
  AND m.meter_type = %(meter)s AND m.use_basis IS NOT NULL
"""


@get("/service-due/{key:str}", include_in_schema=False)
async def service_page(request: AnyRequest) -> Response[Any]:
    """One service: where it stands, what may be decided about it, what became of it before."""
    return await _service(request)


@post("/service-due/open-work-orders", include_in_schema=False, status_code=200)
async def orders_posted(request: AnyRequest) -> Response[Any]:
    """Work orders for the selected services, or for the one whose button was pressed."""
    actor, state = actor_of(request), request.app.state
    resource: Resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "open_work_order")
    pairs = await form_pairs(request)
    form = dict(pairs)
    texts = [form["only"]] if "only" in form else [text for name, text in pairs if name == "id"]
    keys = list(dict.fromkeys(key for text in texts if (key := parse_uuid(text))))
    if not 1 <= len(keys) <= MOST_AT_ONCE:
        raise BadRequest(f"Select 1 to {MOST_AT_ONCE:,} services.")
    back = form.get("back", "")
    back = back if back.startswith("/service-due") else "/service-due"
    async with state.database.transaction(actor) as session:
        await lock_rows(session, resource, actor, reach, keys)
        opened = await open_asked_work_orders(session, actor, keys)
    count = len(opened.orders)
    if len(keys) == 1 and count == 1 and may(actor, "maintenance_records.read"):
        return go_on(request, f"/maintenance-records/{opened.orders[0]}", "Work order opened.")
    told = f"{count} work order{'' if count == 1 else 's'} opened."
    if opened.had_one:
        told += f" {len(opened.had_one)} had one already."
    return go_on(request, back, told, "success" if count else "info")


@post("/service-due/{key:str}/{decision:str}", include_in_schema=False, status_code=200)
async def decision_posted(request: AnyRequest) -> Response[Any]:
    """Done elsewhere, postponed or skipped; what is wrong is told beside the form."""
    actor, state = actor_of(request), request.app.state
    resource: Resource = state.registry[TABLE]
    decision = request.path_params["decision"]
    verbs = {"done": "complete_without_order", "postpone": "postpone", "skip": "skip"}
    if decision not in verbs:
        raise BadRequest("There is no such decision.")
    reach = reach_or_forbid(resource, actor, verbs[decision])
    key = key_of(request, resource)
    form = await form_texts(request)
    try:
        reason = form.get("reason", "").strip()[:1000]
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key)
            day, miles, hours = _day(form), _miles(form, actor), _whole(form, "hours")
            if decision == "done":
                await complete_without_order(
                    session, actor, key, done_on=day, mileage=miles, hours=hours, reason=reason or None
                )
            elif not reason:
                raise BadRequest("Say why: the history is read later.")
            elif decision == "postpone":
                await postpone_service(session, actor, key, reason, day=day, mileage=miles, hours=hours)
            else:
                await skip_service(session, actor, key, reason)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (400, 409, 422):
            raise
        return await _service(request, problem=problem, decision=decision, form=form)
    said = {"done": "Noted as done.", "postpone": "Postponed.", "skip": "Skipped."}[decision]
    return see_other(f"/service-due/{key}", said)


async def _service(
    request: AnyRequest,
    *,
    problem: MotorpoolError | None = None,
    decision: str = "",
    form: dict[str, str] | None = None,
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource: Resource = state.registry[TABLE]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    only = {"vehicle": UUID(row["vehicle_id"]), "schedule": key}
    [service] = await due_list(state.database, actor, resource, filters=only, statuses=STATUSES)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "service_due_one.html",
        status=problem.status if problem else 200,
        title=f"{service.title}, {service.vehicle_number}",
        row=row,
        service=service,
        line=line_of(service, actor),
        tone=TONES.get(service.due_status, "quiet"),
        word=WORDS.get(service.due_status, formats.words(service.due_status)),
        progress=[
            (stands(one, actor.units), 100 * min(1.0, one.share)) for one in service.progress(actor.today)
        ],
        basis=basis_of(service, await _basis(request, actor, service), actor.units),
        events=await _events(request, actor, key),
        problem=problem,
        problems=[f"{one.field.replace('_', ' ')}: {one.message}" for one in problem.fields]
        if problem
        else [],
        decision=decision,
        form=form or {},
        today=actor.today,
        distance_unit="miles" if actor.units == "imperial" else "km",
        can={
            "done": may(actor, resource.permission("complete_without_order")),
            "postpone": may(actor, resource.permission("postpone")),
            "skip": may(actor, resource.permission("skip")),
            "open": may(actor, resource.permission("open_work_order")),
            "edit": may(actor, resource.permission("update")),
        },
    )
    return page


async def _events(request: AnyRequest, actor: Actor, key: UUID) -> list[Row]:
    resource = request.app.state.registry["maintenance_schedule_events"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return []
    sql = EVENTS.format(scope=scope_condition(resource, reach) or "true")
    rows = await request.app.state.database.read(
        actor, sql, base_parameters(actor, reach) | {"schedule": key}
    )
    return [msgspec.json.decode(row[0]) for row in rows]


async def _basis(request: AnyRequest, actor: Actor, service: DueService) -> tuple[str, int] | None:
    """What the daily use was measured by, and over how many days."""
    by_hours = service.next_due_mileage is None and service.next_due_hours is not None
    parameters = {"vehicle": service.vehicle_id, "meter": "engine_hours" if by_hours else "odometer"}
    rows = await request.app.state.database.read(actor, BASIS, parameters | {"tenant": actor.tenant_id})
    return (rows[0][0], rows[0][1]) if rows else None


def _day(form: dict[str, str]) -> date | None:
    text = form.get("day", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest("The day is not a date.") from None


def _whole(form: dict[str, str], name: str) -> int | None:
    text = form.get(name, "").replace(",", "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 8:
        raise BadRequest(f"The {name} must be a whole number.")
    return int(text)


def _miles(form: dict[str, str], actor: Actor) -> int | None:
    """What was typed in the viewer's unit."""
    given = _whole(form, "odometer")
    return given if given is None or actor.units == "imperial" else round(given / formats.KM_PER_MILE)


route_handlers = [orders_posted, service_page, decision_posted]
