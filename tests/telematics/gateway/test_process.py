"""`motorpool gateway` as a process: it serves every protocol, and killed in mid-load it has lost nothing acknowledged."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.telematics.gateway.conftest import answers, eventually, free_ports
from tests.telematics.gateway.senders import (
    START,
    Line,
    avl_packet,
    avl_record,
    gl200_location,
    gt06_alarm,
    gt06_login,
    h02_location,
    teltonika_login,
)

PROTOCOLS = ("teltonika", "gt06", "h02", "gl200")
PLACE = (37.78, -122.41)


@asynccontextmanager
async def gateway_process(
    urls: Any, folder: Path, ports: dict[str, int]
) -> AsyncIterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "MOTORPOOL_DATABASE_URL": urls.owner,
        "MOTORPOOL_DATABASE_APP_URL": urls.app,
        "MOTORPOOL_DATA_DIR": str(folder),
        "MOTORPOOL_GATEWAY_OSMAND_PORT": str(ports["osmand"]),
        "MOTORPOOL_GATEWAY_PORTS": " ".join(f"{name}={ports[name]}" for name in PROTOCOLS),
        "MOTORPOOL_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen(  # noqa: ASYNC220 - it is what is tested; it starts once
        [sys.executable, "-m", "motorpool.cli", "gateway"], env=environment, stdin=subprocess.DEVNULL
    )
    try:
        await answers(ports["teltonika"])
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@pytest.fixture
def fleet(own_database_urls: Any) -> Any:
    """A database of its own: a tenant with one vehicle and device per protocol."""
    with psycopg.connect(own_database_urls.owner) as connection:
        row = connection.execute(
            "INSERT INTO tenants (slug, name) VALUES ('one', 'One') RETURNING id"
        ).fetchone()
        assert row is not None
        connection.execute(
            "WITH made AS (INSERT INTO vehicles (tenant_id, vehicle_number) SELECT %s, n FROM unnest(%s::text[]) AS n "
            "RETURNING id, vehicle_number) INSERT INTO devices (tenant_id, identifier, name, vehicle_id) "
            "SELECT %s, m.identifier, made.vehicle_number, made.id FROM made JOIN (SELECT * FROM unnest(%s::text[], "
            "%s::text[]) AS u (name, identifier)) m ON m.name = made.vehicle_number",
            (row[0], list(PROTOCOLS), row[0], list(PROTOCOLS), [imei_of(name) for name in PROTOCOLS]),
        )
    return own_database_urls


def imei_of(name: str) -> str:
    return f"35630704244{PROTOCOLS.index(name):04d}"


async def speak(name: str, port: int, acknowledged: list[datetime], number: int) -> int:
    """Send one position after the other, each after the last one's acknowledgement, until the line breaks."""
    imei = imei_of(name)
    try:
        line = await Line.to(port)
        if name == "teltonika":
            await line.say(teltonika_login(imei), 1)
        elif name == "gt06":
            await line.say(gt06_login(imei), 10)
        while True:
            moment = START + timedelta(seconds=number)
            number += 1
            match name:
                case "teltonika":
                    await line.say(avl_packet([avl_record(moment, *PLACE)]), 4)
                case "gt06":
                    await line.say(gt06_alarm(moment, *PLACE, 0), 10)
                case "h02":
                    await line.say(h02_location(imei, moment, *PLACE))
                    await line.until(b"#")
                case _:
                    await line.say(gl200_location(imei, moment, *PLACE, f"{number % 65536:04X}"))
                    await line.until(b"$")
            acknowledged.append(moment)
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return number


async def test_what_was_acknowledged_survives_a_kill(fleet: Any, tmp_path: Path) -> None:
    ports = dict(zip(("osmand", *PROTOCOLS), free_ports(1 + len(PROTOCOLS)), strict=True))
    acknowledged: dict[str, list[datetime]] = {name: [] for name in PROTOCOLS}
    numbers = dict.fromkeys(PROTOCOLS, 0)
    for _ in range(2):
        async with gateway_process(fleet, tmp_path, ports) as process:
            tasks = {
                name: asyncio.create_task(speak(name, ports[name], acknowledged[name], numbers[name]))
                for name in PROTOCOLS
            }
            # Kill in mid-load: each protocol is at it and has been answered.
            before = {name: len(acknowledged[name]) for name in PROTOCOLS}
            await eventually(
                lambda known=before: all(len(acknowledged[name]) >= known[name] + 8 for name in PROTOCOLS),
                within=90,
            )
            process.kill()
            process.wait(10)
            numbers = dict(zip(PROTOCOLS, await asyncio.gather(*tasks.values()), strict=True))
    with psycopg.connect(fleet.owner) as connection:
        for name in PROTOCOLS:
            rows = connection.execute(
                "SELECT recorded_at FROM vehicle_locations WHERE source = %s", (name,)
            ).fetchall()
            stored = {row[0] for row in rows}
            assert len(acknowledged[name]) >= 16, name
            assert set(acknowledged[name]) <= stored, f"{name}: acknowledged and lost"
            assert len(rows) == len(stored)


async def test_a_tidy_end_answers_what_is_under_way(fleet: Any, tmp_path: Path) -> None:
    ports = dict(zip(("osmand", *PROTOCOLS), free_ports(1 + len(PROTOCOLS)), strict=True))
    async with gateway_process(fleet, tmp_path, ports) as process:
        line = await Line.to(ports["teltonika"])
        await line.say(teltonika_login(imei_of("teltonika")), 1)
        await line.say(avl_packet([avl_record(START, *PLACE)]), 4)
        process.send_signal(signal.SIGINT)
        assert await line.is_closed(20)
        assert process.wait(30) == 0
    with psycopg.connect(fleet.owner) as connection:
        ended = connection.execute("SELECT protocol, reason FROM device_sessions").fetchall()
    assert ended == [("teltonika", "stopped")]


async def test_a_taken_port_is_told(fleet: Any, tmp_path: Path) -> None:
    ports = dict(zip(("osmand", *PROTOCOLS), free_ports(1 + len(PROTOCOLS)), strict=True))
    async with gateway_process(fleet, tmp_path, ports):
        environment = os.environ | {
            "MOTORPOOL_DATABASE_URL": fleet.owner,
            "MOTORPOOL_DATABASE_APP_URL": fleet.app,
            "MOTORPOOL_DATA_DIR": str(tmp_path),
            "MOTORPOOL_GATEWAY_OSMAND_PORT": str(free_ports(1)[0]),
            "MOTORPOOL_GATEWAY_PORTS": " ".join(f"{name}={ports[name]}" for name in PROTOCOLS),
        }
        second = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "motorpool.cli", "gateway"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert second.returncode == 1
    assert f"port {ports['teltonika']}" in second.stderr and "MOTORPOOL_GATEWAY_PORTS" in second.stderr
