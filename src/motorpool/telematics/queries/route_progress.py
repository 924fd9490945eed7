"""How far routes have come: the plan, and what the vehicle's positions say about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import numpy as np
import polyline
from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.reached_vehicle import reached_vehicle
from motorpool.telematics.queries.track import PERMISSION as TRACK
from motorpool.telematics.routing.travel import Profile, Roads, Spot
from motorpool.telematics.rules.polylines import encoded, simplified
from motorpool.telematics.rules.route_deviation import Deviation, deviation, metres_beside
from motorpool.telematics.rules.route_timetable import Call, Window
from motorpool.telematics.rules.route_visits import Place, Visit, expected, remaining, visits
from motorpool.telematics.rules.track import Floats

#: Fixes of one route that are looked at: a day at one a second.
MOST_FIXES = 86_400
#: The driven line may be simplified by this much, in metres.
TOLERANCE_M = 10.0

#: Routes with their stops and the fixes of their vehicle while they ran; also both ends of each time it stood, since a parked device
#: may keep silent. A route runs from its start to its end, or at most two days.
SQL = """
WITH chosen AS (
    SELECT r.*, coalesce(r.completed_at, least(now(), r.started_at + interval '2 days')) AS ran_to
    FROM routes r WHERE r.tenant_id = %(tenant)s AND {which}
)
SELECT c.id, c.status, c.assigned_vehicle_id, c.assigned_driver_id, c.polyline, c.estimate_basis, c.deviation_threshold_m,
       c.started_at, v.vehicle_type, v.height_m::float8, v.gvwr_kg, c.actual_trip_id, c.end_lat::float8, c.end_lng::float8,
       (SELECT coalesce(json_agg(json_build_array(s.id, s.latitude::float8, s.longitude::float8, s.radius_m, s.service_minutes,
               extract(epoch FROM s.window_start)::float8, extract(epoch FROM s.window_end)::float8, s.leg_duration_s,
               coalesce(s.name, s.address), extract(epoch FROM s.planned_arrival_at)::float8, s.position) ORDER BY s.position), '[]')
        FROM route_stops s WHERE s.tenant_id = c.tenant_id AND s.route_id = c.id),
       (SELECT array_agg(ARRAY[f.t, f.lat, f.lng] ORDER BY f.t) FROM (
            SELECT extract(epoch FROM l.recorded_at)::float8 AS t, l.latitude::float8 AS lat, l.longitude::float8 AS lng
            FROM vehicle_locations l
            WHERE l.tenant_id = c.tenant_id AND l.vehicle_id = c.assigned_vehicle_id AND l.recorded_at >= c.started_at
              AND l.recorded_at <= c.ran_to
            UNION ALL
            SELECT extract(epoch FROM moment)::float8, p.latitude::float8, p.longitude::float8
            FROM stops p, unnest(ARRAY[p.started_at, p.ended_at]) AS moment
            WHERE p.tenant_id = c.tenant_id AND p.vehicle_id = c.assigned_vehicle_id AND moment BETWEEN c.started_at AND c.ran_to
            ORDER BY 1 LIMIT %(most)s) f),
       (SELECT json_agg(json_build_array(t.id, t.trip_number) ORDER BY t.started_at) FROM trips t
        WHERE t.tenant_id = c.tenant_id AND t.vehicle_id = c.assigned_vehicle_id AND t.started_at < c.ran_to
          AND coalesce(t.ended_at, now()) > c.started_at)
