"""When vehicles were in geofences. Pure; all vehicles and all fences at once.

A vehicle's believed fixes in order of time are p(0) ... p(n-1). The *leg* to fix i goes straight from p(i-1) to p(i).
It is *known* if it lasts no longer than `longest_gap`, is not faster than `max_speed` allows (the jump filter's measure)
and no fix between its ends was left out as a jump; else only its end is. With an area and its halo (the area widened by
the margin), a vehicle is in the fence or not after each fix:

* it comes in when a known leg touches the area, or a fix lies in it;
* it goes out when a fix lies beyond the halo. Between area and halo everything stays as it is.

Both may happen on one leg: a fence that was crossed between two fixes. The time and place of an entry are where the leg
first touches the area, those of an exit where it last leaves the halo; where the leg is not known, those of the fix that
shows it. So an event lies after the fix before and not after the fix that shows it, nothing that comes later can change
it, and what happens after a fix depends on that fix and on which visits were open there, and on nothing before.

A dwell lies `dwell` after the entry, and there is one exactly when the visit lasted that long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from .geofence_shapes import Edges, Fences
from .track import Flags, Floats, Indices

Micros = NDArray[np.int64]
OPEN = -1
#: Bounds the memory of `_crossing`.
EDGES_AT_ONCE = 500_000
#: A leg through a corner must not slip between its two edges.
HAIR = 1e-9


@dataclass(frozen=True)
class FenceDefinition:
    """How fixes become visits. Metres, seconds."""

    margin: float = 25.0
    """A vehicle has left when it is this far outside."""
    longest_gap: float = 300.0
    """Nothing is said about the way between two fixes that are further apart."""

    def __post_init__(self) -> None:
        if self.margin < 0:
            raise ValueError("margin must not be negative")
        if not self.longest_gap > 0:
            raise ValueError("longest_gap must be more than 0")


@dataclass(frozen=True, eq=False)
class Paths:
    """Believed fixes of many vehicles, one vehicle after the other, each in order of time."""

    vehicle: Indices
    t: Micros
    """Epoch microseconds."""
    lat: Floats
    lng: Floats
    known: Flags
    """Whether the leg to this fix is known; false for the first fix of a vehicle."""
    counts: Flags
    """False for a first fix that earlier work has dealt with already: it is only where the next leg begins."""

    def __len__(self) -> int:
        return len(self.t)


class OpenVisits(NamedTuple):
    """Visits under way at the first fix of their vehicle: places of vehicle and fence, entry in epoch microseconds."""

    vehicle: Indices
    fence: Indices
    entered: Micros


NONE_OPEN = OpenVisits(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.int64))


@dataclass(frozen=True, eq=False)
class Visits:
    """Columns of equal length. Times are epoch microseconds, places degrees."""

    vehicle: Indices
    fence: Indices
    entered: Micros
    left: Micros
    """OPEN: still inside."""
    was_open: Flags
    """Was under way at the first fix; the place of its entry is not known here and is NaN."""
    entry_lat: Floats
    entry_lng: Floats
    exit_lat: Floats
    exit_lng: Floats
    dwelt: Micros
    """Time of the dwell; OPEN: there is none (yet)."""
    dwell_lat: Floats
    dwell_lng: Floats

    def __len__(self) -> int:
        return len(self.vehicle)


def visits(fences: Fences, paths: Paths, opened: OpenVisits, allowed: Flags) -> Visits:
    """Visits of all vehicles to all fences, open ones included.

    `allowed`, shape (vehicles, fences) or one that broadcasts to it, tells which vehicles a fence is for. `opened` must
    be allowed and lie before the first fix that counts.
    """
    rows = _Rows.of(fences, paths, opened, allowed)
    inside, near = rows.compared(fences, paths)
    touched = inside | rows.crossed(fences, paths, inside)
    before = rows.state_before(touched, near)
    entries = np.flatnonzero(~before & touched & ~rows.virtual)
    exits = np.flatnonzero((before | touched) & ~near & ~rows.virtual)
    begins = np.sort(np.concatenate((entries, np.flatnonzero(rows.virtual))))
    return _paired(fences, paths, opened, rows, begins, exits)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Legs that come near a fence: by fence, then vehicle and time. A *virtual* row stands before the first leg of a
    visit that was open."""

    fence: Indices
    fix: Indices
    virtual: Flags
    known: Flags
    first: Flags
    """Whether a row is the first of its fence and vehicle."""

    @classmethod
    def of(cls, fences: Fences, paths: Paths, opened: OpenVisits, allowed: Flags) -> _Rows:
        legs, fix = _legs(paths, fences.applies_us)
        at, fence = fences.tree.query(legs) if len(fences) and len(legs) else (np.empty((2, 0), np.intp))
        fix = fix[at]
        keep = fences.are_for(paths.vehicle[fix], fence, allowed)
        keep = keep & (paths.t[fix] > fences.applies_us[fence])
        fence, fix = fence[keep], fix[keep]
        if len(fences) <= np.iinfo(np.uint16).max:
            # A radix sort.
            order = np.argsort(fence.astype(np.uint16), kind="stable")
        else:
            order = np.argsort(fence, kind="stable")
        fence, fix = fence[order], fix[order]
        virtual = np.zeros(len(fix), np.bool_)
        if len(opened.fence):
            fence, fix, virtual = _with_open(fences, paths, opened, fence, fix)
        distinct = np.ones(len(fix), np.bool_)
        distinct[1:] = (np.diff(fix) != 0) | (np.diff(fence) != 0)
        fence, fix, virtual = fence[distinct], fix[distinct], virtual[distinct]
        vehicle = paths.vehicle[fix]
        first = np.ones(len(fix), np.bool_)
        first[1:] = (np.diff(fence) != 0) | (np.diff(vehicle) != 0)
        known = paths.known[fix] & (paths.t[np.maximum(fix - 1, 0)] > fences.applies_us[fence]) & ~virtual
        return cls(fence, fix, virtual, known, first)

    def compared(self, fences: Fences, paths: Paths) -> tuple[Flags, Flags]:
        """Whether the fix of each row lies in the area, and in the halo."""
        lng, lat = paths.lng[self.fix], paths.lat[self.fix]
        inside = fences.holds(self.fence, lng, lat)
        inside[self.virtual] = True
        near = inside.copy()
        rest = np.flatnonzero(~inside)
        near[rest] = fences.nearly_holds(self.fence[rest], lng[rest], lat[rest])
        return inside, near

    def crossed(self, fences: Fences, paths: Paths, inside: Flags) -> Flags:
        """Whether a known leg that neither begins nor ends in the area touches it."""
        found = np.zeros(len(self.fix), np.bool_)
        came_from_inside = np.zeros(len(self.fix), np.bool_)
        came_from_inside[1:] = inside[:-1] & ~self.first[1:]
        maybe = np.flatnonzero(self.known & ~inside & ~came_from_inside)
        maybe = maybe[_boxes_touched(paths, self.fix[maybe], fences.bounds[self.fence[maybe]])]
        found[maybe] = fences.touches(self.fence[maybe], _lines(paths, self.fix[maybe]))
        return found

    def state_before(self, touched: Flags, near: Flags) -> Flags:
        """Whether the vehicle was in the fence before the leg of each row."""
        if not len(touched):
            return touched
        told = self.first | ~near | touched
        last = np.maximum.accumulate(np.where(told, np.arange(len(told)), 0))
        after = (touched & near)[last]
        before = np.zeros(len(told), np.bool_)
        before[1:] = after[:-1] & ~self.first[1:]
        return before


