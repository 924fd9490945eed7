"""Months that are closed get their index of places, others do not."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from motorpool.core.database.database import Database
from motorpool.core.database.partition_upkeep import build_place_indexes, partitions
from motorpool.core.jobs.registry import JobContext, load_jobs
from motorpool.core.tenancy.actor import system_actor


@pytest.fixture
def months(own_database_urls: Any) -> Any:
    """A closed month, one with late rows of today, one that is still written."""
    with psycopg.connect(own_database_urls.owner, autocommit=True) as owner:
        tenant = owner.execute("INSERT INTO tenants (slug, name) VALUES ('n', 'N') RETURNING id").fetchone()
        assert tenant is not None
        for moment, stored in (
            ("2024-02-29 23:59:59+00", "2024-03-01"),
            ("2024-03-01 00:00:00+00", "now"),
            ("now", "now"),
        ):
            owner.execute("SELECT ensure_partition('vehicle_locations', %s)", (moment,))
            owner.execute(
                "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at, created_at) "
                "VALUES (%s, uuidv7(), 50.1, 8.6, %s, %s)",
                (tenant[0], moment, stored),
            )
    return own_database_urls


def listed(url: str) -> dict[str, tuple[bool, bool | None]]:
    with psycopg.connect(url) as owner:
        return {month.name: (month.closed, month.place_index) for month in partitions(owner)}


async def test_the_job_indexes_closed_months(months: Any, settings: Any, tenant: Any) -> None:
    before = listed(months.owner)
    assert before["vehicle_locations_y2024m02"] == (True, False)
    assert before["vehicle_locations_y2024m03"] == (False, False)
    assert {state for name, state in before.items() if name.startswith("audit_trails")} == {(False, None)}
    assert "core.build_place_indexes" in load_jobs()
    database = Database(months.app, pool_size=1)
    await database.open()
    try:
        for _ in range(2):
            await build_place_indexes(JobContext(database, settings, system_actor(tenant.id)))
    finally:
        await database.close()
    after = listed(months.owner)
    assert after["vehicle_locations_y2024m02"] == (True, True)
    assert {name for name, (_, index) in after.items() if index} == {"vehicle_locations_y2024m02"}
    with psycopg.connect(months.owner) as owner:
        owner.execute("SET enable_seqscan = off")
        plan = owner.execute(
            "EXPLAIN SELECT id FROM vehicle_locations_y2024m02 WHERE earth_box(ll_to_earth(50.1, 8.6), 100) "
            "@> ll_to_earth(latitude, longitude)"
        ).fetchall()
    assert "ix_vehicle_locations_y2024m02_place" in str(plan)


def test_only_months_are_asked_and_only_the_owner_asks(months: Any) -> None:
    with (
        psycopg.connect(months.owner) as owner,
        pytest.raises(psycopg.errors.RaiseException, match="no partition"),
    ):
        owner.execute("SELECT partition_is_closed('users')")
    with psycopg.connect(months.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT partition_is_closed('vehicle_locations_y2024m02')")
