"""Connections of devices over TCP: read, cut into messages, hand on, one message at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from motorpool.core.errors import MotorpoolError
from motorpool.telematics.decoders.protocol import BLANK, MOST_BYTES, Garbage, Protocol
from motorpool.telematics.decoders.report import Undecodable
from motorpool.telematics.gateway import metrics
from motorpool.telematics.gateway.receiving import Receiver, Refused
from motorpool.telematics.gateway.session import Session

log = logging.getLogger(__name__)

READ_BYTES = 4_096
#: Whoever has not said who it is by then is cut off, in seconds.
INTRODUCE_S = 30.0
#: Messages one after the other that make no sense before the connection is cut.
MOST_PROBLEMS = 5
#: Connections of one address that have not said who they are.
MOST_STRANGERS = 100
FAREWELL_S = 2.0
STOP_S = 15.0


class TcpListener:
    """All connections of one protocol."""

    def __init__(self, kind: type[Protocol], receiver: Receiver, idle_s: float) -> None:
        self._kind = kind
        self._receiver = receiver
        self._idle_s = idle_s
        self._strangers: defaultdict[str, set[Session]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, bound: socket.socket) -> None:
        self._server = await asyncio.start_server(self._connected, sock=bound, limit=MOST_BYTES)

    async def stop(self) -> None:
        """Take no more connections; what is being stored is stored and answered, then they are closed."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if self._receiver.strikes.is_out(address) or len(self._strangers.get(address, ())) >= MOST_STRANGERS:
            metrics.MESSAGES.labels(self._kind.name, "shut_out").inc()
            writer.transport.abort()
            return
        session = Session(
            self._kind(),
            "tcp",
            f"{address}:{peer[1]}" if peer else "",
            writer.write,
            writer.close,
        )
        self._strangers[address].add(session)
        gauge = metrics.CONNECTIONS.labels(self._kind.name)
        gauge.inc()
        try:
            await self._converse(session, reader, writer, address)
        except asyncio.CancelledError:
            session.reason = "stopped"
        except (Garbage, Refused) as error:
            self._cut(session, address, error)
            if isinstance(error, Refused) and error.farewell:
                writer.write(error.farewell)
        except (MotorpoolError, psycopg.OperationalError, PoolTimeout) as error:
            # Not stored, so not answered: the device sends it again when it comes back.
            session.reason = "database"
            log.warning("a device over %s was not answered: %s", self._kind.name, error)
        except OSError:
            session.reason = "lost"
        except Exception:
            session.reason = "error"
            log.exception("a connection over %s failed", self._kind.name)
        finally:
            gauge.dec()
            self._forget_stranger(address, session)
            self._receiver.sessions.leave(session)
            writer.close()
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await asyncio.wait_for(writer.wait_closed(), FAREWELL_S)

    async def _converse(
        self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> None:
        buffer = b""
        began = time.monotonic()
        while True:
            known = session.device is not None
            patience = self._idle_s if known else began + INTRODUCE_S - time.monotonic()
            try:
                async with asyncio.timeout(max(patience, 0.01)):
                    data = await reader.read(READ_BYTES)
            except TimeoutError:
                session.reason = "silent"
                return
            if not data:
                return
            buffer += data
            while buffer and (length := session.protocol.frame(buffer)):
                if session.reason == "replaced":
                    # What is left was not answered, so the device sends it again on its new connection.
                    return
                frame, buffer = buffer[:length], buffer[length:]
                if not frame.strip(BLANK):
                    continue
                await _finished(self._one(session, frame))
                if not known and session.device is not None:
                    known = True
                    self._forget_stranger(address, session)
            if len(buffer) > MOST_BYTES:
                raise Garbage("a message has no end")
            await writer.drain()

    async def _one(self, session: Session, frame: bytes) -> None:
        try:
            message = session.protocol.read(frame, time.time_ns() // 1000)
        except Garbage:
            raise
        except Undecodable as error:
            if session.device is not None:
                self._receiver.sessions.refused(session, session.device, str(error)[:500])
            self._problem(session, str(error))
            return
        if message.identifier is None and session.identifier is None and not message.reports:
            return  # a ping before the device has said who it is
        if message.problem:
            self._problem(session, message.problem)
        else:
            session.problems = 0
        await self._receiver.take(session, message, frame)

    def _problem(self, session: Session, why: str) -> None:
        metrics.MESSAGES.labels(self._kind.name, "undecodable").inc()
        session.problems += 1
        if session.problems >= MOST_PROBLEMS:
            raise Garbage(f"{session.problems} messages one after the other make no sense: {why}")

    def _cut(self, session: Session, address: str, error: Exception) -> None:
        """A connection that is ended by us, with a pause for its sender when it sent garbage."""
        if isinstance(error, Garbage):
            session.reason = "garbage"
            metrics.MESSAGES.labels(self._kind.name, "garbage").inc()
            if session.device is not None:
                self._receiver.strikes.add(session.device.device_id)
                self._receiver.sessions.refused(session, session.device, f"cut off: {error}"[:500])
            else:
                self._receiver.strikes.add(address)
            log.info("a connection over %s was cut off: %s", self._kind.name, error)
        else:
            session.reason = str(error)
            metrics.MESSAGES.labels(self._kind.name, "refused").inc()

    def _forget_stranger(self, address: str, session: Session) -> None:
        """It has said who it is, or is gone; both may be told."""
        strangers = self._strangers.get(address, set())
        strangers.discard(session)
        if not strangers:
            self._strangers.pop(address, None)


async def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Await work that a cancellation must not cut in two: what is committed is answered, also when the process stops."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=STOP_S)
        raise
