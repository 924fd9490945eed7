"""Devices over UDP: a datagram is a message; who sends it is a session by its address."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import OrderedDict
from typing import cast

import psycopg
from psycopg_pool import PoolTimeout

from motorpool.core.errors import MotorpoolError
from motorpool.telematics.decoders.protocol import MOST_BYTES, Garbage, Protocol
from motorpool.telematics.decoders.report import Undecodable
from motorpool.telematics.gateway import metrics
from motorpool.telematics.gateway.receiving import Receiver, Refused
from motorpool.telematics.gateway.session import Session

log = logging.getLogger(__name__)

#: Datagrams under way; more are dropped, and their senders repeat them.
MOST_UNDER_WAY = 1_000
MOST_SESSIONS = 20_000


class UdpListener(asyncio.DatagramProtocol):
    """All datagrams of one protocol."""

    def __init__(self, kind: type[Protocol], receiver: Receiver) -> None:
        self._kind = kind
        self._receiver = receiver
        self._sessions: OrderedDict[tuple[str, int], Session] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    async def start(self, bound: socket.socket) -> None:
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=bound)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is no subclass of asyncio's.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
        peer = (peer[0], peer[1])
        if len(self._tasks) >= MOST_UNDER_WAY:
            metrics.MESSAGES.labels(self._kind.name, "dropped").inc()
            return
        task = asyncio.ensure_future(self._take(data, peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, data: bytes, peer: tuple[str, int]) -> None:
        session = self._session(peer)
        try:
            if len(data) > MOST_BYTES:
                raise Garbage("longer than any message of a tracker")
            for message in session.protocol.datagram(data, time.time_ns() // 1000):
                await self._receiver.take(session, message, data)
        except Refused as error:
            metrics.MESSAGES.labels(self._kind.name, "refused").inc()
            if error.farewell:
                session.send(error.farewell)
        except Undecodable as error:
            # Nobody is shut out for it: the source of a datagram can be forged, to shut out somebody else.
            metrics.MESSAGES.labels(self._kind.name, "garbage").inc()
            if session.device is not None:
                self._receiver.sessions.refused(session, session.device, str(error)[:500])
        except (MotorpoolError, psycopg.OperationalError, PoolTimeout) as error:
            log.warning("a device over %s was not answered: %s", self._kind.name, error)
        except Exception:
            log.exception("a datagram over %s failed", self._kind.name)

    def _session(self, peer: tuple[str, int]) -> Session:
        session = self._sessions.get(peer)
        if session is None:

            def send(data: bytes) -> None:
                if self._transport is not None:
                    self._transport.sendto(data, peer)

            session = Session(self._kind(), "udp", f"{peer[0]}:{peer[1]}", send, lambda: None)
            self._sessions[peer] = session
            if len(self._sessions) > MOST_SESSIONS:
                _, oldest = self._sessions.popitem(last=False)
                self._receiver.sessions.leave(oldest)
        self._sessions.move_to_end(peer)
        return session

    async def stop(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=20)
        if self._transport is not None:
            self._transport.close()
        for session in self._sessions.values():
            session.reason = "stopped"
            self._receiver.sessions.leave(session)
