"""A file store in a folder, the table of files, and the routes behind HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from litestar import Litestar
from litestar.datastructures import State

from motorpool.core.access import Access
from motorpool.core.access.decision import Reach, Rule
from motorpool.core.database.database import Database
from motorpool.core.database.ddl import draft
from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.files.models import StoredFile
from motorpool.core.files.routes import route_handlers
from motorpool.core.files.store import FileStore
from motorpool.core.resource.problems import problem_of
from motorpool.core.secrets import Keyring, generate_key
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def with_table(owner_url: str) -> None:
    """Make the table of files where the migrations do not."""
    with psycopg.connect(owner_url) as connection:
        found = connection.execute("SELECT to_regclass('files')").fetchone()
        if found == (None,):
            for statement in draft(StoredFile.metadata, {"files"}):
                # The functions of the search belong to a role that the owner may not act as here.
                if "motorpool_search(" not in statement and "search_files" not in statement:
                    connection.execute(statement)


@pytest.fixture(autouse=True, scope="session")
def table(database_urls: Any) -> None:
    with_table(database_urls.owner)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.replace(data={"dir": tmp_path / "data"}, files={"max_mb": 2.0})


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return FileStore.of(settings)


@pytest.fixture
def actor(tenant: Any) -> Actor:
    return tenant.actor


@pytest.fixture
def stranger(other_tenant: Any) -> Actor:
    return other_tenant.actor


async def add_user(database: Database, actor: Actor, name: str) -> UUID:
    async with database.connection(actor) as connection:
        cursor = await connection.execute(
            "INSERT INTO users (email, display_name) VALUES (%s, %s) RETURNING id",
            (f"{name}@example.org", name),
        )
        row = await cursor.fetchone()
    assert row is not None
    return row[0]


@dataclass
class Site:
    client: httpx.AsyncClient
    scope: dict[str, Any]
    keyring: Keyring
    actor: Actor

    async def as_(self, actor: Actor | None, method: str, path: str, **options: Any) -> httpx.Response:
        self.scope["actor"] = actor
        return await self.client.request(method, path, **options)

    async def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self.as_(self.actor, method, path, **options)

    async def upload(self, content: bytes, name: str, **options: Any) -> dict[str, Any]:
        answer = await self("POST", "/api/v1/files", params={"name": name}, content=content, **options)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def user(self, database: Database, name: str, *rules: Rule) -> Actor:
        key = await add_user(database, self.actor, name)
        return replace(self.actor, user_id=key, access=Access(rules))


def rule(pattern: str, *, own: bool = False, deny: bool = False) -> Rule:
    return Rule(pattern, "a test", Reach(own=True) if own else Reach(everything=True), deny)


@pytest.fixture
async def site(database: Database, files: FileStore, settings: Settings, actor: Actor) -> AsyncIterator[Site]:
    keyring = Keyring([generate_key()])
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    app = Litestar(
        route_handlers,
        state=State({"settings": settings, "database": database, "keyring": keyring, "files": files}),
        exception_handlers={Exception: handle},
        request_max_body_size=1000,
        openapi_config=None,
    )
    scope: dict[str, Any] = {}

    async def with_actor(inner: Any, receive: Any, send: Any) -> None:
        inner["actor"] = scope["actor"]
        await app(inner, receive, send)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(with_actor), base_url="http://fleet.test"
    ) as client:
        yield Site(client, scope, keyring, actor)
