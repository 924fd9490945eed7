"""Search over the collections that people look for by name."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.routes import actor_of
from motorpool.web.navigation import icon_of, may
from motorpool.web.presentation import Presenter, load_titles

#: Searched in this order, each with at most so many hits.
SEARCHED = ("vehicles", "drivers", "trips", "facilities", "departments", "vendors", "devices", "users")
HITS = 8


@get("/search", include_in_schema=False)
async def search(request: Request[Any, Any, Any]) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    text = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
    groups = []
    for table in SEARCHED:
        resource = state.registry.get(table)
        if not text or resource is None or not may(actor, resource.permission("read")):
            continue
        texts, more, _ = await state.apis[table].list_page(actor, [("q", text), ("limit", str(HITS))])
        rows = [msgspec.json.decode(item) for item in texts]
        if not rows:
            continue
        presenter = Presenter(
            state.registry, actor, await load_titles(state.database, state.registry, actor, resource, rows)
        )
        shown = [name for name in resource.list_columns if name != resource.title_column][:4]
        groups.append(
            {
                "resource": resource,
                "icon": icon_of(table),
                "hits": [
                    {
                        "title": presenter.title(resource, row),
                        "href": f"/{resource.collection}/{row['id']}",
                        "cells": [
                            cell
                            for name in shown
                            if not (cell := presenter.cell(resource, row, name)).missing
                        ],
                    }
                    for row in rows
                ],
                "more": more is not None,
            }
        )
    page: Response[Any] = state.renderer.page(
        request, actor, "search.html", title="Search", query=text, groups=groups
    )
    return page


route_handlers = [search]
