"""Actors that were authenticated a moment ago, so that thousands of requests with one token are not thousands
of reads.

An entry lives for five seconds: that is how long another process goes on accepting a token that was revoked
here. In the process that revokes, it ends at once. Each `Database` of a process has a cache of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from time import monotonic
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

LIFETIME_S = 5.0
CAPACITY = 10_000


@dataclass(frozen=True, slots=True)
class KnownActor:
    """Who a token or cookie stands for, and the conditions that each request has to meet."""

    actor: Actor
    #: null: from anywhere
    networks: tuple[IPv4Network | IPv6Network, ...] | None = None
    #: Requests per hour; null: no limit.
    rate_limit: int | None = None
    #: Seconds until the token or session expires; null: never.
    seconds_left: float | None = None

    def concerns(self, ids: frozenset[UUID]) -> bool:
        actor = self.actor
        return not ids.isdisjoint(
            id_
            for id_ in (actor.tenant_id, actor.user_id, actor.session_id, actor.token_id)
            if id_ is not None
        )


class ActorCache:
    """Hash of a token or cookie -> who it is. Bounded: the entry that was put first leaves first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[float, KnownActor]] = OrderedDict()
        #: Changes with every `forget`, so that a read that began before it does not bring the old answer
        #: back.
        self.generation = 0

    def get(self, key: str) -> KnownActor | None:
        found = self._entries.get(key)
        if found is None:
            return None
        if found[0] <= monotonic():
            self._entries.pop(key, None)
            return None
        return found[1]

    def put(self, key: str, known: KnownActor, generation: int) -> None:
        """Keep an answer that was read when `generation` held."""
        if generation != self.generation:
            return
        lifetime = LIFETIME_S if known.seconds_left is None else min(LIFETIME_S, known.seconds_left)
        self._entries[key] = (monotonic() + lifetime, known)
        self._entries.move_to_end(key)
        while len(self._entries) > CAPACITY:
            self._entries.popitem(last=False)

    def forget(self, ids: frozenset[UUID]) -> None:
        """Drop whatever concerns one of these tenants, users, sessions or tokens."""
        self.generation += 1
        for key in [key for key, (_, known) in self._entries.items() if known.concerns(ids)]:
            del self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)


_caches: WeakKeyDictionary[Database, ActorCache] = WeakKeyDictionary()


def cache_of(database: Database) -> ActorCache:
    cache = _caches.get(database)
    if cache is None:
        cache = _caches[database] = ActorCache()
    return cache


def forget(*ids: UUID) -> None:
    """Let every cache of this process forget tenants, users, sessions or tokens."""
    for cache in list(_caches.values()):
        cache.forget(frozenset(ids))


def forget_after_commit(session: AsyncSession, *ids: UUID) -> None:
    """`forget` as soon as the change is visible to others; before that a read would bring the old answer
    back.

    The listener stays for the life of the session: a released savepoint fires it too, and forgetting twice
    does no harm.
    """
    event.listen(session.sync_session, "after_commit", lambda _: forget(*ids))
