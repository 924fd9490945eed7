"""Which thresholds hold for a vehicle at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .behaviour import CAR, DEFAULTS, Thresholds


@dataclass(frozen=True)
class Setting:
    """Thresholds that an organisation has set: for one vehicle type, or (None) for all that have none of their own."""

    vehicle_type: str | None
    valid_from: float
    """Epoch seconds."""
    thresholds: Thresholds


class ThresholdBook:
    """All settings of an organisation. The newest one that had begun holds; what is never set comes from `DEFAULTS`.

    A setting is not moved back in time by being saved later than a fix was taken, so deriving old fixes again gives what it gave.
    """

    def __init__(self, settings: Iterable[Setting] = ()) -> None:
        self._by_type: dict[str | None, list[Setting]] = {}
        for one in sorted(settings, key=lambda one: -one.valid_from):
            self._by_type.setdefault(one.vehicle_type, []).append(one)

    def at(self, vehicle_type: str | None, t: float) -> Thresholds:
        """The thresholds for a vehicle type at `t` (epoch seconds): its own setting, else the common one, else the default."""
        for key in dict.fromkeys((vehicle_type, None)):
            for one in self._by_type.get(key, ()):
                if one.valid_from <= t:
                    return one.thresholds
        return DEFAULTS.get(vehicle_type or "", CAR)
