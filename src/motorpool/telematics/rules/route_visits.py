"""Which stops of a route a vehicle called at, when, and when it will reach the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .route_timetable import Call, Window, timetable
from .track import Floats, haversine

Status = Literal["pending", "arrived", "completed", "skipped"]
#: Shorter than this at a stop is passing by, in seconds.
DWELL_S = 60.0
#: Stops nearer to each other than this are one place that is called at several times, in metres.
SAME_PLACE_M = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """A stop: degrees, and how many metres round it count as there."""

    lat: float
    lng: float
    radius_m: float = 100.0


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of a stop; epoch seconds. `departed` is None while the vehicle is there."""

    status: Status
    arrived: float | None = None
    departed: float | None = None


def visits(
    t: Floats, lat: Floats, lng: Floats, places: Sequence[Place], dwell_s: float = DWELL_S
) -> list[Visit]:
    """A visit for each place, from fixes in order of time (epoch seconds, degrees).

    A stay is an unbroken run of fixes within a place's radius from whose first to whose last at least `dwell_s` pass; the first stay
    counts. Where a place stands in the list several times, its stays are shared out in order. A place without a stay is skipped when
    one after it in the list has one.
    """
    stays: list[tuple[float, float | None] | None] = []
    taken: list[tuple[Place, int]] = []
    for place in places:
        stays.append(None)
        for first, last in _runs(haversine(place.lat, place.lng, lat, lng) <= place.radius_m):
            if t[last] - t[first] < dwell_s or any(
                run == first and _same(place, other) for other, run in taken
            ):
                continue
            taken.append((place, first))
            stays[-1] = float(t[first]), float(t[last]) if last + 1 < len(t) else None
            break
    made = [number for number, stay in enumerate(stays) if stay]
    furthest = made[-1] if made else -1
    return [
        Visit("skipped" if number < furthest else "pending")
        if stay is None
        else Visit("arrived" if stay[1] is None else "completed", *stay)
        for number, stay in enumerate(stays)
    ]


def _runs(inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First and last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype(np.int8), [0]))))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _same(a: Place, b: Place) -> bool:
    return bool(haversine(a.lat, a.lng, b.lat, b.lng) <= SAME_PLACE_M)


def remaining(made: Sequence[Visit]) -> list[int]:
    """Places still to be called at, in order."""
    return [number for number, visit in enumerate(made) if visit.status == "pending"]


def expected(
    now: float,
    made: Sequence[Visit],
    first_leg_s: float,
    legs_s: Sequence[float],
    service_s: Sequence[float],
    windows: Sequence[Window],
) -> dict[int, Call]:
    """When the remaining places will be reached, on the clock of `now` (epoch seconds).

    first_leg_s: from where the vehicle is to the first remaining place. legs_s, service_s, windows: of all places as planned; a leg
    leads to its place from the one before it in the list. Where the vehicle stands at a place, the rest of its planned time there
    comes first.
    """
    ahead = remaining(made)
    if not ahead:
        return {}
    begins = now
    for number, visit in enumerate(made):
        if visit.status == "arrived" and visit.arrived is not None:
            begins = max(begins, visit.arrived + service_s[number])
    legs = [first_leg_s, *(legs_s[number] for number in ahead[1:])]
    calls = timetable(begins, legs, [service_s[i] for i in ahead], [windows[i] for i in ahead])
    return dict(zip(ahead, calls, strict=True))
