"""Planning routes: what was asked for becomes a plan, and a plan becomes routes with their stops."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_rows
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Reason, blocked
from motorpool.telematics.queries.route_vehicles import RouteVehicle
from motorpool.telematics.resources.routes import RESOURCES
from motorpool.telematics.routing.planning import Plan, PlannedRoute, Stop, Wagon, make_plan
from motorpool.telematics.routing.request import (
    LeftOut,
    PlanMade,
    PlannedStop,
    PlanWanted,
    RoutePlanned,
    StopWanted,
    VehicleWanted,
)
from motorpool.telematics.routing.travel import Line, Profile, Roads, Spot
from motorpool.telematics.rules.polylines import encoded, simplified
from motorpool.telematics.rules.route_fuel import body_of

ROUTES = RESOURCES[0]
#: A line on the map may stray this far from the way that was planned, in metres.
TOLERANCE_M = 5.0
ELECTRIC = frozenset({"electric", "hydrogen"})


def check_wanted(
    wanted: PlanWanted,
    vehicles: Mapping[UUID, RouteVehicle],
    drivers: Collection[UUID],
    reasons: Sequence[Reason] = (),
) -> None:
    """`reasons`: what speaks against the vehicles and drivers, by their place. Raises: Invalid naming each field that is wrong."""
    problems: list[FieldProblem] = []
    for number, stop in enumerate(wanted.stops):
        if stop.window_start and stop.window_end and stop.window_end < stop.window_start:
            problems.append(FieldProblem(f"stops[{number}].window_end", "must not be before window_start"))
    seen: set[UUID] = set()
    given: dict[int, int] = {}
    for number, vehicle in enumerate(wanted.vehicles):
        at = f"vehicles[{number}]"
        if vehicle.vehicle_id is not None:
            if vehicle.vehicle_id not in vehicles:
                problems.append(
                    FieldProblem(
                        f"{at}.vehicle_id", "does not name anything that exists here", "unknown_reference"
                    )
                )
            if vehicle.vehicle_id in seen:
                problems.append(FieldProblem(f"{at}.vehicle_id", "stands in the list twice", "duplicate"))
            seen.add(vehicle.vehicle_id)
        if vehicle.driver_id is not None and vehicle.driver_id not in drivers:
            problems.append(
                FieldProblem(
                    f"{at}.driver_id", "does not name anything that exists here", "unknown_reference"
                )
            )
        if vehicle.departs_at and vehicle.returns_by and vehicle.returns_by <= vehicle.departs_at:
            problems.append(FieldProblem(f"{at}.returns_by", "must be after departs_at"))
        problems += _order_problems(wanted, vehicle, at, given, number)
    problems += blocked(
        reasons,
        [
            (f"vehicles[{number}].vehicle_id", f"vehicles[{number}].driver_id")
            for number in range(len(wanted.vehicles))
        ],
    )
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


def _order_problems(
    wanted: PlanWanted, vehicle: VehicleWanted, at: str, given: dict[int, int], number: int
) -> list[FieldProblem]:
    if vehicle.stops is None:
        return []
    if not wanted.keep_order:
        return [FieldProblem(f"{at}.stops", "is only for keep_order")]
    problems = []
    for place, stop in enumerate(vehicle.stops):
        if not 0 <= stop < len(wanted.stops):
            problems.append(
                FieldProblem(f"{at}.stops[{place}]", f"must be from 0 to {len(wanted.stops) - 1}")
            )
        elif stop in given:
            problems.append(
                FieldProblem(
                    f"{at}.stops[{place}]", f"is already a stop of vehicles[{given[stop]}]", "duplicate"
                )
            )
        given.setdefault(stop, number)
    return problems


async def plan_routes(
    roads: Roads,
    wanted: PlanWanted,
    vehicles: Mapping[UUID, RouteVehicle],
    drivers: Collection[UUID],
    reasons: Sequence[Reason] = (),
    *,
    time_limit_s: float,
    now: datetime | None = None,
) -> tuple[PlanMade, list[dict[str, Any]]]:
    """The answer, and for each of its routes the row that `save_routes` writes. Writes nothing.

    Raises: Invalid, Unavailable.
    """
    check_wanted(wanted, vehicles, drivers, reasons)
    first = now or datetime.now(UTC)
    zero = min(vehicle.departs_at or first for vehicle in wanted.vehicles)
    wagons = [
        _wagon(vehicle, vehicles[vehicle.vehicle_id] if vehicle.vehicle_id else None, zero, first)
        for vehicle in wanted.vehicles
    ]
    plan = await make_plan(
        roads,
        [_stop(stop, zero) for stop in wanted.stops],
        wagons,
        wanted.criteria,
        time_limit_s=time_limit_s,
        given={number: vehicle.stops or [] for number, vehicle in enumerate(wanted.vehicles)}
        if wanted.keep_order
        else None,
    )
    routes = [_planned(route, wagons[route.wagon], zero) for route in plan.routes]
    rows = [
        _row(wanted, planned, wagons[route.wagon]) for planned, route in zip(routes, plan.routes, strict=True)
    ]
    fuels = [route.fuel_liters for route in routes if route.fuel_liters is not None]
    made = PlanMade(
        plan.basis,
        None,
        routes,
        _left_out(wanted, plan),
        sum(route.distance_m for route in routes),
        sum(route.duration_s for route in routes),
        round(sum(fuels), 2) if fuels else None,
    )
    return made, rows


async def save_routes(
    session: AsyncSession, actor: Actor, made: PlanMade, rows: list[dict[str, Any]], wanted: PlanWanted
) -> PlanMade:
    """Write the routes, all or none; the answer with their ids.

    Raises: Forbidden; Invalid when a vehicle or driver may not be used, or is not there.
    """
    reach = reach_or_forbid(ROUTES, actor, "create")
    zone = ZoneInfo(actor.time_zone)
    several = len(rows) > 1
    for number, row in enumerate(rows):
        day = wanted.scheduled_date or made.routes[number].departs_at.astimezone(zone).date()
        row["scheduled_date"] = day.isoformat()
        name = wanted.name or f"Route of {day.isoformat()}"
        row["route_name"] = f"{name}, {number + 1}" if several else name
    try:
        keys = await create_rows(session, ROUTES, actor, reach, rows) if rows else []
    except Invalid as error:
        raise Invalid(error.detail, fields=[_of_request(one, made) for one in error.fields]) from error
    plan_id = uuid4()
    connection = await session.connection()
    await connection.exec_driver_sql(
        "UPDATE routes SET plan_id = %(plan)s WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s)",
        {"plan": plan_id, "tenant": actor.tenant_id, "keys": keys},
    )
    for route, key in zip(made.routes, keys, strict=True):
        route.route_id = key
    return msgspec.structs.replace(made, plan_id=plan_id)


#: Columns of a saved route by the fields of the request that they come from.
FIELDS = {"assigned_vehicle_id": "vehicle_id", "assigned_driver_id": "driver_id"}


def _of_request(problem: FieldProblem, made: PlanMade) -> FieldProblem:
    """A problem of `[1].assigned_vehicle_id` as one of `vehicles[3].vehicle_id`."""
    number, _, column = problem.field.removeprefix("[").partition("].")
    if not number.isdigit() or column not in FIELDS:
        return problem
    vehicle = made.routes[int(number)].vehicle
    return FieldProblem(f"vehicles[{vehicle}].{FIELDS[column]}", problem.message, problem.code)


def _stop(stop: StopWanted, zero: datetime) -> Stop:
    def seconds(moment: datetime | None) -> float | None:
        return None if moment is None else (moment - zero).total_seconds()

    return Stop(
        Spot(stop.lat, stop.lng),
        stop.duration * 60.0,
        (seconds(stop.window_start), seconds(stop.window_end)),
        (stop.weight_kg, stop.volume_m3, float(stop.units)),
        stop.priority,
    )


def _wagon(wanted: VehicleWanted, vehicle: RouteVehicle | None, zero: datetime, now: datetime) -> Wagon:
    begins = ((wanted.departs_at or now) - zero).total_seconds()
    home = None
    if vehicle is not None and vehicle.home_lat is not None and vehicle.home_lng is not None:
        home = Spot(vehicle.home_lat, vehicle.home_lng)
    kind = vehicle.kind if vehicle else None
    limit = (
        wanted.capacity_kg if wanted.capacity_kg is not None else (vehicle.payload_kg if vehicle else None)
    )
    start = Spot(wanted.start.lat, wanted.start.lng) if wanted.start else home
    return Wagon(
        Profile.of(kind, vehicle.height_m if vehicle else None, vehicle.gvwr_kg if vehicle else None),
        body_of(kind, vehicle.curb_kg if vehicle else None, vehicle.payload_kg if vehicle else None),
        begins,
        None if wanted.returns_by is None else (wanted.returns_by - zero).total_seconds(),
        start,
        Spot(wanted.end.lat, wanted.end.lng) if wanted.end else (None if wanted.start else home),
        (limit, wanted.capacity_m3, wanted.capacity_units),
        wanted.most_stops,
        burns=not (vehicle and vehicle.fuel in ELECTRIC),
    )


def _planned(route: PlannedRoute, wagon: Wagon, zero: datetime) -> RoutePlanned:
    def at(seconds: float) -> datetime:
        return (zero + timedelta(seconds=round(seconds))).astimezone(UTC)

    return RoutePlanned(
        route.wagon,
        None,
        at(route.begins),
        at(route.ends),
        [
            PlannedStop(
                one.stop,
                at(one.call.arrival + one.call.waiting_s),
                at(one.call.departure),
                round(one.call.waiting_s),
                round(one.call.late_s),
                round(one.metres),
                round(one.seconds),
            )
            for one in route.calls
        ],
        _text(route.line),
        round(route.metres),
        round(route.ends - route.begins),
        round(route.driving_s),
        None if route.fuel_l is None else round(route.fuel_l, 2),
        route.load[0],
        route.load[1],
        int(route.load[2]),
        wagon.capacity[0],
        route.basis,
    )


def _text(line: Line) -> str:
    ends = np.array([0, len(line.lat) - 1], np.intp)
    kept = (
        simplified(line.lat, line.lng, ends, TOLERANCE_M)
        if len(line.lat) > 2 and line.basis == "road"
        else slice(None)
    )
    lat, lng = line.lat[kept], line.lng[kept]
    return encoded(lat, lng, np.array([0], np.intp))[0] if len(lat) else ""


def _row(wanted: PlanWanted, route: RoutePlanned, wagon: Wagon) -> dict[str, Any]:
    """The body of `POST /api/v1/routes`."""
    vehicle = wanted.vehicles[route.vehicle]
    row: dict[str, Any] = {
        "description": wanted.description,
        "optimization_criteria": wanted.criteria,
        "assigned_vehicle_id": vehicle.vehicle_id,
        "assigned_driver_id": vehicle.driver_id,
        "polyline": route.polyline,
        "total_distance_km": f"{route.distance_m / 1000:.2f}",
        "estimated_duration_minutes": round(route.duration_s / 60),
        "estimate_basis": route.estimate_basis,
        "departs_at": route.departs_at,
        "returns_at": route.returns_at,
        "planned_fuel_liters": None if route.fuel_liters is None else f"{route.fuel_liters:.2f}",
        "stops": [
            _stop_row(wanted.stops[planned.stop], planned, order)
            for order, planned in enumerate(route.stops, start=1)
        ],
    }
    for name, spot in (("start", wagon.start), ("end", wagon.end)):
        if spot is not None:
            row |= {f"{name}_lat": f"{spot.lat:.8f}", f"{name}_lng": f"{spot.lng:.8f}"}
    body: dict[str, Any] = msgspec.to_builtins(
        {key: value for key, value in row.items() if value is not None}
    )
    return body


def _stop_row(stop: StopWanted, planned: PlannedStop, order: int) -> dict[str, Any]:
    row = {
        "order": order,
        "lat": stop.lat,
        "lng": stop.lng,
        "name": stop.name,
        "address": stop.address,
        "notes": stop.notes,
        "duration": stop.duration,
        "window_start": stop.window_start,
        "window_end": stop.window_end,
        "weight_kg": stop.weight_kg or None,
        "volume_m3": stop.volume_m3 or None,
        "units": stop.units or None,
        "priority": stop.priority or None,
        "radius_m": stop.radius_m,
        "planned_arrival": planned.arrival,
        "planned_departure": planned.departure,
        "distance_m": planned.distance_m,
        "travel_s": planned.travel_s,
    }
    return {key: value for key, value in row.items() if value is not None}


def _left_out(wanted: PlanWanted, plan: Plan) -> list[LeftOut]:
    if not wanted.keep_order:
        return [LeftOut(stop, why.code, why.reason) for stop, why in sorted(plan.left_out.items())]
    given = {stop for vehicle in wanted.vehicles for stop in vehicle.stops or ()}
    return [
        LeftOut(stop, "not_given", "No vehicle was given this stop.")
        for stop in range(len(wanted.stops))
        if stop not in given
    ]
