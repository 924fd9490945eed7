"""Which speed limit holds where: streets by the nearest line that runs the vehicle's way, fences by lying inside. Pure.

Streets without a known limit belong into the index as well: without them a fix on such a street would be given the limit of its
neighbour. A fix is matched to the nearest segment within `MAX_DISTANCE` whose direction is within `MAX_TURN` of the heading
(either way along, unless the street is one-way). Other such segments within `DOUBT` of the same distance are as good: if one of them
has no known limit, the fix has none; else the highest of their limits holds. When in doubt nobody is accused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .geofence_shapes import Fences
from .track import METRES_PER_DEGREE, Flags, Floats, Indices

MAX_DISTANCE = 20.0
"""m. Twice a fair fix, and half of a wide street."""
MAX_TURN = 30.0
"""degrees between heading and street."""
DOUBT = 6.0
"""m. Segments whose distances differ by less are equally likely."""
KPH_PER_MPH = 1.609344
CELL = 0.05
"""degrees. Streets are kept and cached by squares of this side."""
ROW = 10_000
"""Numbers of squares count from west to east by 1, from south to north by this."""
_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph|knots)?\s*$", re.IGNORECASE)


def parse_maxspeed(value: Any) -> float | None:
    """km/h of OpenStreetMap's `maxspeed`: `25 mph`, `50`, `80 km/h`; None for `none`, `signals`, zones and what is unknown.

    Of several (`50;30`) the highest is taken. A number without a unit is km/h (wiki.openstreetmap.org/wiki/Key:maxspeed).
    """
    if value is None or isinstance(value, bool):
        return None
    found = []
    for part in str(value).split(";"):
        match = _SPEED.match(part)
        if not match:
            return None
        factor = {"mph": KPH_PER_MPH, "knots": 1.852}.get((match[2] or "").lower(), 1.0)
        found.append(float(match[1]) * factor)
    kph = max(found, default=0.0)
    return kph if 1 <= kph <= 300 else None


def cell_of(latitude: Any, longitude: Any) -> NDArray[np.int64]:
    """Number of the square that a place lies in."""
    row = np.floor((np.asarray(latitude, float) + 90) / CELL).astype(np.int64)
    column = np.floor((np.asarray(longitude, float) + 180) / CELL).astype(np.int64)
    return np.asarray(row * ROW + column, dtype=np.int64)


def cells_round(latitude: Floats, longitude: Floats) -> list[int]:
    """The squares that these places lie in and all that touch those, sorted."""
    own = np.unique(cell_of(latitude, longitude))
    steps = np.array([row * ROW + column for row in (-1, 0, 1) for column in (-1, 0, 1)])
    return sorted({int(one) for one in np.unique((own[:, None] + steps[None, :]).ravel())})


@dataclass(frozen=True, eq=False)
class Streets:
    """Segments of street lines on a local plane: equirectangular about a latitude, east is off by less than 0.3 % a square and a half
    north or south of it (up to 60 degrees of latitude).
    """

    tree: shapely.STRtree
    segments: NDArray[np.object_]
    course: Floats
    """degrees clockwise from north"""
    both_ways: Flags
    limit_kph: Floats
    """NaN: not known"""
    origin: tuple[float, float]

    @classmethod
    def of(
        cls, lines: NDArray[np.object_], limit_kph: Floats, one_way: Flags, origin: tuple[float, float]
    ) -> Streets:
        """From LineStrings in degrees, longitude first; `origin` is a latitude and longitude amid them."""
        points, line = shapely.get_coordinates(lines, return_index=True)
        x, y = _plane(points[:, 1], points[:, 0], origin)
        same = line[:-1] == line[1:]
        same &= (np.diff(x) != 0) | (np.diff(y) != 0)
        at = np.flatnonzero(same)
        ends = np.stack((np.stack((x[at], y[at]), 1), np.stack((x[at + 1], y[at + 1]), 1)), 1)
        segments = (
            shapely.linestrings(ends.reshape(-1, 2), indices=np.repeat(np.arange(len(at)), 2))
            if len(at)
            else np.empty(0, object)
        )
        course = np.degrees(np.arctan2(x[at + 1] - x[at], y[at + 1] - y[at])) % 360
        owner = line[at]
        return cls(shapely.STRtree(segments), segments, course, ~one_way[owner], limit_kph[owner], origin)

    def limits(self, latitude: Floats, longitude: Floats, heading: Floats) -> Floats:
        """km/h at each fix, NaN where none is known. A fix without a heading is not matched."""
        found = np.full(len(latitude), np.nan)
        known = np.flatnonzero(~np.isnan(heading))
        if not len(known) or not len(self.segments):
            return found
        x, y = _plane(latitude[known], longitude[known], self.origin)
        places = shapely.points(x, y)
        fix, segment = self.tree.query(places, predicate="dwithin", distance=MAX_DISTANCE + DOUBT)
        turn = np.abs((heading[known][fix] - self.course[segment] + 180) % 360 - 180)
        turn = np.where(self.both_ways[segment], np.minimum(turn, 180 - turn), turn)
        agrees = turn <= MAX_TURN
        fix, segment = fix[agrees], segment[agrees]
        away = shapely.distance(places[fix], self.segments[segment])
        nearest = np.full(len(known), np.inf)
        np.minimum.at(nearest, fix, away)
        likely = (away <= nearest[fix] + DOUBT) & (nearest[fix] <= MAX_DISTANCE)
        fix, limit = fix[likely], self.limit_kph[segment[likely]]
        highest = np.full(len(known), -np.inf)
        # NaN wins: `maximum` hands it on.
        with np.errstate(invalid="ignore"):
            np.maximum.at(highest, fix, limit)
        found[known] = np.where(np.isfinite(highest), highest, np.nan)
        return found


def street_limits(
    rows: Mapping[int, Streets], latitude: Floats, longitude: Floats, heading: Floats
) -> Floats:
    """As `Streets.limits`, with the streets round each row of squares on a plane of its own: what a fix gets does not depend on which
    others are looked up with it.
    """
    found = np.full(len(latitude), np.nan)
    row = cell_of(latitude, longitude) // ROW
    for number, streets in rows.items():
        at = np.flatnonzero(row == number)
        found[at] = streets.limits(latitude[at], longitude[at], heading[at])
    return found


def _plane(latitude: Floats, longitude: Floats, origin: tuple[float, float]) -> tuple[Floats, Floats]:
    """Metres east and north of the origin."""
    east = (longitude - origin[1]) * METRES_PER_DEGREE * np.cos(np.radians(origin[0]))
    return np.asarray(east), np.asarray((latitude - origin[0]) * METRES_PER_DEGREE)


def fence_limits(
    fences: Fences, vehicle: Indices, latitude: Floats, longitude: Floats, allowed: Flags
) -> Floats:
    """The lowest limit of the fences round each place in km/h, NaN where there is none. A place on the edge is inside.

    `vehicle` tells whose place it is, `allowed` which vehicles a fence is for; see `Fences.are_for`.
    """
    lowest = np.full(len(latitude), np.inf)
    place, fence = fences.tree.query(shapely.points(longitude, latitude))
    counts = fences.are_for(vehicle[place], fence, allowed) & ~np.isnan(fences.limit_kph[fence])
    place, fence = place[counts], fence[counts]
    inside = fences.holds(fence, longitude[place], latitude[place])
    np.minimum.at(lowest, place[inside], fences.limit_kph[fence[inside]])
    return np.where(np.isinf(lowest), np.nan, lowest)
