"""Geofences as areas on the map. Pure.

Everything is in degrees, longitude first: a fix is compared with a fence as it came, without a projection for each
fence. A polygon's edges are straight lines in longitude and latitude, as GeoJSON says (RFC 7946, 3.1.1). A circle is
drawn once as a polygon of `CORNERS` points that lie round its centre on the sphere. Each area has a *halo*, the area
widened by the margin that a vehicle has to be beyond before it has left.

Circles are right to 0.06 % of their radius. The margin of a polygon is measured at the polygon's middle latitude:
it is right to 0.5 % for polygons that reach less than 75 km from south to north (at 40 degrees of latitude), and a
few per cent off at the ends of larger ones. Areas across the antimeridian or over a pole are not supported: draw two.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from .track import EARTH_RADIUS, METRES_PER_DEGREE, Flags, Floats, Indices

CORNERS = 64
#: Lines of a quarter of a circle, where a polygon is widened at a corner.
QUARTER = 8
#: Of a circle; a larger one would reach over a pole or the antimeridian too easily.
LONGEST_RADIUS = 500_000.0
#: Epoch microseconds: since ever.
ALWAYS = -(2**62)

Geometries = NDArray[np.object_]

#: GEOS works in prepared shapes while it compares, without a lock (libgeos issue 825): two threads at once end the process, or
#: get wrong answers. Shapes go from one `Fences` to the next, so there is one lock for all.
_COMPARING = threading.Lock()


class BadShape(ValueError):
    """A fence that encloses nothing, or lies where fences cannot lie. The text says what would be right."""


def circle(latitude: float, longitude: float, radius: float) -> BaseGeometry:
    """The area within `radius` metres of a point in degrees. Raises BadShape where it leaves the map.

    The corners follow from the destination formula of spherical trigonometry (E. Williams, Aviation Formulary 1.47).
    They lie as far outside of the circle as the middles of the edges lie inside.
    """
    if not 0 < radius <= LONGEST_RADIUS:
        raise BadShape(f"the radius must be more than 0 and at most {LONGEST_RADIUS:.0f} metres")
    reach = radius / EARTH_RADIUS * 2 / (1 + math.cos(math.pi / CORNERS))
    if abs(latitude) + math.degrees(reach) >= 90:
        raise BadShape("a circle must not reach over a pole")
    north = math.radians(latitude)
    bearing = np.arange(CORNERS) * (2 * math.pi / CORNERS)
    lat = np.arcsin(math.sin(north) * math.cos(reach) + math.cos(north) * math.sin(reach) * np.cos(bearing))
    turn = np.arctan2(
        np.sin(bearing) * math.sin(reach) * math.cos(north), math.cos(reach) - math.sin(north) * np.sin(lat)
    )
    lng = longitude + np.degrees(turn)
    if lng.min() < -180 or lng.max() > 180:
        raise BadShape("a circle must not reach over the antimeridian: draw one on either side")
    return shapely.polygons(np.column_stack((lng, np.degrees(lat))))


def area(geojson: Mapping[str, Any]) -> BaseGeometry:
    """A GeoJSON Polygon or MultiPolygon as an area; edges that cross each other are sorted out. Raises BadShape."""
    if geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadShape("must be a GeoJSON Polygon or MultiPolygon")
    try:
        found = shapely.force_2d(shape(geojson))
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, shapely.GEOSException) as error:
        raise BadShape("must have rings of at least four [longitude, latitude] pairs") from error
    if not found.is_valid:
        found = shapely.make_valid(found)
        parts = [one for one in shapely.get_parts(found, return_index=False) if one.area > 0]
        found = shapely.union_all([one for one in parts if one.geom_type in ("Polygon", "MultiPolygon")])
    if found.is_empty or not found.area > 0:
        raise BadShape("must enclose an area: its points lie on one line")
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadShape("must lie within 180 degrees of longitude and 90 of latitude")
    return found


def widened(found: BaseGeometry, margin: float) -> BaseGeometry:
    """The area and everything within `margin` metres of it."""
    if margin <= 0:
        return found
    _, south, _, north = found.bounds
    east = METRES_PER_DEGREE * max(math.cos(math.radians((south + north) / 2)), 1e-6)

    def to_metres(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points * (east, METRES_PER_DEGREE)

    def to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return points / (east, METRES_PER_DEGREE)

    flat = shapely.buffer(shapely.transform(found, to_metres), margin, quad_segs=QUARTER)
    # A hair of rounding must not leave a point of the area outside of its halo.
    return shapely.union(shapely.transform(flat, to_degrees), found)


@dataclass(frozen=True)
class FenceRow:
    """A geofence as it is stored: a circle by centre and radius (degrees, metres), anything else by its GeoJSON."""

    id: UUID
    centre: tuple[float, float] | None
    """Latitude, longitude."""
    radius: float | None
    geojson: Mapping[str, Any] | None
    dwell_s: float | None = None
    applies_from_us: int = ALWAYS
    """Epoch microseconds; what was recorded at or before it is not compared with the fence."""
    group: UUID | None = None
    limit_kph: float | None = None
    """km/h inside."""

    def is_shaped_like(self, other: FenceRow) -> bool:
        return (self.centre, self.radius, self.geojson) == (other.centre, other.radius, other.geojson)

    @property
    def area(self) -> BaseGeometry:
        """Raises BadShape."""
        if self.centre is not None and self.radius is not None:
            return circle(*self.centre, self.radius)
        return area(self.geojson or {})

    def halo(self, margin: float) -> BaseGeometry:
        """The area widened by `margin` metres. Raises BadShape."""
        if self.centre is not None and self.radius is not None:
            return circle(*self.centre, min(self.radius + margin, LONGEST_RADIUS))
        return widened(self.area, margin)


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of many shapes, one shape after the other: each from (x, y) by (dx, dy), degrees."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    dx: NDArray[np.float64]
    dy: NDArray[np.float64]
    begin: NDArray[np.intp]
    """Place of each shape's first edge, and at last how many edges there are; shape (shapes + 1,)."""

    @classmethod
    def of(cls, shapes: Geometries) -> Edges:
        parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
        rings, part_of_ring = shapely.get_rings(parts, return_index=True)
        points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
        first = np.flatnonzero(np.diff(ring_of_point, append=-1) == 0)
        edges = points[first + 1] - points[first]
        owner = shape_of_part[part_of_ring[ring_of_point[first]]]
        begin = np.searchsorted(owner, np.arange(len(shapes) + 1))
        columns = points[first, 0], points[first, 1], edges[:, 0].copy(), edges[:, 1].copy()
        return cls(*columns, begin)


