"""Which toll plazas a track passes, and when: each passing once.

A leg of the track passes a plaza when it comes within `radius_m` of it and goes the way that is tolled. Legs of one
passing are those between which the vehicle did not go farther away than `leave_m`: waiting in the queue, or a fix a second
in front of the booth, is one passing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from motorpool.telematics.rules.track import EARTH_RADIUS, bearing, haversine

Floats = NDArray[np.float64]
#: How far the way of a leg may be off the tolled direction, degrees.
WAY_DEGREES = 75.0
#: A vehicle has left a plaza when it was this far away, metres.
LEAVE_M = 1_000.0
#: Over a longer silence nobody knows the way, seconds.
LONGEST_LEG_S = 600.0
#: A shorter leg is noise of a standing vehicle and has no direction, metres.
SHORTEST_LEG_M = 5.0
DIRECTIONS = {name: index * 45.0 for index, name in enumerate(("N", "NE", "E", "SE", "S", "SW", "W", "NW"))}


@dataclass(frozen=True, slots=True)
class Passing:
    """`plaza`: its place in the list that was given; `t`: epoch seconds of the nearest point; `off_m`: how near that was."""

    plaza: int
    t: float
    off_m: float


def heading_of(direction: str | None) -> float | None:
    """Degrees of `N`, `NE`, `northbound`, `Westbound`; None for both ways or what cannot be read."""
    if not direction:
        return None
    text = direction.strip().upper().removesuffix("BOUND").removesuffix("/")
    words = {"NORTH": "N", "EAST": "E", "SOUTH": "S", "WEST": "W", "NB": "N", "EB": "E", "SB": "S", "WB": "W"}
    return DIRECTIONS.get(words.get(text, text))


def passings(
    t: ArrayLike,
    latitude: ArrayLike,
    longitude: ArrayLike,
    plazas: list[tuple[float, float, str | None]],
    *,
    radius_m: float,
    leave_m: float = LEAVE_M,
) -> list[Passing]:
    """Passings in order of time. Fixes in order of time, epoch seconds and degrees; plazas as (latitude, longitude, direction).

    Straight lines between fixes, on a plane that touches the earth at the plaza.
    """
    times, lat, lng = (np.asarray(column, dtype=np.float64) for column in (t, latitude, longitude))
    if len(times) < 2 or not plazas:
        return []
    leg_m = haversine(lat[:-1], lng[:-1], lat[1:], lng[1:])
    way = bearing(lat[:-1], lng[:-1], lat[1:], lng[1:])
    usable = (np.diff(times) <= LONGEST_LEG_S) & (leg_m >= SHORTEST_LEG_M)
    found: list[Passing] = []
    for index, (plaza_lat, plaza_lng, direction) in enumerate(plazas):
        along, off = _nearest_on_legs(lat, lng, plaza_lat, plaza_lng)
        hit = usable & (off <= radius_m)
        if (wanted := heading_of(direction)) is not None:
            hit &= np.abs((way - wanted + 180.0) % 360.0 - 180.0) <= WAY_DEGREES
        hits = np.flatnonzero(hit)
        if len(hits) == 0:
            continue
        # Between two hits it had left when one of the fixes between them is far away.
        far = (_distance(lat, lng, plaza_lat, plaza_lng) > leave_m).cumsum()
        group = np.concatenate(([0], np.cumsum(far[hits[1:]] > far[hits[:-1]])))
        for number in range(group[-1] + 1):
            legs = hits[group == number]
            best = legs[np.argmin(off[legs])]
            at = times[best] + along[best] * (times[best + 1] - times[best])
            found.append(Passing(index, float(at), float(off[best])))
    return sorted(found, key=lambda one: (one.t, one.plaza))


def _distance(lat: Floats, lng: Floats, plaza_lat: float, plaza_lng: float) -> Floats:
    x, y = _plane(lat, lng, plaza_lat, plaza_lng)
    return np.asarray(np.hypot(x, y))


def _plane(lat: Floats, lng: Floats, at_lat: float, at_lng: float) -> tuple[Floats, Floats]:
    """Metres east and north of a point."""
    metres = np.pi / 180.0 * EARTH_RADIUS
    east = (lng - at_lng + 180.0) % 360.0 - 180.0
    return east * metres * np.cos(np.radians(at_lat)), (lat - at_lat) * metres


def _nearest_on_legs(lat: Floats, lng: Floats, plaza_lat: float, plaza_lng: float) -> tuple[Floats, Floats]:
    """For each leg: how far along it (0 to 1) it comes nearest to the plaza, and how near, metres."""
    x, y = _plane(lat, lng, plaza_lat, plaza_lng)
    dx, dy = np.diff(x), np.diff(y)
    length = dx * dx + dy * dy
    with np.errstate(divide="ignore", invalid="ignore"):
        along = np.where(length > 0, -(x[:-1] * dx + y[:-1] * dy) / length, 0.0)
    along = np.clip(along, 0.0, 1.0)
    return along, np.asarray(np.hypot(x[:-1] + along * dx, y[:-1] + along * dy))
