"""The first page: the live map, or for those who may not see it the first list that they may read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import PERMISSION
from motorpool.telematics.queries.map_layers import layers_of, layers_on
from motorpool.web.navigation import may, navigation
from motorpool.web.rendering import see_other


@get("/", include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
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


route_handlers = [home]
