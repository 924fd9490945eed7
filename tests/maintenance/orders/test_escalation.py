"""Orders that nobody begins with for two days are told to those who may approve them, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from motorpool.communication.actions.tell_waiting_orders import tell_waiting_orders
from motorpool.core.database.database import Database
from motorpool.maintenance.actions.escalate_orders import escalate_orders

from .conftest import Shop, key_of


async def waiting(shop: Shop, hours: int, **body: Any) -> str:
    path = await shop.order(**body)
    await shop.act(path, "open")
    shop.owner.execute(
        "UPDATE maintenance_records SET opened_at = now() - %s * interval '1 hour' WHERE id = %s",
        (hours, key_of(path)),
    )
    return path


def announced(shop: Shop) -> list[str]:
    rows = shop.owner.execute(
        "DELETE FROM procrastinate_jobs WHERE task_name = 'communication.tell_waiting_orders' "
        "AND args ->> 'tenant_id' = %s RETURNING args",
        (str(shop.tenant),),
    ).fetchall()
    return [key for (args,) in rows for key in args["order_ids"]]


async def test_once_after_two_days(database: Database, shop: Shop) -> None:
    late = await waiting(shop, 49)
    await waiting(shop, 47)
    begun = await waiting(shop, 100)
    await shop.act(begun, "start")
    assert await escalate_orders(database, shop.tenant) == 1
    assert announced(shop) == [key_of(late)]
    assert (await shop.get(late))["escalated_at"]
    assert await escalate_orders(database, shop.tenant) == 0
    assert announced(shop) == []


async def test_what_is_opened_again_waits_anew(database: Database, shop: Shop) -> None:
    path = await waiting(shop, 49)
    await escalate_orders(database, shop.tenant)
    await shop.act(path, "cancel", cancellation_reason="Sold")
    await shop.act(path, "reopen", reopen_reason="Not sold")
    assert (await shop.get(path))["escalated_at"] is None
    assert await escalate_orders(database, shop.tenant) == 0, "opened again just now"


@pytest.mark.parametrize(("days", "told"), [(-1, 1), (0, 1), (3, 0)])
async def test_work_that_is_due_later_does_not_wait(
    days: int, told: int, database: Database, shop: Shop
) -> None:
    await waiting(shop, 72, due_on=str(shop.api.actor.today + timedelta(days=days)))
    assert await escalate_orders(database, shop.tenant) == told


async def test_managers_are_told(database: Database, shop: Shop) -> None:
    path = await waiting(shop, 50, priority="critical")
    boss = shop.add("users", status="active")
    role = shop.add("roles", permissions={"maintenance_records": {"actions": ["*"], "scope": "all"}})
    shop.add("user_roles", user_id=boss, role_id=role)
    shop.add("users", status="active")
    await escalate_orders(database, shop.tenant)
    keys = [UUID(key) for key in announced(shop)]
    async with database.transaction(shop.api.actor) as session:
        assert await tell_waiting_orders(session, shop.api.actor, keys) == 1
    row = shop.owner.execute(
        "SELECT user_id, title, priority, action_url FROM notifications WHERE tenant_id = %s", (shop.tenant,)
    ).fetchone()
    number = (await shop.get(path))["work_order_number"]
    assert row == (boss, f"{number} waits for 50 hours", "urgent", f"/{path}")
