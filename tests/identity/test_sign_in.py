from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from typing import Any

import pytest
from argon2 import PasswordHasher

from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.identity.actions.create_user import create_user, invite_user
from motorpool.identity.actions.disable_user import disable_user, reset_password
from motorpool.identity.actions.set_up_link import complete_set_up, issue_set_up_link
from motorpool.identity.actions.sign_in import (
    ChooseTenant,
    MustChangePassword,
    SignedIn,
    sign_in,
    sign_in_by_choice,
    sign_out,
)
from motorpool.identity.actions.suspend_tenant import suspend_tenant
from motorpool.identity.queries.authenticate import authenticate_session
from motorpool.identity.rules.tokens import new_token

from .conftest import PASSWORD, Organisation


def random_address() -> str:
    """Addresses count failures, so each test comes from its own."""
    return f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"


async def enter(org: Organisation, email: str, password: str = PASSWORD, **options: Any) -> Any:
    given = {"address": random_address(), "user_agent": "pytest", "session_hours": 1.0} | options
    database = given.pop("database", org.database)
    return await sign_in(database, org.keyring, email=email, password=password, **given)


async def session_actor(org: Organisation, cookie: str) -> Actor:
    return await authenticate_session(org.database, org.keyring, cookie, "192.0.2.1", "pytest")


async def test_signing_in_and_out(org: Organisation, owner: Any) -> None:
    user = await org.user("viewer")
    entered = await enter(org, user.email.upper(), address="198.51.100.4")
    assert isinstance(entered, SignedIn)
    assert entered.max_age_s == 3600
    actor = await session_actor(org, entered.cookie.text)
    assert (actor.user_id, actor.tenant_id, actor.name, actor.token_id) == (
        user.id,
        org.id,
        user.display_name,
        None,
    )
    assert actor.access.allows("trips.read")
    await org.act(sign_out, actor)
    with pytest.raises(Unauthenticated):
        await session_actor(org, entered.cookie.text)
    log = owner.execute(
        "SELECT action_type, host(ip_address), user_agent FROM user_activity_log WHERE user_id = %s ORDER BY id",
        (user.id,),
    ).fetchall()
    assert log == [("login", "198.51.100.4", "pytest"), ("logout", "192.0.2.1", "pytest")]
    assert owner.execute(
        "SELECT last_sign_in_at IS NOT NULL FROM users WHERE id = %s", (user.id,)
    ).fetchone()[0]


@pytest.mark.parametrize("spoil", ["x", "00000000000000000000000000000000_" + "a" * 52, "ä", "_", ""])
async def test_a_tampered_cookie_opens_nothing(
    org: Organisation, other_org: Organisation, spoil: str
) -> None:
    entered = await enter(org, (await org.user()).email)
    for cookie in (spoil, entered.cookie.text[:-1], "mp_" + entered.cookie.text, entered.cookie.text + "a"):
        with pytest.raises(Unauthenticated):
            await session_actor(org, cookie)
    with pytest.raises(Unauthenticated):
        await session_actor(org, entered.cookie.text.replace(org.id.hex, other_org.id.hex))


async def test_wrong_password_and_unknown_person_look_alike(org: Organisation, owner: Any) -> None:
    user = await org.user("viewer")
    disabled, invited = await org.user("viewer"), await org.user()
    await org.user("admin")
    await org.act(disable_user, org.actor, disabled.id)
    owner.execute("UPDATE users SET password_hash = NULL, status = 'invited' WHERE id = %s", (invited.id,))
    answers = []
    for email, password in (
        (user.email, "wrong password"),
        (f"nobody@{org.slug}.example", PASSWORD),
        (disabled.email, PASSWORD),
        (invited.email, PASSWORD),
        (user.email, ""),
        ("", ""),
        ("\x00", "\x00"),
    ):
        with pytest.raises(Unauthenticated) as caught:
            await enter(org, email, password)
        answers.append(caught.value.problem())
    assert all(answer == answers[0] for answer in answers)
    logged = owner.execute(
        "SELECT count(*) FROM user_activity_log WHERE user_id = %s AND action_type = 'login_failed'",
        (user.id,),
    ).fetchone()
    assert logged[0] == 2
    nobody = owner.execute(
        "SELECT tenant_id FROM user_activity_log WHERE action_details ->> 'email' = %s",
        (f"nobody@{org.slug}.example",),
    ).fetchone()
    assert nobody[0] == SYSTEM_TENANT_ID


async def test_an_unknown_person_costs_the_same_time(org: Organisation) -> None:
    async def median(emails: list[str]) -> float:
        times = []
        for email in emails:
            start = time.perf_counter()
            with pytest.raises(Unauthenticated):
                await enter(org, email, "wrong password")
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    people = [(await org.user()).email for _ in range(9)]
    known = await median(people)
    unknown = await median([f"x{number}@{org.slug}.example" for number in range(9)])
    assert 0.5 < unknown / known < 2


