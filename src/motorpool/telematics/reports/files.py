"""Reports as files, in the units that the reader prefers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from motorpool.core.database.database import Database
from motorpool.core.export import FORMATS, Column, Heading, Kind, write_table
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.telematics.reports.report import Measure, Report, ReportColumn
from motorpool.telematics.reports.running import Asked, report_rows

KINDS: Mapping[Measure, Kind] = {
    "count": "integer", "km": "decimal", "kph": "decimal", "minutes": "decimal", "liters": "decimal",
    "percent": "decimal", "metres": "decimal", "day": "date", "moment": "datetime",
}  # fmt: skip


class Scale(NamedTuple):
    """How a measure is shown: its unit and divisor in both systems, and decimals."""

    metric: str
    imperial: str
    metric_divisor: float = 1.0
    imperial_divisor: float = 1.0
    places: int = 1


SCALES: Mapping[Measure, Scale] = {
    "km": Scale("km", "mi", 1.0, 1.609344),
    "kph": Scale("km/h", "mph", 1.0, 1.609344, 0),
    "metres": Scale("km", "mi", 1000.0, 1609.344),
    "liters": Scale("l", "gal", 1.0, 3.785411784, 2),
    "minutes": Scale("min", "min", places=0),
    "percent": Scale("%", "%"),
}


def heading_of(column: ReportColumn, units: str) -> str:
    """`Distance (mi)`."""
    scale = SCALES.get(column.measure)
    if scale is None:
        return column.heading
    return f"{column.heading} ({scale.imperial if units == 'imperial' else scale.metric})"


def converted(column: ReportColumn, value: Any, units: str) -> Any:
    """A value of the report in the reader's unit, rounded."""
    scale = SCALES.get(column.measure)
    if value is None or scale is None:
        return value
    divisor = scale.imperial_divisor if units == "imperial" else scale.metric_divisor
    number = round(float(value) / divisor, scale.places)
    return int(number) if scale.places == 0 else number


async def report_file(
    database: Database,
    registry: Registry,
    actor: Actor,
    report: Report,
    asked: Asked,
    format_name: str,
    filters: Sequence[tuple[str, str]],
    *,
    pdf_rows: int,
) -> AsyncIterator[bytes]:
    """The bytes of a report in a format of FORMATS. `filters`: label and value of what it was narrowed by, for people.

    Raises Invalid for an unknown format or a PDF of too many rows, Forbidden.
    """
    columns = [
        Column(one.name, heading_of(one, actor.units), KINDS.get(one.measure, "text"))
        for one in report.columns
    ]

    async def rows() -> AsyncIterator[list[tuple[Any, ...]]]:
        async for chunk in report_rows(database, registry, actor, report, asked):
            yield [
                tuple(
                    converted(column, cell, actor.units)
                    for column, cell in zip(report.columns, row, strict=True)
                )
                for row in chunk
            ]

    period = ("period", f"{asked.first} to {asked.last}")
    heading = Heading(report.title, actor.tenant_name, [period, *filters], zone=ZoneInfo(actor.time_zone))
    async for block in write_table(format_name, columns, rows(), heading, pdf_rows=pdf_rows):
        yield block


def file_name(report: str, asked: Asked, format_name: str) -> str:
    return f"{report}-{asked.first}-{asked.last}.{FORMATS[format_name].extension}"
