"""Work orders that open themselves, once, whoever looks; and a fleet over weeks against a plain calculation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from bench.service_year import simulate
from tests.contract.conftest import Api
from tests.contract.rows import insert
from tests.site import make_organisation

from motorpool.communication.actions.tell_due_services import tell_due_services
from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext, find_job
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.maintenance.actions.open_due_work_orders import open_due_work_orders

from .conftest import Read
from .test_schedule_api import create

Owner = psycopg.Connection[Any]


def orders_of(owner: Owner, tenant: UUID) -> list[tuple[Any, ...]]:
    return owner.execute(
        "SELECT w.summary, w.status, w.priority, w.source, w.due_on, w.work_order_type FROM maintenance_records w "
        "WHERE w.tenant_id = %s ORDER BY w.summary",
        (tenant,),
    ).fetchall()


async def due_ones(api: Api, owner: Owner, read: Read) -> None:
    """One vehicle with a service of each kind; only three want an order."""
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    read(vehicle, 50_000)
    for name, given in {
        "A overdue": {"next_due_mileage": 49_000},
        "B due soon": {"next_due_date": str(api.actor.today + timedelta(days=5))},
        "C due": {"next_due_mileage": 50_000},
        "D upcoming": {"next_due_mileage": 60_000},
        "E by hand": {"next_due_mileage": 49_000, "auto_create_work_order": False},
        "F paused": {"next_due_mileage": 49_000, "is_active": False},
    }.items():
        more = {"auto_create_work_order": True, "trigger_interval_miles": 5000} | given
        await create(api, vehicle, schedule_name=name, **more)


async def test_what_is_due_gets_one_order_and_no_other(
    api: Api, owner: Owner, database: Database, read: Read
) -> None:
    await due_ones(api, owner, read)
    today = api.actor.today
    async with database.transaction(api.actor) as session:
        opened = await open_due_work_orders(session, api.actor)
    assert len(opened.orders) == 3
    found = orders_of(owner, api.actor.tenant_id)
    assert [(row[0], row[1], row[2], row[3]) for row in found] == [
        ("A overdue", "open", "high", "schedule"),
        ("B due soon", "open", "medium", "schedule"),
        ("C due", "open", "medium", "schedule"),
    ]
    assert [row[4] for row in found] == [today, today + timedelta(days=5), today]
    async with database.transaction(api.actor) as session:
        again = await open_due_work_orders(session, api.actor)
    assert again.orders == ()


async def test_a_cancelled_order_is_not_opened_again_at_once(
    api: Api, owner: Owner, database: Database, read: Read
) -> None:
    await due_ones(api, owner, read)
    async with database.transaction(api.actor) as session:
        opened = await open_due_work_orders(session, api.actor)
    await api(
        "POST", f"maintenance-records/{opened.orders[0]}/cancel", json={"cancellation_reason": "Not now"}
    )
    for days, count in ((0, 0), (6, 0), (7, 1)):
        async with database.transaction(api.actor) as session:
            again = await open_due_work_orders(session, api.actor, api.actor.today + timedelta(days=days))
        assert len(again.orders) == count, days


async def test_eight_workers_at_once_open_one_each(
    api: Api, owner: Owner, database: Database, read: Read
) -> None:
    await due_ones(api, owner, read)

    async def work() -> int:
        async with database.transaction(api.actor) as session:
            return len((await open_due_work_orders(session, api.actor)).orders)

    assert sum(await asyncio.gather(*(work() for _ in range(8)))) == 3
    assert len(orders_of(owner, api.actor.tenant_id)) == 3


async def test_the_hourly_job_opens_and_tells(
    api: Api, owner: Owner, database: Database, settings: Settings, read: Read
) -> None:
    await due_ones(api, owner, read)
    tenant = api.actor.tenant_id
    owner.execute("UPDATE tenants SET time_zone = 'Pacific/Auckland' WHERE id = %s", (tenant,))
    context = JobContext(database, settings, api.actor)
    await find_job("maintenance.open_due_work_orders").run(context)
    assert len(orders_of(owner, tenant)) >= 3
    queued = owner.execute(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'communication.tell_due_services' "
        "AND args->>'tenant_id' = %s",
        (str(tenant),),
    ).fetchall()
    assert len(queued) == 1
    await find_job("communication.tell_due_services").run(context, order_ids=queued[0][0]["order_ids"])


async def test_managers_get_one_summary(settings: Settings, owner: Owner, database: Database) -> None:
    organisation = await make_organisation(settings)
    vehicle = insert(owner, "vehicles", organisation.id, vehicle_number="BUS-7")
    orders = [
        insert(owner, "maintenance_records", organisation.id, vehicle_id=vehicle, **given)
        for given in (
            {"summary": "Oil service", "priority": "medium"},
            {"summary": "Brake inspection", "priority": "high"},
            {"summary": "Closed meanwhile", "status": "completed"},
        )
    ]
    actor = system_actor(organisation.id)
    async with database.transaction(actor) as session:
        assert await tell_due_services(session, actor, orders) == 1
        assert await tell_due_services(session, actor, orders[2:]) == 0
    told = owner.execute(
        "SELECT title, message, priority, action_url FROM notifications WHERE tenant_id = %s",
        (organisation.id,),
    ).fetchall()
    assert told == [
        (
            "2 work orders were opened for services that are due",
            "1 overdue. BUS-7: Brake inspection; BUS-7: Oil service.",
            "high",
            "/service-due",
        )
    ]


@pytest.mark.parametrize("seed", [5, 11])
async def test_a_fleet_over_two_months_gets_every_service_once(
    seed: int, tenant: Any, database: Database
) -> None:
    figures = await simulate(database, tenant.id, vehicles=30, days=60, seed=seed)
    assert figures.missing == []
    assert figures.surplus == []
    assert (figures.twice, figures.early) == (0, 0)
    assert figures.orders == figures.expected > 80
    assert figures.replaced > 0 and figures.wrong > 0 and figures.silent_days > 0
