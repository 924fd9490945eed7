"""HTTP of the files of duty logs: output files of ELDs are read in, supporting documents of a day are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, post, route
from msgspec import Meta, Struct

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.files.reading import find_file
from motorpool.core.files.serving import serve
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.verbs import Call, Verbs
from motorpool.safety.actions.import_duty_file import Imported, Outlook, import_duty_file, look_at_duty_file
from motorpool.safety.actions.keep_duty_document import KINDS_TAKEN, LARGEST, keep_duty_document, told_of
from motorpool.safety.resources import RESOURCES
from motorpool.safety.rules.duty_documents import KINDS
from motorpool.safety.rules.duty_eld_reading import MOST_BYTES, read_eld_file

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(RESOURCES)
LOGS, DOCUMENTS = "hours_of_service_logs", "duty_supporting_documents"
#: Events that an answer lists.
SHOWN = 500


# -- output files of ELDs


class DutyFile(Struct, forbid_unknown_fields=True):
    content: Annotated[str, Meta(max_length=MOST_BYTES, description="The text of the file, as it is")]
    name: Annotated[str, Meta(min_length=1, max_length=255)] = "eld-file.csv"
    driver_id: Annotated[
        UUID | None,
        Meta(description="Whose log it is; else the driver whom the file names, by username or license"),
    ] = None
    preview: Annotated[bool, Meta(description="Say what would come in, and write nothing")] = False
    over: Annotated[
        bool, Meta(description="The file takes the place of what is recorded differently for its times")
    ] = False


class FileEvent(Struct):
    line: Annotated[int, Meta(description="Line of the file")]
    state: Annotated[str, Meta(extra_json_schema={"enum": ["new", "changed", "known"]})]
    start: datetime
    end: Annotated[datetime | None, Meta(description="null: it goes on")]
    duty_status: str
    special_category: str | None
    record_status: str
    origin: str
    vehicle: str
    certified_at: datetime | None


class FileOverlap(Struct):
    """A time for which something else is recorded."""

    start: datetime
    end: datetime
    recorded: str
    told: Annotated[str, Meta(description="What the file says")]
    is_kept: Annotated[
        bool, Meta(description="Driving that a device recorded: it stays whatever the file says")
    ]


class DutyFileOutlook(Struct):
    """What the file brings in, or would."""

    import_id: Annotated[UUID | None, Meta(description="Row of duty_file_imports; null for a preview")]
    is_repeat: Annotated[bool, Meta(description="The very same file was read in before; nothing was written")]
    driver_id: UUID
    driver: str
    eld_provider: str
    eld_device_id: str
    made_at: datetime
    new: int
    known: int
    changed: int
    unassigned: Annotated[int, Meta(description="Driving of nobody that is known")]
    notes: list[str]
    overlaps: Annotated[list[FileOverlap], Meta(description=f"The first {SHOWN}")]
    events: Annotated[list[FileEvent], Meta(description=f"The first {SHOWN}, in order of time")]


def answer_of(outlook: Outlook, done: Imported | None = None) -> DutyFileOutlook:
    return DutyFileOutlook(
        done.id if done else None,
        bool(done and done.is_repeat),
        outlook.driver_id,
        outlook.driver,
        outlook.provider,
        outlook.device,
        outlook.made_at,
        done.new if done else len(outlook.new),
        done.known if done else outlook.known_count,
        done.changed if done else len(outlook.changed),
        done.nobody if done else outlook.nobody_count,
        outlook.notes,
        [FileOverlap(*one) for one in outlook.overlaps[:SHOWN]],
        [
            FileEvent(
                one.record.line,
                one.state,
                one.record.start,
                one.record.end,
                one.record.status,
                one.record.category,
                one.record.record_status,
                one.record.origin,
                one.vehicle,
                one.record.certified_at,
            )
            for one in outlook.events[:SHOWN]
        ],
    )


@verbs.post(LOGS, "import_file", DutyFile, path="/api/v1/hours-of-service/import", answers=DutyFileOutlook)
async def import_file(call: Call[DutyFile]) -> DutyFileOutlook:
    """Read the output file of an ELD into a driver's log

    The layout of 49 CFR 395 Subpart B, Appendix A, 4.8.2.1. Each line and the file must have the check value that is right; what is
    wrong is named by line and value. The same file again writes nothing. The file itself is kept.
    """
    body, resource, files = call.body, call.state.registry[LOGS], call.state.files
    raw = body.content.encode()
    read = read_eld_file(raw)
    if body.preview:
        return answer_of(
            await look_at_duty_file(call.session, resource, call.actor, call.reach, read, body.driver_id)
        )
    async with files.spool(MOST_BYTES) as spool:
        await spool.write(raw)
        received = await spool.finish()
        outlook, done = await import_duty_file(
            call.session,
            resource,
            files,
            call.actor,
            call.reach,
            read,
            received,
            name=body.name,
            driver=body.driver_id,
            over=body.over,
        )
    return answer_of(outlook, done)


# -- supporting documents


@post(
    "/api/v1/drivers/{driver_id:str}/supporting-documents",
    include_in_schema=False,
    request_max_body_size=None,
    status_code=201,
)
async def post_document(request: AnyRequest) -> Response[bytes]:
    """A form with the part `file` and what the document shows."""
    key = await receive_document(request, request.path_params["driver_id"])
    return json_response(
        msgspec.json.encode({"id": key, "href": f"/api/v1/duty-supporting-documents/{key}"}), 201
    )


async def receive_document(request: AnyRequest, driver: str) -> UUID:
    """Keep what a form sends. Raises NotFound, Invalid, Forbidden, PayloadTooLarge."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[DOCUMENTS]
    reach = reach_or_forbid(resource, actor, "submit")
    async with state.files.spool(LARGEST) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        received = await spool.finish()
        told = told_of({name: value for name, value in sent.fields.items() if name != "csrf_token"})
        async with state.database.transaction(actor) as session:
            return await keep_duty_document(
                session,
                resource,
                state.files,
                actor,
                reach,
                parse_uuid(driver),
                told,
                received,
                name=sent.name,
                declared_type=sent.declared_type,
            )


