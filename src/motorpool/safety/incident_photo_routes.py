"""Photos of incidents, damage and citations: sent one by one after the report, each kept once, shown to who may see the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, post, route
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, Forbidden, NotFound
from motorpool.core.files.reading import find_file
from motorpool.core.files.serving import serve
from motorpool.core.files.storing import keep_received
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.tenancy import Actor

AnyRequest = Request[Any, Any, Any]
PICTURES = ("image/jpeg", "image/png", "image/webp")
LARGEST_PICTURE = 12_000_000
MOST_PHOTOS = 60
#: Record -> how it is called.
TABLES = {"incidents": "incident", "damage_reports": "damage report", "driver_violations": "citation"}
#: Where the addresses of its photos stand.
COLUMNS = {"driver_violations": "attachments"}
SENT_BEFORE = text("""
SELECT id FROM files WHERE tenant_id = :tenant AND sha256 = :sha256 AND entity_type = :table AND entity_id = :key
  AND deleted_at IS NULL LIMIT 1
""")
#: The row is locked: two photos that arrive together are both listed.
LIST = """
UPDATE {table} SET {photos} = array_append(coalesce({photos}, ARRAY[]::text[]), CAST(:address AS text))
WHERE tenant_id = :tenant AND id = :key AND NOT coalesce({photos}, ARRAY[]::text[]) @> ARRAY[CAST(:address AS text)]
  AND coalesce(cardinality({photos}), 0) < :most
