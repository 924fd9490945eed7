"""What the last readings of an engine say that somebody should know. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

#: Volts of a 12 V system; below, the battery is weak, or the alternator does not charge it.
LOW_AT_REST = 12.2
LOW_RUNNING = 13.0
#: Above this, the system has 24 V.
TWICE = 18.0
#: Degrees Celsius.
HOT = 110
#: So many readings have to agree: a starter draws the voltage down for a moment.
LEAST = 3


@dataclass(frozen=True)
class Warning:
    kind: Literal["battery_low", "not_charging", "too_hot"]
    severity: Literal["critical", "major"]
    text: str
    #: Column of the readings that it is about, and what it said last: volts or degrees Celsius.
    metric: Literal["battery_voltage", "coolant_temp"]
    value: float


def warnings(
    rpm: Sequence[float | None], volts: Sequence[float | None], coolant: Sequence[float | None]
) -> list[Warning]:
    """Warnings from the last readings, newest first; sequences of equal length, None where nothing was said."""
    found = []
    hot = [value for value in coolant if value is not None][:LEAST]
    if len(hot) == LEAST and min(hot) > HOT:
        text = "The coolant is too hot: stop, let the engine cool, look at coolant and fan."
        found.append(Warning("too_hot", "critical", text, "coolant_temp", hot[0]))
    said = [(v, r) for v, r in zip(volts, rpm, strict=True) if v is not None]
    if len(said) >= LEAST:
        running = [v for v, r in said if r]
        standing = [v for v, r in said if not r]
        newest = running if said[0][1] else standing
        if len(newest) >= LEAST:
            level = median(newest)
            scale = 2 if level > TWICE else 1
            if said[0][1] and level < LOW_RUNNING * scale:
                text = "Low voltage with the engine running: the alternator may not charge."
                found.append(Warning("not_charging", "major", text, "battery_voltage", level))
            elif not said[0][1] and level < LOW_AT_REST * scale:
                text = "Low voltage with the engine off: the battery may not start the engine."
                found.append(Warning("battery_low", "major", text, "battery_voltage", level))
    return found
