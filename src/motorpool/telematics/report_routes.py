"""Reports and mileage logs over HTTP: JSON for programs, files for people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.export import FORMATS
from motorpool.core.resource.openapi import content, failures, query
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.mileage_log import LogLine, mileage_log, mileage_rates
from motorpool.telematics.reports import REPORTS
from motorpool.telematics.reports.files import file_name, report_file
from motorpool.telematics.reports.mileage_file import mileage_file, recorded, use
from motorpool.telematics.reports.report import Report
from motorpool.telematics.reports.running import FILTERS, MOST, Asked, asked_of, json_of, run_report
from motorpool.telematics.rules.mileage import Rate, total, worth

AnyRequest = Request[Any, Any, Any]
Json = dict[str, Any]
FILE_FORMATS = ("csv", "xlsx", "pdf")
RATE_KINDS = ("business", "own", "medical", "charity")


@get("/api/v1/reports", include_in_schema=False)
async def list_reports(request: AnyRequest) -> Response[bytes]:
    """The reports that the caller may read."""
    actor = actor_of(request)
    found = [
        {
            "name": one.name,
            "title": one.title,
            "about": one.about,
            "options": [
                {
                    "name": option.name,
                    "default": option.default,
                    "choices": [name for name, _ in option.choices],
                }
                for option in one.options
            ],
        }
        for one in REPORTS.values()
        if actor.access.reach(f"{one.table}.read")
    ]
    return json_response(msgspec.json.encode({"items": found}))


def report_handler(report: Report) -> HTTPRouteHandler:
    @get(f"/api/v1/reports/{report.name}", include_in_schema=False)
    async def handle(request: AnyRequest) -> Response[bytes] | Stream:
        return await get_report(request, report)

    return handle


async def get_report(request: AnyRequest, report: Report) -> Response[bytes] | Stream:
    """A report as JSON, or as a file with `format`."""
    actor, state = actor_of(request), request.app.state
    asked = asked_of(report, dict(request.query_params.items()), actor)
    form = file_format(request)
    if form == "json":
        limit, offset = page_of(request.query_params)
        result = await run_report(
            state.database, state.registry, actor, report, asked, limit=limit, offset=offset
        )
        return json_response(
            msgspec.json.encode(json_of(report, asked, actor, result)), headers={"Cache-Control": "no-store"}
        )
    # Here, because the head of a file leaves before its first row is asked for.
    reach_or_forbid(state.registry[report.table], actor, "export")
    for table in report.also:
        reach_or_forbid(state.registry[table], actor, "read")
    filters = await told_filters(state, actor, asked)
    blocks = report_file(
        state.database,
        state.registry,
        actor,
        report,
        asked,
        form,
        filters,
        pdf_rows=state.settings.exports.pdf_rows,
    )
    return await as_file(blocks, file_name(report.name, asked, form), form)


@get("/api/v1/reports/mileage-log", include_in_schema=False)
async def get_mileage_log(request: AnyRequest) -> Response[bytes] | Stream:
    """The trips of a driver or vehicle with places, odometers, purpose, rate and amount."""
    actor, state = actor_of(request), request.app.state
    first, last, driver, vehicle, kind = log_of(request.query_params, actor)
    form = file_format(request)
    lines = await mileage_log(
        state.database,
        state.registry,
        actor,
        first,
        last,
        driver=driver,
        vehicle=vehicle,
        action="read" if form == "json" else "export",
    )
    rates, currency = await mileage_rates(state.database, actor, kind)
    if form == "json":
        answer = log_json(actor, lines, rates, currency, first, last)
        return json_response(msgspec.json.encode(answer), headers={"Cache-Control": "no-store"})
    picked = {name: key for name, key in (("driver", driver), ("vehicle", vehicle)) if key}
    asked = Asked(first, last, picked)
    about = await told_filters(state, actor, asked)
    blocks = mileage_file(
        actor, lines, rates, currency, first, last, about, form, pdf_rows=state.settings.exports.pdf_rows
    )
    return await as_file(blocks, file_name("mileage-log", asked, form), form)


def file_format(request: AnyRequest) -> str:
    """Raises BadRequest."""
    form = request.query_params.get("format") or "json"
    if form not in ("json", *FILE_FORMATS):
        raise _wrong("format", f"must be json or one of {', '.join(FILE_FORMATS)}")
    return form


def page_of(asked: Mapping[str, str]) -> tuple[int, int]:
    """`limit` and `offset`. Raises BadRequest."""
    found = []
    for name, default, low, high in (("limit", 200, 1, MOST), ("offset", 0, 0, 10_000_000)):
        text = asked.get(name) or str(default)
        if not text.isdecimal() or not low <= int(text) <= high:
            raise _wrong(name, f"must be a whole number from {low} to {high}")
        found.append(int(text))
    return found[0], found[1]


def log_of(asked: Mapping[str, str], actor: Actor) -> tuple[date, date, UUID | None, UUID | None, str]:
    """Period, driver, vehicle and kind of rate of a mileage log: `year=2026`, or `from` and `to`; this year by default.

    Raises BadRequest.
    """
    year = asked.get("year") or ""
    try:
        if asked.get("from") or asked.get("to"):
            last = date.fromisoformat(asked["to"]) if asked.get("to") else actor.today
            first = date.fromisoformat(asked["from"]) if asked.get("from") else last.replace(month=1, day=1)
        else:
            first = date(int(year) if year else actor.today.year, 1, 1)
            last = date(first.year, 12, 31)
    except (ValueError, OverflowError) as error:
        raise _wrong("from", "and `to` must be days, such as 2026-05-21, and `year` a year") from error
    kind = asked.get("rate") or "business"
    if kind not in RATE_KINDS:
        raise _wrong("rate", f"must be one of {', '.join(RATE_KINDS)}")
    keys: list[UUID | None] = []
    for name in ("driver", "vehicle"):
        text = asked.get(name)
        keys.append(parse_uuid(text) if text else None)
        if text and keys[-1] is None:
            raise _wrong(name, "must be an id")
    return first, last, keys[0], keys[1], kind


def log_json(
    actor: Actor, lines: list[LogLine], rates: list[Rate], currency: str, first: date, last: date
) -> Json:
    """The log for programs: distances in km and miles, money as text."""
    found = total((line.trip for line in lines), rates)
    zone = ZoneInfo(actor.time_zone)
    items = []
    for line in lines:
        rate, amount = worth(line.trip, rates)
        items.append(
            {
                "trip_id": str(line.trip_id),
                "date": line.trip.day.isoformat(),
                "started_at": line.started_at,
                "ended_at": line.ended_at,
                "driver": line.driver,
                "vehicle": line.vehicle,
                "start_place": line.start_place,
                "end_place": line.end_place,
                "start_odometer_m": line.start_odometer_m,
                "end_odometer_m": line.end_odometer_m,
                "distance_km": line.trip.distance_km,
                "miles": line.trip.miles,
                "business_miles": line.trip.business_miles,
                "use": use(line),
                "purpose": line.purpose,
                "rate_per_mile": rate,
                "amount": amount,
                "recorded": recorded(line, zone),
            }
        )
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "time_zone": actor.time_zone,
        "currency": currency,
        "items": items,
        "totals": {
            "trips": found.trips,
            "miles": found.miles,
            "business_miles": found.business,
            "commute_miles": found.commute,
            "personal_miles": found.personal,
            "unclassified_miles": found.unclassified,
            "unclassified_trips": found.unclassified_trips,
            "business_percent": found.business_percent,
            "amount": found.amount,
            "by_rate": [
                {
                    "valid_from": rate and rate.valid_from,
                    "rate_per_mile": rate and rate.per_mile,
                    "source": rate and rate.source,
                    "business_miles": miles,
                    "amount": amount,
                }
                for rate, miles, amount in found.by_rate
            ],
        },
    }


async def told_filters(state: Any, actor: Actor, asked: Asked) -> list[tuple[str, str]]:
    """The filters with the names of what they filter by, as far as the actor may read them, for the heading of a file."""
    told = []
    for name, key in asked.filters.items():
        resource = state.registry[FILTERS[name]]
        rows = []
        if reach := actor.access.reach(resource.permission("read")):
            statement = get_statement(resource, actor, reach, key, {}, fields=(resource.title_column,))
            rows = await state.database.read(actor, statement.sql, statement.parameters)
        told.append((name, msgspec.json.decode(rows[0][0])[resource.title_column] if rows else "unknown"))
    return told + [(name.replace("_", " "), value) for name, value in asked.options.items()]


async def as_file(blocks: AsyncIterator[bytes], name: str, form: str) -> Stream:
    # The first block is made here, so that a mistake is a clear answer and not a broken file.
    first = await anext(blocks, b"")

    async def all_blocks() -> AsyncIterator[bytes]:
        yield first
        async for block in blocks:
            yield block

    return Stream(
        all_blocks(),
        media_type=FORMATS[form].media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _wrong(name: str, problem: str) -> BadRequest:
    return BadRequest(
        "Some parameters of the request are wrong.",
        fields=[FieldProblem(name, problem)],
        code="bad_parameters",
    )


DAY: Json = {"type": "string", "format": "date"}
ID: Json = {"type": "string", "format": "uuid"}
FORMAT: Json = {"type": "string", "enum": ["json", *FILE_FORMATS]}
_COMMON = [
    query("from", DAY, "First local day; the first of the month when left out"),
    query("to", DAY, "Last local day, included; today when left out"),
    query("driver", ID, "Only this driver"),
    query("vehicle", ID, "Only this vehicle"),
    query("department", ID, "Only vehicles of this department"),
    query("group", ID, "Only vehicles of this group"),
    query("format", FORMAT, "A file instead of JSON"),
    query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, "Rows of the JSON answer; 200"),
    query("offset", {"type": "integer", "minimum": 0}, "Rows to leave out"),
]


def _options(report: Report) -> list[Json]:
    found = []
    for option in report.options:
        schema: Json = {"type": "string", "default": option.default}
        if option.choices:
            schema["enum"] = [name for name, _ in option.choices]
        found.append(query(option.name, schema, option.label))
    return found


def _operation(name: str, summary: str, description: str, parameters: list[Json]) -> Json:
    return {
        "get": {
            "tags": ["Telematics"],
            "operationId": f"report_{name.replace('-', '_')}",
            "summary": summary,
            "description": description,
            "parameters": parameters,
            "responses": {"200": content({"type": "object"}, "Rows, totals and chart")}
            | failures("BadRequest"),
        }
    }


#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Json] = {
    "/api/v1/reports": _operation(
        "list", "The reports that there are", "Those that the caller may read.", []
    ),
    **{
        f"/api/v1/reports/{one.name}": _operation(
            one.name,
            f"Report: {one.title.lower()}",
            f"{one.about}. Units are SI (km, min, l); times are UTC, days local. Needs `{one.table}.read`, "
            f"files `{one.table}.export`. {' '.join(one.notes)}",
            [*_COMMON, *_options(one)],
        )
        for one in REPORTS.values()
    },
    "/api/v1/reports/mileage-log": _operation(
        "mileage-log",
        "Mileage log of a driver or vehicle",
        "Date, places, odometers, miles, purpose, dated rate and amount of each trip, with totals. Needs `trips.read`, "
        "files `trips.export`.",
        [
            query("year", {"type": "integer"}, "A calendar year; this one when left out"),
            *_COMMON[:4],
            query("rate", {"type": "string", "enum": list(RATE_KINDS)}, "Which rates; business"),
            _COMMON[6],
        ],
    ),
}
route_handlers = [list_reports, *map(report_handler, REPORTS.values()), get_mileage_log]
