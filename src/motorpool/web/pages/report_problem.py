"""A driver says what is wrong with a vehicle: which, what, whether it can be driven, with photos. It becomes a defect."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.errors.http import as_problem, problem_response
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.report_problem import Report, report_problem
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.records import form_texts
from motorpool.web.presentation import choices_of
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
#: What a driver may say about driving on -> (severity, unsafe, words).
DRIVABLE: dict[str, tuple[Literal["minor", "major", "critical"], bool, str]] = {
    "yes": ("minor", False, "Yes"),
    "care": ("major", False, "With care"),
    "no": ("critical", True, "No, it is not safe"),
}
#: Where a problem is, as drivers say it; the values are those of the inspections' items, where these have one.
COMPONENTS = (
    ("service_brakes", "Brakes"),
    ("parking_brake", "Parking brake"),
    ("tires", "Tires"),
    ("wheels_rims", "Wheels"),
    ("steering", "Steering"),
    ("lights_reflectors", "Lights"),
    ("wipers", "Wipers, washer"),
    ("mirrors", "Mirrors"),
    ("horn", "Horn"),
    ("engine", "Engine, warning lamp"),
    ("body", "Body, doors, glass"),
    ("coupling_devices", "Coupling, trailer"),
)
FIELDS = ("vehicle_id", "description", "component", "drivable")


@get("/report-problem", include_in_schema=False)
async def report_page(request: AnyRequest) -> Response[Any]:
    """The form; `?vehicle=` chooses the vehicle, else it is the one that the driver has now."""
    actor = actor_of(request)
    target_of(request, actor)
    given = {"vehicle_id": request.query_params.get("vehicle", "")}
    return await form(request, actor, given, {})


def target_of(request: AnyRequest, actor: Actor) -> Resource:
    """What a report becomes: a defect, or a draft work order for those who may not add defects. Raises Forbidden."""
    registry = request.app.state.registry
    for name in ("defects", "maintenance_records"):
        if may(actor, f"{name}.create"):
            found: Resource = registry[name]
            return found
    raise Forbidden("This needs the permission defects.create.", code="permission_needed")


async def form(
    request: AnyRequest, actor: Actor, given: dict[str, str], errors: dict[str, str], problem: str = ""
) -> Response[Any]:
    state = request.app.state
    vehicles = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
    texts = {name: given.get(name, "") for name in FIELDS}
    if not texts["vehicle_id"] and len(vehicles) == 1:
        texts["vehicle_id"] = vehicles[0][0]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "report_problem.html",
        status=422 if errors or problem else 200,
        title="Report a problem",
        vehicles=vehicles,
        has_more=len(vehicles) == MOST_CHOICES,
        given=texts,
        errors=errors,
        problem=problem,
        drivable=[(value, words) for value, (_, _, words) in DRIVABLE.items()],
        components=COMPONENTS,
        is_defect=target_of(request, actor).table.name == "defects",
    )
    return page


@post("/report-problem", include_in_schema=False, status_code=200)
async def reported(request: AnyRequest) -> Response[Any]:
    """Take a report in. A script that has photos to send asks for JSON and gets the address where they go."""
    actor, state = actor_of(request), request.app.state
    target = target_of(request, actor)
    given = await form_texts(request)
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        report = report_of(actor, given)
        reach = reach_or_forbid(target, actor, "create")
        async with state.database.transaction(actor) as session:
            if target.table.name == "defects":
                key = await report_problem(session, actor, reach, report)
            else:
                key = await create_row(session, target, actor, reach, order_of(actor, report))
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.code == "out_of_reach":
            beyond = FieldProblem("vehicle_id", "is not one that you may report about now", "out_of_reach")
            problem = Invalid("Some fields are not valid.", fields=[beyond])
        if wants_json:
            return problem_response(problem)
        if problem.status not in (403, 409, 422):
            raise
        errors = errors_of(problem)
        loose = "" if set(errors) & set(FIELDS) else problem.detail
        return await form(request, actor, given, errors, loose)
    href = f"/{target.collection}/{key}"
    if wants_json:
        answer = {"href": href, "photos": f"/shop/photos/{target.collection}/{key}"}
        return json_response(msgspec.json.encode(answer), 201)
    return see_other(href, "Thank you. The shop knows about it now.")


def report_of(actor: Actor, given: dict[str, str]) -> Report:
    """What was posted. Raises Invalid that names every field that is missing or wrong."""
    text, vehicle = given.get("description", "").strip(), parse_uuid(given.get("vehicle_id", ""))
    problems = []
    if vehicle is None:
        problems.append(FieldProblem("vehicle_id", "is required", "required"))
    if not text:
        problems.append(FieldProblem("description", "is required", "required"))
    if given.get("drivable") not in DRIVABLE:
        problems.append(FieldProblem("drivable", "is required", "required"))
    component = given.get("component") or None
    if component and component not in dict(COMPONENTS):
        problems.append(FieldProblem("component", "must be chosen from the list", "not_in_set"))
    if problems or vehicle is None:
        raise Invalid("Some fields are not valid.", fields=problems)
    severity, unsafe, _ = DRIVABLE[given["drivable"]]
    return Report(
        vehicle_id=vehicle,
        description=text,
        component=component,
        severity=severity,
        is_unsafe=unsafe,
        driver_id=actor.driver_id,
    )


def order_of(actor: Actor, report: Report) -> dict[str, Any]:
    """A draft work order, for those who may not add defects."""
    body = {
        "vehicle_id": str(report.vehicle_id),
        "summary": report.first_line,
        "complaint": report.description,
        "work_order_type": "corrective",
        "priority": {"minor": "medium", "major": "high", "critical": "critical"}[report.severity],
        "vehicle_unavailable": report.is_unsafe,
        "driver_id": actor.driver_id and str(actor.driver_id),
        "requested_by_user_id": actor.user_id and str(actor.user_id),
    }
    return {name: value for name, value in body.items() if value is not None}


route_handlers = [report_page, reported]
