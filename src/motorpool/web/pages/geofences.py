"""Geofences: the table, the editor on the map, a fence's page with its visits, and the live list of events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.fence_days import fence_days
from motorpool.telematics.queries.fence_shapes import fence_area
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.home import groups
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.records import can, detail_context, read_row

AnyRequest = Request[Any, Any, Any]
DAYS = 30
LATEST = 12
#: Of the chart, in its own units: where bars begin and end.
LEFT, RIGHT, TOP, FOOT = 40.0, 640.0, 10.0, 138.0

#: Where the fences are; else where the vehicles are.
BOUNDS = """
SELECT min(x)::float8, min(y)::float8, max(x)::float8, max(y)::float8 FROM (
    SELECT coalesce(t.center_lng, (t.coordinates #>> '{coordinates,0,0,0}')::numeric) AS x,
           coalesce(t.center_lat, (t.coordinates #>> '{coordinates,0,0,1}')::numeric) AS y
    FROM geofences t WHERE t.tenant_id = %(tenant)s AND t.is_active
    UNION ALL
    SELECT s.longitude, s.latitude FROM vehicle_states s
    WHERE s.tenant_id = %(tenant)s AND %(vehicles)s
      AND NOT EXISTS (SELECT FROM geofences g WHERE g.tenant_id = %(tenant)s AND g.is_active)
) AS places
"""
VISITS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.vehicle_id, v.vehicle_number AS number, d.full_name AS driver, t.entered_at, t.left_at,
           extract(epoch FROM coalesce(t.left_at, now()) - t.entered_at)::float8 / 60 AS minutes
    FROM geofence_visits t
    JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
    WHERE t.tenant_id = %(tenant)s AND t.geofence_id = %(fence)s AND ({scope}) {more}
    ORDER BY t.entered_at DESC LIMIT {most}) AS q
"""
TOTALS = """
SELECT count(*), count(DISTINCT t.vehicle_id),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM coalesce(t.left_at, now()) - t.entered_at)::float8 / 60)
FROM geofence_visits t
WHERE t.tenant_id = %(tenant)s AND t.geofence_id = %(fence)s AND ({scope})
  AND t.entered_at > now() - interval '30 days'
"""


@get("/geofences", include_in_schema=False)
async def geofences_page(request: AnyRequest) -> Response[Any]:
    return await list_response(request, request.app.state.registry["geofences"], template="geofences.html")


@get("/geofence-events", include_in_schema=False)
async def geofence_events_page(request: AnyRequest) -> Response[Any]:
    resource = request.app.state.registry["geofence_events"]
    return await list_response(request, resource, template="geofence_events.html")


@get("/geofences/map", include_in_schema=False)
async def editor_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["geofences"]
    reach_or_forbid(resource, actor, "read")
    parameters = {"tenant": actor.tenant_id, "vehicles": may(actor, "vehicle_states.read")}
    (row,) = await state.database.read(actor, BOUNDS, parameters)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "geofence_editor.html",
        title="Geofences on the map",
        bounds=bounds_of(row),
        groups=await groups(request, actor),
        may_change=can(actor, resource, "update"),
        may_create=can(actor, resource, "create"),
        may_delete=can(actor, resource, "delete"),
        today=actor.today.isoformat(),
        month_ago=(actor.today - timedelta(days=DAYS)).isoformat(),
    )
    return page


def bounds_of(row: Any) -> str:
    """West, south, east, north with a little room; empty without a place."""
    if row[0] is None:
        return ""
    west, south, east, north = row
    room = max(0.01, (east - west) * 0.05, (north - south) * 0.05)
    return ",".join(f"{value:.5f}" for value in (west - room, south - room, east + room, north + room))


async def geofence_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["geofences"]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    context = await detail_context(request, actor, resource, row)
    seen = await visits_of(request, actor, key) if may(actor, "geofence_visits.read") else {}
    area = await fence_area(state.database, actor, key)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "geofence.html",
        **context,
        area=msgspec.json.encode(area).decode(),
        may_visits=bool(seen),
        **seen,
    )
    return page


async def visits_of(request: AnyRequest, actor: Actor, key: UUID) -> dict[str, Any]:
    """Who is inside, the latest visits, totals and the chart of thirty days."""
    state = request.app.state
    resource = state.registry["geofence_visits"]
    reach = reach_or_forbid(resource, actor, "read")
    scope = scope_condition(resource, reach) or "true"
    parameters = base_parameters(actor, reach) | {"fence": key}
    read = state.database.read
    latest = await read(actor, VISITS.format(scope=scope, more="", most=LATEST), parameters)
    inside = await read(
        actor, VISITS.format(scope=scope, more="AND t.left_at IS NULL", most=1000), parameters
    )
    ((count, vehicles, median),) = await read(actor, TOTALS.format(scope=scope), parameters)
    first = actor.today - timedelta(days=DAYS - 1)
    days = await fence_days(state.database, actor, resource, key, first, actor.today, actor.time_zone)
    minutes = sum(seconds for _, _, seconds in days) / 60
    return {
        "visits": [msgspec.json.decode(one[0]) for one in latest],
        "inside": [msgspec.json.decode(one[0]) for one in inside],
        "totals": {"visits": count, "vehicles": vehicles, "minutes": minutes, "median": median},
        "bars": bars_of(days),
    }


def bars_of(days: list[tuple[date, int, float]]) -> dict[str, Any]:
    """The chart: bars and grid lines in the units of its box, and what it shows in words."""
    hours = [seconds / 3600 for _, _, seconds in days]
    most = max(hours, default=0.0)
    top = next((step for step in STEPS if step >= most), most)
    each = (RIGHT - LEFT) / max(1, len(days))
    bars = []
    for at, ((day, count, seconds), value) in enumerate(zip(days, hours, strict=True)):
        height = (FOOT - TOP) * value / top if top else 0.0
        bars.append(
            {
                "x": round(LEFT + at * each + 1, 1),
                "y": round(FOOT - height, 1),
                "width": round(each - 2, 1),
                "height": round(height, 1),
                "title": f"{day:%b} {day.day}: {formats.duration(seconds / 60)}, {count} visit{'' if count == 1 else 's'}",
                "label": f"{day:%b} {day.day}" if (len(days) - 1 - at) % 7 == 0 else "",
            }
        )
    grid = [{"y": round(FOOT - (FOOT - TOP) * share, 1), "text": f"{top * share:g}"} for share in (0, 0.5, 1)]
    busiest = max(days, key=lambda one: one[2], default=None)
    words = (
        f"Bars for {len(days)} days. The longest: {busiest[0]:%B} {busiest[0].day}, {formats.duration(busiest[2] / 60)}."
        if busiest and busiest[2]
        else "No time inside."
    )
    return {"most": most, "bars": bars, "grid": grid, "words": words}


#: Tops of the scale, hours.
STEPS = (0.1, 0.5, 1, 2, 4, 6, 8, 12, 24, 48, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)

route_handlers = [geofences_page, geofence_events_page, editor_page]
