"""One round of derivation: take work of one tenant, read, derive, write, in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from motorpool.core.database.database import Connection, Database
from motorpool.core.events.log import append_event
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.derive.outcome import Outcome, derive_all
from motorpool.telematics.derive.tracks import load_tracks
from motorpool.telematics.derive.work import Claim, append_work, claim_vehicles, prepare_work
from motorpool.telematics.derive.write import Written, write_outcome
from motorpool.telematics.rules.definition import TripDefinition

#: Vehicles and positions of one round: bounds its memory (about 100 bytes a position) and how long it holds
#: locks.
VEHICLES = 64
POSITIONS = 200_000
#: Rounds of a process at a time, of different vehicles: while one waits for the database another computes.
LANES = 2
TOPIC = "vehicle_states"


@dataclass
class Portions:
    """How many rows are read of a vehicle at once. More than usual where the usual did not reach from one
    stop to the next; forgotten as soon as it did.
    """

    positions: int = POSITIONS
    grown: dict[UUID, int] = field(default_factory=dict)

    def of(self, claims: Sequence[Claim]) -> dict[UUID, int]:
        usual = max(1, self.positions // max(1, len(claims)))
        return {claim.vehicle_id: max(usual, self.grown.get(claim.vehicle_id, 0)) for claim in claims}

    def learn(self, most: dict[UUID, int], outcome: Outcome) -> None:
        for vehicle in most:
            self.grown.pop(vehicle, None)
        for vehicle in outcome.stuck:
            self.grown[vehicle] = most[vehicle] * 4


class DerivationFailed(Exception):
    """The rules or the database refused one of these vehicles; nothing of the round was written. See the
    cause.
    """

    def __init__(self, vehicles: Sequence[UUID]) -> None:
        super().__init__(f"derivation of {len(vehicles)} vehicle(s) failed")
        self.vehicles = tuple(vehicles)


@dataclass(frozen=True)
class Round:
    """What a round did. `vehicles` 0: there was nothing to do, or others do it."""

    vehicles: int
    positions: int
    written: Written
    #: Whether there may be more to do at once.
    more: bool
    seconds: float


async def derive_round(
    database: Database,
    tenant_id: UUID,
    definition: TripDefinition,
    *,
    portions: Portions | None = None,
    vehicles: int = VEHICLES,
    excluded: Collection[UUID] = (),
) -> Round:
    """Derive at most `vehicles` vehicles of a tenant that have work, `excluded` ones apart.

    Any number of processes may do this at a time. Raises DerivationFailed, or psycopg.OperationalError when
    the database is at fault.
    """
    began = time.perf_counter()
    actor = system_actor(tenant_id, "derived again")
    portions = portions or Portions()
    await prepare_work(database, actor)
    async with database.connection(actor) as connection:
        claims = await claim_vehicles(connection, tenant_id, vehicles, excluded)
        if not claims:
            return Round(0, 0, Written(0, []), False, time.perf_counter() - began)
        try:
            outcome, written = await derive_claims(connection, tenant_id, claims, definition, portions)
        except (psycopg.OperationalError, MemoryError):
            raise
        except Exception as error:
            raise DerivationFailed([claim.vehicle_id for claim in claims]) from error
        await append_work(connection, tenant_id, outcome.unfinished)
        if written.states:
            await append_event(connection, TOPIC, {"vehicle_ids": [str(one) for one in written.states]})
    more = bool(outcome.unfinished) or len(claims) == vehicles
    return Round(len(claims), outcome.positions, written, more, time.perf_counter() - began)


async def derive_claims(
    connection: Connection,
    tenant_id: UUID,
    claims: Sequence[Claim],
    definition: TripDefinition,
    portions: Portions,
    *,
    live: bool = True,
) -> tuple[Outcome, Written]:
    """Read, derive and write the claimed vehicles."""
    most = portions.of(claims)
    loaded = await load_tracks(connection, tenant_id, claims, most)
    # In a thread: jobs, the listener and the replay go on meanwhile.
    outcome = await asyncio.to_thread(derive_all, loaded, definition)
    portions.learn(most, outcome)
    return outcome, await write_outcome(connection, tenant_id, outcome, live=live)
