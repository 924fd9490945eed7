"""How people write numbers, dates and headings; and what may stand on a schedule."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from motorpool.core.jobs.registry import load_jobs
from motorpool.core.resource.registry import load_registry
from motorpool.system.rules.cells import ColumnReader, Habits
from motorpool.system.rules.numbers_and_dates import (
    is_day_first,
    parse_clock,
    parse_date,
    parse_moment,
    parse_number,
    parse_whole,
    parse_yes_or_no,
)
from motorpool.system.rules.schedules import CRON_PATTERN, HANDLERS
from motorpool.system.rules.targets import is_importable, propose_mapping, targets_of

REGISTRY = load_registry()
VEHICLES = REGISTRY["vehicles"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234", "1234"),
        ("12,5", "12.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234", "1234"),
        ("$ 41,250.00", "41250.00"),
        ("USD 12", "12"),
        ("12 %", "12"),
        ("(7.20)", "-7.20"),
        ("-3", "-3"),
        ("+4", "4"),
        (".5", "0.5"),
        ("1e3", "1000"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "1,2,3", "1.2.3", "12 km", "--3", "1,234,5", "NaN", "inf", "0x10"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="must be a number"):
        parse_number(text)


def test_whole_numbers() -> None:
    assert [parse_whole(value) for value in ("12,000", "12.0", 12.0, 7)] == [12000, 12, 12, 7]
    for wrong in ("12.5", 12.5, float("inf"), "twelve"):
        with pytest.raises(ValueError, match="whole number"):
            parse_whole(wrong)


@pytest.mark.parametrize(
    ("text", "day_first", "value"),
    [
        ("2026-03-04", False, date(2026, 3, 4)),
        ("2026-03-04T10:00:00Z", False, date(2026, 3, 4)),
        ("3/4/2026", False, date(2026, 3, 4)),
        ("3/4/2026", True, date(2026, 4, 3)),
        ("3.4.2026", False, date(2026, 4, 3)),
        ("3-4-26", False, date(2026, 3, 4)),
        ("3/4/85", False, date(1985, 3, 4)),
        ("2026/3/4", True, date(2026, 3, 4)),
        ("4 Mar 2026", False, date(2026, 3, 4)),
        ("March 4th, 2026", True, date(2026, 3, 4)),
        ("04-Mar-2026", False, date(2026, 3, 4)),
    ],
)
def test_dates(text: str, day_first: bool, value: date) -> None:
    assert parse_date(text, day_first=day_first) == value


@pytest.mark.parametrize("text", ["2026-02-30", "13/13/2026", "next week", "4 Foo 2026", "3/4-2026", ""])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="must be a date"):
        parse_date(text, day_first=False)


def test_moments_have_a_zone() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    for text, expected in (
        ("2026-03-04T10:00:00+01:00", datetime(2026, 3, 4, 9, tzinfo=UTC)),
        ("2026-03-04 10:00", datetime(2026, 3, 4, 18, tzinfo=UTC)),
        ("3/4/2026 2:30 PM", datetime(2026, 3, 4, 22, 30, tzinfo=UTC)),
        ("3/4/2026", datetime(2026, 3, 4, 8, tzinfo=UTC)),
    ):
        assert parse_moment(text, day_first=False, zone=zone) == expected


def test_clocks_and_yes_and_no() -> None:
    assert [parse_clock(text) for text in ("14:30", "2:30 pm", "12 am", "14:30:05")] == [
        time(14, 30),
        time(14, 30),
        time(0),
        time(14, 30, 5),
    ]
    for wrong in ("25:00", "14", "13:00 pm", "noon"):
        with pytest.raises(ValueError, match="time of day"):
            parse_clock(wrong)
    assert [parse_yes_or_no(text) for text in ("Yes", "TRUE", "x", "no", "0", "Off")] == [True] * 3 + [
        False
    ] * 3
    with pytest.raises(ValueError, match="yes or no"):
        parse_yes_or_no("perhaps")


def test_a_thirteenth_day_tells_days_from_months() -> None:
    assert is_day_first(["3/4/2026", "25/4/2026"])
    assert not is_day_first(["3/4/2026", "4/25/2026"])
    assert not is_day_first(["3/4/2026"])


@pytest.mark.parametrize(
    ("name", "cell", "value", "problem"),
    [
        ("vehicle_number", 4711, "4711", None),
        ("vehicle_number", "x" * 51, None, "length"),
        ("vehicle_number", "a\x00b", None, "NUL"),
        ("status", "In shop", "in_shop", None),
        ("status", "asleep", None, "must be one of ordered, active"),
        ("model_year", "2019", 2019, None),
        ("model_year", True, None, "whole number"),
        ("purchase_price", "99999999999999", None, "must be between"),
        ("acquired_on", datetime(2026, 3, 4, 10), date(2026, 3, 4), None),
        ("metadata", '{"a": 1}', {"a": 1}, None),
        ("metadata", "{a: 1}", None, "JSON"),
    ],
)
def test_cells(name: str, cell: Any, value: Any, problem: str | None) -> None:
    found, told = ColumnReader(VEHICLES, name, Habits()).read(cell)
    if problem is None:
        assert (found, told) == (value, None)
    else:
        assert told is not None
        assert problem in told


def test_one_and_true_are_not_the_same_cell() -> None:
    reader = ColumnReader(VEHICLES, "seats", Habits())
    assert reader.read(1) == (1, None)
    assert reader.read(True)[1] is not None


def test_headings_are_recognised() -> None:
    headings = [
        "Unit #",
        "Plate",
        "VIN",
        "Year",
        "Dept",
        "Home facility",
        "Fuel",
        "Shoe size",
        "Purchase Price",
    ]
    assert propose_mapping(headings, targets_of(VEHICLES), "vehicles") == {
        "vehicle_number": "Unit #",
        "license_plate": "Plate",
        "vin": "VIN",
        "model_year": "Year",
        "department_id": "Dept",
        "facility_id": "Home facility",
        "fuel_type": "Fuel",
        "purchase_price": "Purchase Price",
    }


@pytest.mark.parametrize(
    "resource", [one for one in REGISTRY.values() if is_importable(one)], ids=lambda one: one.collection
)
def test_every_resource_recognises_its_own_names(resource: Any) -> None:
    targets = targets_of(resource)
    for spelt in ([target.name for target in targets], [target.label for target in targets]):
        if len(set(spelt)) < len(spelt):
            continue  # two columns with one label: the person chooses
        mapping = propose_mapping(spelt, targets, str(resource.table.name))
        assert mapping == {target.name: text for target, text in zip(targets, spelt, strict=True)}


def test_only_registered_jobs_can_be_scheduled() -> None:
    assert set(HANDLERS) <= set(load_jobs())


@pytest.mark.parametrize("line", ["* * * * *", "*/10 6-18 * * mon-fri", "0 0 1,15 jan,jul *", "30 6 * * 1"])
def test_crontab_lines(line: str) -> None:
    assert re.search(CRON_PATTERN, line)


@pytest.mark.parametrize(
    "line", ["", "* * * *", "60 * * * *", "* 24 * * *", "0 0 32 * *", "@daily", "* * * * * *"]
)
def test_what_is_no_crontab_line(line: str) -> None:
    assert not re.search(CRON_PATTERN, line)
