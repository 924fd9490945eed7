"""Driver behaviour as a part of the derivation: harsh events, speeding and excessive idling.

Everything belongs to a trip or to a stop of the derivation, so what is replaced are the events from the start of the stop on in
which the derivation was resumed: an idling event begins with its stop, every other one before the end of its trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from motorpool.core.database.database import Connection
from motorpool.core.events.log import append_event
from motorpool.telematics.derive.parts import behaviour_statements as sql
from motorpool.telematics.derive.parts.fences import fence_definition
from motorpool.telematics.derive.parts.part import BEFORE_ALL, Stretch, windows
from motorpool.telematics.derive.parts.streets import StreetCache
from motorpool.telematics.derive.work import moment
from motorpool.telematics.queries.active_fences import active_fences, fences_allowed
from motorpool.telematics.rules.behaviour import (
    HARSH,
    Event,
    Kind,
    Thresholds,
    event_id,
    harsh_severity,
    idle_severity,
)
from motorpool.telematics.rules.behaviour_classes import Setting, ThresholdBook
from motorpool.telematics.rules.behaviour_harsh import harsh_events
from motorpool.telematics.rules.behaviour_speeding import effective_limit, speeding_events
from motorpool.telematics.rules.definition import DEFAULT
from motorpool.telematics.rules.geofence_shapes import Fences
from motorpool.telematics.rules.results import Stop, Trip
from motorpool.telematics.rules.speed_limits import Streets, fence_limits, street_limits
from motorpool.telematics.rules.track import Flags, Floats, Indices

TOPIC = "driver_behavior_events"
#: Older events are history: they are written and nobody is told (Traccar's notifications have the same limit).
RECENT = timedelta(minutes=15)
#: s. An estimate this close to what a device said of the same kind is the same event.
SAME_EVENT_S = 5.0
#: m/s. Slower fixes are not looked up in the streets.
SLOWEST_CHECKED = 10 / 3.6


@dataclass(frozen=True)
class Reported:
    """A harsh event that was not estimated here. `own`: a device's, which becomes a row; else it is one already."""

    kind: Kind
    t: float
    g: float | None
    latitude: float | None
    longitude: float | None
    kph: float | None
    own: bool


@dataclass
class Known:
    """What the rules need beside the fixes, by vehicle."""

    book: ThresholdBook = field(default_factory=ThresholdBook)
    vehicle_type: dict[UUID, str | None] = field(default_factory=dict)
    limit_kph: dict[UUID, float | None] = field(default_factory=dict)
    reported: dict[UUID, list[Reported]] = field(default_factory=dict)
    #: Place of the stretch -> its fixes that are worth looking up; the fences, which vehicles they are for, and the streets there.
    fast: dict[int, Indices] = field(default_factory=dict)
    fences: Fences | None = None
    allowed: Flags = field(default_factory=lambda: np.ones((1, 1), np.bool_))
    streets: dict[int, Streets] = field(default_factory=dict)
    #: (vehicle, start of the stop) -> s in which a power take-off ran.
    working: dict[tuple[UUID, float], float] = field(default_factory=dict)

    def thresholds_at(self, vehicle_id: UUID, t: float) -> Thresholds:
        return self.book.at(self.vehicle_type.get(vehicle_id), t)


@dataclass(frozen=True)
class Found:
    vehicle_id: UUID
    event: Event
    source: str


