"""Charging and alternative fuel stations as the Alternative Fuels Data Center publishes them (csv, csv.gz).

U.S. Department of Energy, Office of Energy Efficiency and Renewable Energy; produced by the National Renewable Energy
Laboratory: https://afdc.energy.gov/data_download. The format of 2025 gives no power in kW: `max_power_kw` stays unknown.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from motorpool.core.errors import Invalid
from motorpool.telematics.road_data.records import Reading, Row, cut, place_problem

NEEDED = ("ID", "Station Name", "Latitude", "Longitude", "Fuel Type Code")
FUELS = {
    "ELEC": "electric", "CNG": "cng", "LNG": "lng", "LPG": "lpg", "E85": "e85", "BD": "biodiesel",
    "RD": "renewable_diesel", "HY": "hydrogen",
}  # fmt: skip
STATES = {"E": "available", "P": "planned", "T": "unavailable"}
PLUGS = {
    "J1772": "J1772", "J1772COMBO": "CCS", "CHADEMO": "CHAdeMO", "TESLA": "NACS", "J3400": "NACS",
    "J3271": "MCS", "NEMA515": "NEMA 5-15", "NEMA520": "NEMA 5-20", "NEMA1450": "NEMA 14-50",
}  # fmt: skip
LEVELS = {
    "level1": "EV Level1 EVSE Num",
    "level2": "EV Level2 EVSE Num",
    "dcfast": "EV DC Fast Count",
}
_ALL_DAY = re.compile(r"12:00\s*am\s*-\s*12:00\s*am", re.IGNORECASE)


def read_stations(file: Path) -> Reading:
    """All rows of a file, whatever their fuel. Raises Invalid when it is no file of this kind."""
    opened = gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # noqa: SIM115
    with opened as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        try:
            return read_lines(csv.DictReader(text))
        except (UnicodeDecodeError, gzip.BadGzipFile, csv.Error) as error:
            raise Invalid(f"{file.name} cannot be read as csv: {error}.", code="not_a_table") from error


def read_lines(lines: csv.DictReader[str]) -> Reading:
    """Raises Invalid that names the columns which are missing."""
    missing = [name for name in NEEDED if name not in (lines.fieldnames or ())]
    if missing:
        raise Invalid(
            f"This is no file of alternative fuel stations: it lacks the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)}.",
            code="missing_columns",
        )
    found = Reading()
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        key = (line["ID"] or "").strip()
        if not key or key in seen:
            found.refuse(number, "ID", key, "is there twice" if key else "is missing")
            continue
        if not (line["Station Name"] or "").strip():
            found.refuse(number, "Station Name", "", "is missing")
            continue
        if problem := place_problem(line["Latitude"], line["Longitude"]):
            name, sentence = problem
            found.refuse(number, name.capitalize(), line[name.capitalize()], sentence)
            continue
        seen.add(key)
        found.rows.append(_row(key, line))
    return found


def _row(key: str, line: dict[str, str]) -> Row:
    ports = {level: count for level, name in LEVELS.items() if (count := _count(line.get(name)))}
    hours = cut(line.get("Access Days Time"), 500)
    fuel = line["Fuel Type Code"].strip().upper()
    restricted = (line.get("Restricted Access") or "").strip().lower() == "true"
    city = " ".join(part for part in (line.get("State"), line.get("ZIP")) if part)
    address = ", ".join(
        part.strip() for part in (line.get("Street Address"), line.get("City"), city) if part and part.strip()
    )
    plugs = [PLUGS.get(word, word) for word in (line.get("EV Connector Types") or "").split()]
    more = {
        "ports": ports or None,
        "facility": _words(line.get("Facility Type")),
        "phone": cut(line.get("Station Phone"), 60),
        "directions": cut(line.get("Intersection Directions"), 500),
        "cards": cut(line.get("Cards Accepted"), 200),
        "opened_on": cut(line.get("Open Date"), 10),
        "largest_vehicle": cut(line.get("Maximum Vehicle Class"), 10),
        "groups": cut(line.get("Groups With Access Code"), 200),
        "source": "AFDC",
    }
    return {
        "station_id": f"AFDC-{key}",
        "name": cut(line["Station Name"], 255),
        "address": cut(address, 500),
        "latitude": line["Latitude"].strip(),
        "longitude": line["Longitude"].strip(),
        "network": cut(line.get("EV Network"), 100),
        "num_ports": sum(ports.values()) or None,
        "charging_levels": list(ports) or None,
        "connector_types": list(dict.fromkeys(plugs)) or None,
        "pricing": cut(line.get("EV Pricing"), 500),
        "access_type": "restricted" if restricted else cut(line.get("Access Code"), 20),
        "access_hours": hours,
        "available_24x7": _round_the_clock(hours),
        "fuel_type": FUELS.get(fuel, fuel.lower()),
        "status": STATES.get((line.get("Status Code") or "E").strip(), "available"),
        "amenities": {name: value for name, value in more.items() if value},
        "last_updated": _moment(line.get("Updated At")),
    }


def _count(text: str | None) -> int:
    clean = (text or "").strip()
    return int(clean) if clean.isdecimal() else 0


def _words(code: str | None) -> str | None:
    return (code or "").strip().lower().replace("_", " ") or None


def _round_the_clock(hours: str | None) -> bool | None:
    """`24 hours daily`, or each of seven days from midnight to midnight; None when nothing is said."""
    if hours is None:
        return None
    return hours.lower().startswith("24 hours") or len(_ALL_DAY.findall(hours)) == 7


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.strptime((text or "").strip(), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None