async def test_failures_of_an_e_mail_count_over_processes(
    org: Organisation, database_urls: Any, owner: Any
) -> None:
    user = await org.user()
    other = Database(database_urls.app, pool_size=2)
    await other.open()
    try:
        for number in range(5):
            with pytest.raises(Unauthenticated):
                await enter(org, user.email, "wrong password", database=(org.database, other)[number % 2])
        for database in (org.database, other):
            with pytest.raises(TooManyRequests) as caught:
                await enter(org, user.email, PASSWORD, database=database)
            assert 25 <= int(caught.value.headers["Retry-After"]) <= 30
    finally:
        await other.close()
    # Refused attempts do not prolong the wait; when it is over the right password works and clears the counter.
    owner.execute(
        "UPDATE sign_in_attempts SET attempted_at = attempted_at - interval '31 s' WHERE attempt_key = %s",
        (f"email:{user.email}",),
    )
    await enter(org, user.email)
    for _ in range(4):
        with pytest.raises(Unauthenticated):
            await enter(org, user.email, "wrong password")
    await enter(org, user.email)


async def test_failures_of_an_address_count_over_people(org: Organisation, owner: Any) -> None:
    user, address = await org.user(), random_address()
    owner.execute(
        "INSERT INTO sign_in_attempts (attempt_key, succeeded) SELECT %s, false FROM generate_series(1, 29)",
        ("ip:" + str(__import__("ipaddress").ip_network(address + "/64", strict=False)),),
    )
    await enter(org, user.email, address=address)
    with pytest.raises(Unauthenticated):
        await enter(org, f"one@{org.slug}.example", "wrong", address=address)
    with pytest.raises(TooManyRequests) as caught:
        await enter(org, user.email, address=address)
    assert 890 <= int(caught.value.headers["Retry-After"]) <= 900
    await enter(org, user.email)


async def test_many_at_once_do_not_slip_through(org: Organisation) -> None:
    user = await org.user()

    async def attempt() -> str:
        try:
            await enter(org, user.email, "wrong password")
        except Unauthenticated:
            return "checked"
        except TooManyRequests:
            return "delayed"
        return "in"

    outcomes = await asyncio.gather(*(attempt() for _ in range(30)))
    # Two passwords are checked at once, so one more than the five may have begun.
    assert 5 <= outcomes.count("checked") <= 6
    assert outcomes.count("delayed") == 30 - outcomes.count("checked")


async def test_signing_in_ends_the_session_that_was_there(org: Organisation) -> None:
    victim, attacker = await org.user(), await org.user()
    planted = await enter(org, attacker.email)
    entered = await enter(org, victim.email, old_cookie=planted.cookie.text)
    assert entered.cookie.text != planted.cookie.text
    assert (await session_actor(org, entered.cookie.text)).user_id == victim.id
    with pytest.raises(Unauthenticated):
        await session_actor(org, planted.cookie.text)
    # A cookie that nobody made is never taken over either.
    invented = new_token("session", org.id)
    again = await enter(org, victim.email, old_cookie=invented.text)
    assert again.cookie.text != invented.text
    with pytest.raises(Unauthenticated):
        await session_actor(org, invented.text)


async def test_the_same_e_mail_in_two_tenants(org: Organisation, other_org: Organisation) -> None:
    email = f"{uuid.uuid4().hex}@both.example"
    for where in (org, other_org):
        await where.act(create_user, where.actor, email=email, display_name="Jo", password=PASSWORD)
    choose = await enter(org, email)
    assert isinstance(choose, ChooseTenant)
    assert {choice.slug for choice in choose.choices} == {org.slug, other_org.slug}
    wanted = next(choice for choice in choose.choices if choice.slug == other_org.slug)
    common = {"address": "192.0.2.1", "user_agent": None, "session_hours": 1.0}
    entered = await sign_in_by_choice(org.database, org.keyring, choice=wanted.value, **common)
    assert isinstance(entered, SignedIn)
    assert entered.cookie.tenant_id == other_org.id
    payload, _, signature = wanted.value.partition(".")
    forged = payload.replace(other_org.id.hex[:8].encode().hex(), org.id.hex[:8].encode().hex())
    for value in (f"{forged}x.{signature}", f"{payload}.{'0' * 64}", "", "zz.zz", payload):
        with pytest.raises(Unauthenticated):
            await sign_in_by_choice(org.database, org.keyring, choice=value, **common)
    named = await enter(org, email, tenant=org.slug)
    assert isinstance(named, SignedIn)
    assert named.cookie.tenant_id == org.id
    await other_org.act(suspend_tenant, other_org.actor)
    assert isinstance(await enter(org, email), SignedIn)


