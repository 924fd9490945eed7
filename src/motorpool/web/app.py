"""The web application: everything that answers HTTP, wired together in one place."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State

from motorpool.core.database.database import Database, wait_for_database
from motorpool.core.errors.http import exception_handler
from motorpool.core.events.wake import Waker
from motorpool.core.observability.health import route_handlers as health_routes
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.routes import ResourceApi
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings, load_settings
from motorpool.identity.http import Authentication
from motorpool.identity.routes import route_handlers as identity_routes
from motorpool.telematics.decoders.osmand_app import osmand_handler
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.routes import route_handlers as ingest_routes
from motorpool.telematics.routes import route_handlers as telematics_routes
from motorpool.web.assets import route_handlers as asset_routes
from motorpool.web.documentation import route_handlers as documentation_routes
from motorpool.web.headers import security_headers
from motorpool.web.pages import route_handlers as page_routes
from motorpool.web.rendering import Renderer

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None, registry: Registry | None = None) -> Litestar:
    """Build the application. It opens its pools when the server starts it, not before."""
    settings = settings or load_settings()
    registry = registry or load_registry()
    keyring = load_keyring(settings)
    database = Database(settings.database.app_url or "", pool_size=settings.database.pool_max)
    authentication = Authentication(database, keyring, settings)
    renderer = Renderer(settings, registry, keyring)
    cursor_key = keyring.current.derive("cursor")
    apis = {name: ResourceApi(resource, registry, database, cursor_key) for name, resource in registry.items()}
    pipeline = IngestPipeline(database, settings)
    waker = Waker(settings.database.app_url or "")

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await wait_for_database(database)
        waker.start()
        await pipeline.start()
        try:
            yield
        finally:
            await pipeline.stop()
            await waker.stop()
            await database.close()

    def page_error(request: Request[Any, Any, Any], problem: Any) -> Any:
        return renderer.error(request, problem)

    state = {
        "settings": settings,
        "database": database,
        "keyring": keyring,
        "registry": registry,
        "apis": apis,
        "pipeline": pipeline,
        "waker": waker,
        "renderer": renderer,
        "authenticate": authentication.authenticate,
    }
    return Litestar(
        route_handlers=[
            *health_routes,
            *asset_routes,
            *identity_routes,
            *ingest_routes,
            osmand_handler,
            *telematics_routes,
            *(handler for api in apis.values() for handler in api.handlers()),
            *documentation_routes,
            *page_routes,
        ],
        state=State(state),
        lifespan=[lifespan],
        middleware=[security_headers(settings), authentication.middleware],
        exception_handlers={Exception: exception_handler(problem_of, page_error), psycopg.Error: exception_handler(problem_of, page_error)},
        compression_config=CompressionConfig(backend="gzip", minimum_size=1024, gzip_compress_level=4, exclude=["/static", "/api/v1/stream", "/map/"]),
        openapi_config=None,
        request_max_body_size=int(settings.http.max_body_mb * 1_000_000),
        debug=False,
    )
