"""The first page: the live map, or for those who may not see it the first list that they may read."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.telematics.queries.live_states import PERMISSION
from motorpool.web.navigation import may, navigation
from motorpool.web.rendering import see_other


@get("/", include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    if not may(actor, PERMISSION):
        for section in navigation(state.registry, actor, "/"):
            for item in section.items:
                if item.href.count("/") == 1:
                    return see_other(item.href)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "live_map.html",
        title="Live map",
        offline_after_seconds=state.settings.live.offline_after_seconds,
    )
    return page


route_handlers = [home]
