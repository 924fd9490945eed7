"""Run a report: one statement that answers rows, totals and chart together; or the rows alone, for a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.periods import local_period
from motorpool.telematics.reports.naming import named_spots
from motorpool.telematics.reports.report import UNITS, Option, Report

CHUNK = 1000
#: Rows of one answer.
MOST = 1000
LONGEST_DAYS = 1100
#: Bars of a chart: all days of the longest period, or the greatest drivers, vehicles and fences.
MOST_BARS = LONGEST_DAYS + 1
FEWEST_BARS = 20
#: Filter -> table of what it names.
FILTERS = {"vehicle": "vehicles", "driver": "drivers", "department": "departments", "group": "vehicle_groups"}
#: Parameters of a scope that differ from one permission to another.
REACHES = ("reach_facilities", "reach_departments")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked about: local days, the last one included, and filters."""

    first: date
    last: date
    filters: Mapping[str, UUID] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def query(self) -> list[tuple[str, str]]:
        """As parameters of an address."""
        return [
            ("from", self.first.isoformat()),
            ("to", self.last.isoformat()),
            *((name, str(value)) for name, value in self.filters.items()),
            *self.options.items(),
        ]


@dataclass(frozen=True, slots=True)
class Result:
    """Rows by column name (SI units, times in ISO 8601), totals, how many rows there are in all, and bars."""

    rows: list[dict[str, Any]]
    totals: dict[str, Any]
    count: int
    bars: list[dict[str, Any]]


def asked_of(report: Report, query: Mapping[str, str], actor: Actor) -> Asked:
    """What the parameters of an address ask; without a period the current month so far.

    Raises BadRequest with a problem for each wrong parameter.
    """
    problems: list[FieldProblem] = []
    days: dict[str, date] = {}
    filters: dict[str, UUID] = {}
    for name in ("from", "to"):
        try:
            days[name] = date.fromisoformat(query[name]) if query.get(name) else actor.today
        except ValueError:
            problems.append(FieldProblem(name, "must be a day, such as 2026-05-21"))
    if not query.get("from") and "to" in days:
        days["from"] = days["to"].replace(day=1)
    for name in FILTERS:
        if text := query.get(name):
            key = parse_uuid(text)
            if key is None:
                problems.append(FieldProblem(name, "must be an id"))
            else:
                filters[name] = key
    options: dict[str, str] = {}
    for option in report.options:
        try:
            options[option.name] = option_value(option, query.get(option.name) or option.default)
        except ValueError as error:
            problems.append(FieldProblem(option.name, str(error)))
    if problems:
        raise BadRequest("Some parameters of the request are wrong.", fields=problems, code="bad_parameters")
    asked = Asked(days["from"], days["to"], filters, options)
    local_period(asked.first, asked.last, actor.time_zone, most_days=LONGEST_DAYS)
    return asked


def option_value(option: Option, text: str) -> str:
    """The value of an option, written as PostgreSQL reads it. Raises ValueError that says what would be right."""
    if option.kind == "choice":
        known = [name for name, _ in option.choices]
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return text
    if option.kind == "clock":
        try:
            clock = time.fromisoformat(text)
        except ValueError as error:
            raise ValueError("must be a time of day, such as 07:00") from error
        if clock.tzinfo is not None:
            raise ValueError("must be a local time of day")
        return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")
    try:
        number = Decimal(text)
        good = number.is_finite() and Decimal(str(option.low)) <= number <= Decimal(str(option.high))
    except ArithmeticError:
        good = False
    if not good:
        raise ValueError(f"must be a number from {option.low:g} to {option.high:g}")
    return str(number)


async def run_report(
    database: Database,
    registry: Registry,
    actor: Actor,
    report: Report,
    asked: Asked,
    *,
    limit: int = MOST,
    offset: int = 0,
) -> Result:
    """One SELECT. Raises Forbidden."""
    parameters, base = _prepared(registry, actor, report, asked, "read")
    parameters |= {"limit": limit, "offset": offset}
    totals = ", ".join(
        ["count(*) AS _count", *(f"({sql})::float8 AS {name}" for name, sql in report.totals.items())]
    )
    chart = report.chart
    most, order = (MOST_BARS, "1") if chart.by_label else (FEWEST_BARS, "2 DESC NULLS LAST, 1")
    statement = f"""
        {_ctes(report, base)}
        SELECT (SELECT coalesce(json_agg(x ORDER BY x._n), '[]') FROM ({_shown(report, "_n")}) AS x),
               (SELECT row_to_json(x) FROM (SELECT {totals} FROM base) AS x),
               (SELECT coalesce(json_agg(x), '[]') FROM (
                   SELECT {chart.label} AS label, ({chart.value})::float8 AS value FROM base GROUP BY 1
                   ORDER BY {order} LIMIT {most}) AS x)
    """
    [(rows, sums, bars)] = await database.read(actor, statement, parameters)
    for row in rows:
        row.pop("_n")
    count = sums.pop("_count")
    return Result(rows, sums, count, bars)


