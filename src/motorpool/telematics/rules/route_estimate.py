"""What driving takes when no map of the roads is there: an estimate from the straight line, and labelled as one.

Distance: great circle times a circuity factor. R. H. Ballou, H. Rahardja and N. Sakai ("Selected country circuity factors for
road travel distance estimation", Transportation Research A 36, 2002) found 1.20 for the United States and 1.46 for Europe on
long trips; town trips lie between. Time: the first kilometres of a leg are driven in town, the next ones on larger streets, the
rest on main roads. The speeds are our assumption; a real network is asked through `routing/valhalla.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .track import Floats, haversine

CIRCUITY = 1.3
#: Kilometres of a leg that are driven at a speed (km/h), from the first on.
BANDS = ((3.0, 27.0), (12.0, 45.0), (np.inf, 80.0))
#: Heavy vehicles are slower away and kept below the limit of cars.
TRUCK_FACTOR = 1.15


def estimated_metres(lat1: ArrayLike, lng1: ArrayLike, lat2: ArrayLike, lng2: ArrayLike) -> Floats:
    """Road distance in metres between points in degrees; arguments broadcast."""
    return np.asarray(haversine(lat1, lng1, lat2, lng2) * CIRCUITY, dtype=np.float64)


def estimated_seconds(metres: ArrayLike, *, truck: bool = False) -> Floats:
    """Driving time in seconds for road distances in metres; grows with the distance."""
    left = np.asarray(metres, np.float64) / 1000.0
    hours = np.zeros_like(left)
    for width, speed in BANDS:
        part = np.minimum(left, width)
        hours += part / speed
        left = left - part
    return np.asarray(hours * 3600.0 * (TRUCK_FACTOR if truck else 1.0), dtype=np.float64)


def estimated_matrix(lat: ArrayLike, lng: ArrayLike, *, truck: bool = False) -> tuple[Floats, Floats]:
    """Metres and seconds from each place (row) to each place (column); shape (n, n), zero on the diagonal."""
    north: NDArray[Any] = np.asarray(lat, np.float64)
    east: NDArray[Any] = np.asarray(lng, np.float64)
    metres = estimated_metres(north[:, None], east[:, None], north[None, :], east[None, :])
    np.fill_diagonal(metres, 0.0)
    return metres, estimated_seconds(metres, truck=truck)
