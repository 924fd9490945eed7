"""Signing in with e-mail and password, and out again.

Signing in begins before a tenant is known and must remember failures, so it has transactions of its own:
attempts are written through definer functions at once, the session in a transaction of its tenant. Whatever
is wrong, the answer is the same words after the same time.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import TooManyRequests, Unauthenticated
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.identity.actions.end_access import end_session
from motorpool.identity.actions.find_user import find_user
from motorpool.identity.actions.record_activity import record_activity
from motorpool.identity.actions.set_up_link import issue_set_up_link
from motorpool.identity.models import Session
from motorpool.identity.queries.actor_cache import forget_after_commit
from motorpool.identity.rules.passwords import hash_password, needs_rehash, verify_password
from motorpool.identity.rules.sign_in_limits import (
    ADDRESS_WINDOW_S,
    EMAIL_WINDOW_S,
    NO_FAILURES,
    Failures,
    address_key,
    email_key,
    seconds_to_wait,
)
from motorpool.identity.rules.tokens import Token, new_token, parse_token

#: Argon2id takes 46 MiB and a core: so many passwords are checked at once in a process, the others wait.
_AT_ONCE = 2
_CHOICE_LIFETIME_S = 300
#: In the activity log: an e-mail address that nobody here has.
NOBODY = UUID(int=0)
_FAILURES = """
    SELECT attempt_key, failures, extract(epoch FROM now() - latest)::float8
    FROM recent_sign_in_failures(ARRAY[%(email)s], make_interval(secs => %(email_window)s))
    UNION ALL
    SELECT attempt_key, failures, extract(epoch FROM now() - latest)::float8
    FROM recent_sign_in_failures(ARRAY[%(address)s], make_interval(secs => %(address_window)s))
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: `cookie` is what the browser keeps, for `max_age_s` seconds."""

    actor: Actor
    cookie: Token
    max_age_s: int


@dataclass(frozen=True, slots=True)
class MustChangePassword:
    """The password is right, but the next thing to do is to choose another, at this one-time link."""

    link: Token


@dataclass(frozen=True, slots=True)
class TenantChoice:
    slug: str
    name: str
    #: Signed, valid for five minutes: stands for the password that was just checked.
    value: str


@dataclass(frozen=True, slots=True)
class ChooseTenant:
    """The e-mail and password belong to accounts in several tenants; `sign_in_by_choice` goes on."""

    choices: tuple[TenantChoice, ...]


@dataclass(frozen=True, slots=True)
class _Account:
    tenant_id: UUID
    slug: str
    tenant_name: str
    tenant_status: str
    user_id: UUID
    user_status: str
    password_hash: str | None


class _Choice(msgspec.Struct, frozen=True):
    tenant_id: UUID
    user_id: UUID
    expires: int


Outcome = SignedIn | MustChangePassword | ChooseTenant

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def sign_in(
    database: Database,
    keyring: Keyring,
    *,
    email: str,
    password: str,
    address: str | None,
    user_agent: str | None,
    session_hours: float,
    tenant: str | None = None,
    old_cookie: str | None = None,
) -> Outcome:
    """Check e-mail and password and make a session; `tenant` is a slug, for whoever has several accounts.

    `old_cookie`, the session that the browser came with, ends: a session never outlives a sign-in. Raises
    Unauthenticated (always the same words) or TooManyRequests with `Retry-After`.
    """
    email = email.replace("\x00", "").strip()[:320]
    keys = {"email": email_key(email), "address": address_key(address)}
    async with _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        await _require_patience(database, keys)
        accounts = await _accounts(database, email, tenant)
        fitting = await asyncio.to_thread(_fitting, accounts, password)
        async with database.unbound() as connection:
            # Success clears the counter of the e-mail only: an address with one good account may not try
            # others' for ever.
            recorded = [keys["email"]] if fitting else list(keys.values())
            await connection.execute("SELECT record_sign_in_attempt(%s, %s)", (recorded, bool(fitting)))
    if not fitting:
        await _log_failure(database, accounts, email, address, user_agent)
        raise Unauthenticated("E-mail address or password is wrong.", code="sign_in_refused")
    if len(fitting) > 1:
        return ChooseTenant(tuple(_choice(keyring, account) for account in fitting))
    actor = Actor(fitting[0].tenant_id, fitting[0].user_id, address=address, user_agent=user_agent)
    return await _enter(database, keyring, actor, password, session_hours, old_cookie)


async def sign_in_by_choice(
    database: Database,
    keyring: Keyring,
    *,
    choice: str,
    address: str | None,
    user_agent: str | None,
    session_hours: float,
    old_cookie: str | None = None,
) -> Outcome:
    """Go on with one `TenantChoice.value`. Raises Unauthenticated when it is not ours or too old."""
    chosen = _read_choice(keyring, choice)
    if chosen is None:
        raise Unauthenticated("Too much time has passed; enter the password again.", code="choice_ended")
    actor = Actor(chosen.tenant_id, chosen.user_id, address=address, user_agent=user_agent)
    return await _enter(database, keyring, actor, None, session_hours, old_cookie)


async def sign_out(session: AsyncSession, actor: Actor) -> None:
    """End the actor's session; the cookie opens nothing any more, in this process at once."""
    if actor.session_id is None:
        return
    await end_session(session, actor.tenant_id, actor.session_id)
    await record_activity(session, actor, "logout")


