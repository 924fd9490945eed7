"""Grave trouble codes open an order once: from stored readings through the derivation and the job to the order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.telematics.engine.readings import BEGIN, Reading, derive, store

from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext, load_jobs
from motorpool.core.settings import load_settings
from motorpool.core.tenancy.actor import system_actor

from .conftest import Shop

ALERT = "maintenance.open_fault_orders"
#: An hour ago, in the seconds of `readings`.
HERE = (datetime.now(UTC) - BEGIN).total_seconds() // 60 * 60 - 4 * 3600


def drive(begin: float, minutes: int, codes: list[str]) -> list[Reading]:
    return [{"at": HERE + begin + 60 * n, "rpm": 1500, "dtc_codes": codes} for n in range(minutes)]


def announced(shop: Shop) -> list[list[str]]:
    """Faults of each queued announcement, taken off the queue."""
    rows = shop.owner.execute(
        "DELETE FROM procrastinate_jobs WHERE task_name = %s AND args ->> 'tenant_id' = %s RETURNING args",
        (ALERT, str(shop.tenant)),
    ).fetchall()
    return [args["fault_ids"] for (args,) in rows]


async def work(database: Database, shop: Shop, *, times: int = 1) -> None:
    """What the worker does with what is queued; jobs run at least once."""
    job = load_jobs()[ALERT]
    context = JobContext(database, load_settings(env_file=None), system_actor(shop.tenant, f"job {job.name}"))
    for faults in announced(shop):
        await asyncio.gather(*(job.run(context, fault_ids=faults) for _ in range(times)))


def orders(shop: Shop) -> list[Any]:
    return shop.owner.execute(
        "SELECT vehicle_id, trouble_code, priority, status, source FROM maintenance_records WHERE tenant_id = %s "
        "ORDER BY created_at, trouble_code",
        (shop.tenant,),
    ).fetchall()


async def test_a_thousand_messages_open_one_order_and_a_code_that_comes_back_another(
    database: Database, shop: Shop
) -> None:
    vehicle, actor = UUID(shop.vehicle()), shop.api.actor
    readings = [
        {"at": HERE + n, "rpm": 1500, "dtc_codes": ["P0301", "P0420"], "coolant_temp": 90}
        for n in range(1000)
    ]
    for begin in range(0, 1000, 100):
        await store(database, actor, vehicle, readings[begin : begin + 100])
        await derive(database, actor)
    told = announced(shop)
    assert [len(faults) for faults in told] == [1], "once, and not for the minor code"
    job, context = (
        load_jobs()[ALERT],
        JobContext(database, load_settings(env_file=None), system_actor(shop.tenant)),
    )
    await asyncio.gather(*(job.run(context, fault_ids=told[0]) for _ in range(10)))
    assert orders(shop) == [(vehicle, "P0301", "high", "open", "trouble_code")]
    row = shop.owner.execute(
        "SELECT summary, complaint, metadata ->> 'fault_id' FROM maintenance_records WHERE tenant_id = %s",
        (shop.tenant,),
    ).fetchone()
    assert row is not None
    assert row[0] == "P0301: Cylinder 1 Misfire Detected" and row[1].startswith(
        "The vehicle has reported P0301 since"
    )
    assert row[2] == told[0][0]

    # Gone, and back while the order is open: it is the same work.
    await store(database, actor, vehicle, [*drive(2000, 10, []), *drive(3000, 3, ["P0301"])])
    await derive(database, actor)
    await work(database, shop)
    assert len(orders(shop)) == 1
    # Gone, closed, and back: that is another.
    shop.owner.execute(
        "UPDATE maintenance_records SET status = 'completed' WHERE tenant_id = %s", (shop.tenant,)
    )
    await store(database, actor, vehicle, drive(4000, 10, []))
    await derive(database, actor)
    assert announced(shop) == []
    await store(database, actor, vehicle, drive(5000, 3, ["P0301"]))
    await derive(database, actor)
    await work(database, shop, times=3)
    assert [row[3] for row in orders(shop)] == ["completed", "open"]


async def test_a_replay_opens_nothing(database: Database, shop: Shop) -> None:
    vehicle, actor = UUID(shop.vehicle()), shop.api.actor
    await store(database, actor, vehicle, drive(0, 5, ["P0301"]))
    await derive(database, actor)
    await work(database, shop)
    shop.owner.execute(
        "UPDATE maintenance_records SET status = 'cancelled' WHERE tenant_id = %s", (shop.tenant,)
    )
    async with database.connection(actor, audited=False) as connection:
        await connection.execute(
            "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, '2000-01-01')",
            (actor.tenant_id, vehicle),
        )
    await derive(database, actor)
    assert announced(shop) == []
    # A late reading moves the begin of the fault: it is the same fault.
    await store(database, actor, vehicle, drive(-120, 1, ["P0301"]))
    await derive(database, actor)
    assert announced(shop) == []


async def test_each_vehicle_and_each_code_has_its_own(database: Database, shop: Shop) -> None:
    actor = shop.api.actor
    vehicles = [UUID(shop.vehicle(status=status)) for status in ("active", "active", "retired")]
    for vehicle in vehicles:
        await store(database, actor, vehicle, drive(0, 3, ["P0301", "P0217", "B9999"]))
    await derive(database, actor)
    await work(database, shop)
    assert sorted((row[0], row[1], row[2]) for row in orders(shop)) == sorted(
        (vehicle, code, priority)
        for vehicle in vehicles[:2]
        for code, priority in (("P0217", "critical"), ("P0301", "high"))
    )


async def test_a_fault_of_former_times_is_history(database: Database, shop: Shop) -> None:
    vehicle = UUID(shop.vehicle())
    old = [{"at": 60.0 * n, "rpm": 1500, "dtc_codes": ["P0301"]} for n in range(5)]
    await store(database, shop.api.actor, vehicle, old)
    await derive(database, shop.api.actor)
    await work(database, shop)
    assert orders(shop) == []
