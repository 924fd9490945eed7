"""Which vehicles have something to derive, and from where. The queue is `derivation_work`: appended to with
what arrived, in the same transaction, and emptied in the transaction that writes the outcome, so that a crash
loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.rules.merging import Edit
from motorpool.telematics.rules.results import Resume, restart

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

#: Work of vehicles that are gone, and a row to lock for each vehicle that has none. In a transaction of its
#: own: another worker that inserts the same row would wait for ours to end, not skip it.
PREPARE = (
    "DELETE FROM derivation_work w WHERE w.tenant_id = %(tenant)s AND NOT EXISTS "
    "(SELECT FROM vehicles v WHERE v.tenant_id = w.tenant_id AND v.id = w.vehicle_id)",
    "INSERT INTO derivation_state (tenant_id, vehicle_id) SELECT DISTINCT w.tenant_id, w.vehicle_id "
    "FROM derivation_work w WHERE w.tenant_id = %(tenant)s AND NOT EXISTS (SELECT FROM derivation_state s "
    "WHERE s.tenant_id = w.tenant_id AND s.vehicle_id = w.vehicle_id) "
    "ORDER BY w.vehicle_id ON CONFLICT (tenant_id, vehicle_id) DO NOTHING",
)
CLAIM = """
SELECT s.vehicle_id, v.vehicle_number, s.checkpoint::text
FROM derivation_state s JOIN vehicles v ON v.tenant_id = s.tenant_id AND v.id = s.vehicle_id
WHERE s.tenant_id = %(tenant)s AND s.vehicle_id <> ALL (%(excluded)s)
  AND EXISTS (SELECT FROM derivation_work w WHERE w.tenant_id = %(tenant)s AND w.vehicle_id = s.vehicle_id)
ORDER BY s.updated_at, s.vehicle_id
LIMIT %(most)s
FOR UPDATE OF s SKIP LOCKED
"""
LOCK = """
SELECT s.vehicle_id, v.vehicle_number, s.checkpoint::text
FROM derivation_state s JOIN vehicles v ON v.tenant_id = s.tenant_id AND v.id = s.vehicle_id
WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = ANY (%(vehicles)s)
ORDER BY s.vehicle_id
FOR UPDATE OF s
"""
TAKE = """
WITH taken AS (DELETE FROM derivation_work WHERE tenant_id = %(tenant)s AND vehicle_id = ANY (%(vehicles)s)
               RETURNING vehicle_id, from_time)
SELECT vehicle_id, min(from_time) FROM taken GROUP BY vehicle_id
"""
STORED_CHECKPOINTS = """
SELECT w.vehicle_id, found.checkpoint::text
FROM unnest(%(vehicles)s::uuid[], %(late)s::timestamptz[]) AS w (vehicle_id, late)
CROSS JOIN LATERAL (
    SELECT s.checkpoint FROM stops s
    WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = w.vehicle_id AND s.started_at < w.late
      AND (s.checkpoint ->> 'settled_at')::float8 < extract(epoch FROM w.late)::float8
      AND NOT EXISTS (
          SELECT FROM trip_edits e
          WHERE e.tenant_id = %(tenant)s AND e.vehicle_id = w.vehicle_id AND e.kind = 'merge' AND e.undone_at IS NULL
            AND e.trip_started_at < s.started_at AND s.started_at <= e.ends_at)
    ORDER BY s.started_at DESC LIMIT 1
) AS found
"""
EDITS = """
SELECT vehicle_id, kind, extract(epoch FROM trip_started_at)::float8, extract(epoch FROM starts_at)::float8,
       extract(epoch FROM ends_at)::float8
FROM trip_edits WHERE tenant_id = %(tenant)s AND vehicle_id = ANY (%(vehicles)s) AND undone_at IS NULL
ORDER BY vehicle_id, starts_at, id
"""
APPEND = "INSERT INTO derivation_work (tenant_id, vehicle_id, from_time) VALUES (%s, %s, %s)"


def moment(t: float) -> datetime:
    """Epoch seconds as a time, to the microsecond."""
    return EPOCH + round(t * 1_000_000) * MICROSECOND


def seconds(at: datetime) -> float:
    """A time as epoch seconds."""
    return (at - EPOCH) / MICROSECOND / 1_000_000


@dataclass(frozen=True)
class Claim:
    """A vehicle that nobody else derives now: `late` is the time (epoch seconds) of the first thing that
    changed.
    """

    vehicle_id: UUID
    number: str
    late: float
    resume: Resume | None
    #: Older checkpoints that what arrived leaves intact.
    earlier: tuple[Resume, ...]
    #: Joins and cuts of trips that people ordered.
    edits: tuple[Edit, ...] = ()


Locked = dict[UUID, tuple[str, list[Resume]]]


async def prepare_work(database: Database, actor: Actor) -> None:
    """Tidy the tenant's queue before vehicles are claimed."""
    async with database.connection(actor, audited=False) as connection:
        for statement in PREPARE:
            await connection.execute(statement, {"tenant": actor.tenant_id})


