"""Reports: a chooser, and a page for each with filters, chart and table. The address is the report: keep it, send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import FromPath

from motorpool.core.errors import BadRequest, NotFound
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.telematics.reports import REPORTS
from motorpool.telematics.reports.files import converted, heading_of
from motorpool.telematics.reports.report import UNITS, Measure, Report, ReportColumn
from motorpool.telematics.reports.running import FILTERS, Asked, Result, asked_of, run_report
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.titles import choices_of, titles_of
from motorpool.web.tones import tone_of

AnyRequest = Request[Any, Any, Any]
PAGE_ROWS = 100
#: Bars of a chart by day.
MOST_DAYS = 100
FILES = (
    ("csv", "CSV", "file-type-csv"),
    ("xlsx", "Excel", "file-spreadsheet"),
    ("pdf", "PDF", "file-type-pdf"),
)
#: Measure -> where a cell of it leads.
LINKS: dict[Measure, str] = {"driver": "drivers", "vehicle": "vehicles", "geofence": "geofences"}


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A value as it is read; `moment` and `day` are written by the browser."""

    text: str
    href: str | None = None
    moment: str | None = None
    tone: str | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart; `share` in percent of the longest."""

    label: str
    text: str
    share: float
    href: str | None = None
    marked: bool = False


@get("/reports", include_in_schema=False)
async def reports_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "reports.html",
        title="Reports",
        reports=[one for one in REPORTS.values() if may(actor, f"{one.table}.read")],
        may_log=may(actor, "trips.read"),
    )
    return page


@get("/reports/{name:str}", include_in_schema=False)
async def report_page(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    report = REPORTS.get(name)
    if report is None:
        raise NotFound(f"There is no such report; there are {', '.join(REPORTS)} and mileage-log.")
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[report.table], actor, "read")
    query = dict(request.query_params.items())
    problem = None
    try:
        asked = asked_of(report, query, actor)
    except BadRequest as error:
        problem = " ".join(f"{entry.field}: {entry.message}." for entry in error.fields)
        asked = asked_of(report, {}, actor)
    text = query.get("page") or "1"
    number = int(text) if text.isdecimal() and 0 < int(text) < 100_000 else 1
    result = await run_report(
        state.database,
        state.registry,
        actor,
        report,
        asked,
        limit=PAGE_ROWS,
        offset=(number - 1) * PAGE_ROWS,
    )
    can_export = may(actor, f"{report.table}.export")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "report.html",
        title=report.title,
        report=report,
        asked=asked,
        problem=problem,
        columns=report.columns,
        # Times carry their units themselves.
        headings=[
            column.heading if column.measure == "minutes" else heading_of(column, actor.units)
            for column in report.columns
        ],
        is_number=[column.measure in UNITS for column in report.columns],
        lines=[[cell_of(column, row, actor) for column in report.columns] for row in result.rows],
        totals=[total_of(column, result, actor) for column in report.columns],
        count=result.count,
        first_row=(number - 1) * PAGE_ROWS + 1,
        bars=bars_of(report, result, asked, actor),
        spans=spans(asked, actor.today),
        departments=await choices_of(state.database, state.registry, actor, "departments", MOST_CHOICES)
        if may(actor, "departments.read")
        else [],
        named=await names_of(request, actor, asked),
        previous_href=_page_href(report, asked, number - 1) if number > 1 else None,
        next_href=_page_href(report, asked, number + 1) if number * PAGE_ROWS < result.count else None,
        files=[
            (label, icon, f"/api/v1/reports/{report.name}?{urlencode([*asked.query(), ('format', form)])}")
            for form, label, icon in FILES
        ]
        if can_export
        else [],
    )
    return page


def _page_href(report: Report, asked: Asked, number: int) -> str:
    return f"/reports/{report.name}?{urlencode([*asked.query(), ('page', str(number))])}"


def spans(asked: Asked, today: date) -> list[tuple[str, str, bool]]:
    """(label, parameters, whether it is shown) of the periods that are usually asked for."""
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    named = (
        ("Today", today, today),
        ("Yesterday", today - timedelta(days=1), today - timedelta(days=1)),
        ("Last 7 days", today - timedelta(days=6), today),
        ("This month", month, today),
        ("Last month", before, month - timedelta(days=1)),
        ("Last 90 days", today - timedelta(days=89), today),
        ("This year", year, today),
    )
    others = [pair for pair in asked.query() if pair[0] not in ("from", "to")]
    return [
        (
            label,
            urlencode([("from", first.isoformat()), ("to", last.isoformat()), *others]),
            (first, last) == (asked.first, asked.last),
        )
        for label, first, last in named
    ]


def cell_of(column: ReportColumn, row: dict[str, Any], actor: Actor) -> ReportCell:
    """A value of a row for people, in their units."""
    value = row.get(column.name)
    key = row.get(column.link) if column.link else None
    if value is None or value == "":
        return ReportCell("Not known" if column.measure == "driver" else formats.DASH, missing=True)
    href = None
    if key:
        table = LINKS.get(column.measure, "trips")
        href = f"/{table}/{key}" if may(actor, f"{table}.read") else None
    match column.measure:
        case "moment":
            text = formats.local_time(value, actor.time_zone)
            return ReportCell(text, href, moment=str(value))
        case "day":
            return ReportCell(formats.day(value), href)
        case "words":
            return ReportCell(formats.words(value), href, tone=tone_of(value))
        case _:
            return ReportCell(written(column, value, actor.units), href)


def written(column: ReportColumn, value: Any, units: str) -> str:
    """A number in the reader's unit, which stands in the heading; times as hours and minutes."""
    if column.measure == "minutes":
        return formats.duration(value)
    if column.measure in UNITS:
        return formats.number(
            converted(column, value, units), 1 if column.measure in ("km", "percent", "metres") else None
        )
    return str(value)


