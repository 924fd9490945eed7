"""An organisation with a depot, vehicles and drivers."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from tests.site import Site, make_organisation
from tests.sql import Sql

from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor


@dataclass(frozen=True)
class Fleet:
    tenant: uuid.UUID
    actor: Actor
    token: str
    facility: uuid.UUID
    van: uuid.UUID
    truck: uuid.UUID
    broken: uuid.UUID
    driver: uuid.UUID


@pytest.fixture
def fleet(site_settings: Settings, sql: Sql) -> Fleet:
    depot = asyncio.run(make_organisation(site_settings))
    tenant = depot.id
    facility = sql(
        "INSERT INTO facilities (tenant_id, name, code, latitude, longitude) VALUES (%s, 'North depot', 'N', 37.78, -122.41) "
        "RETURNING id", tenant,
    )[0][0]  # fmt: skip
    columns = "tenant_id, facility_id, vehicle_number, vehicle_type, payload_kg, gvwr_kg, height_m, status"
    vehicles = dict(
        sql(
            f"INSERT INTO vehicles ({columns}) SELECT %s, %s, v.* FROM (VALUES ('van', 'van', 800, 3000, NULL, 'active'), "
            "('truck', 'truck', 3000, 7500, 3.4, 'active'), ('broken', 'van', 800, 3000, NULL, 'in_shop')) v "
            "RETURNING vehicle_number, id",
            tenant,
            facility,
        )
    )
    driver = sql(
        "INSERT INTO drivers (tenant_id, full_name, driver_number) VALUES (%s, 'Dora Driver', 'D1') RETURNING id",
        tenant,
    )[0][0]
    return Fleet(
        tenant,
        depot.actor,
        depot.token,
        facility,
        vehicles["van"],
        vehicles["truck"],
        vehicles["broken"],
        driver,
    )


@pytest.fixture
async def client(site: Site, fleet: Fleet) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {fleet.token}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=30) as client:
        yield client
