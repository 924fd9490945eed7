"""Many things of one announcement: the first are told one by one, the others in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.communication.conftest import People
from tests.conftest import TestTenant

from motorpool.communication.actions.tell_each import ONE_BY_ONE
from motorpool.communication.actions.tell_reservations import tell_requests
from motorpool.communication.reactions import TELLINGS
from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import load_jobs


@pytest.mark.parametrize("more", [0, 3])
async def test_twenty_are_told_and_the_rest_is_counted(
    database: Database, people: People, tenant: TestTenant, more: int
) -> None:
    jo = people.add("jo")
    people.role("desk", {"vehicle_reservations": {"actions": ["approve"], "scope": "all"}}, jo)
    start = datetime.now(UTC) + timedelta(days=1)
    keys = [
        people.insert(
            "vehicle_reservations",
            reservation_number=f"R-{number:02}",
            purpose="Survey",
            starts_at=start + timedelta(minutes=number),
            ends_at=start + timedelta(hours=1),
        )
        for number in range(ONE_BY_ONE + more)
    ]
    async with database.transaction(tenant.actor) as session:
        written = await tell_requests(session, tenant.actor, keys)
    titles = {row[0] for row in people.rows("SELECT title FROM notifications WHERE tenant_id = %s")}
    wanted = {f"R-{number:02}: a vehicle is asked for" for number in range(ONE_BY_ONE)}
    assert titles == (wanted | {f"{more} more vehicles are asked for"} if more else wanted)
    assert written == len(titles)


def test_jobs_keep_the_names_that_wait_in_the_queue() -> None:
    jobs = load_jobs()
    names = {topic: f"communication.{tell.__name__}" for topic, tell in TELLINGS.items()}
    assert names == {
        "geofence_alerts": "communication.tell_geofence_alerts",
        "due_work_orders_opened": "communication.tell_due_services",
        "waiting_work_orders": "communication.tell_waiting_orders",
        "papers_due": "communication.tell_renewals",
        "citations_due": "communication.tell_citations",
        "incidents_reported": "communication.tell_incidents",
        "post_accident_tests_ordered": "communication.tell_tests",
        "reservations_requested": "communication.tell_requests",
        "reservations_decided": "communication.tell_decisions",
        "meeting_invitations": "communication.tell_invitations",
        "meetings_changed": "communication.tell_changes",
        "meetings_near": "communication.tell_near_meetings",
        "corrective_actions_given": "communication.tell_given_actions",
        "corrective_actions_due": "communication.tell_due_actions",
    }
    assert {topic: jobs[name].on for topic, name in names.items()} == {topic: topic for topic in names}
