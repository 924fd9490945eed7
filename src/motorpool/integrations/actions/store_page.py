"""Storing a page of a feed: positions and readings through the one ingest, driving events beside it.

Everything may come twice, because a cursor is stored after what came before it: keys are made of what the provider sent,
so that nothing is stored twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import numpy as np

from motorpool.core.database.database import Connection
from motorpool.core.tenancy import Actor
from motorpool.integrations.connectors.contract import (
    EPOCH,
    DrivingEvent,
    Kind,
    Page,
    Position,
    Reading,
)
from motorpool.telematics.ingest.accepting import accept
from motorpool.telematics.ingest.decoding import array_text
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Coded, Columns
from motorpool.telematics.rules.behaviour import HARSH

#: First part of the names of events that a provider noticed.
EVENT_NAMESPACE = UUID("6f1d9a52-7a3e-5d7b-9a55-0c6cf4a2b0d1")
MICROSECOND = timedelta(microseconds=1)
NUMBERS = ("speed", "heading", "odometer_m")
#: Place of a column in obd_telemetry -> microseconds that its readings are moved by; see `reading_columns`.
OFFSETS = {name: place for place, name in enumerate((*(one.name for one in READINGS.numbers), "dtc_codes"))}

#: A harsh event is news for the derivation of its vehicle: what was estimated from positions beside it goes.
ADD_EVENTS = """
WITH news AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(events)s::text::jsonb) AS n (id uuid, vehicle_id uuid, driver_id uuid, event_type text,
        severity text, speed_at_event numeric, speed_limit int, g_force numeric, duration_seconds int, latitude numeric,
        longitude numeric, address text, video_url text, recorded_at timestamptz)
), added AS (
    INSERT INTO driver_behavior_events AS e (tenant_id, id, vehicle_id, driver_id, event_type, severity, speed_at_event,
        speed_limit, g_force, duration_seconds, latitude, longitude, address, video_url, source, recorded_at)
    SELECT %(tenant)s, n.id, v.id, coalesce(n.driver_id, (
            SELECT a.driver_id FROM driver_assignments a
            WHERE a.tenant_id = %(tenant)s AND a.vehicle_id = n.vehicle_id AND a.starts_at <= n.recorded_at
              AND (a.ends_at IS NULL OR a.ends_at > n.recorded_at) LIMIT 1)),
        n.event_type, n.severity, n.speed_at_event, n.speed_limit, n.g_force, n.duration_seconds, n.latitude, n.longitude,
        n.address, n.video_url, %(source)s, n.recorded_at
    FROM news n JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = n.vehicle_id
    ON CONFLICT (tenant_id, id) DO UPDATE SET duration_seconds = excluded.duration_seconds
    WHERE e.source = excluded.source AND e.duration_seconds < excluded.duration_seconds
    RETURNING id, vehicle_id, event_type, recorded_at
), work AS (
    INSERT INTO derivation_work (tenant_id, vehicle_id, from_time)
    SELECT %(tenant)s, vehicle_id, min(recorded_at) FROM added WHERE event_type = ANY (%(harsh)s)
    GROUP BY vehicle_id ORDER BY vehicle_id RETURNING 1
)
SELECT id FROM added
"""

Record = TypeVar("Record", Position, Reading, DrivingEvent)


@dataclass(slots=True)
class Stored:
    """What became of the records of some pages: stored + duplicates + refused + skipped + unknown = records."""

    pages: int = 0
    records: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    #: Records of vehicles that nobody has mapped, by the provider's id, and the earliest time of each.
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_since: dict[str, datetime] = field(default_factory=dict)
    ignored: int = 0
    latest: datetime | None = None
    problems: list[str] = field(default_factory=list)

    def note(self, problems: Iterable[str]) -> None:
        for problem in problems:
            if len(self.problems) < 10:
                self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class Known:
    """Who is who: (kind, id there) -> id here, and those whose records are not wanted."""

    mapped: Mapping[tuple[Kind, str], UUID]
    ignored: frozenset[tuple[Kind, str]] = frozenset()


async def store_page(
    pipeline: IngestPipeline,
    actor: Actor,
    provider: str,
    integration_id: UUID,
    page: Page,
    known: Known,
    now: datetime,
) -> Stored:
    """Store a page; everything is committed when this returns. Raises Unavailable when the database stays away."""
    done = Stored(pages=1, records=page.count, refused=page.unreadable_count)
    done.note(page.unreadable)
    positions = _wanted(page.positions, known, done)
    readings = _wanted(page.readings, known, done)
    events = _wanted(page.events, known, done)
    # A clock that runs ahead must not make the feed look newer than it is.
    done.latest = max((moment for moment in page.times() if moment <= now), default=None)
    if positions:
        await _accept(pipeline, actor, position_columns(positions, known, provider), done)
    if readings:
        await _accept(pipeline, actor, reading_columns(readings, known), done)
    if events:
        async with pipeline.database.connection(actor) as connection:
            added = await add_events(connection, actor, provider, integration_id, events, known)
        done.stored += added
        done.duplicates += len(events) - added
    return done


async def _accept(pipeline: IngestPipeline, actor: Actor, columns: Columns, done: Stored) -> None:
    outcome = await accept(pipeline, actor, columns, len(columns))
    done.stored += outcome.receipt.accepted
    done.duplicates += outcome.receipt.duplicates
    done.refused += outcome.rejected
    done.note(f"{problem.field} {problem.message}" for problem in outcome.problems[:5])


def _wanted(records: Sequence[Record], known: Known, done: Stored) -> list[Record]:
    wanted: list[Record] = []
    for record in records:
        place: tuple[Kind, str] = ("vehicle", record.vehicle)
        if place in known.ignored:
            done.ignored += 1
        elif place in known.mapped:
            wanted.append(record)
        else:
            done.skipped[record.vehicle] += 1
            earliest = done.skipped_since.get(record.vehicle, record.recorded_at)
            done.skipped_since[record.vehicle] = min(earliest, record.recorded_at)
    return wanted


def position_columns(positions: Sequence[Position], known: Known, provider: str) -> Columns:
    """Fixes as ingest takes them, of vehicles that are mapped."""
    numbers = {
        "latitude": np.array([one.latitude for one in positions], np.float64),
        "longitude": np.array([one.longitude for one in positions], np.float64),
    }
    for name in NUMBERS:
        values = np.array([getattr(one, name) for one in positions], np.float64)
        if not np.isnan(values).all():
            numbers[name] = values
    flags = [-1 if one.ignition is None else int(one.ignition) for one in positions]
    return Columns(
        POSITIONS,
        np.array([_microseconds(one.recorded_at) for one in positions], np.int64),
        Coded.of([str(known.mapped["vehicle", one.vehicle]) for one in positions]),
        numbers,
        {"ignition": np.array(flags, np.int8)} if any(flag >= 0 for flag in flags) else {},
        source=Coded.constant(provider, len(positions)),
    )


def reading_columns(readings: Sequence[Reading], known: Known) -> Columns:
    """Readings as ingest takes them: one row for each value.

    A provider sends each value by itself, and two values of one moment may come in different pages. A row's key is
    vehicle and time, so the second would be taken for a repetition. Each column's readings are therefore moved by a few
    microseconds of their own (providers count milliseconds): repeated pages give the same keys, different values never.
    """
    count = len(readings)
    numbers: dict[str, Any] = {}
    codes = np.full(count, None, object)
    for row, one in enumerate(readings):
        if isinstance(one.value, tuple):
            # An empty list says that nothing is wrong any more.
            codes[row] = array_text(one.value) or "{}"
        else:
            if one.column not in numbers:
                numbers[one.column] = np.full(count, np.nan)
            numbers[one.column][row] = one.value
    return Columns(
        READINGS,
        np.array([_microseconds(one.recorded_at) + OFFSETS[one.column] for one in readings], np.int64),
        Coded.of([str(known.mapped["vehicle", one.vehicle]) for one in readings]),
        numbers,
        texts={"dtc_codes": codes},
    )


def event_id(actor: Actor, provider: str, integration_id: UUID, external_id: str) -> UUID:
    """The same for the same event, however often and by whichever way it comes.

    A UUID of version 8 (RFC 9562: by a rule of one's own, here SHA-256 of the name): those of version 5 belong to the
    derivation, which removes what it would not derive again.
    """
    name = f"{EVENT_NAMESPACE}/{actor.tenant_id}/{provider}/{integration_id}/{external_id}"
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
    number = number & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=number | 8 << 76 | 0b10 << 62)


async def add_events(
    connection: Connection,
    actor: Actor,
    provider: str,
    integration_id: UUID,
    events: Sequence[DrivingEvent],
    known: Known,
) -> int:
    """Add driving events of mapped vehicles; how many are new or have become longer. Rows of others are not touched."""
    rows: dict[UUID, dict[str, Any]] = {}
    for one in events:
        key = event_id(actor, provider, integration_id, one.external_id)
        # An event that lasts comes again with its end moved; of one page the longest counts.
        if key in rows and (rows[key]["duration_seconds"] or 0) >= (one.duration_seconds or 0):
            continue
        rows[key] = {
            "id": key,
            "vehicle_id": known.mapped["vehicle", one.vehicle],
            "driver_id": known.mapped.get(("driver", one.driver)) if one.driver else None,
            "event_type": one.event_type,
            "severity": one.severity,
            "speed_at_event": one.speed,
            "speed_limit": None if not one.speed_limit else max(1, round(one.speed_limit)),
            "g_force": one.g_force,
            "duration_seconds": one.duration_seconds,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "address": one.address,
            "video_url": one.video_url,
            "recorded_at": one.recorded_at,
        }
    cursor = await connection.execute(
        ADD_EVENTS,
        {
            "tenant": actor.tenant_id,
            "source": provider,
            "harsh": list(HARSH),
            "events": msgspec.json.encode(list(rows.values())).decode(),
        },
    )
    return len(await cursor.fetchall())


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
