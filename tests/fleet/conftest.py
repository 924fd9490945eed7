"""Vehicles and drivers of an organisation on the west coast, and the question about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.conftest import TestTenant
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.fleet.availability.asking import Reason, Use, read_reasons

#: Inspections have tests of their own.
OF_INSPECTIONS = ("annual_inspection", "report_not_reviewed", "defect")


@dataclass
class Desk:
    """Asks as a dispatcher of the tenant would."""

    database: Database
    tenant: TestTenant
    owner: psycopg.Connection[Any]
    vehicle: UUID
    driver: UUID

    def add(self, table: str, **values: Any) -> UUID:
        found: UUID = insert(self.owner, table, self.tenant.id, **values)
        return found

    def set(self, table: str, key: UUID, **values: Any) -> None:
        columns = ", ".join(f"{name} = %({name})s" for name in values)
        self.owner.execute(f"UPDATE {table} SET {columns} WHERE id = %(key)s", values | {"key": key})

    async def ask(
        self, start: datetime | None = None, end: datetime | None = None, **use: Any
    ) -> list[Reason]:
        """What speaks against the vehicle and the driver together."""
        asked = Use(
            **({"vehicles": [self.vehicle], "drivers": [self.driver]} | use), starts_at=start, ends_at=end
        )
        found = await read_reasons(self.database, self.tenant.actor, [asked])
        return [one for one in found if one.code not in OF_INSPECTIONS]

    async def codes(
        self, start: datetime | None = None, end: datetime | None = None, **use: Any
    ) -> dict[str, bool]:
        """Code of each reason -> whether it blocks."""
        return {one.code: one.blocks for one in await self.ask(start, end, **use)}


@pytest.fixture
def desk(database: Database, tenant: TestTenant, owner: psycopg.Connection[Any]) -> Desk:
    owner.execute("UPDATE tenants SET time_zone = 'America/Los_Angeles' WHERE id = %s", (tenant.id,))
    vehicle = insert(owner, "vehicles", tenant.id, vehicle_number="VAN-1")
    driver = insert(owner, "drivers", tenant.id, full_name="Dora Driver")
    return Desk(database, tenant, owner, vehicle, driver)
