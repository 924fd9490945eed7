"""A paper with its file over HTTP, in one request."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from msgspec import Meta, Struct

from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import schema_of, struct_of
from motorpool.safety.actions.keep_paper import PAPERS, NewPaper, keep_paper

AnyRequest = Request[Any, Any, Any]
PATH = "/api/v1/compliance-documents/submit"


class Kept(Struct):
    id: Annotated[UUID, Meta(description="The compliance document")]


async def receive_paper(request: AnyRequest) -> tuple[UUID, NewPaper]:
    """Take a form with the fields of a paper and the part `file`, which may be empty. Raises as `keep_paper`."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[PAPERS], actor, "create")
    async with state.files.spool() as spool:
        sent = await receive_upload(
            request.headers, request.query_params, request.stream(), spool, needs_file=False
        )
        received = await spool.finish()
        fields = {
            name: value for name, value in sent.fields.items() if value.strip() and name != "csrf_token"
        }
        paper = struct_of(fields, NewPaper, strict=False)
        async with state.database.transaction(actor) as session:
            key = await keep_paper(
                session,
                state.files,
                state.registry,
                actor,
                paper,
                sent,
                received if received.size_bytes else None,
            )
    return key, paper


@post(PATH, include_in_schema=False, request_max_body_size=None)
async def submit_paper(request: AnyRequest) -> Response[bytes]:
    key, _ = await receive_paper(request)
    headers = {"Location": f"/api/v1/compliance-documents/{key}"}
    return json_response(msgspec.json.encode(Kept(key)), 201, headers)


_FIELDS = schema_of(NewPaper)
#: Paths of the OpenAPI document.
OPERATIONS = {
    PATH: {
        "post": {
            "tags": ["Safety"],
            "operationId": "submit_compliance_documents",
            "summary": "Add a paper with its file, in one step",
            "description": "A form with the part `file` (PDF, JPEG, PNG, WebP or HEIC; with a number it may be left out) beside "
            "the fields. What lapses, such as a license, a medical card, a registration or a permit, needs its last day. The file "
            "is kept in the library; with `renews` the paper before it becomes renewed. All or nothing. Needs "
            "`compliance_documents.create`, with a file `documents.create`, with `renews` `compliance_documents.renew`.",
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": _FIELDS
                        | {
                            "properties": {"file": {"type": "string", "format": "binary"}}
                            | _FIELDS["properties"]
                        }
                    }
                },
            },
            "responses": {"201": content(schema_of(Kept), "The paper")}
            | failures("BadRequest", "Unauthenticated", "Forbidden", "TooLarge", "Invalid"),
        }
    }
}
route_handlers = [submit_paper]
