"""Alarms and harsh events of devices: rows of device_events, written in the transaction of the positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Connection
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.ingest.records import Batch

RAW_LENGTH = 200
#: A new event is news for the derivation of its vehicle, also when no position came with it.
STORE = """
WITH news AS MATERIALIZED (
    SELECT *, timestamptz 'epoch' + micros * interval '1 microsecond' AS recorded_at
    FROM jsonb_to_recordset(%(rows)s::text::jsonb) AS n (vehicle_id uuid, device_id uuid, micros int8, code text,
        value float8, latitude numeric, longitude numeric, speed numeric, source text, raw text)
), added AS (
    INSERT INTO device_events (tenant_id, vehicle_id, device_id, recorded_at, code, value, latitude, longitude, speed,
        source, raw)
    SELECT %(tenant)s, vehicle_id, device_id, recorded_at, code, value, latitude, longitude, speed, source, raw
    FROM news ORDER BY vehicle_id, recorded_at, code
    ON CONFLICT (tenant_id, vehicle_id, recorded_at, code) DO NOTHING
    RETURNING vehicle_id, recorded_at
), work AS (
    INSERT INTO derivation_work (tenant_id, vehicle_id, from_time)
    SELECT %(tenant)s, vehicle_id, min(recorded_at) FROM added GROUP BY vehicle_id ORDER BY vehicle_id RETURNING 1
)
SELECT pg_current_xact_id()::text
"""


def rows_of(
    report: Report, recorded_at: int, vehicle_id: str, device_id: str, source: str
) -> list[dict[str, Any]]:
    """What a report tells besides its place; `recorded_at` in microseconds since 1970."""
    speed = report.speed if report.speed is not None and 0 <= report.speed < 2_000 else None
    return [
        {
            "vehicle_id": vehicle_id,
            "device_id": device_id,
            "micros": recorded_at,
            "code": happening.code,
            "value": happening.value,
            "latitude": report.latitude,
            "longitude": report.longitude,
            "speed": speed,
            "source": source,
            "raw": (happening.raw or "").replace("\x00", "")[:RAW_LENGTH] or None,
        }
        for happening in report.happenings
    ]


def happenings_of(batches: Sequence[Batch]) -> dict[UUID, list[dict[str, Any]]]:
    """The events of many batches by tenant, in the order in which all writers lock them."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for batch in batches:
        if batch.happenings:
            found.setdefault(batch.tenant_id, []).extend(batch.happenings)
    return dict(sorted(found.items()))


async def store_happenings(
    connection: Connection, tenant_id: UUID, rows: Sequence[dict[str, Any]]
) -> str | None:
    """Add events inside of the transaction under way; those that are there already stay as they are. Its id."""
    cursor = await connection.execute(
        STORE, {"tenant": tenant_id, "rows": msgspec.json.encode(rows).decode()}
    )
    row = await cursor.fetchone()
    return row[0] if row else None
