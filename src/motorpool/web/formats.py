"""How values look to people: their time zone, their units, their language of columns. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KM_PER_MILE = 1.609344
L_PER_GALLON = 3.785411784
#: Miles per US gallon are this by litres for 100 km.
MPG_L_PER_100KM = 100 * L_PER_GALLON / KM_PER_MILE
KG_PER_POUND = 0.45359237
M_PER_FOOT = 0.3048
DASH = "–"


class Unit(NamedTuple):
    """How people read what a column keeps: in a metric and an imperial unit, with what it is divided by for each."""

    metric: str
    imperial: str
    #: None: not in proportion, see `imperial`.
    per_imperial: float | None
    per_metric: float = 1.0


#: By the ending of a column's name; the last ones by NAMED_UNITS and METER_UNITS only.
UNITS: dict[str, Unit] = {
    "km": Unit("km", "mi", KM_PER_MILE),
    "kph": Unit("km/h", "mph", KM_PER_MILE),
    "kg": Unit("kg", "lb", KG_PER_POUND),
    "liters": Unit("L", "gal", L_PER_GALLON),
    "l_per_100km": Unit("L/100 km", "mpg", None),
    "celsius": Unit("°C", "°F", None),
    "kwh": Unit("kWh", "kWh", 1.0),
    "minutes": Unit("min", "min", 1.0),
    "days": Unit("days", "days", 1.0),
    "m": Unit("m", "ft", M_PER_FOOT),
    "metres driven": Unit("km", "mi", 1000 * KM_PER_MILE, 1000.0),
    "seconds run": Unit("h", "h", 3600.0, 3600.0),
}
#: Value of `meter_type` -> key in UNITS: what a meter's row keeps depends on the meter.
METER_UNITS = {"odometer": "metres driven", "engine_hours": "seconds run"}
METERED = frozenset({"value", "true_value", "replacement_offset", "daily_use"})
#: Columns whose unit stands in their comment, not in the name, or is another one for people.
NAMED_UNITS = {
    "odometer_m": "metres driven",
    "end_odometer_m": "metres driven",
    "leg_distance_m": "metres driven",
    "odometer_start": "km",
    "odometer_end": "km",
    "speed": "kph",
    "start_odometer": "km",
    "end_odometer": "km",
    "odometer_out": "km",
    "odometer_in": "km",
    "odometer": "km",
    "opening_odometer": "km",
    "closing_odometer": "km",
}
WORDS = {
    "3d": "3D",
    "abs": "ABS",
    "ai": "AI",
    "api": "API",
    "bac": "BAC",
    "cdl": "CDL",
    "dot": "DOT",
    "dtc": "DTC",
    "ev": "EV",
    "gps": "GPS",
    "gvwr": "GVWR",
    "hazmat": "HazMat",
    "hos": "HOS",
    "id": "ID",
    "ip": "IP",
    "ips": "IPs",
    "json": "JSON",
    "kpi": "KPI",
    "lat": "latitude",
    "lng": "longitude",
    "osha": "OSHA",
    "pdf": "PDF",
    "po": "PO",
    "qr": "QR",
    "rpm": "RPM",
    "sms": "SMS",
    "sop": "SOP",
    "uri": "URI",
    "url": "URL",
    "urls": "URLs",
    "usd": "USD",
    "vin": "VIN",
}


def zone_of(name: str | None) -> ZoneInfo:
    """The IANA zone, or UTC when this machine does not know it."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(value: Any) -> datetime | None:
    """A datetime from a datetime, epoch seconds or ISO text."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromisoformat(str(value))


def local_time(value: Any, zone: str, *, seconds: bool = False) -> str:
    """`21 May 2008, 08:12` in a zone."""
    found = moment(value)
    if found is None:
        return DASH
    local = found.astimezone(zone_of(zone))
    return f"{local.day} {local:%b %Y, %H:%M:%S}" if seconds else f"{local.day} {local:%b %Y, %H:%M}"


def clock(value: Any, zone: str) -> str:
    """`08:12` in a zone."""
    found = moment(value)
    return DASH if found is None else f"{found.astimezone(zone_of(zone)):%H:%M}"


def day(value: Any) -> str:
    """`21 May 2008`."""
    if value is None or value == "":
        return DASH
    found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{found.day} {found:%b %Y}"


def ago(value: Any, now: datetime) -> str:
    """`3 minutes ago`, for the last day; older times as a date in UTC."""
    found = moment(value)
    if found is None:
        return "never"
    seconds = (now - found).total_seconds()
    if seconds < 60:
        return "just now"
    for size, name, limit in ((60, "minute", 3600), (3600, "hour", 86400), (86400, "day", 86400 * 60)):
        if seconds < limit:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return day(found)


def number(value: Any, places: int | None = None) -> str:
    """`82,536.4`; as many places as the value has when none are asked for."""
    if value is None or value == "":
        return DASH
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if places is not None:
        return f"{exact:,.{places}f}"
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


#: Signs that stand before an amount; other currencies are told by their code.
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "MXN": "MX$"}


def money(value: Any, currency: str | None = None, places: int | None = None) -> str:
    """`$1,234.50`, `-€12.00`, `CHF 80.00`; two decimals, more where the amount has them (prices of fuel), or as many as asked."""
    if value is None or value == "":
        return DASH
    exact = Decimal(str(value))
    if places is None:
        places = max(2, -int(exact.normalize().as_tuple().exponent)) if exact else 2
    text = f"{abs(exact):,.{places}f}"
    before = "" if not currency else SIGNS.get(currency, f"{currency} ")
    return f"{'-' if exact < 0 else ''}{before}{text}"


def unit_of(column: str) -> str | None:
    """The key in UNITS that a column's value is in, if any."""
    if column in NAMED_UNITS:
        return NAMED_UNITS[column]
    return next((ending for ending in UNITS if column.endswith(f"_{ending}")), None)


