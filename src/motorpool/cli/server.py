"""`motorpool run`, `serve`, `worker` and `gateway`: the processes that stay."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable

import click

from motorpool.cli import listening, start_up
from motorpool.cli.supervisor import SUPERVISED, Child, Supervisor, stop_with_parent
from motorpool.cli.web_server import ASGIApplication, made_to_stay, serve_web
from motorpool.core.database.server import DatabaseUrls, database_server
from motorpool.core.errors import ConfigurationError, MotorpoolError
from motorpool.core.settings import Settings, load_settings
from motorpool.telematics.gateway.ports import PORTS_SETTING, bind, ports_of, text_of

#: How often the embedded database is looked after, in seconds.
WATCH_S = 2.0
#: After this long without an answer it says that it is still waiting, in seconds.
PATIENCE_S = 30.0

Program = Callable[[Settings, asyncio.Event], Awaitable[None]]


def note(line: str) -> None:
    """A line for the person at the terminal, apart from a command's output."""
    click.echo(line, err=True)


@click.command()
@click.option("--host", help="Address to listen on, instead of MOTORPOOL_HOST.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the web server, instead of MOTORPOOL_PORT."
)
def run(host: str | None, port: int | None) -> None:
    """Start everything: database, web server, worker and device gateway.

    On an empty database it loads the demonstration fleet (MOTORPOOL_DEMO=false does not). Ctrl-C stops all
    of it.
    """
    settings = _with_address(load_settings(), host, port)
    began = time.monotonic()
    with database_server(settings, own=True, say=note) as urls:
        settings = urls.apply(settings)
        start_up.migrate(settings, note)
        if settings.demo.enabled:
            start_up.load_demo(settings, note)
        start_up.refuse_open_demo(settings)
        may_move = settings.demo.enabled
        with listening.listen(settings.http.host, settings.http.port, may_move=may_move) as web:
            with listening.listen(
                settings.http.host, settings.gateway.osmand_port, may_move=may_move
            ) as osmand:
                settings = _moved(settings, int(web.getsockname()[1]), int(osmand.getsockname()[1]))
                settings = _trackers_moved(settings, may_move)
            sign_in = start_up.demo_sign_in(settings) if settings.demo.enabled else None
            set_up = start_up.first_start_link(settings)
            with contextlib.suppress(KeyboardInterrupt, SystemExit):
                asyncio.run(_supervise(settings, urls, web, sign_in, set_up, began))
        note("Stopping the database ...")
    note("Stopped.")


def _moved(settings: Settings, web_port: int, osmand_port: int) -> Settings:
    """The ports that were really taken, said aloud when they are others than the settings'."""
    if web_port != settings.http.port:
        note(f"Port {settings.http.port} is taken by another program; using {web_port} for the web server.")
    if osmand_port != settings.gateway.osmand_port:
        note(
            f"Port {settings.gateway.osmand_port} is taken by another program; using {osmand_port} for "
            "phones."
        )
    return settings.replace(http={"port": web_port}, gateway={"osmand_port": osmand_port})


def _trackers_moved(settings: Settings, may_move: bool) -> Settings:
    """The ports of the trackers' protocols, TCP and UDP, moved to free ones where they are taken and may move."""
    wanted = ports_of(settings.gateway.ports)
    found: dict[str, int] = {}
    # Held until all are found, so that no two get the same; the gateway opens them again.
    with contextlib.ExitStack() as held:
        for name, port in wanted.items():
            found[name] = _held(held, settings.http.host, port, may_move) if port else 0
            if found[name] != port:
                note(f"Port {port} is taken by another program; using {found[name]} for {name} trackers.")
    return settings.replace(gateway={"ports": text_of(found)})


def _held(held: contextlib.ExitStack, host: str, port: int, may_move: bool) -> int:
    """`port`, or the next that is free for TCP and UDP. Raises ConfigurationError."""
    last = min(port + listening.PORTS_TRIED, 65535) if may_move else port
    while True:
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                held.enter_context(bind(host, port, kind, PORTS_SETTING))
            return port
        except ConfigurationError:
            if port == last:
                raise
        port += 1


