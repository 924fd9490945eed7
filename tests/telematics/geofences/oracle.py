"""Visits to geofences worked out fix by fix, straight from the prose of docs/geofences.md.

It shares no code with the program: plain loops, Shapely for the geometry of one shape and one line at a time, circles by
rotating a vector on the sphere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely import affinity
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import prep

RADIUS = 6_371_008.8
Fix = tuple[float, float, float]
"""Epoch seconds, latitude, longitude."""


@dataclass
class Area:
    """A fence by its area and its halo."""

    area: BaseGeometry
    halo: BaseGeometry
    dwell_s: float | None = None

    def __post_init__(self) -> None:
        self.in_area = prep(self.area)
        self.in_halo = prep(self.halo)
        self.box = self.halo.bounds


def round_area(lat: float, lng: float, radius: float, corners: int = 64) -> BaseGeometry:
    """Corners at even bearings from north, at an angle that makes the mean of corner and middle of an edge the radius."""
    angle = radius / RADIUS / (0.5 + 0.5 * math.cos(math.pi / corners))
    phi, lam = math.radians(lat), math.radians(lng)
    up = (math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi))
    east = (-math.sin(lam), math.cos(lam), 0.0)
    north = (-math.sin(phi) * math.cos(lam), -math.sin(phi) * math.sin(lam), math.cos(phi))
    ring = []
    for k in range(corners):
        bearing = 2 * math.pi * k / corners
        x, y, z = (
            math.cos(angle) * u + math.sin(angle) * (math.cos(bearing) * n + math.sin(bearing) * e)
            for u, n, e in zip(up, north, east, strict=True)
        )
        ring.append((math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))))
    return shape({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def circle(lat: float, lng: float, radius: float, margin: float, dwell_s: float | None = None) -> Area:
    return Area(round_area(lat, lng, radius), round_area(lat, lng, radius + margin), dwell_s)


def polygon(geojson: dict, margin: float, dwell_s: float | None = None) -> Area:
    area = shape(geojson)
    metres = math.pi / 180 * RADIUS
    _, south, _, north = area.bounds
    east = metres * math.cos(math.radians((south + north) / 2))
    flat = affinity.affine_transform(area, [east, 0, 0, metres, 0, 0])
    halo = affinity.affine_transform(flat.buffer(margin, quad_segs=8), [1 / east, 0, 0, 1 / metres, 0, 0])
    return Area(area, halo.union(area), dwell_s)


def great_circle(a: Fix, b: Fix) -> float:
    p, q = math.radians(a[1]), math.radians(b[1])
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(math.radians(b[2] - a[2]))
    return RADIUS * math.acos(max(-1.0, min(1.0, cosine)))


def is_known(a: Fix, b: Fix, longest_gap: float, max_speed: float = 60.0, slack: float = 30.0) -> bool:
    dt = b[0] - a[0]
    return dt <= longest_gap and great_circle(a, b) <= slack + max_speed * dt


Event = tuple[str, float]


def events(
    fixes: Sequence[Fix], fence: Area, longest_gap: float = 300.0, follows: Sequence[bool] | None = None
) -> list[Event]:
    """Kind and epoch seconds of what happened at one fence, in order. `follows[i]`: no jump was left out before fix i."""
    found: list[Event] = []
    entered: float | None = None
    west, south, east, north = fence.box

    def dwell(known_until: float) -> None:
        """A dwell that is due by then, while inside."""
        if entered is None or fence.dwell_s is None or told[0]:
            return
        if entered + fence.dwell_s <= known_until:
            told[0] = True
            found.append(("dwell", entered + fence.dwell_s))

    told = [False]
    for i, (t, lat, lng) in enumerate(fixes):
        known = i > 0 and is_known(fixes[i - 1], fixes[i], longest_gap) and (follows is None or follows[i])
        if entered is None:
            last = fixes[i - 1] if known else fixes[i]
            if max(lng, last[2]) < west or min(lng, last[2]) > east or max(lat, last[1]) < south:
                continue
            if min(lat, last[1]) > north:
                continue
        line = None
        if known and (fixes[i - 1][1:] != fixes[i][1:]):
            line = LineString([(fixes[i - 1][2], fixes[i - 1][1]), (lng, lat)])
        here = Point(lng, lat)
        touches = fence.in_area.intersects(here) or (line is not None and fence.in_area.intersects(line))
        if entered is None and touches:
            share = 1.0 if line is None else min(shares(line, fence.area), default=1.0)
            entered = t if i == 0 or not known else fixes[i - 1][0] + share * (t - fixes[i - 1][0])
            told[0] = False
            found.append(("entry", entered))
        if entered is not None and not fence.in_halo.intersects(here):
            share = 1.0 if line is None else max(shares(line, fence.halo), default=0.0)
            left = t if not known else fixes[i - 1][0] + share * (t - fixes[i - 1][0])
            dwell(left)
            found.append(("exit", left))
            entered = None
        elif entered is not None:
            dwell(t)
    return found


def shares(line: LineString, area: BaseGeometry) -> list[float]:
    """Where along the line, 0 to 1, the parts of it that lie in the area begin and end."""
    met = line.intersection(area)
    parts = getattr(met, "geoms", [met])
    points = [Point(at) for part in parts if not part.is_empty for at in part.coords]
    return [line.project(point, normalized=True) for point in points]
