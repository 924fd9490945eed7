"""API tokens: every reason why one is refused, and what its use leaves behind."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from motorpool.identity.actions.create_api_token import create_api_token, revoke_api_token
from motorpool.identity.actions.disable_user import disable_user, enable_user
from motorpool.identity.actions.record_use import flush_uses
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.actions.suspend_tenant import suspend_tenant
from motorpool.identity.queries.actor_cache import CAPACITY, ActorCache, KnownActor, forget

from .conftest import ADDRESS, Organisation


async def test_a_token_is_its_owner(org: Organisation, owner: Any) -> None:
    user = await org.user("driver")
    driver = owner.execute(
        "INSERT INTO drivers (tenant_id, full_name, driver_number, user_id) VALUES (%s, 'D', '1', %s) RETURNING id",
        (org.id, user.id),
    ).fetchone()
    id_, text = await org.token(user)
    actor = await org.bearer(text)
    assert (actor.tenant_id, actor.user_id, actor.token_id, actor.session_id) == (org.id, user.id, id_, None)
    assert (actor.name, actor.driver_id, actor.time_zone, actor.units) == (
        user.display_name,
        driver[0],
        "America/Denver",
        "metric",
    )
    assert (actor.address, actor.user_agent, actor.is_demo) == (ADDRESS, "pytest", False)
    assert actor.access.allows("trips.read")
    assert not actor.access.allows("users.read")
    stored = owner.execute("SELECT token_hash, token_prefix FROM api_tokens WHERE id = %s", (id_,)).fetchone()
    assert text.rpartition("_")[2] not in stored[0]
    assert stored[1] == f"mp_…_{text.rpartition('_')[2][:6]}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"),
        lambda text: text[:-1],
        lambda text: text.upper(),
        lambda text: text.removeprefix("mp_"),
        lambda text: "",
        lambda text: text + " x",
        lambda text: text.replace(text[3:35], "0" * 32),
    ],
)
async def test_a_changed_token_is_refused(org: Organisation, spoil: Any) -> None:
    _, text = await org.token(await org.user("admin"))
    with pytest.raises(Unauthenticated) as caught:
        await org.bearer(spoil(text))
    assert caught.value.code == "invalid_token"
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_token_does_not_open_another_tenant(org: Organisation, other_org: Organisation) -> None:
    _, text = await org.token(await org.user("admin"))
    moved = text.replace(org.id.hex, other_org.id.hex)
    with pytest.raises(Unauthenticated):
        await org.bearer(moved)
    assert (await org.bearer(text)).tenant_id == org.id


async def test_basic_authentication_is_no_token(org: Organisation) -> None:
    from motorpool.identity.queries.authenticate import authenticate_bearer

    with pytest.raises(Unauthenticated):
        await authenticate_bearer(org.database, org.keyring, "Basic am86cHc=", ADDRESS, None)


async def test_expiry(org: Organisation, owner: Any) -> None:
    user = await org.user("admin")
    with pytest.raises(Invalid) as caught:
        await org.token(user, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert caught.value.fields[0].field == "expires_at"
    _, text = await org.token(user, expires_at=datetime.now(UTC) + timedelta(seconds=0.7))
    await org.bearer(text)
    await asyncio.sleep(0.9)
    # It was kept in memory a moment ago, and is not believed for longer than it holds.
    with pytest.raises(Unauthenticated, match="expired") as refused:
        await org.bearer(text)
    assert refused.value.code == "token_expired"


async def test_revoked_at_once_here_and_soon_elsewhere(org: Organisation, database_urls: Any) -> None:
    id_, text = await org.token(await org.user("admin"))
    other = Database(database_urls.app, pool_size=2)
    await other.open()
    try:
        await org.bearer(text)
        await org.act(revoke_api_token, org.actor, id_, "lost")
        with pytest.raises(Unauthenticated, match="revoked") as caught:
            await org.bearer(text)
        assert caught.value.code == "token_revoked"
        with pytest.raises(Unauthenticated):
            await org.bearer(text, database=other)
        again = await org.act(revoke_api_token, org.actor, id_, "twice")
        assert again.revoked_reason == "lost"
    finally:
        await other.close()


async def test_a_rolled_back_revocation_changes_nothing(org: Organisation) -> None:
    id_, text = await org.token(await org.user("admin"))
    with pytest.raises(RuntimeError):
        async with org.database.transaction(org.actor) as session:
            await revoke_api_token(session, org.actor, id_)
            raise RuntimeError
    assert (await org.bearer(text)).token_id == id_


async def test_a_read_that_began_before_a_revocation_is_not_kept(org: Organisation) -> None:
    cache, known = ActorCache(), KnownActor(org.actor)
    generation = cache.generation
    cache.forget(frozenset({org.id}))
    cache.put("k", known, generation)
    assert cache.get("k") is None
    cache.put("k", known, cache.generation)
    assert cache.get("k") is known


def test_the_cache_is_bounded(tenant: Any) -> None:
    cache, known = ActorCache(), KnownActor(tenant.actor)
    for number in range(CAPACITY + 10):
        cache.put(str(number), known, 0)
    assert len(cache) == CAPACITY
    assert cache.get("0") is None


async def test_no_second_read_within_seconds(org: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = await org.token(await org.user("viewer"))
    await org.bearer(text)
    reads: Counter[str] = Counter()
    original = Database.read

    async def counted(self: Database, *arguments: Any) -> Any:
        reads["n"] += 1
        return await original(self, *arguments)

    monkeypatch.setattr(Database, "read", counted)
    for _ in range(50):
        await org.bearer(text)
    assert reads["n"] == 0
    forget(org.id)
    await org.bearer(text)
    assert reads["n"] == 1


async def test_a_disabled_owner_and_a_suspended_tenant(org: Organisation) -> None:
    await org.user("admin")
    user = await org.user("viewer")
    _, text = await org.token(user)
    await org.bearer(text)
    await org.act(suspend_tenant, org.actor)
    with pytest.raises(Forbidden) as suspended:
        await org.bearer(text)
    assert suspended.value.code == "tenant_suspended"
    await org.act(suspend_tenant, org.actor, suspended=False)
    await org.bearer(text)
    await org.act(disable_user, org.actor, user.id)
    with pytest.raises(Unauthenticated):
        await org.bearer(text)
    await org.act(enable_user, org.actor, user.id)
    with pytest.raises(Unauthenticated, match="revoked"):
        await org.bearer(text)
    _, fresh = await org.token(user)
    await org.bearer(fresh)


async def test_a_taken_right_is_gone_at_once(org: Organisation) -> None:
    user = await org.user("viewer")
    _, text = await org.token(user)
    assert (await org.bearer(text)).access.allows("trips.read")
    await org.act(set_user_permission, org.actor, user.id, "trips.read", "deny")
    assert not (await org.bearer(text)).access.allows("trips.read")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("203.0.113.9", True),
        ("203.0.113.10", False),
        ("2001:db8::77", True),
        ("2001:db9::77", False),
        (None, False),
    ],
)
async def test_addresses(org: Organisation, address: str | None, allowed: bool) -> None:
    user = await org.user("viewer")
    _, text = await org.token(user, allowed_ips=["10.1.0.0/16", "203.0.113.9", "2001:db8::/32"])
    for _ in range(2):
        if allowed:
            assert (await org.bearer(text, address=address)).address == address
        else:
            with pytest.raises(Forbidden) as caught:
                await org.bearer(text, address=address)
            assert caught.value.code == "address_not_allowed"


async def test_scopes_narrow_and_never_widen(org: Organisation) -> None:
    user = await org.user("dispatcher")
    _, text = await org.token(user, scopes=["trips.read", "driver_assignments.*"])
    access = (await org.bearer(text)).access
    assert access.allows("trips.read")
    assert access.allows("driver_assignments.delete")
    assert not access.allows("vehicles.read")
    for scopes, field in (
        (["users.update"], "scopes[0]"),
        (["trips.read", "*.*"], "scopes[1]"),
        (["trips"], "scopes[0]"),
        (["nothing.read"], "scopes[0]"),
        ([], "scopes"),
    ):
        with pytest.raises(Invalid) as caught:
            await org.token(user, scopes=scopes)
        assert caught.value.fields[0].field == field
    with pytest.raises(Invalid) as caught:
        await org.token(user, allowed_ips=["10.0.0.0/8", "10.0.0.1/8"], rate_limit=0)
    assert {problem.field for problem in caught.value.fields} == {"allowed_ips[1]", "rate_limit"}


async def test_who_may_make_a_token_for_whom(org: Organisation, other_org: Organisation) -> None:
    boss, manager = await org.user("admin"), await org.user("fleet_manager")
    acting = await org.actor_of(manager)
    async with org.database.transaction(acting) as session:
        with pytest.raises(Forbidden):
            await create_api_token(session, org.keyring, acting, user_id=boss.id, name="x")
        with pytest.raises(NotFound):
            stranger = await other_org.user("viewer")
            await create_api_token(session, org.keyring, acting, user_id=stranger.id, name="x")
        with pytest.raises(Invalid):
            await create_api_token(
                session, org.keyring, acting, user_id=manager.id, name="x", scopes=["users.update"]
            )
        await create_api_token(
            session, org.keyring, acting, user_id=manager.id, name="x", scopes=["trips.read"]
        )
    _, narrow = await org.token(boss, scopes=["api_tokens.*", "trips.read"])
    acting = await org.bearer(narrow)
    async with org.database.transaction(acting) as session:
        with pytest.raises(Forbidden):
            await create_api_token(session, org.keyring, acting, user_id=boss.id, name="x")
        with pytest.raises(Invalid):
            await create_api_token(
                session, org.keyring, acting, user_id=boss.id, name="x", scopes=["vehicles.read"]
            )
        await create_api_token(session, org.keyring, acting, user_id=boss.id, name="x", scopes=["trips.read"])
    with pytest.raises(Conflict):
        await org.act(disable_user, org.actor, manager.id)
        await org.token(manager)


async def test_own_scope_revokes_own_tokens_only(org: Organisation) -> None:
    boss, manager = await org.user("admin"), await org.user("fleet_manager")
    foreign, _ = await org.token(boss)
    mine, _ = await org.token(manager)
    acting = await org.actor_of(manager)
    with pytest.raises(NotFound):
        await org.act(revoke_api_token, acting, foreign)
    assert (await org.act(revoke_api_token, acting, mine)).revoked_by_user_id == manager.id


async def test_the_hourly_limit_holds_over_processes(org: Organisation, database_urls: Any) -> None:
    _, text = await org.token(await org.user("viewer"), rate_limit=45)
    other = Database(database_urls.app, pool_size=3)
    await other.open()
    passed: Counter[str] = Counter()
    try:

        async def send(database: Database) -> None:
            try:
                await org.bearer(text, database=database)
                passed["ok"] += 1
            except TooManyRequests as error:
                passed["refused"] += 1
                assert 1 <= int(error.headers["Retry-After"]) <= 3600

        await asyncio.gather(*(send(database) for database in (org.database, other) for _ in range(40)))
    finally:
        await flush_uses(other)
        await other.close()
    # Never more than the limit; a portion (45 // 20 = 2) may be lost in each process.
    assert 41 <= passed["ok"] <= 45
    assert passed.total() == 80


async def test_the_limit_starts_anew_each_hour(org: Organisation, owner: Any) -> None:
    id_, text = await org.token(await org.user("viewer"), rate_limit=1)
    await org.bearer(text)
    with pytest.raises(TooManyRequests):
        await org.bearer(text)
    used = owner.execute(
        "SELECT quota_used, quota_hour <= now() FROM api_tokens WHERE id = %s", (id_,)
    ).fetchone()
    assert used == (1, True)


async def test_use_is_counted_beside_the_request(org: Organisation, owner: Any) -> None:
    id_, text = await org.token(await org.user("viewer"))
    for _ in range(20):
        await org.bearer(text)
    await flush_uses(org.database)
    used = owner.execute(
        "SELECT usage_count, last_used_at > now() - interval '10 s' FROM api_tokens WHERE id = %s", (id_,)
    ).fetchone()
    assert used == (20, True)
    audited = owner.execute(
        "SELECT operation FROM audit_trails WHERE table_name = 'api_tokens' AND record_id = %s", (id_,)
    ).fetchall()
    assert audited == [("INSERT",)]


async def test_the_secret_reaches_no_log(org: Organisation, owner: Any) -> None:
    id_, text = await org.token(await org.user("viewer"))
    await org.act(revoke_api_token, org.actor, id_)
    hash_ = owner.execute("SELECT token_hash FROM api_tokens WHERE id = %s", (id_,)).fetchone()[0]
    trail = owner.execute("SELECT new_values::text FROM audit_trails WHERE record_id = %s", (id_,)).fetchall()
    assert len(trail) == 2
    assert not any(hash_ in row[0] or text in row[0] for row in trail)