def _legs(paths: Paths, applies: Micros) -> tuple[NDArray[np.object_], Indices]:
    """Lines to look the fences up with, and the fix that each leads to. A leg that is not known counts by its ends."""
    lng, lat = paths.lng, paths.lat
    moved = np.ones(len(paths), np.bool_)
    moved[1:] = (np.diff(lng) != 0) | (np.diff(lat) != 0) | (np.diff(paths.vehicle) != 0)
    starts = np.ones(len(paths), np.bool_)
    starts[1:] = np.diff(paths.vehicle) != 0
    # The first leg after the first fix matters even where the vehicle stands: its visits may be of another shape.
    moved[1:] |= starts[:-1] & ~paths.counts[:-1]
    if (applies > applies.min(initial=0)).any():
        changes = np.searchsorted(np.unique(applies), paths.t)
        moved[1:] |= np.diff(changes) != 0
    fix = np.flatnonzero(moved & paths.counts)
    ends = fix[~paths.known[fix] & ~starts[fix]]
    order = np.argsort(np.concatenate((fix, ends)), kind="stable")
    both = np.concatenate((fix, ends))[order]
    at_start = np.concatenate((np.zeros(len(fix), np.bool_), np.ones(len(ends), np.bool_)))[order]
    begin = np.where(paths.known[both] | at_start, both - 1, both)
    end = np.where(at_start, both - 1, both)
    corners = np.empty((len(both), 2, 2))
    corners[:, 0, 0], corners[:, 0, 1] = lng[begin], lat[begin]
    corners[:, 1, 0], corners[:, 1, 1] = lng[end], lat[end]
    return np.asarray(shapely.linestrings(corners), np.object_), both


