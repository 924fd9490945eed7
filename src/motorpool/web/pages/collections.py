"""Routes of the pages that follow from the declarations: a list, a detail and the forms of every resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from motorpool.core.errors import NotFound
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.web.pages import bulk, list_views, moving, parts
from motorpool.web.pages.access.groups import group_page
from motorpool.web.pages.access.roles import role_page
from motorpool.web.pages.access.tokens import token_page
from motorpool.web.pages.access.users import user_page
from motorpool.web.pages.devices import device_page
from motorpool.web.pages.editing import create_posted, delete_posted, edit_page, new_page, update_posted
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.records import detail_response
from motorpool.web.pages.trip import trip_page
from motorpool.web.pages.vehicle import vehicle_page

AnyRequest = Request[Any, Any, Any]
Page = Callable[[AnyRequest], Awaitable[Response[Any]]]
KernelPage = Callable[[AnyRequest, Resource], Awaitable[Response[Any]]]
#: Records that are more than their columns.
OWN_DETAILS: dict[str, Page] = {
    "vehicles": vehicle_page,
    "trips": trip_page,
    "devices": device_page,
    "roles": role_page,
    "users": user_page,
    "vehicle_groups": group_page,
    "api_tokens": token_page,
}
#: (table, page) that another module serves.
ELSEWHERE = {
    ("notifications", "list"),
    ("devices", "list"),
    ("devices", "new"),
    ("api_tokens", "new"),
    ("users", "new"),
}


#: What the pages of every collection share, under one address each: a route for each of 140 tables would cost the
#: start of the program seconds.
SHARED: tuple[tuple[str, str, KernelPage], ...] = (
    ("GET", "/records/{collection:str}/{key:str}/related", parts.related_part),
    ("GET", "/records/{collection:str}/{key:str}/related/rows", parts.related_rows_part),
    ("GET", "/records/{collection:str}/{key:str}/history", parts.history_part),
    ("GET", "/records/{collection:str}/{key:str}/comments", parts.comments_part),
    ("POST", "/records/{collection:str}/{key:str}/comments", parts.comment_posted),
    ("GET", "/records/{collection:str}/{key:str}/files", parts.files_part),
    ("POST", "/records/{collection:str}/{key:str}/files", parts.file_posted),
    ("GET", "/records/{collection:str}/{key:str}/moves/{verb:str}", moving.move_page),
    ("POST", "/records/{collection:str}/{key:str}/moves/{verb:str}", moving.move_posted),
    ("POST", "/lists/{collection:str}/bulk", bulk.bulk_posted),
    ("POST", "/lists/{collection:str}/columns", list_views.columns_posted),
    ("POST", "/lists/{collection:str}/views", list_views.view_posted),
    ("POST", "/lists/{collection:str}/views/remove", list_views.view_removed),
    ("GET", "/lists/{collection:str}/matches", parts.matches),
)


def handlers(registry: Registry) -> list[HTTPRouteHandler]:
    return [handler for name in registry for handler in handlers_of(name, registry[name])]


def handlers_of(name: str, resource: Resource) -> list[HTTPRouteHandler]:
    """The pages that a resource's operations allow."""
    offered = resource.operations
    base = f"/{resource.collection}"
    made: list[HTTPRouteHandler] = []
    if "list" in offered and (name, "list") not in ELSEWHERE:
        made.append(_route(base, "GET", name, list_response))
    if "create" in offered and (name, "new") not in ELSEWHERE:
        made += [
            _route(f"{base}/new", "GET", name, new_page),
            _route(f"{base}/new", "POST", name, create_posted),
        ]
    if "get" in offered:
        own = OWN_DETAILS.get(name)
        made.append(
            _own(f"{base}/{{key:str}}", name, own)
            if own
            else _route(f"{base}/{{key:str}}", "GET", name, detail_response)
        )
    if "update" in offered:
        made += [
            _route(f"{base}/{{key:str}}/edit", "GET", name, edit_page),
            _route(f"{base}/{{key:str}}/edit", "POST", name, update_posted),
        ]
    if "delete" in offered:
        made.append(_route(f"{base}/{{key:str}}/delete", "POST", name, delete_posted))
    return made


def _route(path: str, method: str, table: str, page: KernelPage) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request, request.app.state.registry[table])

    return HTTPRouteHandler(path, http_method=[method], status_code=200, include_in_schema=False)(handle)  # type: ignore[list-item]


def _own(path: str, table: str, page: Page) -> HTTPRouteHandler:
    """A record with a page of its own; its tabs are the kernel's."""

    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        if request.query_params.get("tab", "overview") != "overview":
            return await detail_response(request, request.app.state.registry[table])
        return await page(request)

    return HTTPRouteHandler(path, http_method=["GET"], status_code=200, include_in_schema=False)(handle)


def _shared(method: str, path: str, page: KernelPage) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        resource = request.app.state.registry.get(request.path_params["collection"].replace("-", "_"))
        if resource is None:
            raise NotFound("There is no such page.")
        return await page(request, resource)

    return HTTPRouteHandler(path, http_method=[method], status_code=200, include_in_schema=False)(handle)  # type: ignore[list-item]


route_handlers = [*handlers(load_registry()), *(_shared(*one) for one in SHARED)]
