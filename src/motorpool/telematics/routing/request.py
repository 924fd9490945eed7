"""What a caller asks the planner, and what it answers, as the API has it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.telematics.shapes import Latitude, Longitude

MOST_STOPS, MOST_VEHICLES = 300, 50
Moment = Annotated[datetime, Meta(tz=True)]
Minutes = Annotated[int, Meta(ge=0, le=1440)]
Amount = Annotated[float, Meta(ge=0, le=1e6)]


class PlaceAt(Struct, forbid_unknown_fields=True):
    """Where a vehicle begins or ends its day."""

    lat: Annotated[Latitude, Meta(description="Degrees, WGS84")]
    lng: Annotated[Longitude, Meta(description="Degrees, WGS84")]
    name: Annotated[str, Meta(max_length=255)] | None = None


class StopWanted(Struct, forbid_unknown_fields=True):
    """A stop to be planned."""

    lat: Annotated[Latitude, Meta(description="Degrees, WGS84")]
    lng: Annotated[Longitude, Meta(description="Degrees, WGS84")]
    name: Annotated[str, Meta(max_length=255)] | None = None
    address: Annotated[str, Meta(max_length=500)] | None = None
    notes: Annotated[str, Meta(max_length=2000)] | None = None
    duration: Annotated[Minutes, Meta(description="min spent there")] = 5
    window_start: Annotated[Moment, Meta(description="Not before")] | None = None
    window_end: Annotated[Moment, Meta(description="Arrival not after")] | None = None
    weight_kg: Annotated[Amount, Meta(description="Brought there, kg")] = 0
    volume_m3: Annotated[Amount, Meta(description="Brought there, m³")] = 0
    units: Annotated[int, Meta(ge=0, le=1_000_000, description="Pieces brought there")] = 0
    priority: Annotated[int, Meta(ge=0, le=100, description="Greater is kept when not all fit")] = 0
    radius_m: Annotated[int, Meta(ge=10, le=5000, description="m round it that count as there")] = 100


class VehicleWanted(Struct, forbid_unknown_fields=True):
    """A vehicle with its day. What is left out comes from the vehicle: its payload, its home."""

    vehicle_id: UUID | None = None
    driver_id: UUID | None = None
    departs_at: Annotated[Moment, Meta(description="Earliest departure")] | None = None
    returns_by: (
        Annotated[Moment, Meta(description="Latest end; a day after departure when left out")] | None
    ) = None
    start: PlaceAt | None = None
    end: PlaceAt | None = None
    capacity_kg: Annotated[Amount, Meta(description="Its payload when left out")] | None = None
    capacity_m3: Annotated[Amount, Meta(description="No limit when left out")] | None = None
    capacity_units: Annotated[int, Meta(ge=0, le=1_000_000, description="No limit when left out")] | None = (
        None
    )
    most_stops: Annotated[int, Meta(ge=1, le=MOST_STOPS)] | None = None
    stops: (
        Annotated[
            list[int], Meta(description="Places in `stops`, from 0, in the order driven; for `keep_order`")
        ]
        | None
    ) = None


class PlanWanted(Struct, forbid_unknown_fields=True):
    """Stops and the vehicles of a day."""

    stops: Annotated[list[StopWanted], Meta(min_length=1, max_length=MOST_STOPS)]
    vehicles: Annotated[list[VehicleWanted], Meta(min_length=1, max_length=MOST_VEHICLES)]
    criteria: Annotated[
        Literal["fastest", "shortest", "fuel_efficient"], Meta(description="What to make small")
    ] = "fastest"
    keep_order: Annotated[bool, Meta(description="Take each vehicle's `stops` as they are")] = False
    save: Annotated[bool, Meta(description="Keep the result as planned routes")] = False
    name: Annotated[str, Meta(max_length=200, description="Name of the routes that are saved")] | None = None
    scheduled_date: (
        Annotated[date, Meta(description="Day of the routes; that of departure when left out")] | None
    ) = None
    description: Annotated[str, Meta(max_length=5000)] | None = None


class PlannedStop(Struct):
    """A stop of a planned route."""

    stop: Annotated[int, Meta(description="Its place in the request's `stops`, from 0")]
    arrival: datetime
    departure: datetime
    waiting_s: Annotated[int, Meta(description="s waited for its time window")]
    late_s: Annotated[int, Meta(description="s after the end of its time window")]
    distance_m: Annotated[int, Meta(description="m from the place before")]
    travel_s: Annotated[int, Meta(description="s from the place before")]


class RoutePlanned(Struct):
    """One vehicle's route."""

    vehicle: Annotated[int, Meta(description="Its place in the request's `vehicles`, from 0")]
    route_id: Annotated[UUID, Meta(description="When it was saved")] | None
    departs_at: datetime
    returns_at: datetime
    stops: list[PlannedStop]
    polyline: Annotated[str, Meta(description="Encoded, five decimals")]
    distance_m: int
    duration_s: Annotated[int, Meta(description="s from departure to end, stops included")]
    driving_s: int
    fuel_liters: Annotated[float, Meta(description="By model; null: electric")] | None
    load_kg: float
    load_m3: float
    load_units: int
    capacity_kg: Annotated[float, Meta(description="null: no limit")] | None
    estimate_basis: Literal["road", "straight_line"]


class LeftOut(Struct):
    """A stop that no vehicle serves."""

    stop: int
    code: Annotated[
        str,
        Meta(
            description="unreachable, too_large, window, shift, capacity, no_time; not_given with `keep_order`"
        ),
    ]
    reason: Annotated[str, Meta(description="For people")]


class PlanMade(Struct):
    """Routes for a day."""

    estimate_basis: Annotated[
        Literal["road", "straight_line"],
        Meta(description="straight_line: distances and times are estimates made without a map of the roads"),
    ]
    plan_id: Annotated[UUID, Meta(description="Shared by the routes when they were saved")] | None
    routes: list[RoutePlanned]
    unassigned: list[LeftOut]
    distance_m: int
    duration_s: int
    fuel_liters: float | None
