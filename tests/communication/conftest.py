"""People of a tenant, a worker, and a mail server of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg.types.json import Jsonb

from motorpool.core.database.database import Database
from motorpool.core.jobs.worker import run_jobs
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor


@dataclass
class People:
    """Makes users, roles and preferences of a tenant as the owner."""

    tenant_id: UUID
    connection: psycopg.Connection[Any]

    def add(self, name: str, *, status: str = "active", **columns: Any) -> UUID:
        return self._insert(
            "users",
            email=f"{name}@example.test",
            display_name=name.capitalize(),
            status=status,
            **columns,
        )

    def role(self, name: str, permissions: dict[str, Any], *users: UUID, **columns: Any) -> UUID:
        role = self._insert("roles", role_name=name, permissions=Jsonb(permissions))
        for user in users:
            self._insert("user_roles", role_id=role, user_id=user, **columns)
        return role

    def prefer(self, user: UUID, **columns: Any) -> None:
        self._insert("notification_preferences", user_id=user, **columns)

    def insert(self, table: str, **columns: Any) -> UUID:
        return self._insert(table, **columns)

    def actor(self, user: UUID) -> Actor:
        return Actor(self.tenant_id, user, name="Somebody")

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        return self.connection.execute(query, (self.tenant_id, *parameters)).fetchall()

    def _insert(self, table: str, **columns: Any) -> UUID:
        names = ", ".join(columns)
        marks = ", ".join(["%s"] * len(columns))
        row = self.connection.execute(
            f"INSERT INTO {table} (tenant_id, {names}) VALUES (%s, {marks}) RETURNING id",
            (self.tenant_id, *columns.values()),
        ).fetchone()
        assert row is not None
        key: UUID = row[0]
        return key


@pytest.fixture
def people(tenant: Any, database_urls: Any) -> Iterator[People]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        # What other tests left in the queue must not reach this test's mail server: letters, and jobs that write some.
        connection.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        yield People(tenant.id, connection)


@dataclass
class MailServer:
    """A real SMTP server on the loopback address that keeps what it gets."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    #: Recipient -> answers to give before it is taken, such as "451 later".
    answers: dict[str, list[str]] = field(default_factory=dict)
    tries: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.tries.append(address)
        if waiting := self.answers.get(address):
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        return "250 taken"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = MailServer(port)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def mailing(settings: Settings, mail_server: MailServer) -> Settings:
    """Settings that send through the test's server."""
    return settings.replace(
        smtp={
            "host": "127.0.0.1",
            "port": mail_server.port,
            "security": "none",
            "sender": "Fleet <fleet@example.test>",
        },
        http={"public_url": "https://fleet.example.test/"},
    )


@contextlib.asynccontextmanager
async def worker(database: Database, settings: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(run_jobs(database, settings, stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(5):
            await task


async def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def until_awaited(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
