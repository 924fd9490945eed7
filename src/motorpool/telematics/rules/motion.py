"""The live state of a vehicle: moving, idling or stopped, since when, and where it is heading."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .definition import TripDefinition
from .results import Motion, State
from .track import Track, bearing

HEADING_BASE = 20.0
"""m. A course is computed over at least this distance, so that noise does not turn the vehicle."""
LOOK_BACK = 512
"""Fixes that the live state looks back at most in a stop."""


def motion(
    track: Track,
    definition: TripDefinition,
    *,
    trip: int | None,
    stop_started_at: float,
    running_since: float | None,
) -> Motion:
    """The state at the last fix of a track without jumps, of at least one fix.

    `trip` is the first fix of the trip under way, or None if the last segment is a stop that began at
    `stop_started_at` and in which the engine runs since `running_since` (None: it does not, or is unknown).
    """
    n = len(track)
    begin = max(0, n - LOOK_BACK) if trip is None else trip
    away = track.distance(n - 1, slice(begin, n))
    speed = float(track.speed[-1])
    running, off = track.engine[-1] == 1, track.engine[-1] == 0
    standing: State = "idling" if running else "stopped"

    if trip is None:
        if speed >= definition.moving_speed and not off:
            state: State = "moving"
            slow = ~(track.speed[begin:] >= definition.moving_speed)
            since = max(stop_started_at, _tail_start(track, slow, begin))
        else:
            state, since = standing, stop_started_at if running_since is None else running_since
    else:
        still_since = _tail_start(track, away > definition.settle_radius, begin)
        if track.t[-1] - still_since >= definition.settle_duration and not speed >= definition.moving_speed:
            state, since = standing, still_since
        else:
            state, since = "moving", float(track.t[trip])

    heading, source = _heading(track, away, begin)
    return Motion(
        state=state,
        since=since,
        t=float(track.t[-1]),
        latitude=float(track.lat[-1]),
        longitude=float(track.lng[-1]),
        heading=heading,
        heading_source=source,
        speed=None if np.isnan(speed) else speed,
        trip_started_at=None if trip is None else float(track.t[trip]),
    )


def _tail_start(track: Track, breaks: np.ndarray[tuple[int], np.dtype[np.bool_]], begin: int) -> float:
    """Time of the first fix after the last one, from `begin` on, that breaks the present state."""
    at = np.flatnonzero(breaks)
    return float(track.t[begin + (int(at[-1]) + 1 if len(at) else 0)])


def _heading(
    track: Track, away: np.ndarray[tuple[int], np.dtype[np.float64]], begin: int
) -> tuple[float | None, Literal["device", "computed"] | None]:
    said = float(track.heading[-1])
    if not np.isnan(said):
        return said % 360.0, "device"
    apart = np.flatnonzero(away >= HEADING_BASE)
    if not len(apart):
        return None, None
    back = begin + int(apart[-1])
    course = bearing(track.lat[back], track.lng[back], track.lat[-1], track.lng[-1])
    return round(float(course), 1), "computed"
