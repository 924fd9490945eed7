"""Speeding: intervals in which a vehicle was faster than the lowest limit that is known to hold. Pure.

Only speeds that the device said count: the mean speed between two fixes says nothing about the place in between. At each fix of a
trip the limit is the lowest of the vehicle's own, that of the geofences round the fix, and the street's; where none is known there is
no speeding. A fix is *over* if its speed exceeds the limit plus the tolerance. An interval is a longest sequence of neighbouring
fixes of one trip that are all over and at most MAX_GAP_S apart. It is an event if it lasts, from its first to its last fix, at
least the minimum duration (so one fix alone never is); it is reported by the fix at which the limit was exceeded by the greatest
share, the earliest of equals. (Samsara and Geotab report intervals with their maximum, too.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .behaviour import Event, LimitSource, Thresholds, speeding_severity
from .behaviour_runs import Spans, inside, runs
from .track import Floats, Track

MAX_GAP_S = 120.0
"""s. Two fixes further apart are not one interval: nobody saw what was between."""
SOURCES: tuple[LimitSource, ...] = ("vehicle", "geofence", "street")


def effective_limit(
    n: int, vehicle: float | None, geofence: Floats | None, street: Floats | None
) -> tuple[Floats, NDArray[np.int8]]:
    """The lowest known limit at each of n fixes in km/h (NaN: none is known), and which of SOURCES it is."""
    stack = np.full((3, n), np.inf)
    if vehicle is not None:
        stack[0] = vehicle
    for row, limits in ((1, geofence), (2, street)):
        if limits is not None:
            stack[row] = np.where(np.isnan(limits), np.inf, limits)
    source = stack.argmin(axis=0).astype(np.int8)
    lowest = stack.min(axis=0)
    return np.where(np.isinf(lowest), np.nan, lowest), source


def speeding_events(
    track: Track,
    spans: Spans,
    limit_kph: Floats,
    source: NDArray[np.int8],
    thresholds: Thresholds,
) -> list[Event]:
    """Speeding within the spans (first and last fix of each trip), in order of time."""
    kph = track.speed * 3.6
    with np.errstate(invalid="ignore"):
        over = kph > limit_kph + thresholds.speeding_tolerance_kph
    if not over.any():
        return []
    joined = over[:-1] & over[1:] & (track.leg_s <= MAX_GAP_S)
    joined &= inside(len(joined), spans)
    events = []
    for start, end in runs(joined, spans):
        duration = float(track.t[end] - track.t[start])
        if duration < thresholds.speeding_min_s:
            continue
        share = kph[start : end + 1] / limit_kph[start : end + 1]
        worst = start + int(share.argmax())
        limit = float(limit_kph[worst])
        events.append(
            Event(
                kind="speeding",
                started_at=float(track.t[start]),
                duration=duration,
                severity=speeding_severity((float(share.max()) - 1) * 100, thresholds),
                latitude=float(track.lat[worst]),
                longitude=float(track.lng[worst]),
                speed=float(track.speed[worst]),
                limit_kph=limit,
                limit_source=SOURCES[int(source[worst])],
            )
        )
    return events