def _with_open(
    fences: Fences, paths: Paths, opened: OpenVisits, fence: Indices, fix: Indices
) -> tuple[Indices, Indices, Flags]:
    """Rows with the open visits: a virtual row at the vehicle's first fix, and one at the first fix that can end it."""
    n = len(paths)
    first = np.searchsorted(paths.vehicle, opened.vehicle, side="left")
    stop = np.searchsorted(paths.vehicle, opened.vehicle, side="right")
    later = [
        begin + 1 + int(np.searchsorted(paths.t[begin + 1 : end], fences.applies_us[at], side="right"))
        for begin, end, at in zip(first.tolist(), stop.tolist(), opened.fence.tolist(), strict=True)
    ]
    following = np.array(later, np.intp)
    there = following < stop
    fences_of = np.concatenate((opened.fence, fence, opened.fence[there]))
    fixes = np.concatenate((first, fix, following[there]))
    virtual = np.zeros(len(fixes), np.bool_)
    virtual[: len(first)] = True
    order = np.argsort(fences_of * n + fixes, kind="stable")
    return fences_of[order], fixes[order], virtual[order]


def _boxes_touched(paths: Paths, fix: Indices, boxes: Floats) -> Flags:
    """Whether the leg to each fix touches a box (west, south, east, north): the separating axis theorem."""
    x0, y0, x1, y1 = paths.lng[fix - 1], paths.lat[fix - 1], paths.lng[fix], paths.lat[fix]
    west, south, east, north = boxes.T
    dx, dy = x1 - x0, y1 - y0
    half_x, half_y = (east - west) / 2, (north - south) / 2
    across = np.abs(dx * ((south + north) / 2 - y0) - dy * ((west + east) / 2 - x0))
    overlap = (np.maximum(x0, x1) >= west) & (np.minimum(x0, x1) <= east)
    overlap &= (np.maximum(y0, y1) >= south) & (np.minimum(y0, y1) <= north)
    # A hair more: what is left over is asked exactly.
    return np.asarray(
        overlap & (across <= (np.abs(dx) * half_y + np.abs(dy) * half_x) * (1 + 1e-9)), np.bool_
    )


def _lines(paths: Paths, fix: Indices) -> NDArray[np.object_]:
    corners = np.empty((len(fix), 2, 2))
    corners[:, 0, 0], corners[:, 0, 1] = paths.lng[fix - 1], paths.lat[fix - 1]
    corners[:, 1, 0], corners[:, 1, 1] = paths.lng[fix], paths.lat[fix]
    return np.asarray(shapely.linestrings(corners), np.object_)


def _moments(
    paths: Paths, edges: Edges, shape: Indices, fix: Indices, known: Flags, *, last: bool
) -> tuple[Micros, Floats, Floats]:
    """Time and place at which the legs first (or last) cross the edges of their shapes; where a leg is not known, those
    of the fix itself."""
    some = np.flatnonzero(known)
    legs = fix[some]
    before = legs - 1
    x0, y0 = paths.lng[before], paths.lat[before]
    dx, dy = paths.lng[legs] - x0, paths.lat[legs] - y0
    part = _crossing(edges, shape[some], x0, y0, dx, dy, last=last)
    t0, t1 = paths.t[before], paths.t[legs]
    time, lat, lng = paths.t[fix].copy(), paths.lat[fix].copy(), paths.lng[fix].copy()
    time[some] = np.clip(t0 + np.rint(part * (t1 - t0)).astype(np.int64), t0 + 1, t1)
    lat[some], lng[some] = y0 + part * dy, x0 + part * dx
    return time, lat, lng


