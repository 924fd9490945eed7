"""When tokens and sessions were last used, and how often: written at most once a minute each, beside the
request.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from time import monotonic
from typing import Literal
from uuid import UUID
from weakref import WeakKeyDictionary

from motorpool.core.database.database import Database
from motorpool.core.tenancy.actor import system_actor

INTERVAL_S = 60.0
CAPACITY = 10_000

log = logging.getLogger(__name__)

_STATEMENTS = {
    "token": "UPDATE api_tokens SET last_used_at = now(), usage_count = coalesce(usage_count, 0) + %(uses)s "
    "WHERE tenant_id = %(tenant)s AND id = %(id)s",
    "session": "UPDATE sessions SET last_seen_at = now() WHERE tenant_id = %(tenant)s AND id = %(id)s",
}
Kind = Literal["token", "session"]
Key = tuple[Kind, UUID, UUID]


@dataclass(slots=True)
class _Uses:
    unwritten: int = 0
    written_at: float = float("-inf")


class UseRecorder:
    """Counts in memory and writes in the background. A crash loses the counts of at most a minute."""

    def __init__(self) -> None:
        self._uses: dict[Key, _Uses] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, database: Database, kind: Kind, tenant_id: UUID, id_: UUID) -> None:
        key: Key = (kind, tenant_id, id_)
        uses = self._uses.get(key)
        if uses is None:
            if len(self._uses) >= CAPACITY:
                self._uses.pop(next(iter(self._uses)))
            uses = self._uses[key] = _Uses()
        uses.unwritten += 1
        now = monotonic()
        if now - uses.written_at >= INTERVAL_S:
            uses.written_at = now
            task = asyncio.get_running_loop().create_task(self._write(database, key, uses))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def flush(self, database: Database) -> None:
        """Write everything that is counted but not written; called when a server stops."""
        if self._tasks:
            await asyncio.gather(*self._tasks)
        for key, uses in list(self._uses.items()):
            if uses.unwritten:
                await self._write(database, key, uses)

    async def _write(self, database: Database, key: Key, uses: _Uses) -> None:
        kind, tenant_id, id_ = key
        count, uses.unwritten = uses.unwritten, 0
        try:
            async with database.connection(system_actor(tenant_id), audited=False) as connection:
                await connection.execute(_STATEMENTS[kind], {"uses": count, "tenant": tenant_id, "id": id_})
        except Exception as error:
            # The request was answered long ago; a missing "last used" must not disturb anything else.
            log.warning("the use of a %s was not recorded: %s", kind, error)


_recorders: WeakKeyDictionary[Database, UseRecorder] = WeakKeyDictionary()


def recorder_of(database: Database) -> UseRecorder:
    recorder = _recorders.get(database)
    if recorder is None:
        recorder = _recorders[database] = UseRecorder()
    return recorder


async def flush_uses(database: Database) -> None:
    """Write all counts of this process; call it before the database is closed."""
    await recorder_of(database).flush(database)
