"""Visits to geofences and their events: reading, the rules, writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, LiteralString
from uuid import UUID

import numpy as np

from motorpool.core.database.database import Connection
from motorpool.core.settings import load_settings
from motorpool.telematics.actions.announce_geofence_events import announce_geofence_events
from motorpool.telematics.derive.parts import fence_statements as sql
from motorpool.telematics.derive.parts.part import Stretch, windows
from motorpool.telematics.derive.work import EPOCH, MICROSECOND, moment
from motorpool.telematics.queries.active_fences import active_fences, fences_allowed
from motorpool.telematics.rules.geofence_shapes import Fences
from motorpool.telematics.rules.geofence_visits import (
    OPEN,
    FenceDefinition,
    OpenVisits,
    Paths,
    Visits,
    visits,
)
from motorpool.telematics.rules.identity import geofence_event_id, geofence_visit_id
from motorpool.telematics.rules.track import Flags


@dataclass(frozen=True)
class Known:
    """What is stored: the fences, which vehicles they are for, and the visits that were open at each `since`."""

    fences: Fences
    allowed: Flags
    opened: OpenVisits


@dataclass
class Rows:
    """Columns of the statements that write."""

    visits: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in sql.VISIT_COLUMNS})
    events: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in sql.EVENT_COLUMNS})


@cache
def fence_definition() -> FenceDefinition:
    """What the operator has set."""
    settings = load_settings().fences
    return FenceDefinition(margin=settings.margin_m, longest_gap=settings.longest_gap_s)


@cache
def alert_age() -> timedelta:
    """Events older than this are nobody's news."""
    return timedelta(seconds=load_settings().fences.alert_age_s)


class FencePart:
    """See `Part`."""

    stored: LiteralString = sql.STORED

    async def load(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch]
    ) -> Known | None:
        """None: there is nothing to do."""
        if not stretches:
            return None
        found = await active_fences(connection, tenant_id, fence_definition().margin)
        if not found.ever:
            return None
        fences = found.fences
        vehicles = [one.vehicle_id for one in stretches]
        parameters = {"tenant": tenant_id} | windows(stretches)
        opened = await (await connection.execute(sql.OPEN_VISITS, parameters)).fetchall()
        allowed = await fences_allowed(connection, tenant_id, fences, vehicles)
        place = {row.id: at for at, row in enumerate(fences.rows)}
        seat = {vehicle: at for at, vehicle in enumerate(vehicles)}
        known = [(seat[v], place[f], e) for v, f, e in opened if f in place]
        vehicle, fence, entered = np.array(known, np.int64).reshape(-1, 3).T
        own = fences.are_for(vehicle, fence, allowed)
        return Known(fences, allowed, OpenVisits(vehicle[own], fence[own], entered[own]))

    def derive(self, stretches: Sequence[Stretch], known: Known | None) -> Rows | None:
        if known is None:
            return None
        rows = Rows()
        if len(known.fences):
            paths = paths_of(stretches, fence_definition())
            found = visits(known.fences, paths, known.opened, known.allowed)
            _collect(rows, stretches, known.fences, found)
        return rows

    async def write(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch], rows: Rows | None
    ) -> int:
        if rows is None:
            return 0
        parameters = {"tenant": tenant_id, "last": [moment(one.until) for one in stretches]}
        parameters |= windows(stretches)
        written = 0
        for statement, columns in (
            (sql.END_VISITS, {}),
            (sql.REMOVE_VISITS, {"ids": rows.visits["id"]}),
            (sql.REMOVE_EVENTS, {"ids": rows.events["id"]}),
        ):
            written += (await connection.execute(statement, parameters | columns)).rowcount
        if rows.visits["id"]:
            written += (await connection.execute(sql.WRITE_VISITS, parameters | rows.visits)).rowcount
        if rows.events["id"]:
            cursor = await connection.execute(sql.WRITE_EVENTS, parameters | rows.events)
            changed = await cursor.fetchall()
            written += len(changed)
            new = [key for key, recorded_at, is_new in changed if is_new and _is_news(recorded_at)]
            await announce_geofence_events(connection, tenant_id, new)
        return written


