"""How vehicles are driven, as numbers: thresholds by vehicle class, events, their names and severity. Pure, SI units.

Where the defaults come from (more in `docs/driver_behaviour.md`):

* g of cars and light trucks: GPS Insight's recommended defaults for weight classes 1 and 2 ("Defining thresholds for your
  fleet", help.gpsinsight.com). Samsara and Geotab do not publish their tables; both keep three classes, as is done here.
* g of heavy vehicles: no published table was found. Braking and cornering stay those of class 2; 0.29 g of acceleration is
  commonly quoted of Geotab's heavy-duty class, and is as much as a loaded truck gives.
* Speeding: light up to 10 % above the limit, moderate to 20 %, then heavy and severe (Samsara); the last two are `severe` here.
* Idling, litres an hour without load: US Department of Energy, Fact #861 (23 February 2015), after Argonne National Laboratory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID, uuid5

BEHAVIOUR = UUID("2c6f6b0a-52a7-4f6e-9d1b-6f3c0d1f7a55")
"""UUIDv5 namespace of behaviour events; never changes."""
GRAVITY = 9.80665
"""m/s2, standard acceleration of free fall (CGPM 1901)."""
LITRES_PER_GALLON = 3.785411784

Kind = Literal["harsh_braking", "harsh_acceleration", "harsh_cornering", "speeding", "idle_excess"]
Severity = Literal["minor", "moderate", "severe"]
LimitSource = Literal["vehicle", "geofence", "street"]
HARSH: tuple[Kind, ...] = ("harsh_braking", "harsh_acceleration", "harsh_cornering")

MODERATE_RATIO = 1.25
SEVERE_RATIO = 1.5
"""A harsh event is moderate, or severe, from this multiple of its threshold on (our choice: vendors publish none)."""


@dataclass(frozen=True)
class Thresholds:
    """From where on something is an event. Raises ValueError, naming the field, for a value that cannot work."""

    harsh_braking_g: float = 0.38
    """g. Slowing down by more than this is harsh."""
    harsh_acceleration_g: float = 0.37
    """g. Speeding up by more than this is harsh."""
    harsh_cornering_g: float = 0.38
    """g. Sideways acceleration above this is harsh."""
    speeding_tolerance_kph: float = 5.0
    """km/h above the limit that do not count: what a speedometer and a GPS speed may be off."""
    speeding_min_s: float = 10.0
    """s. A shorter time above the limit is no event."""
    speeding_moderate_percent: float = 10.0
    """% above the limit from which on speeding is moderate."""
    speeding_severe_percent: float = 20.0
    """% above the limit from which on speeding is severe."""
    idle_s: float = 300.0
    """s. Idling in one stop for at least this long is excessive."""
    idle_litres_per_hour: float = 0.16 * LITRES_PER_GALLON
    """l/h burned while idling."""
    idle_exempt: bool = False
    """The engine runs for work (power take-off): idling is never an event."""

    def __post_init__(self) -> None:
        for name in ("harsh_braking_g", "harsh_acceleration_g", "harsh_cornering_g", "idle_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)!r}")
        for name in ("speeding_tolerance_kph", "speeding_min_s", "idle_litres_per_hour"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)!r}")
        if not 0 <= self.speeding_moderate_percent <= self.speeding_severe_percent:
            raise ValueError("speeding_severe_percent must not be less than speeding_moderate_percent")


CAR = Thresholds()
LIGHT_TRUCK = Thresholds(
    harsh_braking_g=0.36,
    harsh_acceleration_g=0.35,
    harsh_cornering_g=0.35,
    idle_litres_per_hour=0.39 * LITRES_PER_GALLON,
)
TRUCK = replace(LIGHT_TRUCK, harsh_acceleration_g=0.29, idle_litres_per_hour=0.64 * LITRES_PER_GALLON)
BUS = replace(TRUCK, idle_litres_per_hour=0.97 * LITRES_PER_GALLON)
EQUIPMENT = replace(TRUCK, idle_litres_per_hour=0.90 * LITRES_PER_GALLON, idle_exempt=True)
DEFAULTS: dict[str, Thresholds] = {
    "car": CAR,
    "suv": CAR,
    "motorcycle": CAR,
    "pickup": LIGHT_TRUCK,
    "van": LIGHT_TRUCK,
    "truck": TRUCK,
    "tractor": TRUCK,
    "trailer": TRUCK,
    "bus": BUS,
    "equipment": EQUIPMENT,
}
"""Vehicle type -> what holds without thresholds of the organisation; other types are taken for cars."""


@dataclass(frozen=True)
class Event:
    """Something about how a vehicle was driven."""

    kind: Kind
    started_at: float
    """Epoch seconds of the fix that it begins at."""
    duration: float
    """s"""
    severity: Severity
    latitude: float | None
    longitude: float | None
    speed: float | None = None
    """m/s: at the beginning of a harsh event, where a limit was exceeded most; None: not known."""
    g: float | None = None
    """Peak acceleration, g; braking is negative."""
    limit_kph: float | None = None
    limit_source: LimitSource | None = None
    fuel_litres: float | None = None
    estimated: bool = False
    """Computed from the speeds and headings of fixes; no device said so itself."""


def event_id(vehicle_id: UUID, kind: str, start: float) -> UUID:
    """Id of the event of a kind that began at `start` (epoch seconds, exact to the millisecond)."""
    return uuid5(BEHAVIOUR, f"{vehicle_id}/{kind}/{round(start * 1000)}")


def harsh_severity(g: float, threshold: float) -> Severity:
    """By how far the peak is above its threshold."""
    # Rounded: 0.6 / 0.4 is a hair below 1.5 in binary.
    ratio = round(abs(g) / threshold, 9)
    return "severe" if ratio >= SEVERE_RATIO else "moderate" if ratio >= MODERATE_RATIO else "minor"


def speeding_severity(excess_percent: float, thresholds: Thresholds) -> Severity:
    """By the greatest excess, in per cent of the limit."""
    excess_percent = round(excess_percent, 9)
    if excess_percent >= thresholds.speeding_severe_percent:
        return "severe"
    return "moderate" if excess_percent >= thresholds.speeding_moderate_percent else "minor"


def idle_severity(idle: float, thresholds: Thresholds) -> Severity:
    """By the multiple of the allowed time: from twice moderate, from four times severe (our choice)."""
    times = idle / thresholds.idle_s
    return "severe" if times >= 4 else "moderate" if times >= 2 else "minor"
