"""Commands, connections and events through the HTTP API; a made-up protocol in a few lines."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation
from tests.sql import Sql
from tests.telematics.gateway.conftest import free_ports
from tests.telematics.gateway.senders import START, Line

from motorpool.core.access import Access
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import GatewaySettings, Settings
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.decoders.protocol import Garbage, Message, Protocol
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.gateway.commands import Commands
from motorpool.telematics.gateway.limits import Strikes
from motorpool.telematics.gateway.ports import bind, ports_of, text_of
from motorpool.telematics.gateway.receiving import Receiver
from motorpool.telematics.gateway.session import Sessions
from motorpool.telematics.gateway.tcp import MOST_STRANGERS, TcpListener
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.queries.device_connection import device_connection


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


async def test_what_is_shown_of_a_connection_takes_its_own_rights(
    database: Database, device: Any, tenant: Any, sql: Sql
) -> None:
    sql(
        "INSERT INTO device_connections (tenant_id, device_id, protocol) VALUES (%s, %s, 'gt06')",
        tenant.id,
        device.id,
    )
    for right, shown in (("device_connections.read", True), ("devices.read", False)):
        actor = replace(tenant.actor, access=Access((Rule(right, "a test"),)))
        assert ((await device_connection(database, actor, device.id)).connection is not None) is shown


class Lines(Protocol):
    """What a new protocol takes: `identifier seconds latitude longitude`, answered with `ok`."""

    name, title, port = "lines", "Lines", 5999

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


async def test_who_could_not_be_stored_is_no_stranger_for_ever(
    database: Database, settings: Settings, device: Any, imei: str
) -> None:
    """While nothing can be stored, known devices come and are cut off; their address must not be shut out for it."""
    pipeline = IngestPipeline(database, settings)
    sessions = Sessions(pipeline.devices.sightings, 100)
    listener = TcpListener(Lines, Receiver(pipeline, sessions, Strikes(), Commands(database, sessions)), 30)
    pipeline.intake.close()
    [port] = free_ports(1)
    await listener.start(bind("127.0.0.1", port, socket.SOCK_STREAM, "PORT"))
    for _ in range(MOST_STRANGERS + 1):
        line = await Line.to(port)
        await line.say(f"{imei} {int(START.timestamp())} 37.5 -122.5\n".encode())
        assert await line.is_closed()
    await listener.stop()
    reasons = [ended.reason for ended in pipeline.devices.sightings.ended[device.tenant_id]]
    assert reasons == ["database"] * (MOST_STRANGERS + 1)


def test_ports() -> None:
    assert ports_of("gt06=0, h02=6000") == {"teltonika": 5027, "gt06": 0, "h02": 6000, "gl200": 5004}
    assert ports_of(text_of(ports_of(""))) == ports_of("")
    assert ports_of(GatewaySettings().ports) == ports_of(""), (
        "the setting's default names the protocols' own ports"
    )
    for wrong in ("gt07=1", "gt06", "gt06=x", "gt06=70000", "gt06=5013"):
        with pytest.raises(ConfigurationError) as told:
            ports_of(wrong)
        assert "MOTORPOOL_GATEWAY_PORTS" in told.value.detail