async def test_expired_sessions_disabled_people_suspended_tenants(org: Organisation, owner: Any) -> None:
    await org.user("admin")
    user = await org.user()
    short = await enter(org, user.email, session_hours=0.5 / 3600)
    with pytest.raises(Unauthenticated):
        await session_actor(org, short.cookie.text)
    entered = await enter(org, user.email)
    await session_actor(org, entered.cookie.text)
    await org.act(suspend_tenant, org.actor)
    with pytest.raises(Forbidden):
        await session_actor(org, entered.cookie.text)
    with pytest.raises(Unauthenticated):
        await enter(org, user.email)
    await org.act(suspend_tenant, org.actor, suspended=False)
    await org.act(disable_user, org.actor, user.id)
    with pytest.raises(Unauthenticated):
        await session_actor(org, entered.cookie.text)


async def test_old_hashes_are_renewed(org: Organisation, owner: Any) -> None:
    user = await org.user()
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    owner.execute("UPDATE users SET password_hash = %s WHERE id = %s", (old, user.id))
    await enter(org, user.email)
    new = owner.execute("SELECT password_hash FROM users WHERE id = %s", (user.id,)).fetchone()[0]
    assert "m=47104" in new
    await enter(org, user.email)


async def test_invited_people_choose_a_password_once(org: Organisation) -> None:
    async with org.database.transaction(org.actor) as session:
        user, link = await invite_user(
            session,
            org.keyring,
            org.actor,
            email=f"new@{org.slug}.example",
            display_name="New",
            roles=["viewer"],
        )
    with pytest.raises(Unauthenticated):
        await enter(org, user.email)
    holder = Actor(org.id)
    async with org.database.transaction(holder) as session:
        with pytest.raises(Invalid):
            await complete_set_up(session, org.keyring, holder, link, "short")
        await complete_set_up(session, org.keyring, holder, link, "another fine phrase")
    async with org.database.transaction(holder) as session:
        with pytest.raises(NotFound):
            await complete_set_up(session, org.keyring, holder, link, "yet another phrase")
    assert isinstance(await enter(org, user.email, "another fine phrase"), SignedIn)


async def test_links_are_replaced_expire_and_do_not_wake_the_disabled(org: Organisation, owner: Any) -> None:
    await org.user("admin")
    user, holder = await org.user(), Actor(org.id)

    async def link() -> Any:
        async with org.database.transaction(org.actor) as session:
            return await reset_password(session, org.keyring, org.actor, user.id)

    async def use(token: Any) -> None:
        async with org.database.transaction(holder) as session:
            await complete_set_up(session, org.keyring, holder, token, "another fine phrase")

    first, second = await link(), await link()
    with pytest.raises(NotFound):
        await use(first)
    owner.execute("UPDATE users SET set_up_expires_at = now() - interval '1 s' WHERE id = %s", (user.id,))
    with pytest.raises(NotFound):
        await use(second)
    third = await link()
    await org.act(disable_user, org.actor, user.id)
    with pytest.raises(NotFound):
        await use(third)
    async with org.database.transaction(org.actor) as session:
        user = await session.merge(user)
        await session.refresh(user)
        with pytest.raises(Conflict):
            await issue_set_up_link(session, org.keyring, user)


async def test_a_reset_ends_password_and_sessions(org: Organisation) -> None:
    user = await org.user()
    entered = await enter(org, user.email)
    await session_actor(org, entered.cookie.text)
    async with org.database.transaction(org.actor) as session:
        await reset_password(session, org.keyring, org.actor, user.id, new_password="a new phrase 88")
    with pytest.raises(Unauthenticated):
        await session_actor(org, entered.cookie.text)
    with pytest.raises(Unauthenticated):
        await enter(org, user.email)
    assert isinstance(await enter(org, user.email, "a new phrase 88"), SignedIn)


async def test_a_password_that_must_be_changed_gives_no_session(org: Organisation, owner: Any) -> None:
    user = await org.user(must_change_password=True)
    outcome = await enter(org, user.email)
    assert isinstance(outcome, MustChangePassword)
    count = owner.execute("SELECT count(*) FROM sessions WHERE user_id = %s", (user.id,)).fetchone()
    assert count[0] == 0
    holder = Actor(org.id)
    async with org.database.transaction(holder) as session:
        await complete_set_up(session, org.keyring, holder, outcome.link, "my own phrase 5")
    assert isinstance(await enter(org, user.email, "my own phrase 5"), SignedIn)


async def test_new_people_are_checked_field_by_field(org: Organisation) -> None:
    with pytest.raises(Invalid) as caught:
        await org.act(create_user, org.actor, email="no address", display_name=" ", password="short")
    assert {problem.field for problem in caught.value.fields} == {"email", "display_name", "password"}
    user = await org.user()
    with pytest.raises(Conflict) as taken:
        await org.act(create_user, org.actor, email=user.email.upper(), display_name="X")
    assert taken.value.fields[0].field == "email"
