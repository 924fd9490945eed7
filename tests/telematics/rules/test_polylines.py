"""Encoded polylines against the reference library, and the tolerance of simplification."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polyline
from hypothesis import given, settings, strategies as st

from motorpool.telematics.rules.polylines import encoded, simplified
from motorpool.telematics.rules.track import haversine

places = st.tuples(st.integers(-9_000_000, 9_000_000), st.integers(-18_000_000, 18_000_000))


@given(st.lists(st.lists(places, min_size=1, max_size=8), min_size=1, max_size=5))
def test_encodes_as_the_library_does(lines: list[list[tuple[int, int]]]) -> None:
    points = np.array([point for one in lines for point in one]) / 1e5
    starts = np.cumsum([0] + [len(one) for one in lines[:-1]])
    expected = [polyline.encode([(a / 1e5, b / 1e5) for a, b in one], 5) for one in lines]
    assert encoded(points[:, 0], points[:, 1], starts) == expected


def test_the_example_of_the_format() -> None:
    lat, lng = np.array([38.5, 40.7, 43.252]), np.array([-120.2, -120.95, -126.453])
    assert encoded(lat, lng, np.array([0])) == ["_p~iF~ps|U_ulLnnqC_mqNvxq`@"]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 300), st.sampled_from([1.0, 5.0, 20.0]))
def test_a_simplified_line_strays_no_further_than_allowed(seed: int, many: int, tolerance: float) -> None:
    random = np.random.default_rng(seed)
    lat = 37 + np.cumsum(random.normal(0, 1e-4, many))
    lng = -122 + np.cumsum(random.normal(1e-4, 1e-4, many))
    keep = simplified(lat, lng, np.array([0, many - 1]), tolerance)
    assert keep[0]
    assert keep[-1]
    corners = np.flatnonzero(keep)
    for low, high in pairwise(corners):
        # Points of the chord, closely spaced: every fix between has one near.
        share = np.linspace(0, 1, 400)[:, None]
        chord = haversine(
            lat[low] + share * (lat[high] - lat[low]),
            lng[low] + share * (lng[high] - lng[low]),
            lat[low : high + 1],
            lng[low : high + 1],
        )
        assert chord.min(axis=0).max() <= tolerance + 1.0


def test_a_straight_line_needs_its_ends_only_and_corners_stay() -> None:
    lng = np.linspace(0, 0.01, 50)
    assert np.flatnonzero(simplified(np.zeros(50), lng, np.array([0, 20, 49]), 5.0)).tolist() == [0, 20, 49]


def test_there_and_back_keeps_the_turn() -> None:
    lng = np.array([0, 0.001, 0.002, 0.001, 0])
    assert np.flatnonzero(simplified(np.zeros(5), lng, np.array([0, 4]), 5.0)).tolist() == [0, 2, 4]
