"""What every verb does before its handler runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from tests.contract.conftest import WithActor
from tests.contract.rows import insert

from motorpool.core.access import Access
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import load_registry
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.documents.resources import RESOURCES
from motorpool.web.application import Application


class Told(msgspec.Struct):
    key: str


VERBS = Verbs(RESOURCES)


@VERBS.get("record_attachments", "look", Nothing, permission="read", answers=Told)
async def look(call: Call[Nothing]) -> Told:
    """Look."""
    return Told(str(call.key))


@VERBS.post("record_attachments", "touch", Nothing, permission="update", answers=Told)
async def touch(call: Call[Nothing]) -> Told:
    """Touch."""
    return Told(str(call.key))


@pytest.mark.parametrize(("method", "verb", "right"), [("GET", "look", "read"), ("POST", "touch", "update")])
async def test_only_a_row_within_reach_is_acted_on(
    database: Database, database_urls: Any, tenant: Any, method: str, verb: str, right: str
) -> None:
    """Attachments are reached by who reaches what they are about."""
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    app = Application(VERBS.handlers(), exception_handlers={Exception: handle}, openapi_config=None)
    app.state.database, app.state.registry = database, load_registry()
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        vehicle = insert(owner, "vehicles", tenant.id)
        key = insert(owner, "record_attachments", tenant.id, record_type="vehicles", record_id=vehicle)
    acting = WithActor(app)

    async def answer(*patterns: str, row: Any = key) -> httpx.Response:
        acting.actor = replace(
            tenant.actor, access=Access(tuple(Rule(pattern, "test") for pattern in patterns))
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(acting), base_url="http://test") as client:
            return await client.request(method, f"/api/v1/record-attachments/{row}/{verb}")

    assert (await answer("vehicles.read")).status_code == 403
    assert (await answer(f"record_attachments.{right}")).status_code == 404
    assert (await answer(f"record_attachments.{right}", "vehicles.read")).json() == {"key": str(key)}
    assert (await answer(f"record_attachments.{right}", "vehicles.read", row=tenant.id)).status_code == 404
