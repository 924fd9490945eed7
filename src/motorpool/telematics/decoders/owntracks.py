"""OwnTracks' JSON, over MQTT or HTTP (owntracks.org/booklet/tech/json).

`{"_type": "location", "lat", "lon", "tst" (s), "acc" (m), "alt" (m), "vel" (km/h), "cog" (degrees), "batt" (%), "bs", "t",
"tid", "conn", ...}`. A transition tells that a phone entered or left a region of its own; it has a place as well. `lwt` is
what the broker says when a phone is gone. Other types carry nothing for us.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from motorpool.telematics.decoders.protocol import is_on_earth, printable
from motorpool.telematics.decoders.report import Report, Undecodable

PROTOCOL = "owntracks"
#: Fields kept as attributes, and what they are called there.
ATTRIBUTES = {
    "t": "trigger",
    "tid": "tracker_id",
    "conn": "connection",
    "batt": "battery_percent",
    "vac": "vertical_accuracy_m",
    "p": "pressure_kpa",
    "m": "monitoring",
    "event": "transition",
    "desc": "region",
    "SSID": "wifi",
}
CHARGING = {1: False, 2: True, 3: True}
MOST_SECONDS = 253_402_300_800  # the year 10000
ACCURACY_MOST = 9_999.99


def decode(payload: bytes, identifier: str) -> Report | None:
    """A message as a report; None for types without a place (lwt, card, waypoint, ...). Raises Undecodable."""
    try:
        message = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable("the message is not JSON") from error
    if not isinstance(message, Mapping) or not isinstance(message.get("_type"), str):
        raise Undecodable("the message has no _type")
    kind = message["_type"]
    if kind == "encrypted":
        raise Undecodable("the message is encrypted; leave the encryption key empty in OwnTracks and use TLS")
    if kind not in ("location", "transition"):
        return None
    latitude, longitude, tst = (_number(message.get(name)) for name in ("lat", "lon", "tst"))
    if tst is None or not 0 <= tst < MOST_SECONDS:
        raise Undecodable("tst must be seconds since 1970")
    report = Report(identifier, recorded_at=round(tst * 1e6))
    if latitude is not None and longitude is not None:
        if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
            raise Undecodable("lat must be from -90 to 90 and lon from -180 to 180 degrees")
        if is_on_earth(latitude, longitude):
            report.latitude, report.longitude = latitude, longitude
    report.altitude = _number(message.get("alt"))
    report.speed = _at_least_zero(message.get("vel"))
    course = _at_least_zero(message.get("cog"))
    report.heading = None if course is None else math.fmod(course, 360)
    accuracy = _at_least_zero(message.get("acc"))
    report.accuracy = None if accuracy is None else min(accuracy, ACCURACY_MOST)
    for name, attribute in ATTRIBUTES.items():
        value = message.get(name)
        if isinstance(value, str) and value:
            report.attributes[attribute] = printable(value, 200)
        elif (number := _number(value)) is not None:
            report.attributes[attribute] = number
    state = message.get("bs")
    if isinstance(state, int) and state in CHARGING:
        report.attributes["charging"] = CHARGING[state]
    return report


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _at_least_zero(value: Any) -> float | None:
    number = _number(value)
    return None if number is None or number < 0 else number
