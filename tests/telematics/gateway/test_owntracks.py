"""OwnTracks: over MQTT through a real broker, and in its HTTP mode."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import paho.mqtt.client as mqtt
import psycopg
import pytest
from amqtt.broker import Broker
from paho.mqtt.enums import CallbackAPIVersion
from pwdlib import PasswordHash
from tests.sql import Sql
from tests.telematics.gateway.conftest import (
    Gateway,
    eventually,
    free_ports,
    listening,
    on_free_ports,
)
from tests.telematics.gateway.senders import START

from motorpool.core.database.database import Database
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.decoders.owntracks import decode
from motorpool.telematics.decoders.report import Undecodable
from motorpool.telematics.gateway import listen
from motorpool.telematics.gateway.mqtt import identifier_of

USER, PASSWORD = "motorpool", "a secret/word"


def location(seconds: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "_type": "location", "tid": "ap", "lat": 37.78, "lon": -122.41, "tst": int(START.timestamp()) + seconds,
        "acc": 12, "alt": 15, "vel": 36, "cog": 90, "batt": 88, "bs": 2, "t": "u", **more,
    }  # fmt: skip


@asynccontextmanager
async def broker(port: int, folder: Path) -> AsyncIterator[Broker]:
    """A real MQTT broker that wants a password."""
    passwords = folder / "passwords"
    passwords.write_text(f"{USER}:{PasswordHash.recommended().hash(PASSWORD)}\n")
    plugins = {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(passwords)}}
    running = Broker(
        {"listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}, "plugins": plugins}
    )
    await running.start()
    try:
        yield running
    finally:
        await running.shutdown()


@pytest.fixture
async def phone(database: Database, tenant: Any, vehicle: Any) -> Any:
    async with database.transaction(tenant.actor) as session:
        return await create_device(
            session,
            name="phone",
            vehicle_id=vehicle,
            identifier=f"ann/{uuid.uuid4().hex[:12]}",
            protocol="owntracks",
        )


class Phone:
    """Another client of the broker, which publishes with QoS 1."""

    def __init__(self, port: int) -> None:
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"phone-{uuid.uuid4().hex[:8]}")
        self.client.username_pw_set(USER, PASSWORD)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def publish(self, topic: str, message: Any) -> None:
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.client.publish(topic, payload, qos=1).wait_for_publish(10)

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def subscribed(settings: Settings, port: int, client_id: str) -> AbstractAsyncContextManager[Gateway]:
    """A gateway that is a client of the broker."""
    address = f"mqtt://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}"
    return listening(settings, mqtt_url=address, mqtt_client_id=client_id)


async def test_positions_over_a_broker(
    settings: Settings, phone: Any, tenant: Any, sql: Sql, tmp_path: Any, database_urls: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("motorpool.telematics.ingest.devices.SIGHTINGS_EVERY_S", 0.1)
    [port] = free_ports(1)
    topic, name = f"owntracks/{phone.identifier}", f"motorpool-{uuid.uuid4().hex[:8]}"

    def stored() -> list[Any]:
        return sql(
            "SELECT recorded_at, latitude::float, speed::float, source, attributes->>'battery_percent' "
            "FROM vehicle_locations WHERE tenant_id = %s ORDER BY recorded_at", tenant.id,
        )  # fmt: skip

    async with broker(port, tmp_path) as server:
        sender = await asyncio.to_thread(Phone, port)
        async with subscribed(settings, port, name):
            await eventually(lambda: any(name == key for key in server.sessions))
            await asyncio.sleep(0.5)
            await asyncio.to_thread(sender.publish, topic, location())
            await eventually(stored)
            assert stored() == [(START, 37.78, 36.0, "owntracks", "88.0")]
            await asyncio.to_thread(sender.publish, topic, b"no json at all")
            await asyncio.to_thread(sender.publish, topic, {"_type": "lwt", "tst": 1})
            transition = {"_type": "transition", "event": "enter", "desc": "depot", "lat": 37.79, "lon": -122.41,
                          "tst": int(START.timestamp()) + 60, "acc": 10}  # fmt: skip
            await asyncio.to_thread(sender.publish, f"{topic}/event", transition)
            await eventually(lambda: len(stored()) == 2)
            [(region,)] = sql(
                "SELECT attributes->>'region' FROM vehicle_locations WHERE tenant_id = %s AND recorded_at = %s",
                tenant.id, START + timedelta(seconds=60),
            )  # fmt: skip
            assert region == "depot"
            # The acknowledgement waits for the commit, so the broker still holds the message.
            session = server.sessions[name]
            with psycopg.connect(database_urls.owner) as blocker:
                blocker.execute("LOCK TABLE vehicle_states IN EXCLUSIVE MODE")
                await asyncio.to_thread(sender.publish, topic, location(120))
                await asyncio.sleep(1)
                in_flight = len(session[0].inflight_out)
                blocker.rollback()
            assert in_flight == 1
            await eventually(lambda: len(stored()) == 3 and not session[0].inflight_out)
        seen = sql(
            "SELECT protocol, transport, last_message_format FROM device_connections WHERE device_id = %s",
            phone.id,
        )
        assert seen == [("owntracks", "mqtt", "text")]
        # While the gateway is away the broker keeps what comes.
        await asyncio.to_thread(sender.publish, topic, location(180))
        async with subscribed(settings, port, name):
            await eventually(lambda: len(stored()) == 4)
        await asyncio.to_thread(sender.leave)


async def test_it_comes_back_when_the_broker_does(
    settings: Settings, phone: Any, tenant: Any, sql: Sql, tmp_path: Any
) -> None:
    [port] = free_ports(1)
    name = f"motorpool-{uuid.uuid4().hex[:8]}"
    async with subscribed(settings, port, name):
        await asyncio.sleep(0.5)
        async with broker(port, tmp_path) as server:
            await eventually(lambda: any(name == key for key in server.sessions), within=15)
            await asyncio.sleep(0.5)
            sender = await asyncio.to_thread(Phone, port)
            await asyncio.to_thread(sender.publish, f"owntracks/{phone.identifier}", location())
            count = "SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s"
            await eventually(lambda: sql(count, tenant.id) == [(1,)])
            await asyncio.to_thread(sender.leave)


async def test_a_wrong_address_is_told(settings: Settings) -> None:
    here, _ = on_free_ports(settings, mqtt_url="http://broker")
    with pytest.raises(ConfigurationError, match="MQTT_URL"):
        await asyncio.wait_for(listen.main(here, asyncio.Event()), 10)


async def test_http_mode(gateway: Gateway, phone: Any, tenant: Any, sql: Sql) -> None:
    address = f"http://127.0.0.1:{gateway.osmand_port}/"
    async with httpx.AsyncClient() as client:
        answer = await client.post(address, params={"id": phone.identifier}, json=location())
        assert (answer.status_code, answer.json()) == (200, [])
        user, _, name = phone.identifier.partition("/")
        headers = {"X-Limit-U": user, "X-Limit-D": name}
        assert (await client.post(address, headers=headers, json=location(60))).status_code == 200
        assert (
            await client.post(address, headers=headers, json={"_type": "lwt", "tst": 1})
        ).status_code == 200
        assert (await client.post(address, json=location(90))).status_code == 400
        assert (await client.post(address, headers=headers, json=location(lat=91))).status_code == 400
    assert sql("SELECT count(*), min(source) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [
        (2, "owntracks")
    ]


def test_decoding() -> None:
    report = decode(json.dumps(location()).encode(), "ann/phone")
    assert report is not None
    assert (report.latitude, report.longitude, report.speed, report.heading) == (37.78, -122.41, 36, 90)
    assert (report.accuracy, report.altitude, report.recorded_at) == (
        12,
        15,
        int(START.timestamp()) * 1_000_000,
    )
    assert report.attributes["charging"] is True and report.attributes["tracker_id"] == "ap"
    assert decode(b'{"_type": "waypoints"}', "a") is None
    for wrong in (b"", b"[]", b"{}", b'{"_type":"encrypted","data":"x"}', b'{"_type":"location","lat":1,"lon":2}',
                  json.dumps(location(lon=200)).encode(), json.dumps(location(tst=1e20)).encode()):  # fmt: skip
        with pytest.raises(Undecodable):
            decode(wrong, "a")
    assert identifier_of("owntracks/ann/phone/event") == "ann/phone"
    with pytest.raises(Undecodable):
        identifier_of("owntracks/ann")
