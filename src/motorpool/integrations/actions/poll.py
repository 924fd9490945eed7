"""One poll of one connection: page by page, a page's cursor after its records, and what to do when it fails."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.errors import Unavailable
from motorpool.core.http import OutgoingClient
from motorpool.core.tenancy import Actor
from motorpool.integrations.actions.claim import Claim, ClaimLost
from motorpool.integrations.actions.finish_poll import finish_poll
from motorpool.integrations.actions.read_objects import keep_objects
from motorpool.integrations.actions.store_page import Known, Stored, store_page
from motorpool.integrations.connectors import CONNECTORS
from motorpool.integrations.connectors.contract import (
    Connection,
    Connector,
    ConnectorError,
    CursorLost,
    Page,
    SignInRefused,
    TooFast,
    TryLater,
)
from motorpool.integrations.queries.connector_setup import Setup, read_known, read_setup
from motorpool.telematics.ingest.pipeline import IngestPipeline

log = logging.getLogger(__name__)

#: A poll ends after this long, in seconds, and goes on in the next one: others wait for the worker too.
BUDGET_S = 45.0
MOST_PAGES = 500
#: The list of vehicles is read again after this long, and soon when an unknown one reports.
OBJECTS_EVERY = timedelta(hours=24)
OBJECTS_SOON = timedelta(minutes=15)

#: How far back records are fetched of a vehicle that is mapped late.
LONGEST_HISTORY = timedelta(days=60)

Ending = Literal["success", "failed", "refused", "skipped"]


@dataclass(slots=True)
class Poll:
    """What a poll did."""

    ending: Ending = "success"
    #: Why it failed, for people; and when the next one comes, in seconds.
    error: ConnectorError | None = None
    next_in_s: float = 0.0
    more: bool = False
    mapped: int = 0
    took_s: float = 0.0
    feeds: dict[str, Stored] = field(default_factory=dict)


async def poll(
    database: Database,
    pipeline: IngestPipeline,
    client: OutgoingClient,
    actor: Actor,
    integration_id: UUID,
    *,
    budget_s: float = BUDGET_S,
    jitter: Callable[[], float] = random.random,
    connector: Connector | None = None,
) -> Poll:
    """Fetch what is new and store it. Never raises for what the provider does: that is in the answer and in the log.

    Skipped when the connection is switched off, paused, unknown, or polled by somebody else.
    """
    setup = await read_setup(database, actor, integration_id)
    connector = connector or CONNECTORS.get(setup.provider if setup else "")
    if setup is None or connector is None or not setup.is_wanted or setup.paused_at is not None:
        return Poll("skipped")
    claim = Claim(database, actor, integration_id)
    if not await claim.take():
        return Poll("skipped")
    done, began = Poll(), time.monotonic()
    try:
        account = setup.account(database.keyring, connector)
        worker = _Worker(
            database, pipeline, actor, setup, connector, claim, connector.open(client, account), done
        )
        await worker.run(began + budget_s)
    except ClaimLost:
        log.warning("connector %s: another poller has taken over", setup.name)
        return Poll("skipped")
    except ConnectorError as error:
        done.error = error
    except Unavailable as error:
        done.error = TryLater(f"Our own database is busy: {error.detail}")
    if done.error is not None:
        done.ending = "refused" if isinstance(done.error, SignInRefused) else "failed"
    done.took_s = time.monotonic() - began
    await finish_poll(database, actor, setup, claim, done, jitter())
    return done


class _Worker:
    """The state of one poll."""

    def __init__(
        self,
        database: Database,
        pipeline: IngestPipeline,
        actor: Actor,
        setup: Setup,
        connector: Connector,
        claim: Claim,
        connection: Connection,
        done: Poll,
    ) -> None:
        self.database, self.pipeline, self.actor, self.setup = database, pipeline, actor, setup
        self.connector, self.claim, self.connection, self.done = connector, claim, connection, done

    async def run(self, until: float) -> None:
        """All feeds until nothing is left or the time is up. Raises the first ConnectorError at the end."""
        known = await self._who_is_who()
        cursors = await self.claim.cursors()
        first: ConnectorError | None = None
        for feed in self.connector.feeds:
            try:
                await self._feed(feed, cursors.get(feed), known, until)
            except (SignInRefused, TooFast):
                raise
            except ConnectorError as error:
                # The other feeds may be well; but who does not answer at all is not asked five times.
                first = first or error
                if time.monotonic() >= until:
                    break
        if first is not None:
            raise first
        await self._catch_up(known, until)
        if any(stored.skipped for stored in self.done.feeds.values()) and self._is_old(OBJECTS_SOON):
            await self._read_objects()

    async def _who_is_who(self) -> Known:
        if self._is_old(OBJECTS_EVERY):
            await self._read_objects()
        async with self.database.connection(self.actor) as connection:
            return await read_known(connection, self.actor, self.setup.integration_id)

    def _is_old(self, age: timedelta) -> bool:
        read_at = self.setup.objects_read_at
        return read_at is None or datetime.now(UTC) - read_at > age

    async def _read_objects(self) -> None:
        found = await self.connection.objects()
        async with self.database.connection(self.actor) as connection:
            await self.claim.hold(connection)
            self.done.mapped += await keep_objects(
                connection, self.actor, self.setup.integration_id, self.setup.provider, found
            )

    async def _feed(self, feed: str, cursor: str | None, known: Known, until: float) -> None:
        total = self.done.feeds.setdefault(feed, Stored())
        for number in range(MOST_PAGES):
            if number:
                await asyncio.sleep(self.connector.pause_s)
            if time.monotonic() >= until:
                self.done.more = True
                return
            now = datetime.now(UTC)
            try:
                page = await self.connection.page(feed, cursor, now)
            except CursorLost:
                if cursor is None:
                    raise
                # Better to begin anew (what comes twice is known) than to stand still for ever.
                await self.claim.save_cursor(feed, None)
                total.note(["The provider did not know the stored cursor; the feed begins anew."])
                cursor = None
                continue
            await self._store(feed, page, known, now, total)
            if not page.more:
                return
            cursor = page.cursor
        self.done.more = True

    async def _catch_up(self, known: Known, until: float) -> None:
        """Fetch what came of vehicles before they were mapped: one at least, more while there is time."""
        total = Stored()
        for vehicle, since in await self.claim.to_catch_up():
            if ("vehicle", vehicle) not in known.mapped:
                continue
            if total.pages and time.monotonic() >= until:
                self.done.more = True
                return
            self.done.feeds["history"] = total
            now = datetime.now(UTC)
            async for page in self.connection.history(vehicle, max(since, now - LONGEST_HISTORY), now):
                stored = await store_page(
                    self.pipeline,
                    self.actor,
                    self.setup.provider,
                    self.setup.integration_id,
                    page,
                    known,
                    now,
                )
                self._add(total, stored)
                await self.claim.renew()
                await asyncio.sleep(self.connector.pause_s)
            await self.claim.caught_up(vehicle)

    async def _store(self, feed: str, page: Page, known: Known, now: datetime, total: Stored) -> None:
        """First the records, then the cursor: killed in between, the page comes again and is known."""
        stored = await store_page(
            self.pipeline, self.actor, self.setup.provider, self.setup.integration_id, page, known, now
        )
        await self.claim.save_cursor(
            feed,
            page.cursor,
            latest=stored.latest,
            records=stored.records,
            skipped={key: (count, stored.skipped_since[key]) for key, count in stored.skipped.items()},
        )
        self._add(total, stored)

    def _add(self, total: Stored, stored: Stored) -> None:
        total.pages += 1
        total.records += stored.records
        total.stored += stored.stored
        total.duplicates += stored.duplicates
        total.refused += stored.refused
        total.ignored += stored.ignored
        total.skipped.update(stored.skipped)
        total.note(stored.problems)
