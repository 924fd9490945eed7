"""Runs of legs within trips. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from .track import Flags

Spans = Sequence[tuple[int, int]]
"""First and last fix of each trip, in order; trips that follow each other share a fix, never a leg."""


def inside(legs: int, spans: Spans) -> Flags:
    """Which of so many legs lie in one of the spans."""
    found = np.zeros(legs, np.bool_)
    for first, last in spans:
        found[first:last] = True
    return found


def runs(legs: Flags, spans: Spans) -> Iterator[tuple[int, int]]:
    """First and last fix of each longest sequence of true legs; none goes from one span into the next. Legs outside of the spans
    must be false.
    """
    edges = np.diff(np.concatenate(([0], legs.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    borders = np.array([last for _, last in spans], np.intp)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        within = borders[np.searchsorted(borders, start, "right") : np.searchsorted(borders, end, "left")]
        yield from pairwise([start, *within.tolist(), end])
