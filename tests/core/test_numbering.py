"""Business numbers: those that somebody has given by hand are passed over, at two statements however many are asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
from sqlalchemy import event
from tests.conftest import TestTenant
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Numbered
from motorpool.core.resource.numbering import free_numbers

NUMBERED = Numbered("reservation_number", "RES-{year}-{number:05}")


async def test_numbers_that_are_given_are_passed_over(
    database: Database, tenant: TestTenant, other_tenant: TestTenant, owner: psycopg.Connection[Any]
) -> None:
    for number in (1, 2, 3, 8):
        insert(owner, "vehicle_reservations", tenant.id, reservation_number=f"RES-2026-{number:05}")
    statements: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "counters" in statement or "vehicle_reservations" in statement:
            statements.append(statement)

    async def take(who: TestTenant, count: int) -> tuple[list[int], int]:
        """The numbers, and how many statements they took."""
        before = len(statements)
        async with database.transaction(who.actor) as session:
            found = await free_numbers(
                session, who.id, "vehicle_reservations", NUMBERED, date(2026, 5, 4), count
            )
        assert all(one.startswith("RES-2026-") and len(one) == 14 for one in found)
        return [int(one[-5:]) for one in found], len(statements) - before

    # 1 and 2 are given, so four more are looked at: 6 stays a gap.
    assert await take(tenant, 2) == ([4, 5], 4)
    assert await take(tenant, 1) == ([7], 2)
    # Where some are found, only those that are missing are taken.
    assert await take(tenant, 3) == ([9, 10, 11], 4)
    assert await take(tenant, 1000) == ([*range(12, 1012)], 2)
    assert await take(other_tenant, 1) == ([1], 2)
    assert await take(tenant, 0) == ([], 0)
