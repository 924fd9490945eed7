"""Who hears what about a reservation, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from tests.conftest import TestTenant
from tests.contract.rows import insert

from motorpool.communication.actions.tell_reservations import REMINDER_JOB, remind, tell_decisions
from motorpool.core.database.database import Database

NOW = datetime.now(UTC).replace(microsecond=0)


async def test_who_asked_hears_the_decision_and_is_reminded_of_what_still_holds(
    database: Database, tenant: TestTenant, owner: psycopg.Connection[Any]
) -> None:
    van = insert(owner, "vehicles", tenant.id, vehicle_number="V-7")
    asker, decider = insert(owner, "users", tenant.id), insert(owner, "users", tenant.id)
    starts = NOW + timedelta(hours=5)
    key = insert(
        owner,
        "vehicle_reservations",
        tenant.id,
        reservation_number="RES-9",
        vehicle_id=van,
        status="approved",
        purpose="Survey",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        requested_by_user_id=asker,
        decided_by_user_id=decider,
    )
    titles = "SELECT user_id, title FROM notifications WHERE tenant_id = %s ORDER BY created_at, id"
    async with database.transaction(tenant.actor) as session:
        assert await tell_decisions(session, tenant.actor, [key]) == 1
    assert owner.execute(titles, (tenant.id,)).fetchall() == [(asker, "RES-9: you get V-7")]
    planned = owner.execute(
        "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = %s AND args ->> 'reservation_id' = %s",
        (REMINDER_JOB, str(key)),
    ).fetchall()
    assert planned == [(starts - timedelta(hours=1),)], "of the day before it is too late"
    async with database.transaction(tenant.actor) as session:
        assert await remind(session, tenant.actor, key, starts - timedelta(hours=1)) == 0, "another time"
        assert await remind(session, tenant.actor, key, starts) == 1
    owner.execute("UPDATE vehicle_reservations SET status = 'cancelled' WHERE id = %s", (key,))
    async with database.transaction(tenant.actor) as session:
        assert await remind(session, tenant.actor, key, starts) == 0
