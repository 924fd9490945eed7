"""Jobs of the system domain: imports, exports, and what they leave behind."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError

from motorpool.core.errors import MotorpoolError
from motorpool.core.files.store import FileStore
from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.resource.registry import load_registry
from motorpool.core.tabular import Limits
from motorpool.system.actions.export_list import expire_transfers, fail_export, write_export
from motorpool.system.actions.process_import import fail as fail_import, process_import

log = logging.getLogger(__name__)
UNEXPECTED = "Something went wrong on our side; it has been logged. Nothing more was changed."


@job("system.check_import", attempts=5)
async def check_import(context: JobContext, job_id: str) -> None:
    await _import(context, UUID(job_id), trial=True)


@job("system.run_import", attempts=5)
async def run_import(context: JobContext, job_id: str) -> None:
    await _import(context, UUID(job_id), trial=False)


@job("system.run_export", attempts=5)
async def run_export(context: JobContext, job_id: str) -> None:
    await make_export(context, job_id, write_export)


async def make_export(context: JobContext, job_id: str, write: Callable[..., Awaitable[None]]) -> None:
    """Let `write` make the file of an export; it takes what `write_export` does."""
    tenant_id, key = context.actor.tenant_id, UUID(job_id)

    async def work() -> None:
        await write(
            context.database,
            FileStore.of(context.settings),
            context.settings.exports,
            load_registry(),
            tenant_id,
            key,
        )

    await guarded(work, lambda: fail_export(context.database, tenant_id, key, UNEXPECTED))


@job("system.expire_transfers", cron="11 * * * *")
async def expire(context: JobContext) -> None:
    """Every hour, for every tenant."""
    async with context.database.unbound() as connection:
        rows = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in rows:
        await expire_transfers(context.database, tenant_id)


async def _import(context: JobContext, job_id: UUID, *, trial: bool) -> None:
    tenant_id = context.actor.tenant_id

    async def work() -> None:
        await process_import(
            context.database,
            FileStore.of(context.settings),
            Limits.of(context.settings),
            load_registry(),
            tenant_id,
            job_id,
            trial=trial,
        )

    await guarded(work, lambda: fail_import(context.database, tenant_id, job_id, UNEXPECTED))


async def guarded(work: Callable[[], Awaitable[None]], give_up: Callable[[], Awaitable[None]]) -> None:
    """Trouble that passes makes the job run again; an error of the program would come back each time."""
    try:
        await work()
    except Exception as error:
        if passes(error):
            raise
        log.exception("a job cannot go on")
        await give_up()


def passes(error: Exception) -> bool:
    """Whether the same work may succeed a little later."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, MotorpoolError):
        return error.status == 503
    return isinstance(
        cause,
        psycopg.OperationalError
        | psycopg.errors.SerializationFailure
        | psycopg.errors.DeadlockDetected
        | PoolTimeout
        | OSError,
    )
