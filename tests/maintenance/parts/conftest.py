"""A small shop with stock at two places, behind the real application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation

from motorpool.maintenance.queries.parts_ledger import Difference, stock_differences

Owner = psycopg.Connection[Any]


@dataclass
class Shop:
    """One organisation's parts, as a client of the API sees them."""

    client: httpx.AsyncClient
    owner: Owner
    organisation: Organisation
    main: UUID
    depot: UUID

    @property
    def tenant(self) -> UUID:
        return self.organisation.id

    def part(self, **given: Any) -> UUID:
        return insert(self.owner, "parts", self.tenant, **given)

    def order(self, **given: Any) -> UUID:
        return insert(
            self.owner,
            "maintenance_records",
            self.tenant,
            **{"status": "open", "facility_id": self.main, **given},
        )

    def line(self, order: UUID, part: UUID | None, quantity: str = "1", **given: Any) -> UUID:
        return insert(
            self.owner,
            "work_order_parts",
            self.tenant,
            work_order_id=order,
            part_id=part,
            quantity=quantity,
            **given,
        )

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = await self.client.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.client.get(f"/api/v1/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def receive(self, part: UUID, quantity: str, cost: str = "10", at: UUID | None = None) -> Any:
        line = {
            "part_id": str(part),
            "facility_id": str(at or self.main),
            "quantity": quantity,
            "unit_cost": cost,
        }
        return await self.post("part-stocks/receive", lines=[line])

    def stock(self, part: UUID, at: UUID | None = None) -> dict[str, Any]:
        cursor = self.owner.execute(
            "SELECT * FROM part_stocks WHERE tenant_id = %s AND part_id = %s AND facility_id = %s",
            (self.tenant, part, at or self.main),
        )
        return self._row(cursor)

    def row(self, table: str, key: UUID) -> dict[str, Any]:
        return self._row(self.owner.execute(f"SELECT * FROM {table} WHERE id = %s", (key,)))

    @staticmethod
    def _row(cursor: Any) -> dict[str, Any]:
        row = cursor.fetchone()
        assert row is not None
        return {column.name: value for column, value in zip(cursor.description, row, strict=True)}

    def counts(self, part: UUID, at: UUID | None = None) -> tuple[Decimal, Decimal]:
        found = self.stock(part, at)
        return found["quantity_on_hand"], found["quantity_reserved"]

    def suggestions(self, part: UUID) -> list[tuple[str, Decimal]]:
        return self.owner.execute(
            "SELECT status, quantity FROM purchase_suggestions WHERE tenant_id = %s AND part_id = %s ORDER BY created_at, id",
            (self.tenant, part),
        ).fetchall()

    def differences(self) -> list[Difference]:
        return [one for one in stock_differences(self.owner) if one.tenant_id == self.tenant]


@pytest.fixture
async def shop(client: httpx.AsyncClient, owner: Owner, organisation: Organisation) -> AsyncIterator[Shop]:
    made = Shop(
        client,
        owner,
        organisation,
        insert(owner, "facilities", organisation.id, name="Main shop"),
        insert(owner, "facilities", organisation.id, name="Depot East"),
    )
    yield made
    # Whatever a test did: the ledger explains the stock, and the lines what is reserved.
    assert made.differences() == []
