"""From an `Authorization` header or a session cookie to the actor behind it, in one round trip or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, Unauthenticated
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.record_use import recorder_of
from motorpool.identity.actions.reserve_quota import reserve_request
from motorpool.identity.queries.actor_cache import KnownActor, cache_of
from motorpool.identity.queries.load_access import PERSON, actor_of
from motorpool.identity.rules.grants import is_pattern
from motorpool.identity.rules.tokens import Token, parse_token

_TOKEN_QUERY = f"""
    SELECT json_build_object(
        'id', k.id, 'scopes', k.permissions, 'rate_limit', k.rate_limit, 'networks', k.allowed_ips::text[],
        'ended', k.revoked_at IS NOT NULL OR k.is_active IS FALSE,
        'seconds_left', extract(epoch FROM k.expires_at - now())), {PERSON}
    FROM api_tokens k
    JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
    JOIN tenants t ON t.id = k.tenant_id
    WHERE k.tenant_id = %(tenant)s AND u.tenant_id = %(tenant)s AND t.id = %(tenant)s
      AND k.token_hash = ANY(%(hashes)s)
"""
_SESSION_QUERY = f"""
    SELECT json_build_object(
        'id', s.id, 'ended', s.revoked_at IS NOT NULL,
        'seconds_left', extract(epoch FROM s.expires_at - now())), {PERSON}
    FROM sessions s
    JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    JOIN tenants t ON t.id = s.tenant_id
    WHERE s.tenant_id = %(tenant)s AND u.tenant_id = %(tenant)s AND t.id = %(tenant)s
      AND s.token_hash = ANY(%(hashes)s)
"""


async def authenticate_bearer(
    database: Database,
    keyring: Keyring,
    header_value: str,
    address: str | None,
    user_agent: str | None,
    *,
    counted: bool = True,
) -> Actor:
    """The actor behind `Authorization: Bearer mp_...`.

    `address` is the caller's, without brackets or port. `counted=False` looks again during one long request,
    which counts once. Raises Unauthenticated (unknown, revoked or expired token,
    disabled owner), Forbidden (suspended tenant, address that is not on the token's list) or TooManyRequests.
    """
    scheme, _, text = header_value.partition(" ")
    token = parse_token("api", text.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise _refused("Send `Authorization: Bearer mp_...` with an API token.", "invalid_token")
    known = await _known(database, keyring, token, _TOKEN_QUERY)
    if known is None:
        raise _refused("This API token is not valid here.", "invalid_token")
    _require_address(known.networks, address)
    assert known.actor.token_id is not None
    if known.rate_limit is not None and counted:
        await reserve_request(database, token.tenant_id, known.actor.token_id, known.rate_limit)
    if counted:
        recorder_of(database).note(database, "token", token.tenant_id, known.actor.token_id)
    return replace(known.actor, address=address, user_agent=user_agent)


async def authenticate_session(
    database: Database, keyring: Keyring, cookie: str, address: str | None, user_agent: str | None
) -> Actor:
    """The actor behind a session cookie. Raises Unauthenticated or (tenant suspended) Forbidden."""
    token = parse_token("session", cookie)
    known = await _known(database, keyring, token, _SESSION_QUERY) if token is not None else None
    if token is None or known is None:
        raise _refused("You are not signed in any more.", "session_ended")
    assert known.actor.session_id is not None
    recorder_of(database).note(database, "session", token.tenant_id, known.actor.session_id)
    return replace(known.actor, address=address, user_agent=user_agent)


async def _known(database: Database, keyring: Keyring, token: Token, query: str) -> KnownActor | None:
    cache = cache_of(database)
    hashes = token.possible_hashes(keyring)
    known = cache.get(hashes[0])
    if known is None:
        generation = cache.generation
        parameters = {"tenant": token.tenant_id, "hashes": hashes}
        rows = await database.read(Actor(token.tenant_id), query, parameters)
        if not rows:
            return None
        known = _checked(token, *rows[0])
        cache.put(hashes[0], known, generation)
    return known


def _checked(token: Token, proof: dict[str, Any], person: dict[str, Any]) -> KnownActor:
    """The actor, or the reason why this secret, which is genuine, does not open anything."""
    what = "API token" if token.kind == "api" else "session"
    code = "token" if token.kind == "api" else "session"
    if proof["ended"]:
        raise _refused(
            f"This {what} was revoked." if token.kind == "api" else "You are signed out.", f"{code}_revoked"
        )
    if proof["seconds_left"] is not None and proof["seconds_left"] <= 0:
        raise _refused(f"This {what} has expired.", f"{code}_expired")
    if person["user_status"] != "active":
        raise _refused("This account is disabled.", "account_disabled")
    if person["tenant_status"] != "active":
        raise Forbidden(
            "This organisation is suspended; ask whoever runs this server.", code="tenant_suspended"
        )
    actor = actor_of(person)
    if token.kind == "session":
        return KnownActor(replace(actor, session_id=UUID(proof["id"])), seconds_left=proof["seconds_left"])
    if proof["scopes"] is not None:
        scopes = proof["scopes"] if isinstance(proof["scopes"], list) else []
        actor = replace(actor, access=actor.access.narrow(scope for scope in scopes if is_pattern(scope)))
    return KnownActor(
        replace(actor, token_id=UUID(proof["id"])),
        networks=None
        if proof["networks"] is None
        else tuple(ip_network(network, strict=False) for network in proof["networks"]),
        rate_limit=proof["rate_limit"],
        seconds_left=proof["seconds_left"],
    )


def _require_address(networks: Sequence[IPv4Network | IPv6Network] | None, address: str | None) -> None:
    if networks is None:
        return
    if address is None or not any(ip_address(address) in network for network in networks):
        raise Forbidden(
            f"This API token may not be used from {address or 'an unknown address'}.",
            code="address_not_allowed",
        )


def _refused(detail: str, code: str) -> Unauthenticated:
    return Unauthenticated(detail, code=code, headers={"WWW-Authenticate": 'Bearer realm="motorpool"'})