def _crossing(
    edges: Edges, shape: Indices, x0: Floats, y0: Floats, dx: Floats, dy: Floats, *, last: bool
) -> Floats:
    """Where along each leg, 0 to 1, it first (or last) crosses an edge of its shape.

    Both lines in parametric form, solved by Cramer's rule. A leg that crosses none, which only rounding brings about,
    counts as crossing at its end (or its beginning).
    """
    sizes = edges.begin[shape + 1] - edges.begin[shape]
    stops = np.cumsum(sizes)
    found = np.empty(len(shape))
    nothing, pick = (0.0, np.maximum) if last else (1.0, np.minimum)
    begin = 0
    while begin < len(shape):
        done = stops[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(stops, done + EDGES_AT_ONCE, side="right")))
        some, count = slice(begin, end), sizes[begin:end]
        starts = np.cumsum(count) - count
        leg = np.repeat(np.arange(end - begin), count)
        at = np.arange(int(count.sum())) + (edges.begin[shape[some]] - starts)[leg]
        ex, ey = edges.dx[at], edges.dy[at]
        px, py = edges.x[at] - x0[some][leg], edges.y[at] - y0[some][leg]
        lx, ly = dx[some][leg], dy[some][leg]
        with np.errstate(divide="ignore", invalid="ignore"):
            across = 1.0 / (lx * ey - ly * ex)
            along = (px * ey - py * ex) * across
            on_edge = (px * ly - py * lx) * across
        met = (along >= 0) & (along <= 1) & (on_edge >= -HAIR) & (on_edge <= 1 + HAIR)
        found[some] = pick.reduceat(np.where(met, along, nothing), starts)
        begin = end
    return found


def _paired(
    fences: Fences, paths: Paths, opened: OpenVisits, rows: _Rows, begins: Indices, exits: Indices
) -> Visits:
    """Each beginning with the exit that follows it, before the next beginning and on the same fence and vehicle."""
    fix, fence = rows.fix[begins], rows.fence[begins]
    was_open = rows.virtual[begins]
    entered, entry_lat, entry_lng = _moments(
        paths, fences.area_edges, fence, fix, rows.known[begins], last=False
    )
    if len(opened.fence):
        entered[was_open] = _entries_of(paths, opened, fence[was_open], fix[was_open])
        entry_lat[was_open] = entry_lng[was_open] = np.nan
    left = np.full(len(begins), OPEN, np.int64)
    exit_lat, exit_lng = np.full(len(begins), np.nan), np.full(len(begins), np.nan)
    following = np.append(exits, np.iinfo(np.intp).max)[np.searchsorted(exits, begins)]
    ended = following < np.append(begins[1:], len(rows.fix))
    ends = following[ended]
    left[ended], exit_lat[ended], exit_lng[ended] = _moments(
        paths, fences.halo_edges, rows.fence[ends], rows.fix[ends], rows.known[ends], last=True
    )
    left[ended] = np.maximum(left[ended], entered[ended])
    vehicle = paths.vehicle[fix]
    dwelt, dwell_lat, dwell_lng = _dwells(fences, paths, vehicle, fence, entered, left, entry_lat, entry_lng)
    return Visits(
        vehicle,
        fence,
        entered,
        left,
        was_open,
        entry_lat,
        entry_lng,
        exit_lat,
        exit_lng,
        dwelt,
        dwell_lat,
        dwell_lng,
    )


def _entries_of(paths: Paths, opened: OpenVisits, fence: Indices, fix: Indices) -> Micros:
    """Entries of open visits in the order of the rows given."""
    n = len(paths)
    keys = opened.fence * n + np.searchsorted(paths.vehicle, opened.vehicle, side="left")
    order = np.argsort(keys)
    return np.asarray(opened.entered[order][np.searchsorted(keys[order], fence * n + fix)])


def _dwells(
    fences: Fences,
    paths: Paths,
    vehicle: Indices,
    fence: Indices,
    entered: Micros,
    left: Micros,
    entry_lat: Floats,
    entry_lng: Floats,
) -> tuple[Micros, Floats, Floats]:
    """Time of each dwell, and where the vehicle was last seen before."""
    dwell = fences.dwell_us[fence]
    time = np.full(len(fence), OPEN, np.int64)
    lat, lng = np.full(len(fence), np.nan), np.full(len(fence), np.nan)
    some = np.flatnonzero(dwell > 0)
    first = np.searchsorted(paths.vehicle, vehicle[some], side="left")
    stop = np.searchsorted(paths.vehicle, vehicle[some], side="right")
    due = entered[some] + dwell[some]
    end = np.where(left[some] == OPEN, paths.t[stop - 1], left[some])
    # What was due before the first fix was told already.
    told = (due <= end) & ((due > paths.t[first]) | paths.counts[first])
    some, first, stop, due = some[told], first[told], stop[told], due[told]
    time[some] = due
    for place, begin, end_, at in zip(
        some.tolist(), first.tolist(), stop.tolist(), due.tolist(), strict=True
    ):
        seen = begin + int(np.searchsorted(paths.t[begin:end_], at, side="right")) - 1
        if paths.t[seen] >= entered[place]:
            lat[place], lng[place] = paths.lat[seen], paths.lng[seen]
        else:
            lat[place], lng[place] = entry_lat[place], entry_lng[place]
    return time, lat, lng
