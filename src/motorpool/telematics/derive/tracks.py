"""Positions and engine data of many vehicles in two queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from motorpool.core.database.database import Connection
from motorpool.telematics.derive.columns import read_columns
from motorpool.telematics.derive.work import Claim, moment
from motorpool.telematics.rules.track import Floats, Track

#: An engine reading speaks for the fixes of this many seconds after it, its speed for fewer.
ENGINE_S = 10.0
SPEED_S = 2.0
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

# Whatever is missing comes as NaN or -1.
POSITIONS = """
SELECT w.n, array_agg(l.recorded_at), array_agg(l.latitude::float8), array_agg(l.longitude::float8),
       array_agg(coalesce(l.speed::float8, 'NaN')), array_agg(coalesce(l.heading::float8, 'NaN')),
       array_agg(coalesce(l.ignition::int4, -1)), array_agg(coalesce(l.odometer_m, 'NaN'))
FROM unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(most)s::int8[]) WITH ORDINALITY
     AS w (vehicle_id, since, most, n)
CROSS JOIN LATERAL (
    SELECT * FROM vehicle_locations l
    WHERE l.tenant_id = %(tenant)s AND l.vehicle_id = w.vehicle_id AND l.recorded_at >= w.since
    ORDER BY l.recorded_at LIMIT w.most
) AS l
GROUP BY w.n
"""
READINGS = """
SELECT w.n, array_agg(o.recorded_at), array_agg(coalesce(o.rpm, -1)),
       array_agg(coalesce(o.speed::float8, 'NaN'))
FROM unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY
     AS w (vehicle_id, since, until, n)
CROSS JOIN LATERAL (
    SELECT * FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id
      AND o.recorded_at >= w.since AND o.recorded_at <= w.until
    ORDER BY o.recorded_at
) AS o
GROUP BY w.n
"""
EMPTY = Track.of([], [], [])


@dataclass(frozen=True)
class Loaded:
    """The fixes of a claimed vehicle from its restart on. `complete`: these are all that there are."""

    claim: Claim
    track: Track
    complete: bool


async def load_tracks(
    connection: Connection, tenant_id: UUID, claims: Sequence[Claim], most: dict[UUID, int]
) -> list[Loaded]:
    """The fixes that each claim starts again from, at most `most` rows a vehicle."""
    since = [moment(claim.resume.load_from) if claim.resume else BEGINNING for claim in claims]
    found = await read_columns(
        connection,
        POSITIONS,
        {
            "tenant": tenant_id,
            "vehicles": [claim.vehicle_id for claim in claims],
            "since": since,
            "most": [most[claim.vehicle_id] for claim in claims],
        },
        "tffffif",
    )
    rows = {at: columns for at, _, columns in found}
    spans = {at: (float(columns[0][0]), float(columns[0][-1])) for at, columns in rows.items()}
    found = await read_columns(
        connection,
        READINGS,
        {
            "tenant": tenant_id,
            "vehicles": [claims[at].vehicle_id for at in spans],
            "since": [moment(first - ENGINE_S) for first, _ in spans.values()],
            "until": [moment(last) for _, last in spans.values()],
        },
        "tif",
    )
    readings = {place: columns for place, _, columns in found}
    engines = {at: readings[place] for place, at in enumerate(spans) if place in readings}
    return [
        Loaded(
            claim,
            _track(rows[at], engines.get(at)) if at in rows else EMPTY,
            at not in rows or len(rows[at][0]) < most[claim.vehicle_id],
        )
        for at, claim in enumerate(claims)
    ]


def _track(positions: list[Floats], engine_data: list[Floats] | None) -> Track:
    t, lat, lng, speed, heading, ignition, odometer = positions
    engine = ignition.astype(np.int8)
    speed = speed / 3.6
    if engine_data is not None:
        engine, speed = _with_engine(t, engine, speed, engine_data)
    return Track.of(t, lat, lng, speed=speed, heading=heading, engine=engine, odometer=odometer)


def _with_engine(
    t: Floats, engine: NDArray[np.int8], speed: Floats, engine_data: list[Floats]
) -> tuple[NDArray[np.int8], Floats]:
    """What the fixes do not say themselves, from the last engine reading before or at each of them."""
    said_at, rpm, pace = engine_data
    pace = pace / 3.6
    last = np.searchsorted(said_at, t, side="right") - 1
    age = np.where(last >= 0, t - said_at[last], np.inf)
    runs = np.where(rpm[last] < 0, -1, rpm[last] > 0).astype(np.int8)
    engine = np.where((engine < 0) & (age <= ENGINE_S), runs, engine).astype(np.int8)
    return engine, np.where(np.isnan(speed) & (age <= SPEED_S), pace[last], speed)
