"""Handouts of meetings: files that the leader adds and everybody on the list may open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, post, route
from sqlalchemy import text

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, NotFound
from motorpool.core.files.attached import serve_attached
from motorpool.core.files.storing import keep_received
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.meeting_reach import meeting_to_lead

AnyRequest = Request[Any, Any, Any]
TABLE, PATH = "safety_meetings", "/api/v1/safety-meetings"
LARGEST = 25_000_000
MOST = 20
SENT_BEFORE = text("""
SELECT id FROM files WHERE tenant_id = :tenant AND sha256 = :sha256 AND entity_type = 'safety_meetings' AND entity_id = :key
  AND deleted_at IS NULL LIMIT 1
""")
#: Behind the lock on the meeting: two files that arrive together are both listed.
HOW_MANY = text(
    "SELECT coalesce(cardinality(handouts), 0) FROM safety_meetings WHERE tenant_id = :tenant AND id = :key"
)
LIST = text("""
UPDATE safety_meetings SET handouts = array_append(coalesce(handouts, ARRAY[]::text[]), CAST(:address AS text))
WHERE tenant_id = :tenant AND id = :key AND NOT coalesce(handouts, ARRAY[]::text[]) @> ARRAY[CAST(:address AS text)]
""")


async def keep_handout(request: AnyRequest, actor: Actor, key: UUID) -> tuple[UUID, str]:
    """Take a file in and list it; its id and address. Raises: NotFound, Forbidden, Conflict, BadRequest, PayloadTooLarge."""
    state = request.app.state
    async with state.database.transaction(actor) as session:
        # Before a large file is received in vain.
        await meeting_to_lead(session, actor, key, closed=True)
    async with state.files.spool(LARGEST) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        received = await spool.finish()
        async with state.database.transaction(actor) as session:
            await meeting_to_lead(session, actor, key, closed=True)
            where = {"tenant": actor.tenant_id, "key": key}
            file_id = (await session.execute(SENT_BEFORE, where | {"sha256": received.sha256})).scalar()
            if file_id is None:
                if (await session.execute(HOW_MANY, where)).scalar_one() >= MOST:
                    raise BadRequest(f"There are {MOST} handouts already.", code="too_many")
                row = await keep_received(
                    session,
                    state.files,
                    actor,
                    received,
                    name=sent.name,
                    declared_type=sent.declared_type,
                    purpose="handout",
                    entity=(TABLE, key),
                )
                file_id = row.id
            address = f"{PATH}/{key}/handouts/{file_id}"
            await session.execute(LIST, where | {"address": address})
    return file_id, address


@post(f"{PATH}/{{row_id:str}}/handouts", include_in_schema=False, request_max_body_size=None, status_code=201)
async def post_handout(request: AnyRequest) -> Response[bytes]:
    key = parse_uuid(request.path_params["row_id"])
    if key is None:
        raise NotFound("There is no such safety meeting.")
    file_id, address = await keep_handout(request, actor_of(request), key)
    return json_response(msgspec.json.encode({"id": file_id, "href": address}), 201)


@route(
    f"{PATH}/{{row_id:str}}/handouts/{{file_id:str}}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
)
async def get_handout(request: AnyRequest) -> Response[Any]:
    """A handout, for who may see the meeting."""
    return await serve_attached(request, TABLE, "handout", purpose="handout")


KEPT = {
    "type": "object",
    "required": ["id", "href"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "href": {"type": "string"}},
}
ID, FILE = (
    {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    for name in ("id", "file_id")
)
BINARY = {"type": "string", "format": "binary"}
OPERATIONS: dict[str, Any] = {
    f"{PATH}/{{id}}/handouts": {
        "post": {
            "tags": ["Safety"],
            "operationId": "send_meeting_handout",
            "summary": "Add a handout to a meeting",
            "description": "At most 25 MB; the same file sent again is the same handout. Needs `safety_meetings.lead`, or to "
            "lead this meeting.",
            "parameters": [ID],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {"type": "object", "required": ["file"], "properties": {"file": BINARY}}
                    }
                },
            },
            "responses": {"201": content(KEPT, "Kept")}
            | failures("BadRequest", "Forbidden", "NotFound", "Conflict", "Invalid"),
        }
    },
    f"{PATH}/{{id}}/handouts/{{file_id}}": {
        "get": {
            "tags": ["Safety"],
            "operationId": "get_meeting_handout",
            "summary": "A handout of a meeting",
            "description": "Needs `safety_meetings.read`.",
            "parameters": [ID, FILE],
            "responses": {
                "200": {
                    "description": "The file",
                    "content": {"application/octet-stream": {"schema": BINARY}},
                }
            }
            | failures("NotFound"),
        }
    },
}
route_handlers = [post_handout, get_handout]
