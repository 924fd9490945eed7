"""The queue: in the caller's transaction, with an actor, again after a failure, after a crash, and periodic."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from motorpool.core.database.database import Database
from motorpool.core.jobs import registry
from motorpool.core.jobs.defer import defer
from motorpool.core.jobs.housekeeping import LOGS, ensure_partitions, prune_expired
from motorpool.core.jobs.registry import JobContext, find_job, job, load_jobs
from motorpool.core.jobs.worker import run_jobs
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor

Ran = list[tuple[str, Actor, dict[str, Any]]]


@pytest.fixture
def ran() -> Iterator[Ran]:
    """Jobs that only write down that they ran; the test's own, gone afterwards."""
    seen: Ran = []
    before = dict(load_jobs())

    @job("test.note")
    async def note(context: JobContext, **arguments: Any) -> None:
        seen.append(("note", context.actor, arguments))

    @job("test.fail_once")
    async def fail_once(context: JobContext, **arguments: Any) -> None:
        seen.append(("fail_once", context.actor, arguments))
        if len(seen) == 1:
            raise OSError("the first time it does not work")

    @job("test.add_vehicle")
    async def add_vehicle(context: JobContext, number: str) -> None:
        async with context.database.connection(context.actor) as connection:
            await connection.execute("INSERT INTO vehicles (vehicle_number) VALUES (%s)", (number,))
        seen.append(("add_vehicle", context.actor, {}))

    @job("test.slow")
    async def slow(context: JobContext) -> None:
        seen.append(("slow", context.actor, {}))
        await asyncio.sleep(30)

    yield seen
    registry._JOBS.clear()
    registry._JOBS.update(before)


@contextlib.asynccontextmanager
async def worker(database: Database, settings) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(run_jobs(database, settings, stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await task


async def until(holds: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def queued(database: Database, name: str) -> list[Any]:
    async with database.unbound() as connection:
        cursor = await connection.execute(
            "SELECT status::text, attempts, args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id",
            (name,),
        )
        return await cursor.fetchall()


async def test_a_job_exists_when_the_transaction_commits(database, tenant, settings, ran) -> None:
    async with database.transaction(tenant.actor) as session:
        assert await defer(session, "test.note", tenant.id, vehicle_id=UUID(int=7), count=3)
        assert await queued(database, "test.note") == []
    ((status, _, arguments),) = await queued(database, "test.note")
    assert status == "todo"
    assert arguments == {
        "tenant_id": str(tenant.id),
        "user_id": None,
        "vehicle_id": str(UUID(int=7)),
        "count": 3,
    }
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(tenant.actor) as session:
            await defer(session, "test.note", tenant.id)
            1 / 0  # noqa: B018
    assert len(await queued(database, "test.note")) == 1

    async with worker(database, settings):
        await until(lambda: len(ran) == 1)
    _, actor, given = ran[0]
    assert (actor.tenant_id, actor.user_id, actor.reason) == (tenant.id, None, "job test.note")
    assert given == {"vehicle_id": str(UUID(int=7)), "count": 3}
    assert await queued(database, "test.note") == [], "what succeeded is removed"


async def test_a_job_acts_for_whoever_asked_for_it(database, tenant, settings, ran) -> None:
    async with database.connection(tenant.actor) as connection:
        row = await (
            await connection.execute(
                "INSERT INTO users (email, display_name) VALUES ('jo@example.org', 'Jo') RETURNING id"
            )
        ).fetchone()
    actor = Actor(tenant_id=tenant.id, user_id=row[0])
    async with database.transaction(actor) as session:
        await defer(session, "test.add_vehicle", tenant.id, number="V1")
    async with worker(database, settings):
        await until(lambda: len(ran) == 1)
    (trail,) = await database.read(
        system_actor(tenant.id),
        "SELECT user_id, reason FROM audit_trails WHERE tenant_id = %s AND table_name = 'vehicles'",
        (tenant.id,),
    )
    assert trail == (row[0], "job test.add_vehicle")


async def test_a_job_that_fails_is_tried_again(database, tenant, settings, ran) -> None:
    async with database.transaction(tenant.actor) as session:
        await defer(session, "test.fail_once", tenant.id, number=1)
    async with worker(database, settings):
        await until(lambda: len(ran) == 2, 30)
    assert ran[0][2] == ran[1][2] == {"number": 1}


async def test_only_once_while_one_waits(database, tenant, other_tenant, ran) -> None:
    async with database.transaction(tenant.actor) as session:
        assert await defer(session, "test.note", tenant.id, only_once="report")
        assert not await defer(session, "test.note", tenant.id, only_once="report")
        assert await defer(session, "test.note", tenant.id, only_once="other report")
        # The transaction goes on after a refusal.
        await session.connection()
    async with database.transaction(other_tenant.actor) as session:
        assert await defer(session, "test.note", other_tenant.id, only_once="report")


async def test_a_job_that_was_running_when_its_worker_stopped_starts_over(
    database, tenant, settings, ran
) -> None:
    async with database.transaction(tenant.actor) as session:
        await defer(session, "test.slow", tenant.id)
    async with worker(database, settings):
        await until(lambda: slow_ones(ran) == 1)
    rows = await queued(database, "test.slow")
    assert [row[0] for row in rows] != ["succeeded"]
    async with database.unbound() as connection:
        # What a worker leaves behind that was killed.
        await connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE task_name = 'test.slow'"
        )
    async with worker(database, settings):
        await until(lambda: slow_ones(ran) == 2, 30)


def slow_ones(ran: Ran) -> int:
    """Runs of the slow job; other tests may have left jobs in the queue."""
    return sum(name == "slow" for name, *_ in ran)


async def test_an_unknown_job_is_refused(database, tenant) -> None:
    async with database.transaction(tenant.actor) as session:
        with pytest.raises(LookupError, match=r"no job 'test.nothing'; there are .*core\.ensure_partitions"):
            await defer(session, "test.nothing", tenant.id)


def test_two_functions_cannot_share_a_name() -> None:
    assert find_job("core.prune_expired").cron == "*/10 * * * *"

    async def other(context: JobContext) -> None: ...

    with pytest.raises(ValueError, match=r"two jobs are called core\.prune_expired"):
        job("core.prune_expired")(other)


async def test_housekeeping(database, tenant, settings, database_urls) -> None:
    context = JobContext(database, settings, system_actor(SYSTEM_TENANT_ID))
    await ensure_partitions(context)
    with psycopg.connect(database_urls.owner) as connection:
        for table in LOGS:
            row = connection.execute(
                "SELECT to_regclass(%s || '_' || to_char(now() + interval '3 months', '\"y\"YYYY\"m\"MM'))",
                (table,),
            ).fetchone()
            assert row is not None
            assert row[0] is not None
        key = str(uuid4())
        connection.execute(
            "INSERT INTO event_log (tenant_id, topic, occurred_at) VALUES (%s, %s, now() - interval '2 hours')",
            (tenant.id, key),
        )
        connection.commit()
        await prune_expired(context)
        assert connection.execute("SELECT 1 FROM event_log WHERE topic = %s", (key,)).fetchone() is None


async def test_the_application_may_use_the_queue_and_not_change_it(database) -> None:
    async with database.unbound() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("DROP TABLE procrastinate_jobs")
