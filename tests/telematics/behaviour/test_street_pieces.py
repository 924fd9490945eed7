"""Streets out of GeoJSON: what is read of the properties, and pieces that are short enough."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.speed_limits import cell_of, cells_round
from motorpool.telematics.rules.street_pieces import LONGEST, pieces_of


def feature(coordinates, kind="LineString", **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


LINE = [[-122.42, 37.77], [-122.41, 37.77]]


def test_properties() -> None:
    [osm, city, none] = pieces_of(
        [
            feature(LINE, osm_id="5", name="Bay St", maxspeed="25 mph", oneway="yes"),
            feature(LINE, OBJECTID=7, STREET="x", street_name="Oak", limit_mph=30),
            feature(LINE, maxspeed=None),
        ]
    )
    assert (osm.source_ref, osm.name, osm.limit_kph, osm.one_way) == (
        "5",
        "Bay St",
        pytest.approx(40.2336),
        True,
    )
    assert (city.source_ref, city.name, city.limit_kph, city.one_way) == (
        "7",
        "Oak",
        pytest.approx(48.28, abs=0.01),
        False,
    )
    assert (none.source_ref, none.limit_kph) == ("line 2", None)


def test_one_way_against_the_line_is_turned_round() -> None:
    [piece] = pieces_of([feature(LINE, oneway="-1")])
    assert piece.one_way and json.loads(piece.path)["coordinates"] == LINE[::-1]


def test_parts_of_one_street_are_numbered() -> None:
    many = feature([LINE, [[-122.4, 37.77], [-122.39, 37.77]]], "MultiLineString", osm_id=1)
    assert [(one.source_ref, one.part) for one in pieces_of([many, feature(LINE, osm_id=1)])] == [
        ("1", 0),
        ("1", 1),
        ("1", 2),
    ]


def test_what_is_no_geojson_is_named_by_its_place() -> None:
    with pytest.raises(ValueError, match=r"features\[1\] is not a GeoJSON Feature"):
        pieces_of([feature(LINE), {"type": "Point"}])
    with pytest.raises(ValueError, match=r"features\[0\].geometry must be in degrees"):
        pieces_of([feature([[500000, 4100000], [500100, 4100000]])])
    with pytest.raises(ValueError, match=r"features\[0\].geometry cannot be read"):
        pieces_of([feature([[1]])])
    assert pieces_of([feature([1, 2], "Point")]) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-170, 170), st.floats(-80, 80)), min_size=2, max_size=6, unique=True))
def test_pieces_are_short_and_make_the_whole(points) -> None:
    near = [
        [points[0][0] + (x - points[0][0]) / 100, points[0][1] + (y - points[0][1]) / 100] for x, y in points
    ]
    pieces = [json.loads(one.path)["coordinates"] for one in pieces_of([feature(near)])]
    for made, path in zip(pieces_of([feature(near)]), pieces, strict=True):
        xs, ys = zip(*path, strict=True)
        assert max(xs) - min(xs) <= LONGEST + 1e-6 and max(ys) - min(ys) <= LONGEST + 1e-6
        # Whoever drives along it looks it up.
        for x, y in path:
            assert made.cell in cells_round([y], [x]) and int(cell_of(y, x)) > 0
    assert pieces[0][0] == pytest.approx(near[0], abs=1e-6) and pieces[-1][-1] == pytest.approx(
        near[-1], abs=1e-6
    )
    assert all(a[-1] == b[0] for a, b in pairwise(pieces))
