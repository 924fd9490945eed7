"""The OsmAnd protocol over HTTP, and OwnTracks in its HTTP mode: one ASGI application, mounted at `/osmand` and served on port 5055.

Any path and any verb will do. 200 comes after the commit. 400: no identifier, an unknown or disabled device,
or a message that makes no sense; a JSON message of an unknown device gets 404. 503 with Retry-After: the
queue is full. Phones keep what was not answered with 200 and send it again, so nothing is lost meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from psycopg_pool import PoolTimeout

from motorpool.core.errors import MotorpoolError
from motorpool.telematics.decoders import owntracks
from motorpool.telematics.decoders.osmand import decode_form, decode_json
from motorpool.telematics.decoders.report import Report, Undecodable
from motorpool.telematics.ingest.checks import is_possible
from motorpool.telematics.ingest.collecting import Fix, FixCollector
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.sightings import Sighting, shown

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, str]

PROTOCOL = "osmand"
BODY_BYTES = 65_536
BODY_SECONDS = 30.0
#: Parts of a query that nobody may read afterwards.
SECRETS = re.compile(r"((?:^|&)(?:id|deviceid|notificationToken)=)[^&]*")
OK: Answer = (200, "")
#: OwnTracks reads its answer as a list of what friends and commands there are.
OWNTRACKS_OK: Answer = (200, "[]")


class OsmandApp:
    """The application; `pipeline` must be started by whoever serves it."""

    def __init__(self, pipeline: IngestPipeline) -> None:
        self._pipeline = pipeline
        self._fixes = FixCollector(pipeline, PROTOCOL)
        self._owntracks_fixes = FixCollector(pipeline, owntracks.PROTOCOL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: list[tuple[bytes, bytes]] = []
        try:
            status, text = await self._answer(scope, receive)
        except Undecodable as error:
            status, text = 400, str(error)
        except MotorpoolError as error:
            status, text = error.status, error.detail
            headers = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
        except (PoolTimeout, psycopg.OperationalError):
            status, text, headers = 503, "The database does not answer", [(b"retry-after", b"10")]
        except Exception:
            log.exception("a report over %s failed", PROTOCOL)
            status, text = 500, "Something went wrong on our side; it has been logged."
        body = text.encode()
        headers += [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        body = await _read(receive)
        is_json = body.lstrip()[:1] == b"{"
        protocol, ok = PROTOCOL, OK
        if is_json and b'"_type"' in body:
            protocol, ok = owntracks.PROTOCOL, OWNTRACKS_OK
            report = _owntracks(scope, body)
        elif is_json:
            report = decode_json(body)
        else:
            report = decode_form(b"&".join(part for part in (scope["query_string"], body) if part))
        client = scope.get("client")
        address = client[0] if client else None
        device = await self._pipeline.devices.find(report.identifier)
        if device is None:
            await self._pipeline.devices.quarantine(report, protocol, address)
            return (404 if is_json else 400), "This device is not known; it is waiting to be adopted."
        if not device.may_report:
            return 400, "This device is disabled."
        if report.latitude is not None:
            if device.vehicle_id is None:
                return 400, "This device does not belong to a vehicle yet."
            fixes = self._fixes if protocol == PROTOCOL else self._owntracks_fixes
            await fixes.store(Fix(report, device, moment_of(report, time.time_ns() // 1000)))
        raw = body if body else scope["query_string"]
        now = datetime.now(UTC)
        self._pipeline.devices.saw(
            device,
            report,
            Sighting(
                device.device_id,
                now,
                protocol=protocol,
                transport="http",
                remote_address=address,
                last_message_at=now,
                last_message=SECRETS.sub(r"\1***", shown(raw, report.identifier, binary=False)),
                last_message_format="text",
                message_count=1,
            ),
        )
        return ok


def _owntracks(scope: Scope, body: bytes) -> Report:
    """OwnTracks' HTTP mode: its JSON, and whose it is in the address (`?id=`) or in its two headers. Raises Undecodable."""
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    identifier = query.get("id") or query.get("deviceid", "")
    if not identifier:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        user, device = headers.get(b"x-limit-u", ""), headers.get(b"x-limit-d", "")
        identifier = f"{user}/{device}" if user and device else ""
    if not identifier or len(identifier) > 100 or not identifier.isprintable():
        raise Undecodable("the device's identifier is missing: end the address with ?id=...")
    return owntracks.decode(body, identifier) or Report(identifier)


def moment_of(report: Report, now: int) -> int:
    """When a fix was taken, in microseconds since 1970, as `now` is. Raises Undecodable for a time that cannot be."""
    recorded_at = now if report.recorded_at is None else report.recorded_at
    if not is_possible(recorded_at, now):
        raise Undecodable("timestamp must lie between the year 2000 and 10 minutes from now")
    return recorded_at


async def _read(receive: Receive) -> bytes:
    """The request's body. Raises Undecodable when it is too large, too slow or cut off."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body
    parts, size = [body], len(body)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while message.get("more_body", False):
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Undecodable("the message was cut off")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > BODY_BYTES:
                    raise Undecodable(f"a message has at most {BODY_BYTES} bytes")
    except TimeoutError:
        raise Undecodable("the message took too long") from None
    return b"".join(parts)
