"""What a trip is, as numbers: every threshold of trip derivation, each with its unit and default."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from .outliers import JumpFilter


@dataclass(frozen=True)
class TripDefinition:
    """Thresholds of trips and stops; `trips.py` says in words how they act. Metres, seconds, metres per
    second.

    Raises ValueError, naming the field, for a value that cannot work.
    """

    min_distance: float = 200.0
    """m. Within this of where it came to rest a vehicle has not left; a window within this may be a stop."""
    min_duration: float = 180.0
    """s. A vehicle that stays within `min_distance` this long has stopped."""
    stop_gap: float = 3600.0
    """s. Silence longer than this ends a trip; what happened meanwhile is a trip of its own."""
    settle_radius: float = 50.0
    """m. Within this of the place where it stands a vehicle has arrived, or has not departed."""
    settle_duration: float = 30.0
    """s. A stop includes at least this much standing, so that a crawling queue is not one."""
    engine_off_duration: float = 120.0
    """s. Takes the place of `min_duration` while the engine is known to be off; longer than a red light,
    because engines that switch themselves off look alike."""
    still_speed: float = 1.0 / 3.6
    """m/s. Slower than this (1 km/h) is standing."""
    moving_speed: float = 8.0 / 3.6
    """m/s. A stopped vehicle whose device reports at least this (8 km/h) is shown as moving at once."""
    idle_gap: float = 200.0
    """s. A leg longer than this is never idling: nobody saw the engine run."""
    odometer_low: float = 0.9
    """Least share of the GPS distance at which an odometer difference is believed (give or take
    `odometer_slack`)."""
    odometer_high: float = 1.5
    """Greatest share of the GPS distance at which an odometer difference is believed: fixes cut corners."""
    odometer_slack: float = 200.0
    """m. Added to both bounds, for readings in coarse steps."""
    simplify: float = 5.0
    """m. The polyline of a trip strays at most this far from its fixes."""
    jumps: JumpFilter = field(default_factory=JumpFilter)
    """Which fixes are not believed at all."""

    def __post_init__(self) -> None:
        for one in fields(self):
            if one.name != "jumps" and not getattr(self, one.name) > 0:
                raise ValueError(f"{one.name} must be more than 0, not {getattr(self, one.name)!r}")
        if not self.settle_duration <= self.engine_off_duration <= self.min_duration <= self.stop_gap:
            raise ValueError(
                "settle_duration, engine_off_duration, min_duration, stop_gap: none may exceed the next"
            )
        if self.settle_radius > self.min_distance:
            raise ValueError("settle_radius must not be more than min_distance")

    @property
    def walking_speed(self) -> float:
        """m/s: `min_distance` / `min_duration` (1.11 by default). A leg faster than this is driving."""
        return self.min_distance / self.min_duration


DEFAULT = TripDefinition()
"""200 m, 180 s, 3600 s and the defaults of the rest."""
