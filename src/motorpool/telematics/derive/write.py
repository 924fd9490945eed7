"""Writing what was derived: one statement per kind of row for all vehicles of a round.

Rows go into temporary tables by COPY and from there, compared with what is stored, into their tables. A row
that has not changed is not written. What people say of a trip (usage, purpose) is never touched; when a late fix
moves the start of a trip, and with it its id, they go with the trip that overlaps it most (decision 26). Trips
of which nobody said anything are classified by the rules of the organisation.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from motorpool.core.database.database import Connection
from motorpool.telematics.derive import references, statements as sql
from motorpool.telematics.derive.outcome import Outcome
from motorpool.telematics.derive.parts import PARTS
from motorpool.telematics.derive.staging import copy_rows


@dataclass(frozen=True)
class Written:
    #: How many rows were written or removed.
    rows: int
    #: Vehicles whose live state changed.
    states: list[UUID]


async def write_outcome(
    connection: Connection, tenant_id: UUID, outcome: Outcome, *, live: bool = True
) -> Written:
    """Bring the tables in line with what was derived, and let the other parts derive. `live` false: leave the live
    state of vehicles alone.
    """
    tenant = {"tenant": tenant_id}
    await _stage(connection, outcome)
    removed = (await connection.execute(sql.FIND_REMOVED, tenant)).rowcount
    rows = removed
    if removed:
        # Removal comes first: a trip whose start moved within a second keeps its number.
        await references.release(connection, tenant_id)
        await connection.execute(sql.REMOVE_TRIPS, tenant)
    for statement in (sql.WRITE_TRIPS, sql.REMOVE_STOPS, sql.WRITE_STOPS):
        rows += (await connection.execute(statement, tenant)).rowcount
    if removed:
        await connection.execute(sql.HAND_DOWN, tenant)
        await references.hand_over(connection, tenant_id)
    if outcome.trips:
        await connection.execute(sql.CLASSIFY, tenant)
    await connection.execute(sql.WRITE_PROGRESS, tenant)
    for part in PARTS:
        known = await part.load(connection, tenant_id, outcome.stretches)
        # In a thread: jobs, the listener and the replay go on meanwhile.
        found = await asyncio.to_thread(part.derive, outcome.stretches, known)
        rows += await part.write(connection, tenant_id, outcome.stretches, found)
    states: list[UUID] = []
    if live and outcome.states:
        # Last, because ingest waits for rows of vehicle_states that this transaction holds.
        found = await (await connection.execute(sql.WRITE_STATES, tenant)).fetchall()
        states = [row[0] for row in found]
    return Written(rows, states)


async def _stage(connection: Connection, outcome: Outcome) -> None:
    await connection.execute(sql.MAKE_STAGES)
    for table, rows in (
        ("derived_windows", outcome.windows),
        ("derived_trips", outcome.trips),
        ("derived_stops", outcome.stops),
        ("derived_states", outcome.states),
    ):
        await copy_rows(connection, table, rows)
