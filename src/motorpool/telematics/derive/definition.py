"""The operator's settings as the thresholds of the rules."""

from __future__ import annotations

from motorpool.core.settings import TripSettings
from motorpool.telematics.rules.definition import DEFAULT, TripDefinition
from motorpool.telematics.rules.outliers import JumpFilter


def trip_definition(settings: TripSettings) -> TripDefinition:
    """What a trip is by these settings; thresholds without a setting keep their default unless the others
    forbid it.
    """
    quickest = min(DEFAULT.engine_off_duration, settings.min_duration_s)
    return TripDefinition(
        min_distance=settings.min_distance_m,
        min_duration=settings.min_duration_s,
        stop_gap=max(settings.stop_gap_s, settings.min_duration_s),
        settle_radius=min(DEFAULT.settle_radius, settings.min_distance_m),
        settle_duration=min(DEFAULT.settle_duration, quickest),
        engine_off_duration=quickest,
        jumps=JumpFilter(max_speed=settings.max_speed_mps),
    )
