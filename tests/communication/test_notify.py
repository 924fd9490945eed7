"""Who is told, how, and only if the transaction stands."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb
from tests.communication.conftest import People

from motorpool.communication.actions.mark_notifications import mark_all_read, mark_notification
from motorpool.communication.actions.notify import MAIL_JOB, notify
from motorpool.communication.queries.inbox import COUNT_MOST, inbox, unread_count
from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound

SAY: dict[str, Any] = {"category": "expense", "title": "An expense waits", "message": "Towing, 240.00 USD"}


async def tell(database: Database, actor: Any, **options: Any) -> list[UUID]:
    async with database.transaction(actor) as session:
        return await notify(session, actor, **(SAY | options))


def told(people: People) -> set[UUID]:
    return {row[0] for row in people.rows("SELECT user_id FROM notifications WHERE tenant_id = %s")}


def jobs(people: People) -> list[Any]:
    return people.connection.execute(
        "SELECT scheduled_at, args -> 'notification_ids' FROM procrastinate_jobs "
        "WHERE task_name = %s AND args ->> 'tenant_id' = %s ORDER BY id",
        (MAIL_JOB, str(people.tenant_id)),
    ).fetchall()


async def test_people_by_name_each_get_a_row_of_their_own(
    database: Database, people: People, tenant: Any
) -> None:
    jo, kim, gone = people.add("jo"), people.add("kim"), people.add("gone", status="disabled")
    vehicle = people.insert("vehicles", vehicle_number="V1")
    made = await tell(database, tenant.actor, to=[jo, kim, jo, gone, uuid4()], entity=("vehicle", vehicle))
    assert len(made) == 2
    rows = people.rows(
        "SELECT user_id, title, priority, entity_type, entity_id, action_url, delivery_channels, is_read "
        "FROM notifications WHERE tenant_id = %s"
    )
    same = (
        "An expense waits",
        "medium",
        "vehicle",
        vehicle,
        f"/vehicles/{vehicle}",
        ["in_app", "email"],
        False,
    )
    assert sorted(rows) == sorted([(jo, *same), (kim, *same)])


async def test_people_by_role(database: Database, people: People, tenant: Any) -> None:
    jo, kim, lee, max_ = (people.add(name) for name in ("jo", "kim", "lee", "max"))
    role = people.role("accountant", {}, jo, kim)
    people.insert("user_roles", role_id=role, user_id=lee, is_active=False)
    people.insert(
        "user_roles", role_id=role, user_id=max_, expires_at=datetime.now(UTC) - timedelta(minutes=1)
    )
    await tell(database, people.actor(kim), role="accountant")
    assert told(people) == {jo}, "whoever acts, whose role ended or was switched off is not told"
    await tell(database, people.actor(kim), role="accountant", to=[kim])
    assert told(people) == {jo, kim}, "but is when named"
    assert await tell(database, tenant.actor, role="no_such_role") == []


async def test_people_by_permission_and_where_it_holds(
    database: Database, people: People, tenant: Any
) -> None:
    everywhere, north_only, own_only, denied = (
        people.add(name) for name in ("all", "north", "own", "denied")
    )
    north = people.insert("departments", name="North", code="N")
    south = people.insert("departments", name="South", code="S")
    may_update = {"vehicles": {"actions": ["update"], "scope": "all"}}
    people.role("planner", may_update, everywhere, denied)
    people.role("north_planner", may_update, north_only, department_ids=[north])
    people.role("driver", {"vehicles": {"actions": ["update"], "scope": "own"}}, own_only)
    permission = people.connection.execute(
        "SELECT id FROM permissions WHERE permission_key = 'vehicles.update'"
    ).fetchone()
    assert permission is not None
    people.insert("user_permissions", user_id=denied, permission_id=permission[0], permission_type="deny")

    async def told_about(**where: Any) -> set[UUID]:
        people.connection.execute("DELETE FROM notifications WHERE tenant_id = %s", (people.tenant_id,))
        await tell(database, tenant.actor, permission="vehicles.update", **where)
        return told(people)

    assert await told_about() == {everywhere}
    assert await told_about(department_id=north) == {everywhere, north_only}
    assert await told_about(department_id=south) == {everywhere}
    assert await told_about(facility_id=uuid4()) == {everywhere}


async def test_nothing_is_told_or_mailed_when_the_transaction_fails(
    database: Database, people: People, tenant: Any
) -> None:
    jo = people.add("jo")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(tenant.actor) as session:
            await notify(session, tenant.actor, to=[jo], **SAY)
            1 / 0  # noqa: B018
    assert told(people) == set()
    assert jobs(people) == []


async def test_wishes_decide_about_mail(database: Database, people: People, tenant: Any) -> None:
    plain, off, but_expenses, not_expenses = (people.add(name) for name in ("plain", "off", "but", "not"))
    people.prefer(off, email_enabled=False)
    people.prefer(
        but_expenses, email_enabled=False, notification_settings=Jsonb({"expense": {"email": True}})
    )
    people.prefer(not_expenses, notification_settings=Jsonb({"expense": {"email": False}}))
    everybody = [plain, off, but_expenses, not_expenses]
    made = await tell(database, tenant.actor, to=everybody)
    assert len(made) == 4
    ways = dict(people.rows("SELECT user_id, delivery_channels FROM notifications WHERE tenant_id = %s"))
    mailed = {user for user, channels in ways.items() if "email" in channels}
    assert mailed == {plain, but_expenses}
    assert all("in_app" in channels for channels in ways.values())
    ((at, ids),) = jobs(people)
    assert at is None
    assert len(ids) == 2
    await tell(database, tenant.actor, to=everybody, channels=("in_app",))
    assert len(jobs(people)) == 1


async def test_quiet_hours_hold_mail_back_in_the_persons_zone_unless_it_is_urgent(
    database: Database, people: People, tenant: Any
) -> None:
    quiet = people.add("quiet", time_zone="Asia/Tokyo")
    people.prefer(
        quiet,
        quiet_hours_enabled=True,
        quiet_hours_start=time(0),
        quiet_hours_end=time(23, 59, 59, 999999),
    )
    await tell(database, tenant.actor, to=[quiet, people.add("awake")])
    await tell(database, tenant.actor, to=[quiet], priority="urgent")
    found = jobs(people)
    assert sorted(at is None for at, _ in found) == [False, True, True]
    (held,) = [at for at, _ in found if at is not None]
    assert timedelta(0) < held - datetime.now(UTC) <= timedelta(days=1)
    # 23:59:59.999999 in Tokyo is 14:59:59.999999 UTC.
    assert (held.astimezone(UTC).hour, held.astimezone(UTC).minute) == (14, 59)


async def test_many_letters_go_in_several_jobs(database: Database, people: People, tenant: Any) -> None:
    crowd = [people.add(f"person{number}") for number in range(120)]
    await tell(database, tenant.actor, to=crowd)
    assert [len(ids) for _, ids in jobs(people)] == [50, 50, 20]


@pytest.mark.parametrize(
    "wrong",
    [
        {"entity": ("spaceship", UUID(int=1))},
        {"action_url": "https://elsewhere.example"},
        {"action_url": "//elsewhere.example"},
        {"action_url": "javascript:alert(1)"},
        {"channels": ("in_app", "pigeon")},
    ],
)
async def test_what_cannot_be_is_refused(
    wrong: dict[str, Any], database: Database, people: People, tenant: Any
) -> None:
    jo = people.add("jo")
    with pytest.raises(ValueError, match=r"spaceship|path of ours|pigeon"):
        await tell(database, tenant.actor, to=[jo], **wrong)
    assert told(people) == set()


async def test_another_tenants_people_are_never_told(
    database: Database, people: People, tenant: Any, other_tenant: Any
) -> None:
    jo = people.add("jo")
    assert await tell(database, other_tenant.actor, to=[jo]) == []
    assert told(people) == set()


async def test_the_counter_goes_no_further_than_one_more_than_it_shows(
    database: Database, people: People, tenant: Any
) -> None:
    jo = people.add("jo")
    for more, shown in ((COUNT_MOST, COUNT_MOST), (5, COUNT_MOST + 1)):
        people.connection.execute(
            "INSERT INTO notifications (tenant_id, user_id, title, message) "
            "SELECT %s, %s, 'x', 'y' FROM generate_series(1, %s)",
            (tenant.id, jo, more),
        )
        assert await unread_count(database, people.actor(jo)) == shown


async def test_reading_dismissing_and_the_counter(database: Database, people: People, tenant: Any) -> None:
    jo, kim = people.add("jo"), people.add("kim")
    mine, other = people.actor(jo), people.actor(kim)
    made = [(await tell(database, tenant.actor, to=[jo], title=f"Number {number}"))[0] for number in range(4)]
    await tell(database, tenant.actor, to=[jo], expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert await unread_count(database, mine) == 4, "what has expired does not count"
    assert [one.title for one in await inbox(database, mine)] == [f"Number {n}" for n in (3, 2, 1, 0)]
    async with database.transaction(mine) as session:
        await mark_notification(session, mine, made[0], "read")
        await mark_notification(session, mine, made[1], "dismissed")
    assert await unread_count(database, mine) == 2
    assert [one.title for one in await inbox(database, mine)] == [f"Number {n}" for n in (3, 2, 0)]
    assert [one.title for one in await inbox(database, mine, unread=True)] == ["Number 3", "Number 2"]
    first = (await inbox(database, mine, limit=1))[0]
    rest = await inbox(database, mine, before=(first.created_at, first.id))
    assert [one.title for one in rest] == ["Number 2", "Number 0"]
    with pytest.raises(NotFound):
        async with database.transaction(other) as session:
            await mark_notification(session, other, made[2], "read")
    async with database.transaction(mine) as session:
        await mark_notification(session, mine, made[1], "unread")
    assert await unread_count(database, mine) == 3
    async with database.transaction(mine) as session:
        assert await mark_all_read(session, mine) == 4
    assert await unread_count(database, mine) == 0
    assert await unread_count(database, other) == 0