FROM chosen c LEFT JOIN vehicles v ON v.tenant_id = c.tenant_id AND v.id = c.assigned_vehicle_id
"""


@dataclass(frozen=True, slots=True)
class StopPlan:
    id: UUID
    place: Place
    service_s: float
    window: Window
    leg_s: float
    name: str | None
    planned_arrival: float | None
    position: int


@dataclass(frozen=True, eq=False)
class Run:
    """A route as planned and the fixes of its vehicle: columns in order of time."""

    id: UUID
    status: str
    vehicle_id: UUID | None
    driver_id: UUID | None
    line: str | None
    basis: str | None
    threshold_m: float
    started_at: datetime | None
    profile: Profile
    actual_trip_id: UUID | None
    end: Spot | None
    stops: list[StopPlan]
    t: Floats
    lat: Floats
    lng: Floats
    trips: list[tuple[UUID, str | None]]

    def visits(self) -> list[Visit]:
        return visits(self.t, self.lat, self.lng, [stop.place for stop in self.stops])

    def deviation(self) -> Deviation | None:
        """None where nothing was driven, or where the planned line is not that of roads."""
        if not self.line or self.basis != "road" or not len(self.t):
            return None
        points = np.array(polyline.decode(self.line), np.float64)
        return deviation(
            self.t, metres_beside(self.lat, self.lng, points[:, 0], points[:, 1]), self.threshold_m
        )


class StopProgress(Struct):
    """A stop as it went, or will."""

    id: UUID
    position: int
    name: str | None
    lat: float
    lng: float
    status: Literal["pending", "arrived", "completed", "skipped"]
    planned_arrival: datetime | None
    arrived_at: datetime | None
    departed_at: datetime | None
    eta: Annotated[datetime, Meta(description="Expected arrival; of what lies ahead")] | None
    window_start: datetime | None
    window_end: datetime | None
    late_s: Annotated[int, Meta(description="s after the end of its window: as it was, or as expected")]


class TripDriven(Struct):
    id: UUID
    trip_number: str | None


class Seen(Struct):
    """Where the vehicle was last."""

    lat: float
    lng: float
    recorded_at: datetime


class RouteProgress(Struct):
    """How far a route has come."""

    id: UUID
    status: str
    started_at: datetime | None
    stops: list[StopProgress]
    done: Annotated[int, Meta(description="Stops that were called at")]
    total: int
    late: Annotated[int, Meta(description="Stops that were or will be reached after their window")]
    position: (
        Annotated[Seen, Meta(description="null: nothing heard since the start, or not for the caller")] | None
    )
    deviation_m: (
        Annotated[float, Meta(description="m beside the planned line now; null: no line of roads")] | None
    )
    most_deviation_m: float | None
    deviation_threshold_m: float
    off_route_since: datetime | None
    expected_end: (
        Annotated[datetime, Meta(description="Behind the last stop, the way to its end included")] | None
    )
    estimate_basis: Annotated[str, Meta(description="What times and deviation rest on")] | None
    eta_basis: Annotated[str, Meta(description="What the way to the next stop rests on")] | None
    trips: Annotated[list[TripDriven], Meta(description="Driven meanwhile")]
    actual_trip_id: UUID | None
    track: Annotated[str, Meta(description="Driven line, encoded, five decimals")]


async def load_runs(database: Database, actor: Actor, which: str, **parameters: Any) -> list[Run]:
    """Routes that satisfy an SQL condition over `r`, each with what its vehicle did; one statement for all."""
    rows = await database.read(
        actor,
        SQL.format(which=which),
        {"tenant": actor.tenant_id, "most": MOST_FIXES} | parameters,
    )
    return [_run(row) for row in rows]


def _run(row: Sequence[Any]) -> Run:
    (
        key, status, vehicle, driver, line, basis, threshold, started, kind, height, weight, trip, end_lat, end_lng, stops,
        found, trips,
    ) = row  # fmt: skip
    fixes = np.array(found or np.empty((0, 3)), np.float64).reshape(-1, 3)
    end = None if end_lat is None or end_lng is None else Spot(end_lat, end_lng)
    return Run(
        key, status, vehicle, driver, line, basis, float(threshold), started, Profile.of(kind, height, weight), trip, end,
        [_stop(stop) for stop in stops], fixes[:, 0], fixes[:, 1], fixes[:, 2],
        [(UUID(one), number) for one, number in trips or ()],
    )  # fmt: skip


def _stop(row: Sequence[Any]) -> StopPlan:
    key, lat, lng, radius, minutes, earliest, latest, leg, name, planned, position = row
    return StopPlan(
        UUID(key),
        Place(lat, lng, radius),
        minutes * 60.0,
        (earliest, latest),
        float(leg or 0),
        name,
        planned,
        position,
    )


async def route_progress(
    database: Database, actor: Actor, roads: Roads, route_id: UUID, now: datetime | None = None
) -> RouteProgress:
    """Raises: NotFound. The caller has made sure that the actor may read the route."""
    runs = await load_runs(database, actor, "r.id = %(route)s", route=route_id)
    if not runs:
        raise NotFound("There is no such route.")
    run = runs[0]
    # Many fixes by many stops and legs: other requests do not wait for it.
    made, strayed, track = await asyncio.to_thread(lambda: (run.visits(), run.deviation(), _track(run)))
    moment = (now or datetime.now(UTC)).timestamp()
    calls, basis = await _expected(roads, run, made, moment) if run.status == "active" else ({}, None)
    stops = [
        _progress(stop, visit, calls.get(number))
        for number, (stop, visit) in enumerate(zip(run.stops, made, strict=True))
    ]
    seen = _seen(run) if await _may_see(database, actor, run) else None
    return RouteProgress(
        id=run.id,
        status=run.status,
        started_at=run.started_at,
        stops=stops,
        done=sum(visit.arrived is not None for visit in made),
        total=len(stops),
        late=sum(stop.late_s > 0 for stop in stops),
        position=seen,
        deviation_m=None if strayed is None else round(strayed.now_m, 1),
        most_deviation_m=None if strayed is None else round(strayed.most_m, 1),
        deviation_threshold_m=run.threshold_m,
        off_route_since=None if strayed is None else moment_of(strayed.since),
        expected_end=await _end(roads, run, made, calls),
        estimate_basis=run.basis,
        eta_basis=basis,
        trips=[TripDriven(key, number) for key, number in run.trips],
        actual_trip_id=run.actual_trip_id,
        track=track if seen else "",
    )


async def _may_see(database: Database, actor: Actor, run: Run) -> bool:
    """Whether the actor's right to positions reaches the vehicle, or the route is the actor's own."""
    reach = actor.access.reach(TRACK)
    if reach is None or run.vehicle_id is None:
        return False
    if reach.everything or (reach.own and run.driver_id is not None and run.driver_id == actor.driver_id):
        return True
    try:
        await reached_vehicle(database, actor, TRACK, run.vehicle_id)
    except NotFound:
        return False
    return True


async def _expected(
    roads: Roads, run: Run, made: list[Visit], now: float
) -> tuple[dict[int, Call], str | None]:
    """Calls ahead, and what the way to the first of them rests on."""
    ahead = remaining(made)
    if not ahead:
        return {}, None
    first, basis = run.stops[ahead[0]].leg_s, run.basis
    if len(run.t):
        spots = [Spot(float(run.lat[-1]), float(run.lng[-1])), Spot(*_at(run.stops[ahead[0]].place))]
        travel = await roads.travel(spots, run.profile)
        if travel.reachable[0, 1]:
            first, basis = float(travel.seconds[0, 1]), travel.basis
    calls = expected(
        now,
        made,
        first,
        [stop.leg_s for stop in run.stops],
        [stop.service_s for stop in run.stops],
        [stop.window for stop in run.stops],
    )
    return calls, basis


async def _end(roads: Roads, run: Run, made: list[Visit], calls: dict[int, Call]) -> datetime | None:
    """Behind the last call, and the way from there."""
    if not calls:
        return None
    last = max(calls)
    back = 0.0
    if run.end is not None:
        travel = await roads.travel([Spot(*_at(run.stops[last].place)), run.end], run.profile)
        back = float(travel.seconds[0, 1]) if travel.reachable[0, 1] else 0.0
    return moment_of(calls[last].departure + back)


def _at(place: Place) -> tuple[float, float]:
    return place.lat, place.lng


def _progress(stop: StopPlan, visit: Visit, call: Call | None) -> StopProgress:
    latest = stop.window[1]
    late = call.late_s if call else 0.0
    if visit.arrived is not None and latest is not None:
        late = max(0.0, visit.arrived - latest)
    return StopProgress(
        stop.id,
        stop.position,
        stop.name,
        stop.place.lat,
        stop.place.lng,
        visit.status,
        moment_of(stop.planned_arrival),
        moment_of(visit.arrived),
        moment_of(visit.departed),
        moment_of(call.arrival) if call else None,
        moment_of(stop.window[0]),
        moment_of(latest),
        round(late),
    )


def _seen(run: Run) -> Seen | None:
    if not len(run.t):
        return None
    return Seen(float(run.lat[-1]), float(run.lng[-1]), datetime.fromtimestamp(float(run.t[-1]), UTC))


def _track(run: Run) -> str:
    if len(run.t) < 2:
        return ""
    keep = simplified(run.lat, run.lng, np.array([0, len(run.t) - 1], np.intp), TOLERANCE_M)
    return encoded(run.lat[keep], run.lng[keep], np.array([0], np.intp))[0]


def moment_of(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
