"""Which fixes are GPS jumps: places where the vehicle cannot have been.

A leg (two consecutive fixes, `d` metres and `dt` seconds apart) is *faster than* v if `d > slack + v * dt`.
For a speed v the sequence is cut at every leg faster than v into *pieces*. A piece is an **excursion** if
it has at most `max_points` fixes, there is a piece before it and one after it, at least one of these two
has more fixes than it has itself, and its *bypass*, from the last fix before it straight to the first fix
after it, is such as rule 1 or 2 says. The fixes of excursions by either rule are jumps and are dropped:

1. **Impossible speed**: v = `max_speed`, and the bypass is not faster than `max_speed`.
2. **Reversal**: v = `reversal_speed`, and the bypass is at most `reversal_ratio` times as long as the leg
   into the piece and the leg out of it together. (Nobody drives out and back at 90 km/h on average and
   turns in no time.)

All conditions look at the sorted sequence as it came, never at the outcome for other fixes, so the result
does not depend on the order of arrival, and a fix's fate depends only on the `context` fixes on either
side.

What this leaves alone: a move after a silence (tunnel, ferry, tow), because its mean speed is possible; a
leap after which the vehicle stays where it is, because nothing says which side is wrong; repeated places,
which are evidence of standing; two sources that report alternately from two places.

Why 60 m/s (216 km/h): no road vehicle of a fleet averages that between two fixes; derestricted motorways
and a fix that is a second out of step still pass. `slack` is twice the 15 m of a poor fix in a street.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .track import Flags, Floats, Track


@dataclass(frozen=True)
class JumpFilter:
    """Thresholds of the jump filter. Speeds m/s, lengths m."""

    max_speed: float = 60.0
    """No vehicle is faster than this between two fixes."""
    slack: float = 30.0
    """Distance that measuring errors of two fixes explain."""
    max_points: int = 5
    """Longest excursion that is still taken for a jump, in fixes."""
    reversal_speed: float = 25.0
    """Out and straight back faster than this is a jump."""
    reversal_ratio: float = 0.2
    """Longest bypass of a reversal, as a share of the two legs that it replaces."""

    def __post_init__(self) -> None:
        if self.max_points < 1:
            raise ValueError("max_points must be at least 1")
        for name in ("max_speed", "slack", "reversal_speed", "reversal_ratio"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0")

    @property
    def context(self) -> int:
        """How many fixes before and after a fix decide about it."""
        return 2 * self.max_points + 2


def plausible(track: Track, jumps: JumpFilter) -> Flags:
    """True for every fix that is not a jump; shape (n,)."""
    keep = np.ones(len(track), np.bool_)
    for speed, reversal in ((jumps.max_speed, False), (jumps.reversal_speed, True)):
        first = np.flatnonzero(np.concatenate(([True], _faster(track.leg_m, track.leg_s, speed, jumps))))
        if len(first) < 3:
            continue
        size = np.diff(np.append(first, len(track)))
        before, after = first[1:-1] - 1, first[2:]
        bypass = track.distance(before, after)
        if reversal:
            short = bypass <= jumps.reversal_ratio * (track.leg_m[before] + track.leg_m[after - 1])
        else:
            short = ~_faster(bypass, track.t[after] - track.t[before], speed, jumps)
        outnumbered = np.maximum(size[:-2], size[2:]) > size[1:-1]
        excursion = np.zeros(len(first), np.bool_)
        excursion[1:-1] = (size[1:-1] <= jumps.max_points) & outnumbered & short
        keep &= ~np.repeat(excursion, size)
    return keep


def _faster(metres: Floats, seconds: Floats, speed: float, jumps: JumpFilter) -> Flags:
    return np.asarray(metres > jumps.slack + speed * seconds, dtype=np.bool_)
