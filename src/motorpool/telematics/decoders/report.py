"""What every decoder makes of one message of a device."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Undecodable(Exception):
    """A message that cannot be understood; the text says what is wrong and never repeats the device's
    identifier.
    """


@dataclass(slots=True)
class Happening:
    """Something that the device noticed by itself, at the time and place of its report.

    `code` is one of `models.EVENT_CODES`. `value`: g for harsh events, km/h for overspeed, V or % for low_battery.
    `raw`: what the protocol calls it.
    """

    code: str
    value: float | None = None
    raw: str | None = None


@dataclass(slots=True)
class Report:
    """One message of a device. Without a fix (`latitude` None) it is only a sign of life.

    `recorded_at` is in microseconds since 1970 UTC, None: when it came in. Optional numbers that make no
    sense (a negative speed means unknown on many devices) are None here, never an error.
    """

    identifier: str
    recorded_at: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    #: metres
    altitude: float | None = None
    #: km/h
    speed: float | None = None
    #: degrees, 0 to below 360
    heading: float | None = None
    #: metres
    accuracy: float | None = None
    #: metres
    odometer_m: float | None = None
    ignition: bool | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    #: What the engine's computer says, by column of obd_telemetry and in its unit.
    readings: dict[str, float] = field(default_factory=dict)
