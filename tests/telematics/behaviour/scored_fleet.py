"""Drivers with weeks of trips and events, as derivation leaves them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

from .conftest import add_row, add_vehicle

DAY = timedelta(days=1)


async def scored_fleet(database: Database, actor: Actor, now: datetime | None = None) -> dict[str, UUID]:
    """Ids by name. Ada drives calmly, Ben brakes and speeds, Cleo drove 10 km only, Dov never drove."""
    now = now or datetime.now(UTC).replace(microsecond=0)
    mark = uuid.uuid4().hex[:6]
    van = await add_vehicle(database, actor, f"VAN-{mark}", vehicle_type="van")
    ids = {"van": van}
    for name in ("Ada Calm", "Ben Rash", "Cleo Little", "Dov Never"):
        ids[name.split()[0]] = await add_row(
            database, actor, "drivers", full_name=name, driver_number=f"{name[:3]}-{mark}"
        )
    for week in range(6):
        day = now - timedelta(days=1 + 7 * week)
        for name, km in (("Ada", 150), ("Ben", 120)):
            await trip(database, actor, van, ids[name], day + timedelta(minutes=len(name)), km)
        harsh = 1 if week == 0 else 3
        for n in range(harsh):
            await event(
                database, actor, van, ids["Ben"], day + timedelta(hours=1, minutes=n), g_force=-0.5 - n / 20
            )
        await event(
            database, actor, van, ids["Ben"], day + timedelta(hours=2), event_type="speeding", severity="severe",
            speed_at_event=93, speed_limit=64, duration_seconds=240, limit_source="street",
        )  # fmt: skip
    await event(
        database, actor, van, ids["Ada"], now - 2 * DAY, event_type="idle_excess", duration_seconds=1500, fuel_wasted_liters=0.6
    )  # fmt: skip
    await trip(database, actor, van, ids["Cleo"], now - 3 * DAY, 10)
    return ids


async def trip(
    database: Database, actor: Actor, vehicle: UUID, driver: UUID, at: datetime, km: float
) -> UUID:
    return await add_row(
        database, actor, "trips", vehicle_id=vehicle, driver_id=driver, trip_number=f"T-{uuid.uuid4().hex[:12]}", started_at=at,
        ended_at=at + timedelta(hours=2), distance_km=km, duration_minutes=120,
    )  # fmt: skip


async def event(
    database: Database, actor: Actor, vehicle: UUID, driver: UUID, at: datetime, **columns: Any
) -> UUID:
    plain: dict[str, Any] = {
        "event_type": "harsh_braking", "severity": "moderate", "speed_at_event": 48, "source": "derived",
        "is_estimated": columns.get("event_type", "harsh_braking").startswith("harsh"), "latitude": 37.77, "longitude": -122.42,
    }  # fmt: skip
    return await add_row(
        database,
        actor,
        "driver_behavior_events",
        vehicle_id=vehicle,
        driver_id=driver,
        recorded_at=at,
        **(plain | columns),
    )
