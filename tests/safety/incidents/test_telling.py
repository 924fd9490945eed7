"""Who hears of an incident, and of the tests that it calls for."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
from tests.contract.rows import insert
from tests.site import Organisation

from motorpool.communication.actions.tell_incidents import remind_test, tell_incidents, tell_tests
from motorpool.core.database.database import Database
from motorpool.core.tenancy.actor import system_actor

Owner = psycopg.Connection[Any]
NOW = datetime.now(UTC).replace(microsecond=0)


def announced(owner: Owner, organisation: Organisation, task: str) -> list[uuid.UUID]:
    """Ids in the jobs that wait for this organisation."""
    rows = owner.execute(
        "SELECT args FROM procrastinate_jobs WHERE task_name = %s AND args::text LIKE %s ORDER BY id",
        (f"communication.{task}", f"%{organisation.id}%"),
    ).fetchall()
    return [
        uuid.UUID(key) for (args,) in rows for ids in args.values() if isinstance(ids, list) for key in ids
    ]


def notes(owner: Owner, organisation: Organisation) -> list[tuple[Any, ...]]:
    return owner.execute(
        "SELECT user_id, title, priority, action_url FROM notifications WHERE tenant_id = %s ORDER BY created_at, title",
        (organisation.id,),
    ).fetchall()


async def test_a_grave_accident_is_told_at_once_with_its_tests(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, database: Database
) -> None:
    person = insert(
        owner, "users", organisation.id, status="active", email=f"d-{organisation.slug}@example.test"
    )
    driver = insert(owner, "drivers", organisation.id, full_name="Dana Diaz", user_id=person)
    truck = insert(owner, "vehicles", organisation.id, vehicle_type="truck", gvwr_kg=15_000)
    body = {
        "client_key": str(uuid.uuid4()),
        "incident_type": "collision",
        "description": "Head-on on the bridge",
        "occurred_at": (NOW - timedelta(minutes=10)).isoformat(),
        "vehicle_id": str(truck),
        "driver_id": str(driver),
        "fatality_count": 1,
    }
    made = await client.post("/api/v1/incidents/submit", json=body)
    assert made.status_code == 201, made.text
    again = await client.post("/api/v1/incidents/submit", json=body)
    assert again.json()["is_repeat"] is True
    incidents = announced(owner, organisation, "tell_incidents")
    tests = announced(owner, organisation, "tell_tests")
    assert [str(one) for one in incidents] == [made.json()["id"]]
    assert {str(one) for one in tests} == {one["id"] for one in made.json()["tests"]}
    actor = system_actor(organisation.id)
    async with database.transaction(actor) as session:
        assert await tell_incidents(session, actor, incidents) == 1
        assert await tell_tests(session, actor, tests) == 4
    found = notes(owner, organisation)
    assert ("Critical: Head-on on the bridge", "urgent") in [
        (title, urgency) for _, title, urgency, _ in found
    ]
    mine = [(title, href) for user, title, _, href in found if user == person]
    assert [title.partition(" by ")[0] for title, _ in mine] == ["Alcohol test", "Drug test"]
    assert {href for _, href in mine} == {f"/incidents/{made.json()['id']}"}
    # Reminders wait: two of the alcohol test, one of the drug test.
    rows = owner.execute(
        "SELECT scheduled_at, args ->> 'test_id', args ->> 'due_at' FROM procrastinate_jobs "
        "WHERE task_name = 'communication.remind_post_accident_test' AND args::text LIKE %s ORDER BY scheduled_at",
        (f"%{organisation.id}%",),
    ).fetchall()
    crash = NOW - timedelta(minutes=10)
    assert [at for at, _, _ in rows] == [crash + timedelta(hours=one) for one in (1.25, 6, 30)]
    _, test, due = rows[0]
    async with database.transaction(actor) as session:
        assert await remind_test(session, actor, uuid.UUID(test), datetime.fromisoformat(due)) == 2
        wrong = datetime.fromisoformat(due) + timedelta(hours=1)
        assert await remind_test(session, actor, uuid.UUID(test), wrong) == 0
    made_now = await client.post(
        f"/api/v1/drug-alcohol-tests/{test}/record", json={"taken_at": NOW.isoformat(), "result": "negative"}
    )
    assert made_now.status_code == 200, made_now.text
    async with database.transaction(actor) as session:
        assert await remind_test(session, actor, uuid.UUID(test), datetime.fromisoformat(due)) == 0
