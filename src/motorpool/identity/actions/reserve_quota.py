"""The hourly limit of an API token, exact over all processes.

A process takes requests out of the token's hour in portions (a twentieth of the limit, at least one) and then
counts in memory, so that a limit of 10,000 costs 20 small updates an hour and not 10,000. Portions that a
process took and did not use are lost for that hour: the limit is never exceeded, and missed by at most a
portion for each process.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from uuid import UUID
from weakref import WeakKeyDictionary

from motorpool.core.database.database import Database
from motorpool.core.errors import TooManyRequests
from motorpool.core.tenancy.actor import system_actor

_PORTIONS = 20
_CAPACITY = 10_000
_ASK_AGAIN_S = 5.0
_RESERVE = """
    UPDATE api_tokens SET
        quota_used = CASE WHEN quota_hour = date_trunc('hour', now(), 'UTC')
                          THEN least(%(limit)s, quota_used + %(portion)s) ELSE least(%(limit)s, %(portion)s)
                          END,
        quota_hour = date_trunc('hour', now(), 'UTC')
    WHERE tenant_id = %(tenant)s AND id = %(token)s
    RETURNING new.quota_used - CASE WHEN old.quota_hour = new.quota_hour THEN old.quota_used ELSE 0 END,
              extract(epoch FROM new.quota_hour + interval '1 hour' - now())::float8
"""


@dataclass(slots=True)
class _Reserve:
    left: int = 0
    #: End of the hour on this process's monotonic clock.
    until: float = float("-inf")
    #: Not before this is the database asked again, once it had nothing left (an administrator may raise the
    #: limit).
    ask_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_reserves: WeakKeyDictionary[Database, dict[UUID, _Reserve]] = WeakKeyDictionary()


async def reserve_request(database: Database, tenant_id: UUID, token_id: UUID, limit: int) -> None:
    """Count one request of a token that has an hourly limit. Raises TooManyRequests with `Retry-After`."""
    reserves = _reserves.setdefault(database, {})
    reserve = reserves.get(token_id)
    if reserve is None:
        if len(reserves) >= _CAPACITY:
            reserves.pop(next(iter(reserves)))
        reserve = reserves[token_id] = _Reserve()
    if reserve.left <= 0 or reserve.until <= monotonic():
        async with reserve.lock:
            if reserve.until <= monotonic():
                reserve.left = 0
            if reserve.left == 0 and (reserve.until <= monotonic() or reserve.ask_at <= monotonic()):
                await _take_portion(database, tenant_id, token_id, limit, reserve)
            if reserve.left > 0:
                reserve.left -= 1
                return
        wait = max(1, ceil(reserve.until - monotonic()))
        raise TooManyRequests(
            f"This API token may make {limit} requests an hour; the next is possible in {wait} seconds.",
            code="token_rate_limit",
            headers={"Retry-After": str(wait)},
        )
    reserve.left -= 1


async def _take_portion(
    database: Database, tenant_id: UUID, token_id: UUID, limit: int, reserve: _Reserve
) -> None:
    parameters = {
        "limit": limit,
        "portion": max(1, limit // _PORTIONS),
        "tenant": tenant_id,
        "token": token_id,
    }
    async with database.connection(system_actor(tenant_id), audited=False) as connection:
        row = await (await connection.execute(_RESERVE, parameters)).fetchone()
    if row is not None:
        reserve.left = max(0, row[0])
        reserve.until = monotonic() + row[1]
        reserve.ask_at = monotonic() + (0 if reserve.left else _ASK_AGAIN_S)
