"""From stops and vehicles to routes: travel between all places, the solver's order, and each route's line, times and fuel."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.telematics.routing.problem import Grid, Problem, Van, Visit
from motorpool.telematics.routing.solver import solve
from motorpool.telematics.routing.travel import Basis, Line, Profile, Roads, Spot, Travel
from motorpool.telematics.rules.route_fuel import Body, litres
from motorpool.telematics.rules.route_timetable import (
    Call,
    Offer,
    Refusal,
    Window,
    latest_start,
    refusal,
    timetable,
)
from motorpool.telematics.rules.track import Floats

Criteria = Literal["fastest", "shortest", "fuel_efficient"]
Amounts = tuple[float, float, float]
"""kg, m³, pieces."""

DAY_S = 86_400.0
#: Where no way leads: longer than any day, and far from what a 32-bit sum can hold.
NO_WAY_S = 10_000_000
#: The solver counts whole numbers: grams, litres and pieces.
SCALES = (1000, 1000, 1)
#: A skill that no vehicle has: for stops whose time window ended before the first vehicle leaves.
NOBODY_CAN = 1
#: What a vehicle without a limit can take, in the solver's units.
NO_LIMIT = 2**40


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop to be planned. Times are seconds on the plan's clock."""

    spot: Spot
    service_s: float = 0.0
    window: Window = (None, None)
    demand: Amounts = (0.0, 0.0, 0.0)
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Wagon:
    """A vehicle to be planned. `capacity`: None is no limit. `burns`: False for an electric one."""

    profile: Profile
    body: Body
    begins: float = 0.0
    ends: float | None = None
    start: Spot | None = None
    end: Spot | None = None
    capacity: tuple[float | None, float | None, float | None] = (None, None, None)
    most_stops: int | None = None
    burns: bool = True

    @property
    def day_end(self) -> float:
        return self.begins + DAY_S if self.ends is None else self.ends


@dataclass(frozen=True, slots=True)
class PlannedCall:
    stop: int
    call: Call
    metres: float
    seconds: float


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """One vehicle's tour. `metres` and `driving_s` include the way to its end; `fuel_l` None: electric."""

    wagon: int
    begins: float
    ends: float
    calls: list[PlannedCall]
    metres: float
    driving_s: float
    fuel_l: float | None
    load: Amounts
    line: Line
    basis: Basis


@dataclass(frozen=True, slots=True)
class Plan:
    basis: Basis
    routes: list[PlannedRoute]
    left_out: dict[int, Refusal] = field(default_factory=dict)
    rounds: int = 0


async def make_plan(
    roads: Roads,
    stops: list[Stop],
    wagons: list[Wagon],
    criteria: Criteria,
    *,
    time_limit_s: float,
    given: dict[int, list[int]] | None = None,
) -> Plan:
    """Routes for as many stops as can be served.

    given: wagon -> its stops in a fixed order; nothing is optimised then. Raises: Invalid, Unavailable as `solve` and `roads`.
    """
    spots, place = _places(stops, wagons)
    profiles = {wagon.profile.name: wagon.profile for wagon in wagons}
    grids = dict(
        zip(
            profiles,
            await asyncio.gather(*(roads.travel(spots, profile) for profile in profiles.values())),
            strict=True,
        )
    )
    basis: Basis = "road" if all(travel.basis == "road" for travel in grids.values()) else "straight_line"
    if given is None:
        answer = await solve(_problem(stops, wagons, grids, place, criteria, time_limit_s))
        tours = {tour.van: (tour.visits, float(tour.begins)) for tour in answer.tours}
        rounds = answer.rounds
    else:
        tours = {number: (order, wagons[number].begins) for number, order in given.items() if order}
        rounds = 0
    routes = await asyncio.gather(
        *(
            _route(
                roads, stops, wagons[number], number, order, begins, grids[wagons[number].profile.name], place
            )
            for number, (order, begins) in sorted(tours.items())
        )
    )
    served = {stop for order, _ in tours.values() for stop in order}
    wanted = tuple(sum(stop.demand[i] for stop in stops) for i in range(3))
    left_out = {
        number: refusal(stop.demand, stop.service_s, stop.window, _offers(stop, wagons, grids, place), wanted)
        for number, stop in enumerate(stops)
        if number not in served and given is None
    }
    return Plan(basis, list(routes), left_out, rounds)


def _places(stops: list[Stop], wagons: list[Wagon]) -> tuple[list[Spot], dict[Spot, int]]:
    """Each place once, and its number."""
    ends = [spot for wagon in wagons for spot in (wagon.start, wagon.end) if spot is not None]
    spots = list(dict.fromkeys([*(stop.spot for stop in stops), *ends]))
    return spots, {spot: number for number, spot in enumerate(spots)}


