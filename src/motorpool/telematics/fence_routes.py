"""HTTP of geofences beyond plain resources: files, the map, a point, the past, time by day, and the live feed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, get
from litestar.response import Stream
from msgspec import Meta, Struct

from motorpool.core.errors import BadRequest, FieldProblem, MotorpoolError
from motorpool.core.events.log import Cursor, events_since, head
from motorpool.core.resource.openapi import failures
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.telematics.actions.announce_geofence_events import TOPIC
from motorpool.telematics.actions.apply_geofence import apply_geofence
from motorpool.telematics.actions.import_geofences import import_geofences
from motorpool.telematics.queries.fence_days import fence_days
from motorpool.telematics.queries.fence_shapes import (
    all_fences,
    fence_area,
    fences_around,
    fences_in_box,
)
from motorpool.telematics.queries.road_places import box_of
from motorpool.telematics.resources import RESOURCES
from motorpool.telematics.road_routes import Box, Features

verbs = Verbs(RESOURCES)
Latitude = Annotated[float, Meta(ge=-90, le=90, description="Degrees, WGS84")]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="Degrees, WGS84")]
Moment = Annotated[datetime, Meta(tz=True)]
LONGEST_SPAN = 366
KEEP_ALIVE_S = 15.0
CHECK_RIGHTS_S = 30.0
PACE_S = 1.0


class FenceFile(Struct, kw_only=True):
    """A GeoJSON FeatureCollection (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: Annotated[
        list[Any],
        Meta(
            min_length=1,
            max_length=10_000,
            examples=[
                [
                    {
                        "type": "Feature",
                        "properties": {"name": "Depot", "radius_meters": 150},
                        "geometry": {"type": "Point", "coordinates": [-122.3951, 37.7512]},
                    }
                ]
            ],
            description="Each with properties.name, and a Polygon, a MultiPolygon, or a Point with properties.radius_meters",
        ),
    ]
    applies_from: Annotated[
        Moment | None, Meta(description="Only positions recorded after this are compared; left out: all")
    ] = None
    #: Members that files carry; nothing is made of them.
    name: Any = None
    crs: Any = None
    bbox: Any = None
    truncated: Any = None


class Imported(Struct):
    created: int
    ids: Annotated[list[UUID], Meta(description="In the order of the features")]


class FenceArea(Struct):
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    type: Literal["Feature"] = "Feature"


class FenceBox(Box):
    inactive: Annotated[bool, Meta(description="Those that are switched off too")] = False


class Place(Struct, forbid_unknown_fields=True):
    lat: Latitude
    lng: Longitude


class FencesHere(Struct):
    items: Annotated[list[dict[str, Any]], Meta(description="Active fences, by name")]


class Past(Struct, forbid_unknown_fields=True):
    since: Annotated[
        Moment | None, Meta(description="Positions recorded after this are compared; null: all")
    ] = None


class Queued(Struct):
    vehicles: Annotated[int, Meta(description="Vehicles that are derived again")]


class Span(Struct, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    first: Annotated[date | None, Meta(description="Left out: 30 days ago")] = None
    last: Annotated[date | None, Meta(description="Left out: today")] = None


class FenceDay(Struct):
    day: date
    visits: Annotated[int, Meta(description="Visits that touch the day")]
    minutes: Annotated[float, Meta(description="min inside, of all vehicles together")]


class FenceDays(Struct):
    items: list[FenceDay]


@verbs.post("geofences", "import", FenceFile, path="/import", permission="create", answers=Imported)
async def import_file(call: Call[FenceFile]) -> Imported:
    """Create geofences from GeoJSON

    All features or none; what is wrong is told for each feature.
    """
    resource = call.state.registry["geofences"]
    ids = await import_geofences(
        call.session,
        call.actor,
        resource,
        call.reach,
        call.body.features,
        applies_from=call.body.applies_from,
    )
    return Imported(len(ids), ids)


@verbs.get("geofences", "geojson", Nothing, path="/geojson", permission="read", answers=Features)
async def as_geojson(call: Call[Nothing]) -> Features:
    """All geofences as GeoJSON, as the import takes it

    A circle is a Point with `radius_meters`.
    """
    return Features(await all_fences(call.database, call.actor), False)


@verbs.get("geofences", "in_box", FenceBox, path="/in-box", permission="read", answers=Features)
async def in_box(call: Call[FenceBox]) -> Features:
    """Geofences in a box of the map, as GeoJSON areas"""
    resource = call.state.registry["geofences"]
    found, more = await fences_in_box(
        call.database, call.actor, resource, box_of(call.body.box), inactive=call.body.inactive
    )
    return Features(found, more)


@verbs.get("geofences", "containing", Place, path="/containing", permission="read", answers=FencesHere)
async def containing(call: Call[Place]) -> FencesHere:
    """The geofences that contain a point"""
    resource = call.state.registry["geofences"]
    body = call.body
    return FencesHere(await fences_around(call.database, call.actor, resource, body.lat, body.lng))


@verbs.get("geofences", "area", Nothing, permission="read", answers=FenceArea)
async def area(call: Call[Nothing]) -> FenceArea:
    """The area of a geofence, as a GeoJSON feature

    A circle is a polygon of 64 corners.
    """
    found = await fence_area(call.database, call.actor, call.key)
    assert found is not None
    return FenceArea(found["id"], found["geometry"], found["properties"])


@verbs.post("geofences", "apply", Past, permission="update", answers=Queued)
async def apply(call: Call[Past]) -> Queued:
    """Compare the positions of the past with a geofence

    The worker derives the vehicles again. Nobody is alerted about what it finds.
    """
    return Queued(await apply_geofence(call.session, call.actor, call.key, call.body.since))


@verbs.get("geofences", "time_by_day", Span, permission="read", answers=FenceDays)
async def time_by_day(call: Call[Span]) -> FenceDays:
    """Time that vehicles spent in a geofence, for each day

    Days are those of the caller's time zone, at most 366 of them.
    """
    last = call.body.last or call.actor.today
    first = call.body.first or last - timedelta(days=30)
    if not timedelta(0) <= last - first < timedelta(days=LONGEST_SPAN):
        problem = FieldProblem("from", f"must not be after `to`, and at most {LONGEST_SPAN} days before it")
        raise BadRequest("Some parameters of the request are wrong.", fields=[problem], code="bad_parameters")
    visits = call.state.registry["geofence_visits"]
    rows = await fence_days(call.database, call.actor, visits, call.key, first, last, call.actor.time_zone)
    return FenceDays([FenceDay(day, count, round(seconds / 60, 1)) for day, count, seconds in rows])


@get("/api/v1/stream/geofence-events", include_in_schema=False)
async def stream(request: Request[Any, Any, Any]) -> Stream:
    """Server-sent events: how many events have come in. What they are, the list tells to those who may see them."""
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry["geofence_events"], actor, "read")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_news(request), media_type="text/event-stream", headers=headers)


