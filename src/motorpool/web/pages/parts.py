"""What pages fetch when it is looked at: related records, history, talk and files of a record, choices of a picker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response

from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, delete_row
from motorpool.core.tenancy import Actor
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.history import can_read_history, history_page
from motorpool.web.pages.records import Row, form_texts, key_of, read_row
from motorpool.web.pages.related import count_links, links_to, rows_of
from motorpool.web.presentation import Presenter
from motorpool.web.rendering import go_on
from motorpool.web.titles import load_titles, matches_of

AnyRequest = Request[Any, Any, Any]
#: A picker shows this many; more letters find the others.
MATCHES = 20
TALK = 100
PHOTOS = """
SELECT f.entity_id::text, array_agg(f.id::text ORDER BY f.created_at) FROM files f
WHERE f.tenant_id = %(tenant)s AND f.entity_type = 'comments' AND f.entity_id = ANY (%(comments)s::uuid[])
  AND f.purpose = 'photo' AND f.deleted_at IS NULL
GROUP BY f.entity_id
"""


def fragment(request: AnyRequest, actor: Actor, template: str, **context: Any) -> Response[Any]:
    page: Response[Any] = request.app.state.renderer.page(request, actor, template, **context)
    return page


async def related_part(request: AnyRequest, resource: Resource) -> Response[Any]:
    """The lists of rows that refer to a record, those with none left out."""
    return await _related(request, resource, "related.html")


async def related_rows_part(request: AnyRequest, resource: Resource) -> Response[Any]:
    """The same as panels; one of them opened (`of`), which alone costs queries for its rows."""
    return await _related(request, resource, "related_panels.html")


async def _related(request: AnyRequest, resource: Resource, template: str) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, resource)
    key = key_of(request, resource)
    links = links_to(state.registry, actor, resource, str(row[resource.key]))
    wanted = request.query_params.get("of")
    if wanted:
        link = next((one for one in links if one.name == wanted), None)
        if link is None:
            raise NotFound("There is no such list.")
        heads, lines, more = await rows_of(request, actor, link)
        return fragment(
            request,
            actor,
            "related_rows.html",
            link=link,
            heads=heads,
            lines=lines,
            more=more,
            title=link.label,
        )
    counted = await count_links(request, actor, links, key)
    full = [link for link in counted if link.count]
    here = f"/{resource.collection}/{key}"
    return fragment(
        request,
        actor,
        template,
        title="Related",
        links=full,
        empty=[link for link in counted if not link.count],
        here=here,
        source=f"/records/{resource.collection}/{key}/related/rows",
    )


async def history_part(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor = actor_of(request)
    if not can_read_history(actor, resource):
        raise Forbidden("This needs the permission audit_trails.read.", code="permission_needed")
    key = key_of(request, resource)
    changes, following = await history_page(request, actor, resource, key, request.query_params.get("cursor"))
    base = f"/records/{resource.collection}/{key}/history"
    return fragment(
        request,
        actor,
        "history.html",
        title="History",
        changes=changes,
        next_href=f"{base}?cursor={following}" if following else None,
        is_later=bool(request.query_params.get("cursor")),
    )


async def comments_part(request: AnyRequest, resource: Resource) -> Response[Any]:
    """What people said about a record, oldest first, with their photos; four queries."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, resource)
    comments = state.registry["comments"]
    query = [("record_id", str(row[resource.key])), ("limit", str(TALK)), ("sort", "-created_at")]
    texts, more, _ = await state.apis["comments"].list_page(actor, query)
    rows = [msgspec.json.decode(text) for text in texts][::-1]
    titles = await load_titles(state.database, state.registry, actor, comments, rows)
    photos = await photos_of(state.database, actor, [one["id"] for one in rows])
    return fragment(
        request,
        actor,
        "comments.html",
        photos=photos,
        title="Comments",
        comments=[(one, titles.get(("users", one["author_user_id"]), "Somebody")) for one in rows],
        more=more is not None,
        can_write=may(actor, comments.permission("create")) and actor.user_id is not None,
        action=f"/records/{resource.collection}/{row[resource.key]}/comments",
    )


async def photos_of(database: Database, actor: Actor, comments: Sequence[str]) -> dict[str, list[str]]:
    """Comment -> ids of the photos that came with it (see `shop_talk`)."""
    if not comments:
        return {}
    rows = await database.read(actor, PHOTOS, {"tenant": actor.tenant_id, "comments": list(comments)})
    return dict(rows)


async def comment_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, resource)
    comments = state.registry["comments"]
    reach = reach_or_forbid(comments, actor, "create")
    text = (await form_texts(request)).get("body", "").strip()
    back = f"/{resource.collection}/{row[resource.key]}?tab=comments"
    if not text:
        return go_on(request, back, "Write something first.", "warning")
    body: Row = {"record_type": resource.table.name, "record_id": row[resource.key], "body": text}
    try:
        async with state.database.transaction(actor) as session:
            await create_row(session, comments, actor, reach, body)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        return go_on(request, back, problem.detail, "danger")
    return go_on(request, back)


async def files_part(request: AnyRequest, resource: Resource) -> Response[Any]:
    """The documents that are attached to a record."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, resource)
    attachments = state.registry["record_attachments"]
    query = [("record_id", str(row[resource.key])), ("limit", str(TALK))]
    texts, _, _ = await state.apis["record_attachments"].list_page(actor, query)
    rows = [msgspec.json.decode(text) for text in texts]
    titles = await load_titles(state.database, state.registry, actor, attachments, rows)
    presenter = Presenter(state.registry, actor, titles)
    return fragment(
        request,
        actor,
        "files.html",
        title="Files",
        files=[(one, presenter.cell(attachments, one, "document_id")) for one in rows],
        can_attach=may(actor, attachments.permission("create")),
        can_detach=may(actor, attachments.permission("delete")),
        action=f"/records/{resource.collection}/{row[resource.key]}/files",
        resource=resource,
    )


async def file_posted(request: AnyRequest, resource: Resource) -> Response[Any]:
    """Attach a document of the library to a record, or take one off (`remove`)."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, resource)
    attachments = state.registry["record_attachments"]
    form = await form_texts(request)
    back = f"/{resource.collection}/{row[resource.key]}?tab=files"
    removed = parse_uuid(form["remove"]) if form.get("remove") else None
    try:
        async with state.database.transaction(actor) as session:
            if removed:
                await delete_row(
                    session, attachments, actor, reach_or_forbid(attachments, actor, "delete"), removed, None
                )
            else:
                body = {"record_type": resource.table.name, "record_id": row[resource.key]}
                body |= {name: form[name] for name in ("document_id", "caption") if form.get(name)}
                await create_row(
                    session, attachments, actor, reach_or_forbid(attachments, actor, "create"), body
                )
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        told = " ".join(f"{one.field} {one.message}." for one in problem.fields)
        return go_on(request, back, f"{problem.detail} {told}".strip(), "danger")
    return go_on(request, back)


async def matches(request: AnyRequest, resource: Resource) -> Response[bytes]:
    """Rows for a picker: `?q=` are words that they hold; as JSON, best first."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(resource, actor, "read")
    text = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
    found = await matches_of(state.database, state.registry, actor, str(resource.table.name), text, MATCHES)
    items = [{"id": key, "title": title, "detail": detail} for key, title, detail in found]
    return Response(
        msgspec.json.encode({"items": items}),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
