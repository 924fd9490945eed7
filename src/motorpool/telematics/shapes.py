"""Shapes of the jsonb columns: areas on the map and stops of a route."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from motorpool.telematics.rules.geofence_shapes import area

Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Ring = Annotated[
    list[tuple[Longitude, Latitude]],
    Meta(min_length=4, max_length=10_000, description="[longitude, latitude] pairs; the last is the first"),
]


class Polygon(Struct, forbid_unknown_fields=True):
    """A GeoJSON Polygon (RFC 7946, 3.1.6): an outer ring, then holes. Degrees, WGS84, longitude first."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Meta(min_length=1, max_length=100)]

    def __post_init__(self) -> None:
        if any(ring[0] != ring[-1] for ring in self.coordinates):
            raise ValueError("each ring must end at the point where it begins")
        # BadShape is a ValueError.
        area({"type": self.type, "coordinates": self.coordinates})


class PlannedStop(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A place to call at."""

    order: Annotated[int, Meta(ge=1, le=10_000, description="Position in the route, from 1")]
    lat: Annotated[Latitude, Meta(description="Degrees, WGS84")]
    lng: Annotated[Longitude, Meta(description="Degrees, WGS84")]
    address: Annotated[str, Meta(max_length=500)] | None = None
    duration: Annotated[int, Meta(ge=0, le=10_080, description="min spent there")] | None = None
    notes: Annotated[str, Meta(max_length=2000)] | None = None
    name: Annotated[str, Meta(max_length=255)] | None = None
    window_start: Annotated[datetime, Meta(tz=True, description="Not before")] | None = None
    window_end: Annotated[datetime, Meta(tz=True, description="Arrival not after")] | None = None
    weight_kg: Annotated[float, Meta(ge=0, le=1e6, description="Brought there, kg")] | None = None
    volume_m3: Annotated[float, Meta(ge=0, le=1e5, description="Brought there, m³")] | None = None
    units: Annotated[int, Meta(ge=0, le=1_000_000, description="Pieces brought there")] | None = None
    priority: Annotated[int, Meta(ge=0, le=100, description="Greater is served first")] | None = None
    radius_m: Annotated[int, Meta(ge=10, le=5000, description="m round it that count as there")] | None = None
    planned_arrival: Annotated[datetime, Meta(tz=True)] | None = None
    planned_departure: Annotated[datetime, Meta(tz=True)] | None = None
    distance_m: Annotated[int, Meta(ge=0, le=100_000_000, description="m from the stop before")] | None = None
    travel_s: Annotated[int, Meta(ge=0, le=100_000_000, description="s from the stop before")] | None = None

    def __post_init__(self) -> None:
        if self.window_start and self.window_end and self.window_end < self.window_start:
            raise ValueError("window_end must not be before window_start")
