"""How far a vehicle is from the line that was planned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .track import EARTH_RADIUS, Floats

#: Cells of a block of the distance table (fixes by legs of the line): 16 MB for each of its arrays.
CELLS = 2_000_000


def metres_beside(lat: Floats, lng: Floats, line_lat: Floats, line_lng: Floats) -> Floats:
    """Metres from each point to the nearest place of a line, shape (n,); in a local plane, good within some hundred kilometres.

    Raises: ValueError for a line without a point.
    """
    if not len(line_lat):
        raise ValueError("the line has no point")
    if len(line_lat) == 1:
        line_lat, line_lng = np.repeat(line_lat, 2), np.repeat(line_lng, 2)
    scale = np.radians(1.0) * EARTH_RADIUS
    nearest = np.empty(len(lat))
    step = max(1, CELLS // (len(line_lat) - 1))
    for start in range(0, len(lat), step):
        part = slice(start, start + step)
        north, east = lat[part, None], lng[part, None]
        shrink = np.cos(np.radians(north))

        # The plane's origin is the fix itself, so distances near it are right.
        ax, ay = _east(line_lng[None, :-1] - east) * shrink * scale, (line_lat[None, :-1] - north) * scale
        bx, by = _east(line_lng[None, 1:] - east) * shrink * scale, (line_lat[None, 1:] - north) * scale
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        along = np.clip(-(ax * dx + ay * dy) / np.where(length > 0, length, 1.0), 0.0, 1.0)
        nearest[part] = np.hypot(ax + along * dx, ay + along * dy).min(axis=1)
    return nearest


def _east(degrees: Floats) -> Floats:
    """A difference of longitudes, the short way round."""
    return np.asarray((degrees + 180.0) % 360.0 - 180.0, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Deviation:
    """Metres beside the line now and at most; `since` is when the vehicle left it (epoch seconds), None: it is on it."""

    now_m: float
    most_m: float
    since: float | None


def deviation(t: Floats, beside_m: Floats, threshold_m: float) -> Deviation | None:
    """From the distance of each fix in order of time; None without a fix."""
    if not len(t):
        return None
    off = beside_m > threshold_m
    since = None
    if off[-1]:
        on = np.flatnonzero(~off)
        since = float(t[on[-1] + 1] if len(on) else t[0])
    return Deviation(float(beside_m[-1]), float(beside_m.max()), since)
