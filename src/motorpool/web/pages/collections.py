"""Routes of the pages that follow from the declarations: a list, a detail and the forms of every resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Literal

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from motorpool.core.errors import NotFound
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.web.pages import bulk, list_views, moving, parts
from motorpool.web.pages.access.groups import group_page
from motorpool.web.pages.access.roles import role_page
from motorpool.web.pages.access.tokens import token_page
from motorpool.web.pages.access.users import user_page
from motorpool.web.pages.availability import driver_page
from motorpool.web.pages.citations import citation_page
from motorpool.web.pages.damage import damage_page
from motorpool.web.pages.devices import device_page
from motorpool.web.pages.editing import create_posted, delete_posted, edit_page, new_page, update_posted
from motorpool.web.pages.footage import footage_page
from motorpool.web.pages.geofences import geofence_page
from motorpool.web.pages.incident import incident_page
from motorpool.web.pages.inspection_forms import form_page
from motorpool.web.pages.inspections import inspection_page
from motorpool.web.pages.insurance import policy_page
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.meeting import meeting_page
from motorpool.web.pages.records import detail_response
from motorpool.web.pages.reservations import reservation_page
from motorpool.web.pages.route_planner import route_page
from motorpool.web.pages.trip import trip_page
from motorpool.web.pages.vehicle import vehicle_page
from motorpool.web.pages.work_order import work_order_page

AnyRequest = Request[Any, Any, Any]
Page = Callable[[AnyRequest], Awaitable[Response[Any]]]
KernelPage = Callable[[AnyRequest, Resource], Awaitable[Response[Any]]]
Method = Literal["GET", "POST"]
#: Records that are more than their columns.
OWN_DETAILS: dict[str, Page] = {
    "vehicles": vehicle_page,
    "drivers": driver_page,
    "vehicle_reservations": reservation_page,
    "trips": trip_page,
    "routes": route_page,
    "video_telematics_footage": footage_page,
    "devices": device_page,
    "geofences": geofence_page,
    "inspection_forms": form_page,
    "safety_inspections": inspection_page,
    "roles": role_page,
    "users": user_page,
    "vehicle_groups": group_page,
    "api_tokens": token_page,
    "maintenance_records": work_order_page,
    "incidents": incident_page,
    "damage_reports": damage_page,
    "safety_meetings": meeting_page,
    "insurance_policies": policy_page,
    "driver_violations": citation_page,
}


async def record_page(request: AnyRequest, resource: Resource) -> Response[Any]:
    """A record, on a page of its own where it has one; its tabs are the kernel's."""
    own = OWN_DETAILS.get(resource.table.name)
    if own and request.query_params.get("tab", "overview") == "overview":
        return await own(request)
    return await detail_response(request, resource)


#: (method, path below the list, operation that the resource has to offer, page)
PAGES: tuple[tuple[Method, str, str, KernelPage], ...] = (
    ("GET", "", "list", list_response),
    ("GET", "/new", "create", new_page),
    ("POST", "/new", "create", create_posted),
    ("GET", "/{key:str}", "get", record_page),
    ("GET", "/{key:str}/edit", "update", edit_page),
    ("POST", "/{key:str}/edit", "update", update_posted),
    ("POST", "/{key:str}/delete", "delete", delete_posted),
)
#: Parts of a record and what belongs to a list.
PARTS: tuple[tuple[Method, str, KernelPage], ...] = (
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


def handlers(registry: Registry, taken: Collection[tuple[str, str]]) -> list[HTTPRouteHandler]:
    """One route for each kind of page serves all collections; `taken`: (path, method) of the hand-written routes.

    The router does not come back from a fixed part of a path to a parameter, so a collection that has a hand-written
    page below its address gets the other pages under its own name.
    """
    fixed = {path.split("/")[1] for path, _ in taken}
    named = [one.collection for one in registry.values() if one.collection in fixed]
    made = [_route(method, path, "", page) for method, path, page in PARTS]
    for name in ("", *named):
        for method, ending, operation, page in PAGES:
            path = f"/{name or '{collection:str}'}{ending}"
            if (path, method) not in taken:
                made.append(_route(method, path, operation, page, name))
    return made


def _route(
    method: Method, path: str, operation: str, page: KernelPage, collection: str = ""
) -> HTTPRouteHandler:
    """`operation`: the page is there for the resources that offer it; "" for all. `collection`: where the path names it."""

    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        name = collection or request.path_params["collection"]
        resource = request.app.state.registry.get(name.replace("-", "_"))
        if resource is None or resource.collection != name or operation not in ("", *resource.operations):
            raise NotFound("There is no such page.")
        return await page(request, resource)

    return HTTPRouteHandler(path, http_method=method, status_code=200, include_in_schema=False)(handle)
