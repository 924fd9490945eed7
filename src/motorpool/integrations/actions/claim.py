"""One poller for a connection at a time, also when one was killed or wakes up after a long sleep.

A claim is an id with an end. Only its holder moves a cursor: a poller that slept while another went on cannot turn the
cursor back.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy import Actor

#: Longer than the longest wait for one answer and its storing, in seconds.
CLAIM_S = 180

TAKE = """
INSERT INTO connector_states AS s (tenant_id, integration_id, claim, claimed_until, last_attempt_at)
VALUES (%(tenant)s, %(integration)s, %(claim)s, now() + make_interval(secs => %(seconds)s), now())
ON CONFLICT (tenant_id, integration_id) DO UPDATE
SET claim = excluded.claim, claimed_until = excluded.claimed_until, last_attempt_at = excluded.last_attempt_at
WHERE s.claimed_until IS NULL OR s.claimed_until < now()
RETURNING id
"""
HOLD = """
UPDATE connector_states SET claimed_until = now() + make_interval(secs => %(seconds)s)
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s AND claim = %(claim)s RETURNING id
"""
SAVE = """
INSERT INTO connector_feeds AS f (tenant_id, integration_id, feed, cursor, cursor_saved_at, latest_record_at, records)
VALUES (%(tenant)s, %(integration)s, %(feed)s, %(cursor)s, now(), %(latest)s, %(records)s)
ON CONFLICT (tenant_id, integration_id, feed) DO UPDATE
SET cursor = excluded.cursor, cursor_saved_at = excluded.cursor_saved_at, records = f.records + excluded.records,
    latest_record_at = greatest(f.latest_record_at, excluded.latest_record_at)
"""
SKIPPED = """
INSERT INTO connector_objects AS o (tenant_id, integration_id, entity_type, external_id, skipped_records, skipped_since)
SELECT %(tenant)s, %(integration)s, 'vehicle', n.id, n.count, n.since
FROM unnest(%(ids)s::text[], %(counts)s::bigint[], %(since)s::timestamptz[]) AS n (id, count, since)
ON CONFLICT (tenant_id, integration_id, entity_type, external_id) DO UPDATE
SET skipped_records = o.skipped_records + excluded.skipped_records,
    skipped_since = least(o.skipped_since, excluded.skipped_since), last_seen_at = now()
"""
#: Vehicles that were mapped after records of theirs had come.
OPEN = """
SELECT o.external_id, o.catch_up_from FROM connector_objects o
WHERE o.tenant_id = %(tenant)s AND o.integration_id = %(integration)s AND o.entity_type = 'vehicle'
  AND o.catch_up_from IS NOT NULL
ORDER BY o.catch_up_from, o.external_id
"""
CAUGHT_UP = """
UPDATE connector_objects SET catch_up_from = %(until)s
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s AND entity_type = 'vehicle' AND external_id = %(vehicle)s
"""
CURSORS = "SELECT feed, cursor FROM connector_feeds WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s"


class ClaimLost(Exception):
    """Another poller has taken over; nothing of what follows may be stored."""


class Claim:
    """The right to poll a connection."""

    def __init__(self, database: Database, actor: Actor, integration_id: UUID) -> None:
        self._database = database
        self._actor = actor
        self._parameters = {
            "tenant": actor.tenant_id,
            "integration": integration_id,
            "claim": uuid4(),
            "seconds": CLAIM_S,
        }

    async def take(self) -> bool:
        """False while another poller holds it."""
        async with self._database.connection(self._actor) as connection:
            cursor = await connection.execute(TAKE, self._parameters)
            return await cursor.fetchone() is not None

    async def hold(self, connection: Connection) -> None:
        """Make it last, in the transaction of what must not happen without it. Raises ClaimLost."""
        cursor = await connection.execute(HOLD, self._parameters)
        if await cursor.fetchone() is None:
            raise ClaimLost

    async def renew(self) -> None:
        """Make it last. Raises ClaimLost."""
        async with self._database.connection(self._actor) as connection:
            await self.hold(connection)

    async def cursors(self) -> dict[str, str | None]:
        """Where each feed stands."""
        return dict(await self._database.read(self._actor, CURSORS, self._parameters))

    async def to_catch_up(self) -> list[tuple[str, datetime]]:
        """Vehicles there, and since when their records are missing here."""
        rows = await self._database.read(self._actor, OPEN, self._parameters)
        return [(vehicle, since) for vehicle, since in rows]

    async def caught_up(self, vehicle: str) -> None:
        """Everything of a vehicle is stored. Raises ClaimLost."""
        async with self._database.connection(self._actor) as connection:
            await self.hold(connection)
            await connection.execute(CAUGHT_UP, self._parameters | {"vehicle": vehicle, "until": None})

    async def save_cursor(
        self,
        feed: str,
        cursor: str | None,
        *,
        latest: datetime | None = None,
        records: int = 0,
        skipped: dict[str, tuple[int, datetime]] | None = None,
    ) -> None:
        """Everything before `cursor` is committed. Raises ClaimLost."""
        async with self._database.connection(self._actor) as connection:
            await self.hold(connection)
            values = {"feed": feed, "cursor": cursor, "latest": latest, "records": records}
            await connection.execute(SAVE, self._parameters | values)
            if skipped:
                await connection.execute(
                    SKIPPED,
                    self._parameters
                    | {
                        "ids": list(skipped),
                        "counts": [count for count, _ in skipped.values()],
                        "since": [since for _, since in skipped.values()],
                    },
                )
