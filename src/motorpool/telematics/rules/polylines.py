"""Routes of trips as encoded polylines: simplified and encoded for all trips of a track at once.

Simplified after D. H. Douglas and T. K. Peucker (Cartographica 10, 1973), level by level instead of
recursively, in a local plane. The format is Google's encoded polyline algorithm with five decimals.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .track import EARTH_RADIUS, Flags, Floats, Indices


def simplified(lat: Floats, lng: Floats, corners: Indices, tolerance: float) -> Flags:
    """Which points of a line to keep so that it strays at most `tolerance` metres; shape (n,).

    `corners` are indices that are kept whatever they contribute; the line is simplified between each two.
    """
    keep = np.zeros(len(lat), np.bool_)
    keep[corners] = True
    edges = np.unique(corners)
    low, high = edges[:-1], edges[1:]
    while True:
        busy = high - low > 1
        low, high = low[busy], high[busy]
        if not len(low):
            return keep
        counts = high - low - 1
        begins = np.concatenate(([0], np.cumsum(counts)[:-1]))
        chord = np.repeat(np.arange(len(low)), counts)
        inner = np.arange(len(chord)) - begins[chord] + low[chord] + 1
        strays = _stray(lat, lng, low[chord], high[chord], inner)
        worst = np.maximum.reduceat(strays, begins)
        hits = np.flatnonzero(strays == worst[chord])
        at = inner[hits[np.unique(chord[hits], return_index=True)[1]]]
        split = worst > tolerance
        at, low, high = at[split], low[split], high[split]
        keep[at] = True
        low, high = np.concatenate((low, at)), np.concatenate((at, high))


def _stray(lat: Floats, lng: Floats, low: Indices, high: Indices, inner: Indices) -> Floats:
    """Metres from each inner point to the line segment between its low and high points."""
    scale = np.radians(1.0) * EARTH_RADIUS
    shrink = np.cos(np.radians(lat[low]))

    def plane(at: Indices) -> tuple[Floats, Floats]:
        east = (lng[at] - lng[low] + 180.0) % 360.0 - 180.0
        return east * shrink * scale, (lat[at] - lat[low]) * scale

    (ax, ay), (px, py) = plane(high), plane(inner)
    length = ax * ax + ay * ay
    along = np.clip((px * ax + py * ay) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return np.asarray(np.hypot(px - along * ax, py - along * ay), dtype=np.float64)


def encoded(lat: Floats, lng: Floats, starts: Indices) -> list[str]:
    """Encoded polylines, precision 5, of consecutive runs of points that begin at `starts` (the first is
    0)."""
    if not len(starts):
        return []
    grid = np.rint(np.column_stack((lat, lng)) * 1e5).astype(np.int64)
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int64))
    steps[starts] = grid[starts]
    zigzag = np.where(steps < 0, ~(steps << 1), steps << 1).ravel()
    shifts = np.arange(0, 35, 5)
    groups = (zigzag[:, None] >> shifts) & 31
    used = np.maximum(1, (zigzag[:, None] >> shifts > 0).sum(axis=1))
    order = np.arange(len(shifts))
    letters = (groups + np.where(order < used[:, None] - 1, 32, 0) + 63).astype(np.uint8)
    text = letters[order < used[:, None]].tobytes().decode("ascii")
    bounds = np.concatenate(([0], np.cumsum(used)[1::2]))[np.append(starts, len(lat))].tolist()
    return [text[a:b] for a, b in pairwise(bounds)]
