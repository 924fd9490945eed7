"""Who hears of meetings and actions, when, and that nobody hears anything twice, whatever restarts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.contract.rows import insert
from tests.safety.meetings.people import Pool

from motorpool.communication.reactions import TELLINGS
from motorpool.core.database.database import Database
from motorpool.core.jobs.registry import JobContext, load_jobs
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.announce_meetings import announce_meetings

DAY = timedelta(days=1)
TELLS = {f"communication.{tell.__name__}": tell for tell in TELLINGS.values()}


async def work(pool: Pool, database: Database) -> None:
    """Do the jobs that wait, each twice, as after a crash between its commit and its being marked as done."""
    jobs = pool.owner.execute(
        "DELETE FROM procrastinate_jobs WHERE task_name = ANY (%s) AND args ->> 'tenant_id' = %s RETURNING id, task_name, args",
        (list(TELLS), str(pool.organisation.id)),
    ).fetchall()
    for _, name, args in sorted(jobs):
        ids = next(value for value in args.values() if isinstance(value, list))
        for _ in range(2):
            actor = system_actor(pool.organisation.id)
            async with database.transaction(actor) as session:
                await TELLS[name](session, actor, [UUID(key) for key in ids])


async def hour(pool: Pool, database: Database) -> tuple[int, int]:
    """The hourly job, and what follows from it."""
    found = await announce_meetings(database, pool.organisation.id)
    await work(pool, database)
    return found


def told(pool: Pool, user: UUID | None = None) -> list[str]:
    rows = pool.owner.execute(
        "SELECT user_id, title FROM notifications WHERE tenant_id = %s ORDER BY created_at, id",
        (pool.organisation.id,),
    ).fetchall()
    return [title.partition(":")[0] for who, title in rows if user is None or who == user]


def later(pool: Pool, **by: int) -> None:
    """As if so much time had passed: everything that was told, and every day and time, is so much longer ago."""
    gap = timedelta(**by)
    for statement in (
        "UPDATE notifications SET created_at = created_at - %s WHERE tenant_id = %s",
        "UPDATE safety_meetings SET meeting_date = meeting_date - %s WHERE tenant_id = %s",
        "UPDATE corrective_actions SET due_on = (due_on - %s)::date WHERE tenant_id = %s",
    ):
        pool.owner.execute(statement, (gap, pool.organisation.id))


async def test_the_invited_hear_of_a_meeting_and_of_its_changes(pool: Pool, database: Database) -> None:
    dee, tom = await pool.person("driver", "Dee"), await pool.person("technician", "Tom")
    meeting = await pool.meeting(minutes=5 * 24 * 60)
    await pool.invite(meeting, [dee, tom])
    await pool.invite(meeting, [dee])
    await work(pool, database)
    assert told(pool, dee.user) == told(pool, tom.user) == ["Invitation"]
    row = pool.owner.execute(
        "SELECT action_url, message FROM notifications WHERE user_id = %s", (dee.user,)
    ).fetchone()
    assert row is not None and row[0] == f"/safety-meetings/{meeting}" and "Room" in row[1]
    # Another topic, or the same time again, is no news.
    same = (await pool.office.get(f"/api/v1/safety-meetings/{meeting}")).json()
    for body in ({"topic": "Rain"}, {"meeting_date": same["meeting_date"], "location": same["location"]}):
        assert (await pool.office.patch(f"/api/v1/safety-meetings/{meeting}", json=body)).status_code == 200
    await work(pool, database)
    assert told(pool, dee.user) == ["Invitation"]
    first, second = ((datetime.now(UTC) + days * DAY).isoformat() for days in (6, 7))
    for moment in (first, second, first):
        await pool.do(f"safety-meetings/{meeting}/reschedule", meeting_date=moment)
        await work(pool, database)
    assert told(pool, dee.user) == ["Invitation", "Changed", "Changed", "Changed"]
    moved = await pool.office.patch(f"/api/v1/safety-meetings/{meeting}", json={"location": "The yard"})
    assert moved.status_code == 200
    await pool.do(f"safety-meetings/{meeting}/cancel", cancellation_reason="Storm")
    # Who was moved and cancelled before anybody was told hears how it stands.
    await work(pool, database)
    assert told(pool, dee.user)[4:] == ["Cancelled"]
    await pool.do(f"safety-meetings/{meeting}/reschedule", meeting_date=second)
    await work(pool, database)
    assert told(pool, tom.user) == ["Invitation", *["Changed"] * 3, "Cancelled", "Changed"]


async def test_everybody_is_reminded_once_the_day_before(pool: Pool, database: Database) -> None:
    lee, dee, eve = [await pool.person("driver", name) for name in ("Lee", "Dee", "Eve")]
    meeting = await pool.meeting(minutes=3 * 24 * 60, facilitator_user_id=str(lee.user))
    await pool.invite(meeting, [dee, eve])
    await work(pool, database)
    assert (await hour(pool, database))[0] == 0, "too early"
    place = (await pool.places(meeting))[str(eve.driver)]["id"]
    await pool.do(f"meeting-attendees/{place}/take-off")
    later(pool, days=2, hours=1)
    assert (await hour(pool, database))[0] == 1
    assert (await hour(pool, database))[0] == 0
    assert told(pool, dee.user) == ["Invitation", "Reminder"]
    assert told(pool, lee.user) == ["Reminder"]
    assert told(pool, eve.user) == ["Invitation"], "who was taken off the list is not reminded"
    # Invited on the day itself: that is reminder enough.
    await pool.invite(meeting, [eve])
    await work(pool, database)
    assert (await hour(pool, database))[0] == 0
    later(pool, days=2)
    assert (await hour(pool, database))[0] == 0, "what was before is not reminded of"


async def action(pool: Pool, owner: UUID | None, days: int | None, **more: Any) -> str:
    due = None if days is None else (datetime.now(UTC).date() + days * DAY).isoformat()
    body = {"title": "Measure the tires", "assigned_to_user_id": owner and str(owner), "due_on": due} | more
    made = await pool.office.post("/api/v1/corrective-actions", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_an_action_chases_its_owner_until_it_is_done(pool: Pool, database: Database) -> None:
    lee, dee = await pool.person("driver", "Lee"), await pool.person("driver", "Dee")
    meeting = await pool.meeting(facilitator_user_id=str(lee.user))
    key = await action(pool, dee.user, 10, safety_meeting_id=meeting)
    await work(pool, database)
    assert told(pool, dee.user) == ["For you to do"]
    assert await hour(pool, database) == (0, 0)
    wanted = ["For you to do"]
    #: Days that pass, and what the owner hears then.
    days = [
        (7, "Due"),
        (1, None),
        (2, "Due today"),
        (1, "Late"),
        (6, None),
        (1, "Late"),
        (7, "Late"),
        (3, None),
    ]
    for gap, heard in days:
        later(pool, days=gap)
        announced = (await hour(pool, database))[1]
        assert announced == (1 if heard else 0), (gap, heard)
        assert await hour(pool, database) == (0, 0), "each hour once more is nothing more"
        wanted += [heard] if heard else []
        assert [one.partition(" on ")[0] for one in told(pool, dee.user)] == wanted
    # Who led the meeting hears once that it is late.
    assert told(pool, lee.user) == ["Late"]
    done = await dee.client.post(
        f"/api/v1/corrective-actions/{key}/complete", json={"completion_notes": "All vans"}
    )
    assert done.status_code == 200, done.text
    later(pool, days=20)
    assert await hour(pool, database) == (0, 0)


async def test_late_actions_reach_somebody_who_answers_for_them(pool: Pool, database: Database) -> None:
    """Without an owner, with one who has left, and where the leader is the owner: those who may verify."""
    lee, dee = await pool.person("driver", "Lee"), await pool.person("driver", "Dee")
    officer = await pool.person("safety_officer", "Olga")
    meeting = await pool.meeting(facilitator_user_id=str(lee.user))
    await action(pool, None, -1)
    await action(pool, dee.user, -1)
    await action(pool, lee.user, -1, safety_meeting_id=meeting)
    pool.owner.execute("UPDATE users SET status = 'disabled' WHERE id = %s", (dee.user,))
    await work(pool, database)
    assert await hour(pool, database) == (0, 3)
    assert told(pool, officer.user) == ["Late"] * 3
    assert told(pool, lee.user) == ["For you to do"], "given late: told once that day"
    assert told(pool, dee.user) == []
    later(pool, days=7)
    assert await hour(pool, database) == (0, 1)
    assert told(pool, lee.user) == ["For you to do", "Late"]
    assert told(pool, officer.user) == ["Late"] * 3
    other = await pool.person("viewer", "Viv")
    assert told(pool, other.user) == []


async def test_whoever_gets_an_action_hears_of_it_each_time(pool: Pool, database: Database) -> None:
    dee, eve = await pool.person("driver", "Dee"), await pool.person("driver", "Eve")
    key = await action(pool, dee.user, None)

    async def give(owner: UUID) -> None:
        path, body = f"/api/v1/corrective-actions/{key}", {"assigned_to_user_id": str(owner)}
        assert (await pool.office.patch(path, json=body)).status_code == 200
        await work(pool, database)

    await work(pool, database)
    await give(dee.user)
    assert told(pool, dee.user) == ["For you to do"]
    await give(eve.user)
    await give(dee.user)
    assert (told(pool, dee.user), told(pool, eve.user)) == (["For you to do"] * 2, ["For you to do"])
    # Whoever gives something to themselves knows it.
    office = pool.owner.execute(
        "SELECT id FROM users WHERE tenant_id = %s ORDER BY created_at LIMIT 1", (pool.organisation.id,)
    ).fetchone()
    assert office is not None
    await action(pool, office[0], None)
    await work(pool, database)
    assert told(pool, office[0]) == []
    # An incident's actions chase in the same way.
    incident = insert(
        pool.owner, "incidents", pool.organisation.id, incident_number="INC-1", status="investigating"
    )
    await action(pool, eve.user, 0, incident_id=str(incident))
    later(pool, days=1)
    await work(pool, database)
    assert told(pool, eve.user) == ["For you to do", "For you to do"]
    row = pool.owner.execute(
        "SELECT message FROM notifications WHERE user_id = %s ORDER BY created_at DESC LIMIT 1", (eve.user,)
    ).fetchone()
    assert row is not None and row[0].startswith("From INC-1.")


async def test_the_job_runs_every_hour_for_every_organisation(
    pool: Pool, database: Database, site: Any
) -> None:
    job = load_jobs()["safety.announce_meetings"]
    assert job.cron == "23 * * * *"
    dee = await pool.person("driver", "Dee")
    await action(pool, dee.user, 1)
    pool.owner.execute(
        "DELETE FROM procrastinate_jobs WHERE args ->> 'tenant_id' = %s", (str(pool.organisation.id),)
    )
    await job.run(JobContext(database, site.settings, system_actor(UUID(int=0))))
    rows: Sequence[Any] = pool.owner.execute(
        "SELECT task_name FROM procrastinate_jobs WHERE args ->> 'tenant_id' = %s",
        (str(pool.organisation.id),),
    ).fetchall()
    assert [name for (name,) in rows] == ["communication.tell_due_actions"]


@pytest.mark.parametrize("topic", ["meeting_invitations", "meetings_changed", "meetings_near"])
async def test_nothing_is_told_of_a_meeting_of_the_past(pool: Pool, database: Database, topic: str) -> None:
    dee = await pool.person("driver", "Dee")
    meeting = await pool.meeting(minutes=-30)
    places = await pool.invite(meeting, [dee])
    actor = system_actor(pool.organisation.id)
    async with database.transaction(actor) as session:
        ids = [UUID(places[0] if topic == "meeting_invitations" else meeting)]
        assert await TELLINGS[topic](session, actor, ids) == 0
