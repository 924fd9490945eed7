"""API tokens: made once, shown once, revoked for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Access
from motorpool.core.access.decision import matches
from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.create_tenant import known_permissions
from motorpool.identity.actions.find_user import find_user, require_power_over
from motorpool.identity.models import ApiToken
from motorpool.identity.queries.actor_cache import forget_after_commit
from motorpool.identity.queries.load_access import access_in
from motorpool.identity.rules.grants import covers, is_pattern
from motorpool.identity.rules.tokens import Token, new_token


async def create_api_token(
    session: AsyncSession,
    keyring: Keyring,
    actor: Actor,
    *,
    user_id: UUID,
    name: str,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
    allowed_ips: Sequence[str] | None = None,
    rate_limit: int | None = None,
) -> tuple[ApiToken, Token]:
    """A token with which a program acts as `user_id`; `Token.text` is to be shown once, only its hash is
    kept.

    scopes: patterns such as `trips.read` or `trips.*`, within what both the owner and the actor may do; None:
    all that the owner may do. allowed_ips: networks in CIDR form. rate_limit: requests per hour. Raises
    Invalid per field, NotFound (owner), Forbidden when the actor would gain rights by it.
    """
    owner = await find_user(session, actor, user_id)
    if owner.status != "active":
        raise Conflict(
            f"The account of {owner.display_name} is {owner.status}"
            + ("; open its set-up link first." if owner.status == "invited" else "."),
            code="account_not_active",
        )
    if scopes is None and actor.access.narrowed_to is not None:
        raise Forbidden("A token that is scoped can only make tokens that are scoped.", code="scope_required")
    if owner.id != actor.user_id:
        await require_power_over(session, actor, owner)
    problems: list[FieldProblem] = []
    if not (1 <= len(name.strip()) <= 255 and name.isprintable()):
        problems.append(FieldProblem("name", "must have 1 to 255 printable characters"))
    if scopes is not None:
        problems += await _scope_problems(
            session, actor, await access_in(session, owner.tenant_id, owner.id), scopes
        )
    if expires_at is not None and expires_at <= datetime.now(UTC):
        problems.append(FieldProblem("expires_at", "must be in the future"))
    if rate_limit is not None and rate_limit < 1:
        problems.append(FieldProblem("rate_limit", "must be at least 1 request per hour"))
    problems += _network_problems(allowed_ips)
    if problems:
        raise Invalid(fields=problems)
    token = new_token("api", actor.tenant_id)
    row = ApiToken(
        tenant_id=actor.tenant_id,
        user_id=owner.id,
        token_name=name.strip(),
        token_hash=token.stored_hash(keyring),
        token_prefix=token.display_prefix,
        permissions=None if scopes is None else sorted(set(scopes)),
        rate_limit=rate_limit,
        allowed_ips=list(allowed_ips) if allowed_ips else None,
        expires_at=expires_at,
    )
    session.add(row)
    await session.flush()
    return row, token


async def revoke_api_token(
    session: AsyncSession, actor: Actor, token_id: UUID, reason: str | None = None
) -> ApiToken:
    """End a token. It stops at once in this process, within seconds in others. Raises NotFound; twice is no
    error.

    Who may do it to whose tokens is decided by `api_tokens.revoke`: its reach must be all rows, or one's own.
    """
    row = await session.scalar(
        select(ApiToken)
        .where(ApiToken.tenant_id == actor.tenant_id, ApiToken.id == token_id)
        .with_for_update()
    )
    reach = actor.access.reach("api_tokens.revoke")
    if row is None or reach is None or not (reach.everything or (reach.own and row.user_id == actor.user_id)):
        raise NotFound("There is no such API token.")
    if row.revoked_at is None:
        row.is_active = False
        row.revoked_at = datetime.now(UTC)
        row.revoked_by_user_id = actor.user_id
        row.revoked_reason = reason
        await session.flush()
    forget_after_commit(session, token_id)
    return row


async def _scope_problems(
    session: AsyncSession, actor: Actor, owner: Access, scopes: Sequence[str]
) -> list[FieldProblem]:
    known = [fact.key for fact in await known_permissions(session)]
    problems: list[FieldProblem] = []
    if not scopes:
        problems.append(FieldProblem("scopes", "must name at least one permission; leave it out for all"))
    for index, scope in enumerate(scopes):
        place = f"scopes[{index}]"
        if not is_pattern(scope):
            problems.append(FieldProblem(place, "must look like vehicles.read, vehicles.* or *.read"))
        elif known and not any(matches(scope, key) for key in known):
            problems.append(FieldProblem(place, f"there is no permission {scope}", "unknown"))
        elif not covers(owner, scope):
            problems.append(FieldProblem(place, f"the owner of the token may not {scope}", "not_held"))
        elif not covers(actor.access, scope):
            problems.append(FieldProblem(place, f"you may not {scope} yourself", "not_held"))
    return problems


def _network_problems(networks: Sequence[str] | None) -> list[FieldProblem]:
    problems: list[FieldProblem] = []
    for index, network in enumerate(networks or ()):
        try:
            ip_network(network)
        except ValueError:
            problems.append(
                FieldProblem(
                    f"allowed_ips[{index}]",
                    "must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32",
                )
            )
    return problems
