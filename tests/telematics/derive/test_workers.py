"""Several workers, workers that are killed, vehicles that make them fail."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time

import pytest

from motorpool.core.database.database import Database
from motorpool.core.events.wake import Notifier, Waker
from motorpool.telematics.derive.loop import DerivationLoop
from motorpool.telematics.derive.replay import check, find_vehicles
from motorpool.telematics.derive.round import derive_round
from motorpool.telematics.rules.definition import DEFAULT

from .fleet import add_vehicle, cab_days, derive_everything, drive, stand, store, trips_of

WORKER = """
import asyncio, sys, uuid
from motorpool.core.database.database import Database
from motorpool.telematics.derive.round import derive_round
from motorpool.telematics.rules.definition import DEFAULT

async def main():
    database = Database(sys.argv[1], pool_size=2)
    await database.open()
    while True:
        await derive_round(database, uuid.UUID(sys.argv[2]), DEFAULT, vehicles=int(sys.argv[3]))
        print("round", flush=True)

asyncio.run(main())
"""


async def counts(database: Database, actor) -> tuple[int, ...]:
    rows = await database.read(
        actor,
        "SELECT (SELECT count(*) FROM trips), (SELECT count(*) FROM stops), "
        "(SELECT count(*) FROM derivation_work), (SELECT sum(distance_km) FROM trips)",
    )
    return tuple(rows[0])


async def fleet_with_days(database: Database, actor, count: int) -> None:
    for number, fixes in enumerate(cab_days(count)):
        await store(database, actor, await add_vehicle(database, actor, f"cab {number}"), fixes)


async def check_all(database: Database, actor) -> None:
    vehicles = await find_vehicles(database, actor, None)
    differences, busy = await check(database, actor, DEFAULT, vehicles, None, None, lambda _: None)
    assert ([str(one) for one in differences], busy) == ([], [])


async def test_two_workers_share_the_vehicles(database, tenant) -> None:
    await fleet_with_days(database, tenant.actor, 12)
    taken: list[int] = []

    async def work() -> None:
        while True:
            done = await derive_round(database, tenant.id, DEFAULT, vehicles=2)
            taken.append(done.vehicles)
            if not done.vehicles and (await counts(database, tenant.actor))[2] == 0:
                return
            await asyncio.sleep(0)

    await asyncio.gather(work(), work(), work())
    assert sum(taken) == 12, "each vehicle is derived once, by one of them"
    await check_all(database, tenant.actor)


async def test_a_worker_does_not_wait_for_vehicles_of_another(database, tenant) -> None:
    await fleet_with_days(database, tenant.actor, 3)
    (vehicle, _), *_ = await find_vehicles(database, tenant.actor, None)
    await derive_round(database, tenant.id, DEFAULT, vehicles=0)
    async with database.connection(tenant.actor) as holder:
        await holder.execute("SELECT FROM derivation_state WHERE vehicle_id = %s FOR UPDATE", (vehicle,))
        async with asyncio.timeout(10):
            done = await derive_round(database, tenant.id, DEFAULT)
        assert done.vehicles == 2
        assert await trips_of(database, tenant.actor, vehicle) == []
    assert (await derive_round(database, tenant.id, DEFAULT)).vehicles == 1
    await check_all(database, tenant.actor)


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1])
async def test_kill_9_loses_nothing(database, tenant, delay) -> None:
    """Killed at some moment of a round, and at another: the work stays or is done, never half."""
    await fleet_with_days(database, tenant.actor, 8)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, database.url, str(tenant.id), "2", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    await asyncio.sleep(delay)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    deadline = time.monotonic() + 20
    while (await counts(database, tenant.actor))[2] and time.monotonic() < deadline:
        # The server notices after a moment that the client is gone.
        await derive_everything(database, tenant.actor)
        await asyncio.sleep(0.05)
    trips, stops, work, _ = await counts(database, tenant.actor)
    assert (trips > 100, stops > 100, work) == (True, True, 0)
    rows = await database.read(
        tenant.actor,
        "SELECT count(*) FROM vehicles v WHERE NOT EXISTS (SELECT FROM trips t WHERE t.vehicle_id = v.id)",
    )
    assert rows[0][0] == 0
    await check_all(database, tenant.actor)


async def test_a_vehicle_that_fails_does_not_hold_up_the_others(database, tenant, caplog) -> None:
    actor = tenant.actor
    good, bad, other = [await add_vehicle(database, actor, number) for number in ("good", "bad", "other")]
    for vehicle in (good, bad, other):
        await store(database, actor, vehicle, [*stand(0, 600), *drive(610, 5000, 500)])
    await derive_everything(database, actor)
    async with database.connection(actor, audited=False) as connection:
        # A checkpoint at a fix that is not there.
        await connection.execute(
            "UPDATE derivation_state SET checkpoint = jsonb_set(checkpoint, '{0,t}', '1777881601.5') "
            "WHERE vehicle_id = %s",
            (bad,),
        )
    for vehicle in (good, bad, other):
        await store(database, actor, vehicle, drive(1120, 5000, 500, south=37.05))
    waker, notifier = Waker(database.url), Notifier(database)
    loop = DerivationLoop(database, DEFAULT, waker, notifier)
    stop = asyncio.Event()
    with caplog.at_level(logging.WARNING, "motorpool.telematics.derive"):
        task = asyncio.create_task(loop.run(stop))
        async with asyncio.timeout(20):
            while (await counts(database, actor))[2] > 1 or "the next attempt" not in caplog.text:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        stop.set()
        await task
    await notifier.stop()
    assert f"vehicle {bad} failed" in caplog.text
    rows = await database.read(
        actor, "SELECT vehicle_id FROM derivation_work WHERE tenant_id = %s", (tenant.id,)
    )
    assert rows == [(bad,)], "its work stays for a better day"
    for vehicle in (good, other):
        ((distance,),) = await trips_of(database, actor, vehicle, "distance_km")
        assert float(distance) > 9


async def test_the_loop_is_woken_by_a_notification(database, tenant) -> None:
    """From commit to trip, and it ends when it is told to."""
    actor = tenant.actor
    vehicle = await add_vehicle(database, actor, "V1")
    waker, notifier = Waker(database.url), Notifier(database, interval_s=0)
    waker.start()
    loop = DerivationLoop(database, DEFAULT, waker, notifier)
    stop = asyncio.Event()
    task = asyncio.create_task(loop.run(stop))
    await asyncio.sleep(0.3)
    await store(database, actor, vehicle, [*stand(0, 600), *drive(610, 5000, 500)])
    notifier.notify()
    async with asyncio.timeout(30):
        while not await trips_of(database, actor, vehicle):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    stop.set()
    async with asyncio.timeout(10):
        await task
    await notifier.stop()
    await waker.stop()
