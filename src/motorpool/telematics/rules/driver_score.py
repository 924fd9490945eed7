"""The score of a driver, and where its points went. Pure.

    score = 100 - sum of impacts, not below 0
    impact of a kind of event   = weight x events x 1000 / miles
    impact of speeding          = weight x 100 x time above the limit / driving time

With all weights 1 this is Samsara's original simple formula: events per 1,000 miles, and the per cent of time above the limit.
Its published example, 5 events in 247 miles and 69 of 520 minutes above the limit, gives 66.5 (Samsara's help centre, article
115001947714). Today's form adds weights from 0 to 10 for each kind (articles 360045237852, 360043160532); distances are miles
there always, so they are here. Without distance there is no score.

Speeding has a weight for each severity, because a minute at 5 over is not a minute at 40 over. Idling wastes fuel but hurts
nobody: its weight is 0 unless somebody wants it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

KM_PER_MILE = 1.609344


@dataclass(frozen=True)
class Weights:
    """0 to 10: how much each kind counts. Raises ValueError, naming the field, for another value."""

    harsh_braking: float = 1.0
    harsh_acceleration: float = 1.0
    harsh_cornering: float = 1.0
    speeding_minor: float = 1.0
    speeding_moderate: float = 1.0
    speeding_severe: float = 1.0
    distracted_driving: float = 2.0
    no_seatbelt: float = 1.0
    idle_excess: float = 0.0

    def __post_init__(self) -> None:
        for one in fields(self):
            if not 0 <= getattr(self, one.name) <= 10:
                raise ValueError(f"{one.name} must be between 0 and 10, not {getattr(self, one.name)!r}")


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True)
class Record:
    """What a driver did in a period."""

    distance_km: float
    driving_s: float
    #: Kind of event -> how many.
    events: Mapping[str, int]
    #: Severity -> s above the limit.
    speeding_s: Mapping[str, float]


@dataclass(frozen=True)
class Impact:
    """Points that one kind cost. `amount` is a number of events, or seconds of speeding."""

    kind: str
    amount: float
    weight: float
    points: float
    #: The same in words, with the figures put in.
    formula: str


@dataclass(frozen=True)
class Score:
    """`value` None: nothing was driven. `impacts` are in the order of what they cost, those of nothing left out."""

    value: float | None
    impacts: tuple[Impact, ...]
    distance_km: float
    driving_s: float

    @property
    def miles(self) -> float:
        return self.distance_km / KM_PER_MILE

    @property
    def lost(self) -> float:
        """Points lost, beyond 100 too."""
        return sum(one.points for one in self.impacts)


COUNTED = (
    "harsh_braking",
    "harsh_acceleration",
    "harsh_cornering",
    "distracted_driving",
    "no_seatbelt",
    "idle_excess",
)
SEVERITIES = ("minor", "moderate", "severe")


def score(record: Record, weights: Weights = DEFAULT_WEIGHTS) -> Score:
    """The score with its explanation: 100 less the sum of the points is the value, unless that is below 0."""
    miles = record.distance_km / KM_PER_MILE
    impacts = []
    if miles > 0:
        for kind in COUNTED:
            count, weight = record.events.get(kind, 0), getattr(weights, kind)
            if count:
                formula = f"{weight:g} x {count} x 1,000 / {miles:,.0f} mi"
                impacts.append(Impact(kind, count, weight, weight * count * 1000 / miles, formula))
        for severity in SEVERITIES if record.driving_s > 0 else ():
            seconds, kind = record.speeding_s.get(severity, 0.0), f"speeding_{severity}"
            weight = getattr(weights, kind)
            if seconds:
                # Speeding can be known for longer than trips say that somebody drove: no more than all of it.
                share = min(1.0, seconds / record.driving_s)
                formula = f"{weight:g} x 100 x {seconds / 60:,.1f} min / {record.driving_s / 60:,.0f} min"
                impacts.append(Impact(kind, seconds, weight, weight * 100 * share, formula))
    impacts.sort(key=lambda one: (-one.points, one.kind))
    value = max(0.0, 100 - sum(one.points for one in impacts)) if miles > 0 else None
    return Score(value, tuple(impacts), record.distance_km, record.driving_s)