def paths_of(stretches: Sequence[Stretch], definition: FenceDefinition) -> Paths:
    """The believed fixes from `since` on, and which legs between them are known."""
    t, lat, lng, known, counts, sizes = [], [], [], [], [], []
    for one in stretches:
        keep = one.believed
        if one.since is not None:
            keep = keep & (one.track.t >= one.since)
        at = np.flatnonzero(keep)
        track = one.track
        legs = at[1:] - 1
        dt = track.t[at[1:]] - track.t[at[:-1]]
        told = (np.diff(at) == 1) & (dt <= definition.longest_gap)
        told &= track.leg_m[legs] <= one.jumps.slack + one.jumps.max_speed * dt
        t.append(np.rint(track.t[at] * 1e6).astype(np.int64))
        lat.append(track.lat[at])
        lng.append(track.lng[at])
        known.append(np.concatenate((np.zeros(min(1, len(at)), np.bool_), told)))
        counting = np.ones(len(at), np.bool_)
        counting[:1] = one.since is None
        counts.append(counting)
        sizes.append(len(at))
    return Paths(
        np.repeat(np.arange(len(stretches)), sizes),
        np.concatenate(t),
        np.concatenate(lat),
        np.concatenate(lng),
        np.concatenate(known),
        np.concatenate(counts),
    )


def _collect(rows: Rows, stretches: Sequence[Stretch], fences: Fences, found: Visits) -> None:
    """Rows with their ids. What lies at or before the beginning of a stretch, or of a fence, is written already."""
    begins = np.array([round(one.since * 1e6) if one.since is not None else -(2**62) for one in stretches])
    floor = np.maximum(begins[found.vehicle], fences.applies_us[found.fence])
    columns = zip(
        found.vehicle.tolist(), found.fence.tolist(), found.entered.tolist(), found.left.tolist(),
        found.was_open.tolist(), found.dwelt.tolist(), floor.tolist(), _points(found), strict=True,
    )  # fmt: skip
    for v, f, entered, left, was_open, dwelt, after, (entry, exit_, dwell) in columns:
        vehicle, fence = stretches[v].vehicle_id, fences.rows[f].id
        start = _moment(entered)
        end = None if left == OPEN else _moment(left)
        visit = (geofence_visit_id(vehicle, fence, entered), vehicle, fence, start, end)
        _add(rows.visits, sql.VISIT_COLUMNS, visit)
        minutes = None if left == OPEN else round((left - entered) / 60e6)
        dwell_minutes = round((dwelt - entered) / 60e6)
        for kind, us, at, inside in (
            ("entry", OPEN if was_open else entered, entry, None),
            ("dwell", dwelt, dwell, dwell_minutes),
            ("exit", left, exit_, minutes),
        ):
            if us == OPEN or us <= after:
                continue
            key = geofence_event_id(vehicle, fence, kind, us)
            _add(rows.events, sql.EVENT_COLUMNS, (key, vehicle, fence, kind, *at, inside, _moment(us)))


def _points(found: Visits) -> Iterable[tuple[tuple[float, float], ...]]:
    return zip(
        zip(found.entry_lat.tolist(), found.entry_lng.tolist(), strict=True),
        zip(found.exit_lat.tolist(), found.exit_lng.tolist(), strict=True),
        zip(found.dwell_lat.tolist(), found.dwell_lng.tolist(), strict=True),
        strict=True,
    )


def _add(columns: dict[str, list[Any]], names: Sequence[str], values: Sequence[Any]) -> None:
    for name, value in zip(names, values, strict=True):
        columns[name].append(value)


def _moment(us: int) -> datetime:
    return EPOCH + us * MICROSECOND


def _is_news(recorded_at: datetime) -> bool:
    return recorded_at > datetime.now(UTC) - alert_age()


PART = FencePart()
