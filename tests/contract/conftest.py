"""The resources alone behind HTTP, with an actor of the test's choice: authentication has tests of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import pytest
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from tests.contract.rows import insert

from motorpool.core.access import Access
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.routes import ResourceApi
from motorpool.core.secrets import Keyring
from motorpool.core.secrets.keyring import generate_key
from motorpool.core.settings import load_settings
from motorpool.core.tenancy import Actor
from motorpool.web.application import Application

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


@pytest.fixture(scope="session")
async def database(database_urls: Any) -> AsyncIterator[Database]:
    """One pool for all contract tests; their rows lie in tenants of their own."""
    database = Database(database_urls.app, pool_size=6, keyring=Keyring([generate_key()]))
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
def application(database: Database, registry: Registry) -> WithActor:
    return served(database, registry)


def served(database: Database, registry: Registry, handlers: Sequence[Any] = ()) -> WithActor:
    """All resources behind HTTP, and the hand-written `handlers` of a domain; it takes a second and more."""
    apis = [ResourceApi(resource, registry, database, b"k" * 32) for resource in registry.values()]
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    state = {"database": database, "registry": registry, "settings": load_settings(env_file=None)}
    app = Application(
        [],
        state=State(state),
        exception_handlers={Exception: handle, HTTPException: handle, psycopg.Error: handle},
        openapi_config=None,
    )
    app.register_all([*handlers, *(handler for one in apis for handler in one.handlers())])
    return WithActor(app)


@pytest.fixture
async def api(application: WithActor, tenant: Any, owner: psycopg.Connection[Any]) -> AsyncIterator[Api]:
    """Acts as the first user of a tenant of its own, with every right; what refers to a user refers to this one."""
    actor = replace(tenant.actor, user_id=insert(owner, "users", tenant.id))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application), base_url="http://test"
    ) as client:
        yield Api(client, application, actor)
