"""The gateway: a listener for each protocol, the OsmAnd port, the MQTT client, all in front of one pipeline."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from motorpool.core.database.database import Database, wait_for_database
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings
from motorpool.telematics.decoders.osmand_app import OsmandApp
from motorpool.telematics.decoders.registry import PROTOCOLS
from motorpool.telematics.gateway.commands import Commands
from motorpool.telematics.gateway.limits import Strikes
from motorpool.telematics.gateway.mqtt import broker_of, run_mqtt
from motorpool.telematics.gateway.ports import PORTS_SETTING, bind, ports_of
from motorpool.telematics.gateway.receiving import Receiver
from motorpool.telematics.gateway.session import Sessions
from motorpool.telematics.gateway.tcp import TcpListener
from motorpool.telematics.gateway.udp import UdpListener
from motorpool.telematics.ingest.pipeline import IngestPipeline

log = logging.getLogger(__name__)

#: Phones report every few seconds to minutes; keeping the connection spares them a handshake each time.
KEEP_ALIVE_S = 120
OSMAND_SETTING = "MOTORPOOL_GATEWAY_OSMAND_PORT"


class DeviceServer(uvicorn.Server):
    """uvicorn inside our own process, which handles signals itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Listen until `stop` is set; then answer what is under way and write what is queued.

    Raises ConfigurationError when a port is taken.
    """
    if not settings.database.app_url:
        raise ConfigurationError("The gateway needs MOTORPOOL_DATABASE_APP_URL")
    if settings.gateway.mqtt_url:
        broker_of(settings.gateway.mqtt_url)
    host, ports = settings.http.host, ports_of(settings.gateway.ports)
    with contextlib.ExitStack() as sockets:

        def listening(port: int, kind: socket.SocketKind, setting: str) -> socket.socket:
            return sockets.enter_context(bind(host, port, kind, setting))

        osmand = listening(settings.gateway.osmand_port, socket.SOCK_STREAM, OSMAND_SETTING)
        bound = {
            name: (
                listening(port, socket.SOCK_STREAM, PORTS_SETTING),
                listening(port, socket.SOCK_DGRAM, PORTS_SETTING),
            )
            for name, port in ports.items()
            if port
        }
        database = Database(
            settings.database.app_url,
            pool_size=settings.database.pool_max,
            application_name="motorpool-gateway",
        )
        await wait_for_database(database)
        pipeline = IngestPipeline(database, settings)
        await pipeline.start()
        try:
            async with _trackers(settings, database, pipeline, bound):
                await serve(OsmandApp(pipeline), osmand, stop)
        finally:
            await pipeline.stop()
            await database.close()


@contextlib.asynccontextmanager
async def _trackers(
    settings: Settings,
    database: Database,
    pipeline: IngestPipeline,
    bound: dict[str, tuple[socket.socket, socket.socket]],
) -> AsyncIterator[None]:
    """Everything but the OsmAnd port, running while inside."""
    sessions = Sessions(pipeline.devices.sightings, settings.gateway.device_rows_a_second)
    commands = Commands(database, sessions)
    receiver = Receiver(pipeline, sessions, Strikes(), commands)
    listeners: list[TcpListener | UdpListener] = []
    tasks = [
        asyncio.create_task(sessions.run(), name="gateway-sessions"),
        asyncio.create_task(commands.run(), name="gateway-commands"),
    ]
    if settings.gateway.mqtt_url:
        tasks.append(asyncio.create_task(run_mqtt(settings.gateway, pipeline), name="gateway-mqtt"))
    try:
        for name, (stream, datagram) in bound.items():
            kind = PROTOCOLS[name]
            tcp, udp = TcpListener(kind, receiver, settings.gateway.idle_s), UdpListener(kind, receiver)
            listeners += [tcp, udp]
            await tcp.start(stream)
            await udp.start(datagram)
            log.info("listening for %s on %s port %s", kind.title, *stream.getsockname()[:2])
        yield
    finally:
        await asyncio.gather(*(listener.stop() for listener in listeners))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
