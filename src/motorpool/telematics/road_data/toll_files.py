"""Toll plazas with their rates from a file of our own format, JSON or CSV; docs/road_data.md describes both."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import msgspec

from motorpool.core.errors import Invalid
from motorpool.telematics.road_data.records import Reading, Row, cut, place_problem
from motorpool.telematics.rules.toll_rates import TollRates

PLAZA = ("plaza_id", "name", "latitude", "longitude", "road", "direction", "operator")
ABOUT_RATES = ("currency", "time_zone", "source")
FLAGS = ("supports_sunpass", "supports_ezpass")
RATE_TEXTS = ("amount", "payment", "from_time", "to_time", "valid_from", "valid_to")
TRUE = {"1", "true", "yes", "y"}


def read_plazas(file: Path) -> Reading:
    """Raises Invalid when the file is neither of the two."""
    raw = file.read_bytes()
    try:
        if raw.lstrip()[:1] in (b"{", b"["):
            return read_json(msgspec.json.decode(raw))
        return read_csv(raw.decode("utf-8-sig"))
    except (msgspec.DecodeError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{file.name} cannot be read: {error}.", code="not_readable") from error


def read_json(document: Any) -> Reading:
    """`{"currency", "time_zone", "source", "rate_sets": {name: [rate]}, "plazas": [{..., "rates": [rate] or a name}]}`."""
    if not isinstance(document, Mapping) or not isinstance(document.get("plazas"), list):
        raise Invalid('A file of toll plazas must be an object with the list "plazas".', code="not_readable")
    found = Reading()
    shared = {name: document[name] for name in ABOUT_RATES if document.get(name)}
    sets = document.get("rate_sets") or {}
    for number, plaza in enumerate(document["plazas"], 1):
        if not isinstance(plaza, Mapping):
            found.refuse(number, "plaza", "", "must be an object")
            continue
        rates = plaza.get("rates") or []
        if isinstance(rates, str):
            if rates not in sets:
                found.refuse(number, "rates", rates, "names no set of rate_sets")
                continue
            rates = sets[rates]
        if not isinstance(rates, list):
            found.refuse(number, "rates", rates, "must be a list, or the name of one of rate_sets")
            continue
        own = {name: plaza[name] for name in ABOUT_RATES if plaza.get(name)}
        _add(found, number, dict(plaza), {**shared, **own, "rates": rates})
    return found


def read_csv(text: str) -> Reading:
    """A line for each rate; lines of one plaza_id belong together, and its first line says what the plaza is."""
    lines = csv.DictReader(io.StringIO(text))
    missing = [
        name for name in ("plaza_id", "name", "latitude", "longitude") if name not in (lines.fieldnames or ())
    ]
    if missing:
        raise Invalid(
            f"A file of toll plazas needs the columns {', '.join(missing)}.", code="missing_columns"
        )
    plazas: dict[str, tuple[int, Row, dict[str, Any]]] = {}
    for number, line in enumerate(lines, 1):
        filled = {name: value.strip() for name, value in line.items() if name and value and value.strip()}
        key = filled.get("plaza_id", "")
        shared = {name: filled[name] for name in ABOUT_RATES if name in filled}
        _, _, rates = plazas.setdefault(key, (number, dict(filled), {**shared, "rates": []}))
        if "amount" not in filled:
            continue
        rate: dict[str, Any] = {name: filled[name] for name in RATE_TEXTS if name in filled}
        for name in ("axles_from", "axles_to"):
            if name in filled:
                rate[name] = int(filled[name]) if filled[name].isdecimal() else filled[name]
        for name in ("days", "vehicle_types"):
            if name in filled:
                rate[name] = filled[name].replace(";", " ").lower().split()
        rates["rates"].append(rate)
    found = Reading()
    for number, plaza, rates in plazas.values():
        _add(found, number, plaza, rates)
    return found


def _add(found: Reading, number: int, plaza: Row, rates: dict[str, Any]) -> None:
    for name in ("plaza_id", "name"):
        if not plaza.get(name):
            found.refuse(number, name, "", "is missing")
            return
    if problem := place_problem(plaza.get("latitude"), plaza.get("longitude")):
        found.refuse(number, problem[0], plaza.get(problem[0]), problem[1])
        return
    rates["rates"] = [
        {**rate, "amount": str(rate["amount"])} if isinstance(rate, dict) and "amount" in rate else rate
        for rate in rates["rates"]
    ]
    rates.setdefault("currency", "USD")
    if (zone := rates.get("time_zone")) and zone not in available_timezones():
        found.refuse(number, "time_zone", zone, "must be a name of the IANA time zone database")
        return
    try:
        checked = msgspec.convert(rates, TollRates)
    except msgspec.ValidationError as error:
        found.refuse(number, "rates", "", str(error))
        return
    if any(rate.amount < 0 for rate in checked.rates):
        found.refuse(number, "rates", "", "an amount is below 0")
        return
    row: Row = {name: cut(plaza.get(name), 255) for name in PLAZA}
    row["direction"] = cut(plaza.get("direction"), 10)
    for name in FLAGS:
        value = plaza.get(name)
        row[name] = None if value is None else str(value).strip().lower() in TRUE
    lanes = str(plaza.get("num_lanes") or "")
    row["num_lanes"] = int(lanes) if lanes.isdecimal() and int(lanes) > 0 else None
    row["toll_rates"] = msgspec.to_builtins(checked) if checked.rates else None
    found.rows.append(row)
