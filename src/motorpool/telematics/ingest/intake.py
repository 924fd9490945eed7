"""The bounded queue in front of the writers.

Room is counted in rows and in bytes and is given back only after the commit, so what is being written counts
too. Senders that find no room wait in the order in which they came.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from motorpool.core.errors import Unavailable
from motorpool.telematics.ingest.records import Batch, Receipt


@dataclass(slots=True)
class Submission:
    """A batch on its way, and the promise made to its sender."""

    batch: Batch
    rows: int
    size: int
    done: asyncio.Future[Receipt] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Intake:
    """At most `rows` rows and `size` bytes at once; a single batch larger than that is let in alone."""

    def __init__(self, rows: int, size: int, patience: float) -> None:
        self.rows_limit, self.size_limit, self.patience = rows, size, patience
        self.rows = self.size = 0
        self.closed = False
        self._queue: deque[Submission] = deque()
        self._queued_rows = 0
        self._senders: deque[tuple[int, int, asyncio.Future[None]]] = deque()
        self._writers: list[tuple[int, asyncio.Future[None]]] = []

    @property
    def waiting_senders(self) -> int:
        return len(self._senders)

    @property
    def is_full(self) -> bool:
        return bool(self._senders) or self.rows >= self.rows_limit or self.size >= self.size_limit

    async def put(self, submission: Submission) -> None:
        """Queue a batch as soon as there is room. Raises Unavailable after `patience` seconds without."""
        await self._reserve(submission.rows, submission.size)
        if self.closed:
            self.release(submission)
            raise _stopping()
        self._queue.append(submission)
        self._queued_rows += submission.rows
        self._wake_writer()

    async def wait_for_room(self) -> None:
        """Return when the queue has room for at least one more row; keeps a sender's body in the socket
        meanwhile.
        """
        if self.is_full:
            await self._reserve(1, 1)
            self._give_back(1, 1)

    async def _reserve(self, rows: int, size: int) -> None:
        if self.closed:
            raise _stopping()
        if not self._senders and self._fits(rows, size):
            self.rows, self.size = self.rows + rows, self.size + size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (rows, size, turn)
        self._senders.append(entry)
        try:
            async with asyncio.timeout(self.patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._give_back(rows, size)
            elif entry in self._senders:
                self._senders.remove(entry)
                self._admit()
            if isinstance(error, TimeoutError):
                raise Unavailable(
                    "Positions come in faster than they can be stored; send again in a few seconds.",
                    headers={"Retry-After": "5"},
                ) from None
            raise

    async def take(self, most: int, least: int = 1) -> list[Submission]:
        """Everything that waits, up to `most` rows (at least one batch), as soon as there are `least` rows.

        Empty only when closed and drained.
        """
        while not self._queue or (self._queued_rows < least and not self.closed):
            if self.closed:
                return []
            entry = (least, asyncio.get_running_loop().create_future())
            self._writers.append(entry)
            try:
                await entry[1]
            except asyncio.CancelledError:
                if entry in self._writers:
                    self._writers.remove(entry)
                else:
                    self._wake_writer()
                raise
        taken = [self._queue.popleft()]
        rows = taken[0].rows
        while self._queue and rows + self._queue[0].rows <= most:
            taken.append(self._queue.popleft())
            rows += taken[-1].rows
        self._queued_rows -= rows
        return taken

    def release(self, submission: Submission) -> None:
        """The batch is committed or refused; its room is free."""
        self._give_back(submission.rows, submission.size)

    def close(self) -> None:
        """Take nothing more; writers get what is queued and then nothing."""
        self.closed = True
        for _, _, turn in self._senders:
            if not turn.done():
                turn.set_exception(_stopping())
        self._senders.clear()
        for _, ready in self._writers:
            if not ready.done():
                ready.set_result(None)
        self._writers.clear()

    def _fits(self, rows: int, size: int) -> bool:
        if self.rows == 0:
            return True
        return self.rows + rows <= self.rows_limit and self.size + size <= self.size_limit

    def _give_back(self, rows: int, size: int) -> None:
        self.rows, self.size = self.rows - rows, self.size - size
        self._admit()

    def _admit(self) -> None:
        while self._senders:
            rows, size, turn = self._senders[0]
            if turn.done():
                self._senders.popleft()
            elif self._fits(rows, size):
                self._senders.popleft()
                self.rows, self.size = self.rows + rows, self.size + size
                turn.set_result(None)
            else:
                return

    def _wake_writer(self) -> None:
        """Wake the first writer for which there is enough to do."""
        for place, (least, ready) in enumerate(self._writers):
            if least <= self._queued_rows:
                del self._writers[place]
                if not ready.done():
                    ready.set_result(None)
                return


def _stopping() -> Unavailable:
    return Unavailable("This process is stopping; send again.", headers={"Retry-After": "2"})
