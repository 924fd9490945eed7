"""Reminders of papers and policies: at the days set on the row, to those who may renew and to the driver, each once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_organisation

from motorpool.communication.actions.tell_renewals import tell_renewals
from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext, load_jobs
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.announce_due_papers import announce_due_papers

DAY = timedelta(days=1)


class Office:
    """An organisation with a safety officer and a driver who signs in; reminders are told as the worker would."""

    def __init__(self, database: Database, owner: psycopg.Connection[Any], one: Organisation) -> None:
        self.database, self.owner, self.id = database, owner, one.id
        owner.execute("UPDATE tenants SET time_zone = 'UTC' WHERE id = %s", (one.id,))
        self.today = datetime.now(UTC).date()
        found = owner.execute("SELECT id FROM users WHERE tenant_id = %s", (one.id,)).fetchone()
        assert found is not None
        self.boss: UUID = found[0]
        self.person: UUID = insert(
            owner, "users", one.id, status="active", email=f"d-{one.slug}@example.test", display_name="Dora"
        )
        self.driver: UUID = insert(owner, "drivers", one.id, full_name="Dora Driver", user_id=self.person, status="active",
                                   license_expires_on=None, medical_card_expires_on=None)  # fmt: skip

    def paper(self, days: int, notice: int = 30, **more: Any) -> UUID:
        values: dict[str, Any] = {
            "document_type": "port_pass", "entity_type": "driver", "entity_id": self.driver, "status": "active",
            "renewal_required": True, "issue_date": None, "expiration_date": self.today + days * DAY,
            "renewal_reminder_days": notice, "renewed_by_id": None,
        }  # fmt: skip
        found: UUID = insert(self.owner, "compliance_documents", self.id, **values | more)
        return found

    def policy(self, days: int, notice: int = 60, **more: Any) -> UUID:
        values: dict[str, Any] = {
            "policy_type": "auto_liability", "policy_start_date": self.today - 300 * DAY, "renewed_by_id": None,
            "policy_end_date": self.today + days * DAY, "renewal_reminder_days": notice, "is_active": True,
            "renewal_status": "current", "covered_vehicles": None, "covered_drivers": None,
        }  # fmt: skip
        found: UUID = insert(self.owner, "insurance_policies", self.id, **values | more)
        return found

    async def round(self) -> int:
        """What the hourly job and the reaction behind it do; how many papers were announced."""
        self.owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'communication.tell_renewals'")
        announced = await announce_due_papers(self.database, self.id)
        for (ids,) in self.owner.execute(
            "SELECT args -> 'paper_ids' FROM procrastinate_jobs WHERE task_name = 'communication.tell_renewals'"
        ).fetchall():
            # A job that is done twice tells nobody twice.
            for _ in range(2):
                actor = system_actor(self.id)
                async with self.database.transaction(actor) as session:
                    await tell_renewals(session, actor, [UUID(key) for key in ids])
        return announced

    def told(self) -> list[tuple[Any, ...]]:
        return self.owner.execute(
            "SELECT entity_id, user_id, notification_type FROM notifications WHERE tenant_id = %s ORDER BY created_at, user_id",
            (self.id,),
        ).fetchall()


@pytest.fixture
async def office(database: Database, owner: psycopg.Connection[Any], site: Site) -> Office:
    return Office(database, owner, await make_organisation(site.settings))


async def test_each_is_told_once_at_the_days_of_the_row(office: Office) -> None:
    due, early = office.paper(20, notice=20), office.paper(21, notice=20, document_type="gate_pass")
    # The one that follows is on file already.
    office.paper(5, document_type="badge")
    office.paper(500, document_type="badge")
    office.paper(5, status="renewed")
    office.paper(5, renewal_required=False)
    ending = office.policy(60, notice=60)
    office.policy(61, notice=60)
    office.policy(5, renewal_status="renewed")
    office.policy(5, is_active=False)
    assert await office.round() == 2
    reminders = set(office.told())
    assert reminders == {
        (due, office.boss, "reminder"),
        (due, office.person, "reminder"),
        (ending, office.boss, "reminder"),
    }
    assert await office.round() == 0
    assert set(office.told()) == reminders
    # A day later the other paper has its turn.
    office.owner.execute("UPDATE compliance_documents SET renewal_reminder_days = 21 WHERE id = %s", (early,))
    assert await office.round() == 1
    assert len(office.told()) == 5


async def test_a_lapse_is_told_once_more_and_a_new_day_begins_anew(office: Office) -> None:
    key = office.paper(10)
    await office.round()
    office.owner.execute(
        "UPDATE compliance_documents SET expiration_date = %s WHERE id = %s", (office.today - DAY, key)
    )
    # What was told before its last day was not about the lapse.
    office.owner.execute(
        "UPDATE notifications SET created_at = now() - interval '11 days' WHERE tenant_id = %s", (office.id,)
    )
    assert await office.round() == 1
    assert [kind for _, user, kind in office.told() if user == office.boss] == ["reminder", "alert"]
    assert await office.round() == 0
    # Renewed on the same row: told again when its days begin, and not before.
    office.owner.execute(
        "UPDATE compliance_documents SET expiration_date = %s WHERE id = %s", (office.today + 365 * DAY, key)
    )
    assert await office.round() == 0
    office.owner.execute(
        "UPDATE notifications SET created_at = now() - interval '340 days' WHERE tenant_id = %s", (office.id,)
    )
    office.owner.execute(
        "UPDATE compliance_documents SET expiration_date = %s WHERE id = %s", (office.today + 25 * DAY, key)
    )
    assert await office.round() == 1
    assert len(office.told()) == 6


async def test_dates_without_a_paper_are_told_too(office: Office) -> None:
    office.owner.execute(
        "UPDATE drivers SET license_expires_on = %(day)s, medical_card_expires_on = %(day)s WHERE id = %(key)s",
        {"day": office.today + 29 * DAY, "key": office.driver},
    )
    van = insert(
        office.owner, "vehicles", office.id, status="active", registration_expires_on=office.today + 31 * DAY
    )
    # The paper stands for the date; it is told at its own days.
    office.paper(29, notice=5, document_type="medical_card")
    assert await office.round() == 1
    assert {(key, user) for key, user, _ in office.told()} == {
        (office.driver, office.boss),
        (office.driver, office.person),
    }
    titles = office.owner.execute(
        "SELECT DISTINCT title FROM notifications WHERE tenant_id = %s", (office.id,)
    ).fetchall()
    assert len(titles) == 1 and titles[0][0].startswith("License of Dora Driver expires on")
    assert await office.round() == 0
    office.owner.execute(
        "UPDATE vehicles SET registration_expires_on = %s WHERE id = %s", (office.today - DAY, van)
    )
    assert await office.round() == 1
    assert (van, office.boss, "alert") in office.told()


async def test_two_rounds_at_once_tell_once(office: Office) -> None:
    key = office.paper(10)

    async def tell() -> int:
        actor = system_actor(office.id)
        async with office.database.transaction(actor) as session:
            return await tell_renewals(session, actor, [key])

    assert sorted(await asyncio.gather(tell(), tell())) == [0, 2]


async def test_the_job_runs_for_every_tenant(office: Office, site: Site) -> None:
    job = load_jobs()["safety.announce_due_papers"]
    assert job.cron == "41 * * * *"
    key = office.paper(3)
    await job.run(JobContext(office.database, site.settings, system_actor(UUID(int=0))))
    queued = office.owner.execute(
        "SELECT args -> 'paper_ids' FROM procrastinate_jobs WHERE task_name = 'communication.tell_renewals' "
        "AND args ->> 'tenant_id' = %s",
        (str(office.id),),
    ).fetchall()
    assert [str(key)] in [one[0] for one in queued]
