"""Liveness, readiness and metrics."""

from __future__ import annotations

from typing import Any

import psycopg
from litestar import MediaType, Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout

from motorpool.core.errors import Unavailable


@get("/health/live", media_type=MediaType.TEXT, include_in_schema=False)
async def live() -> str:
    """The process answers."""
    return "ok"


@get("/health/ready", media_type=MediaType.TEXT, include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> str:
    """The process can do its work: the database answers. Raises: Unavailable."""
    try:
        async with request.app.state.database.unbound() as connection:
            await connection.execute("SELECT 1")
    except (psycopg.Error, PoolTimeout) as error:
        raise Unavailable("The database cannot be reached.", headers={"Retry-After": "5"}) from error
    return "ok"


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Prometheus text format."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


route_handlers = [live, ready, metrics]