async def _supervise(
    settings: Settings,
    urls: DatabaseUrls,
    web: socket.socket,
    sign_in: tuple[str, str] | None,
    set_up: str | None,
    began: float,
) -> None:
    stop = asyncio.Event()
    _on_signals(stop.set)
    environment = {
        "MOTORPOOL_DATABASE_URL": settings.database.url or "",
        "MOTORPOOL_DATABASE_APP_URL": settings.database.app_url or "",
        "MOTORPOOL_DATA_DIR": str(settings.data.dir.resolve()),
        "MOTORPOOL_HOST": settings.http.host,
        "MOTORPOOL_PORT": str(settings.http.port),
        "MOTORPOOL_GATEWAY_OSMAND_PORT": str(settings.gateway.osmand_port),
        "MOTORPOOL_GATEWAY_PORTS": settings.gateway.ports,
    }
    program = [sys.executable, "-m", "motorpool.cli"]
    # The children inherit the listening socket: while the web server starts again, connections wait instead
    # of failing.
    supervisor = Supervisor(
        [
            Child(
                "serve",
                [*program, "serve", "--fd", str(web.fileno())],
                environment,
                keep_open=(web.fileno(),),
                essential=True,
            ),
            Child("worker", [*program, "worker"], environment),
            Child("gateway", [*program, "gateway"], environment),
        ],
        note,
    )
    welcome = asyncio.create_task(_welcome(settings, supervisor, sign_in, set_up, began))
    watch = asyncio.create_task(_watch_database(urls))
    try:
        await supervisor.run(stop)
    finally:
        welcome.cancel()
        watch.cancel()


async def _watch_database(urls: DatabaseUrls) -> None:
    """Start the embedded database again if something killed it; the others reconnect by themselves."""
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            await asyncio.to_thread(urls.revive)
        except MotorpoolError as error:
            note(error.detail)


async def _welcome(
    settings: Settings,
    supervisor: Supervisor,
    sign_in: tuple[str, str] | None,
    set_up: str | None,
    began: float,
) -> None:
    """Wait until the web server answers, then say where it is."""
    host, port = listening.reachable_host(settings.http.host), settings.http.port
    next_word = time.monotonic() + PATIENCE_S
    while not await _answers(host, port):
        await asyncio.sleep(0.1)
        if time.monotonic() > next_word:
            note(f"The web server has not answered for {time.monotonic() - began:.0f} s; still waiting ...")
            next_word += PATIENCE_S
    supervisor.started.set()
    click.echo()
    click.secho(f"  Motorpool is ready after {time.monotonic() - began:.1f} s.", fg="green", bold=True)
    click.echo()
    click.echo(
        "    Address   "
        + click.style(listening.base_url(settings.http.host, port), fg="cyan", underline=True)
    )
    if sign_in:
        click.echo("    Sign in   " + click.style(sign_in[0], bold=True))
        click.echo("    Password  " + click.style(sign_in[1], bold=True))
    if set_up:
        click.echo(
            "    Set up    " + click.style(listening.base_url(settings.http.host, port) + set_up, bold=True)
        )
        click.echo("              Opens once, to make the first organisation and its administrator.")
    reach = (
        " of this machine only (MOTORPOOL_HOST opens it)" if listening.is_loopback(settings.http.host) else ""
    )
    click.echo(
        f"    Phones    OsmAnd protocol (Traccar Client) on port {settings.gateway.osmand_port}{reach}"
    )
    trackers = ", ".join(f"{name} {port}" for name, port in ports_of(settings.gateway.ports).items() if port)
    if trackers:
        click.echo(f"    Trackers  {trackers}")
    click.echo(f"    Data      {settings.data.dir.resolve()}")
    click.echo()
    click.secho("  Ctrl-C stops it.", dim=True)
    click.echo()


