"""Limits of streets and fences: by hand, and against the real streets of San Francisco."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import shapely

from motorpool.telematics.rules.geofence_shapes import FenceRow, Fences
from motorpool.telematics.rules.speed_limits import (
    CELL,
    ROW,
    Streets,
    cell_of,
    cells_round,
    fence_limits,
    parse_maxspeed,
    street_limits,
)
from motorpool.telematics.rules.track import METRES_PER_DEGREE

FILE = Path(__file__).resolve().parents[2] / "data" / "streets" / "sf_streets.geojson.gz"


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("25 mph", 40.2336), ("50", 50), (50, 50), ("80 km/h", 80), ("50;30", 50), ("10 knots", 18.52),
        ("none", None), ("signals", None), ("DE:urban", None), (None, None), ("", None), ("0", None), (True, None), ("900", None),
    ],
)  # fmt: skip
def test_maxspeed(text, kph) -> None:
    assert parse_maxspeed(text) == (kph if kph is None else pytest.approx(kph))


def street(
    *, north: float = 0, east: float = 0, limit: float = 50, along_north: bool = False, one_way: bool = False
):
    """A line of 1 km through a point so many metres from (0, 0)."""
    y, x = north / METRES_PER_DEGREE, east / METRES_PER_DEGREE
    half = 500 / METRES_PER_DEGREE
    ends = [(x, y - half), (x, y + half)] if along_north else [(x - half, y), (x + half, y)]
    return shapely.LineString(ends), limit, one_way


def limit_at(streets, *, north: float = 0, east: float = 0, heading: float = 90) -> float | None:
    lines, limits, one_way = zip(*streets, strict=True)
    index = Streets.of(np.array(lines), np.array(limits, float), np.array(one_way), (0.0, 0.0))
    [found] = index.limits(
        np.array([north / METRES_PER_DEGREE]), np.array([east / METRES_PER_DEGREE]), np.array([heading])
    )
    return None if np.isnan(found) else float(found)


def test_the_nearest_street_that_runs_the_same_way() -> None:
    streets = [street(limit=50), street(along_north=True, limit=30)]
    assert limit_at(streets, north=8, east=200) == 50
    assert limit_at(streets, north=8, east=200, heading=270) == 50  # both ways
    assert limit_at(streets, north=3, east=2, heading=0) == 30  # on the crossing, driving north
    assert limit_at(streets, north=8, east=200, heading=45) is None
    assert limit_at(streets, north=25, east=200) is None  # too far
    assert limit_at(streets, north=8, east=200, heading=np.nan) is None


def test_one_way_streets() -> None:
    streets = [street(limit=50, one_way=True)]
    assert limit_at(streets, heading=90) == 50 and limit_at(streets, heading=270) is None


def test_in_doubt_nobody_is_accused() -> None:
    slow, fast, unknown = street(limit=50), street(limit=90, north=10), street(limit=np.nan, north=10)
    assert limit_at([slow, fast], north=4) == 90  # 4 and 6 m away: the higher one
    assert limit_at([slow, fast], north=-4) == 50  # 4 and 14 m away: the nearest
    assert limit_at([slow, unknown], north=4) is None
    assert limit_at([slow, unknown], north=-4) == 50


def test_real_streets() -> None:
    """A fix in the middle of a street that carries a limit, driven along, gets that limit, a higher one, or none."""
    features = json.loads(gzip.decompress(FILE.read_bytes()))["features"]
    limits = np.array([parse_maxspeed(one["properties"]["maxspeed"]) or np.nan for one in features])
    lines = shapely.from_geojson(np.array([json.dumps(one["geometry"]) for one in features], object))
    one_way = np.array([one["properties"]["oneway"] == "yes" for one in features])
    assert len(features) == 8049 and int((~np.isnan(limits)).sum()) == 1882
    index = Streets.of(lines, limits, one_way, (37.77, -122.42))
    known = np.flatnonzero(~np.isnan(limits))
    coordinates = [shapely.get_coordinates(lines[at])[:2] for at in known]
    a, b = (np.array([one[end] for one in coordinates]) for end in (0, 1))
    middle = (a + b) / 2
    east = (b - a)[:, 0] * np.cos(np.radians(37.77))
    heading = np.degrees(np.arctan2(east, (b - a)[:, 1])) % 360
    found = index.limits(middle[:, 1], middle[:, 0], heading)
    told = ~np.isnan(found)
    assert told.mean() > 0.75
    assert (found[told] >= limits[known][told] - 1e-9).all()
    assert np.isclose(found[told], limits[known][told]).mean() > 0.97


def test_each_row_of_squares_has_a_plane_of_its_own() -> None:
    """Streets 19 m to the west, far north and at the equator: looked up together as each alone."""
    lat, nowhere = np.array([60.01, 0.01]), np.zeros(2)
    rows = {}
    for north in lat.tolist():
        west = -19 / METRES_PER_DEGREE / np.cos(np.radians(north))
        lines = np.array([shapely.LineString([(west, north - 0.01), (west, north + 0.01)])], object)
        row = int(cell_of(north, 0)) // ROW
        middle = (row + 0.5) * CELL - 90
        rows[row] = Streets.of(lines, np.array([50.0]), np.array([False]), (middle, 0.0))
        off = Streets.of(lines, np.array([50.0]), np.array([False]), (30.0, 0.0))
        assert np.isnan(off.limits(lat, nowhere, nowhere)).all() == (north > 30)
    assert street_limits(rows, lat, nowhere, nowhere).tolist() == [50, 50]
    assert np.isnan(street_limits({}, lat, nowhere, nowhere)).all()


def test_fences() -> None:
    ring = [[-122.01, 37.0], [-122.0, 37.0], [-122.0, 37.01], [-122.01, 37.01], [-122.01, 37.0]]
    area = {"type": "Polygon", "coordinates": [ring]}
    fences = Fences.of(
        [
            FenceRow(uuid4(), None, None, area, limit_kph=30),
            FenceRow(uuid4(), (37.005, -122.005), 100, None, limit_kph=20),
            FenceRow(uuid4(), None, None, area),
        ],
        25.0,
    )
    lat, lng = np.array([37.005, 37.008, 37.0101]), np.array([-122.005, -122.005, -122.005])
    first = np.zeros(3, np.intp)
    everyone = np.ones((1, 3), np.bool_)
    found = fence_limits(fences, first, lat, lng, everyone)
    assert found.tolist()[:2] == [20, 30]
    assert np.isnan(found[2]), "within the margin of the area is outside"
    # The second vehicle has nothing to do with the circle; a third one is nowhere.
    allowed = np.array([[True, True, True], [True, False, True], [True, True, True]])
    assert fence_limits(fences, first + 1, lat, lng, allowed).tolist()[:2] == [30, 30]
    assert np.isnan(fence_limits(Fences.of([], 25.0), first, lat, lng, everyone[:, :0])).all()


def test_squares() -> None:
    assert len(cells_round(np.array([37.77]), np.array([-122.42]))) == 9
    assert int(cell_of(37.77, -122.42)) in cells_round(np.array([37.77]), np.array([-122.42]))
    assert int(cell_of(90, 180)) < 2**31