async def _content(request: AnyRequest, table: str, file_of: str) -> Response[Any]:
    """The file of a row, for who may read the row."""
    actor, state = actor_of(request), request.app.state
    resource, key = state.registry[table], parse_uuid(request.path_params["row_id"])
    reach = reach_or_forbid(resource, actor, "read")
    rows = []
    if key is not None:
        look = get_statement(resource, actor, reach, key, {}, fields=("id", file_of))
        rows = await state.database.read(actor, look.sql, look.parameters)
    if not rows:
        raise NotFound(f"There is no such {resource.label}.")
    held = msgspec.json.decode(rows[0][0])
    row = await find_file(state.database, actor, UUID(held[file_of]))
    return await serve(request, state.files, row, inline=row.may_be_inline and table == DOCUMENTS)


def _content_route(table: str) -> Any:
    path = f"/api/v1/{table.replace('_', '-')}/{{row_id:str}}/content"

    @route(path, http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
    async def get_content(request: Request[Any, Any, Any]) -> Response[Any]:
        return await _content(request, table, "file_id")

    return get_content


IMPORTS = "duty_file_imports"
route_handlers = [
    *verbs.handlers(),
    post_document,
    *(_content_route(table) for table in (DOCUMENTS, IMPORTS)),
]
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_DATE = {"type": "string", "format": "date"}
_FORM = {
    "type": "object",
    "required": ["file", "log_date", "kind", "place"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "log_date": _DATE | {"description": "The carrier's day that it supports"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "document_date": _DATE | {"description": "The date on it; the day unless given"},
        "document_time": {
            "type": "string",
            "description": "The time on it by the home terminal's clock, such as 14:30",
        },
        "place": {"type": "string", "description": "Nearest city, town or village"},
        "shown_name": {
            "type": "string",
            "description": "Driver or vehicle as named on it; the driver unless given",
        },
        "document_number": {"type": "string"},
        "vehicle_id": {"type": "string", "format": "uuid"},
        "received_on": _DATE | {"description": "When the driver got it, if later than the day"},
        "notes": {"type": "string"},
    },
}
_KEPT = {
    "type": "object",
    "required": ["id", "href"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "href": {"type": "string"}},
}


def _binary(kinds: tuple[str, ...]) -> dict[str, Any]:
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}


OPERATIONS = verbs.operations() | {
    "/api/v1/drivers/{id}/supporting-documents": {
        "post": {
            "tags": ["Safety"],
            "operationId": "submit_supporting_document",
            "summary": "Send a supporting document of a driver's day",
            "description": "JPEG, PNG, WebP or PDF (49 CFR 395.11). Needs `duty_supporting_documents.submit`; with it drivers send "
            "their own.",
            "parameters": [_ID],
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}},
            "responses": {"201": content(_KEPT, "Kept")}
            | failures("BadRequest", "Forbidden", "NotFound", "Invalid"),
        }
    },
    **{
        f"/api/v1/{table.replace('_', '-')}/{{id}}/content": {
            "get": {
                "tags": ["Safety"],
                "operationId": f"get_content_{table}",
                "summary": summary,
                "description": f"Needs `{table}.read`.",
                "parameters": [_ID],
                "responses": {"200": {"description": "The file", "content": _binary(kinds)}}
                | failures("NotFound"),
            }
        }
        for table, summary, kinds in (
            (DOCUMENTS, "The file of a supporting document", KINDS_TAKEN),
            (IMPORTS, "The output file of an ELD as it came", ("text/csv", "text/plain")),
        )
    },
}
