"""The gateway's own main function on free ports, and devices that it knows."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.sql import Sql

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.database import Database
from motorpool.core.settings import Settings
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.decoders.registry import PROTOCOLS
from motorpool.telematics.gateway import listen

load_metadata()


@dataclass
class Gateway:
    ports: dict[str, int]
    osmand_port: int

    def __getitem__(self, protocol: str) -> int:
        return self.ports[protocol]


def free_ports(count: int) -> list[int]:
    """Ports that are free for TCP and UDP."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as probe, socket.socket(type=socket.SOCK_DGRAM) as datagram:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            try:
                datagram.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in found:
                found.append(port)
    return found


def on_free_ports(settings: Settings, **more: Any) -> tuple[Settings, Gateway]:
    osmand, *others = free_ports(1 + len(PROTOCOLS))
    ports = dict(zip(PROTOCOLS, others, strict=True))
    text = " ".join(f"{name}={port}" for name, port in ports.items())
    return settings.replace(gateway={"osmand_port": osmand, "ports": text, **more}), Gateway(ports, osmand)


async def answers(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(400):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError(f"nobody listens on {port}")


@asynccontextmanager
async def listening(settings: Settings, **more: Any) -> AsyncIterator[Gateway]:
    """A gateway that runs while inside; `more`: its settings."""
    here, made = on_free_ports(settings, **more)
    stop = asyncio.Event()
    running = asyncio.create_task(listen.main(here, stop))
    await answers(made.osmand_port)
    try:
        yield made
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)


@pytest.fixture
async def gateway(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    monkeypatch.setattr("motorpool.telematics.ingest.devices.SIGHTINGS_EVERY_S", 0.1)
    async with listening(settings) as made:
        yield made


@pytest.fixture
def vehicle(sql: Sql, tenant: Any) -> Any:
    return sql("INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'bus') RETURNING id", tenant.id)[
        0
    ][0]


@pytest.fixture
def imei() -> str:
    return f"35{random.randrange(10**12, 10**13)}"


@pytest.fixture
async def device(database: Database, tenant: Any, vehicle: Any, imei: str) -> Any:
    async with database.transaction(tenant.actor) as session:
        return await create_device(
            session, name="tracker", vehicle_id=vehicle, identifier=imei, protocol="teltonika"
        )


async def eventually(check: Callable[[], Any], within: float = 10) -> Any:
    """The first true value of `check`."""
    for _ in range(int(within / 0.05)):
        if value := check():
            return value
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")
