"""Streets out of a GeoJSON file: pieces short enough to be found by the square that they lie in. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from .speed_limits import CELL, cell_of, parse_maxspeed

#: degrees. No piece is wider or higher than this, so it lies in the square of its middle and those round it.
LONGEST = CELL * 0.8
#: Properties that may hold each value, in this order. OpenStreetMap's names come first.
SPEED = ("maxspeed", "speed_limit", "speedlimit", "speed_lim", "posted_speed", "limit")
SPEED_KPH = ("limit_kph", "speed_limit_kph")
SPEED_MPH = ("limit_mph", "speed_limit_mph")
REFERENCE = ("osm_id", "@id", "id", "source_ref", "segment_id", "OBJECTID")
NAME = ("name", "street", "street_name", "fullname")
ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}


@dataclass(frozen=True)
class Piece:
    """A line of at most `LONGEST` degrees. `path` is its GeoJSON."""

    source_ref: str
    part: int
    name: str | None
    limit_kph: float | None
    one_way: bool
    path: str
    cell: int


def pieces_of(features: Sequence[Any]) -> list[Piece]:
    """Pieces of all lines among GeoJSON features; points and areas are left out. A street that is one-way against its line is
    turned round.

    Raises ValueError, naming the feature by its place, for what is no GeoJSON.
    """
    found: list[Piece] = []
    taken: dict[str, int] = {}
    for place, feature in enumerate(features):
        if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
            raise ValueError(f"features[{place}] is not a GeoJSON Feature")
        geometry = feature.get("geometry")
        if not isinstance(geometry, Mapping) or geometry.get("type") not in ("LineString", "MultiLineString"):
            continue
        try:
            shape = shapely.from_geojson(json.dumps(geometry))
        except shapely.errors.GEOSException as error:
            raise ValueError(f"features[{place}].geometry cannot be read: {error}") from error
        west, south, east, north = shape.bounds
        if shape.is_empty:
            continue
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError(f"features[{place}].geometry must be in degrees (WGS84), longitude first")
        properties = feature.get("properties") or {}
        direction = ONE_WAY.get(str(_first(properties, ("oneway", "one_way"))).lower(), 0)
        name = _first(properties, NAME)
        reference = str(_first(properties, REFERENCE) or feature.get("id") or f"line {place}")[:100]
        for line in shapely.get_parts(shape):
            for piece in _cut(shapely.reverse(line) if direction < 0 else line):
                part = taken[reference] = taken.get(reference, -1) + 1
                middle = piece[len(piece) // 2]
                path = {
                    "type": "LineString",
                    "coordinates": [[round(x, 7), round(y, 7)] for x, y in piece.tolist()],
                }
                found.append(
                    Piece(
                        reference,
                        part,
                        str(name)[:255] if name else None,
                        _limit(properties),
                        direction != 0,
                        json.dumps(path, separators=(",", ":")),
                        int(cell_of(middle[1], middle[0])),
                    )
                )
    return found


def _first(properties: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((properties[name] for name in names if properties.get(name) not in (None, "")), None)


def _limit(properties: Mapping[str, Any]) -> float | None:
    for names, unit in ((SPEED_KPH, ""), (SPEED_MPH, " mph"), (SPEED, "")):
        if (value := _first(properties, names)) is not None:
            return parse_maxspeed(f"{value}{unit}")
    return None


def _cut(line: Any) -> list[Any]:
    """Runs of vertices that each span at most `LONGEST`; neighbours share a vertex."""
    points = shapely.get_coordinates(line)
    if (np.ptp(points, axis=0) <= LONGEST).all():
        return [points]
    points = shapely.get_coordinates(shapely.segmentize(line, LONGEST / 2))
    pieces, begin = [], 0
    low = high = points[0]
    for at in range(1, len(points)):
        lower, higher = np.minimum(low, points[at]), np.maximum(high, points[at])
        if (higher - lower > LONGEST).any():
            pieces.append(points[begin:at])
            begin = at - 1
            lower, higher = np.minimum(points[begin], points[at]), np.maximum(points[begin], points[at])
        low, high = lower, higher
    return [*pieces, points[begin:]]
