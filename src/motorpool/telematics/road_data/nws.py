"""Stations and observations of the National Weather Service (api.weather.gov, GeoJSON), U.S. public domain.

Values carry a WMO unit and a quality code of MADIS: V verified, S screened, C coarse pass, Z not checked, G good by a
person's judgement; X, Q and B failed a check or a person, and their values are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from motorpool.telematics.road_data.records import Reading, Row, cut, place_problem

FAILED = frozenset("XQB")
MILE_M = Decimal("1609.344")
_CONVERSIONS: Mapping[tuple[str, str], Callable[[Decimal], Decimal]] = {
    ("degC", "degF"): lambda c: c * 9 / 5 + 32,
    ("degF", "degF"): lambda f: f,
    ("K", "degF"): lambda k: (k - Decimal("273.15")) * 9 / 5 + 32,
    ("km_h-1", "mph"): lambda v: v * 1000 / MILE_M,
    ("m_s-1", "mph"): lambda v: v * 3600 / MILE_M,
    ("kt", "mph"): lambda v: v * 1852 / MILE_M,
    ("m", "mi"): lambda v: v / MILE_M,
    ("km", "mi"): lambda v: v * 1000 / MILE_M,
    ("mm", "in"): lambda v: v / Decimal("25.4"),
    ("m", "in"): lambda v: v * 1000 / Decimal("25.4"),
    ("percent", "percent"): lambda v: v,
    ("degree_(angle)", "degree"): lambda v: v,
}
#: Ours -> (theirs, our unit, decimals).
VALUES = {
    "temperature_f": ("temperature", "degF", 2),
    "dewpoint_f": ("dewpoint", "degF", 2),
    "wind_speed_mph": ("windSpeed", "mph", 2),
    "wind_gust_mph": ("windGust", "mph", 2),
    "wind_direction_degrees": ("windDirection", "degree", 2),
    "visibility_miles": ("visibility", "mi", 2),
    "precipitation_inches": ("precipitationLastHour", "in", 3),
    "humidity_percent": ("relativeHumidity", "percent", 2),
}
#: What `weather_stations` shows of its latest observation.
LATEST = ("temperature_f", "conditions", "wind_speed_mph", "visibility_miles")


class UnknownUnit(ValueError):
    """A value comes in a unit that is not known here; using it as it is would be wrong."""


def converted(value: Any, unit: str) -> Decimal | None:
    """A value object of the service in our unit; None where it is null or failed its check. Raises UnknownUnit."""
    if not isinstance(value, Mapping) or value.get("value") is None:
        return None
    if str(value.get("qualityControl") or "Z")[:1] in FAILED:
        return None
    theirs = str(value.get("unitCode", "")).rpartition(":")[2]
    convert = _CONVERSIONS.get((theirs, unit))
    if convert is None:
        raise UnknownUnit(f"is in {theirs or 'no unit'}, which is not known here")
    return convert(Decimal(str(value["value"])))


def read_features(document: Any) -> tuple[Reading, Reading]:
    """(observations, stations) of a document: a Feature or a FeatureCollection of either kind.

    A row that cannot be used is refused with its reason; the others stand.
    """
    observations, stations = Reading(), Reading()
    features = document.get("features") if isinstance(document, Mapping) else None
    if features is None:
        features = [document]
    for number, feature in enumerate(features if isinstance(features, list) else [], 1):
        properties = feature.get("properties") if isinstance(feature, Mapping) else None
        if not isinstance(properties, Mapping):
            observations.refuse(
                number, "properties", "", "are missing: this is no feature of the weather service"
            )
        elif "stationIdentifier" in properties:
            _read_station(stations, number, feature, properties)
        else:
            _read_observation(observations, number, feature, properties)
    return observations, stations


def _read_station(found: Reading, number: int, feature: Any, properties: Mapping[str, Any]) -> None:
    longitude, latitude = _place(feature)
    if problem := place_problem(latitude, longitude):
        found.refuse(number, problem[0], latitude if problem[0] == "latitude" else longitude, problem[1])
        return
    found.rows.append(
        {
            "station_id": cut(properties["stationIdentifier"], 50),
            "name": cut(properties.get("name"), 255),
            "latitude": str(latitude),
            "longitude": str(longitude),
        }
    )


def _read_observation(found: Reading, number: int, feature: Any, properties: Mapping[str, Any]) -> None:
    station = str(properties.get("station") or "").rstrip("/").rpartition("/")[2]
    if not station:
        found.refuse(number, "station", "", "is missing")
        return
    try:
        observed_at = datetime.fromisoformat(str(properties.get("timestamp")))
        if observed_at.tzinfo is None:
            raise ValueError("no zone")
    except ValueError:
        found.refuse(number, "timestamp", properties.get("timestamp"), "must be a time with its zone")
        return
    row: Row = {"station_id": station[:50], "observed_at": observed_at}
    for ours, (theirs, unit, decimals) in VALUES.items():
        try:
            value = converted(properties.get(theirs), unit)
        except (UnknownUnit, ArithmeticError) as problem:
            found.refuse(number, theirs, properties.get(theirs), str(problem) or "is no number")
            value = None
        row[ours] = None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    row["conditions"] = cut(properties.get("textDescription"), 100)
    row["place"] = _place(feature)
    found.rows.append(row)


def _place(feature: Any) -> tuple[Any, Any]:
    """Longitude and latitude; nothing where there is no point."""
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        return coordinates[0], coordinates[1]
    return None, None


def latest_of(observations: list[Row]) -> list[Row]:
    """Rows for `weather_stations`: the newest observation of each station, with its place where it is known."""
    newest: dict[str, Row] = {}
    for row in observations:
        before = newest.get(row["station_id"])
        if before is None or before["observed_at"] < row["observed_at"]:
            newest[row["station_id"]] = row
    found = []
    for station, row in newest.items():
        values = {name: row[name] for name in LATEST}
        longitude, latitude = row["place"]
        known = place_problem(latitude, longitude) is None
        found.append(
            {
                "station_id": station,
                "latitude": str(latitude) if known else None,
                "longitude": str(longitude) if known else None,
                **values,
                "last_updated": row["observed_at"],
            }
        )
    return found
