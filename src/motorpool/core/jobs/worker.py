"""The worker of the queue."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from motorpool.core.access import EVERYTHING
from motorpool.core.database.database import Database
from motorpool.core.jobs.defer import TENANT, USER
from motorpool.core.jobs.registry import Job, JobContext, load_jobs
from motorpool.core.settings import Settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor

log = logging.getLogger(__name__)

CONCURRENCY = 4
#: How long running jobs may go on when the worker stops; then they are cancelled and start over later, in
#: seconds.
GRACE_S = 1.0
#: A job whose worker has not been heard of for this long starts over, in seconds.
STALLED_S = 30.0
RESCUE_EVERY_S = 15.0
#: First pause before another attempt, in seconds; it doubles each time.
RETRY_S = 2


def queue_app(database: Database, settings: Settings) -> App:
    """The queue with all jobs registered; open it with `app.open_async()`."""
    app = App(connector=PsycopgConnector(conninfo=database.url, min_size=1, max_size=3))
    for job in load_jobs().values():
        _register(app, job, database, settings)
    return app


def _register(app: App, job: Job, database: Database, settings: Settings) -> None:
    async def run(timestamp: int | None = None, **arguments: Any) -> None:
        await job.run(JobContext(database, settings, _actor(job, arguments)), **arguments)

    retry = (
        RetryStrategy(max_attempts=job.attempts - 1, exponential_wait=RETRY_S) if job.attempts > 1 else False
    )
    task = app.task(name=job.name, retry=retry)(run)
    if job.cron is not None:
        # While one waits for its turn the next is not queued: a worker that was away catches up once.
        app.periodic(cron=job.cron, periodic_id="", queueing_lock=job.name)(task)


def _actor(job: Job, arguments: dict[str, Any]) -> Actor:
    tenant, user = arguments.pop(TENANT, None), arguments.pop(USER, None)
    return Actor(
        tenant_id=SYSTEM_TENANT_ID if tenant is None else UUID(tenant),
        user_id=None if user is None else UUID(user),
        access=EVERYTHING,
        reason=f"job {job.name}",
    )


async def run_jobs(database: Database, settings: Settings, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set."""
    app = queue_app(database, settings)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                install_signal_handlers=False,
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE_S,
                stalled_worker_timeout=STALLED_S,
            ),
            name="jobs",
        )
        rescue = asyncio.create_task(_rescue(app), name="stalled jobs")
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({worker, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in (worker, rescue, stopped):
            task.cancel()
        results = await asyncio.gather(worker, rescue, stopped, return_exceptions=True)
        if not stop.is_set() and isinstance(results[0], Exception):
            raise results[0]


async def _rescue(app: App) -> None:
    """Queue jobs again whose worker was killed."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
                log.warning("the worker of job %s (%s) is gone; it starts over", job.id, job.task_name)
                await app.job_manager.retry_job(job)
        except ConnectorException as error:
            log.warning("could not look for stalled jobs: %s", error)
        await asyncio.sleep(RESCUE_EVERY_S)
