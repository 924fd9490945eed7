"""The route planner, and the page of a route: plan, progress and expected times on a map."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import VEHICLES
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.records import detail_context, read_row
from motorpool.web.presentation import choices_of

AnyRequest = Request[Any, Any, Any]
#: Columns that the map and the list of stops show.
DRAWN = frozenset({"stops", "polyline", "plan_id", "start_lat", "start_lng", "end_lat", "end_lng"})
PLANNABLE = """
SELECT t.id::text, t.vehicle_number, t.name, t.vehicle_type, t.payload_kg, f.name, f.latitude::float8, f.longitude::float8
FROM vehicles t LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE t.tenant_id = %(tenant)s AND t.status = 'active' {scope} ORDER BY t.vehicle_number LIMIT {most}
"""


@get("/routes/planner", include_in_schema=False)
async def planner_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["routes"], actor, "create")
    drivers: list[tuple[str, str]] = []
    if may(actor, "drivers.read"):
        drivers = await choices_of(state.database, state.registry, actor, "drivers", MOST_CHOICES)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "route_planner.html",
        title="Route planner",
        vehicles=await plannable(request, actor),
        drivers=drivers,
        depots=await depots(request, actor),
        tomorrow=(actor.today + timedelta(days=1)).isoformat(),
        has_roads=state.settings.routing.url is not None,
    )
    return page


async def plannable(request: AnyRequest, actor: Actor) -> list[dict[str, Any]]:
    """Vehicles in service that the actor may read, with their home and payload."""
    reach = actor.access.reach("vehicles.read")
    if reach is None:
        return []
    condition = scope_condition(VEHICLES, reach)
    sql = PLANNABLE.format(scope=f"AND {condition}" if condition else "", most=MOST_CHOICES)
    rows = await request.app.state.database.read(actor, sql, base_parameters(actor, reach))
    names = ("id", "number", "name", "kind", "payload_kg", "home", "home_lat", "home_lng")
    return [dict(zip(names, row, strict=True)) for row in rows]


async def depots(request: AnyRequest, actor: Actor) -> list[dict[str, Any]]:
    """Facilities with a place, for those who may read all of them."""
    reach = actor.access.reach("facilities.read")
    if reach is None or not reach.everything:
        return []
    rows = await request.app.state.database.read(
        actor,
        "SELECT id::text, name, latitude::float8, longitude::float8 FROM facilities WHERE tenant_id = %(tenant)s "
        "AND status = 'active' AND latitude IS NOT NULL AND longitude IS NOT NULL ORDER BY name LIMIT %(most)s",
        {"tenant": actor.tenant_id, "most": MOST_CHOICES},
    )
    return [dict(zip(("id", "name", "lat", "lng"), row, strict=True)) for row in rows]


async def route_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["routes"]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    context["long_facts"] = [cell for cell in context["long_facts"] if cell.field.name not in DRAWN]
    context["fact_groups"] = [
        (heading, kept)
        for heading, cells in context["fact_groups"]
        if (kept := [cell for cell in cells if cell.field.name not in DRAWN])
    ]
    page: Response[Any] = state.renderer.page(request, actor, "route_view.html", **context)
    return page


route_handlers = [planner_page]
