"""The API of imports and exports: send a file, look at it, try it, run it; order a file, fetch it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from msgspec import Meta, Struct

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.files.links import DEFAULT_LIFE, sign_link
from motorpool.core.files.store import FileStore
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.openapi import content
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tabular import Limits
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.system.actions.export_list import order_export
from motorpool.system.actions.read_file import choose_sheet
from motorpool.system.actions.start_import import begin, importable, start_import
from motorpool.system.models import ExportJob, ImportJob
from motorpool.system.queries.find_job import find_job
from motorpool.system.resources import RESOURCES
from motorpool.system.shapes import FilterValue, ImportParameters, Preview

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(RESOURCES)


class Begin(Struct, forbid_unknown_fields=True):
    parameters: Annotated[
        ImportParameters | None, Meta(description="Left out: as proposed, or as they were the last time")
    ] = None


class Wanted(Struct, forbid_unknown_fields=True):
    export_type: Annotated[str, Meta(description="Table, such as vehicles")]
    export_format: Annotated[str, Meta(description="csv, excel, json, ndjson or pdf")] = "csv"
    filters: Annotated[
        dict[str, FilterValue], Meta(description="The parameters of the list, `q` and `sort` among them")
    ] = msgspec.field(default_factory=dict)
    columns: Annotated[list[str] | None, Meta(description="In order; left out: all")] = None


class Ordered(Struct):
    id: UUID
    status: str


class Look(Struct):
    preview: Preview
    parameters: ImportParameters


class Link(Struct):
    url: Annotated[str, Meta(description="Works for whoever has it")]
    expires_at: datetime


@post("/api/v1/import-jobs", include_in_schema=False, request_max_body_size=None)
async def send_file(request: AnyRequest) -> Response[bytes]:
    """Take a file in: a form with the part `file` and the field `import_type`, or the bare content with `?name=`."""
    key = await receive_import(request)
    return json_response(
        msgspec.json.encode({"id": key, "status": "pending"}), 201, {"Location": f"/api/v1/import-jobs/{key}"}
    )


async def receive_import(request: AnyRequest) -> UUID:
    """The id of the import that an upload begins. Raises as `start_import`."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["import_jobs"], actor, "create")
    files: FileStore = state.files
    async with files.spool() as spool:
        upload = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        table = upload.fields.get("import_type", "")
        if not table:
            problem = FieldProblem("import_type", "must name the table that the rows go into", "required")
            raise Invalid("Some fields are not valid.", fields=[problem])
        resource = importable(state.registry, actor, table)
        received = await spool.finish()
        async with state.database.transaction(actor) as session:
            job = await start_import(
                session,
                files,
                actor,
                resource,
                received,
                name=upload.name,
                declared_type=upload.declared_type,
                limits=Limits.of(state.settings),
            )
            return job.id


@verbs.post("import_jobs", "preview", Nothing, permission="read", answers=Look)
async def preview(call: Call[Nothing]) -> Look:
    """Headings and first rows of the file, and the mapping that is proposed"""
    job = await find_job(call.session, call.actor, ImportJob, call.key)
    if not job.preview:
        raise Conflict("The file was not read yet.", code="not_read")
    return Look(
        msgspec.convert(job.preview, Preview),
        msgspec.convert(job.import_parameters or {}, ImportParameters),
    )


class SheetWish(Struct, forbid_unknown_fields=True):
    sheet: Annotated[str, Meta(max_length=100, description="Its name in the workbook")]


@verbs.post("import_jobs", "sheet", SheetWish, permission="create")
async def sheet(call: Call[SheetWish]) -> None:
    """Take another sheet of the workbook; the mapping is proposed anew"""
    state = call.state
    await choose_sheet(
        call.session,
        call.database,
        state.files,
        Limits.of(state.settings),
        state.registry,
        call.actor,
        call.key,
        call.body.sheet,
    )


@verbs.post("import_jobs", "check", Begin, permission="create")
async def check(call: Call[Begin]) -> None:
    """Try an import: every error is found, nothing is written

    The worker does it; read the import again to see how far it is. Its errors are `/api/v1/import-errors`.
    """
    await begin(call.session, call.actor, call.state.registry, call.key, call.body.parameters, trial=True)


@verbs.post("import_jobs", "run", Begin, permission="create")
async def run(call: Call[Begin]) -> None:
    """Run an import: rows that are right are written, the others come back in a file

    The worker does it, a thousand rows at a time, each thousand whole or not at all.
    """
    await begin(call.session, call.actor, call.state.registry, call.key, call.body.parameters, trial=False)


@verbs.post("export_jobs", "create", Wanted, path="", permission=None, answers=Ordered, status=201)
async def order(call: Call[Wanted]) -> Ordered:
    """Order a filtered list as a file

    Needs the permission to export the table, such as `vehicles.export`; the file holds the rows that it reaches. The
    worker writes it, and it is kept for some days.
    """
    body = call.body
    job = await order_export(
        call.session,
        call.actor,
        call.state.registry,
        table=body.export_type,
        format_name=body.export_format,
        filters=body.filters,
        columns=body.columns,
    )
    return Ordered(job.id, job.status)


@verbs.post("export_jobs", "link", Nothing, permission="read", answers=Link)
async def link(call: Call[Nothing]) -> Link:
    """A link to the file of an export that works for a quarter of an hour without signing in"""
    job = await find_job(call.session, call.actor, ExportJob, call.key)
    return signed(call.state, job.tenant_id, job.file_id)


@verbs.post("import_jobs", "error_file", Nothing, permission="read", answers=Link)
async def error_file(call: Call[Nothing]) -> Link:
    """A link to the rows that an import left out, with their errors"""
    job = await find_job(call.session, call.actor, ImportJob, call.key)
    return signed(call.state, job.tenant_id, job.error_file_id)


def signed(state: Any, tenant_id: UUID, file_id: UUID | None) -> Link:
    """Raises Conflict while there is no file, or no more."""
    if file_id is None:
        raise Conflict("There is no file.", code="no_file")
    expires_at = datetime.now(UTC).replace(microsecond=0) + DEFAULT_LIFE
    return Link(sign_link(state.keyring, tenant_id, file_id, expires_at), expires_at)


route_handlers = [send_file, *verbs.handlers()]
FILE = {
    "type": "object",
    "required": ["file", "import_type"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "CSV, Excel or OpenDocument"},
        "import_type": {"type": "string", "description": "Table that the rows go into, such as vehicles"},
    },
}
#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Any] = {
    "/api/v1/import-jobs": {
        "post": {
            "tags": ["System"],
            "operationId": "create_import_jobs",
            "summary": "Send a file to import",
            "description": "Needs `import_jobs.create`, and the permission to create or update rows of the table. "
            "The answer's id is what `check` and `run` take.",
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FILE}}},
            "responses": {
                "201": content(
                    {
                        "type": "object",
                        "properties": {
                            "id": {"type": "string", "format": "uuid"},
                            "status": {"type": "string"},
                        },
                    },
                    "The import, which waits to be checked or run",
                ),
                **{
                    code: {"$ref": f"#/components/responses/{name}"}
                    for code, name in (
                        ("400", "BadRequest"),
                        ("401", "Unauthenticated"),
                        ("403", "Forbidden"),
                        ("422", "Invalid"),
                    )
                },
            },
        }
    },
    **verbs.operations(),
}