class BehaviourPart:
    """See `Part`."""

    stored = sql.STORED

    def __init__(self) -> None:
        self._streets = StreetCache()

    async def load(self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch]) -> Known:
        known = Known()
        if not stretches:
            return known
        vehicles = [one.vehicle_id for one in stretches]
        tenant: dict[str, Any] = {"tenant": tenant_id, "vehicles": vehicles}
        settings = await (await connection.execute(sql.THRESHOLDS, tenant)).fetchall()
        known.book = ThresholdBook(Setting(kind, since, Thresholds(*rest)) for kind, since, *rest in settings)
        for vehicle, kind, limit in await (await connection.execute(sql.VEHICLES, tenant)).fetchall():
            known.vehicle_type[vehicle], known.limit_kph[vehicle] = kind, limit
        spans = tenant | {"kinds": list(HARSH)} | _windows(stretches)
        for vehicle, *rest in await (await connection.execute(sql.REPORTED, spans)).fetchall():
            known.reported.setdefault(vehicle, []).append(Reported(*rest))
        known.working = await self._working(connection, tenant_id, stretches, known)
        known.fast = {place: chosen for place, one in enumerate(stretches) if len(chosen := _fast(one))}
        if known.fast:
            found = await active_fences(connection, tenant_id, fence_definition().margin)
            if not np.isnan(found.fences.limit_kph).all():
                known.fences = found.fences
                known.allowed = await fences_allowed(connection, tenant_id, found.fences, vehicles)
            known.streets = await self._streets.load(
                connection,
                tenant_id,
                np.concatenate([stretches[place].track.lat[at] for place, at in known.fast.items()]),
                np.concatenate([stretches[place].track.lng[at] for place, at in known.fast.items()]),
            )
        return known

    async def _working(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch], known: Known
    ) -> dict[tuple[UUID, float], float]:
        stops = [
            (one.vehicle_id, stop)
            for one in stretches
            for stop in one.derived.stops
            if _idles(stop, known, one.vehicle_id)
        ]
        if not stops:
            return {}
        parameters = {
            "tenant": tenant_id,
            "vehicles": [vehicle for vehicle, _ in stops],
            "since": [moment(stop.started_at) for _, stop in stops],
            "until": [moment(stop.last_at) for _, stop in stops],
            "gap": DEFAULT.idle_gap,
        }
        rows = await (await connection.execute(sql.POWER_TAKE_OFF, parameters)).fetchall()
        return {(stops[n - 1][0], stops[n - 1][1].started_at): seconds for n, seconds in rows}

    def derive(self, stretches: Sequence[Stretch], known: Known) -> list[Found]:
        found: list[Found] = []
        limits = _limits(stretches, known)
        for one in stretches:
            vehicle = one.vehicle_id
            reported = known.reported.get(vehicle, [])
            found += [
                Found(vehicle, _as_event(said, known.thresholds_at(vehicle, said.t), one), "device")
                for said in reported
                if said.own
            ]
            for thresholds, trips in _by_thresholds(one, known):
                spans = [(trip.first, trip.last) for trip in trips]
                for event in harsh_events(one.track, spans, thresholds):
                    if not _was_reported(event, reported, trips):
                        found.append(Found(vehicle, event, "derived"))
                if vehicle in limits:
                    limit, source = limits[vehicle]
                    found += [
                        Found(vehicle, event, "derived")
                        for event in speeding_events(one.track, spans, limit, source, thresholds)
                    ]
            found += [
                Found(vehicle, _idling(stop, known, vehicle), "derived")
                for stop in one.derived.stops
                if _idles(stop, known, vehicle)
            ]
        return found

    async def write(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch], rows: Sequence[Found]
    ) -> int:
        if not stretches:
            return 0
        tenant = {"tenant": tenant_id, "vehicles": [one.vehicle_id for one in stretches]}
        columns = _columns(rows)
        removed = await connection.execute(
            sql.REMOVE, tenant | _windows(stretches) | {"kept": columns["ids"]}
        )
        changed = removed.rowcount
        if rows:
            cursor = await connection.execute(sql.WRITE, {"tenant": tenant_id} | columns)
            written = await cursor.fetchall()
            changed += len(written)
            since = datetime.now(UTC) - RECENT
            news = [
                {
                    "id": str(row[0]),
                    "vehicle_id": str(row[1]),
                    "driver_id": row[2] and str(row[2]),
                    "event_type": row[3],
                    "severity": row[4],
                    "recorded_at": row[5].isoformat(),
                }
                for row in written
                if row[6] and row[5] >= since
            ]
            if news:
                await append_event(connection, TOPIC, {"events": news})
        return changed


def _windows(stretches: Sequence[Stretch]) -> dict[str, list[Any]]:
    """From the start of the stop that the derivation was resumed in, as trips and stops are replaced."""
    since = [BEFORE_ALL if one.stop_since is None else moment(one.stop_since) for one in stretches]
    return windows(stretches) | {"since": since}


def _trips(one: Stretch) -> list[Trip]:
    """Trips that somebody saw: of a silent one only the ends are known."""
    return [trip for trip in one.derived.trips if not trip.silent]


def _by_thresholds(one: Stretch, known: Known) -> list[tuple[Thresholds, list[Trip]]]:
    """Trips by what held when they began; nearly always one group."""
    groups: dict[Thresholds, list[Trip]] = {}
    for trip in _trips(one):
        groups.setdefault(known.thresholds_at(one.vehicle_id, trip.started_at), []).append(trip)
    return list(groups.items())


def _fast(one: Stretch) -> Indices:
    """Fixes within trips at which the device said a speed worth looking up."""
    with np.errstate(invalid="ignore"):
        worth = one.track.speed > SLOWEST_CHECKED
    if not worth.any():
        return np.empty(0, np.intp)
    inside = np.zeros(len(one.track), np.bool_)
    for trip in _trips(one):
        inside[trip.first : trip.last + 1] = True
    worth &= inside
    # A jump would be looked up in the wrong street.
    return np.flatnonzero(worth & one.believed) if worth.any() else np.empty(0, np.intp)


