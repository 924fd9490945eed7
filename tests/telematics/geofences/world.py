"""Fences and what was derived of them, in a test's tenant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

COLUMNS = "v.event_type, extract(epoch FROM v.recorded_at)::float8, v.dwell_duration_minutes"


async def add_fence(database: Database, actor: Actor, name: str, **values: Any) -> UUID:
    """A fence; a circle when it has a radius."""
    values = {"type": "circle" if "radius_meters" in values else "polygon", "name": name, **values}
    if "coordinates" in values:
        values["coordinates"] = msgspec.json.encode(values["coordinates"]).decode()
    names = ["tenant_id", *values]
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            f"INSERT INTO geofences ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) RETURNING id",
            (actor.tenant_id, *values.values()),
        )
        row = await cursor.fetchone()
    assert row is not None
    return UUID(str(row[0]))


async def change_fence(database: Database, actor: Actor, fence: UUID, **values: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in values)
    async with database.connection(actor) as connection:
        await connection.execute(
            f"UPDATE geofences SET {sets} WHERE tenant_id = %s AND id = %s",
            (*values.values(), actor.tenant_id, fence),
        )


async def events_of(
    database: Database, actor: Actor, vehicle: UUID, fence: UUID | None = None, columns: str = COLUMNS
) -> list[Any]:
    return await database.read(
        actor,
        f"SELECT {columns} FROM geofence_events v WHERE v.tenant_id = %(tenant)s AND v.vehicle_id = %(vehicle)s "
        "AND (%(fence)s::uuid IS NULL OR v.geofence_id = %(fence)s) ORDER BY v.recorded_at, v.event_type, v.id",
        {"tenant": actor.tenant_id, "vehicle": vehicle, "fence": fence},
    )


async def visits_of(
    database: Database, actor: Actor, vehicle: UUID, columns: str = "v.entered_at, v.left_at"
) -> list[Any]:
    return await database.read(
        actor,
        f"SELECT {columns} FROM geofence_visits v WHERE v.tenant_id = %s AND v.vehicle_id = %s ORDER BY v.entered_at, v.id",
        (actor.tenant_id, vehicle),
    )