async def claim_vehicles(
    connection: Connection, tenant_id: UUID, most: int, excluded: Collection[UUID] = ()
) -> list[Claim]:
    """Lock at most `most` vehicles that have work and that no other worker holds, and take their work."""
    parameters = {"tenant": tenant_id, "most": most, "excluded": list(excluded)}
    locked = _locked(await (await connection.execute(CLAIM, parameters)).fetchall())
    taken = await take_work(connection, tenant_id, list(locked)) if locked else {}
    return await claims_from(connection, tenant_id, locked, taken)


async def lock_vehicles(connection: Connection, tenant_id: UUID, vehicles: Sequence[UUID]) -> Locked:
    """Lock these vehicles, waiting for workers that hold them; for each its number and its checkpoints."""
    parameters = {"tenant": tenant_id, "vehicles": list(vehicles)}
    return _locked(await (await connection.execute(LOCK, parameters)).fetchall())


async def take_work(connection: Connection, tenant_id: UUID, vehicles: Sequence[UUID]) -> dict[UUID, float]:
    """Empty the queue of these vehicles: for each that had work the earliest time, in epoch seconds."""
    parameters = {"tenant": tenant_id, "vehicles": list(vehicles)}
    rows = await (await connection.execute(TAKE, parameters)).fetchall()
    return {vehicle_id: seconds(from_time) for vehicle_id, from_time in rows}


async def claims_from(
    connection: Connection, tenant_id: UUID, locked: Locked, late: dict[UUID, float]
) -> list[Claim]:
    """Where to start again for each of the vehicles in `late`: at the newest checkpoint that is left
    intact.
    """
    edits = await edits_of(connection, tenant_id, list(late))
    intact = {
        vehicle: [
            one
            for one in locked[vehicle][1]
            if one.settled_at < late[vehicle]
            and not any(edit.hides(one.stop_started_at) for edit in edits.get(vehicle, ()))
        ]
        for vehicle in late
    }
    if missing := [
        vehicle for vehicle, checkpoints in intact.items() if not checkpoints and locked[vehicle][1]
    ]:
        parameters = {
            "tenant": tenant_id,
            "vehicles": missing,
            "late": [moment(late[vehicle]) for vehicle in missing],
        }
        for vehicle, text in await (await connection.execute(STORED_CHECKPOINTS, parameters)).fetchall():
            intact[vehicle].append(Resume.from_json(msgspec.json.decode(text)))
    claims = []
    for vehicle, checkpoints in intact.items():
        resume = restart(checkpoints, late[vehicle])
        own = tuple(edits.get(vehicle, ()))
        claims.append(Claim(vehicle, locked[vehicle][0], late[vehicle], resume, tuple(checkpoints), own))
    return claims


async def edits_of(
    connection: Connection, tenant_id: UUID, vehicles: Sequence[UUID]
) -> dict[UUID, list[Edit]]:
    """The instructions that hold for these vehicles."""
    found: dict[UUID, list[Edit]] = {}
    if vehicles:
        parameters = {"tenant": tenant_id, "vehicles": list(vehicles)}
        for vehicle, kind, *times in await (await connection.execute(EDITS, parameters)).fetchall():
            found.setdefault(vehicle, []).append(Edit(kind, *times))
    return found


async def append_work(connection: Connection, tenant_id: UUID, work: Sequence[tuple[UUID, float]]) -> None:
    """Queue vehicles from a time on (epoch seconds)."""
    if work:
        rows = [(tenant_id, vehicle, moment(t)) for vehicle, t in work]
        async with connection.cursor() as cursor:
            await cursor.executemany(APPEND, rows)


def _locked(rows: Sequence[tuple[UUID, str, str | None]]) -> Locked:
    return {
        vehicle: (number, [Resume.from_json(one) for one in msgspec.json.decode(text)] if text else [])
        for vehicle, number, text in rows
    }
