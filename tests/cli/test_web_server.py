"""The web server stops within seconds and without noise although a browser holds an event stream."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import textwrap
import time

import pytest

from motorpool.cli.web_server import GRACE_S, max_level

PROGRAM = textwrap.dedent(
    """
    import asyncio, socket, sys
    from litestar import Litestar, get
    from litestar.response import ServerSentEvent
    from motorpool.cli.web_server import serve_web
    from motorpool.core.settings import load_settings

    @get("/stream")
    async def stream() -> ServerSentEvent:
        async def events():
            while True:
                yield "tick"
                await asyncio.sleep(0.2)
        return ServerSentEvent(events())

    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    serve_web(Litestar([stream]), load_settings(None), listener)
    """
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_with_an_open_stream(number: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while b"tick" not in received:
            received += client.recv(1000)
        began = time.monotonic()
        process.send_signal(number)
        _, complaints = process.communicate(timeout=30)
    assert time.monotonic() - began < GRACE_S + 4
    assert process.returncode in (0, -number)
    assert complaints == ""


def test_quieter_level_wins() -> None:
    assert max_level("info", "warning") == "warning"
    assert max_level("critical", "warning") == "critical"
