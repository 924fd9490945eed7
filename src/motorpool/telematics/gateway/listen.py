"""Listeners for tracking devices: the OsmAnd protocol on its own port, with a pipeline of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator

import uvicorn

from motorpool.core.database.database import Database, wait_for_database
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings
from motorpool.telematics.decoders.osmand_app import OsmandApp
from motorpool.telematics.ingest.pipeline import IngestPipeline

log = logging.getLogger(__name__)

#: Phones report every few seconds to minutes; keeping the connection spares them a handshake each time.
KEEP_ALIVE_S = 120


class DeviceServer(uvicorn.Server):
    """uvicorn inside our own process, which handles signals itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Listen until `stop` is set; then answer what is under way and write what is queued.

    Raises ConfigurationError when the port is taken.
    """
    if not settings.database.app_url:
        raise ConfigurationError("The gateway needs MOTORPOOL_DATABASE_APP_URL")
    with listener(settings.http.host, settings.gateway.osmand_port) as bound:
        database = Database(
            settings.database.app_url,
            pool_size=settings.database.pool_max,
            application_name="motorpool-gateway",
        )
        await wait_for_database(database)
        pipeline = IngestPipeline(database, settings)
        await pipeline.start()
        try:
            await serve(OsmandApp(pipeline), bound, stop)
        finally:
            await pipeline.stop()
            await database.close()


async def serve(app: OsmandApp, bound: socket.socket, stop: asyncio.Event) -> None:
    """Serve on a bound socket until `stop` is set."""
    # No access log: the identifier in a query is the device's secret.
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="off",
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=15,
        server_header=False,
    )
    server = DeviceServer(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    stopping = asyncio.create_task(stop.wait())
    host, port = bound.getsockname()[:2]
    log.info("listening for the OsmAnd protocol on %s port %s", host, port)
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


@contextlib.contextmanager
def listener(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket. Raises ConfigurationError that says what to do when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen for devices on {host} port {port} ({error.strerror}); set MOTORPOOL_GATEWAY_OSMAND_PORT "
            "to a free port"
        ) from error
    with bound:
        yield bound
