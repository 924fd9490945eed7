"""Services that are due: the list with its work orders, the calendar, the forecast, one service, programmes for vehicles."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
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
from motorpool.maintenance.actions.assign_services import assign_program, vehicles_chosen
from motorpool.maintenance.actions.decide_schedules import (
    complete_without_order,
    postpone_service,
    skip_service,
)
from motorpool.maintenance.actions.open_due_work_orders import open_asked_work_orders
from motorpool.maintenance.queries.due_list import (
    STATUSES,
    DueService,
    due_list,
    maintenance_types,
)
from motorpool.maintenance.queries.service_forecast import by_stretch, expected_services
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import form_pairs, form_texts, key_of, read_row
from motorpool.web.pages.service_due_looks import (
    SHOWN,
    TONES,
    WORDS,
    bars_of,
    basis_of,
    group_of,
    label_of,
    line_of,
    month_of,
    stands,
    weeks_of,
)
from motorpool.web.rendering import go_on, see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
TABLE = "recurring_maintenance_schedules"
MOST_AT_ONCE = 1000
SPANS = (("week", 26, "26 weeks"), ("month", 366, "12 months"))
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
ROLLED_BACK = """
SELECT count(*) FROM vehicle_meters t WHERE t.tenant_id = %(tenant)s AND t.last_ignored_at > now() - interval '30 days' AND {scope}
"""


@get("/service-due", include_in_schema=False)
async def due_page(request: AnyRequest) -> Response[Any]:
    """What is overdue, due and due soon, and the next that will be."""
    actor, state = actor_of(request), request.app.state
    resource: Resource = state.registry[TABLE]
    filters, query = filters_of(request)
    services = await due_list(
        state.database, actor, resource, filters=filters, statuses=STATUSES[:4], most=SHOWN
    )
    groups = [group for status in STATUSES[:4] if (group := group_of(status, services, actor))]
    can_open = may(actor, resource.permission("open_work_order"))
    return await _page(
        request,
        "service_due.html",
        "due",
        query,
        title="Service due",
        groups=groups,
        counts={one.status: one.count for one in groups},
        words=WORDS,
        tones=TONES,
        can_open=can_open,
        rolled_back=await _rolled_back(request, actor),
        filtered=bool(query),
    )


@get("/service-due/calendar", include_in_schema=False)
async def calendar_page(request: AnyRequest) -> Response[Any]:
    """A month, with every service on the day on which it is expected."""
    actor, state = actor_of(request), request.app.state
    filters, query = filters_of(request)
    month = month_of(request.query_params.get("month"), actor.today)
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    until = last + timedelta(days=6 - last.weekday())
    expected = await expected_services(state.database, actor, state.registry[TABLE], until, filters=filters)
    return await _page(
        request,
        "service_due_calendar.html",
        "calendar",
        query,
        title="Service calendar",
        month=month,
        weeks=weeks_of(month, actor.today, expected),
        count=sum(month <= one.day <= last for one in expected),
        earlier=_href("calendar", query, month=_month_text(month, -1)) if month > actor.today else None,
        later=_href("calendar", query, month=_month_text(month, 1))
        if month < actor.today.replace(day=1) + timedelta(days=330)
        else None,
    )


@get("/service-due/forecast", include_in_schema=False)
async def forecast_page(request: AnyRequest) -> Response[Any]:
    """Services, hours and costs ahead, by week or month."""
    actor, state = actor_of(request), request.app.state
    filters, query = filters_of(request)
    by = "week" if request.query_params.get("by") == "week" else "month"
    until = actor.today + timedelta(days=26 * 7 - 1 if by == "week" else 364)
    expected = await expected_services(state.database, actor, state.registry[TABLE], until, filters=filters)
    stretches = by_stretch(expected, "week" if by == "week" else "month", actor.today, until)
    return await _page(
        request,
        "service_due_forecast.html",
        "forecast",
        query,
        title="Service forecast",
        by=by,
        spans=[(label, _href("forecast", query, by=name), name == by) for name, _, label in SPANS],
        stretches=stretches,
        labels=[label_of(one, by) for one in stretches],
        bars=bars_of(stretches, by),
        services=len(expected),
        hours=sum(one.hours for one in stretches),
        cost=sum(one.cost for one in stretches),
        unpriced=sum(one.unpriced for one in stretches),
        money=partial(formats.money, currency=actor.currency),
    )


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


@get("/service-due/assign", include_in_schema=False)
async def assign_page(request: AnyRequest) -> Response[Any]:
    """Which programme for which vehicles."""
    return await _assigning(request, dict(request.query_params.items()))


@post("/service-due/assign", include_in_schema=False, status_code=200)
async def assign_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry[TABLE], actor, "assign")
    form = await form_texts(request)
    program = parse_uuid(form.get("program", ""))
    try:
        if program is None:
            raise BadRequest("Choose a programme.")
        wanted: Row = {
            "facility_id": parse_uuid(form.get("facility", "")),
            "department_id": parse_uuid(form.get("department", "")),
            "vehicle_group_id": parse_uuid(form.get("group", "")),
            "vehicle_type": form.get("vehicle_type", "").strip() or None,
        }
        async with state.database.transaction(actor) as session:
            vehicles = await vehicles_chosen(session, actor, state.registry["vehicles"], reach, wanted)
            made, existing = await assign_program(
                session,
                actor,
                program,
                vehicles,
                starts="in_service" if form.get("starts") == "in_service" else "today",
            )
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (400, 409, 422):
            raise
        return await _assigning(request, form, problem)
    had = f" {existing:,} were there already." if existing else ""
    return see_other("/service-due", f"{len(made):,} schedules for {len(vehicles):,} vehicles made.{had}")


# -- what the pages show


async def _page(
    request: AnyRequest, template: str, tab: str, query: dict[str, str], **context: Any
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    facilities = may(actor, "facilities.read")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        template,
        tab=tab,
        tabs=[
            (name, label, icon, _href(name, query))
            for name, label, icon in (
                ("due", "Due", "clock-check"),
                ("calendar", "Calendar", "calendar-event"),
                ("forecast", "Forecast", "chart-bar"),
            )
        ],
        chosen=query,
        here=_href(tab, query),
        today=actor.today,
        facilities=await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
        if facilities
        else [],
        types=await maintenance_types(state.database, actor),
        can_assign=may(actor, f"{TABLE}.assign"),
        can_create=may(actor, f"{TABLE}.create"),
        **context,
    )
    return page


def filters_of(request: AnyRequest) -> tuple[Row, dict[str, str]]:
    """For the queries, and for addresses."""
    facility = parse_uuid(request.query_params.get("facility", ""))
    vehicle = parse_uuid(request.query_params.get("vehicle", ""))
    kind = request.query_params.get("type", "")[:100] or None
    filters = {"facility": facility, "vehicle": vehicle, "type": kind}
    return filters, {name: str(value) for name, value in filters.items() if value is not None}


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
    found = await due_list(
        state.database,
        actor,
        resource,
        filters={"vehicle": UUID(row["vehicle_id"])},
        statuses=STATUSES,
        most=1000,
    )
    service = next(one for one in found if one.id == key)
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


async def _rolled_back(request: AnyRequest, actor: Actor) -> int:
    """Meters whose readings of the last 30 days fell below earlier ones."""
    resource = request.app.state.registry["vehicle_meters"]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None:
        return 0
    sql = ROLLED_BACK.format(scope=scope_condition(resource, reach) or "true")
    rows = await request.app.state.database.read(actor, sql, base_parameters(actor, reach))
    return int(rows[0][0])


async def _assigning(
    request: AnyRequest, form: dict[str, str], problem: MotorpoolError | None = None
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[TABLE], actor, "assign")
    choices = {}
    for name, table in (
        ("program", "service_programs"),
        ("facility", "facilities"),
        ("department", "departments"),
        ("group", "vehicle_groups"),
    ):
        readable = may(actor, f"{table}.read")
        choices[name] = (
            await choices_of(state.database, state.registry, actor, table, MOST_CHOICES) if readable else []
        )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "service_due_assign.html",
        status=problem.status if problem else 200,
        title="Assign a service programme",
        choices=choices,
        form=form,
        problem=problem and (problem.detail if not problem.fields else problem.fields[0].message),
        can_plan=may(actor, "service_programs.create"),
    )
    return page


def _href(tab: str, query: dict[str, str], **more: str) -> str:
    path = "/service-due" if tab == "due" else f"/service-due/{tab}"
    text = urlencode({**query, **more})
    return f"{path}?{text}" if text else path


def _month_text(month: date, step: int) -> str:
    other = (month - timedelta(days=1)) if step < 0 else month + timedelta(days=32)
    return f"{other:%Y-%m}"


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


route_handlers = [
    due_page,
    calendar_page,
    forecast_page,
    assign_page,
    assign_posted,
    orders_posted,
    service_page,
    decision_posted,
]
