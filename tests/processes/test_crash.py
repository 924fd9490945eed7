"""Nothing acknowledged is lost: the web server is killed in mid-load, started again, and what it said is compared."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.site import Organisation, make_organisation

from motorpool.core.settings import load_settings

SENDERS = 4
BATCH = 50
START = datetime(2026, 2, 1, tzinfo=UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def web_server(urls: Any, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`motorpool serve` as a process of its own."""
    environment = os.environ | {
        "MOTORPOOL_DATABASE_URL": urls.owner,
        "MOTORPOOL_DATABASE_APP_URL": urls.app,
        "MOTORPOOL_DATA_DIR": str(folder),
        "MOTORPOOL_PORT": str(port),
        "MOTORPOOL_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "motorpool.cli", "serve"], env=environment, stdin=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 90
        while True:
            assert process.poll() is None, "the web server ended"
            assert time.monotonic() < deadline, "the web server did not become ready"
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2).read()
                break
            time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


async def send(
    port: int, organisation: Organisation, sender: int, acknowledged: list[datetime], stop: asyncio.Event
) -> None:
    """Send batch after batch; remember the times of those that were answered with 200."""
    number = 0
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=organisation.headers, timeout=10
    ) as client:
        while not stop.is_set():
            times = [
                START + timedelta(seconds=sender * 1_000_000 + number * BATCH + item) for item in range(BATCH)
            ]
            positions = [
                {
                    "vehicle": f"CRASH-{sender}",
                    "recorded_at": moment.isoformat(),
                    "latitude": 37.7,
                    "longitude": -122.4,
                }
                for moment in times
            ]
            try:
                answer = await client.post("/api/v1/telemetry/positions", json={"positions": positions})
            except httpx.TransportError:
                return
            assert answer.status_code == 200, answer.text
            assert answer.json()["accepted"] == BATCH
            acknowledged.extend(times)
            number += 1


@pytest.mark.slow
async def test_sigkill_in_mid_load_loses_nothing_that_was_acknowledged(
    own_database_urls: Any, tmp_path: Path
) -> None:
    settings = load_settings(env_file=None).replace(
        database={"url": own_database_urls.owner, "app_url": own_database_urls.app}, data={"dir": tmp_path}
    )
    organisation = await make_organisation(settings)
    acknowledged: list[datetime] = []
    port = free_port()
    with web_server(own_database_urls, tmp_path, port) as process:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=organisation.headers
        ) as client:
            for sender in range(SENDERS):
                made = await client.post("/api/v1/vehicles", json={"vehicle_number": f"CRASH-{sender}"})
                assert made.status_code == 201, made.text
        senders = [
            asyncio.create_task(send(port, organisation, sender, acknowledged, asyncio.Event()))
            for sender in range(SENDERS)
        ]
        while len(acknowledged) < 3_000:
            await asyncio.sleep(0.01)
            assert not any(task.done() for task in senders), "a sender failed before the kill"
        process.send_signal(signal.SIGKILL)
        await asyncio.gather(*senders)
        process.wait(10)
    assert len(acknowledged) >= 3_000
    with web_server(own_database_urls, tmp_path, port):
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=organisation.headers
        ) as client:
            assert (await client.get("/api/v1/vehicle-locations", params={"limit": 1})).status_code == 200
    with psycopg.connect(own_database_urls.owner) as connection:
        stored = {row[0] for row in connection.execute("SELECT recorded_at FROM vehicle_locations")}
        waiting = connection.execute("SELECT count(DISTINCT vehicle_id) FROM derivation_work").fetchone()
    assert not set(acknowledged) - stored
    assert waiting == (SENDERS,), "what was stored must also be derived after the crash"