def total_of(column: ReportColumn, result: Result, actor: Actor) -> str:
    value = result.totals.get(column.name)
    return "" if value is None else written(column, value, actor.units)


def bars_of(report: Report, result: Result, asked: Asked, actor: Actor) -> list[Bar]:
    """The chart as lengths. By day every day of the period has a place, weeks where they would be too many."""
    measure = ReportColumn("value", "", report.chart.measure)
    found = [(str(one["label"]), float(one["value"] or 0)) for one in result.bars]
    if report.chart.by_label and found:
        found = _by_day(found, asked, actor)
    most = max((value for _, value in found), default=0) or 1
    unit = (
        "" if measure.measure in ("minutes", "count") else " " + heading_of(measure, actor.units).strip(" ()")
    )
    return [
        Bar(label, written(measure, value, actor.units) + unit, round(100 * max(value, 0) / most, 2))
        for label, value in found
    ]


def _by_day(found: list[tuple[str, float]], asked: Asked, actor: Actor) -> list[tuple[str, float]]:
    """All days of the period up to today, or its weeks when there are more than MOST_DAYS."""
    last = max(min(asked.last, actor.today), date.fromisoformat(found[-1][0]))
    days = (last - asked.first).days + 1
    step = 1 if days <= MOST_DAYS else 7
    sums: dict[date, float] = {asked.first + timedelta(days=n): 0.0 for n in range(0, days, step)}
    for label, value in found:
        passed = (date.fromisoformat(label) - asked.first).days
        sums[asked.first + timedelta(days=passed - passed % step)] += value
    prefix = "" if step == 1 else "Week from "
    return [(prefix + formats.day(day), value) for day, value in sums.items()]


async def names_of(request: AnyRequest, actor: Actor, asked: Asked) -> dict[str, str]:
    """What the filters are called, for the inputs."""
    state = request.app.state
    wanted = {FILTERS[name]: [key] for name, key in asked.filters.items()}
    titles = await titles_of(state.database, state.registry, actor, wanted)
    return {
        name: title
        for name, key in asked.filters.items()
        if (title := titles.get((FILTERS[name], str(key)))) is not None
    }


route_handlers = [reports_page, report_page]
