"""What communication does when other domains announce something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.tell_actions import tell_due_actions, tell_given_actions
from motorpool.communication.actions.tell_citations import tell_citations
from motorpool.communication.actions.tell_due_services import tell_due_services
from motorpool.communication.actions.tell_geofence_alerts import tell_geofence_alerts
from motorpool.communication.actions.tell_incidents import (
    TEST_REMINDER_JOB,
    remind_test,
    tell_incidents,
    tell_tests,
)
from motorpool.communication.actions.tell_meetings import (
    tell_changes,
    tell_invitations,
    tell_near_meetings,
)
from motorpool.communication.actions.tell_renewals import tell_renewals
from motorpool.communication.actions.tell_reservations import (
    REMINDER_JOB,
    remind,
    tell_decisions,
    tell_requests,
)
from motorpool.communication.actions.tell_waiting_orders import tell_waiting_orders
from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy import Actor

Tell = Callable[[AsyncSession, Actor, Sequence[UUID]], Awaitable[int]]
#: What is announced -> who tells people about it, by the ids of the rows.
TELLINGS: dict[str, Tell] = {
    "geofence_alerts": tell_geofence_alerts,
    "due_work_orders_opened": tell_due_services,
    "waiting_work_orders": tell_waiting_orders,
    "papers_due": tell_renewals,
    "citations_due": tell_citations,
    "incidents_reported": tell_incidents,
    "post_accident_tests_ordered": tell_tests,
    "reservations_requested": tell_requests,
    "reservations_decided": tell_decisions,
    "meeting_invitations": tell_invitations,
    "meetings_changed": tell_changes,
    "meetings_near": tell_near_meetings,
    "corrective_actions_given": tell_given_actions,
    "corrective_actions_due": tell_due_actions,
}


def react(topic: str, tell: Tell) -> None:
    """Register the job that tells of a topic; jobs that wait find it by the name of the function."""

    @job(f"communication.{tell.__name__}", on=topic)
    async def run(context: JobContext, **announced: list[str]) -> None:
        [ids] = announced.values()
        async with context.database.transaction(context.actor) as session:
            await tell(session, context.actor, [UUID(key) for key in ids])


for topic, tell in TELLINGS.items():
    react(topic, tell)


@job(REMINDER_JOB)
async def remind_reservation(context: JobContext, reservation_id: str, starts_at: str) -> None:
    """A day and an hour before a reservation begins."""
    async with context.database.transaction(context.actor) as session:
        await remind(session, context.actor, UUID(reservation_id), datetime.fromisoformat(starts_at))


@job(TEST_REMINDER_JOB)
async def remind_post_accident_test(context: JobContext, test_id: str, due_at: str) -> None:
    """Before an alcohol or drug test after an accident comes too late."""
    async with context.database.transaction(context.actor) as session:
        await remind_test(session, context.actor, UUID(test_id), datetime.fromisoformat(due_at))
