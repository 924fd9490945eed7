"""What trip derivation answers: trips, stops, the live state, and where to start again. Plain values, SI
units."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["moving", "idling", "stopped"]


@dataclass(frozen=True)
class Resume:
    """A checkpoint: at time `t` the vehicle stood at a known place, and nothing before matters any more.

    Deriving again from a checkpoint on the fixes at and after `load_from` gives the same trips and stops as
    deriving from the beginning, as long as no fix at or before `settled_at` has come or gone since.
    """

    t: float
    """Epoch seconds of the fix that the derivation goes on from."""
    load_from: float
    """Epoch seconds of the first fix to load: the context of the jump filter, at most `JumpFilter.context`
    fixes."""
    settled_at: float
    """Epoch seconds. Usable for a late fix only if this is before that fix; infinite while too little came
    after `t`."""
    latitude: float
    longitude: float
    """Place of the stop, degrees: what the vehicle has to leave."""
    stop_started_at: float
    """Epoch seconds at which the stop that holds `t` began; also the end of the trip before."""
    idle_ms: int
    """Idling of that stop up to `t`, milliseconds."""
    running_since: float | None
    """Epoch seconds since when the engine runs in that stop without a break; None if it is not known to."""

    def as_json(self) -> dict[str, float | int | None]:
        """For storage; floats survive JSON exactly, an infinite `settled_at` becomes null."""
        values = asdict(self)
        if math.isinf(self.settled_at):
            values["settled_at"] = None
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Resume:
        """The inverse of `as_json`. Raises KeyError for a missing entry."""
        settled_at, running_since = values["settled_at"], values["running_since"]
        return cls(
            t=float(values["t"]),
            load_from=float(values["load_from"]),
            settled_at=math.inf if settled_at is None else float(settled_at),
            latitude=float(values["latitude"]),
            longitude=float(values["longitude"]),
            stop_started_at=float(values["stop_started_at"]),
            idle_ms=int(values["idle_ms"]),
            running_since=None if running_since is None else float(running_since),
        )


def restart(checkpoints: Iterable[Resume], late: float) -> Resume | None:
    """The newest checkpoint that a fix of time `late` leaves intact; None: derive from the beginning.

    Whatever began at or after the `stop_started_at` of the answer is to be replaced by the new derivation;
    what began before stays as it is.
    """
    return max((one for one in checkpoints if one.settled_at < late), key=lambda one: one.t, default=None)


@dataclass(frozen=True)
class Trip:
    """One trip. Indices point into the track that was given to `derive`; both ends belong to the trip."""

    first: int
    last: int
    started_at: float
    last_at: float
    """Epoch seconds of the last fix so far."""
    ended_at: float | None
    """Epoch seconds, equal to `last_at`; None while the trip is under way."""
    start_latitude: float
    start_longitude: float
    end_latitude: float
    end_longitude: float
    distance: float
    """m"""
    distance_source: Literal["gps", "odometer"]
    start_odometer: float | None
    end_odometer: float | None
    """m, only where `distance_source` is odometer."""
    duration: float
    """s, from `started_at` to `last_at`"""
    idle: float
    """s with the engine known to run and the vehicle standing"""
    max_speed: float
    """m/s"""
    max_speed_source: Literal["device", "computed"]
    average_speed: float
    """m/s: distance / duration, standing included"""
    polyline: str
    """Encoded, precision 5, simplified."""
    silent: bool
    """The vehicle went from start to end unheard: two fixes, and only their places and times are known."""
    rejected: int
    """Fixes between start and end that are not believed, and in no measure."""
    final: bool
    """No later fix can change this trip; only one that arrives late can."""


@dataclass(frozen=True)
class Stop:
    """One stop. `first` is None when the stop began before the track (derivation resumed in it)."""

    first: int | None
    last: int
    started_at: float
    last_at: float
    ended_at: float | None
    """Epoch seconds, equal to `last_at`; None while the vehicle still stands."""
    latitude: float
    longitude: float
    duration: float
    """s, from `started_at` to `last_at`"""
    idle: float
    """s with the engine known to run"""
    final: bool
    resume: Resume | None
    """None in a stop that people made. The earliest checkpoint in this stop that this run knows: store it with the
    stop, for fixes that arrive late. Where `first` is None and the stored one has a finite `settled_at`, the stored one is
    earlier and as good."""


@dataclass(frozen=True)
class Motion:
    """The live state at the last believed fix `t`; `since` when, both epoch seconds; heading in degrees or
    None."""

    state: State
    since: float
    t: float
    latitude: float
    longitude: float
    heading: float | None
    """degrees; None where the loaded fixes do not tell: the last known one still holds"""
    heading_source: Literal["device", "computed"] | None
    speed: float | None
    """m/s as the device says it at that fix; None if it does not"""
    trip_started_at: float | None
    """Start of the trip under way, None in a stop."""


@dataclass(frozen=True)
class Derivation:
    """Trips and stops in order of time. Only the last segment is open; `resume` and `motion` are None
    without fixes."""

    trips: tuple[Trip, ...]
    stops: tuple[Stop, ...]
    resume: Resume | None
    motion: Motion | None

    @property
    def settled_until(self) -> float:
        """Epoch seconds: everything that ended at or before this is final. -inf if nothing is."""
        trips = [one.last_at for one in self.trips if one.final]
        stops = [one.last_at for one in self.stops if one.final]
        return max(trips + stops, default=-math.inf)