async def check_password(
    database: Database, *, email: str, stored: str | None, password: str, address: str | None
) -> bool:
    """Whether somebody who is signed in knows their password; wrong ones count as failed sign-ins do.

    Raises TooManyRequests after too many of them.
    """
    keys = {"email": email_key(email), "address": address_key(address)}
    async with _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        await _require_patience(database, keys)
        right = await asyncio.to_thread(verify_password, stored, password)
        recorded = [keys["email"]] if right else list(keys.values())
        async with database.unbound() as connection:
            await connection.execute("SELECT record_sign_in_attempt(%s, %s)", (recorded, right))
    return right


async def _require_patience(database: Database, keys: dict[str, str]) -> None:
    parameters = keys | {"email_window": EMAIL_WINDOW_S, "address_window": ADDRESS_WINDOW_S}
    async with database.unbound() as connection:
        rows = await (await connection.execute(_FAILURES, parameters)).fetchall()
    found = {key: Failures(count, age) for key, count, age in rows}
    wait = seconds_to_wait(found.get(keys["email"], NO_FAILURES), found.get(keys["address"], NO_FAILURES))
    if wait:
        raise TooManyRequests(
            f"Too many attempts. Try again in {_duration(wait)}.",
            code="sign_in_delayed",
            headers={"Retry-After": str(wait)},
            retry_after_seconds=wait,
        )


async def _accounts(database: Database, email: str, tenant: str | None) -> list[_Account]:
    async with database.unbound() as connection:
        cursor = await connection.execute(
            "SELECT tenant_id, tenant_slug, tenant_name, tenant_status, user_id, user_status, password_hash "
            "FROM find_users_by_email(%s)",
            (email,),
        )
        accounts = [_Account(*row) for row in await cursor.fetchall()]
    return [account for account in accounts if not tenant or account.slug == tenant]


def _fitting(accounts: list[_Account], password: str) -> list[_Account]:
    """The accounts that this password opens. Disabled ones, and none at all, cost the same time."""
    right = [account for account in accounts if verify_password(account.password_hash, password)]
    if not accounts:
        verify_password(None, password)
    return [a for a in right if a.user_status == "active" and a.tenant_status == "active"]


async def _log_failure(
    database: Database, accounts: list[_Account], email: str, address: str | None, user_agent: str | None
) -> None:
    """A row for each account, or one in the system tenant for nobody: as much to write either way, and worth
    seeing.
    """
    who = [(account.tenant_id, account.user_id) for account in accounts] or [(SYSTEM_TENANT_ID, NOBODY)]
    for tenant_id, user_id in who:
        actor = Actor(tenant_id, address=address, user_agent=user_agent)
        async with database.transaction(actor) as session:
            await record_activity(session, actor, "login_failed", user_id=user_id, details={"email": email})


async def _enter(
    database: Database,
    keyring: Keyring,
    actor: Actor,
    password: str | None,
    hours: float,
    old_cookie: str | None,
) -> Outcome:
    assert actor.user_id is not None
    await _end_old_session(database, keyring, old_cookie)
    async with database.transaction(actor) as session:
        user = await find_user(session, actor, actor.user_id, lock=True)
        if user.status != "active":
            raise Unauthenticated("E-mail address or password is wrong.", code="sign_in_refused")
        if password is not None and user.password_hash is not None and needs_rehash(user.password_hash):
            user.password_hash = await asyncio.to_thread(hash_password, password)
        if user.must_change_password:
            return MustChangePassword(await issue_set_up_link(session, keyring, user))
        return await start_session(session, keyring, actor, hours)


async def start_session(session: AsyncSession, keyring: Keyring, actor: Actor, hours: float) -> SignedIn:
    """A new session for a user whose identity is proven."""
    assert actor.user_id is not None
    cookie = new_token("session", actor.tenant_id)
    max_age_s = int(hours * 3600)
    row = Session(
        tenant_id=actor.tenant_id,
        user_id=actor.user_id,
        token_hash=cookie.stored_hash(keyring),
        expires_at=datetime.now(UTC) + timedelta(seconds=max_age_s),
        ip_address=actor.address,
        user_agent=(actor.user_agent or "")[:500] or None,
    )
    session.add(row)
    user = await find_user(session, actor, actor.user_id)
    user.last_sign_in_at = datetime.now(UTC)
    await session.flush()
    await record_activity(session, actor, "login", resource_type="sessions", resource_id=row.id)
    return SignedIn(actor, cookie, max_age_s)


async def _end_old_session(database: Database, keyring: Keyring, cookie: str | None) -> None:
    old = parse_token("session", cookie or "")
    if old is None:
        return
    async with database.transaction(Actor(old.tenant_id)) as session:
        ended = await session.execute(
            update(Session)
            .where(
                Session.tenant_id == old.tenant_id,
                Session.token_hash.in_(old.possible_hashes(keyring)),
                Session.revoked_at.is_(None),
            )
            .values(revoked_at=func.now())
            .returning(Session.id)
        )
        forget_after_commit(session, *ended.scalars())


def _choice(keyring: Keyring, account: _Account) -> TenantChoice:
    payload = msgspec.json.encode(
        _Choice(account.tenant_id, account.user_id, int(time.time()) + _CHOICE_LIFETIME_S)
    )
    value = f"{payload.hex()}.{keyring.sign(payload, 'tenant choice').hex()}"
    return TenantChoice(account.slug, account.tenant_name, value)


def _read_choice(keyring: Keyring, value: str) -> _Choice | None:
    try:
        payload, signature = (bytes.fromhex(part) for part in value.split("."))
        if not keyring.verify(payload, signature, "tenant choice"):
            return None
        choice = msgspec.json.decode(payload, type=_Choice)
    except (ValueError, msgspec.MsgspecError):
        return None
    return choice if choice.expires > time.time() else None


def _duration(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