"""
HOW_MANY = "SELECT coalesce(cardinality({photos}), 0) FROM {table} WHERE tenant_id = :tenant AND id = :key FOR NO KEY UPDATE"
PIN = text("""
UPDATE damage_marks SET photo_url = :address
WHERE tenant_id = :tenant AND id = :mark AND damage_report_id = :key RETURNING id
""")


def _resource(request: AnyRequest, table: str) -> tuple[Resource, UUID]:
    key = parse_uuid(request.path_params["row_id"])
    if key is None:
        raise NotFound(f"There is no such {TABLES[table]}.")
    found: Resource = request.app.state.registry[table]
    return found, key


async def _see(request: AnyRequest, actor: Actor, resource: Resource, key: UUID) -> None:
    """Raises NotFound for a record that the actor does not see."""
    reach = reach_or_forbid(resource, actor, "read")
    look = get_statement(resource, actor, reach, key, {}, fields=("id",))
    if not await request.app.state.database.read(actor, look.sql, look.parameters):
        raise NotFound(f"There is no such {resource.label.lower()}.")


async def receive(request: AnyRequest, table: str) -> Response[bytes]:
    """Take a photo in: a form with the part `file`; of a damage, `mark_id` pins it to a mark."""
    actor, state = actor_of(request), request.app.state
    resource, key = _resource(request, table)
    if not any(actor.access.reach(resource.permission(one)) for one in ("create", "update")):
        raise Forbidden(f"This needs the permission {table}.update.", code="permission_needed")
    await _see(request, actor, resource, key)
    async with state.files.spool(LARGEST_PICTURE) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        received = await spool.finish()
        async with state.database.transaction(actor) as session:
            where = {"tenant": actor.tenant_id, "key": key}
            names = {"table": table, "photos": COLUMNS.get(table, "photos")}
            count = (await session.execute(text(HOW_MANY.format(**names)), where)).scalar()
            again = {**where, "sha256": received.sha256, "table": table}
            file_id = (await session.execute(SENT_BEFORE, again)).scalar()
            if file_id is None:
                if (count or 0) >= MOST_PHOTOS:
                    raise BadRequest(
                        f"There are {MOST_PHOTOS} photos already; attach more under Files.", code="too_many"
                    )
                row = await keep_received(
                    session,
                    state.files,
                    actor,
                    received,
                    name=sent.name,
                    declared_type=sent.declared_type,
                    purpose="photo",
                    entity=(table, key),
                    only=PICTURES,
                )
                file_id = row.id
            address = f"/api/v1/{resource.collection}/{key}/photos/{file_id}"
            listed = {**where, "address": address, "most": MOST_PHOTOS}
            await session.execute(text(LIST.format(**names)), listed)
            await _pin(session, table, sent.fields.get("mark_id"), where | {"address": address})
    return json_response(msgspec.json.encode({"id": file_id, "href": address}), 201)


async def _pin(session: AsyncSession, table: str, mark: str | None, where: dict[str, Any]) -> None:
    if not mark:
        return
    known = parse_uuid(mark) if table == "damage_reports" else None
    if known is None or (await session.execute(PIN, where | {"mark": known})).first() is None:
        raise BadRequest("mark_id names no mark of this damage report.")


async def show(request: AnyRequest, table: str) -> Response[Any]:
    """A photo, for who may see the record."""
    actor, state = actor_of(request), request.app.state
    resource, key = _resource(request, table)
    file_id = parse_uuid(request.path_params["file_id"])
    if file_id is None:
        raise NotFound("There is no such photo.")
    await _see(request, actor, resource, key)
    row = await find_file(state.database, actor, file_id)
    if (row.entity_type, row.entity_id) != (table, key) or row.media_type not in PICTURES:
        raise NotFound("There is no such photo.")
    return await serve(request, state.files, row, inline=True)


def _routes(table: str) -> list[Any]:
    base = f"/api/v1/{table.replace('_', '-')}/{{row_id:str}}/photos"

    @post(base, include_in_schema=False, request_max_body_size=None, status_code=201)
    async def post_photo(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await receive(request, table)

    @route(f"{base}/{{file_id:str}}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
    async def get_photo(request: Request[Any, Any, Any]) -> Response[Any]:
        return await show(request, table)

    return [post_photo, get_photo]


PICTURE = {content_type: {"schema": {"type": "string", "format": "binary"}} for content_type in PICTURES}
KEPT = {
    "type": "object",
    "required": ["id", "href"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "href": {"type": "string"}},
}


def _operations(table: str) -> dict[str, Any]:
    name, base = TABLES[table], f"/api/v1/{table.replace('_', '-')}/{{id}}/photos"
    keys = {
        one: {"name": one, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for one in ("id", "file_id")
    }
    part: dict[str, Any] = {"file": {"type": "string", "format": "binary"}}
    if table == "damage_reports":
        part["mark_id"] = {"type": "string", "format": "uuid", "description": "Mark that the photo shows"}
    form = {"schema": {"type": "object", "required": ["file"], "properties": part}}
    stem = name.replace(" ", "_")
    return {
        base: {
            "post": {
                "tags": ["Safety"],
                "operationId": f"send_{stem}_photo",
                "summary": f"Add a photo to a {name}" if name[0] != "i" else f"Add a photo to an {name}",
                "description": "JPEG, PNG or WebP. The same picture sent again is the same one. "
                f"Needs `{table}.create` or `{table}.update`, and to see the record.",
                "parameters": [keys["id"]],
                "requestBody": {"required": True, "content": {"multipart/form-data": form} | PICTURE},
                "responses": {"201": content(KEPT, "Kept")}
                | failures("BadRequest", "Forbidden", "NotFound", "Invalid"),
            }
        },
        f"{base}/{{file_id}}": {
            "get": {
                "tags": ["Safety"],
                "operationId": f"get_{stem}_photo",
                "summary": f"A photo of a {name}" if name[0] != "i" else f"A photo of an {name}",
                "description": f"Needs `{table}.read`.",
                "parameters": list(keys.values()),
                "responses": {"200": {"description": "The picture", "content": PICTURE}}
                | failures("NotFound"),
            }
        },
    }


OPERATIONS = {path: one for table in TABLES for path, one in _operations(table).items()}
route_handlers = [one for table in TABLES for one in _routes(table)]
