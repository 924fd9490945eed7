"""Asking a source of road data: politely, and only for what is new.

What was asked and how it went stands in `road_feeds`. A source that fails is left alone for longer each time; one that says
when it may be asked again (429 or 503 with Retry-After) is taken at its word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from motorpool.core.database.database import Connection, Database
from motorpool.core.http import Answer, NoAnswer, OutgoingClient, Refused
from motorpool.core.tenancy import Actor
from motorpool.telematics.road_data.writing import owner_of

FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=12)
#: A key that is refused does not become right by itself.
KEY_PAUSE = timedelta(hours=6)
#: Characters of an answer that are looked at for a word about the key.
HEAD = 400


class FeedFailed(Exception):
    """The answer cannot be used; the message is for the operator. `pause`: how long to leave the source alone."""

    def __init__(self, message: str, pause: timedelta | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Feed:
    """One question to a source. `address` never holds the key, which goes into `query`."""

    name: str
    address: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


async def ask(client: OutgoingClient, database: Database, actor: Actor, feed: Feed) -> Answer | None:
    """The answer, or None when nothing is new or the source wants to be left alone. Raises FeedFailed."""
    rows = await database.read(
        actor,
        "SELECT etag, last_modified, not_before FROM road_feeds "
        "WHERE tenant_id IS NOT DISTINCT FROM %s AND feed = %s AND address = %s",
        (owner_of(actor), feed.name, feed.address),
    )
    etag, modified, not_before = rows[0] if rows else (None, None, None)
    if not_before is not None and not_before > datetime.now(UTC):
        return None
    headers = dict(feed.headers)
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    try:
        answer = await client.request("GET", feed.address, headers=headers, query=feed.query)
    except (NoAnswer, Refused) as error:
        raise FeedFailed(str(error)) from error
    return None if answer.status == 304 else checked(answer)


def checked(answer: Answer) -> Answer:
    """The answer, if it is one that can be read. Raises FeedFailed."""
    head = answer.body[:HEAD].decode("utf-8", "replace").lower()
    if answer.status in (401, 403) or (answer.status in (200, 400) and "invalid key" in head):
        raise FeedFailed(f"the key was refused ({answer.status}); check it at the source", KEY_PAUSE)
    if answer.status in (429, 503):
        wait = answer.retry_after_s()
        pause = None if wait is None else timedelta(seconds=min(wait, LONGEST_PAUSE.total_seconds()))
        raise FeedFailed(f"the source asks for a pause ({answer.status})", pause)
    if answer.status != 200:
        raise FeedFailed(f"the source answered {answer.status}")
    return answer


_KEEP = """
INSERT INTO road_feeds AS f (tenant_id, feed, address, polled_at, succeeded_at, etag, last_modified, not_before, failures,
    rows_written, problem)
VALUES (%(owner)s, %(feed)s, %(address)s, now(), CASE WHEN %(good)s THEN now() END, %(etag)s, %(modified)s, %(not_before)s,
    %(failures)s, %(rows)s, %(problem)s)
ON CONFLICT (tenant_id, feed) DO UPDATE SET address = excluded.address, polled_at = now(),
    succeeded_at = coalesce(excluded.succeeded_at, f.succeeded_at),
    etag = CASE WHEN %(good)s THEN excluded.etag ELSE f.etag END,
    last_modified = CASE WHEN %(good)s THEN excluded.last_modified ELSE f.last_modified END,
    failures = CASE WHEN %(good)s THEN 0 ELSE f.failures + 1 END,
    not_before = CASE WHEN %(good)s THEN NULL
        ELSE coalesce(excluded.not_before, now() + least(%(first)s * power(2, least(f.failures, 10)), %(longest)s)) END,
    rows_written = coalesce(excluded.rows_written, f.rows_written), problem = excluded.problem
"""


async def keep_success(
    connection: Connection, actor: Actor, feed: Feed, answer: Answer, rows: int, problem: str | None
) -> None:
    """In the transaction that wrote the rows, so that what is marked as read was kept. `problem`: rows that were refused."""
    await connection.execute(
        _KEEP,
        _values(actor, feed)
        | {
            "good": True,
            "etag": answer.headers.get("etag"),
            "modified": answer.headers.get("last-modified"),
            "rows": rows,
            "problem": problem,
        },
    )


async def keep_nothing_new(database: Database, actor: Actor, feed: Feed) -> None:
    """The source said 304, or it is being left alone: only the time of asking changes, and only in the first case."""
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE road_feeds SET polled_at = now(), succeeded_at = now(), failures = 0, not_before = NULL "
            "WHERE tenant_id IS NOT DISTINCT FROM %s AND feed = %s AND (not_before IS NULL OR not_before <= now())",
            (owner_of(actor), feed.name),
        )


async def keep_failure(database: Database, actor: Actor, feed: Feed, failure: FeedFailed) -> None:
    """In a transaction of its own: nothing else was written."""
    not_before = None if failure.pause is None else datetime.now(UTC) + failure.pause
    async with database.connection(actor) as connection:
        await connection.execute(
            _KEEP,
            _values(actor, feed) | {"problem": str(failure)[:1000], "not_before": not_before, "failures": 1},
        )


def _values(actor: Actor, feed: Feed) -> dict[str, object]:
    return {
        "owner": owner_of(actor),
        "feed": feed.name,
        "address": feed.address,
        "good": False,
        "etag": None,
        "modified": None,
        "not_before": None,
        "failures": 0,
        "rows": None,
        "problem": None,
        "first": FIRST_PAUSE,
        "longest": LONGEST_PAUSE,
    }
