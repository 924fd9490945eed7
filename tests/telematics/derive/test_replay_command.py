"""`motorpool replay`, as an operator uses it."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from click.testing import CliRunner, Result

from motorpool.cli import main
from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

from .fleet import DEGREE_M, add_vehicle, derive_everything, drive, stand, store


@pytest.fixture
def fleet(database_urls, tenant, monkeypatch, tmp_path) -> str:
    """Two derived vehicles, and the environment of a command line. The tenant's slug."""

    async def fill() -> None:
        database = Database(database_urls.app, pool_size=2)
        await database.open()
        actor: Actor = tenant.actor
        for number in ("V1", "V2"):
            end = 37.0 + 5000 / DEGREE_M
            fixes = [*stand(0, 600), *drive(610, 5000, 500), *stand(1110, 900, latitude=end)]
            await store(database, actor, await add_vehicle(database, actor, number), fixes)
        await derive_everything(database, actor)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", database_urls.app)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path))
    return str(tenant.slug)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["replay", *arguments])


def test_check_and_repair(fleet, database_urls) -> None:
    clean = run("--tenant", fleet, "--check")
    assert clean.exit_code == 0, clean.output
    assert "2 vehicles compared: what is stored is what a new derivation gives." in clean.output

    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "UPDATE trips SET distance_km = 999 FROM vehicles v JOIN tenants o ON o.id = v.tenant_id "
            "WHERE v.id = trips.vehicle_id AND v.vehicle_number = 'V1' AND o.slug = %s",
            (fleet,),
        )
        connection.execute(
            "DELETE FROM stops USING vehicles v, tenants o WHERE o.id = v.tenant_id AND v.id = stops.vehicle_id "
            "AND v.vehicle_number = 'V2' AND o.slug = %s AND ended_at IS NULL",
            (fleet,),
        )
    broken = run("--tenant", fleet, "--check")
    assert broken.exit_code == 1
    assert "V1: the trip of 2026-05-04T08:10:10+00:00 differs" in broken.output
    assert "V2: the stop of 2026-05-04T08:18:30+00:00 is missing" in broken.output
    assert "2 differences" in broken.output
    again = run("--tenant", fleet, "--check")
    assert again.exit_code == 1, "a check changes nothing"

    one = run("--tenant", fleet, "--vehicle", "V2", "--check", "--to", "2026-05-04T08:15:00")
    assert one.exit_code == 0, "what begins later is not compared"

    repaired = run("--tenant", fleet)
    assert repaired.exit_code == 0, repaired.output
    assert "Derived 2 vehicles anew." in repaired.output
    assert run("--tenant", fleet, "--check").exit_code == 0


def test_other_settings_give_other_trips(fleet, monkeypatch) -> None:
    monkeypatch.setenv("MOTORPOOL_TRIP_MIN_DISTANCE_M", "9000")
    different = run("--tenant", fleet, "--vehicle", "V1", "--check")
    assert different.exit_code == 1
    assert "should not be there" in different.output
    assert run("--tenant", fleet, "--vehicle", "V1").exit_code == 0
    assert run("--tenant", fleet, "--vehicle", "V1", "--check").exit_code == 0


def test_wrong_usage(fleet) -> None:
    assert run("--tenant", fleet, "--to", "2026-05-04").exit_code == 2
    assert "2026-05-21T08:00:00Z" in run("--tenant", fleet, "--from", "yesterday").output
    unknown = run("--tenant", fleet, "--vehicle", "V9")
    assert unknown.exit_code == 1
    assert "There is no vehicle 'V9'" in unknown.output
