"""What every decoder makes of one message of a device."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Undecodable(Exception):
    """A message that cannot be understood; the text says what is wrong and never repeats the device's
    identifier.
    """


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
