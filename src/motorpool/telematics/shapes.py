"""Shapes of the jsonb columns: areas on the map and stops of a route."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

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


class RouteStop(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A place to call at."""

    order: Annotated[int, Meta(ge=1, le=10_000, description="Position in the route, from 1")]
    lat: Annotated[Latitude, Meta(description="Degrees, WGS84")]
    lng: Annotated[Longitude, Meta(description="Degrees, WGS84")]
    address: Annotated[str, Meta(max_length=500)] | None = None
    duration: Annotated[int, Meta(ge=0, le=10_080, description="min spent there")] | None = None
    notes: Annotated[str, Meta(max_length=2000)] | None = None
