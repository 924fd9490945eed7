"""The derivation as a part of the worker: woken when something arrived, at the latest after a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from uuid import UUID

import psycopg

from motorpool.core.database.database import Database
from motorpool.core.events.wake import Notifier, Waker
from motorpool.telematics.derive.round import (
    LANES,
    VEHICLES,
    DerivationFailed,
    Portions,
    Round,
    derive_round,
)
from motorpool.telematics.rules.definition import TripDefinition

log = logging.getLogger(__name__)

POLL_S = 1.0
#: After a wake-up it waits this long for more to come in, or as long as the last pass took: under load rounds
#: get bigger instead of more frequent.
COLLECT_S = 0.25
LONGEST_COLLECT_S = 2.0
#: A vehicle whose derivation fails is left alone for this long.
PENALTY_S = 60.0


class DerivationLoop:
    """Derives whatever is in the queue of any tenant until it is told to stop."""

    def __init__(
        self, database: Database, definition: TripDefinition, waker: Waker, notifier: Notifier
    ) -> None:
        self.database = database
        self.definition = definition
        self.waker = waker
        self.notifier = notifier
        self.portions = Portions()
        self._failing: dict[UUID, float] = {}
        #: Tenants that are worked on vehicle by vehicle until the one that fails is found.
        self._careful: dict[UUID, int] = {}

    async def run(self, stop: asyncio.Event) -> None:
        with self.waker.subscription() as woken:
            while not stop.is_set():
                began = time.monotonic()
                try:
                    busy = await self.pass_over(stop)
                except psycopg.OperationalError as error:
                    log.warning("the derivation lost its database: %s; trying again", error)
                    await _sleep(stop, POLL_S)
                    continue
                if busy:
                    continue
                collect = min(max(COLLECT_S, 3 * (time.monotonic() - began)), LONGEST_COLLECT_S)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), POLL_S)
                await _sleep(stop, collect)
                woken.clear()

    async def pass_over(self, stop: asyncio.Event) -> bool:
        """A round in each lane for each tenant with work; whether more is waiting."""
        async with self.database.unbound() as connection:
            rows = await (await connection.execute("SELECT tenants_with_derivation_work()")).fetchall()
        more = False
        for (tenant_id,) in rows:
            if stop.is_set():
                return False
            # Whoever looks for the one vehicle that fails takes them one after the other.
            lanes = 1 if self._careful.get(tenant_id) else LANES
            rounds = await asyncio.gather(*(self._round(tenant_id) for _ in range(lanes)))
            more |= any(done is None or done.more for done in rounds)
        return more

    async def _round(self, tenant_id: UUID) -> Round | None:
        """None when it failed."""
        now = time.monotonic()
        self._failing = {vehicle: until for vehicle, until in self._failing.items() if until > now}
        careful = self._careful.get(tenant_id, 0)
        vehicles = 1 if careful else VEHICLES
        try:
            done = await derive_round(
                self.database,
                tenant_id,
                self.definition,
                portions=self.portions,
                vehicles=vehicles,
                excluded=list(self._failing),
            )
        except psycopg.errors.DeadlockDetected:
            return None
        except DerivationFailed as failure:
            self._blame(tenant_id, failure)
            return None
        if careful:
            self._careful[tenant_id] = careful - 1 if done.vehicles else 0
        if done.written.states:
            self.notifier.notify()
        return done

    def _blame(self, tenant_id: UUID, failure: DerivationFailed) -> None:
        """After a failure of many vehicles take them one by one; after that of one leave it alone for a
        while.
        """
        cause = failure.__cause__
        if len(failure.vehicles) > 1:
            log.warning(
                "deriving trips failed (%s: %s); going on one vehicle at a time", type(cause).__name__, cause
            )
            self._careful[tenant_id] = len(failure.vehicles)
            return
        vehicle = failure.vehicles[0]
        self._failing[vehicle] = time.monotonic() + PENALTY_S
        log.error(
            "deriving the trips of vehicle %s failed; the next attempt is in %.0f s",
            vehicle,
            PENALTY_S,
            exc_info=cause,
        )


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
