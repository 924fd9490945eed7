"""Travel between places: the question, the answer, and who answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np

from motorpool.telematics.rules.route_estimate import estimated_matrix
from motorpool.telematics.rules.track import Flags, Floats

Basis = Literal["road", "straight_line"]
TRUCKS = frozenset({"truck", "tractor"})


class Spot(NamedTuple):
    """A place, degrees WGS 84."""

    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a vehicle decides which roads it may take and how fast it is. Unknown: what is usual for its kind."""

    kind: Literal["auto", "truck", "bus"] = "auto"
    height_m: float | None = None
    weight_t: float | None = None

    @classmethod
    def of(
        cls, vehicle_type: str | None, height_m: float | None = None, weight_kg: float | None = None
    ) -> Profile:
        """From a vehicle's kind, height and permitted weight. Cars are not held up by either."""
        if vehicle_type == "bus":
            return cls("bus")
        if vehicle_type in TRUCKS:
            return cls("truck", height_m, round(weight_kg / 1000, 2) if weight_kg else None)
        return cls()

    @property
    def name(self) -> str:
        """Vehicles with the same name travel alike."""
        return f"{self.kind}/{self.height_m or ''}/{self.weight_t or ''}"

    @property
    def is_heavy(self) -> bool:
        return self.kind != "auto"


@dataclass(frozen=True, eq=False)
class Travel:
    """Metres and seconds from each place (row) to each (column), shape (n, n); NaN where no way leads."""

    metres: Floats
    seconds: Floats
    basis: Basis

    @property
    def reachable(self) -> Flags:
        return np.isfinite(self.seconds)


@dataclass(frozen=True, eq=False)
class Line:
    """A way along places in their order: its points in degrees."""

    lat: Floats
    lng: Floats
    basis: Basis


class Roads(Protocol):
    """Whoever knows how one gets from place to place."""

    async def travel(self, spots: list[Spot], profile: Profile) -> Travel: ...

    async def line(self, spots: list[Spot], profile: Profile) -> Line: ...


class StraightLines:
    """No map of the roads: estimates (`rules/route_estimate.py`) and straight lines."""

    async def travel(self, spots: list[Spot], profile: Profile) -> Travel:
        lat, lng = columns(spots)
        metres, seconds = estimated_matrix(lat, lng, truck=profile.is_heavy)
        return Travel(metres, seconds, "straight_line")

    async def line(self, spots: list[Spot], profile: Profile) -> Line:
        return Line(*columns(spots), "straight_line")


def columns(spots: list[Spot]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes."""
    lat = np.array([spot.lat for spot in spots], np.float64)
    return lat, np.array([spot.lng for spot in spots], np.float64)
