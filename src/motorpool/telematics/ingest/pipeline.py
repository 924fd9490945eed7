"""The one way into the time series: bounded, committed in groups, acknowledged after the commit.

`submit` waits while the queue is full, so a sender that waits for its answer cannot overrun the database.
Writers take everything that waits (up to `commit_rows` rows) into one transaction; only when that is durable
do the senders get their receipts. A batch that PostgreSQL refuses is written alone, so that it fails alone.
While the database is away, writers try again with growing pauses and senders wait.
"""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
from psycopg_pool import PoolTimeout

from motorpool.core.database.database import Database
from motorpool.core.errors import MotorpoolError, Unavailable
from motorpool.core.settings import Settings
from motorpool.telematics.ingest import metrics
from motorpool.telematics.ingest.devices import DeviceDirectory
from motorpool.telematics.ingest.intake import Intake, Submission
from motorpool.telematics.ingest.records import Batch, Receipt
from motorpool.telematics.ingest.vehicles import VehicleDirectory
from motorpool.telematics.ingest.writer import Writer

CHANNEL = "motorpool_events"
NOTIFY_EVERY_S = 0.1
#: A second writer lets rendering and writing overlap; with less than this waiting it would only make commits smaller.
FURTHER_WRITER_ROWS = 1_000


class IngestPipeline:
    """The pipeline of one process. `start` it before and `stop` it after use; `stop` writes what is
    queued.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        writers: int = 2,
        queue_bytes: int = 64 * 1024 * 1024,
        patience_s: float = 10.0,
        commit_wait_s: float = 60.0,
        commit_rows: int | None = None,
    ) -> None:
        self.database = database
        self.settings = settings
        self.vehicles = VehicleDirectory(database)
        self.devices = DeviceDirectory(database)
        self.commit_rows = commit_rows or settings.ingest.commit_rows
        self.intake = Intake(max(settings.ingest.queue_rows, 1), queue_bytes, patience_s)
        self._commit_wait_s = commit_wait_s
        self._writer_count = writers
        self._tasks: list[asyncio.Task[None]] = []
        self._notify = asyncio.Event()

    async def start(self) -> None:
        metrics.QUEUED_ROWS.set_function(lambda: self.intake.rows)
        metrics.QUEUED_BYTES.set_function(lambda: self.intake.size)
        metrics.WAITING.set_function(lambda: self.intake.waiting_senders)
        for number in range(self._writer_count):
            writer = Writer(
                self.intake,
                self.database.url,
                self.finish,
                self.announce,
                most_rows=self.commit_rows,
                least_rows=1 if number == 0 else FURTHER_WRITER_ROWS,
            )
            self._tasks.append(asyncio.create_task(writer.run(), name=f"ingest-writer-{number}"))
        self._tasks.append(asyncio.create_task(self._notify_listeners(), name="ingest-notify"))
        self._tasks.append(asyncio.create_task(self.devices.run(), name="ingest-devices"))

    async def stop(self, grace_s: float = 20.0) -> None:
        """Refuse new batches, write what is queued, end. What cannot be written within `grace_s` seconds is
        refused.
        """
        self.intake.close()
        if writers := self._tasks[: self._writer_count]:
            await asyncio.wait(writers, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        with contextlib.suppress(psycopg.Error, MotorpoolError, PoolTimeout, TimeoutError):
            async with asyncio.timeout(2):
                if self._notify.is_set():
                    await self._send_notification()
                await self.devices.write_sightings()

    async def submit(self, batch: Batch) -> Receipt:
        """Store a batch; returns once it is committed.

        Raises Unavailable (503 with Retry-After) when the queue stays full or the database stays away,
        Invalid when PostgreSQL refuses the rows. After Unavailable the rows may be stored all the same;
        sending them again is safe.
        """
        if not len(batch) and not batch.happenings:
            return Receipt()
        submission = Submission(batch, len(batch) + len(batch.happenings), batch.nbytes)
        await self.intake.put(submission)
        try:
            async with asyncio.timeout(self._commit_wait_s):
                return await submission.done
        except TimeoutError:
            raise Unavailable(
                "The database does not answer; send again in a few seconds.", headers={"Retry-After": "10"}
            ) from None

    def finish(self, submission: Submission, result: Receipt | BaseException) -> None:
        """Tell a sender what became of its batch, and give its room back. A receipt only after the commit."""
        self.intake.release(submission)
        table = submission.batch.series.table
        if isinstance(result, Receipt):
            metrics.ACCEPTED[table].inc(result.accepted)
            metrics.DUPLICATE[table].inc(result.duplicates)
        if submission.done.done():
            return
        if isinstance(result, Receipt):
            submission.done.set_result(result)
        else:
            submission.done.set_exception(result)

    def announce(self) -> None:
        """Something was committed: wake whoever listens for events, soon."""
        self._notify.set()

    async def _notify_listeners(self) -> None:
        """At most one NOTIFY per interval, outside the transactions, so that commits need not queue for
        it.
        """
        while True:
            await self._notify.wait()
            self._notify.clear()
            try:
                await self._send_notification()
            except (psycopg.Error, MotorpoolError, PoolTimeout):
                self._notify.set()
            await asyncio.sleep(NOTIFY_EVERY_S)

    async def _send_notification(self) -> None:
        async with self.database.unbound() as connection:
            await connection.execute(f"NOTIFY {CHANNEL}")