def _limits(stretches: Sequence[Stretch], known: Known) -> dict[UUID, tuple[Floats, Any]]:
    """The limit at each fix and whose it is, for vehicles that have any; the places of all vehicles in one look-up."""
    if not known.fast:
        return {}
    tracks = [(stretches[place].track, at) for place, at in known.fast.items()]
    lat = np.concatenate([track.lat[at] for track, at in tracks])
    lng = np.concatenate([track.lng[at] for track, at in tracks])
    heading = np.concatenate([track.heading[at] for track, at in tracks])
    sizes = [len(at) for at in known.fast.values()]
    in_fence = np.full(len(lat), np.nan)
    if known.fences is not None:
        vehicle = np.repeat(np.fromiter(known.fast, np.intp), sizes)
        in_fence = fence_limits(known.fences, vehicle, lat, lng, known.allowed)
    on_street = street_limits(known.streets, lat, lng, heading)
    borders = np.cumsum(sizes)[:-1]
    limits = {}
    for (place, at), fence, street in zip(
        known.fast.items(), np.split(in_fence, borders), np.split(on_street, borders), strict=True
    ):
        vehicle_id, n = stretches[place].vehicle_id, len(stretches[place].track)
        own = known.limit_kph.get(vehicle_id)
        if own is not None or not (np.isnan(fence) & np.isnan(street)).all():
            limits[vehicle_id] = effective_limit(n, own, _spread(fence, at, n), _spread(street, at, n))
    return limits


def _spread(values: Floats, at: Indices, n: int) -> Floats:
    whole = np.full(n, np.nan)
    whole[at] = values
    return whole


def _was_reported(event: Event, reported: Sequence[Reported], trips: Sequence[Trip]) -> bool:
    """Whether a device or a provider told of the same. Only during the same trip: what is told later belongs to a stretch that may be
    derived without this one.
    """
    if not reported:
        return False
    trip = next(one for one in trips if one.started_at <= event.started_at < one.last_at)
    since = max(event.started_at - SAME_EVENT_S, trip.started_at)
    until = event.started_at + event.duration + SAME_EVENT_S
    return any(
        one.kind == event.kind and since <= one.t <= until and one.t < trip.last_at for one in reported
    )


def _as_event(said: Reported, thresholds: Thresholds, one: Stretch) -> Event:
    """What a device said. Without a value it is minor; without a place it happened where the vehicle was last seen."""
    track = one.track
    latitude, longitude, pace = said.latitude, said.longitude, np.nan
    if len(track):
        at = max(0, int(np.searchsorted(track.t, said.t, side="right")) - 1)
        pace = float(track.speed[at])
        if latitude is None or longitude is None:
            latitude, longitude = float(track.lat[at]), float(track.lng[at])
    g = said.g
    if g is not None and said.kind == "harsh_braking":
        g = -abs(g)
    if said.kph is not None:
        pace = said.kph / 3.6
    return Event(
        kind=said.kind,
        started_at=said.t,
        duration=0.0,
        severity="minor" if g is None else harsh_severity(g, getattr(thresholds, f"{said.kind}_g")),
        latitude=latitude,
        longitude=longitude,
        speed=None if np.isnan(pace) else pace,
        g=g,
    )


def _idle_s(stop: Stop, known: Known, vehicle_id: UUID) -> float:
    return max(0.0, stop.idle - known.working.get((vehicle_id, stop.started_at), 0.0))


def _idles(stop: Stop, known: Known, vehicle_id: UUID) -> bool:
    if stop.idle <= 0:
        return False
    thresholds = known.thresholds_at(vehicle_id, stop.started_at)
    return not thresholds.idle_exempt and _idle_s(stop, known, vehicle_id) >= thresholds.idle_s


def _idling(stop: Stop, known: Known, vehicle_id: UUID) -> Event:
    """All idling of one stop as one event. It begins with the stop: that is what a derivation resumed within the stop still knows."""
    thresholds, idle = known.thresholds_at(vehicle_id, stop.started_at), _idle_s(stop, known, vehicle_id)
    return Event(
        kind="idle_excess",
        started_at=stop.started_at,
        duration=idle,
        severity=idle_severity(idle, thresholds),
        latitude=stop.latitude,
        longitude=stop.longitude,
        speed=0.0,
        fuel_litres=idle / 3600 * thresholds.idle_litres_per_hour,
    )


def _columns(rows: Sequence[Found]) -> dict[str, list[Any]]:
    # Two devices of a vehicle may tell the same at the same time: one event.
    named = {event_id(one.vehicle_id, one.event.kind, one.event.started_at): one for one in rows}
    events = [(one, one.event) for one in named.values()]
    return {
        "ids": list(named),
        "of": [one.vehicle_id for one, _ in events],
        "kinds": [event.kind for _, event in events],
        "severities": [event.severity for _, event in events],
        "started": [moment(event.started_at) for _, event in events],
        "durations": [event.duration for _, event in events],
        "latitudes": [event.latitude for _, event in events],
        "longitudes": [event.longitude for _, event in events],
        "speeds": [None if event.speed is None else event.speed * 3.6 for _, event in events],
        "forces": [event.g for _, event in events],
        "limits": [event.limit_kph for _, event in events],
        "limit_sources": [event.limit_source for _, event in events],
        "fuels": [event.fuel_litres for _, event in events],
        "sources": [one.source for one, _ in events],
        "estimated": [event.estimated for _, event in events],
    }


PART = BehaviourPart()
