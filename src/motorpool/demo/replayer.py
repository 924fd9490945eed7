"""The part of the worker that keeps the demonstration moving."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

import psycopg

from motorpool.core.database.database import Database
from motorpool.core.errors import MotorpoolError
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.demo.feeding import fed_until, feed, find_demo_tenant
from motorpool.demo.recording import load_recording
from motorpool.telematics.ingest.pipeline import IngestPipeline

log = logging.getLogger(__name__)

SLUG = "demo"
TICK_S = 1.0
#: How often it looks whether there is a demonstration to replay.
LOOK_S = 5.0
LOCK = 7_305_117_002


async def run_replay(database: Database, settings: Settings, stop: asyncio.Event) -> None:
    """Send what the recordings say happens now, second by second, until `stop` is set.

    Of several workers one does it, the one that holds a lock; when it goes, another continues where the
    stored rows end.
    """
    while not stop.is_set():
        try:
            async with await psycopg.AsyncConnection.connect(database.url, autocommit=True) as lock:
                while not stop.is_set():
                    row = await (await lock.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))).fetchone()
                    if row and row[0]:
                        await _replay(database, settings, lock, stop)
                    await _sleep(stop, LOOK_S)
        except psycopg.OperationalError as error:
            log.warning("the replay lost its database: %s; trying again", error)
            await _sleep(stop, LOOK_S)


async def _replay(
    database: Database, settings: Settings, lock: psycopg.AsyncConnection, stop: asyncio.Event
) -> None:
    """Feed the demonstration tenant, as long as there is one and the lock's connection lives."""
    while not stop.is_set():
        tenant_id = await find_demo_tenant(database, SLUG)
        if tenant_id is None:
            await lock.execute("SELECT 1")
            await _sleep(stop, LOOK_S)
            continue
        actor = system_actor(tenant_id)
        recording = await asyncio.to_thread(load_recording)
        pipeline = IngestPipeline(database, settings, writers=1)
        await pipeline.start()
        try:
            fed = await fed_until(database, actor)
            looked = time.monotonic()
            while not stop.is_set():
                now = int(time.time())
                try:
                    await feed(pipeline, actor, recording, fed, now)
                    fed = now
                except MotorpoolError as error:
                    log.warning("the replay could not store its fixes: %s", error)
                    if await find_demo_tenant(database, SLUG) != tenant_id:
                        break
                if time.monotonic() - looked > LOOK_S:
                    await lock.execute("SELECT 1")
                    if await find_demo_tenant(database, SLUG) != tenant_id:
                        break
                    looked = time.monotonic()
                await _sleep(stop, TICK_S)
        finally:
            await pipeline.stop(grace_s=1.0)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
