"""Lists as files: order one, see how far it is, fetch it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.errors import BadRequest, Invalid, NotFound
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.export import heading_of
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.system.actions.export_list import OF_A_PAGE, order_export
from motorpool.system.routes import signed
from motorpool.web.filters import api_query, chips_of
from motorpool.web.navigation import may
from motorpool.web.pages.importing import names_of, sentences
from motorpool.web.pages.listing import filter_titles, section_of
from motorpool.web.pages.records import form_texts, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
RECENT = 50
FORMATS = (
    ("csv", "CSV", "for any program; can be imported again"),
    ("excel", "Excel", "a workbook"),
    ("pdf", "PDF", "to print and to hand on"),
    ("json", "JSON", "for programs"),
    ("ndjson", "JSON, one row a line", "for programs, long lists"),
)
#: What is exported that is no list.
PACKAGES = {"compliance": "Compliance", "qualification_file": "Qualification file of a driver"}
UNDER_WAY = ("pending", "processing")


@get("/exports", include_in_schema=False)
async def exports_page(request: AnyRequest) -> Response[Any]:
    return await _list(request, "export_list.html")


@get("/exports/rows", include_in_schema=False)
async def export_rows_shown(request: AnyRequest) -> Response[Any]:
    """The rows of the page alone, while something is under way."""
    return await _list(request, "export_rows.html")


async def _list(request: AnyRequest, template: str) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    texts, _, _ = await state.apis["export_jobs"].list_page(
        actor, [("limit", str(RECENT)), ("sort", "-created_at")]
    )
    jobs = [msgspec.json.decode(text) for text in texts]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        template,
        title="Exports",
        jobs=jobs,
        running=any(job["status"] in UNDER_WAY for job in jobs),
        names=names_of(state.registry) | PACKAGES,
        formats={name: label for name, label, _ in FORMATS} | {"zip": "Package"},
        can_cancel=may(actor, "export_jobs.cancel"),
        tables=[
            (name, resource.plural)
            for name, resource in sorted(state.registry.items(), key=lambda one: one[1].plural)
            if "list" in resource.operations and may(actor, resource.permission("export"))
        ],
    )
    return page


@get("/exports/new", include_in_schema=False)
async def new_page(request: AnyRequest) -> Response[Any]:
    """`?table=vehicles` and the parameters of the list as it is shown."""
    asked = dict(request.query_params.items())
    table = asked.pop("table", "").replace("-", "_")
    chosen = [name for name in asked.pop("columns", "").split(",") if name]
    resource = _listed(request, table)
    # The file holds the days that are meant today, however long it waits.
    given = [pair for pair in asked.items() if pair[1]]
    filters = dict(api_query(resource, given, actor_of(request)))
    return await _form(request, resource, filters, chosen=chosen or None)


def _listed(request: AnyRequest, table: str) -> Resource:
    """Raises: NotFound for what is no list."""
    resource: Resource | None = request.app.state.registry.get(table)
    if resource is None or "list" not in resource.operations:
        raise NotFound("There is no such list.")
    return resource


async def _form(
    request: AnyRequest,
    resource: Resource,
    filters: dict[str, str],
    problem: list[str] | None = None,
    chosen: list[str] | None = None,
    form: str = "csv",
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(resource, actor, "export")
    kept = {name: value for name, value in filters.items() if name not in OF_A_PAGE}
    listed = [name for name in kept.pop("fields", "").split(",") if name] or list(resource.visible)
    asked = list(kept.items())
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "export_new.html",
        status=422 if problem else 200,
        title=f"Export {resource.plural.lower()}",
        resource=resource,
        section=section_of(resource),
        formats=FORMATS,
        format=form,
        filters=kept,
        chips=chips_of(resource, asked, await filter_titles(request, actor, resource, asked)),
        columns=[(name, heading_of(name), name in (chosen or listed)) for name in resource.visible],
        back=f"/{resource.collection}" + (f"?{urlencode(kept)}" if kept else ""),
        problem=problem,
    )
    return page


@post("/exports", include_in_schema=False, status_code=200)
async def ordered(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    posted = await request.form()
    form = await form_texts(request)
    table = form.get("table", "").replace("-", "_")
    filters = {
        name.removeprefix("filter-"): value for name, value in form.items() if name.startswith("filter-")
    }
    columns = [str(value) for name, value in posted.multi_items() if name == "columns"]
    resource = _listed(request, table)
    try:
        async with state.database.transaction(actor) as session:
            await order_export(
                session,
                actor,
                state.registry,
                table=table,
                format_name=form.get("format", "csv"),
                filters=filters,
                columns=None if columns == list(resource.visible) else columns,
            )
    except (Invalid, BadRequest) as problem:
        return await _form(request, resource, filters, sentences(problem), columns, form.get("format", "csv"))
    return see_other("/exports", "The file is being made; it appears here.")


@post("/exports/{key:str}/cancel", include_in_schema=False, status_code=200)
async def cancelled(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["export_jobs"]
    reach = reach_or_forbid(resource, actor, "cancel")
    async with state.database.transaction(actor) as session:
        await move_row(
            session, resource, actor, reach, key_of(request, resource), resource.move("cancel"), {}
        )
    return see_other("/exports", "The export is cancelled.", "warning")


@get("/exports/{key:str}/file", include_in_schema=False)
async def fetched(request: AnyRequest) -> Response[Any]:
    """To the file by a link of its own, for whoever may see the export."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["export_jobs"])
    found = await state.database.read(
        actor,
        "SELECT file_id FROM export_jobs WHERE tenant_id = %s AND id = %s",
        (actor.tenant_id, UUID(row["id"])),
    )
    return see_other(signed(state, actor.tenant_id, found[0][0]).url)


route_handlers = [exports_page, export_rows_shown, new_page, ordered, cancelled, fetched]
