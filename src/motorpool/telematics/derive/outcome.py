"""What the rules say about a vehicle as rows to write. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from motorpool.telematics.derive.checkpoints import keep_checkpoints
from motorpool.telematics.derive.parts import Stretch
from motorpool.telematics.derive.tracks import Loaded
from motorpool.telematics.derive.work import Claim, moment
from motorpool.telematics.rules.definition import TripDefinition
from motorpool.telematics.rules.identity import stop_id, trip_id, trip_number
from motorpool.telematics.rules.results import Derivation, Motion, Stop, Trip
from motorpool.telematics.rules.track import Track
from motorpool.telematics.rules.trips import derive

#: A speed between two fixes further apart than this says nothing about now, in seconds.
LATEST_LEG_S = 300.0

Row = tuple[Any, ...]


@dataclass
class Outcome:
    """Rows for the staging tables of `write`, in the order of their columns."""

    windows: list[Row] = field(default_factory=list)
    trips: list[Row] = field(default_factory=list)
    stops: list[Row] = field(default_factory=list)
    states: list[Row] = field(default_factory=list)
    #: Vehicles that have more fixes, and from when (epoch seconds).
    unfinished: list[tuple[UUID, float]] = field(default_factory=list)
    #: Of these, the ones for which what was read was too little to get anywhere.
    stuck: list[UUID] = field(default_factory=list)
    positions: int = 0
    #: What the other parts of the derivation go on from.
    stretches: list[Stretch] = field(default_factory=list)


def derive_all(loaded: Sequence[Loaded], definition: TripDefinition) -> Outcome:
    """Apply the rules to each vehicle."""
    outcome = Outcome()
    for one in loaded:
        _derive_one(one, definition, outcome)
    return outcome


def _derive_one(loaded: Loaded, definition: TripDefinition, outcome: Outcome) -> None:
    claim, track = loaded.claim, loaded.track
    outcome.positions += len(track)
    if not len(track):
        # Work can come without positions: an engine reading, an assignment. There is no stop to go back to: what
        # was recorded before the first change stays as it is.
        nothing = Derivation((), (), None, None)
        before = claim.late - 1e-6
        outcome.stretches.append(Stretch(claim.vehicle_id, track, nothing, before, before, claim.late, True))
        return
    derived = derive(track, definition, claim.resume, claim.edits)
    last_t = float(track.t[-1])
    reach: datetime | None = None
    if not loaded.complete:
        reach = moment(last_t)
        outcome.unfinished.append((claim.vehicle_id, last_t + 1e-6))
        began = claim.resume.t if claim.resume else -np.inf
        if derived.resume is None or derived.resume.t <= began or derived.resume.settled_at > last_t:
            outcome.stuck.append(claim.vehicle_id)
    since, stop_since = (claim.resume.t, claim.resume.stop_started_at) if claim.resume else (None, None)
    outcome.stretches.append(
        Stretch(
            claim.vehicle_id,
            track,
            derived,
            since,
            stop_since,
            last_t,
            loaded.complete,
            definition.jumps,
        )
    )
    known = np.concatenate(([0], np.cumsum(track.engine >= 0)))
    outcome.trips.extend(_trip(claim, trip, known, definition) for trip in derived.trips)
    outcome.stops.extend(_stop(claim.vehicle_id, stop, track) for stop in derived.stops)
    checkpoints = keep_checkpoints(derived.resume, claim.earlier) if derived.resume else []
    outcome.windows.append(
        (
            claim.vehicle_id,
            None if stop_since is None else moment(stop_since),
            reach,
            msgspec.json.encode([one.as_json() for one in checkpoints]).decode() if checkpoints else None,
            moment(last_t),
        )
    )
    if loaded.complete and derived.motion:
        outcome.states.append(_state(claim.vehicle_id, derived, derived.motion, track, definition))


def _trip(claim: Claim, trip: Trip, known: NDArray[np.int64], definition: TripDefinition) -> Row:
    vehicle_id = claim.vehicle_id
    engine_known = known[trip.last + 1] > known[trip.first]
    details: dict[str, Any] = {
        "distance_source": trip.distance_source,
        "max_speed_source": trip.max_speed_source,
    }
    if trip.silent:
        details["silent"] = True
    if trip.rejected:
        details["rejected"] = trip.rejected
    return (
        trip_id(vehicle_id, trip.started_at),
        vehicle_id,
        trip_number(claim.number, trip.started_at),
        moment(trip.started_at),
        moment(trip.last_at),
        trip.ended_at is not None,
        trip.start_latitude,
        trip.start_longitude,
        trip.end_latitude,
        trip.end_longitude,
        round(trip.distance * 1000),
        None if trip.start_odometer is None else round(trip.start_odometer * 1000),
        trip.duration,
        trip.idle if engine_known else None,
        trip.max_speed * 3.6,
        # A leap that nothing contradicts is kept; its speed would not even fit the column.
        min(trip.average_speed, definition.jumps.max_speed) * 3.6,
        trip.polyline,
        msgspec.json.encode(details).decode(),
    )


def _stop(vehicle_id: UUID, stop: Stop, track: Track) -> Row:
    # Whether idling is known is read off the last fix: a derivation that resumed inside the stop has that one
    # too.
    engine_known = stop.idle > 0 or track.engine[stop.last] >= 0
    return (
        stop_id(vehicle_id, stop.started_at),
        vehicle_id,
        moment(stop.started_at),
        moment(stop.last_at),
        stop.ended_at is not None,
        stop.latitude,
        stop.longitude,
        stop.duration,
        stop.idle if engine_known else None,
        stop.first is None,
        msgspec.json.encode(stop.resume.as_json()).decode() if stop.resume else None,
    )


def _state(
    vehicle_id: UUID, derived: Derivation, motion: Motion, track: Track, definition: TripDefinition
) -> Row:
    started_at = motion.trip_started_at
    odometer = float(track.odometer[-1])
    return (
        vehicle_id,
        moment(motion.t),
        motion.latitude,
        motion.longitude,
        motion.state,
        moment(motion.since),
        None if started_at is None else trip_id(vehicle_id, started_at),
        motion.heading,
        _speed(motion, track, definition),
        None if np.isnan(odometer) else odometer,
        None if track.engine[-1] < 0 else bool(track.engine[-1]),
    )


def _speed(motion: Motion, track: Track, definition: TripDefinition) -> float | None:
    """km/h: the device's own, else over the last leg, else unknown."""
    if motion.speed is not None:
        return motion.speed * 3.6
    if motion.state != "moving":
        return 0.0
    if len(track) < 2 or track.leg_s[-1] > LATEST_LEG_S:
        return None
    speed = float(track.leg_speed[-1])
    return speed * 3.6 if speed <= definition.jumps.max_speed else None
