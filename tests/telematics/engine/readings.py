"""Engine readings of vehicles in a test's tenant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.derive.replay import check
from motorpool.telematics.derive.round import Portions, derive_round
from motorpool.telematics.rules.definition import DEFAULT

BEGIN = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
Reading = dict[str, Any]
"""`at` (seconds after BEGIN) and columns of obd_telemetry."""
Fix = tuple[float, float]
"""Seconds after BEGIN, latitude."""


async def add_vehicle(database: Database, actor: Actor, number: str, **columns: Any) -> UUID:
    names = ", ".join(["tenant_id", "vehicle_number", *columns])
    marks = ", ".join(["%s"] * (2 + len(columns)))
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            f"INSERT INTO vehicles ({names}) VALUES ({marks}) RETURNING id",
            (actor.tenant_id, number, *columns.values()),
        )
        row = await cursor.fetchone()
    assert row is not None
    return UUID(str(row[0]))


async def store(
    database: Database, actor: Actor, vehicle: UUID, readings: Iterable[Reading], fixes: Sequence[Fix] = ()
) -> None:
    """Readings and fixes, and the work that they cause, in one transaction, as ingest does it."""
    rows = list(readings)
    times = [BEGIN + timedelta(seconds=float(row["at"])) for row in rows]
    places = [BEGIN + timedelta(seconds=float(at)) for at, _ in fixes]
    async with database.connection(actor, audited=False) as connection:
        for table, stamps in (("obd_telemetry", times), ("vehicle_locations", places)):
            for month in sorted({f"{time:%Y-%m}-01" for time in stamps}):
                await connection.execute("SELECT ensure_partition(%s, %s::timestamptz)", (table, month))
        async with connection.cursor() as cursor:
            for names in {tuple(sorted(row.keys() - {"at"})) for row in rows}:
                columns = ", ".join(["tenant_id", "vehicle_id", "recorded_at", *names])
                marks = ", ".join(["%s"] * (3 + len(names)))
                await cursor.executemany(
                    f"INSERT INTO obd_telemetry ({columns}) VALUES ({marks})",
                    [
                        (actor.tenant_id, vehicle, time, *(row[name] for name in names))
                        for row, time in zip(rows, times, strict=True)
                        if tuple(sorted(row.keys() - {"at"})) == names
                    ],
                )
            await cursor.executemany(
                "INSERT INTO vehicle_locations (tenant_id, vehicle_id, recorded_at, latitude, longitude, source) "
                "VALUES (%s, %s, %s, %s, -122, 'test')",
                [(actor.tenant_id, vehicle, time, fix[1]) for fix, time in zip(fixes, places, strict=True)],
            )
        await connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, %s)",
            (actor.tenant_id, vehicle, min([*times, *places])),
        )


async def derive(database: Database, actor: Actor, positions: int = 200_000) -> int:
    """Rounds until nothing is left; how many rows were written."""
    portions, written = Portions(positions), 0
    while True:
        done = await derive_round(database, actor.tenant_id, DEFAULT, portions=portions)
        written += done.written.rows
        if not done.more:
            return written


async def rows_of(
    database: Database, actor: Actor, table: str, vehicle: UUID, columns: str, order: str
) -> list[Any]:
    return await database.read(
        actor,
        f"SELECT {columns} FROM {table} WHERE tenant_id = %s AND vehicle_id = %s ORDER BY {order}",
        (actor.tenant_id, vehicle),
    )


async def is_clean(database: Database, actor: Actor, vehicle: UUID, number: str) -> bool:
    """Whether deriving everything again changes nothing."""
    differences, busy = await check(database, actor, DEFAULT, [(vehicle, number)], None, None, lambda _: None)
    assert not busy
    assert [str(one) for one in differences] == []
    return True


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)
