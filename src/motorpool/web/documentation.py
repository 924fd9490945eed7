"""The API's description: the document and a page to read it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request, Response, get

from motorpool.core.resource.openapi import document
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.web.operations import OPERATIONS


@lru_cache(maxsize=1)
def openapi_bytes() -> bytes:
    """The OpenAPI document of this version."""
    return openapi_of(load_registry())


def openapi_of(registry: Registry) -> bytes:
    return msgspec.json.encode(document(registry, OPERATIONS))


@get("/api/openapi.json", include_in_schema=False)
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    return json_response(openapi_bytes())


@get("/api/docs", include_in_schema=False)
async def openapi_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The same for people."""
    described = msgspec.json.decode(openapi_bytes())
    page: Response[str] = request.app.state.renderer.page(
        request, actor_of(request), "api_docs.html", title="API", document=described
    )
    return page


route_handlers = [openapi_json, openapi_page]
