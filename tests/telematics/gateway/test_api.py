"""Commands, connections and events through the HTTP API; a made-up protocol in a few lines."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import psycopg
from tests.contract.rows import insert
from tests.telematics.gateway.conftest import Sql, free_ports
from tests.telematics.gateway.senders import START, Line
from tests.web.conftest import Organisation, client, organisation, site, site_settings

from motorpool.core.database.database import Database
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.decoders.protocol import Garbage, Message, Protocol
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.gateway.commands import Commands
from motorpool.telematics.gateway.limits import Strikes
from motorpool.telematics.gateway.ports import bind, ports_of, text_of
from motorpool.telematics.gateway.receiving import Receiver
from motorpool.telematics.gateway.session import Sessions
from motorpool.telematics.gateway.tcp import TcpListener
from motorpool.telematics.ingest.pipeline import IngestPipeline

__all__ = ["client", "organisation", "site", "site_settings"]


async def test_commands_over_http(
    client: httpx.AsyncClient, organisation: Organisation, database: Database, imei: str, database_urls: Any
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        vehicle = insert(connection, "vehicles", organisation.id)
    async with database.transaction(organisation.actor) as session:
        device = await create_device(
            session, name="tracker", vehicle_id=vehicle, identifier=imei, protocol="gt06"
        )
    address = f"/api/v1/devices/{device.id}/send-command"
    answer = await client.post(address, json={"command": "RELAY,1#", "expires_hours": 2})
    assert answer.status_code == 200, answer.text
    key = answer.json()["id"]
    row = (await client.get(f"/api/v1/device-commands/{key}")).json()
    assert (row["status"], row["command"], row["device_id"]) == ("queued", "RELAY,1#", str(device.id))
    assert row["requested_by_user_id"]
    canceled = await client.post(f"/api/v1/device-commands/{key}/cancel", json={})
    assert canceled.status_code == 200 and canceled.json()["status"] == "expired"
    assert (await client.post(f"/api/v1/device-commands/{key}/cancel", json={})).status_code == 409
    for body in ({}, {"command": ""}, {"command": "a\nb"}, {"command": "x", "expires_hours": 0}):
        assert (await client.post(address, json=body)).status_code == 422, body
    assert (await client.get(f"/api/v1/device-connections?device_id={device.id}")).json()["items"] == []
    assert (await client.get("/api/v1/device-events?sort=-recorded_at")).status_code == 200
    shown = (await client.get(f"/api/v1/devices/{device.id}")).json()
    assert shown["connection"] == "never" and "identifier" not in shown


class Lines(Protocol):
    """What a new protocol takes: `identifier seconds latitude longitude`, answered with `ok`."""

    name, title, port = "lines", "Lines", 5999
    binary = False

    def frame(self, buffer: bytes) -> int:
        if len(buffer) > 200:
            raise Garbage("a line is shorter")
        return buffer.find(b"\n") + 1

    def decode(self, frame: bytes, now: int) -> Message:
        identifier, seconds, latitude, longitude = frame.decode().split()
        report = Report("", int(seconds) * 1_000_000, float(latitude), float(longitude))
        return Message(identifier, [report], reply=b"ok\n")


async def test_a_new_protocol_is_one_small_class(
    database: Database, settings: Settings, device: Any, imei: str, tenant: Any, sql: Sql
) -> None:
    pipeline = IngestPipeline(database, settings)
    await pipeline.start()
    sessions = Sessions(pipeline.devices.sightings, 100)
    listener = TcpListener(Lines, Receiver(pipeline, sessions, Strikes(), Commands(database, sessions)), 30)
    import socket

    [port] = free_ports(1)
    await listener.start(bind("127.0.0.1", port, socket.SOCK_STREAM, "PORT"))
    line = await Line.to(port)
    await line.say(b"nonsense\n")
    await line.say(f"{imei} {int(START.timestamp())} 37.5 -122.5\n".encode())
    assert await line.until(b"\n") == b"ok\n"
    assert sql("SELECT latitude::float, source FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [
        (37.5, "lines")
    ]
    for _ in range(5):
        await line.say(b"nonsense\n")
    assert await line.is_closed()
    await listener.stop()
    await asyncio.wait_for(pipeline.stop(), 20)


def test_ports() -> None:
    assert ports_of("gt06=0, h02=6000") == {"teltonika": 5027, "gt06": 0, "h02": 6000, "gl200": 5004}
    assert ports_of(text_of(ports_of(""))) == ports_of("")
    for wrong in ("gt07=1", "gt06", "gt06=x", "gt06=70000"):
        try:
            ports_of(wrong)
        except ConfigurationError as error:
            assert "MOTORPOOL_GATEWAY_PORTS" in error.detail
        else:
            raise AssertionError(wrong)
