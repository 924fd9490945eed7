"""The life of a trouble code. Pure; times are epoch seconds.

A reading *speaks* when it has a list of codes, be it empty. A code is active from the first reading that carries it. It is
cleared by the earlier of

* the reading that makes it CLEAN_READINGS speaking readings without it, with the engine not known to be off, the last of
  them CLEAN_S or more after the code was last carried;
* the begin of the CLEAN_SPANS-th span of SPAN_S (counted from 1970, so that they lie the same for everybody) with the engine
  running after it, for devices that speak only while there is something to tell.

A reading that carries it after that begins a new occurrence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID, uuid5

import numpy as np

from motorpool.telematics.rules.track import Floats

CLEAN_READINGS = 3
CLEAN_S = 60.0
SPAN_S = 600
#: Ten hours with the engine running.
CLEAN_SPANS = 60

FAULTS = UUID("5d0c8a3e-3a7f-4c55-9f0e-0a1a53f9a9d4")
"""UUIDv5 namespace of faults; never changes."""


@dataclass(frozen=True)
class Open:
    """A code that is active where a derivation starts again: since when, and when it was last carried before."""

    first: float
    last: float


@dataclass(frozen=True)
class Occurrence:
    """One life of a code. `cleared` None: active."""

    first: float
    last: float
    cleared: float | None


def fault_id(vehicle_id: UUID, code: str, first: float) -> UUID:
    """Id of the occurrence that began at `first`, exact to the millisecond."""
    return uuid5(FAULTS, f"{vehicle_id}/{code}/{round(first * 1000)}")


def occurrences(
    carried: Floats, clean: Floats, spans: Floats, before: Open | None = None
) -> list[Occurrence]:
    """The lives of one code of one vehicle.

    carried: times of the readings with the code, after `before.last` if that is given. clean: times of speaking readings with
    the engine running, after the first of them; those with the code may be among them. spans: begins of the spans in
    which the engine ran. All in increasing order.
    """
    seen = np.asarray(carried, np.float64)
    silent = np.asarray(clean, np.float64)
    silent = silent[~np.isin(silent, seen)]
    if before is not None:
        seen = np.concatenate(([before.last], seen))
    if not len(seen):
        return []
    cleared = _cleared(seen, silent, np.asarray(spans, np.float64))
    following = np.append(seen[1:], np.inf)
    ends = np.flatnonzero((cleared < following) | np.isinf(following))
    begins = np.concatenate(([0], ends[:-1] + 1))
    found = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        first = before.first if before is not None and begin == 0 else float(seen[begin])
        gone = float(cleared[end])
        found.append(Occurrence(first, float(seen[end]), None if math.isinf(gone) else gone))
    return found


def _cleared(seen: Floats, clean: Floats, spans: Floats) -> Floats:
    """For each time at which the code was carried when it would be gone if it never came again; infinite: not yet."""
    enough = np.searchsorted(clean, seen, "right") + CLEAN_READINGS - 1
    late_enough = np.searchsorted(clean, seen + CLEAN_S, "left")
    by_readings = _at(clean, np.maximum(enough, late_enough))
    by_hours = _at(spans, np.searchsorted(spans, seen, "right") + CLEAN_SPANS - 1)
    return np.minimum(by_readings, by_hours)


def _at(times: Floats, places: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Floats:
    """The times at these places; infinite behind the last."""
    padded = np.append(times, np.inf)
    return np.asarray(padded[np.minimum(places, len(times))], np.float64)
