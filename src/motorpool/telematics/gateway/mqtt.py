"""Phones with OwnTracks over MQTT: a client of the operator's broker.

Messages come with QoS 1 and are acknowledged one by one after their commit, under a client name whose session the broker
keeps, so what was not acknowledged comes again after a reconnect or a restart. The identifier of a device is the part of
the topic behind the first level: `owntracks/ann/phone` is the device `ann/phone`. Who may publish there is the broker's
business: whoever may can report as that device.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from psycopg_pool import PoolTimeout

from motorpool.core.errors import ConfigurationError, Invalid, MotorpoolError
from motorpool.core.settings import GatewaySettings
from motorpool.telematics.decoders.owntracks import PROTOCOL, decode
from motorpool.telematics.decoders.report import Report, Undecodable
from motorpool.telematics.gateway import metrics
from motorpool.telematics.ingest.checks import is_possible
from motorpool.telematics.ingest.collecting import Fix, FixCollector
from motorpool.telematics.ingest.devices import Known
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.sightings import Sighting, shown

log = logging.getLogger(__name__)

#: Messages under way. The thread that reads from the broker waits beyond that, which slows the broker down.
MOST_UNDER_WAY = 200
KEEP_ALIVE_S = 60
LONGEST_PAUSE_S = 120
PORTS = {"mqtt": 1883, "mqtts": 8883}


async def run_mqtt(settings: GatewaySettings, pipeline: IngestPipeline) -> None:
    """Take messages of the broker until cancelled. Raises ConfigurationError for an address that is none."""
    assert settings.mqtt_url is not None
    subscriber = Subscriber(settings, pipeline)
    subscriber.connect(settings.mqtt_url)
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.to_thread(subscriber.disconnect)


def broker_of(url: str) -> SplitResult:
    """Where the broker is. Raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        if parts.scheme in PORTS and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise ConfigurationError("MOTORPOOL_GATEWAY_MQTT_URL must be mqtt://host:port or mqtts://host:port")


