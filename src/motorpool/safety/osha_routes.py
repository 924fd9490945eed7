"""HTTP of the OSHA forms: the log and its summary as data, on paper, and as the file for electronic submission."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.response import Stream
from msgspec import Meta, Struct

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import Conflict, NotFound
from motorpool.core.files.names import content_disposition
from motorpool.core.resource.openapi import failures
from motorpool.core.resource.routes import ResourceApi, actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import query_of
from motorpool.safety.printing.osha import form_300, form_300a, form_301
from motorpool.safety.queries import osha_log as osha
from motorpool.safety.rules.osha_forms import ITA_COLUMNS
from motorpool.safety.table_downloads import NO_STORE, as_file, parameters_of, table_operation

AnyRequest = Request[Any, Any, Any]
Json = dict[str, Any]
BASE = "/api/v1/injury-records"
PERSON = """
SELECT date_of_birth, hired_on FROM drivers
WHERE tenant_id = %(tenant)s AND (id = %(driver)s OR %(driver)s IS NULL AND user_id = %(user)s) LIMIT 1
"""


class SummaryAsked(Struct, forbid_unknown_fields=True):
    year: osha.Year | None = None
    facility: Annotated[UUID, Meta(description="Only this establishment")] | None = None


class YearAsked(Struct, forbid_unknown_fields=True):
    year: osha.Year | None = None


@get(f"{BASE}/osha-log", include_in_schema=False)
async def get_osha_log(request: AnyRequest) -> Response[bytes] | Stream:
    """The OSHA 300 log with the figures of form 300A as JSON, its lines as a table, or form 300 as a PDF."""
    actor, state = actor_of(request), request.app.state
    asked = query_of(request, osha.LogAsked)
    action = "read" if asked.format == "json" else "export"
    found = await osha.osha_log(state.database, state.registry, actor, asked, action)
    if asked.format == "json":
        return json_response(msgspec.json.encode(found), headers=NO_STORE)
    if asked.format == "pdf":
        return paper(await form_300(actor, found), f"osha-300-{found.year}.pdf")
    return await as_file(
        actor,
        f"OSHA 300 log {found.year}",
        f"osha-300-{found.year}",
        asked.format,
        osha.COLUMNS,
        [osha.cells_of(one) for one in found.lines],
        [("year", str(found.year)), ("recordable cases", str(found.summary.recordable))],
    )


@get(f"{BASE}/osha-300a", include_in_schema=False)
async def get_osha_300a(request: AnyRequest) -> Response[bytes]:
    """The summary as it is certified and posted."""
    actor, state = actor_of(request), request.app.state
    asked = query_of(request, SummaryAsked)
    log = await osha.osha_log(
        state.database, state.registry, actor, osha.LogAsked(asked.year, asked.facility), "export"
    )
    return paper(await form_300a(actor, log), f"osha-300a-{log.year}.pdf")


@get(f"{BASE}/osha-ita", include_in_schema=False)
async def get_osha_ita(request: AnyRequest) -> Response[bytes]:
    """A line for each establishment of the year, for the upload to OSHA's Injury Tracking Application.

    Raises Conflict that names what is missing: a file that OSHA refuses helps nobody.
    """
    actor, state = actor_of(request), request.app.state
    year = query_of(request, YearAsked).year or actor.today.year
    logs = await osha.establishment_summaries(state.database, state.registry, actor, year, "export")
    if not logs:
        raise Conflict(
            f"No employees and hours are entered for {year}: enter them for each establishment first.",
            code="nothing_entered",
        )
    lines = [osha.submission_line(one, actor.tenant_name) for one in logs]
    lacking = osha.lacking_for_submission(logs, actor.tenant_name)
    if lacking:
        raise Conflict(
            f"OSHA takes no line without all of it. Missing of {'; '.join(lacking)}.", code="incomplete"
        )
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ITA_COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    headers = {"Content-Disposition": content_disposition(f"osha-ita-{year}.csv")} | NO_STORE
    return Response(text.getvalue().encode(), media_type="text/csv", headers=headers)


@get(f"{BASE}/{{key:str}}/osha-301", include_in_schema=False)
async def get_osha_301(request: AnyRequest) -> Response[bytes]:
    """The report of one case."""
    actor, state = actor_of(request), request.app.state
    key = parse_uuid(request.path_params["key"])
    if key is None:
        raise NotFound("There is no such injury.")
    resource = state.registry["injury_records"]
    api: ResourceApi = state.apis["injury_records"]
    text, _ = await api.read_one(actor, reach_or_forbid(resource, actor, "export"), key)
    row: Json = msgspec.json.decode(text)
    where = {"tenant": actor.tenant_id, "driver": row["driver_id"], "user": row["user_id"]}
    rows = await state.database.read(actor, PERSON, where) if row["driver_id"] or row["user_id"] else []
    person = {"date_of_birth": rows[0][0], "hired_on": rows[0][1]} if rows else {}
    return paper(await form_301(actor, row, person), f"osha-301-{row['case_number']}.pdf")


def paper(document: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": content_disposition(name, inline=True)} | NO_STORE
    return Response(document, media_type="application/pdf", headers=headers)


def _document(name: str, summary: str, media: str, parameters: list[Json], also: str = "") -> Json:
    shape = {media: {"schema": {"type": "string", "format": "binary"}}}
    return {
        "get": {
            "tags": ["Safety"],
            "operationId": f"get_{name}",
            "summary": summary,
            "description": f"Needs `injury_records.export`.{also}",
            "parameters": parameters,
            "responses": {"200": {"description": "The document", "content": shape}}
            | failures("BadRequest", "Unauthenticated", "Forbidden", "NotFound", "Conflict"),
        }
    }


KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
OPERATIONS: Json = {
    f"{BASE}/osha-log": table_operation(
        "osha_log", "The OSHA 300 log and the figures of form 300A", "injury_records", osha.LogAsked, osha.Log
    ),
    f"{BASE}/osha-300a": _document(
        "osha_300a", "Form 300A, to be certified and posted", "application/pdf", parameters_of(SummaryAsked)
    ),
    f"{BASE}/osha-ita": _document(
        "osha_ita",
        "The summaries of a year as OSHA's Injury Tracking Application takes them",
        "text/csv",
        parameters_of(YearAsked),
        " And `osha_years.export`.",
    ),
    f"{BASE}/{{id}}/osha-301": _document("osha_301", "Form 301 of one case", "application/pdf", [KEY]),
}
route_handlers = [get_osha_log, get_osha_300a, get_osha_ita, get_osha_301]
