"""The pipeline under load and under trouble: nothing acknowledged is lost, nothing is counted wrong."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest

from motorpool.core.database import migrate
from motorpool.core.database.database import Database
from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.errors import Invalid, Unavailable
from motorpool.core.settings import Settings
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Batch, Coded, Receipt

START = 1_779_348_600_000_000


def batch(tenant_id: UUID, vehicle: Any, first: int, count: int, step: int = 1, **texts: str) -> Batch:
    """`count` fixes of a vehicle, one each `step` seconds from `first` seconds on."""
    seconds = first + step * np.arange(count)
    return Batch(
        POSITIONS,
        tenant_id,
        START + seconds * 1_000_000,
        Coded.constant(str(vehicle), count),
        {"latitude": np.full(count, 37.78), "longitude": np.full(count, -122.41), "speed": seconds % 100.0},
        texts={name: np.array([text] * count, object) for name, text in texts.items()},
        source=Coded.constant("test", count),
    )


@asynccontextmanager
async def running(database: Database, settings: Settings, **options: Any) -> AsyncIterator[IngestPipeline]:
    pipeline = IngestPipeline(database, settings, **options)
    await pipeline.start()
    try:
        yield pipeline
    finally:
        await pipeline.stop()


def stored(sql: Any, tenant: Any) -> int:
    count: int = sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id)[0][0]
    return count


async def test_overlapping_senders_are_counted_exactly(
    pipeline: Any, tenant: Any, vehicles: Any, sql: Any
) -> None:
    """Forty senders at once, every row sent by two of them, in opposite orders."""
    batches = [batch(tenant.id, vehicles["bus"], 50 * n, 100) for n in range(20)]
    backwards = [
        Batch(
            POSITIONS, b.tenant_id, b.recorded_at[::-1].copy(), b.vehicle_id, dict(b.numbers), source=b.source
        ) for b in batches
    ]  # fmt: skip
    receipts = await asyncio.gather(*map(pipeline.submit, batches), *map(pipeline.submit, backwards))
    total = sum(receipts, Receipt())
    assert total == Receipt(1050, 4000 - 1050)
    assert stored(sql, tenant) == 1050


async def test_tenants_in_one_group_stay_apart(
    pipeline: Any, tenant: Any, other_tenant: Any, vehicles: Any, sql: Any
) -> None:
    theirs = sql(
        "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'x') RETURNING id", other_tenant.id
    )[0][0]
    mine, other = batch(tenant.id, vehicles["bus"], 0, 10), batch(other_tenant.id, theirs, 0, 20)
    for _ in range(2):
        await asyncio.gather(*(pipeline.submit(b) for b in (mine, other, mine, other)))
    assert (stored(sql, tenant), stored(sql, other_tenant)) == (10, 20)
    assert sql("SELECT vehicle_id FROM vehicle_states WHERE tenant_id = %s", other_tenant.id) == [(theirs,)]
    assert len(sql("SELECT 1 FROM derivation_work WHERE tenant_id = %s", tenant.id)) == 1


async def test_a_refused_batch_fails_alone(pipeline: Any, tenant: Any, vehicles: Any, sql: Any) -> None:
    good = [batch(tenant.id, vehicles["bus"], 100 * n, 10) for n in range(9)]
    bad = batch(tenant.id, vehicles["van"], 0, 10, attributes="{not json")
    answers = await asyncio.gather(*map(pipeline.submit, [*good[:4], bad, *good[4:]]), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Invalid)]
    assert len(refused) == 1
    assert "json" in refused[0].detail
    assert answers.count(Receipt(10, 0)) == 9
    assert stored(sql, tenant) == 90
    assert await pipeline.submit(batch(tenant.id, vehicles["van"], 0, 10)) == Receipt(10, 0)


async def test_a_vehicle_that_has_gone_harms_nobody_else(
    pipeline: Any, tenant: Any, vehicles: Any, sql: Any
) -> None:
    gone = batch(tenant.id, UUID(int=7), 0, 3)
    good = batch(tenant.id, vehicles["bus"], 0, 3)
    answers = await asyncio.gather(pipeline.submit(good), pipeline.submit(gone), return_exceptions=True)
    assert answers[0] == Receipt(3, 0)
    assert isinstance(answers[1], Invalid)
    assert stored(sql, tenant) == 3


async def test_a_small_queue_slows_senders_and_loses_nothing(
    database: Database, settings: Settings, tenant: Any, vehicles: Any, sql: Any
) -> None:
    small = settings.replace(ingest={"queue_rows": 300, "commit_rows": 100})
    most_rows = most_waiting = 0
    async with running(database, small, patience_s=60) as pipeline:

        async def sender(number: int) -> Receipt:
            nonlocal most_rows, most_waiting
            total = Receipt()
            for turn in range(10):
                total += await pipeline.submit(
                    batch(tenant.id, vehicles["bus"], number * 1000 + turn * 100, 100)
                )
                most_rows = max(most_rows, pipeline.intake.rows)
                most_waiting = max(most_waiting, pipeline.intake.waiting_senders)
            return total

        total = sum(await asyncio.gather(*map(sender, range(20))), Receipt())
        assert (pipeline.intake.rows, pipeline.intake.size) == (0, 0)
    assert total == Receipt(20_000, 0)
    assert stored(sql, tenant) == 20_000
    assert most_rows <= 300
    assert most_waiting >= 10


async def test_the_queue_is_bounded_in_bytes_too(
    database: Database, settings: Settings, tenant: Any, vehicles: Any, sql: Any
) -> None:
    async with running(database, settings, queue_bytes=50_000) as pipeline:
        sizes = []

        async def sender(number: int) -> None:
            heavy = batch(
                tenant.id, vehicles["bus"], number * 10, 2, attributes='{"a": "' + "x" * 15_000 + '"}'
            )
            await pipeline.submit(heavy)
            sizes.append(pipeline.intake.size)

        await asyncio.gather(*map(sender, range(30)))
        assert max(sizes) <= 50_000
        # A batch larger than the whole queue is let in alone.
        assert await pipeline.submit(
            batch(tenant.id, vehicles["bus"], 9000, 10, attributes='{"a": "' + "x" * 15_000 + '"}')
        )
    assert stored(sql, tenant) == 70


async def test_a_full_queue_answers_503_and_keeps_what_it_took(
    database_urls: Any, database: Database, settings: Settings, tenant: Any, vehicles: Any, sql: Any
) -> None:
    small = settings.replace(ingest={"queue_rows": 100})
    async with running(database, small, patience_s=0.3) as pipeline:
        with psycopg.connect(database_urls.owner) as blocker:
            blocker.execute("LOCK TABLE vehicle_states IN ACCESS EXCLUSIVE MODE")
            taken = [
                asyncio.create_task(pipeline.submit(batch(tenant.id, vehicles["bus"], n * 50, 50)))
                for n in range(2)
            ]
            await asyncio.sleep(0.05)
            with pytest.raises(Unavailable) as refused:
                await pipeline.submit(batch(tenant.id, vehicles["bus"], 500, 50))
            assert refused.value.headers == {"Retry-After": "5"}
            with pytest.raises(Unavailable):
                await pipeline.intake.wait_for_room()
            assert not any(task.done() for task in taken)
        assert sum(await asyncio.gather(*taken), Receipt()) == Receipt(100, 0)
        # A sender that gave up has left no trace in the queue.
        assert await pipeline.submit(batch(tenant.id, vehicles["bus"], 500, 50)) == Receipt(50, 0)
        await pipeline.intake.wait_for_room()
        assert (pipeline.intake.rows, pipeline.intake.size) == (0, 0)


async def test_senders_that_hang_up_leave_the_queue_in_order(
    database: Database, settings: Settings, tenant: Any, vehicles: Any, sql: Any
) -> None:
    small = settings.replace(ingest={"queue_rows": 100})
    async with running(database, small) as pipeline:
        tasks = [
            asyncio.create_task(pipeline.submit(batch(tenant.id, vehicles["bus"], n * 60, 60)))
            for n in range(20)
        ]
        await asyncio.sleep(0)
        for task in tasks[1::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert results[0::2] == [Receipt(60, 0)] * 10
        await pipeline.intake.wait_for_room()
        assert await pipeline.submit(batch(tenant.id, vehicles["van"], 0, 100)) == Receipt(100, 0)
        assert (pipeline.intake.rows, pipeline.intake.size) == (0, 0)


async def test_stopping_writes_what_is_queued(
    database: Database, settings: Settings, tenant: Any, vehicles: Any, sql: Any
) -> None:
    async with running(database, settings) as pipeline:
        tasks = [
            asyncio.create_task(pipeline.submit(batch(tenant.id, vehicles["bus"], n * 10, 10)))
            for n in range(50)
        ]
        await asyncio.sleep(0)
        await pipeline.stop()
        assert sum(await asyncio.gather(*tasks), Receipt()) == Receipt(500, 0)
        with pytest.raises(Unavailable):
            await pipeline.submit(batch(tenant.id, vehicles["bus"], 0, 1))
    assert stored(sql, tenant) == 500


async def test_killed_backends_lose_and_double_nothing(
    database_urls: Any, database: Database, settings: Settings, tenant: Any, vehicles: Any, sql: Any
) -> None:
    stop = asyncio.Event()

    async def killer() -> int:
        killed = 0
        async with await psycopg.AsyncConnection.connect(
            database_urls.superuser, autocommit=True
        ) as connection:
            while not stop.is_set():
                cursor = await connection.execute(
                    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE application_name = 'motorpool-ingest' AND datname = current_database()"
                )
                row = await cursor.fetchone()
                killed += row[0] if row else 0
                await asyncio.sleep(0.25)
        return killed

    async with running(database, settings) as pipeline:
        killing = asyncio.create_task(killer())

        async def sender(number: int) -> Receipt:
            total = Receipt()
            for turn in range(15):
                total += await pipeline.submit(
                    batch(tenant.id, vehicles["bus"], number * 10_000 + turn * 100, 100)
                )
                await asyncio.sleep(0.02)
            return total

        total = sum(await asyncio.gather(*map(sender, range(8))), Receipt())
        stop.set()
        assert await killing > 0
    # A commit whose answer was lost is recognised, so even then nothing counts as its own duplicate.
    assert total == Receipt(12_000, 0)
    assert stored(sql, tenant) == 12_000


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """A cluster of this test alone, because it is restarted."""
    folder = Path(tempfile.mkdtemp(prefix="mp-", dir="/tmp"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder / "data", fast=True)
    server.ensure_running()
    migrate.upgrade(server.owner_url())
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def test_a_restart_of_the_database_in_mid_load(own_server: EmbeddedServer, settings: Settings) -> None:
    with psycopg.connect(own_server.owner_url()) as connection:
        tenant_id = connection.execute(
            "INSERT INTO tenants (slug, name) VALUES ('t', 'T') RETURNING id"
        ).fetchone()[0]  # type: ignore[index]
        vehicle = connection.execute(
            "INSERT INTO vehicles (tenant_id, vehicle_number) VALUES (%s, 'v') RETURNING id", (tenant_id,)
        ).fetchone()[0]  # type: ignore[index]
    database = Database(own_server.app_url(), pool_size=2)
    await database.open()
    acknowledged: list[int] = []
    async with running(database, settings) as pipeline:

        async def sender(number: int) -> Receipt:
            total = Receipt()
            for turn in range(40):
                first = number * 100_000 + turn * 50
                total += await pipeline.submit(batch(tenant_id, vehicle, first, 50))
                acknowledged.extend(range(first, first + 50))
                await asyncio.sleep(0.03)
            return total

        senders = [asyncio.create_task(sender(number)) for number in range(6)]
        await asyncio.sleep(0.3)
        await asyncio.to_thread(own_server.stop)
        during = len(acknowledged)
        await asyncio.sleep(0.5)
        assert len(acknowledged) == during
        await asyncio.to_thread(own_server.ensure_running)
        total = sum(await asyncio.gather(*senders), Receipt())
    assert 0 < during < 12_000
    assert total == Receipt(12_000, 0)
    with psycopg.connect(own_server.owner_url()) as connection:
        rows = connection.execute(
            "SELECT extract(epoch FROM recorded_at)::bigint - %s FROM vehicle_locations",
            (START // 1_000_000,),
        ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(acknowledged)
    await database.close()


async def test_listeners_are_woken_after_the_commit(
    database_urls: Any, pipeline: Any, tenant: Any, vehicles: Any
) -> None:
    async with await psycopg.AsyncConnection.connect(database_urls.app, autocommit=True) as connection:
        await connection.execute("LISTEN motorpool_events")
        for n in range(20):
            await pipeline.submit(batch(tenant.id, vehicles["bus"], n, 1))
        heard = [notice.channel async for notice in connection.notifies(timeout=1.0)]
    assert 1 <= len(heard) < 20


async def test_readings_and_positions_share_the_pipeline(
    pipeline: Any, tenant: Any, vehicles: Any, sql: Any
) -> None:
    readings = Batch(
        READINGS, tenant.id, START + 1_000_000 * np.arange(5), Coded.constant(str(vehicles["bus"]), 5),
        {"rpm": np.array([800.0, np.nan, 900.0, 1000.0, 1100.0])},
    )  # fmt: skip
    receipts = await asyncio.gather(
        pipeline.submit(readings),
        pipeline.submit(batch(tenant.id, vehicles["bus"], 0, 5)),
        pipeline.submit(readings),
    )
    assert sum(receipts, Receipt()) == Receipt(10, 5)
    rows = sql("SELECT rpm FROM obd_telemetry WHERE tenant_id = %s ORDER BY recorded_at", tenant.id)
    assert rows == [(800,), (None,), (900,), (1000,), (1100,)]


async def test_an_older_month_dropped_meanwhile_is_made_again(
    pipeline: Any, tenant: Any, vehicles: Any, sql: Any
) -> None:
    old = batch(tenant.id, vehicles["bus"], -15 * 366 * 86_400, 5)
    assert await pipeline.submit(old) == Receipt(5, 0)
    leaf = sql(
        "SELECT DISTINCT tableoid::regclass::text FROM vehicle_locations WHERE tenant_id = %s", tenant.id
    )[0][0]
    sql(f"DROP TABLE {leaf}")
    assert await pipeline.submit(old) == Receipt(5, 0)
