"""The path of one vehicle as columns, and the geometry on it.

Everything here is vectorised. Latitudes and longitudes are WGS 84 degrees, distances metres, times seconds,
speeds metres per second, bearings degrees clockwise from north. On the sphere of mean radius a distance is
off by at most 0.6 % against the ellipsoid, which is below what a fix is worth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

EARTH_RADIUS = 6_371_008.8
"""Mean radius R1 of the earth in metres (H. Moritz, Geodetic Reference System 1980, J. Geodesy 74, 2000)."""
METRES_PER_DEGREE = np.pi * EARTH_RADIUS / 180
"""Of latitude."""


def haversine(lat1: ArrayLike, lng1: ArrayLike, lat2: ArrayLike, lng2: ArrayLike) -> Floats:
    """Great-circle distance in metres between points in degrees; arguments broadcast.

    The haversine formula (R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68, 1984), stable for
    small distances.
    """
    a, b = np.radians(np.asarray(lat1, float)), np.radians(np.asarray(lat2, float))
    half_lng = np.radians(np.asarray(lng2, float) - np.asarray(lng1, float)) / 2
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(half_lng) ** 2
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(h, 1.0))), dtype=np.float64)


def bearing(lat1: ArrayLike, lng1: ArrayLike, lat2: ArrayLike, lng2: ArrayLike) -> Floats:
    """Initial great-circle bearing from the first to the second point, in degrees [0, 360)."""
    a, b = np.radians(np.asarray(lat1, float)), np.radians(np.asarray(lat2, float))
    turn = np.radians(np.asarray(lng2, float) - np.asarray(lng1, float))
    east = np.sin(turn) * np.cos(b)
    north = np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(turn)
    return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Track:
    """Fixes of one vehicle in order of time: columns of equal length n.

    `t` is float64 epoch seconds, strictly increasing and finite; `lat` and `lng` are degrees, finite;
    `speed` (m/s), `heading` (degrees) and `odometer` (m) are NaN where the device did not say; `engine` is
    int8: 1 runs, 0 is off, -1 unknown. Raises ValueError naming the column that breaks this. `Track.of`
    sorts and fills what is missing.
    """

    t: Floats
    lat: Floats
    lng: Floats
    speed: Floats
    heading: Floats
    engine: NDArray[np.int8]
    odometer: Floats
    leg_m: Floats = field(init=False, repr=False)
    """Distance from each fix to the next in metres, length max(n - 1, 0)."""

    def __post_init__(self) -> None:
        n = len(self.t)
        for name in ("lat", "lng", "speed", "heading", "engine", "odometer"):
            if len(getattr(self, name)) != n:
                raise ValueError(
                    f"{name} has {len(getattr(self, name))} values, t has {n}: they must be equally long"
                )
        for name in ("t", "lat", "lng"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} must be finite everywhere")
        if n > 1 and not (np.diff(self.t) > 0).all():
            raise ValueError(
                "t must be strictly increasing: sort the fixes and keep one per time (Track.of does)"
            )
        object.__setattr__(self, "leg_m", haversine(self.lat[:-1], self.lng[:-1], self.lat[1:], self.lng[1:]))

    @classmethod
    def of(
        cls,
        t: ArrayLike,
        lat: ArrayLike,
        lng: ArrayLike,
        *,
        speed: ArrayLike | None = None,
        heading: ArrayLike | None = None,
        engine: ArrayLike | None = None,
        odometer: ArrayLike | None = None,
    ) -> Track:
        """A track from columns in any order; missing columns are unknown.

        Of several fixes with one time it keeps one, chosen by what it says (known speed first, then the
        smaller latitude, then longitude) and never by the order of arrival.
        """
        when = np.asarray(t, np.float64)

        def column(values: ArrayLike | None, unknown: float, dtype: Any) -> NDArray[Any]:
            return np.full(len(when), unknown, dtype) if values is None else np.asarray(values, dtype)

        north, east = np.asarray(lat, np.float64), np.asarray(lng, np.float64)
        pace = column(speed, np.nan, np.float64)
        order = np.lexsort((east, north, np.isnan(pace), when))
        order = order[np.diff(when[order], prepend=-np.inf) > 0]
        return cls(
            when[order],
            north[order],
            east[order],
            pace[order],
            column(heading, np.nan, np.float64)[order],
            column(engine, -1, np.int8)[order],
            column(odometer, np.nan, np.float64)[order],
        )

    def __len__(self) -> int:
        return len(self.t)

    def take(self, chosen: Flags | Indices | slice) -> Track:
        """The fixes chosen by a mask, by increasing indices or by a slice."""
        return Track(
            self.t[chosen],
            self.lat[chosen],
            self.lng[chosen],
            self.speed[chosen],
            self.heading[chosen],
            self.engine[chosen],
            self.odometer[chosen],
        )

    @property
    def leg_s(self) -> Floats:
        """Seconds from each fix to the next, length max(n - 1, 0)."""
        return np.diff(self.t)

    @property
    def leg_speed(self) -> Floats:
        """Mean speed from each fix to the next in m/s, as the crow flies."""
        return np.asarray(self.leg_m / self.leg_s, dtype=np.float64)

    def distance(self, origin: ArrayLike, others: ArrayLike | slice) -> Floats:
        """Metres from the fix or fixes `origin` to the fixes `others` (indices, which broadcast)."""
        return haversine(self.lat[origin], self.lng[origin], self.lat[others], self.lng[others])  # type: ignore[index]
