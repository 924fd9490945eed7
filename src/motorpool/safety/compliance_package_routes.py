"""Packages for an auditor over HTTP: everything at once, made by a job, and one driver's file at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Stream
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.export.archive import MEDIA_TYPE
from motorpool.core.files.names import content_disposition
from motorpool.core.jobs.defer import defer
from motorpool.core.resource.openapi import content, failures, shared
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import query_of, schema_of
from motorpool.safety.actions.write_compliance_package import (
    DriversFile,
    check_pieces,
    drivers_pieces,
    write_package,
)
from motorpool.safety.compliance_routes import EXPORT, NO_STORE, PATH, parameters_of
from motorpool.safety.printing.qualification import qualification_pdf
from motorpool.safety.queries.compliance_question import Asked, filters_of
from motorpool.safety.queries.driver_files import driver_facts
from motorpool.safety.rules.compliance_names import plain
from motorpool.safety.rules.qualification import qualification
from motorpool.system.actions.export_list import record_export
from motorpool.system.models import ExportJob

AnyRequest = Request[Any, Any, Any]
#: What exports of a driver's file are called among the others.
DRIVERS_FILE = "qualification_file"
PACKAGE = f"{PATH}/package"
OF_DRIVER = "/api/v1/drivers/{id}/qualification-file"


class Ordered(Struct):
    id: Annotated[UUID, Meta(description="The export: `GET /api/v1/export-jobs/{id}` tells how far it is")]
    status: str


async def order_package(
    session: AsyncSession, actor: Actor, registry: Any, asked: Asked, address: str
) -> UUID:
    """Queue a package; the id of its export. `address` is put before the paths of records. Raises Forbidden."""
    reach_or_forbid(registry["compliance_documents"], actor, "export")
    if actor.user_id is None:
        raise Forbidden("An export belongs to a person; sign in as one.", code="person_needed")
    job = ExportJob(
        tenant_id=actor.tenant_id,
        export_type=EXPORT,
        export_format="zip",
        filters=filters_of(asked) or None,
        requested_by_user_id=actor.user_id,
    )
    session.add(job)
    await session.flush()
    name = "safety.write_compliance_package"
    await defer(
        session, name, actor.tenant_id, one_at_a_time="compliance package", job_id=job.id, address=address
    )
    return job.id


@post(PACKAGE, include_in_schema=False)
async def ordered(request: AnyRequest) -> Response[bytes]:
    """Order everything in one package."""
    actor, state = actor_of(request), request.app.state
    asked = query_of(request, Asked)
    async with state.database.transaction(actor) as session:
        key = await order_package(session, actor, state.registry, asked, str(request.base_url))
    headers = NO_STORE | {"Location": f"/api/v1/export-jobs/{key}"}
    return json_response(msgspec.json.encode(Ordered(key, "pending")), 202, headers)


class Wanted(Struct, forbid_unknown_fields=True):
    format: Annotated[
        Literal["zip", "pdf"],
        Meta(
            description="zip: the checklist and each file; pdf: the checklist with the files attached to it"
        ),
    ] = "zip"


@get("/api/v1/drivers/{key:str}/qualification-file", include_in_schema=False)
async def of_driver(request: AnyRequest) -> Response[Any]:
    """One driver's file for an auditor, sent while it is made."""
    actor, state = actor_of(request), request.app.state
    wanted = query_of(request, Wanted)
    reach_or_forbid(state.registry["compliance_documents"], actor, "export")
    key = parse_uuid(request.path_params["key"])
    facts = await driver_facts(
        state.database, state.registry, actor, [key] if key else [], permission="compliance_documents.export"
    )
    if not facts or key is None:
        raise NotFound("There is no such driver.")
    most = int(state.settings.exports.package_mb * 1e6)
    pieces = await drivers_pieces(state.database, state.registry, actor, key, most)
    file, address = qualification(facts[0], actor.today), str(request.base_url)
    name = f"{plain(file.full_name)} qualification file {actor.today}.{wanted.format}"
    await record_export(
        state.database, actor, DRIVERS_FILE, wanted.format, {"driver_id": str(key)}, len(pieces)
    )
    headers = NO_STORE | {"Content-Disposition": content_disposition(name)}
    if wanted.format == "pdf":
        await check_pieces(state.files, pieces)
        body = await qualification_pdf(actor, facts[0], file, pieces, address, state.files)
        return Response(body, media_type="application/pdf", headers=headers)
    written: AsyncIterator[bytes] = write_package(
        state.files, actor, DriversFile(facts[0], file), pieces, address
    )
    return Stream(written, media_type=MEDIA_TYPE, headers=headers)


_FORMAT = schema_of(Wanted)["properties"]["format"]
#: Paths of the OpenAPI document.
OPERATIONS: dict[str, dict[str, Any]] = {
    PACKAGE: {
        "post": {
            "tags": ["Safety"],
            "operationId": "package_compliance",
            "summary": "Order the overview with all of its evidence in one package",
            "description": "A zip with the overview as PDF and workbook, whose rows link to the files, the papers in folders by "
            "driver and vehicle, an index with checksums, and what is not there by name. It is made by a job, as an export; "
            "`MOTORPOOL_EXPORT_PACKAGE_MB` limits it. Needs `compliance_documents.export`.",
            "parameters": [one for one in parameters_of(Asked) if one["name"] != "format"],
            "responses": {"202": content(schema_of(Ordered), "The export")}
            | failures("BadRequest", "Unauthenticated", "Forbidden"),
        }
    },
    OF_DRIVER: {
        "parameters": shared("id"),
        "get": {
            "tags": ["Fleet"],
            "operationId": "get_qualification_file_drivers",
            "summary": "Fetch a driver's qualification file with its evidence",
            "description": "The checklist with the state of each item, and the papers themselves. Needs "
            "`compliance_documents.export` and `drivers.read` for this driver; a paper whose document or file the caller may not "
            "read is named, not sent.",
            "parameters": [
                {
                    "name": "format",
                    "in": "query",
                    "required": False,
                    "schema": {name: value for name, value in _FORMAT.items() if name != "description"},
                    "description": _FORMAT["description"],
                }
            ],
            "responses": {
                "200": {
                    "description": "The file",
                    "content": {MEDIA_TYPE: {}, "application/pdf": {}},
                }
            }
            | failures("BadRequest", "Unauthenticated", "Forbidden", "NotFound", "Invalid"),
        },
    },
}
route_handlers = [ordered, of_driver]