async def _news(request: Request[Any, Any, Any]) -> AsyncIterator[str]:
    state, actor = request.app.state, actor_of(request)
    cursor: Cursor = await head(state.database, actor)
    yield ": here\n\n"
    checked = spoke = time.monotonic()
    with state.waker.subscription() as woken:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), KEEP_ALIVE_S)
            woken.clear()
            if time.monotonic() - checked > CHECK_RIGHTS_S:
                try:
                    actor = await state.authenticate(request.scope)
                    reach_or_forbid(state.registry["geofence_events"], actor, "read")
                except MotorpoolError:
                    yield "event: expired\ndata: {}\n\n"
                    return
                checked = time.monotonic()
            events, cursor = await events_since(state.database, actor, cursor, [TOPIC])
            if count := sum(len(event.payload.get("event_ids", ())) for event in events):
                yield f'event: geofence_events\ndata: {{"count":{count}}}\n\n'
                spoke = time.monotonic()
                await asyncio.sleep(PACE_S)
            elif time.monotonic() - spoke >= KEEP_ALIVE_S - 0.2:
                yield ": still here\n\n"
                spoke = time.monotonic()


route_handlers = [*verbs.handlers(), stream]
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations() | {
    "/api/v1/stream/geofence-events": {
        "get": {
            "tags": ["Telematics"],
            "operationId": "stream_geofence_events",
            "summary": "Server-sent events: how many geofence events have come in",
            "description": "What they are, `/api/v1/geofence-events` tells to those who may see them. Needs `geofence_events.read`.",
            "responses": {
                "200": {"description": "Events, until one side ends", "content": {"text/event-stream": {}}}
            }
            | failures(),
        }
    }
}
