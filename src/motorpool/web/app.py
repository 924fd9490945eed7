"""The web application: everything that answers HTTP, wired together in one place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, cast

import psycopg
from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, ControllerRouterHandler, Middleware, Receive, Scope, Send

from motorpool.communication.routes import route_handlers as communication_routes
from motorpool.core.database.database import Database, wait_for_database
from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import exception_handler
from motorpool.core.events.wake import Waker
from motorpool.core.files.routes import route_handlers as file_routes
from motorpool.core.files.store import FileStore
from motorpool.core.observability.health import route_handlers as health_routes
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.routes import ResourceApi
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings, load_settings
from motorpool.fleet.routes import route_handlers as fleet_routes
from motorpool.fleet.vin_routes import route_handlers as vin_routes
from motorpool.identity.actions.record_use import flush_uses
from motorpool.identity.http import Authentication
from motorpool.identity.routes import route_handlers as identity_routes
from motorpool.integrations.routes import route_handlers as integration_routes
from motorpool.maintenance.cost_routes import route_handlers as cost_routes
from motorpool.maintenance.order_routes import route_handlers as order_routes
from motorpool.maintenance.part_routes import route_handlers as part_routes
from motorpool.maintenance.schedule_routes import route_handlers as schedule_routes
from motorpool.maintenance.shop_routes import route_handlers as shop_routes
from motorpool.maintenance.suggestion_routes import route_handlers as suggestion_routes
from motorpool.maintenance.supply_routes import route_handlers as supply_routes
from motorpool.safety.compliance_package_routes import route_handlers as compliance_packages
from motorpool.safety.compliance_paper_routes import route_handlers as compliance_papers
from motorpool.safety.compliance_routes import route_handlers as compliance_routes
from motorpool.safety.hours_routes import route_handlers as hours_routes
from motorpool.safety.incident_routes import route_handlers as incident_routes
from motorpool.safety.inspection_routes import route_handlers as inspection_routes
from motorpool.safety.insurance_routes import route_handlers as insurance_routes
from motorpool.safety.meeting_routes import route_handlers as meeting_routes
from motorpool.system.routes import route_handlers as system_routes
from motorpool.telematics.decoders.osmand_app import OsmandApp
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.routes import route_handlers as ingest_routes
from motorpool.telematics.routes import route_handlers as telematics_routes
from motorpool.web.application import Application
from motorpool.web.assets import route_handlers as asset_routes
from motorpool.web.documentation import route_handlers as documentation_routes
from motorpool.web.headers import SecurityHeaders
from motorpool.web.pages import route_handlers as page_routes
from motorpool.web.pages.collections import handlers as collection_pages
from motorpool.web.rendering import Renderer

#: Streams must not wait in a compressor, built files come compressed, map tiles already are, and parts of a file are
#: counted in its own bytes.
NOT_COMPRESSED = ["/static", "/api/v1/stream", "/map/", "/api/v1/files/", "/download/", "/api/openapi.json"]


def create_app(settings: Settings | None = None, registry: Registry | None = None) -> ASGIApp:
    """Build the application. Its pools open when the server starts it, not before."""
    settings = settings or load_settings()
    registry = registry or load_registry()
    keyring = load_keyring(settings)
    database = Database(
        settings.database.app_url or "", pool_size=settings.database.pool_max, keyring=keyring
    )
    pipeline = IngestPipeline(database, settings)
    waker = Waker(settings.database.app_url or "")
    renderer = Renderer(settings, registry, keyring)
    cursor_key = keyring.current.derive("cursor")
    apis = {
        name: ResourceApi(resource, registry, database, cursor_key, pdf_rows=settings.exports.pdf_rows)
        for name, resource in registry.items()
    }
    osmand = OsmandApp(pipeline)
    authentication = Authentication(database, keyring, settings)

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
            await flush_uses(database)
            await database.close()

    def page_error(request: Request[Any, Any, Any], problem: MotorpoolError) -> Response[Any]:
        return renderer.error(request, problem)

    by_hand: list[ControllerRouterHandler] = [
        *health_routes,
        *asset_routes,
        *identity_routes,
        *file_routes,
        *fleet_routes,
        *vin_routes,
        *system_routes,
        *communication_routes,
        *ingest_routes,
        *telematics_routes,
        *hours_routes,
        *compliance_routes,
        *compliance_packages,
        *compliance_papers,
        *insurance_routes,
        *incident_routes,
        *inspection_routes,
        *meeting_routes,
        *schedule_routes,
        *shop_routes,
        *part_routes,
        *cost_routes,
        *supply_routes,
        *suggestion_routes,
        *integration_routes,
        *order_routes,
        *documentation_routes,
        *page_routes,
    ]
    taken = _answered_by(by_hand)
    handle = exception_handler(problem_of, page_error)
    application = Application(
        state=State(
            {
                "settings": settings,
                "database": database,
                "keyring": keyring,
                "files": FileStore.of(settings),
                "registry": registry,
                "apis": apis,
                "pipeline": pipeline,
                "waker": waker,
                "renderer": renderer,
                "authenticate": authentication.authenticate,
            }
        ),
        lifespan=[lifespan],
        middleware=[cast(Middleware, authentication.middleware)],
        exception_handlers={Exception: handle, HTTPException: handle, psycopg.Error: handle},
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1024, gzip_compress_level=4, exclude=NOT_COMPRESSED
        ),
        openapi_config=None,
        request_max_body_size=int(settings.http.max_body_mb * 1_000_000),
        debug=False,
    )
    application.register_all(
        [
            *by_hand,
            *collection_pages(registry, taken),
            *(one for api in apis.values() for one in api.handlers(taken)),
        ]
    )
    return SecurityHeaders(_with_osmand(application, cast(ASGIApp, osmand)), settings)


def _answered_by(handlers: Iterable[ControllerRouterHandler]) -> set[tuple[str, str]]:
    """(path, method) of the hand-written routes, which the routes of the collections leave alone."""
    return {
        (path.replace("{row_id:str}", "{key:str}"), str(method))
        for handler in handlers
        if isinstance(handler, HTTPRouteHandler)
        for path in handler.paths
        for method in handler.http_methods
    }


def _with_osmand(application: ASGIApp, osmand: ASGIApp) -> ASGIApp:
    """Phones report to /osmand, past the router: their requests are many and small."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["path"].rstrip("/") == "/osmand":
            await osmand(scope, receive, send)
        else:
            await application(scope, receive, send)

    return dispatch
