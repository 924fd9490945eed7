"""`POST /api/v1/telemetry/positions` and `/obd`: batches of positions and engine readings from programs."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.exceptions import HTTPException

from motorpool.core.errors import (
    BadRequest,
    FieldProblem,
    Forbidden,
    Invalid,
    MotorpoolError,
    PayloadTooLarge,
)
from motorpool.core.tenancy import Actor
from motorpool.telematics.ingest.accepting import Outcome, accept
from motorpool.telematics.ingest.decoding import MEDIA, decode
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Series

AnyRequest = Request[Any, Any, Any]

#: An answer names at most this many problems; `rejected` counts all rows.
MOST_PROBLEMS = 100
#: Decoding a larger body would hold up other requests, so it happens in a thread.
THREAD_BYTES = 200_000


class UnsupportedMediaType(MotorpoolError):
    status, code, title = 415, "unsupported_media_type", "This kind of content is not understood"


@post("/api/v1/telemetry/positions", status_code=200, media_type=MediaType.JSON, request_max_body_size=None)
async def post_positions(request: AnyRequest) -> Response[bytes]:
    """Store a batch of positions: `{"positions": [...]}` or a bare array, as JSON or msgpack, at most 10,000.

    Each item has `vehicle` (number, VIN, device identifier or id), `recorded_at` (ISO 8601 with offset, or
    seconds or milliseconds since 1970), `latitude`, `longitude`, and may have `altitude` (m), `speed` (km/h),
    `heading` (degrees), `accuracy` (m), `odometer_m` (m), `ignition`, `source`, `attributes`.

    The answer comes after the commit and counts `received`, `accepted`, `duplicates` and `rejected` rows;
    `problems` says what was wrong with which item. Good items are stored even if others are rejected; when
    not a single one is good the answer is 422. A full queue makes the sender wait and at last answers 503
    with Retry-After; sending a batch again never stores anything twice.
    """
    return await _take(request, POSITIONS)


@post("/api/v1/telemetry/obd", status_code=200, media_type=MediaType.JSON, request_max_body_size=None)
async def post_readings(request: AnyRequest) -> Response[bytes]:
    """Store a batch of engine readings: `{"readings": [...]}` or a bare array; otherwise as for positions.

    Each item has `vehicle` and `recorded_at`, and may have `rpm`, `speed` (km/h), `engine_load` (%),
    `coolant_temp` (°C), `fuel_level` (%), `throttle_position` (%), `intake_air_temp` (°C), `maf_rate` (g/s),
    `battery_voltage` (V), `fuel_pressure` (kPa), `odometer` (km), `fuel_volume` (L), `fuel_rate` (L/h),
    `fuel_used` (L, a counter), `state_of_charge` (%), `mil_on`, `dtc_codes` (array of texts; empty: there are none).
    """
    return await _take(request, READINGS)


route_handlers = [post_positions, post_readings]


async def _take(request: AnyRequest, series: Series) -> Response[bytes]:
    actor: Actor = request.scope["actor"]  # type: ignore[typeddict-item]
    pipeline: IngestPipeline = request.app.state.pipeline
    if not actor.access.allows(series.permission):
        raise Forbidden(f"You may not add {series.noun}: that takes the permission {series.permission}")
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    media = MEDIA.get(content_type)
    if media is None:
        raise UnsupportedMediaType(
            f"Send application/json or application/msgpack, not {content_type or 'a body without a Content-Type'}"
        )
    # A body stays in the socket while the queue is full: that is what slows its sender down.
    await pipeline.intake.wait_for_room()
    settings = pipeline.settings
    body = await _read(request, int(settings.http.max_body_mb * 1_000_000))
    if not body:
        raise BadRequest(f'The body is empty; send {{"{series.noun}": [...]}}')
    arguments = (body, media, series, settings.ingest.batch_rows, "api")
    if len(body) > THREAD_BYTES:
        columns, received = await asyncio.to_thread(decode, *arguments)
    else:
        columns, received = decode(*arguments)
    outcome = await accept(pipeline, actor, columns, received)
    if received and outcome.rejected == received:
        raise _all_rejected(outcome, series)
    return Response(msgspec.json.encode(_answer(outcome)), media_type=MediaType.JSON, status_code=200)


async def _read(request: AnyRequest, most: int) -> bytes:
    """The body, refused as soon as it is larger than `most` bytes."""
    too_large = PayloadTooLarge(
        f"The body is larger than {most:,} bytes; send smaller batches", maximum_bytes=most
    )
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise too_large
    parts, size = [], 0
    try:
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > most:
                raise too_large
    except HTTPException as error:
        raise BadRequest("The body ended before it was complete") from error
    return b"".join(parts)


def _answer(outcome: Outcome) -> dict[str, Any]:
    return {
        "received": outcome.received,
        "accepted": outcome.receipt.accepted,
        "duplicates": outcome.receipt.duplicates,
        "rejected": outcome.rejected,
        "problems": [asdict(problem) for problem in outcome.problems[:MOST_PROBLEMS]],
    }


def _all_rejected(outcome: Outcome, series: Series) -> Invalid:
    fields = [
        FieldProblem(
            f"{series.noun}[{problem.index}].{problem.field}".rstrip("."), problem.message, problem.code
        )
        for problem in outcome.problems[:MOST_PROBLEMS]
    ]
    counts = {key: value for key, value in _answer(outcome).items() if key != "problems"}
    return Invalid(f"None of the {outcome.received:,} {series.noun} can be stored", fields=fields, **counts)
