"""What a report is: SQL, columns with their units, totals and a chart, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Measure = Literal[
    "text", "driver", "vehicle", "trip", "geofence", "day", "moment", "count", "km", "kph", "minutes", "liters",
    "percent", "metres", "words",
]  # fmt: skip
#: Measures that are numbers, and their unit in JSON.
UNITS: Mapping[Measure, str | None] = {
    "count": None,
    "km": "km",
    "kph": "km/h",
    "minutes": "min",
    "liters": "l",
    "percent": "%",
    "metres": "m",
}


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of the answer. `link` names the column that holds the id of the record it leads to."""

    name: str
    heading: str
    measure: Measure = "text"
    link: str = ""
    #: How important it is: 1 stays on a phone, 2 from a tablet on, 3 on a desk.
    rank: int = 2


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: `label` and `value` are SQL over the rows of the report, grouped by the label."""

    title: str
    label: str
    value: str
    measure: Measure
    #: In the order of the labels (days), else the greatest first.
    by_label: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A question of a report besides period, driver, vehicle and department."""

    name: str
    label: str
    default: str
    kind: Literal["choice", "number", "clock"] = "choice"
    choices: tuple[tuple[str, str], ...] = ()
    low: float = 0.0
    high: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`base` is a SELECT of all rows, with `{where}` for what was asked of the table `t` and the scope of the actor.

    Parameters: %(tenant)s, %(start)s and %(end)s (the period, end exclusive), %(zone)s, those of the options, and those
    of the scope. A row has driver_id and vehicle_id beside its columns.
    """

    name: str
    title: str
    about: str
    icon: str
    #: The resource whose right to read or export it needs, and the column of `t` that lies in the period.
    table: str
    moment: str
    columns: tuple[ReportColumn, ...]
    base: str
    order: str
    totals: Mapping[str, str]
    chart: Chart
    options: tuple[Option, ...] = ()
    #: name of a column -> (latitude column, longitude column); where the column is null it gets the place's name, for the
    #: rows that are shown.
    spots: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: Resources that `base` reads as well, for `{where_<table>}` on their alias `t`.
    also: tuple[str, ...] = ()
    #: What to know when reading it.
    notes: tuple[str, ...] = ()


#: Names for people; to be joined in `base` on alias `t`.
NAMES = """
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.driver_id
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = t.vehicle_id
"""
DRIVER = ReportColumn("driver", "Driver", "driver", "driver_id", 1)
VEHICLE = ReportColumn("vehicle", "Vehicle", "vehicle", "vehicle_id", 1)
#: Label of a chart.
BY_DRIVER = "coalesce(driver, 'Not known')"
#: Local day of a moment of `t`.
LOCAL_DAY = "({moment} AT TIME ZONE %(zone)s)::date"


def sums(names: str) -> dict[str, str]:
    """Totals of columns that add up."""
    return {name: f"sum({name})" for name in names.split()}
