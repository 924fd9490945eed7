"""HTTP of routes beyond the plain resource: planning, places to stop at, progress."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from msgspec import Meta, Struct

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.idempotency import Answer, once
from motorpool.core.resource.routes import json_response
from motorpool.core.resource.validation import read_body
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Nothing, VerbRoute, Verbs, encode, struct_of
from motorpool.fleet.availability.asking import Use, read_reasons
from motorpool.telematics.actions.plan_route import plan_routes, save_routes
from motorpool.telematics.queries.route_places import route_places
from motorpool.telematics.queries.route_progress import RouteProgress, route_progress
from motorpool.telematics.queries.route_vehicles import route_drivers, route_vehicles
from motorpool.telematics.resources.routes import RESOURCES
from motorpool.telematics.routing.request import PlanMade, PlanWanted
from motorpool.telematics.routing.roads import roads_of

NO_STORE = {"Cache-Control": "no-store"}
verbs = Verbs(RESOURCES)


class Planning(VerbRoute):
    """A POST that computes for seconds: its transaction opens behind the computing, and only when something is kept."""

    async def _change(self, request: Any, actor: Actor, reach: Reach, row: UUID | None) -> Response[bytes]:
        raw = await request.body()
        wanted = struct_of(read_body(raw, request.headers.get("content-type", "")) if raw else {}, PlanWanted)
        state = request.app.state
        database: Database = state.database
        ids = [vehicle.vehicle_id for vehicle in wanted.vehicles if vehicle.vehicle_id is not None]
        vehicles = await route_vehicles(database, actor, ids) if ids else {}
        at_wheel = [vehicle.driver_id for vehicle in wanted.vehicles if vehicle.driver_id is not None]
        drivers = await route_drivers(database, actor, at_wheel) if at_wheel else frozenset()
        # How long they will be away is not known yet; saved routes are asked about again.
        uses = [
            Use(
                [key for key in (one.vehicle_id,) if key in vehicles],
                [key for key in (one.driver_id,) if key in drivers],
                one.departs_at,
            )
            for one in wanted.vehicles
        ]
        made, rows = await plan_routes(
            roads_of(state.settings),
            wanted,
            vehicles,
            drivers,
            await read_reasons(database, actor, uses),
            time_limit_s=state.settings.routing.solver_s,
        )
        if not wanted.save:
            return json_response(encode(made), headers=NO_STORE)
        async with database.transaction(actor) as session:

            async def work() -> Answer:
                saved = await save_routes(session, actor, made, rows, wanted)
                return Answer(200, encode(saved).decode(), dict(NO_STORE))

            key = request.headers.get("idempotency-key")
            done = await once(session, actor, request.url.path, key, raw, work)
        return json_response(done.body, done.status, done.headers)


async def optimize(call: Call[PlanWanted]) -> PlanMade:
    """Plan routes for stops and vehicles

    Orders the stops and shares them among the vehicles, within capacities, time windows and working days. With `keep_order` it only
    reckons what the given order takes. With `save` the result is kept as planned routes.
    """
    raise AssertionError("answered by Planning")


verbs.routes.append(
    Planning(
        "POST",
        verbs.resources["routes"],
        "optimize",
        "/optimize",
        verbs.resources["routes"].permission("create"),
        PlanWanted,
        PlanMade,
        200,
        False,
        (),
        optimize,
    )
)


class PlacesWanted(Struct, forbid_unknown_fields=True):
    q: Annotated[str, Meta(max_length=100, description="A part of a name")] = ""


class PlaceFound(Struct):
    kind: Annotated[str, Meta(description="facility or geofence")]
    id: UUID
    name: str
    address: str | None
    lat: float
    lng: float
    radius_m: Annotated[int, Meta(description="Of an area; null: a point")] | None


class PlacesFound(Struct):
    items: list[PlaceFound]


@verbs.get("routes", "places", PlacesWanted, path="/places", permission="read", answers=PlacesFound)
async def places(call: Call[PlacesWanted]) -> PlacesFound:
    """Find places to stop at

    Facilities and geofences that the caller may read, by a part of their name.
    """
    found = await route_places(call.state.apis, call.actor, call.body.q)
    return PlacesFound([PlaceFound(**(asdict(place) | {"id": UUID(place.id)})) for place in found])


@verbs.get("routes", "progress", Nothing, permission="read", answers=RouteProgress)
async def progress(call: Call[Nothing]) -> RouteProgress:
    """Tell how far a route has come

    Stops called at, deviation from the planned line, and when the remaining stops will be reached.
    """
    return await route_progress(call.database, call.actor, roads_of(call.state.settings), call.key)


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
