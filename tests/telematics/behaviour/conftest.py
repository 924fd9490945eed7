"""Vehicles that report every second, and what came of it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import numpy as np
import pytest

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.derive.round import Portions, derive_round
from motorpool.telematics.rules.definition import DEFAULT
from motorpool.telematics.rules.track import METRES_PER_DEGREE

DATA = Path(__file__).resolve().parents[2] / "data"
BEGIN = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
COLUMNS = "vehicle_id, recorded_at, latitude, longitude, speed, heading, ignition, attributes"
Row = tuple[Any, ...]
"""recorded_at, latitude, longitude, speed (km/h), heading, ignition, attributes (JSON text)."""


class Drive:
    """Fixes of a vehicle that goes north from a place."""

    def __init__(self, begin: datetime = BEGIN, latitude: float = 37.0, longitude: float = -122.0) -> None:
        self.at, self.latitude, self.longitude = begin, latitude, longitude
        self.rows: list[Row] = []

    def stand(
        self, seconds: float, *, ignition: bool | None = None, step: float = 30, pto: bool = False
    ) -> Self:
        for _ in range(round(seconds / step)):
            self.at += timedelta(seconds=step)
            self.rows.append(
                (
                    self.at,
                    self.latitude,
                    self.longitude,
                    0.0,
                    None,
                    ignition,
                    '{"pto": true}' if pto else None,
                )
            )
        return self

    def speeds(self, kph: Iterable[float], *, step: float = 1, heading: float | None = 0.0) -> Self:
        for one in (float(each) for each in kph):
            self.at += timedelta(seconds=step)
            self.latitude += one / 3.6 * step / METRES_PER_DEGREE
            self.rows.append((self.at, self.latitude, self.longitude, one, heading, True, None))
        return self

    def cruise(self, kph: float, seconds: float, *, step: float = 1) -> Self:
        """Up to that speed gently, on, and down gently."""
        up = np.arange(4, kph, 4)
        return self.speeds([*up, *[kph] * round(seconds / step), *up[::-1]], step=step)


async def store(database: Database, actor: Actor, vehicle: UUID, rows: Iterable[Row]) -> None:
    """Positions and the work that they cause, in one transaction, as ingest does it."""
    rows = list(rows)
    async with database.connection(actor, audited=False) as connection:
        for month in sorted({f"{row[0]:%Y-%m}-01" for row in rows}):
            await connection.execute(
                "SELECT ensure_partition('vehicle_locations', %s::timestamptz)", (month,)
            )
        async with connection.cursor() as cursor:
            await cursor.executemany(
                f"INSERT INTO vehicle_locations (tenant_id, {COLUMNS}, source) VALUES "
                "(%s, %s, %s, %s, %s, %s, %s, %s, %s, 'test')",
                [(actor.tenant_id, vehicle, *row) for row in rows],
            )
        await add_work(connection, actor, vehicle, min(row[0] for row in rows))


async def add_work(connection: Any, actor: Actor, vehicle: UUID, since: datetime) -> None:
    await connection.execute(
        "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, %s)",
        (actor.tenant_id, vehicle, since),
    )


async def derive_everything(database: Database, actor: Actor, portions: Portions | None = None) -> None:
    portions = portions or Portions()
    while (await derive_round(database, actor.tenant_id, DEFAULT, portions=portions)).more:
        pass


async def add_vehicle(database: Database, actor: Actor, number: str = "V1", **columns: Any) -> UUID:
    names = ["tenant_id", "vehicle_number", *columns]
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            f"INSERT INTO vehicles ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) RETURNING id",
            (actor.tenant_id, number, *columns.values()),
        )
        row = await cursor.fetchone()
    assert row is not None
    return UUID(str(row[0]))


async def add_row(database: Database, actor: Actor, table: str, **columns: Any) -> UUID:
    names = ["tenant_id", *columns]
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) RETURNING id",
            (actor.tenant_id, *columns.values()),
        )
        row = await cursor.fetchone()
    assert row is not None
    return UUID(str(row[0]))


EVENT_COLUMNS = "event_type, severity, recorded_at, duration_seconds, speed_at_event, speed_limit, g_force, source, is_estimated"


async def events_of(database: Database, actor: Actor, columns: str = EVENT_COLUMNS) -> list[Any]:
    return await database.read(
        actor,
        f"SELECT {columns} FROM driver_behavior_events WHERE tenant_id = %s ORDER BY recorded_at, event_type, id",
        (actor.tenant_id,),
    )


def polidriving() -> dict[str, list[Row]]:
    """The recorded drives as positions, by session: one fix a second with the car's own speed."""
    drives: dict[str, list[Row]] = {}
    with gzip.open(DATA / "polidriving" / "two_drives.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(f"{row['date_local']}T{row['time']}-05:00").astimezone(UTC)
            speed = float(row["speed"]) if row["speed"] else None
            running = int(row["rpm"]) > 0 if row["rpm"] else None
            fix = (at, float(row["latitude"]), float(row["longitude"]), speed, None, running, None)
            drives.setdefault(row["session"], []).append(fix)
    return {name: list({row[0]: row for row in rows}.values()) for name, rows in drives.items()}


@pytest.fixture
async def actor(tenant):
    return tenant.actor
