"""A writer: takes what waits, stores it in one transaction, tells the senders. Survives whatever the database
does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable

import psycopg

from motorpool.core.database.database import Connection
from motorpool.core.errors import Invalid, MotorpoolError, Unavailable
from motorpool.telematics.ingest import metrics
from motorpool.telematics.ingest.grouping import Group, group_batches
from motorpool.telematics.ingest.happenings import happenings_of
from motorpool.telematics.ingest.intake import Intake, Submission
from motorpool.telematics.ingest.records import Receipt
from motorpool.telematics.ingest.writing import Transaction, ensure_leaves

log = logging.getLogger(__name__)

#: Sorting and rendering more rows than this would hold up the event loop, so it happens in a thread.
THREAD_ROWS = 1_000
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 5.0
#: SQLSTATE classes after which the same rows may well be accepted: connection, rollback (deadlock),
#: resources, operator intervention; and two codes of locks.
PASSING_CLASSES = ("08", "40", "53", "57")
PASSING_CODES = ("55006", "55P03")

Finish = Callable[[Submission, Receipt | BaseException], None]


class Writer:
    """One task with one connection of its own."""

    def __init__(
        self,
        intake: Intake,
        url: str,
        finish: Finish,
        announce: Callable[[], None],
        *,
        most_rows: int,
        least_rows: int = 1,
    ) -> None:
        self._intake = intake
        self._url = url
        self._most_rows = most_rows
        self._least_rows = least_rows
        self._finish = finish
        self._announce = announce
        self._connection: Connection | None = None
        #: Months whose partition this connection has seen.
        self._leaves: set[tuple[str, str]] = set()
        #: The last group met stored keys. Who repeats a batch usually repeats the next one too, and then the
        #: slower way is cheaper than a COPY that fails.
        self._expect_duplicates = False

    async def run(self) -> None:
        """Write until the intake is closed and empty."""
        try:
            while submissions := await self._intake.take(self._most_rows, self._least_rows):
                await self._store(submissions)
        finally:
            await self._disconnect()

    async def _store(self, submissions: list[Submission]) -> None:
        """Store some batches together. If PostgreSQL refuses them, halve until the refused one is alone."""
        try:
            receipts = await self._write(submissions)
        except asyncio.CancelledError:
            self._refuse(
                submissions,
                Unavailable("This process is stopping; send again.", headers={"Retry-After": "2"}),
            )
            raise
        except psycopg.Error as error:
            if len(submissions) == 1:
                self._refuse(submissions, _refusal(error))
                return
            metrics.RETRIES.labels("refused").inc()
            half = len(submissions) // 2
            await self._store(submissions[:half])
            await self._store(submissions[half:])
        except Exception:
            log.exception("ingest could not write a group of %d batches", len(submissions))
            self._refuse(submissions, MotorpoolError("Something went wrong on our side; it has been logged."))
        else:
            for submission, receipt in zip(submissions, receipts, strict=True):
                self._finish(submission, receipt)
            self._announce()

    def _refuse(self, submissions: list[Submission], error: MotorpoolError) -> None:
        for submission in submissions:
            self._finish(submission, error)

    async def _write(self, submissions: list[Submission]) -> list[Receipt]:
        """Commit some batches, however long the database is away. Raises psycopg.Error only for what the rows
        cause.
        """
        began = time.perf_counter()
        rows = sum(submission.rows for submission in submissions)
        batches = [submission.batch for submission in submissions]
        threaded = rows > THREAD_ROWS
        groups = await asyncio.to_thread(group_batches, batches) if threaded else group_batches(batches)
        happenings = happenings_of(batches)
        through_parent, looked_again, pause = self._expect_duplicates, False, FIRST_PAUSE_S
        while True:
            work = Transaction(groups, len(batches), through_parent=through_parent, happenings=happenings)
            if threaded:
                await asyncio.to_thread(work.prepare)
            else:
                work.prepare()
            try:
                await self._commit(work, groups)
                break
            except psycopg.errors.UniqueViolation:
                if through_parent:
                    raise
                metrics.RETRIES.labels("duplicates").inc()
                await self._roll_back()
                through_parent = True
            except psycopg.errors.UndefinedTable:
                if looked_again:
                    raise
                # A month that was there has been dropped since.
                await self._roll_back()
                self._leaves.clear()
                looked_again = True
            except psycopg.Error as error:
                if not is_passing(error):
                    await self._roll_back()
                    raise
                metrics.RETRIES.labels("database").inc()
                log.warning(
                    "ingest waits for the database: %s", str(error).splitlines()[0] if str(error) else error
                )
                await self._disconnect()
                if work.commit_sent and await self._was_committed(work.transaction_id):
                    break
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, LONGEST_PAUSE_S)
        self._expect_duplicates = work.met_stored_keys
        metrics.GROUP_ROWS.observe(rows)
        metrics.COMMIT_SECONDS.observe(time.perf_counter() - began)
        counted = zip(work.accepted.tolist(), work.duplicates.tolist(), strict=True)
        return [Receipt(accepted, duplicates) for accepted, duplicates in counted]

    async def _commit(self, work: Transaction, groups: list[Group]) -> None:
        connection = await self._connected()
        await ensure_leaves(connection, groups, self._leaves)
        await work.run(connection)

    async def _was_committed(self, transaction_id: str | None) -> bool:
        """What became of a COMMIT whose answer never came. Waits until the database is back and knows."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                connection = await self._connected()
                cursor = await connection.execute("SELECT pg_xact_status(%s::xid8)", (transaction_id,))
                row = await cursor.fetchone()
                if row is None or row[0] != "in progress":
                    return row is not None and row[0] == "committed"
            except psycopg.Error as error:
                if not is_passing(error):
                    # An id that lies in the future: the server forgot it in the crash, so it was not durable.
                    return False
                await self._disconnect()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url,
                autocommit=True,
                connect_timeout=10,
                options="-c TimeZone=UTC -c application_name=motorpool-ingest",
            )
            self._leaves.clear()
        return self._connection

    async def _roll_back(self) -> None:
        if self._connection is not None and not self._connection.closed:
            try:
                await self._connection.execute("ROLLBACK")
            except psycopg.Error:
                await self._disconnect()

    async def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await self._connection.close()
            self._connection = None


def is_passing(error: psycopg.Error) -> bool:
    """Whether the same rows may be accepted later: the database was away, busy or full."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate[:2] in PASSING_CLASSES or error.sqlstate in PASSING_CODES


def _refusal(error: psycopg.Error) -> MotorpoolError:
    log.warning("PostgreSQL refused a batch: %s %s", error.sqlstate, error.diag.message_primary)
    if error.sqlstate and error.sqlstate[:2] in ("22", "23"):
        return Invalid(f"The database refused these rows: {error.diag.message_primary}")
    return MotorpoolError("Something went wrong on our side; it has been logged.")
