"""The event log: append inside the transaction that makes the change, read in an order in which nothing is skipped.

Transactions commit in another order than they start, so a reader that remembers "the last id I saw" loses events of a
slow transaction. The log is therefore read by (xid, id) and only below the oldest transaction that is still running:
whatever commits later has a higher xid than the cursor (decision 23).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy import Actor

CHANNEL = "motorpool_events"
#: Events are kept for an hour; a cursor close to that age gets a snapshot instead.
OLDEST_CURSOR_S = 55 * 60

APPEND = "INSERT INTO event_log (topic, payload) VALUES (%s, %s::jsonb) RETURNING 1"
SINCE = (
    "SELECT xid::text, id, topic, payload FROM event_log WHERE tenant_id = %(tenant)s AND topic = ANY (%(topics)s) "
    "AND (xid, id) > (%(xid)s::text::xid8, %(id)s) AND xid < pg_snapshot_xmin(pg_current_snapshot()) "
    "ORDER BY xid, id LIMIT 1000"
)
HEAD = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the log: all events below transaction `xid`, and within it up to `id`, were seen at time `at`."""

    xid: int
    id: int
    at: int

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}-{self.at}"

    @classmethod
    def parse(cls, text: str | None) -> Cursor | None:
        """None for anything that is no cursor."""
        parts = (text or "").split("-")
        if len(parts) != 3 or not all(part.isdecimal() and len(part) < 20 for part in parts):
            return None
        return cls(*(int(part) for part in parts))


@dataclass(frozen=True, slots=True)
class Event:
    topic: str
    payload: dict[str, Any]


async def append_event(connection: Connection, topic: str, payload: dict[str, Any]) -> None:
    """Add an event to the log of the transaction's tenant."""
    await connection.execute(APPEND, (topic, msgspec.json.encode(payload).decode()))


async def head(database: Database, actor: Actor) -> Cursor:
    """The cursor of now: a snapshot that is read afterwards holds everything before it."""
    row = (await database.read(actor, HEAD))[0]
    return Cursor(int(row[0]), 0, int(time.time()))


async def usable(database: Database, actor: Actor, cursor: Cursor) -> bool:
    """Whether the log still reaches back to a cursor (and the cursor is of this database)."""
    row = (await database.read(actor, HEAD))[0]
    return cursor.xid <= int(row[1]) and cursor.at > time.time() - OLDEST_CURSOR_S


async def events_since(
    database: Database, actor: Actor, cursor: Cursor, topics: list[str]
) -> tuple[list[Event], Cursor]:
    """Events behind the cursor, at most 1,000, and the cursor behind them."""
    rows = await database.read(
        actor, SINCE, {"tenant": actor.tenant_id, "topics": topics, "xid": str(cursor.xid), "id": cursor.id}
    )
    if not rows:
        return [], Cursor(cursor.xid, cursor.id, int(time.time()))
    last = rows[-1]
    return [Event(row[2], row[3]) for row in rows], Cursor(int(last[0]), last[1], int(time.time()))
