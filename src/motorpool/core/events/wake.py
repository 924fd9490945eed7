"""Waking readers of the event log: one LISTEN connection a process, one coalesced NOTIFY a process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator

import psycopg

from motorpool.core.database.database import Database
from motorpool.core.events.log import CHANNEL

log = logging.getLogger(__name__)
POLL_S = 2.0


class Waker:
    """Tells subscribers that the log may have grown. A lost notification costs at most `POLL_S` seconds."""

    def __init__(self, url: str, channel: str = CHANNEL) -> None:
        self.url = url
        self.channel = channel
        self._subscribers: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name="event waker")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @contextlib.contextmanager
    def subscription(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever the log may have grown."""
        event = asyncio.Event()
        self._subscribers.add(event)
        try:
            yield event
        finally:
            self._subscribers.discard(event)

    def wake(self) -> None:
        for event in self._subscribers:
            event.set()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {self.channel}")
                    while True:
                        async for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                            pass
                        self.wake()
            except psycopg.OperationalError as error:
                log.warning("lost the connection that listens for events: %s; trying again", error)
                await asyncio.sleep(1)


class Notifier:
    """Sends at most one NOTIFY per `interval_s`, outside of any transaction that matters.

    NOTIFY inside a transaction makes commits queue behind one lock; sent afterwards it only wakes readers.
    """

    def __init__(self, database: Database, channel: str = CHANNEL, interval_s: float = 0.1) -> None:
        self.database = database
        self.channel = channel
        self.interval_s = interval_s
        self._pending: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Ask for a notification soon."""
        if self._pending is None or self._pending.done():
            self._pending = asyncio.create_task(self._send(), name="notify")

    async def _send(self) -> None:
        await asyncio.sleep(self.interval_s)
        self._pending = None
        try:
            async with self.database.unbound() as connection:
                await connection.execute(f"NOTIFY {self.channel}")
        except Exception as error:  # readers poll anyway
            log.warning("could not notify: %s", error)

    async def stop(self) -> None:
        if self._pending:
            await asyncio.gather(self._pending, return_exceptions=True)
