"""The worker: jobs, trips and stops, and the demonstration's replay, in one process. Any number may run.

Each part runs until it is told to stop; one that fails is started again with a growing pause and does not
disturb the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from motorpool.core.database.database import Database, wait_for_database
from motorpool.core.events.wake import Notifier, Waker
from motorpool.core.jobs.worker import run_jobs
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings
from motorpool.demo.replayer import run_replay
from motorpool.telematics.derive.definition import trip_definition
from motorpool.telematics.derive.loop import DerivationLoop

log = logging.getLogger(__name__)

#: How long the parts may take to end before they are cancelled, in seconds.
GRACE_S = 1.5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set; ends within two seconds of it, and whatever is half done then is done again
    later.
    """
    logging.basicConfig(level=settings.http.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    # The queue reports every job that runs, the client every request; what goes wrong is enough.
    for loud in ("procrastinate", "httpx"):
        logging.getLogger(loud).setLevel(max(logging.WARNING, logging.root.level))
    url = settings.database.app_url
    assert url, "the command line fills in the addresses of the database"
    database = Database(
        url,
        pool_size=settings.database.pool_max,
        application_name="motorpool-worker",
        keyring=load_keyring(settings),
    )
    await wait_for_database(database)
    waker, notifier = Waker(url), Notifier(database)
    waker.start()
    derivation = DerivationLoop(database, trip_definition(settings.trips), waker, notifier)
    parts: dict[str, Callable[[], Awaitable[None]]] = {
        "derivation": lambda: derivation.run(stop),
        "jobs": lambda: run_jobs(database, settings, stop),
    }
    if settings.demo.enabled:
        parts["replay"] = lambda: run_replay(database, settings, stop)
    tasks = [asyncio.create_task(_keep(name, part, stop), name=name) for name, part in parts.items()]
    try:
        await stop.wait()
        await asyncio.wait(tasks, timeout=GRACE_S)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await waker.stop()
        await notifier.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(database.close(), 0.5)


async def _keep(name: str, part: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Run a part again when it fails."""
    pause = FIRST_PAUSE_S
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        try:
            await part()
            if stop.is_set():
                return
            log.error("the worker's %s ended by itself; starting it again in %.0f s", name, pause)
        except Exception:
            log.exception("the worker's %s failed; starting it again in %.0f s", name, pause)
        if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_S:
            pause = FIRST_PAUSE_S
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
