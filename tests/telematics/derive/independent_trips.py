"""Trips by the definition in `docs/trips.md`, done again without the program's code: plain Python, point by point.

For positions without speed, ignition and odometer (as a taxi dispatch system of 2008 sends them). Distances are
computed by the arctangent form of the great-circle formula, not by the haversine that the program uses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

MIN_DISTANCE, MIN_DURATION, STOP_GAP = 200.0, 180.0, 3600.0
SETTLE_RADIUS, SETTLE_DURATION, STILL_SPEED = 50.0, 30.0, 1 / 3.6
MAX_SPEED, SLACK, MAX_POINTS, REVERSAL_SPEED, REVERSAL_RATIO = 60.0, 30.0, 5, 25.0, 0.2
RADIUS = 6_371_008.8

Point = tuple[float, float, float]
"""Epoch seconds, latitude, longitude."""


@dataclass
class IndependentTrip:
    started_at: float
    ended_at: float | None
    metres: float


def apart(a: Point, b: Point) -> float:
    """Metres between two points."""
    lat1, lat2 = math.radians(a[1]), math.radians(b[1])
    turn = math.radians(b[2] - a[2])
    x = math.cos(lat2) * math.sin(turn)
    y = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(turn)
    z = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(turn)
    return RADIUS * math.atan2(math.hypot(x, y), z)


def without_jumps(points: list[Point]) -> list[Point]:
    """The points that are not excursions by either rule."""
    dropped = [False] * len(points)
    for speed, is_reversal in ((MAX_SPEED, False), (REVERSAL_SPEED, True)):
        pieces: list[list[int]] = []
        for i, point in enumerate(points):
            if i and apart(points[i - 1], point) <= SLACK + speed * (point[0] - points[i - 1][0]):
                pieces[-1].append(i)
            else:
                pieces.append([i])
        for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
            if len(piece) > MAX_POINTS or max(len(before), len(after)) <= len(piece):
                continue
            a, b = points[before[-1]], points[after[0]]
            bypass = apart(a, b)
            if is_reversal:
                legs = apart(a, points[piece[0]]) + apart(points[piece[-1]], b)
                excursion = bypass <= REVERSAL_RATIO * legs
            else:
                excursion = bypass <= SLACK + speed * (b[0] - a[0])
            if excursion:
                for i in piece:
                    dropped[i] = True
    return [point for point, out in zip(points, dropped, strict=True) if not out]


class IndependentDerivation:
    """Walks along the points as the definition says, rule by rule."""

    def __init__(self, points: list[Point]) -> None:
        ordered = sorted(points)
        once = [point for i, point in enumerate(ordered) if not i or point[0] > ordered[i - 1][0]]
        self.p = without_jumps(once)
        self.legs = [apart(a, b) for a, b in zip(self.p, self.p[1:], strict=False)]
        self.found: list[tuple[int, int, bool]] = []

    def duration(self, i: int) -> float:
        return self.p[i + 1][0] - self.p[i][0]

    def fast(self, i: int) -> bool:
        return self.legs[i] / self.duration(i) > MIN_DISTANCE / MIN_DURATION

    def resting(self, i: int) -> bool:
        return self.duration(i) >= SETTLE_DURATION and self.legs[i] / self.duration(i) <= STILL_SPEED

    def silent(self, i: int) -> bool:
        long_silence = self.duration(i) > STOP_GAP
        crept = self.duration(i) > MIN_DURATION and not self.fast(i)
        return self.legs[i] >= MIN_DISTANCE and (long_silence or crept)

    def trips(self) -> list[IndependentTrip]:
        place, arrived = self.p[0], 0
        while True:
            k = self.leaving(place, arrived)
            if k is None:
                break
            if self.silent(k - 1):
                self.found.append((k - 1, k, True))
                place, arrived = self.p[k], k
                continue
            start = self.departure(arrived, k)
            end = self.ending(start, k)
            if end is None:
                break
            place, arrived = end
        return [
            IndependentTrip(self.p[first][0], self.p[last][0] if closed else None, sum(self.legs[first:last]))
            for first, last, closed in self.found
        ]

    def leaving(self, place: Point, arrived: int) -> int | None:
        """Rule 2: the fix at which the vehicle is out."""
        for k in range(arrived + 1, len(self.p)):
            away = apart(place, self.p[k])
            if away >= 2 * MIN_DISTANCE:
                return k
            if away >= MIN_DISTANCE and k + 1 < len(self.p) and apart(place, self.p[k + 1]) >= MIN_DISTANCE:
                return k
        return None

    def departure(self, arrived: int, k: int) -> int:
        """Rule 2: the fix from which it set off."""
        q = k - 1
        while q > arrived and self.p[q][0] > self.p[k - 1][0] - MIN_DURATION:
            q -= 1
        start = q
        for s in range(q, k):
            if apart(self.p[q], self.p[s]) <= SETTLE_RADIUS or (s > q and self.resting(s - 1)):
                start = s
        while start > q and self.fast(start - 1):
            start -= 1
        return start

    def ending(self, start: int, k: int) -> tuple[Point, int] | None:
        """Rule 3: the place of the next stop and when it was certain; None when the trip is open."""
        for i in range(k, len(self.p)):
            stop = self.window(i)
            if stop is not None:
                e, u = stop
                self.found.append((start, e, True))
                inside = self.p[e : u + 1]
                middle = (0.0, median(one[1] for one in inside), median(one[2] for one in inside))
                return middle, u
            if i + 1 < len(self.p) and self.silent(i):
                self.found.append((start, i, True))
                self.found.append((i, i + 1, True))
                return self.p[i + 1], i + 1
        self.found.append((start, len(self.p) - 1, False))
        return None

    def window(self, i: int) -> tuple[int, int] | None:
        """Rule 3a: where the vehicle came to stand, and the end of the window, if fix i has one."""
        u = i
        while self.p[u][0] < self.p[i][0] + MIN_DURATION:
            u += 1
            if u == len(self.p) or apart(self.p[i], self.p[u]) >= MIN_DISTANCE:
                return None
        e = i
        while not (apart(self.p[u], self.p[e]) <= SETTLE_RADIUS or (e < u and self.resting(e))):
            e += 1
        while e < u and self.fast(e):
            e += 1
        return (e, u) if self.p[u][0] - self.p[e][0] >= SETTLE_DURATION else None


def independent_trips(points: list[Point]) -> list[IndependentTrip]:
    """All trips of one vehicle; the last one may be open."""
    return IndependentDerivation(points).trips() if points else []
