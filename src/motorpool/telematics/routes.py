"""HTTP of the telematics domain beyond plain resources: tracks and the live stream."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem, MotorpoolError, NotFound
from motorpool.core.events.log import Cursor, events_since, head, usable
from motorpool.core.events.wake import Waker
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.tenancy import Actor
from motorpool.telematics.behaviour_routes import route_handlers as behaviour_handlers
from motorpool.telematics.device_routes import route_handlers as device_handlers
from motorpool.telematics.engine_routes import route_handlers as engine_handlers
from motorpool.telematics.fence_routes import route_handlers as fence_handlers
from motorpool.telematics.footage_routes import route_handlers as footage_handlers
from motorpool.telematics.queries.live_states import live_states, reach_of
from motorpool.telematics.queries.track import vehicle_track
from motorpool.telematics.report_routes import route_handlers as report_handlers
from motorpool.telematics.road_routes import route_handlers as road_handlers
from motorpool.telematics.route_routes import route_handlers as route_plan_handlers
from motorpool.telematics.trip_routes import route_handlers as trip_handlers

TOPICS = ("vehicle_states",)
KEEP_ALIVE_S = 15.0
CHECK_RIGHTS_S = 30.0
#: The shortest time between two messages to one browser.
PACE_S = 0.5
LONGEST_TRACK = timedelta(days=32)


@get("/api/v1/vehicles/{vehicle_id:str}/track", include_in_schema=False)
async def get_track(request: Request[Any, Any, Any], vehicle_id: FromPath[str]) -> Response[bytes]:
    """Fixes of a vehicle between `from` and `to`."""
    actor = actor_of(request)
    key = parse_uuid(vehicle_id)
    if key is None:
        raise NotFound("There is no such vehicle.")
    start, end = time_range(request)
    track = await vehicle_track(request.app.state.database, actor, key, start, end)
    return json_response(msgspec.json.encode(track))


def time_range(request: Request[Any, Any, Any]) -> tuple[datetime, datetime]:
    """`from` and `to` of a request; the last 24 hours when left out. Raises: BadRequest."""
    problems: list[FieldProblem] = []
    moments: dict[str, datetime] = {}
    for name in ("from", "to"):
        if (text := request.query_params.get(name)) is None:
            continue
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no zone")
            moments[name] = moment
        except ValueError:
            problems.append(
                FieldProblem(name, "must be an ISO 8601 time with its zone, such as 2026-05-21T08:00:00Z")
            )
    end = moments.get("to") or datetime.now(UTC)
    start = moments.get("from") or end - timedelta(hours=24)
    if not problems and not timedelta(0) < end - start <= LONGEST_TRACK:
        problems.append(FieldProblem("from", f"must be before `to`, and at most {LONGEST_TRACK.days} days"))
    if problems:
        raise BadRequest("Some parameters of the request are wrong.", fields=problems, code="bad_parameters")
    return start, end


@get("/api/v1/stream", include_in_schema=False)
async def stream(request: Request[Any, Any, Any]) -> Stream:
    """Server-sent events: a snapshot, then what changes; resumes at `Last-Event-ID`."""
    actor = actor_of(request)
    topics = request.query_params.get("topics", "vehicle_states").split(",")
    if unknown := [topic for topic in topics if topic not in TOPICS]:
        raise BadRequest(
            "Some parameters of the request are wrong.",
            fields=[FieldProblem("topics", f"unknown: {', '.join(unknown)}; there are {', '.join(TOPICS)}")],
            code="bad_parameters",
        )
    reach_of(actor)
    cursor = Cursor.parse(request.headers.get("last-event-id") or request.query_params.get("cursor"))
    feed = VehicleFeed(request, actor)
    return Stream(
        feed.messages(cursor),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


class VehicleFeed:
    """One browser's stream of vehicle states."""

    def __init__(self, request: Request[Any, Any, Any], actor: Actor) -> None:
        self.actor = actor
        self.request = request
        self.database: Database = request.app.state.database
        self.waker: Waker = request.app.state.waker
        self.offline_after_s: int = int(request.app.state.settings.live.offline_after_seconds)

    async def messages(self, cursor: Cursor | None) -> AsyncIterator[str]:
        with self.waker.subscription() as woken:
            with contextlib.suppress(MotorpoolError):
                async for message in self._messages(cursor, woken):
                    yield message
                return
        yield "event: expired\ndata: {}\n\n"

    async def _messages(self, cursor: Cursor | None, woken: asyncio.Event) -> AsyncIterator[str]:
        if cursor is None or not await usable(self.database, self.actor, cursor):
            cursor = await head(self.database, self.actor)
            states = await live_states(self.database, self.actor, self.offline_after_s)
            yield self._message(
                "snapshot", states, cursor, f',"offline_after_seconds":{self.offline_after_s}'
            )
        else:
            woken.set()
        checked = spoke = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    woken.wait(), KEEP_ALIVE_S - min(time.monotonic() - spoke, KEEP_ALIVE_S - 0.1)
                )
            woken.clear()
            if time.monotonic() - checked > CHECK_RIGHTS_S:
                self.actor = await self._still_allowed()
                checked = time.monotonic()
            changed: set[UUID] = set()
            events, cursor = await events_since(self.database, self.actor, cursor, ["vehicle_states"])
            for event in events:
                changed.update(UUID(text) for text in event.payload.get("vehicle_ids", ()))
            if changed:
                states = await live_states(self.database, self.actor, self.offline_after_s, list(changed))
                if states:
                    yield self._message("vehicle_states", states, cursor)
                    spoke = time.monotonic()
                await asyncio.sleep(PACE_S)
            if time.monotonic() - spoke >= KEEP_ALIVE_S - 0.2:
                yield f": still here\nid: {cursor}\n\n"
                spoke = time.monotonic()

    async def _still_allowed(self) -> Actor:
        """Raises: MotorpoolError when the session ended or the right was taken away."""
        actor: Actor = await self.request.app.state.authenticate(self.request.scope)
        reach_of(actor)
        return actor

    @staticmethod
    def _message(kind: str, states: list[str], cursor: Cursor, more: str = "") -> str:
        return f'id: {cursor}\nevent: {kind}\ndata: {{"vehicles":[{",".join(states)}]{more}}}\n\n'


route_handlers = [
    get_track,
    stream,
    *device_handlers,
    *engine_handlers,
    *behaviour_handlers,
    *road_handlers,
    *fence_handlers,
    *footage_handlers,
    *report_handlers,
    *trip_handlers,
    *route_plan_handlers,
]
