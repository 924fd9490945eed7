"""Inspecting on a phone: the page that works offline, its service worker, and the QR code that leads to it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get

from motorpool.core.errors import Unauthenticated
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.web.assets import static_file
from motorpool.web.pages.devices import base_address, qr_code
from motorpool.web.pages.records import read_row

AnyRequest = Request[Any, Any, Any]


@get("/inspect", include_in_schema=False)
async def inspect_page(request: AnyRequest) -> Response[Any]:
    """The same page for everybody: a service worker keeps it. Who it is for is asked by `/inspect/session`."""
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry["safety_inspections"], actor, "submit")
    page: Response[Any] = request.app.state.renderer.standalone("inspect.html", title="Inspect a vehicle")
    return page


@get("/inspect/session", include_in_schema=False)
async def inspect_session(request: AnyRequest) -> Response[bytes]:
    """Who is signed in, and the token that goes along with what they send."""
    actor = actor_of(request)
    token = (request.scope.get("state") or {}).get("csrf_token")
    if token is None or actor.user_id is None:
        raise Unauthenticated("This is for signed-in browsers.")
    body = {"user_id": actor.user_id, "user_name": actor.name, "csrf_token": token}
    return json_response(msgspec.json.encode(body), headers={"Cache-Control": "no-store"})


@get("/offline-worker.js", include_in_schema=False)
async def offline_worker(request: AnyRequest) -> Response[bytes]:
    """The service worker of all pages that work offline, at an address that allows each of them as its scope."""
    manifest = request.app.state.renderer.manifest
    manifest.refresh()
    name = manifest.address("offline_worker.js").removeprefix("/static/")
    answer: Response[bytes] = await static_file.fn(request, name)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@get("/vehicles/{key:str}/inspection-code", include_in_schema=False)
async def code_page(request: AnyRequest) -> Response[Any]:
    """A QR code for the cab."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["vehicles"])
    address = f"{base_address(request)}/inspect?vehicle={row['id']}"
    title = f"QR code of {row['vehicle_number']}"
    page: Response[Any] = state.renderer.page(
        request, actor, "inspect_code.html", title=title, row=row, address=address, code=qr_code(address)
    )
    return page


route_handlers = [inspect_page, inspect_session, offline_worker, code_page]