async def _answers(host: str, port: int) -> bool:
    """Whether GET /health/ready answers 200."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(
                    f"GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
                )
                await writer.drain()
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


@click.command()
@click.option("--host", help="Address to listen on, instead of MOTORPOOL_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port, instead of MOTORPOOL_PORT.")
@click.option(
    "--lan", is_flag=True, help="Open it to the local network: new demonstration password, code for phones."
)
@click.option("--fd", type=int, hidden=True, help="A listening socket that the parent has opened.")
def serve(host: str | None, port: int | None, lan: bool, fd: int | None) -> None:
    """Start the web server alone.

    Starts the embedded database too, unless MOTORPOOL_DATABASE_URL names another one; that one must be
    migrated (`motorpool db upgrade`). Any number of web servers may share a database.
    """
    stop_with_parent()
    if lan and host:
        raise click.UsageError("--lan listens on all addresses; leave out --host.")
    settings = _with_address(load_settings(), "0.0.0.0" if lan else host, port)  # noqa: S104 - what --lan asks for
    embedded = not settings.database.url
    with database_server(settings, own=True, say=note) as urls:
        settings = urls.apply(settings)
        if embedded:
            start_up.migrate(settings, note)
        elif not _supervised():
            start_up.require_current(settings)
        if lan:
            _open_to_lan(settings)
        if not _supervised():
            start_up.refuse_open_demo(settings)
        listener = socket.socket(fileno=fd) if fd is not None else _listener(settings)
        with listener:
            serve_web(made_to_stay(lambda: _web_application(settings)), settings, listener)


def _web_application(settings: Settings) -> ASGIApplication:
    from motorpool.web.app import create_app

    return create_app(settings)


def _listener(settings: Settings) -> socket.socket:
    listener = listening.listen(settings.http.host, settings.http.port, may_move=False)
    note(f"Listening on {listening.base_url(settings.http.host, settings.http.port)}")
    return listener


def _open_to_lan(settings: Settings) -> None:
    """A password that nobody knows yet, the address in the local network, and a code to point a phone at
    it.
    """
    import segno

    address = listening.lan_address()
    if address is None:
        raise ConfigurationError("--lan: this machine has no address in a local network")
    page = listening.base_url(address, settings.http.port)
    click.echo(f"\n  Address in this network  {page}")
    if start_up.demo_sign_in(settings) is not None:
        email, password = start_up.new_demo_password(settings)
        click.echo(f"  Sign in                  {email}\n  New password             {password}")
    click.echo(f"  Server address for Traccar Client on a phone:  {page}/osmand\n")
    segno.make(f"{page}/osmand", error="m").terminal(compact=True)
    click.echo("\n  The connection is not encrypted; use this only in a network that you trust.\n")


@click.command()
def worker() -> None:
    """Start a worker: jobs, trips and stops, the demonstration's replay. Any number may share a database."""
    _stay("motorpool.worker")


@click.command()
def gateway() -> None:
    """Start the listeners for tracking devices: OsmAnd, Teltonika, GT06, H02, Queclink, and the MQTT client."""
    _stay("motorpool.telematics.gateway")


def _stay(module: str) -> None:
    """Run a module's `async main(settings, stop)` until a signal sets `stop`."""
    stop_with_parent()
    settings = load_settings()
    embedded = not settings.database.url
    with database_server(settings, say=note) as urls:
        settings = urls.apply(settings)
        if embedded:
            start_up.migrate(settings, note)
        elif not _supervised():
            start_up.require_current(settings)
        program: Program = importlib.import_module(module).main
        with contextlib.suppress(KeyboardInterrupt):
            _run_until_stopped(program, settings)


def _run_until_stopped(program: Program, settings: Settings) -> None:
    async def main() -> None:
        stop = asyncio.Event()
        task = asyncio.ensure_future(program(settings, stop))
        asked = 0

        def ask() -> None:
            nonlocal asked
            asked += 1
            stop.set()
            if asked > 1:
                task.cancel()

        _on_signals(ask)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    factory = None
    if sys.platform != "win32":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main())


def _on_signals(action: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, action)


def _supervised() -> bool:
    return os.environ.get(SUPERVISED) == "1"


def _with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    return settings.replace(http=given)
