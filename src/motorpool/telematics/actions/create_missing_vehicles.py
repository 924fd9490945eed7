"""Vehicles that a file names and the tenant does not have yet."""

from __future__ import annotations

from collections.abc import Sequence

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor


async def create_missing_vehicles(database: Database, actor: Actor, numbers: Sequence[str]) -> int:
    """Create a vehicle for each number that is not taken, in one statement and one transaction; returns how
    many.
    """
    async with database.connection(actor.because("import")) as connection:
        cursor = await connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) "
            "SELECT %(tenant)s, number FROM unnest(%(numbers)s::text[]) AS number "
            "ON CONFLICT (tenant_id, vehicle_number) DO NOTHING",
            {"tenant": actor.tenant_id, "numbers": sorted(set(numbers))},
        )
        return cursor.rowcount
