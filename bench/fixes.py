"""Positions to measure with: the recorded day that ships with the demonstration, repeated over as many days as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from motorpool.demo.recording import load_taxis

DAY_S = 86_400


@dataclass(frozen=True)
class Fixes:
    """Columns in order of time."""

    vehicle: list[str]
    t: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray

    def __len__(self) -> int:
        return len(self.t)


def recorded(rows: int, first: datetime = datetime(2026, 3, 2, tzinfo=UTC)) -> Fixes:
    """`rows` fixes from `first` on: the recorded day again and again."""
    day = load_taxis()
    order = np.argsort(day.t, kind="stable")
    start = first.timestamp() - float(day.t.min())
    days = -(-rows // len(order))
    t = np.concatenate([day.t[order] + start + number * 2 * DAY_S for number in range(days)])[:rows]
    repeated = np.tile(order, days)[:rows]
    names = [str(name) for name in day.vehicle]
    return Fixes([names[i] for i in day.vehicle_index[repeated]], t, day.lat[repeated], day.lng[repeated])


def batches(fixes: Fixes, size: int) -> Iterator[slice]:
    for start in range(0, len(fixes), size):
        yield slice(start, start + size)
