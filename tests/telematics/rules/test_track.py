"""Columns of a track, and the geometry on them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from motorpool.telematics.rules.track import EARTH_RADIUS, Track, bearing, haversine


def test_distances_on_the_sphere() -> None:
    degree = EARTH_RADIUS * math.pi / 180
    assert haversine(0, 0, 0, 1) == pytest.approx(degree)
    assert haversine(0, 0, 90, 0) == pytest.approx(90 * degree)
    assert haversine(0, 179.5, 0, -179.5) == pytest.approx(degree)
    assert haversine(0, 0, 0, 180) == pytest.approx(180 * degree)
    assert haversine(60, 0, 60, 1e-5) == pytest.approx(degree * 0.5e-5, rel=1e-6)
    # Paris to London by the coordinates of their airports, 348 km by the airlines' calculators.
    assert haversine(49.0097, 2.5479, 51.4700, -0.4543) == pytest.approx(348_000, rel=0.01)


def test_bearings() -> None:
    assert bearing([0, 0, 0, 0], [0, 0, 0, 0], [1, 0, -1, 0], [0, 1, 0, -1]).tolist() == [0, 90, 180, 270]


def test_of_sorts_and_keeps_one_fix_per_time_whatever_the_order_of_arrival() -> None:
    rows = [
        (30.0, 3.0, 7.0, math.nan),
        (10.0, 1.0, 7.0, 5.0),
        (30.0, 2.0, 7.0, 4.0),
        (20.0, 9.0, 7.0, math.nan),
    ]
    for turn in range(len(rows)):
        t, lat, lng, speed = zip(*(rows[turn:] + rows[:turn]), strict=True)
        track = Track.of(t, lat, lng, speed=speed)
        assert track.t.tolist() == [10, 20, 30]
        assert track.lat.tolist() == [1, 9, 2]
        assert track.engine.tolist() == [-1, -1, -1]
        assert np.isnan(track.odometer).all()


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("t", {"t": [2.0, 1.0]}),
        ("t", {"t": [1.0, 1.0]}),
        ("t", {"t": [1.0, math.nan]}),
        ("lat", {"lat": [0.0, math.inf]}),
        ("lng", {"lng": [0.0, math.nan]}),
        ("speed", {"speed": [0.0]}),
    ],
)
def test_a_broken_column_is_named(name: str, columns: dict[str, list[float]]) -> None:
    good = {key: [0.0, 1.0] for key in ("t", "lat", "lng", "speed", "heading", "engine", "odometer")}
    with pytest.raises(ValueError, match=f"^{name} "):
        Track(**{key: np.array(values) for key, values in (good | columns).items()})  # type: ignore[arg-type]