@dataclass(frozen=True, eq=False)
class Fences:
    """Fences ready to be compared with many fixes at once: prepared areas and halos and an index over the halos.

    Lanes of the derivation share them: outside of the methods nothing is compared with the shapes.
    """

    rows: tuple[FenceRow, ...]
    areas: Geometries
    halos: Geometries
    bounds: NDArray[np.float64]
    """Of the areas: west, south, east, north; shape (fences, 4)."""
    applies_us: NDArray[np.int64]
    dwell_us: NDArray[np.int64]
    """0: no dwell."""
    limit_kph: NDArray[np.float64]
    """NaN: no limit."""
    tree: shapely.STRtree
    area_edges: Edges
    halo_edges: Edges

    def __len__(self) -> int:
        return len(self.rows)

    def are_for(self, vehicle: Indices, fence: Indices, allowed: Flags) -> Flags:
        """Whether each fence is for the vehicle beside it. `allowed`: shape (vehicles, fences) or one that broadcasts to it."""
        vehicles = max(len(allowed), int(vehicle.max(initial=-1)) + 1)
        return np.broadcast_to(allowed, (vehicles, len(self)))[vehicle, fence]

    def holds(self, fence: Indices, lng: Floats, lat: Floats) -> Flags:
        """Whether each place lies in the area of the fence beside it; one on the edge does."""
        return _around(self.areas[fence], lng, lat)

    def nearly_holds(self, fence: Indices, lng: Floats, lat: Floats) -> Flags:
        """The same for halos."""
        return _around(self.halos[fence], lng, lat)

    def touches(self, fence: Indices, lines: Geometries) -> Flags:
        """Whether each line touches the area of the fence beside it."""
        with _COMPARING:
            return np.asarray(shapely.intersects(self.areas[fence], lines), np.bool_)

    @classmethod
    def of(cls, rows: Sequence[FenceRow], margin: float, earlier: Fences | None = None) -> Fences:
        """Fences with their halos of `margin` metres; one that has no area (see `BadShape`) is left out.

        Shapes that have not changed are taken from `earlier`, which has the same margin.
        """
        known = {} if earlier is None else {row.id: at for at, row in enumerate(earlier.rows)}
        kept, areas, halos = [], [], []
        for row in rows:
            at = known.get(row.id)
            try:
                if earlier is not None and at is not None and row.is_shaped_like(earlier.rows[at]):
                    made = earlier.areas[at], earlier.halos[at]
                else:
                    made = row.area, row.halo(margin)
            except BadShape:
                continue
            kept.append(row)
            areas.append(made[0])
            halos.append(made[1])
        shapes, wide = np.array(areas, np.object_), np.array(halos, np.object_)
        shapely.prepare(shapes)
        shapely.prepare(wide)
        return cls(
            tuple(kept),
            shapes,
            wide,
            np.asarray(shapely.bounds(shapes), np.float64).reshape(-1, 4),
            np.array([row.applies_from_us for row in kept], np.int64),
            np.array([round((row.dwell_s or 0) * 1_000_000) for row in kept], np.int64),
            np.array([row.limit_kph for row in kept], np.float64),
            shapely.STRtree(wide),
            Edges.of(shapes),
            Edges.of(wide),
        )


def _around(shapes: Geometries, lng: Floats, lat: Floats) -> Flags:
    with _COMPARING:
        return np.asarray(shapely.intersects_xy(shapes, lng, lat), np.bool_)
