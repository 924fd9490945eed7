"""The OsmAnd protocol, which Traccar Client and OsmAnd speak: a query, a form, or a JSON body.

Query and form: `id` or `deviceid`, `timestamp` (seconds or milliseconds since 1970, ISO 8601, or `yyyy-MM-dd
HH:mm:ss` in UTC), `lat` and `lon` or `location=lat,lon`, `speed` in knots, `bearing` or `heading`, `altitude`
and `accuracy` in metres, `batt` in percent, `charge`, `valid`, `driverUniqueId`, `odometer` in metres;
anything else is kept as an attribute. JSON (Traccar Client 9 and later): `{"device_id", "location":
{"timestamp", "coords": {"latitude", "longitude", "accuracy", "speed" (m/s, -1: none), "heading", "altitude"},
"is_moving", "odometer" (m), "event", "mock", "activity": {"type"}, "battery": {"level" (0 to 1),
"is_charging"}, "alarm", "extras": {}}}`.

A message without coordinates, with `valid=false` or at 0, 0 is a sign of life without a fix. Traccar stores
such a message at the last known place; that would put a vehicle where nobody saw it, so here nothing is
stored for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from motorpool.telematics.decoders.report import Report, Undecodable

KNOT = 1.852  # km/h
METRE_PER_SECOND = 3.6  # km/h
#: Numbers below are seconds, others milliseconds; as in Traccar, but OsmAnd has no reason to send 1970.
SECONDS_BELOW = 2**31
MOST_FIELDS = 100
MOST_MICROS = 253_402_300_800_000_000  # the year 10000
IDENTIFIER_LENGTH = 100
TEXT_LENGTH = 500
ACCURACY_MOST = 9_999.99
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Pairs = Iterable[tuple[str, str]]


def decode_form(body: bytes | str) -> Report:
    """Decode a query string or a form body. Raises Undecodable."""
    try:
        text = body if isinstance(body, str) else body.decode("utf-8", "replace")
        if "%" in text or "+" in text or ";" in text:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        else:
            # Nothing is escaped in most messages, and then this is three times as fast.
            fields = text.split("&", MOST_FIELDS)
            if len(fields) > MOST_FIELDS:
                raise ValueError
            pairs = [field.partition("=")[::2] for field in fields]
    except ValueError as error:
        raise Undecodable(f"a message has at most {MOST_FIELDS} fields") from error
    return _from_pairs(pairs)


def decode_json(body: bytes) -> Report:
    """Decode the body of Traccar Client 9 and later. Raises Undecodable."""
    try:
        message = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable("the body is not JSON") from error
    if not isinstance(message, Mapping):
        raise Undecodable("the body must be an object with device_id and location")
    location = message.get("location")
    if location is None:
        location = {}
    if not isinstance(location, Mapping):
        raise Undecodable("location must be an object")
    coords = location.get("coords")
    if coords is None:
        coords = {}
    if not isinstance(coords, Mapping):
        raise Undecodable("location.coords must be an object")
    report = Report(_identifier(message.get("device_id")))
    if (timestamp := location.get("timestamp")) is not None:
        report.recorded_at = parse_time(timestamp)
    _place(report, coords.get("latitude"), coords.get("longitude"))
    report.speed = _at_least_zero(coords.get("speed"), METRE_PER_SECOND)
    report.heading = _heading(coords.get("heading"))
    report.altitude = _number(coords.get("altitude"))
    report.accuracy = _accuracy(coords.get("accuracy"))
    report.odometer_m = _at_least_zero(location.get("odometer"))
    attributes = report.attributes
    if isinstance(location.get("extras"), Mapping):
        attributes.update({_text(name): _plain(value) for name, value in location["extras"].items()})
    for name in ("is_moving", "event", "mock", "alarm"):
        if location.get(name) not in (None, ""):
            attributes[name] = _plain(location[name])
    if isinstance(location.get("activity"), Mapping) and location["activity"].get("type") is not None:
        attributes["activity"] = _plain(location["activity"]["type"])
    if isinstance(location.get("battery"), Mapping):
        level = _at_least_zero(location["battery"].get("level"), 100)
        if level is not None:
            attributes["battery_percent"] = round(level, 1)
        if isinstance(location["battery"].get("is_charging"), bool):
            attributes["charging"] = location["battery"]["is_charging"]
    return report


def _from_pairs(pairs: Pairs) -> Report:
    report = Report("")
    latitude: str | None = None
    longitude: str | None = None
    valid = True
    for name, value in pairs:
        match name:
            case "id" | "deviceid":
                report.identifier = value
            case "timestamp":
                report.recorded_at = parse_time(value)
            case "lat":
                latitude = value
            case "lon":
                longitude = value
            case "location":
                latitude, _, longitude = value.partition(",")
            case "speed":
                report.speed = _at_least_zero(value, KNOT)
            case "bearing" | "heading":
                report.heading = _heading(value)
            case "altitude":
                report.altitude = _number(value)
            case "accuracy":
                report.accuracy = _accuracy(value)
            case "odometer":
                report.odometer_m = _at_least_zero(value)
            case "ignition":
                report.ignition = _flag(value)
            case "valid":
                valid = _flag(value) is not False
            case "batt":
                if (percent := _at_least_zero(value)) is not None:
                    report.attributes["battery_percent"] = percent
            case "charge":
                if (charging := _flag(value)) is not None:
                    report.attributes["charging"] = charging
            case "driverUniqueId":
                report.attributes["driver_unique_id"] = _text(value)
            case "cell" | "wifi":
                report.attributes.setdefault(name, []).append(_text(value))
            case "notificationToken" | "":
                pass  # a push address of the phone: a secret, and of no use here
            case _:
                report.attributes[_text(name)] = _typed(value)
    report.identifier = _identifier(report.identifier)
    if valid:
        _place(report, latitude, longitude)
    return report


def parse_time(value: Any) -> int:
    """Microseconds since 1970 UTC of a number, ISO 8601 or `yyyy-MM-dd HH:mm:ss` (UTC). Raises Undecodable."""
    number = _number(value)
    if number is not None:
        micros = number * (1e6 if abs(number) < SECONDS_BELOW else 1e3)
        if abs(micros) < MOST_MICROS:
            return round(micros)
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH
        except (ValueError, OverflowError):
            pass
        else:
            return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    raise Undecodable("timestamp must be seconds or milliseconds since 1970, or ISO 8601")


def _identifier(value: Any) -> str:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text:
        raise Undecodable("the device's identifier (id) is missing")
    if len(text) > IDENTIFIER_LENGTH or not text.isprintable():
        raise Undecodable(f"an identifier has at most {IDENTIFIER_LENGTH} printable characters")
    return text


def _place(report: Report, latitude: Any, longitude: Any) -> None:
    """Set the coordinates. Raises Undecodable for coordinates that are not on Earth."""
    if latitude in (None, "") and longitude in (None, ""):
        return
    lat, lon = _number(latitude), _number(longitude)
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        raise Undecodable("lat must be from -90 to 90 and lon from -180 to 180 degrees")
    if lat != 0 or lon != 0:
        report.latitude, report.longitude = lat, lon


def _number(value: Any) -> float | None:
    """A finite number, or None for anything else."""
    if isinstance(value, str):
        # float() also takes 1_000 and digits of other scripts, which no device means as a number.
        if "_" in value or not value.isascii():
            return None
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _at_least_zero(value: Any, factor: float = 1.0) -> float | None:
    number = _number(value)
    return None if number is None or number < 0 else number * factor


def _heading(value: Any) -> float | None:
    number = _at_least_zero(value)
    return None if number is None else math.fmod(number, 360.0)


def _accuracy(value: Any) -> float | None:
    """Metres; a fix worse than the column can say is as bad as the column can say."""
    number = _at_least_zero(value)
    return None if number is None else min(number, ACCURACY_MOST)


def _flag(value: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower())


def _typed(value: str) -> Any:
    """An unknown field as the number or flag that it looks like, else as text."""
    lowered = value.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    number = _number(value)
    if number is None:
        return _text(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _plain(value: Any) -> Any:
    """A JSON value that jsonb can hold."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    return _text(msgspec.json.encode(value).decode())


def _text(value: Any) -> str:
    """Text without NUL, which PostgreSQL cannot store, cut to a sane length."""
    return str(value).replace("\x00", "").replace("\ufffd", "?")[:TEXT_LENGTH]
