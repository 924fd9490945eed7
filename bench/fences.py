"""(g) Geofence events of a million positions by 5,000 fences, against a loop over the points with Shapely.

The loop is what one writes first: for each point the prepared fences that contain it, compared with those of the point
before. It says less than the rules do (no crossing between fixes, no margin, no dwell). It is measured on a sample of the
same points in the same run. A second loop asks an index for the fences near each point.
"""

from __future__ import annotations

import random
import time
from uuid import UUID

import numpy as np
import shapely
from shapely.prepared import prep

from bench.fixes import Fixes, recorded
from bench.table import Row
from motorpool.telematics.rules.geofence_shapes import FenceRow, Fences
from motorpool.telematics.rules.geofence_visits import NONE_OPEN, FenceDefinition, Paths, visits
from motorpool.telematics.rules.track import haversine

#: South, west, north, east: the fences lie evenly over the region of San Francisco, one on two square kilometres.
REGION = (37.2, -122.9, 38.2, -121.9)
PLAIN_SAMPLE, INDEXED_SAMPLE = 300, 20_000


def fence_rows(
    count: int, region: tuple[float, float, float, float] = REGION, seed: int = 5
) -> list[FenceRow]:
    """Circles of 50 to 300 m and polygons of that size, one each in turn; a dwell of five minutes."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        south, west, north, east = region
        lat, lng = round(chance.uniform(south, north), 8), round(chance.uniform(west, east), 8)
        radius = chance.randrange(50, 300)
        key = UUID(int=number + 1)
        if number % 2:
            rows.append(FenceRow(key, (lat, lng), radius, None, 300.0))
        else:
            angles = np.sort([chance.uniform(0, 2 * np.pi) for _ in range(8)])
            x, y = lng + radius / 88_000 * np.sin(angles), lat + radius / 111_195 * np.cos(angles)
            ring = [*zip(x.tolist(), y.tolist(), strict=True)]
            shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
            rows.append(FenceRow(key, None, None, shape, 300.0))
    return rows


def paths_of(fixes: Fixes, definition: FenceDefinition) -> Paths:
    """The fixes as the rules take them."""
    _, vehicle = np.unique(np.array(fixes.vehicle), return_inverse=True)
    order = np.lexsort((fixes.t, vehicle))
    vehicle, t = vehicle[order], fixes.t[order]
    lat, lng = fixes.latitude[order], fixes.longitude[order]
    keep = np.ones(len(t), bool)
    keep[1:] = (np.diff(t) > 0) | (np.diff(vehicle) != 0)
    vehicle, t, lat, lng = vehicle[keep], t[keep], lat[keep], lng[keep]
    known = np.zeros(len(t), bool)
    dt = np.diff(t)
    metres = haversine(lat[:-1], lng[:-1], lat[1:], lng[1:])
    known[1:] = (np.diff(vehicle) == 0) & (dt <= definition.longest_gap) & (metres <= 30 + 60 * dt)
    micros = np.rint(t * 1e6).astype(np.int64)
    return Paths(vehicle, micros, lat, lng, known, np.ones(len(t), bool))


def measure(rounds: int, points: int, fences: int = 5_000) -> tuple[list[Row], str]:
    """Points a second; the preparation of the fences is counted on neither side."""
    definition = FenceDefinition()
    paths = paths_of(recorded(points), definition)
    began = time.perf_counter()
    ready = Fences.of(fence_rows(fences), definition.margin)
    prepared_s = time.perf_counter() - began
    everyone = np.ones((1, 1), bool)
    ours, plain, indexed = [], [], []
    events = 0
    for number in range(rounds):
        began = time.perf_counter()
        found = visits(ready, paths, NONE_OPEN, everyone)
        ours.append(len(paths) / (time.perf_counter() - began))
        events = len(found) + int((found.left > 0).sum()) + int((found.dwelt > 0).sum())
        first = number * INDEXED_SAMPLE
        plain.append(plain_loop(ready, paths, first, PLAIN_SAMPLE))
        indexed.append(indexed_loop(ready, paths, first, INDEXED_SAMPLE))
    note = f"{len(paths):,} points, {fences:,} fences, {events:,} events; floor: {{}}"
    rows = [
        Row(
            "(g) fence events, bulk",
            ours,
            plain,
            "points/s",
            50,
            note.format("each point against each prepared fence"),
        ),
        Row(
            "(g) the same",
            ours,
            indexed,
            "points/s",
            0,
            note.format("a loop that asks an STRtree for each point"),
        ),
    ]
    return rows, f"Preparing {fences:,} fences takes {prepared_s * 1000:.0f} ms, once after a change."


def plain_loop(ready: Fences, paths: Paths, first: int, count: int) -> float:
    """Points a second."""
    shapes = [prep(shape) for shape in ready.areas]
    inside: set[int] = set()
    changes = 0
    began = time.perf_counter()
    for lng, lat in zip(paths.lng[first : first + count], paths.lat[first : first + count], strict=True):
        point = shapely.Point(lng, lat)
        now = {number for number, shape in enumerate(shapes) if shape.contains(point)}
        changes += len(now ^ inside)
        inside = now
    return count / (time.perf_counter() - began)


def indexed_loop(ready: Fences, paths: Paths, first: int, count: int) -> float:
    """Points a second."""
    tree = shapely.STRtree(ready.areas)
    inside: set[int] = set()
    changes = 0
    began = time.perf_counter()
    for lng, lat in zip(paths.lng[first : first + count], paths.lat[first : first + count], strict=True):
        now = set(tree.query(shapely.Point(lng, lat), predicate="within").tolist())
        changes += len(now ^ inside)
        inside = now
    return count / (time.perf_counter() - began)
