"""Joins and cuts that people ordered, applied to the segments of a track. Pure.

An instruction names times, never ids or fixes, so that it holds however often the trips are derived again:

* **merge** (`trip_started_at`, `starts_at`, `ends_at`): two trips that follow each other are one if the gap between
  them (a stop, or nothing where one goes over into the other) began after `trip_started_at` and no later than
  `ends_at`, and ended no earlier than `starts_at`. So a stop moves a little when a late fix arrives and is still taken
  out, and another stop that late fixes show elsewhere in the trip is not.
* **split** (same three): a trip that began before `starts_at` and ends after `ends_at` becomes two. The first ends at
  its last fix at or before `starts_at`; the second begins there too, or, if `ends_at` is later, at its first fix at or
  after `ends_at`, with a stop between. Where no trip spans the times (the vehicle stood), nothing is to be done.

Merges come first, then splits. A derivation must not resume in a stop that a merge may take out: `hides` says which.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .segments import Place, Segment
from .track import Track

#: m/s and s: slower than walking for this long is a halt, where a trip may be cut.
HALT_SPEED = 1.0
HALT_S = 60.0


@dataclass(frozen=True)
class Edit:
    """An instruction. Times are epoch seconds; see the module."""

    kind: Literal["merge", "split"]
    trip_started_at: float
    starts_at: float
    ends_at: float

    def hides(self, stop_started_at: float) -> bool:
        """Whether it may take out a stop that began then."""
        return self.kind == "merge" and self.trip_started_at < stop_started_at <= self.ends_at

    def joins(self, gap_start: float, gap_end: float) -> bool:
        """Whether two trips with this gap between them are one."""
        return self.hides(gap_start) and gap_end >= self.starts_at


Middle = Callable[[int, int], Place]
"""The place of a stop between two fixes, both included."""


def edited(
    segments: Sequence[Segment], t: Sequence[float], edits: Iterable[Edit], middle: Middle
) -> list[Segment]:
    """The segments as people want them. `t` are the times of the fixes, epoch seconds, increasing."""
    ordered = sorted(edits, key=lambda one: (one.starts_at, one.ends_at))
    found = list(segments)
    if merges := [one for one in ordered if one.kind == "merge"]:
        found = _merged(found, t, merges)
    for edit in ordered:
        if edit.kind == "split":
            found = _split(found, t, edit, middle)
    return found


def _merged(segments: Sequence[Segment], t: Sequence[float], merges: Sequence[Edit]) -> list[Segment]:
    found: list[Segment] = []
    for at, one in enumerate(segments):
        if one.anchor is not None:
            found.append(one)
            continue
        before = next((k for k in reversed(range(len(found))) if found[k].anchor is None), None)
        if before is None or at == 0:
            found.append(one)
            continue
        gap = t[found[before].last], t[one.first]
        if any(edit.joins(*gap) for edit in merges):
            found[before:] = [joined([*found[before:], one])]
        else:
            found.append(one)
    return found


def joined(parts: Sequence[Segment]) -> Segment:
    """Trips, and the stops between them, as one trip."""
    flat = tuple(piece for one in parts for piece in (one.parts or (one,)))
    trips = [one for one in flat if one.anchor is None]
    return replace(
        flat[0],
        last=flat[-1].last,
        decided=flat[-1].decided,
        silent=all(one.silent for one in trips),
        parts=flat,
    )


def _split(segments: list[Segment], t: Sequence[float], edit: Edit, middle: Middle) -> list[Segment]:
    for at, one in enumerate(segments):
        if one.anchor is not None or not (t[one.first] < edit.starts_at and edit.ends_at < t[one.last]):
            continue
        first = bisect_right(t, edit.starts_at, one.first, one.last + 1) - 1
        second = (
            first if edit.ends_at <= edit.starts_at else bisect_left(t, edit.ends_at, first, one.last + 1)
        )
        if not one.first < first <= second < one.last:
            return segments
        decided = second if one.decided is None else one.decided
        cut: list[Segment] = [replace(one, last=first, decided=decided, parts=_within(one, one.first, first))]
        if second > first:
            cut.append(Segment(first, second, first, decided, middle(first, second), by_hand=True))
        cut.append(replace(one, first=second, arrived=second, parts=_within(one, second, one.last)))
        return [*segments[:at], *cut, *segments[at + 1 :]]
    return segments


def _within(one: Segment, first: int, last: int) -> tuple[Segment, ...]:
    """What a joined trip consists of between two of its fixes."""
    return tuple(
        replace(part, first=max(part.first, first), last=min(part.last, last))
        for part in one.parts
        if part.first < last and part.last > first
    )


def halts(track: Track, *, least: float = HALT_S, most: int = 50) -> list[tuple[float, float]]:
    """Where the vehicle stood in a trip, too briefly for a stop: (from, to) in epoch seconds, at most the `most` longest.

    Both ends are fixes inside of the track, so that a trip can be cut there.
    """
    slow = track.leg_speed <= HALT_SPEED
    edges = np.flatnonzero(np.diff(np.concatenate(([0], slow.astype(np.int8), [0]))))
    found = [
        (float(track.t[begin]), float(track.t[end]))
        for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        if begin > 0 and end < len(track) - 1 and track.t[end] - track.t[begin] >= least
    ]
    return sorted(sorted(found, key=lambda one: one[0] - one[1])[:most])
