"""Positions and engine data of many vehicles in two queries, straight into NumPy.

PostgreSQL gathers each column of a vehicle in one array; in binary form its elements have one size each, so
that `numpy.frombuffer` reads them without Python looking at a row. (COPY in binary form took three times as
long: libpq hands out its rows one by one.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from motorpool.core.database.database import Connection
from motorpool.telematics.derive.work import Claim, moment
from motorpool.telematics.rules.track import Floats, Track

#: An engine reading speaks for the fixes of this many seconds after it, its speed for fewer.
ENGINE_S = 10.0
SPEED_S = 2.0
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
#: Binary timestamps count microseconds from here, in microseconds since 1970.
POSTGRES_EPOCH = 946_684_800_000_000
ARRAY_HEADER = 20

# Whatever is missing comes as NaN or -1: elements that are NULL would have no size.
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
TIME, REAL, WHOLE = (np.dtype([("size", ">i4"), ("value", kind)]) for kind in (">i8", ">f8", ">i4"))
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
    rows = await _columns(
        connection,
        POSITIONS,
        (TIME, REAL, REAL, REAL, REAL, WHOLE, REAL),
        {
            "tenant": tenant_id,
            "vehicles": [claim.vehicle_id for claim in claims],
            "since": since,
            "most": [most[claim.vehicle_id] for claim in claims],
        },
    )
    spans = {at: (_seconds(columns[0]).min(), _seconds(columns[0]).max()) for at, columns in rows.items()}
    readings = await _columns(
        connection,
        READINGS,
        (TIME, WHOLE, REAL),
        {
            "tenant": tenant_id,
            "vehicles": [claims[at].vehicle_id for at in spans],
            "since": [moment(first - ENGINE_S) for first, _ in spans.values()],
            "until": [moment(last) for _, last in spans.values()],
        },
    )
    engines = {at: readings[place] for place, at in enumerate(spans) if place in readings}
    return [
        Loaded(
            claim,
            _track(rows[at], engines.get(at)) if at in rows else EMPTY,
            at not in rows or len(rows[at][0]) < most[claim.vehicle_id],
        )
        for at, claim in enumerate(claims)
    ]


Columns = list[NDArray[Any]]


async def _columns(
    connection: Connection, query: LiteralString, kinds: tuple[np.dtype[Any], ...], parameters: dict[str, Any]
) -> dict[int, Columns]:
    """The columns of each vehicle that has rows, by its place in the parameters."""
    found: dict[int, Columns] = {}
    if not parameters["vehicles"]:
        return found
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(query, parameters)
        result = cursor.pgresult
        assert result is not None
        for row in range(result.ntuples):
            number = int.from_bytes(result.get_value(row, 0) or b"", "big")
            arrays = (result.get_value(row, column + 1) or b"" for column in range(len(kinds)))
            found[number - 1] = [
                np.frombuffer(array, kind, offset=ARRAY_HEADER)["value"]
                for array, kind in zip(arrays, kinds, strict=True)
            ]
    return found


def _seconds(times: NDArray[Any]) -> Floats:
    return np.asarray((times.astype(np.int64) + POSTGRES_EPOCH) / 1e6, dtype=np.float64)


def _track(positions: Columns, engine_data: Columns | None) -> Track:
    t = _seconds(positions[0])
    lat, lng, speed, heading, ignition, odometer = positions[1:]
    engine = ignition.astype(np.int8)
    speed = speed / 3.6
    if engine_data is not None:
        engine, speed = _with_engine(t, engine, speed, engine_data)
    return Track.of(t, lat, lng, speed=speed, heading=heading, engine=engine, odometer=odometer)


def _with_engine(
    t: Floats, engine: NDArray[np.int8], speed: Floats, engine_data: Columns
) -> tuple[NDArray[np.int8], Floats]:
    """What the fixes do not say themselves, from the last engine reading before or at each of them."""
    order = np.argsort(engine_data[0], kind="stable")
    said_at = _seconds(engine_data[0])[order]
    rpm, pace = engine_data[1][order], engine_data[2][order] / 3.6
    last = np.searchsorted(said_at, t, side="right") - 1
    age = np.where(last >= 0, t - said_at[last], np.inf)
    runs = np.where(rpm[last] < 0, -1, rpm[last] > 0).astype(np.int8)
    engine = np.where((engine < 0) & (age <= ENGINE_S), runs, engine).astype(np.int8)
    return engine, np.where(np.isnan(speed) & (age <= SPEED_S), pace[last], speed)
