"""The resources alone behind HTTP, with an actor of the test's choice: authentication has tests of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import pytest
from litestar import Litestar

from motorpool.core.access import Access
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.routes import ResourceApi
from motorpool.core.tenancy import Actor

REGISTRY = load_registry()


@pytest.fixture(scope="session")
def registry() -> Registry:
    return REGISTRY


@dataclass
class Api:
    """An HTTP client that acts as `actor`."""

    client: httpx.AsyncClient
    app: Any
    actor: Actor

    def as_actor(self, actor: Actor) -> Api:
        return replace(self, actor=actor)

    def with_rules(self, *rules: Rule, **changes: Any) -> Api:
        return self.as_actor(replace(self.actor, access=Access(rules), **changes))

    async def __call__(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        self.app.actor = self.actor
        return await self.client.request(method, f"/api/v1/{path}", **kwargs)


class WithActor:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.actor: Actor | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["actor"] = self.actor
        await self.app(scope, receive, send)


@pytest.fixture
async def api(database: Database, tenant: Any, registry: Registry) -> AsyncIterator[Api]:
    handlers = [
        handler
        for resource in registry.values()
        for handler in ResourceApi(resource, registry, database, b"k" * 32).handlers()
    ]
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    app = WithActor(Litestar(handlers, exception_handlers={Exception: handle}, openapi_config=None))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield Api(client, app, tenant.actor)


@pytest.fixture
def owner(database_urls: Any) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection, which sees all rows; commits each statement."""
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield connection
