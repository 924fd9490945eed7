"""The first page: a driver's own, else the live map, or for those who may not see it the first list that they may read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import PERMISSION
from motorpool.telematics.queries.map_layers import layers_of, layers_on
from motorpool.web.navigation import has_own_home, may, navigation
from motorpool.web.pages.driver_home import driver_home
from motorpool.web.rendering import see_other


@get("/", include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[Any]:
    actor = actor_of(request)
    if actor.driver_id is not None and has_own_home(actor):
        return await driver_home(request, actor, actor.driver_id)
    return await live_map(request, actor)


@get("/live-map", include_in_schema=False)
async def map_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The map, also for those whose first page is another."""
    return await live_map(request, actor_of(request))


async def live_map(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    state = request.app.state
    if not may(actor, PERMISSION):
        for section in navigation(state.registry, actor, "/"):
            return see_other(section.items[0].href)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "live_map.html",
        title="Live map",
        groups=await groups(request, actor),
        now=datetime.now(UTC).isoformat(),
        layers=layers_of(actor),
        layers_on=await layers_on(state.database, actor),
    )
    return page


async def groups(request: Request[Any, Any, Any], actor: Actor) -> list[dict[str, str]]:
    """Vehicle groups to filter the map by, for those who may read them."""
    state = request.app.state
    if not may(actor, "vehicle_groups.read"):
        return []
    texts, _, _ = await state.apis["vehicle_groups"].list_page(
        actor, [("fields", "id,name"), ("limit", "200")]
    )
    return [msgspec.json.decode(text) for text in texts]


route_handlers = [home, map_page]
