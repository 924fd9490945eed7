"""The OSHA 300 log and the 300A summary of a year. The address is the question: hours and employees stand in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.routes import actor_of
from motorpool.core.verbs import struct_of
from motorpool.safety.queries.osha_log import LogAsked, osha_log
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
FILES = (
    ("csv", "CSV", "file-type-csv"),
    ("xlsx", "Excel", "file-spreadsheet"),
    ("pdf", "PDF", "file-type-pdf"),
)
NAMES = ("year", "facility", "hours", "employees")
YEARS_SHOWN = 6
#: Letters of the columns in the form.
LETTERS = {"death": "G", "days_away": "H", "restricted": "I", "other_recordable": "J"}


@get("/osha-log", include_in_schema=False)
async def log_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    # People write hours with commas.
    query = {
        name: value.replace(",", "") if name in ("hours", "employees") else value
        for name, value in request.query_params.items()
        if value and name in NAMES
    }
    problem = None
    try:
        asked = struct_of(query, LogAsked, strict=False)
    except MotorpoolError as error:
        problem = " ".join(f"{one.field.capitalize()}: {one.message}." for one in error.fields)
        asked = LogAsked()
    log = await osha_log(state.database, state.registry, actor, asked)
    given = [(name, str(value)) for name in NAMES if (value := getattr(asked, name)) is not None]
    places = (
        await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
        if may(actor, "facilities.read")
        else []
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "osha_log.html",
        title=f"OSHA log {log.year}",
        log=log,
        asked=asked,
        problem=problem,
        letters=LETTERS,
        hours_text="" if asked.hours is None else f"{asked.hours:.2f}".rstrip("0").rstrip("."),
        facilities=places,
        facility_name=next((text for key, text in places if str(key) == str(asked.facility)), None),
        years=range(actor.today.year, actor.today.year - YEARS_SHOWN, -1),
        may_add=may(actor, "injury_records.create"),
        files=[
            (label, icon, f"/api/v1/injury-records/osha-log?{urlencode([*given, ('format', form)])}")
            for form, label, icon in FILES
        ]
        if may(actor, "injury_records.export")
        else [],
    )
    return page


route_handlers = [log_page]
