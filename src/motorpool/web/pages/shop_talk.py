"""What people say about records of the shop, with photos: a photo is a file of the comment it came with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, get, post, route
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.files.reading import find_file
from motorpool.core.files.serving import serve
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import keep_received
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.web.pages.editing import FAILURES, safe_back
from motorpool.web.pages.records import form_texts, read_row
from motorpool.web.rendering import go_on

AnyRequest = Request[Any, Any, Any]
#: Records that photos are taken of here.
TALKED_ABOUT = ("maintenance_records", "defects")
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
LARGEST_MB = 25
#: What stands under a photo that came without a word.
WORDLESS = "Photo"


def _resource(request: AnyRequest) -> Resource:
    """The collection in the path. Raises NotFound."""
    name = request.path_params["collection"].replace("-", "_")
    if name not in TALKED_ABOUT:
        raise NotFound("There is no such page.")
    found: Resource = request.app.state.registry[name]
    return found


@get("/shop/remarks/{collection:str}/{key:str}", include_in_schema=False)
async def remark_page(request: AnyRequest) -> Response[Any]:
    """The form alone, for a dialog."""
    actor, resource = actor_of(request), _resource(request)
    row, _ = await read_row(request, resource)
    reach_or_forbid(request.app.state.registry["comments"], actor, "create")
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "shop_remark.html",
        title="Photo or note",
        heading=f"Photo or note: {row[resource.title_column]}",
        action=f"/shop/remarks/{resource.collection}/{row['id']}",
        record_href=f"/{resource.collection}/{row['id']}",
        back=safe_back(request.query_params.get("back")),
    )
    return page


@post("/shop/remarks/{collection:str}/{key:str}", include_in_schema=False, status_code=200)
async def remark_posted(request: AnyRequest) -> Response[Any]:
    """A comment without photos, from a form without a script."""
    resource = _resource(request)
    row, _ = await read_row(request, resource)
    form = await form_texts(request)
    back = safe_back(form.get("back")) or f"/{resource.collection}/{row['id']}"
    text = form.get("body", "").strip()
    if not text:
        return go_on(request, back, "Write something first.", "warning")
    actor = actor_of(request)
    try:
        async with request.app.state.database.transaction(actor) as session:
            await say(session, request, actor, resource, row["id"], text)
    except FAILURES as error:
        return go_on(request, back, as_problem(error, problem_of).detail, "danger")
    return go_on(request, back)


async def say(
    session: AsyncSession, request: AnyRequest, actor: Actor, resource: Resource, key: str, text: str
) -> UUID:
    """Add a comment to a record that the actor reads."""
    comments = request.app.state.registry["comments"]
    reach = reach_or_forbid(comments, actor, "create")
    body = {"record_type": str(resource.table.name), "record_id": key, "body": text}
    return await create_row(session, comments, actor, reach, body)


@post("/shop/photos/{collection:str}/{key:str}", include_in_schema=False, request_max_body_size=None)
async def photo_posted(request: AnyRequest) -> Response[bytes]:
    """Take a photo in: a form with the part `file`, and `body` for what it shows or `comment_id` of an earlier one."""
    actor, state, resource = actor_of(request), request.app.state, _resource(request)
    reach_or_forbid(state.registry["comments"], actor, "create")
    row, _ = await read_row(request, resource)
    files: FileStore = state.files
    async with files.spool(LARGEST_MB * 1_000_000) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        received = await spool.finish()
        async with state.database.transaction(actor) as session:
            comment = await _comment_of(request, actor, resource, row["id"], sent.fields.get("comment_id"))
            if comment is None:
                text = sent.fields.get("body", "").strip() or WORDLESS
                comment = await say(session, request, actor, resource, row["id"], text)
            kept = await keep_received(
                session,
                files,
                actor,
                received,
                name=sent.name,
                declared_type=sent.declared_type,
                purpose="photo",
                entity=("comments", comment),
                only=PICTURES,
            )
            answer = {"id": kept.id, "comment_id": comment, "href": f"/shop/photos/{kept.id}"}
    return json_response(msgspec.json.encode(answer), 201)


async def _comment_of(
    request: AnyRequest, actor: Actor, resource: Resource, key: str, text: str | None
) -> UUID | None:
    """A comment of the actor's own on the record that a further photo belongs to. Raises BadRequest for any other."""
    if not text:
        return None
    rows = await request.app.state.database.read(
        actor,
        "SELECT id FROM comments WHERE tenant_id = %s AND id = %s AND author_user_id = %s AND record_type = %s "
        "AND record_id = %s AND status = 'visible'",
        (actor.tenant_id, parse_uuid(text), actor.user_id, str(resource.table.name), UUID(key)),
    )
    if not rows:
        raise BadRequest("The comment that the photo belongs to is not one of yours on this record.")
    found: UUID = rows[0][0]
    return found


@route("/shop/photos/{key:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD], include_in_schema=False)
async def photo(request: AnyRequest) -> Response[Any]:
    """A photo, for who may read the record that it is of."""
    actor, state = actor_of(request), request.app.state
    row = await find_file(state.database, actor, _file_id(request))
    if row.entity_type != "comments" or row.entity_id is None or row.media_type not in PICTURES:
        raise NotFound("There is no such photo.")
    about = await state.database.read(
        actor,
        "SELECT record_type, record_id FROM comments WHERE tenant_id = %s AND id = %s AND status = 'visible'",
        (actor.tenant_id, row.entity_id),
    )
    if not about or about[0][0] not in TALKED_ABOUT:
        raise NotFound("There is no such photo.")
    resource = state.registry[about[0][0]]
    reach = reach_or_forbid(resource, actor, "read")
    look = get_statement(resource, actor, reach, about[0][1], {}, fields=("id",))
    if not await state.database.read(actor, look.sql, look.parameters):
        raise NotFound("There is no such photo.")
    return await serve(request, state.files, row, inline=True)


def _file_id(request: AnyRequest) -> UUID:
    key = parse_uuid(request.path_params["key"])
    if key is None:
        raise NotFound("There is no such photo.")
    return key


route_handlers = [remark_page, remark_posted, photo_posted, photo]
