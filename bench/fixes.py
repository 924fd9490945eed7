"""Positions to measure with: the recorded day that ships with the demonstration, repeated over as many days as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from motorpool.demo.recording import load_recording

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
    """`rows` fixes from `first` (a midnight UTC) on: the recorded day again and again."""
    day = load_recording().cabs
    days = -(-rows // len(day.phase))
    t = np.concatenate([day.phase + first.timestamp() + number * DAY_S for number in range(days)])[:rows]
    repeated = np.tile(np.arange(len(day.phase)), days)[:rows]
    return Fixes(
        [day.numbers_of[i] for i in day.vehicle[repeated]],
        t,
        day.values["latitude"][repeated],
        day.values["longitude"][repeated],
    )


def per_day() -> int:
    """Fixes of the recorded day."""
    return len(load_recording().cabs.phase)


def batches(fixes: Fixes, size: int) -> Iterator[slice]:
    for start in range(0, len(fixes), size):
        yield slice(start, start + size)