def quantity(value: Any, unit: str, units: str, places: int = 1) -> str:
    """A value of a UNITS key for people: `12.4 km` or `7.7 mi`."""
    if value is None or value == "":
        return DASH
    if unit == "minutes":
        return duration(float(value))
    if units == "imperial":
        converted = imperial(float(value), unit)
        return DASH if converted is None else f"{number(converted, places)} {UNITS[unit].imperial}"
    return f"{number(Decimal(str(value)) / factor_of(unit, units), places)} {UNITS[unit].metric}"


def unit_text(unit: str, units: str) -> str:
    """The unit of an input: metric too where the imperial one is not in proportion to it."""
    known = UNITS[unit]
    return known.imperial if units == "imperial" and known.per_imperial else known.metric


def factor_of(unit: str | None, units: str) -> Decimal:
    """What a number in the person's unit is multiplied with for what the column keeps; 1 where they are not in proportion."""
    if unit is None:
        return Decimal(1)
    known = UNITS[unit]
    return Decimal(str(known.per_imperial or 1 if units == "imperial" else known.per_metric))


def as_typed(value: Any, factor: Decimal, places: int | None, most: int = 2) -> Decimal:
    """The roundest number that is kept as `value`: 3,629 whole kilograms are 8,000 lb, not 8,000.58.

    `factor` is that of `factor_of`, `places` are the decimals that the column keeps (None: all). At most `most` decimals.
    """
    kept = Decimal(str(value))
    exact = kept / factor
    for digits in range(-3, most + 1) if places is not None else ():
        found = round(exact, digits)
        if round(found * factor, places or 0) == kept:
            return found
    return round(exact, most)


def imperial(value: float, unit: str) -> float | None:
    """A value of a UNITS key in its imperial unit; None: it has none there."""
    match unit:
        case "celsius":
            return value * 1.8 + 32
        case "l_per_100km":
            return MPG_L_PER_100KM / value if value else None
    return value / (UNITS[unit].per_imperial or 1)


def duration(minutes: Any) -> str:
    """`1 h 05 min` from minutes."""
    if minutes is None or minutes == "":
        return DASH
    whole = round(float(minutes))
    hours, rest = divmod(whole, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def label(column: str) -> str:
    """`license_expires_on` -> `License expires`; the unit and `_id` are said elsewhere."""
    name = column.removesuffix("_")
    if name.endswith("_by_user_id"):
        name = name.removesuffix("_user_id")
    if unit := unit_of(name):
        name = name.removesuffix(f"_{unit}").removesuffix("_m")
    for ending in ("_id", "_at", "_on"):
        if name.endswith(ending) and name != ending:
            name = name.removesuffix(ending)
            break
    words = [WORDS.get(word, word) for word in name.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def listing(columns: Iterable[str]) -> str:
    """`Name, VIN, license plate`."""
    names = [label(column) for column in columns]
    return ", ".join(name if not at or name[:2].isupper() else name.lower() for at, name in enumerate(names))


def words(value: Any) -> str:
    """A value of a closed set as words: `in_shop` -> `In shop`."""
    text = str(value).replace("_", " ")
    return text[:1].upper() + text[1:].lower() if text.isupper() else text[:1].upper() + text[1:]


def day_bounds(day_: date, zone: str) -> tuple[datetime, datetime]:
    """Start and end (exclusive) of a local day, in UTC."""
    tz = zone_of(zone)
    start = datetime.combine(day_, time(), tz)
    end = datetime.combine(day_ + timedelta(days=1), time(), tz)
    return start.astimezone(UTC), end.astimezone(UTC)


def today(zone: str, now: datetime | None = None) -> date:
    return (now or datetime.now(UTC)).astimezone(zone_of(zone)).date()
