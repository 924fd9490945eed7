"""Assigning a service programme to vehicles."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.maintenance.actions.assign_services import assign_program, vehicles_chosen
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
TABLE = "recurring_maintenance_schedules"


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
        wanted: dict[str, Any] = {
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


route_handlers = [assign_page, assign_posted]
