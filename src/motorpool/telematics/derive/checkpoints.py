"""Which checkpoints of a vehicle are kept. Pure.

Fixes often arrive a little late. A vehicle that has stood for hours would be derived again from the start of
its stop for each of them if only its newest checkpoint were known, so a few older ones of the same or earlier
stops are kept: the newest and, for each power of eight of 30 seconds, the oldest of that age.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from motorpool.telematics.rules.results import Resume

YOUNGEST_S = 30.0
RATIO = 8.0
OLDEST_POWER = 5


def keep_checkpoints(newest: Resume, earlier: Iterable[Resume]) -> list[Resume]:
    """Checkpoints worth keeping, newest first. `earlier` must all still be valid."""
    oldest_of: dict[int, Resume] = {}
    for one in sorted(earlier, key=lambda one: -one.t):
        if one.t < newest.t:
            oldest_of[_power(newest.t - one.t)] = one
    kept = {one.t: one for one in oldest_of.values()}
    return [newest, *sorted(kept.values(), key=lambda one: -one.t)]


def _power(age: float) -> int:
    return min(OLDEST_POWER, max(0, math.floor(math.log(max(age, YOUNGEST_S) / YOUNGEST_S, RATIO))))
