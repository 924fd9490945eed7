"""Vehicles with positions in a test's tenant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.demo.recording import load_recording
from motorpool.telematics.derive.round import Portions, Round, derive_round
from motorpool.telematics.rules.definition import DEFAULT, TripDefinition

BEGIN = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: One degree of latitude.
DEGREE_M = 111_195.08

Fix = tuple[Any, ...]
"""Seconds after BEGIN, latitude, longitude, and optionally speed (km/h), ignition, odometer (m)."""


async def add_vehicle(database: Database, actor: Actor, number: str) -> UUID:
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, %s) RETURNING id",
            (actor.tenant_id, number),
        )
        row = await cursor.fetchone()
    assert row is not None
    return UUID(str(row[0]))


async def store(
    database: Database, actor: Actor, vehicle: UUID, fixes: Iterable[Fix], source: str = "test"
) -> None:
    """Positions and the work that they cause, in one transaction, as ingest does it."""
    rows = [(*fix, *(None,) * (6 - len(fix))) for fix in fixes]
    if not rows:
        return
    times = [BEGIN + timedelta(seconds=float(row[0])) for row in rows]
    async with database.connection(actor, audited=False) as connection:
        for month in sorted({f"{time:%Y-%m}-01" for time in times}):
            await connection.execute(
                "SELECT ensure_partition('vehicle_locations', %s::timestamptz)", (month,)
            )
        async with connection.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO vehicle_locations (tenant_id, vehicle_id, recorded_at, latitude, longitude, speed, "
                "ignition, odometer_m, source) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    (actor.tenant_id, vehicle, time, *row[1:6], source)
                    for time, row in zip(times, rows, strict=True)
                ],
            )
        await connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, %s)",
            (actor.tenant_id, vehicle, min(times)),
        )


async def store_readings(
    database: Database, actor: Actor, vehicle: UUID, readings: Iterable[tuple[float, int, int]]
) -> None:
    """Engine readings (seconds after BEGIN, rpm, km/h) and the work that they cause."""
    rows = [(BEGIN + timedelta(seconds=s), rpm, speed) for s, rpm, speed in readings]
    async with database.connection(actor, audited=False) as connection:
        await connection.execute("SELECT ensure_partition('obd_telemetry', %s)", (rows[0][0],))
        async with connection.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO obd_telemetry (tenant_id, vehicle_id, recorded_at, rpm, speed) "
                "VALUES (%s, %s, %s, %s, %s)",
                [(actor.tenant_id, vehicle, *row) for row in rows],
            )
        await connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, %s)",
            (actor.tenant_id, vehicle, rows[0][0]),
        )


async def derive_everything(
    database: Database,
    actor: Actor,
    definition: TripDefinition = DEFAULT,
    *,
    portions: Portions | None = None,
    vehicles: int = 64,
) -> list[Round]:
    """Rounds until nothing is left."""
    rounds = []
    portions = portions or Portions()
    while True:
        done = await derive_round(database, actor.tenant_id, definition, portions=portions, vehicles=vehicles)
        rounds.append(done)
        if not done.more:
            return rounds


TRIP_COLUMNS = (
    "started_at, ended_at, start_location_lat, start_location_lng, end_location_lat, end_location_lng, "
    "start_odometer, end_odometer, end_odometer_m, distance_km, duration_minutes, idle_time_minutes, "
    "max_speed_kph, avg_speed_kph, route_polyline, metadata, trip_number"
)
STOP_COLUMNS = "started_at, ended_at, latitude, longitude, duration_minutes, idle_minutes"


async def trips_of(database: Database, actor: Actor, vehicle: UUID, columns: str = TRIP_COLUMNS) -> list[Any]:
    return await _rows(database, actor, "trips", vehicle, columns)


async def stops_of(database: Database, actor: Actor, vehicle: UUID, columns: str = STOP_COLUMNS) -> list[Any]:
    return await _rows(database, actor, "stops", vehicle, columns)


async def state_of(database: Database, actor: Actor, vehicle: UUID, columns: str) -> Any:
    rows = await database.read(
        actor,
        f"SELECT {columns} FROM vehicle_states WHERE tenant_id = %s AND vehicle_id = %s",
        (actor.tenant_id, vehicle),
    )
    return rows[0] if rows else None


async def _rows(database: Database, actor: Actor, table: str, vehicle: UUID, columns: str) -> list[Any]:
    return await database.read(
        actor,
        f"SELECT {columns} FROM {table} WHERE tenant_id = %s AND vehicle_id = %s ORDER BY started_at",
        (actor.tenant_id, vehicle),
    )


def drive(
    start: float, metres: float, seconds: float, *, step: float = 10.0, south: float = 37.0, **_: Any
) -> list[Fix]:
    """A straight drive north from latitude `south`, with a fix every `step` seconds, both ends included."""
    count = round(seconds / step)
    return [
        (start + i * step, south + metres * i / count / DEGREE_M, -122.0, None, None, None)
        for i in range(count + 1)
    ]


def stand(start: float, seconds: float, *, step: float = 30.0, latitude: float = 37.0) -> list[Fix]:
    """Standing in one place."""
    return [
        (start + i * step, latitude, -122.0, None, None, None) for i in range(1, round(seconds / step) + 1)
    ]


def cab_days(count: int) -> list[list[Fix]]:
    """The recorded days of some cabs, busiest first, as fixes after BEGIN."""
    cabs = load_recording().cabs
    sizes = np.bincount(cabs.vehicle)
    days = []
    for cab in np.argsort(-sizes, kind="stable")[:count]:
        own = cabs.vehicle == cab
        rows = zip(
            cabs.phase[own].tolist(),
            cabs.values["latitude"][own].tolist(),
            cabs.values["longitude"][own].tolist(),
            strict=True,
        )
        # One fix a second, as the table holds it.
        days.append(list({row[0]: row for row in rows}.values()))
    return days


def points(fixes: Sequence[Fix]) -> list[tuple[float, float, float]]:
    return [(float(fix[0]), float(fix[1]), float(fix[2])) for fix in fixes]
