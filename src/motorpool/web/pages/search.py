"""Search over everything that the viewer may read, as a page and under the search field while it is typed into."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.web.finding import find
from motorpool.web.rendering import is_partial

#: Hits of a collection on the page, and under the search field.
HITS, QUICK_HITS = 8, 3
#: Lines under the search field.
QUICK_LINES = 12


@get("/search", include_in_schema=False)
async def search(request: Request[Any, Any, Any]) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    text = " ".join(request.query_params.get("q", "").replace("\x00", "").split())[:200]
    partial = is_partial(request)
    groups = (
        await find(state.database, state.registry, actor, text, QUICK_HITS if partial else HITS)
        if text
        else []
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "search_quick.html" if partial else "search.html",
        title="Search",
        query=text,
        groups=groups,
        most=QUICK_LINES,
    )
    return page


route_handlers = [search]
