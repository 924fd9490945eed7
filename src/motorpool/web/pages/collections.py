"""Routes of the pages that follow from the declarations: a list, a detail and the forms of every resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.web.pages.access.groups import group_page
from motorpool.web.pages.access.roles import role_page
from motorpool.web.pages.access.tokens import token_page
from motorpool.web.pages.access.users import user_page
from motorpool.web.pages.devices import device_page
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.records import (
    create_posted,
    delete_posted,
    detail_response,
    edit_page,
    new_page,
    update_posted,
)
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
ELSEWHERE = {("notifications", "list"), ("devices", "list"), ("devices", "new"), ("api_tokens", "new"), ("users", "new")}


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
            _plain(f"{base}/{{key:str}}", own)
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


def _plain(path: str, page: Page) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        return await page(request)

    return HTTPRouteHandler(path, http_method=["GET"], status_code=200, include_in_schema=False)(handle)


route_handlers = handlers(load_registry())
