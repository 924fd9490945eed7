"""The OSHA 300 log and the 300A summary of a year, with the hours and employees that they need."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import ResourceApi, actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import struct_of
from motorpool.safety.queries.osha_hours import known_hours
from motorpool.safety.queries.osha_log import (
    Log,
    LogAsked,
    establishment_summaries,
    lacking_for_submission,
    osha_log,
)
from motorpool.safety.rules.osha_forms import remarks
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import Action, can, form_texts, moves_of
from motorpool.web.rendering import see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
TABLE = "osha_years"
FILES = (("csv", "CSV", "file-type-csv"), ("xlsx", "Excel", "file-spreadsheet"))
NAMES = ("year", "facility")
YEARS_SHOWN = 6
#: Letters of the columns in the form.
LETTERS = {"death": "G", "days_away": "H", "restricted": "I", "other_recordable": "J"}
#: Fields of the form by their columns.
FIELDS = {"hours": "hours_worked", "employees": "average_employees"}


@get("/osha-log", include_in_schema=False)
async def log_page(request: AnyRequest) -> Response[Any]:
    query = {name: value for name, value in request.query_params.items() if value and name in NAMES}
    problem = None
    try:
        asked = struct_of(query, LogAsked, strict=False)
    except MotorpoolError as error:
        problem = " ".join(f"{one.field.capitalize()}: {one.message}." for one in error.fields)
        asked = LogAsked()
    return await _page(request, asked, problem)


@post("/osha-log", include_in_schema=False, status_code=200)
async def log_posted(request: AnyRequest) -> Response[Any]:
    """Keep hours and employees of the year. People write numbers with commas."""
    actor, state = actor_of(request), request.app.state
    form = await form_texts(request)
    resource = state.registry[TABLE]
    asked = struct_of({name: form[name] for name in NAMES if form.get(name)}, LogAsked, strict=False)
    year = asked.year or actor.today.year
    log = await osha_log(state.database, state.registry, actor, asked)
    given = {name: form.get(name, "").replace(",", "").strip() for name in FIELDS}
    body: dict[str, Any] = {
        "hours_worked": given["hours"] or None,
        "average_employees": int(given["employees"])
        if given["employees"].isdigit()
        else given["employees"] or None,
    }
    try:
        async with state.database.transaction(actor) as session:
            if log.entered is not None:
                reach = reach_or_forbid(resource, actor, "update")
                await update_row(session, resource, actor, reach, log.entered, body, None)
            else:
                reach = reach_or_forbid(resource, actor, "create")
                place = {"facility_id": str(asked.facility)} if asked.facility else {}
                await create_row(session, resource, actor, reach, {"year": year, **place, **body})
    except FAILURES as error:
        found = as_problem(error, problem_of)
        if found.status not in (400, 409, 422):
            raise
        errors = {
            next((name for name, column in FIELDS.items() if column == one.field), one.field): one.message
            for one in found.fields
        }
        said = found.detail if not found.fields or not errors.keys() & FIELDS.keys() else None
        return await _page(request, asked, said, given, errors, status=found.status)
    return see_other(_address(year, asked.facility), "Kept.")


def _address(year: int, facility: UUID | None) -> str:
    return (
        f"/osha-log?{urlencode([('year', str(year)), *([('facility', str(facility))] if facility else [])])}"
    )


async def _page(
    request: AnyRequest,
    asked: LogAsked,
    problem: str | None,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    log = await osha_log(state.database, state.registry, actor, asked)
    here = _address(log.year, asked.facility)
    places = (
        await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
        if may(actor, "facilities.read")
        else []
    )
    resource = state.registry[TABLE]
    row = await _row(request, actor, log)
    certified = row is not None and row["status"] == "certified"
    hours = log.summary.hours_worked
    ita_href, ita_lacks = await _submission(request, actor, log.year)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "osha_log.html",
        status=status,
        title=f"OSHA log {log.year}",
        log=log,
        asked=asked,
        here=here,
        problem=problem,
        errors=dict.fromkeys(FIELDS, "") | (errors or {}),
        letters=LETTERS,
        given=given
        or {
            "hours": "" if hours is None or log.summed else f"{hours:.1f}".removesuffix(".0"),
            "employees": "" if log.employees is None or log.summed else str(log.employees),
        },
        remarks=remarks(log.year, log.employees, actor.today),
        known=await known_hours(state.database, actor, log.year, asked.facility),
        certified=certified,
        acts=_acts(actor, resource, row),
        details_href=_details(actor, resource, log, row, here) if not certified else None,
        may_keep=not certified and can(actor, resource, "update" if row else "create"),
        may_read_hours=may(actor, resource.permission("read")),
        facilities=places,
        years=range(actor.today.year, actor.today.year - YEARS_SHOWN, -1),
        may_add=may(actor, "injury_records.create"),
        papers=_papers(actor, log, asked.facility),
        ita_href=ita_href,
        ita_lacks=ita_lacks,
    )
    return page


async def _row(request: AnyRequest, actor: Actor, log: Log) -> dict[str, Any] | None:
    """The year's row as the API gives it."""
    if log.entered is None:
        return None
    api: ResourceApi = request.app.state.apis[TABLE]
    text, _ = await api.read_one(actor, reach_or_forbid(api.resource, actor, "read"), log.entered)
    row: dict[str, Any] = msgspec.json.decode(text)
    return row


def _acts(actor: Actor, resource: Any, row: dict[str, Any] | None) -> list[Action]:
    """The year is certified when it is over, and its figures are there."""
    if row is None:
        return []
    ready = row["year"] < actor.today.year and None not in (row["average_employees"], row["hours_worked"])
    return moves_of(actor, resource, row) if ready or row["status"] == "certified" else []


def _details(actor: Actor, resource: Any, log: Log, row: dict[str, Any] | None, here: str) -> str | None:
    """Where name, address, industry and EIN of the establishment are entered."""
    if row is not None:
        return f"/osha-years/{row['id']}/edit" if can(actor, resource, "update") else None
    if not can(actor, resource, "create"):
        return None
    place = log.establishment.facility_id
    given = [("year", str(log.year)), *([("facility_id", str(place))] if place else []), ("back", here)]
    return f"/osha-years/new?{urlencode(given)}"


def _papers(actor: Actor, log: Log, facility: UUID | None) -> list[tuple[str, str, str, bool]]:
    """(label, icon, address, whether it opens in the browser)."""
    if not may(actor, "injury_records.export"):
        return []
    asked = [("year", str(log.year)), *([("facility", str(facility))] if facility else [])]
    base = "/api/v1/injury-records"
    found = [
        ("Form 300A", "file-type-pdf", f"{base}/osha-300a?{urlencode(asked)}", True),
        ("Form 300", "file-type-pdf", f"{base}/osha-log?{urlencode([*asked, ('format', 'pdf')])}", True),
    ]
    found += [
        (label, icon, f"{base}/osha-log?{urlencode([*asked, ('format', form)])}", False)
        for form, label, icon in FILES
    ]
    return found


async def _submission(request: AnyRequest, actor: Actor, year: int) -> tuple[str | None, list[str]]:
    """Address of the file for OSHA, or what is missing for it; neither while nothing is entered."""
    if not (may(actor, "osha_years.export") and may(actor, "injury_records.export")):
        return None, []
    state = request.app.state
    logs = await establishment_summaries(state.database, state.registry, actor, year, "export")
    lacking = lacking_for_submission(logs, actor.tenant_name)
    ready = bool(logs) and not lacking
    return f"/api/v1/injury-records/osha-ita?year={year}" if ready else None, lacking


route_handlers = [log_page, log_posted]