async def report_rows(
    database: Database, registry: Registry, actor: Actor, report: Report, asked: Asked
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """All rows in chunks, their cells in the order of the columns, from one snapshot. Raises Forbidden."""
    parameters, base = _prepared(registry, actor, report, asked, "export")
    parameters |= {"limit": None, "offset": 0}
    statement = f"{_ctes(report, base)} {_shown(report, '')} ORDER BY l._n"
    async with (
        database.connection(actor, audited=False) as connection,
        connection.cursor(name="report") as cursor,
    ):
        await cursor.execute(statement, parameters)
        while rows := await cursor.fetchmany(CHUNK):
            yield [row[: len(report.columns)] for row in rows]


def _prepared(
    registry: Registry, actor: Actor, report: Report, asked: Asked, action: str
) -> tuple[dict[str, Any], str]:
    """Parameters, and the base with its conditions."""
    start, end = local_period(asked.first, asked.last, actor.time_zone, most_days=LONGEST_DAYS)
    parameters: dict[str, Any] = {}
    wheres: dict[str, str] = {}
    for table in (report.table, *report.also):
        resource = registry[table]
        reach = reach_or_forbid(resource, actor, action if table == report.table else "read")
        given = base_parameters(actor, reach)
        parts = ["t.tenant_id = %(tenant)s"]
        if scope := scope_condition(resource, reach):
            # Each table has a reach of its own.
            for name in REACHES:
                scope = scope.replace(f"%({name})s", f"%({name}_{table})s")
            parts.append(scope)
        parameters |= given | {f"{name}_{table}": given[name] for name in REACHES}
        vehicle = "t.id" if table == "vehicles" else "t.vehicle_id"
        parts += _asked_conditions(asked, vehicle, has_driver=table != "vehicles")
        if table != "vehicles" and report.moment:
            parts += [f"t.{report.moment} >= %(start)s", f"t.{report.moment} < %(end)s"]
        wheres["where" if table == report.table else f"where_{table}"] = " AND ".join(parts)
    parameters |= {"start": start, "end": end, "zone": actor.time_zone}
    parameters |= {**asked.filters, **asked.options}
    return parameters, report.base.format(**wheres)


def _asked_conditions(asked: Asked, vehicle: str, *, has_driver: bool) -> list[str]:
    conditions = {
        "vehicle": f"{vehicle} = %(vehicle)s",
        "driver": "t.driver_id = %(driver)s"
        if has_driver
        else "EXISTS (SELECT FROM trips x WHERE x.tenant_id = %(tenant)s AND x.vehicle_id = t.id "
        "AND x.driver_id = %(driver)s AND x.started_at >= %(start)s AND x.started_at < %(end)s)",
        "department": "EXISTS (SELECT FROM vehicles x WHERE x.tenant_id = %(tenant)s "
        f"AND x.id = {vehicle} AND x.department_id = %(department)s)",
        "group": "EXISTS (SELECT FROM vehicle_group_members x WHERE x.tenant_id = %(tenant)s "
        f"AND x.vehicle_id = {vehicle} AND x.group_id = %(group)s)",
    }
    return [conditions[name] for name in FILTERS if name in asked.filters]


def _ctes(report: Report, base: str) -> str:
    spots = ",\n" + named_spots("listed", "_n", report.spots) if report.spots else ""
    return f"""WITH base AS MATERIALIZED ({base}), listed AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY {report.order}) AS _n
        FROM (SELECT * FROM base ORDER BY {report.order} LIMIT %(limit)s OFFSET %(offset)s) AS x
    ){spots}"""


def _shown(report: Report, number: str) -> str:
    """SELECT of the columns, places named, then ids; of `listed` as `l`."""
    cells = [_cell(report, column.name, column.measure) for column in report.columns]
    links = dict.fromkeys(column.link for column in report.columns if column.link)
    cells += [f"l.{name}" for name in links]
    joins = "".join(f" LEFT JOIN at_{name} ON at_{name}._n = l._n" for name in report.spots)
    extra = f", l.{number}" if number else ""
    return f"SELECT {', '.join(cells)}{extra} FROM listed l{joins}"


def _cell(report: Report, name: str, measure: str) -> str:
    if name in report.spots:
        lat, lng = report.spots[name]
        spot = f"round(l.{lat}, 5)::text || ', ' || round(l.{lng}, 5)::text"
        return f"coalesce(l.{name}, at_{name}.name, {spot}) AS {name}"
    if measure in ("km", "kph", "minutes", "liters", "percent", "metres"):
        return f"l.{name}::float8 AS {name}"
    return f"l.{name}"


def json_of(report: Report, asked: Asked, actor: Actor, result: Result) -> dict[str, Any]:
    """The answer of the API."""
    return {
        "report": report.name,
        "title": report.title,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "time_zone": actor.time_zone,
        "columns": [
            {"name": one.name, "label": one.heading, "unit": UNITS.get(one.measure)} for one in report.columns
        ],
        "items": result.rows,
        "count": result.count,
        "totals": result.totals,
        "chart": {"title": report.chart.title, "bars": result.bars},
        "notes": list(report.notes),
    }
