"""uvicorn, set up so that it stops quickly and without noise."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from motorpool.core.errors import Unavailable
from motorpool.core.settings import Settings

#: Any ASGI 3 application; uvicorn's own type is imported only when it is used.
ASGIApplication = Callable[[Any, Any, Any], Awaitable[None]]
#: How long open requests and streams may go on when the web server stops, in seconds.
GRACE_S = 2


def serve_web(app: ASGIApplication, settings: Settings, listener: socket.socket) -> None:
    """Answer HTTP on an open socket until SIGINT or SIGTERM; Unavailable when the application fails."""
    import uvicorn

    # uvicorn announces its own process at `info`; Motorpool says what matters itself.
    chatty = settings.http.log_level == "debug"
    config = uvicorn.Config(
        app,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        lifespan="on",
        log_level="debug" if chatty else max_level(settings.http.log_level, "warning"),
        access_log=False,  # addresses carry secrets: the identifiers of devices, one-time links
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.http.trusted_proxies,
        # Without this a browser with an open event stream would hold the server for ever.
        timeout_graceful_shutdown=GRACE_S,
    )
    logging.getLogger("uvicorn.error").addFilter(_expected_at_the_end)
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt, SystemExit):  # uvicorn repeats the signal that stopped it
        server.run(sockets=[listener])
    if not server.started:
        raise Unavailable("The web server did not start; its messages are above")


def made_to_stay(make: Callable[[], ASGIApplication]) -> ASGIApplication:
    """The application, made without the garbage collector.

    It consists of some 400,000 objects that live as long as the process; looking through them for garbage takes more than
    a quarter of the time that making it takes, and afterwards a part of every request.
    """
    gc.disable()
    try:
        return make()
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def max_level(one: str, other: str) -> str:
    """The quieter of two log levels."""
    levels = logging.getLevelNamesMapping()
    return max(one, other, key=lambda name: levels[name.upper()])


def _expected_at_the_end(record: logging.LogRecord) -> bool:
    """Streams that are cut off when the server stops are no errors."""
    cut_off = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and not str(record.msg).startswith("Cancel %s running task")
