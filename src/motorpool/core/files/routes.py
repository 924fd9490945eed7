"""The API of files: send, look at, fetch, make a link, delete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, delete, get, post, route

from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import FieldProblem, Forbidden, Invalid, NotFound
from motorpool.core.files.links import DEFAULT_LIFE, LONGEST_LIFE, PREFIX, check_link, sign_link
from motorpool.core.files.reading import FileRow, find_file, find_readable
from motorpool.core.files.serving import serve
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import delete_file, keep_received
from motorpool.core.files.uploads import Upload, receive_upload
from motorpool.core.resource.routes import actor_of
from motorpool.core.secrets import Keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor

AnyRequest = Request[Any, Any, Any]


@post("/api/v1/files", request_max_body_size=None, include_in_schema=False)
async def post_file(request: AnyRequest) -> Response[bytes]:
    """Send one file: a form with the part `file`, or the bare content with `?name=`.

    `purpose`, `entity_type` and `entity_id` are fields of the form, or parameters of the query.
    """
    actor = actor_of(request)
    if actor.access.reach("files.create") is None:
        raise Forbidden("This needs the permission files.create.", permission="files.create")
    files, database = _files(request), _database(request)
    async with files.spool() as spool:
        upload = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        purpose, entity = _belonging(upload)
        received = await spool.finish()
        async with database.transaction(actor) as session:
            row = await keep_received(
                session,
                files,
                actor,
                received,
                name=upload.name,
                declared_type=upload.declared_type,
                purpose=purpose,
                entity=entity,
            )
            key = row.id
    return _answer(await find_file(database, actor, key), 201)


@get("/api/v1/files/{row_id:str}", include_in_schema=False)
async def get_file(request: AnyRequest) -> Response[bytes]:
    """Name, kind, size and checksum of a file."""
    return _answer(await find_readable(_database(request), actor_of(request), _id(request)))


@route(
    "/api/v1/files/{row_id:str}/content",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
)
async def get_content(request: AnyRequest) -> Response[Any]:
    """The content; `?inline=1` shows it in the browser where its kind allows."""
    row = await find_readable(_database(request), actor_of(request), _id(request))
    return await serve(request, _files(request), row, inline=request.query_params.get("inline") == "1")


class LinkWish(msgspec.Struct, forbid_unknown_fields=True):
    expires_in_seconds: int = int(DEFAULT_LIFE.total_seconds())
    inline: bool = False


@post("/api/v1/files/{row_id:str}/link", status_code=200, include_in_schema=False)
async def post_link(request: AnyRequest) -> Response[bytes]:
    """A link to the content that works without signing in, for `expires_in_seconds` (900; at most seven days)."""
    row = await find_readable(_database(request), actor_of(request), _id(request))
    raw = await request.body()
    try:
        wish = msgspec.json.decode(raw, type=LinkWish) if raw else LinkWish()
    except msgspec.DecodeError as error:
        raise Invalid(f"The body cannot be used: {error}.") from error
    life = timedelta(seconds=max(min(wish.expires_in_seconds, 10**9), 0))
    if not timedelta(0) < life <= LONGEST_LIFE:
        most = int(LONGEST_LIFE.total_seconds())
        problem = FieldProblem("expires_in_seconds", f"must be between 1 and {most}", "out_of_range")
        raise Invalid("Some fields are not valid.", fields=[problem])
    expires_at = datetime.now(UTC).replace(microsecond=0) + life
    keyring: Keyring = request.app.state.keyring
    path = sign_link(keyring, row.tenant_id, row.id, expires_at, inline=wish.inline)
    body = {"url": _origin(request) + path, "path": path, "expires_at": expires_at}
    return Response(
        msgspec.json.encode(body), media_type="application/json", headers={"Cache-Control": "no-store"}
    )


@route(
    PREFIX + "/{tenant_id:str}/{file_id:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
)
async def get_linked(request: AnyRequest) -> Response[Any]:
    """The content behind a signed link; nobody is signed in here, the signature is the permission."""
    tenant_id, file_id = (
        parse_uuid(request.path_params["tenant_id"]),
        parse_uuid(request.path_params["file_id"]),
    )
    if tenant_id is None or file_id is None:
        raise Forbidden("This link is not valid; ask for a new one.", code="link_refused")
    inline = request.query_params.get("inline") == "1"
    left = check_link(
        request.app.state.keyring,
        tenant_id,
        file_id,
        expires=request.query_params.get("expires", ""),
        signature=request.query_params.get("signature", ""),
        inline=inline,
    )
    row = await find_file(_database(request), system_actor(tenant_id), file_id)
    answer = await serve(request, _files(request), row, inline=inline, valid=min(left, timedelta(minutes=5)))
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@delete("/api/v1/files/{row_id:str}", include_in_schema=False, status_code=204)
async def remove_file(request: AnyRequest) -> None:
    """Delete a file; it cannot be read any more, links to it included."""
    actor, database = actor_of(request), _database(request)
    row = await find_readable(database, actor, _id(request), "files.delete")
    async with database.transaction(actor) as session:
        await delete_file(session, actor, row.id)


def _belonging(upload: Upload) -> tuple[str, tuple[str, UUID] | None]:
    """Purpose and record that an upload names."""
    known = ("purpose", "entity_type", "entity_id", "csrf_token")
    problems = [
        FieldProblem(name, f"is not a field here; there are {', '.join(known[:3])}", "unknown_field")
        for name in upload.fields
        if name not in known
    ]
    purpose = upload.fields.get("purpose") or "attachment"
    kind, key = upload.fields.get("entity_type"), upload.fields.get("entity_id")
    record = parse_uuid(key) if key else None
    if key and record is None:
        problems.append(FieldProblem("entity_id", "must be an id", "wrong_type"))
    if bool(kind) != bool(key):
        missing = "entity_id" if kind else "entity_type"
        problems.append(FieldProblem(missing, "entity_type and entity_id go together", "required"))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return purpose, (kind, record) if kind and record else None


def _answer(row: FileRow, status: int = 200) -> Response[bytes]:
    hidden = ("tenant_id", "storage_key")
    body = {name: getattr(row, name) for name in row.__dataclass_fields__ if name not in hidden}
    body["content_url"] = f"/api/v1/files/{row.id}/content"
    headers = {"Cache-Control": "private, no-cache"}
    if status == 201:
        headers["Location"] = f"/api/v1/files/{row.id}"
    return Response(
        msgspec.json.encode(body), status_code=status, media_type="application/json", headers=headers
    )


def _origin(request: AnyRequest) -> str:
    """Where people reach the program: the setting, else what the request says."""
    settings: Settings = request.app.state.settings
    if settings.http.public_url:
        return settings.http.public_url.rstrip("/")
    parts = urlsplit(str(request.base_url))
    return f"{parts.scheme}://{parts.netloc}"


def _files(request: AnyRequest) -> FileStore:
    files: FileStore = request.app.state.files
    return files


def _database(request: AnyRequest) -> Database:
    database: Database = request.app.state.database
    return database


def _id(request: AnyRequest) -> UUID:
    key = parse_uuid(request.path_params["row_id"])
    if key is None:
        raise NotFound("There is no such file.")
    return key


route_handlers = [post_file, get_file, get_content, post_link, get_linked, remove_file]
