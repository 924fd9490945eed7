"""HTTP of compliance: a driver's qualification file and standing, what covers whom, and the overview with its exports."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from msgspec import Meta, Struct

from motorpool.core.errors import NotFound
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Nothing, Verbs, lacking, query_of, schema_of
from motorpool.fleet.resources import RESOURCES as FLEET
from motorpool.safety.printing.compliance import compliance_pdf, compliance_workbook
from motorpool.safety.queries.compliance_home import Compliance, compliance_home
from motorpool.safety.queries.compliance_question import Asked, chosen, filters_of, proving
from motorpool.safety.queries.coverage import Coverage, coverage
from motorpool.safety.queries.driver_files import (
    driver_citations,
    driver_facts,
    qualifications,
    standing_of,
)
from motorpool.safety.rules.citations import Citation, Standing
from motorpool.safety.rules.compliance_lines import Counts, Line
from motorpool.safety.rules.qualification import Qualification, qualification
from motorpool.system.actions.export_list import record_export

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(FLEET)
NO_STORE = {"Cache-Control": "no-store"}
PATH = "/api/v1/compliance"
#: What exports of the overview are called among the others.
EXPORT = "compliance"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@verbs.get("drivers", "qualification", Nothing, permission="read", answers=Qualification)
async def of_driver(call: Call[Nothing]) -> Qualification:
    """Tell what a driver's qualification file holds and lacks

    The checklist of 49 CFR 391.51 with the state of each item today. Needs `compliance_documents.read` for this driver too; tests
    are part of it only with `drug_alcohol_tests.read`.
    """
    found = await driver_facts(call.database, call.state.registry, call.actor, [call.key])
    if not found:
        raise NotFound("There is no such driver.")
    return qualification(found[0], call.actor.today)


class FileStanding(Struct):
    driver_id: UUID
    full_name: str
    is_regulated: Annotated[bool, Meta(description="Drives commercial vehicles, so the file is needed")]
    state: Annotated[str, Meta(description="complete, lapses_soon or incomplete")]
    missing: int
    lapsed: int
    next_lapse: Annotated[date | None, Meta(description="The next day behind which something lapses")]


class Files(Struct):
    items: list[FileStanding]


@verbs.get("drivers", "qualifications", Nothing, path="/qualifications", permission="read", answers=Files)
async def of_drivers(call: Call[Nothing]) -> Files:
    """Tell how the qualification files of all drivers stand

    Of the drivers who work here and whose papers the caller may read; `GET /api/v1/drivers/{id}/qualification` has the items.
    """
    found = await qualifications(call.database, call.state.registry, call.actor)
    return Files(
        [
            FileStanding(
                one.driver_id,
                one.full_name,
                one.is_regulated,
                one.state,
                one.missing,
                one.lapsed,
                one.next_lapse,
            )
            for one in found
        ]
    )


class DriverStanding(Struct):
    standing: Standing
    citations: Annotated[list[Citation], Meta(description="The latest first")]


@verbs.get("drivers", "standing", Nothing, permission="read", answers=DriverStanding)
async def standing_of_driver(call: Call[Nothing]) -> DriverStanding:
    """Tell a driver's standing by citations

    Points in force today and within 12, 24 and 36 months, fines that are open, and what follows. Needs
    `driver_violations.read` and `compliance_documents.read` for this driver too.
    """
    registry = call.state.registry
    citations = await driver_citations(call.database, registry, call.actor, call.key)
    if citations is None:
        raise lacking("driver_violations.read")
    found = await driver_facts(call.database, registry, call.actor, [call.key])
    if not found:
        raise NotFound("There is no such driver.")
    return DriverStanding(standing_of(citations, found[0], call.actor), citations)


class OnDay(Struct, forbid_unknown_fields=True):
    on: Annotated[date, Meta(description="The day; today when left out")] | None = None


@verbs.get("vehicles", "coverage", OnDay, permission="read", answers=Coverage)
async def of_vehicle(call: Call[OnDay]) -> Coverage:
    """Tell what covers a vehicle on a day

    Insurance policies and papers in force, what is missing, and gaps between policies within a year.
    """
    return await coverage(
        call.database, call.state.registry, call.actor, "vehicle", call.key, call.body.on or call.actor.today
    )


@verbs.get("drivers", "coverage", OnDay, permission="read", answers=Coverage)
async def covers_driver(call: Call[OnDay]) -> Coverage:
    """Tell what covers a driver on a day

    Insurance policies and papers in force, what is missing, and gaps between policies within a year.
    """
    return await coverage(
        call.database, call.state.registry, call.actor, "driver", call.key, call.body.on or call.actor.today
    )


class Overview(Struct):
    as_of: date
    counts: Annotated[
        Counts, Meta(description="Of all lines, whatever `state`, `about`, `within` and `q` say")
    ]
    items: list[Line]


@get(PATH, include_in_schema=False)
async def get_compliance(request: AnyRequest) -> Response[bytes]:
    """The overview as JSON, or as a file for an auditor."""
    actor, state = actor_of(request), request.app.state
    asked = query_of(request, Asked)
    action = "read" if asked.format == "json" else "export"
    reach_or_forbid(state.registry["compliance_documents"], actor, action)
    found = await compliance_home(
        state.database,
        state.registry,
        actor,
        facility_id=asked.facility_id,
        department_id=asked.department_id,
        permission=f"compliance_documents.{action}",
    )
    lines = chosen(found.lines, asked)
    if asked.format == "json":
        return json_response(
            msgspec.json.encode(Overview(found.as_of, found.counts, lines)), headers=NO_STORE
        )
    return await _file(request, actor, asked, found, lines)


async def _file(
    request: AnyRequest, actor: Actor, asked: Asked, found: Compliance, lines: list[Line]
) -> Response[bytes]:
    """All that is chosen, with the list of the evidence."""
    state = request.app.state
    evidence = await proving(state.database, state.registry, actor, asked, found)
    address = str(request.base_url)
    if asked.format == "xlsx":
        body, media = await compliance_workbook(actor, found, lines, evidence, address), XLSX
    else:
        body, media = await compliance_pdf(actor, found, lines, evidence, address), "application/pdf"
    name = f"compliance-{found.as_of}.{asked.format}"
    form = "excel" if asked.format == "xlsx" else "pdf"
    await record_export(state.database, actor, EXPORT, form, filters_of(asked), len(lines) + len(evidence))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} | NO_STORE
    return Response(body, media_type=media, headers=headers)


def parameters_of(kind: type[Struct]) -> list[dict[str, Any]]:
    """The query parameters of a struct, for the OpenAPI document."""
    found = []
    for name, schema in schema_of(kind)["properties"].items():
        said = [one.get("description") for one in (schema, *schema.get("anyOf", ()))]
        words = next((one for one in said if one), name.replace("_", " ").capitalize())
        found.append({"name": name, "in": "query", "required": False, "schema": schema, "description": words})
    return found


#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations() | {
    PATH: {
        "get": {
            "tags": ["Safety"],
            "operationId": "get_compliance",
            "summary": "Who and what is not legal today, and what lapses in 30, 60 and 90 days",
            "description": "By driver and vehicle, from the same reasons that refuse an assignment, the papers with an expiry, and "
            "the qualification files. With `format` as a workbook or a PDF that also lists the evidence. Needs "
            "`compliance_documents.read`, files `compliance_documents.export`.",
            "parameters": parameters_of(Asked),
            "responses": {"200": content(schema_of(Overview), "The overview")}
            | failures("BadRequest", "Unauthenticated", "Forbidden"),
        }
    }
}
route_handlers = [get_compliance, *verbs.handlers()]
