"""Deriving anew from stored positions, and checking that this changes nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.derive.parts import PARTS
from motorpool.telematics.derive.round import POSITIONS, Portions, derive_claims, derive_round
from motorpool.telematics.derive.statements import DERIVED_ROWS
from motorpool.telematics.derive.tracks import BEGINNING
from motorpool.telematics.derive.work import (
    append_work,
    claims_from,
    lock_vehicles,
    prepare_work,
    seconds,
    take_work,
)
from motorpool.telematics.rules.definition import TripDefinition

#: Vehicles that a check looks at in one transaction; it holds them until it is done.
CHECKED_AT_ONCE = 16
#: How often a check derives what has just arrived before it gives a vehicle up.
ATTEMPTS = 20

VEHICLES = """
SELECT id, vehicle_number FROM vehicles
WHERE tenant_id = %(tenant)s AND (%(number)s::text IS NULL OR vehicle_number = %(number)s)
ORDER BY vehicle_number
"""
WAITING = """
SELECT count(DISTINCT vehicle_id) FROM derivation_work
WHERE tenant_id = %(tenant)s AND vehicle_id = ANY (%(ids)s)
"""

Progress = Callable[[int], None]


#: Kind and id of a trip or stop -> vehicle, start, digest of what derivation says about it.
Rows = dict[tuple[str, UUID], tuple[UUID, datetime, str]]


@dataclass(frozen=True)
class Difference:
    """A trip, a stop or an event that deriving anew would add, change or remove."""

    vehicle_id: UUID
    number: str
    kind: str
    id: UUID
    started_at: datetime
    what: str

    def __str__(self) -> str:
        return f"{self.number}: the {self.kind} of {self.started_at.isoformat()} {self.what} ({self.id})"


async def find_vehicles(database: Database, actor: Actor, number: str | None) -> list[tuple[UUID, str]]:
    """Ids and numbers of all vehicles, or of the one with this number."""
    rows = await database.read(actor, VEHICLES, {"tenant": actor.tenant_id, "number": number})
    return [(row[0], row[1]) for row in rows]


async def derive_anew(
    database: Database,
    actor: Actor,
    definition: TripDefinition,
    vehicles: Sequence[UUID],
    since: datetime | None,
    progress: Progress,
) -> None:
    """Derive these vehicles again from `since` (None: from their first position) to their last position.

    The work goes through the queue, so workers that run help with it. `progress` hears how many vehicles are
    done.
    """
    start = seconds(since or BEGINNING)
    async with database.connection(actor, audited=False) as connection:
        await append_work(connection, actor.tenant_id, [(vehicle, start) for vehicle in vehicles])
    portions = Portions()
    while True:
        done = await derive_round(database, actor.tenant_id, definition, portions=portions)
        rows = await database.read(actor, WAITING, {"tenant": actor.tenant_id, "ids": list(vehicles)})
        progress(len(vehicles) - int(rows[0][0]))
        if not rows[0][0]:
            return
        if not done.vehicles:
            # Workers have them all.
            await asyncio.sleep(0.2)


async def check(
    database: Database,
    actor: Actor,
    definition: TripDefinition,
    vehicles: Sequence[tuple[UUID, str]],
    since: datetime | None,
    until: datetime | None,
    progress: Progress,
) -> tuple[list[Difference], list[str]]:
    """Derive anew and compare; nothing is changed. What begins outside of `since` to `until` is not compared.

    Returns the differences and the numbers of vehicles that could not be compared because fixes kept coming
    in faster than they were derived.
    """
    differences: list[Difference] = []
    waiting = list(vehicles)
    attempts = 0
    while waiting and attempts < ATTEMPTS:
        attempts += 1
        await _catch_up(database, actor, definition)
        busy: list[tuple[UUID, str]] = []
        for begin in range(0, len(waiting), CHECKED_AT_ONCE):
            some = waiting[begin : begin + CHECKED_AT_ONCE]
            found, held_up = await _compare(database, actor, definition, some, since)
            differences += found
            busy += [one for one in some if one[0] in held_up]
            progress(len(vehicles) - len(waiting) + begin + len(some) - len(busy))
        waiting = busy
    inside = [
        one
        for one in differences
        if (since is None or one.started_at >= since) and (until is None or one.started_at < until)
    ]
    return inside, [number for _, number in waiting]


async def _catch_up(database: Database, actor: Actor, definition: TripDefinition) -> None:
    while (await derive_round(database, actor.tenant_id, definition)).more:
        pass


async def _compare(
    database: Database,
    actor: Actor,
    definition: TripDefinition,
    vehicles: Sequence[tuple[UUID, str]],
    since: datetime | None,
) -> tuple[list[Difference], set[UUID]]:
    """Do it, look, and roll it back."""
    numbers = dict(vehicles)
    start = seconds(since or BEGINNING)
    held_up: set[UUID] = set()
    before: Rows = {}
    after: Rows = {}
    await prepare_work(database, actor)
    with contextlib.suppress(psycopg.Rollback):
        async with database.connection(actor, audited=False) as connection:
            locked = await lock_vehicles(connection, actor.tenant_id, list(numbers))
            held_up = set(await take_work(connection, actor.tenant_id, list(locked)))
            late = dict.fromkeys(locked.keys() - held_up, start)
            before = await _derived_rows(connection, actor.tenant_id, list(late))
            portions = Portions(POSITIONS)
            vehicles_done = list(late)
            while late:
                claims = await claims_from(connection, actor.tenant_id, locked, late)
                outcome, _ = await derive_claims(
                    connection, actor.tenant_id, claims, definition, portions, live=False
                )
                late = dict(outcome.unfinished)
                locked = await lock_vehicles(connection, actor.tenant_id, list(late))
            after = await _derived_rows(connection, actor.tenant_id, vehicles_done)
            # What came in meanwhile may be in the new derivation, and cannot be in the stored one.
            held_up |= set(await take_work(connection, actor.tenant_id, vehicles_done))
            raise psycopg.Rollback
    found = _differences(numbers, before, after)
    return [one for one in found if one.vehicle_id not in held_up], held_up


async def _derived_rows(connection: Connection, tenant_id: UUID, vehicles: Sequence[UUID]) -> Rows:
    everything = " UNION ALL ".join([DERIVED_ROWS, *(part.stored for part in PARTS)])
    cursor = await connection.execute(everything, {"tenant": tenant_id, "vehicles": list(vehicles)})
    return {
        (kind, id_): (vehicle, start, digest) for kind, vehicle, id_, start, digest in await cursor.fetchall()
    }


def _differences(numbers: dict[UUID, str], before: Rows, after: Rows) -> list[Difference]:
    found = []
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key):
            continue
        vehicle, started_at, _ = before.get(key) or after[key]
        what = "is missing" if key not in before else "should not be there" if key not in after else "differs"
        found.append(Difference(vehicle, numbers[vehicle], key[0], key[1], started_at, what))
    return sorted(found, key=lambda one: (one.number, one.started_at, one.kind))
