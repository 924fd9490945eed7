"""Limits of streets and fences: by hand, and against the real streets of San Francisco."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from motorpool.telematics.rules.speed_limits import (
    METRES_PER_DEGREE,
    LimitedFence,
    Streets,
    cell_of,
    cells_round,
    fence_limits,
    parse_maxspeed,
)

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


def test_fences() -> None:
    area = shapely.box(-122.01, 37.0, -122.0, 37.01)
    fences = [
        LimitedFence(30, None, area),
        LimitedFence(20, (37.005, -122.005, 100), None),
    ]
    lat, lng = np.array([37.005, 37.008, 37.02]), np.array([-122.005, -122.005, -122.005])
    assert fence_limits(fences, lat, lng).tolist()[:2] == [20, 30]
    assert np.isnan(fence_limits(fences, lat, lng)[2])
    assert np.isnan(fence_limits([], lat, lng)).all()


def test_squares() -> None:
    assert len(cells_round(np.array([37.77]), np.array([-122.42]))) == 9
    assert int(cell_of(37.77, -122.42)) in cells_round(np.array([37.77]), np.array([-122.42]))
    assert int(cell_of(90, 180)) < 2**31