def _problem(
    stops: list[Stop],
    wagons: list[Wagon],
    grids: dict[str, Travel],
    place: dict[Spot, int],
    criteria: Criteria,
    time_limit_s: float,
) -> Problem:
    visits = [
        Visit(
            place[stop.spot],
            round(stop.service_s),
            _window(stop.window),
            [math.ceil(amount * scale) for amount, scale in zip(stop.demand, SCALES, strict=True)],
            stop.priority,
            [NOBODY_CAN] if stop.window[1] is not None and stop.window[1] < 0 else [],
        )
        for stop in stops
    ]
    vans, offered = [], {}
    for wagon in wagons:
        name = wagon.profile.name
        if criteria == "fuel_efficient":
            # The way costs what it burns with half a load: the load itself depends on the order.
            name = f"{name}/{wagon.body}"
        if name not in offered:
            offered[name] = _grid(grids[wagon.profile.name], wagon.body, criteria)
        # The solver wants every vehicle to begin or end somewhere.
        free = len(place) if wagon.start is None and wagon.end is None else None
        vans.append(
            Van(
                name,
                free if wagon.start is None else place[wagon.start],
                None if wagon.end is None else place[wagon.end],
                [
                    NO_LIMIT if most is None else math.floor(most * scale)
                    for most, scale in zip(wagon.capacity, SCALES, strict=True)
                ],
                (round(wagon.begins), round(wagon.day_end)),
                most_visits=wagon.most_stops,
            )
        )
    return Problem(visits, vans, offered, time_limit_s)


def _window(window: Window) -> list[tuple[int, int]]:
    earliest, latest = window
    if earliest is None and latest is None:
        return []
    first = 0 if earliest is None else max(0, round(earliest))
    return [(first, max(first, round(latest) if latest is not None else int(30 * DAY_S)))]


def _grid(travel: Travel, body: Body, criteria: Criteria) -> Grid:
    seconds = _whole(travel.seconds)
    if criteria == "fastest":
        return Grid(seconds)
    if criteria == "shortest":
        return Grid(seconds, _whole(travel.metres))
    burnt = litres(body, travel.metres, travel.seconds, body.payload_kg / 2) * 1000
    return Grid(seconds, _whole(burnt))


def _whole(values: Floats) -> list[list[int]]:
    """Whole numbers, and one more place from which every way is free: for vehicles that begin at their first stop."""
    known = np.pad(np.rint(np.nan_to_num(values, nan=NO_WAY_S)), ((0, 1), (0, 1)))
    whole: list[list[int]] = known.astype(np.int64).tolist()
    return whole


def _offers(stop: Stop, wagons: list[Wagon], grids: dict[str, Travel], place: dict[Spot, int]) -> list[Offer]:
    at = place[stop.spot]

    def seconds(travel: Travel, a: int | None, b: int | None) -> float | None:
        if a is None or b is None:
            return 0.0
        value = float(travel.seconds[a, b])
        return None if math.isnan(value) else value

    return [
        Offer(
            seconds(travel, None if wagon.start is None else place[wagon.start], at),
            seconds(travel, at, None if wagon.end is None else place[wagon.end]),
            wagon.begins,
            wagon.day_end,
            wagon.capacity,
        )
        for wagon in wagons
        for travel in (grids[wagon.profile.name],)
    ]


async def _route(
    roads: Roads,
    stops: list[Stop],
    wagon: Wagon,
    number: int,
    order: list[int],
    begins: float,
    travel: Travel,
    place: dict[Spot, int],
) -> PlannedRoute:
    chosen = [stops[i] for i in order]
    spots = [stop.spot for stop in chosen]
    if wagon.start is not None:
        spots = [wagon.start, *spots]
    if wagon.end is not None:
        spots = [*spots, wagon.end]
    at = np.array([place[spot] for spot in spots])
    metres, seconds = travel.metres[at[:-1], at[1:]], travel.seconds[at[:-1], at[1:]]
    if np.isnan(seconds).any():
        raise Invalid(
            "A stop cannot be reached by road.",
            fields=[
                FieldProblem(
                    f"vehicles[{number}].stops", "no way leads along them in this order", "unroutable"
                )
            ],
        )
    lead = 0 if wagon.start is not None else 1
    to_stop_m = [0.0] * lead + metres.tolist()
    to_stop_s = [0.0] * lead + seconds.tolist()
    n = len(order)
    legs, services = to_stop_s[:n], [stop.service_s for stop in chosen]
    windows = [stop.window for stop in chosen]
    begins = latest_start(begins, legs, services, windows)
    calls = timetable(begins, legs, services, windows)
    back = to_stop_s[n] if wagon.end is not None else 0.0
    ends = (calls[-1].departure if calls else begins) + back
    load = [sum(stop.demand[i] for stop in chosen) for i in range(3)]
    fuel = None
    if wagon.burns:
        # What is on board on the way to each stop, and nothing on the way to the end.
        unloaded = np.cumsum([stop.demand[0] for stop in chosen])
        aboard = load[0] - np.concatenate(([0.0], unloaded))
        fuel = float(litres(wagon.body, metres, seconds, aboard[lead : lead + len(metres)]).sum())
    line = await roads.line(spots, wagon.profile) if len(spots) > 1 else _no_line(spots)
    return PlannedRoute(
        number,
        begins,
        ends,
        [
            PlannedCall(stop, call, to_stop_m[i], to_stop_s[i])
            for i, (stop, call) in enumerate(zip(order, calls, strict=True))
        ],
        float(metres.sum()),
        float(seconds.sum()),
        fuel,
        (load[0], load[1], load[2]),
        line,
        "road" if travel.basis == line.basis == "road" else "straight_line",
    )


def _no_line(spots: list[Spot]) -> Line:
    lat, lng = np.array([spots[0].lat]), np.array([spots[0].lng])
    return Line(lat, lng, "straight_line")