class Subscriber:
    """The client. paho's own thread talks to the broker; messages are worked on in the event loop."""

    def __init__(self, settings: GatewaySettings, pipeline: IngestPipeline) -> None:
        self._topics = [(settings.mqtt_topic, 1), (f"{settings.mqtt_topic.rstrip('/')}/event", 1)]
        if settings.mqtt_topic.endswith("#"):
            self._topics = self._topics[:1]
        self._pipeline = pipeline
        self._fixes = FixCollector(pipeline, PROTOCOL)
        self._loop = asyncio.get_running_loop()
        self._room = threading.BoundedSemaphore(MOST_UNDER_WAY)
        self._tasks: set[asyncio.Task[None]] = set()
        #: Counts connections: an acknowledgement belongs to the connection on which its message came.
        self._connection = 0
        self._stopping = False
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.mqtt_client_id,
            clean_session=False,
            manual_ack=True,
        )
        self._client.reconnect_delay_set(1, LONGEST_PAUSE_S)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._received

    def connect(self, url: str) -> None:
        """Begin to connect, again and again with growing pauses. Raises ConfigurationError."""
        parts = broker_of(url)
        if parts.scheme == "mqtts":
            self._client.tls_set()
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or "") or None)
        self._client.connect_async(parts.hostname or "", parts.port or PORTS[parts.scheme], KEEP_ALIVE_S)
        self._client.loop_start()

    def disconnect(self) -> None:
        """Leave the broker; what is not acknowledged stays there."""
        self._stopping = True
        self._client.disconnect()
        for _ in range(MOST_UNDER_WAY):
            try:
                self._room.release()
            except ValueError:
                break
        self._client.loop_stop()

    # -- in paho's thread

    def _connected(self, client: mqtt.Client, _: Any, flags: Any, reason: Any, __: Any) -> None:
        if reason.is_failure:
            log.warning("the MQTT broker refuses us: %s; trying again", reason)
            return
        client.subscribe(self._topics)
        log.info("listening to the MQTT broker for %s", self._topics[0][0])

    def _disconnected(self, _: mqtt.Client, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        self._connection += 1
        if not self._stopping:
            log.warning("lost the MQTT broker: %s; trying again", reason)

    def _received(self, _: mqtt.Client, __: Any, message: mqtt.MQTTMessage) -> None:
        self._room.acquire()
        if self._stopping:
            return
        connection = self._connection
        self._loop.call_soon_threadsafe(self._begin, message, connection)

    # -- in the event loop

    def _begin(self, message: mqtt.MQTTMessage, connection: int) -> None:
        task = asyncio.ensure_future(self._take(message, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, message: mqtt.MQTTMessage, connection: int) -> None:
        """Store a message and acknowledge it; try again until it is stored."""
        pause = 0.5
        try:
            while not self._stopping:
                try:
                    await self.store(message.topic, bytes(message.payload))
                    break
                except (Undecodable, Invalid) as error:
                    # It would never be understood: acknowledged, so that it does not stand in the way for ever.
                    metrics.MESSAGES.labels(PROTOCOL, "undecodable").inc()
                    log.info("a message over MQTT was not taken: %s", error)
                    break
                except (MotorpoolError, psycopg.OperationalError, PoolTimeout) as error:
                    log.warning("a message over MQTT waits: %s", error)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 30)
                except Exception:
                    log.exception("a message over MQTT failed")
                    break
            if message.qos and connection == self._connection and not self._stopping:
                self._client.ack(message.mid, message.qos)
        finally:
            with contextlib.suppress(ValueError):
                self._room.release()

    async def store(self, topic: str, payload: bytes) -> None:
        """One message. Raises Undecodable, and what `FixCollector.store` raises."""
        identifier = identifier_of(topic)
        report = decode(payload, identifier)
        device = await self._pipeline.devices.find(identifier)
        if device is None:
            await self._pipeline.devices.quarantine(report or Report(identifier), PROTOCOL, None)
            metrics.MESSAGES.labels(PROTOCOL, "refused").inc()
            return
        if not device.may_report or device.vehicle_id is None:
            metrics.MESSAGES.labels(PROTOCOL, "refused").inc()
            self._show(device, None, payload, identifier, "refused: disabled or without a vehicle")
            return
        if report is not None and report.latitude is not None and report.recorded_at is not None:
            if not is_possible(report.recorded_at, time.time_ns() // 1000):
                self._show(
                    device, None, payload, identifier, "the phone's clock is wrong: its time was not taken"
                )
                return
            await self._fixes.store(Fix(report, device, report.recorded_at))
        self._show(device, report or Report(identifier), payload, identifier)
        metrics.MESSAGES.labels(PROTOCOL, "taken").inc()

    def _show(
        self,
        device: Known,
        report: Report | None,
        payload: bytes,
        identifier: str,
        refusal: str | None = None,
    ) -> None:
        now = datetime.now(UTC)
        sighting = Sighting(
            device.device_id,
            now,
            protocol=PROTOCOL,
            transport="mqtt",
            last_message_at=now,
            last_message=shown(payload, identifier, binary=False),
            last_message_format="text",
            message_count=1,
            last_refusal=refusal,
            refused_count=0 if refusal is None else 1,
        )
        if report is None:
            self._pipeline.devices.sightings.add(device.tenant_id, sighting)
        else:
            self._pipeline.devices.saw(device, report, sighting)


def identifier_of(topic: str) -> str:
    """`owntracks/ann/phone` and `owntracks/ann/phone/event` are `ann/phone`. Raises Undecodable."""
    parts = topic.split("/")
    if len(parts) < 3 or not all(parts[1:3]):
        raise Undecodable("a topic is owntracks/<user>/<device>")
    identifier = "/".join(parts[1:3])
    if len(identifier) > 100 or not identifier.isprintable():
        raise Undecodable("user and device of a topic have at most 100 printable characters")
    return identifier
