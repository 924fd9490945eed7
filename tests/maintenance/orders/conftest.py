"""Work orders behind HTTP with their hand-written operations, and a shop to work in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.contract.conftest import Api, WithActor, api, database, registry, served
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.maintenance.order_routes import route_handlers

__all__ = ["api", "database", "registry"]

Owner = psycopg.Connection[Any]


@pytest.fixture(scope="session")
def application(database: Database, registry: Registry) -> WithActor:
    return served(database, registry, route_handlers)


@dataclass(frozen=True)
class Shop:
    """A tenant's shop, by API and by SQL. `api` acts as an administrator."""

    api: Api
    owner: Owner

    @property
    def tenant(self) -> UUID:
        return self.api.actor.tenant_id

    def add(self, table: str, **values: Any) -> UUID:
        return insert(self.owner, table, self.tenant, **values)

    def vehicle(self, **values: Any) -> str:
        return str(self.add("vehicles", **values))

    def technician(self, rate: str | None = "60.00", **values: Any) -> str:
        return str(self.add("technicians", hourly_rate=rate, **values))

    def colleague(self) -> Api:
        """Somebody else with the same rights."""
        return self.api.as_actor(replace(self.api.actor, user_id=self.add("users")))

    async def make(self, collection: str, **body: Any) -> dict[str, Any]:
        answer = await self.api("POST", collection, json=body)
        assert answer.status_code == 201, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def order(self, **body: Any) -> str:
        """A new draft; its path."""
        body = (
            {"summary": "Brakes squeal"}
            | ({} if "vehicle_id" in body else {"vehicle_id": self.vehicle()})
            | body
        )
        return f"maintenance-records/{(await self.make('maintenance-records', **body))['id']}"

    async def task(self, path: str, text: str = "Replace pads", **body: Any) -> str:
        made = await self.make("work-order-tasks", work_order_id=key_of(path), task_description=text, **body)
        return f"work-order-tasks/{made['id']}"

    async def get(self, path: str) -> dict[str, Any]:
        answer = await self.api("GET", path)
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def act(self, path: str, verb: str, api: Api | None = None, **body: Any) -> dict[str, Any]:
        answer = await (api or self.api)("POST", f"{path}/{verb}", json=body)
        assert answer.status_code == 200, (verb, answer.text)
        row: dict[str, Any] = answer.json()
        return row

    async def started(self, **body: Any) -> str:
        """An order that is in progress; its path."""
        path = await self.order(**body)
        await self.act(path, "open")
        await self.act(path, "start")
        return path

    async def refused(self, path: str, verb: str = "", api: Api | None = None, **body: Any) -> dict[str, Any]:
        """What the server says against an action, or against a change when no verb is given."""
        method, address = ("POST", f"{path}/{verb}") if verb else ("PATCH", path)
        answer = await (api or self.api)(method, address, json=body)
        assert answer.status_code >= 400, answer.text
        problem: dict[str, Any] = answer.json()
        return problem

    def status(self, vehicle: str) -> str:
        row = self.owner.execute("SELECT status FROM vehicles WHERE id = %s", (vehicle,)).fetchone()
        assert row is not None
        return str(row[0])


def key_of(path: str) -> str:
    return path.rpartition("/")[2]


def fields(problem: dict[str, Any]) -> list[str]:
    return [entry["field"] for entry in problem.get("errors", ())]


@pytest.fixture
def shop(api: Api, owner: Owner) -> Shop:
    return Shop(api, owner)


@pytest.fixture
def say() -> Callable[[dict[str, Any]], list[str]]:
    """The fields that a problem names."""
    return fields
