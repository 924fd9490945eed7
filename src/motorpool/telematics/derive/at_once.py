"""Deriving one vehicle inside the transaction that changed what its trips depend on, so that the answer shows it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg

from motorpool.core.database.database import Connection
from motorpool.core.errors import Conflict
from motorpool.core.events.log import append_event
from motorpool.telematics.derive.round import TOPIC, Portions, derive_claims
from motorpool.telematics.derive.work import (
    append_work,
    claims_from,
    lock_vehicles,
    seconds,
    take_work,
)
from motorpool.telematics.rules.definition import TripDefinition

#: How long the vehicle is waited for while a worker derives it.
PATIENCE = "SET LOCAL lock_timeout = '3s'"
IMPATIENCE = "SET LOCAL lock_timeout = 0"


async def derive_at_once(
    connection: Connection, tenant_id: UUID, vehicle_id: UUID, since: datetime, definition: TripDefinition
) -> None:
    """Derive a vehicle again from `since` on, together with whatever else is waiting for it.

    What does not fit into one portion is left to the workers. Raises Conflict while a worker holds the vehicle, which
    undoes the transaction.
    """
    await connection.execute(PATIENCE)
    try:
        locked = await lock_vehicles(connection, tenant_id, [vehicle_id])
    except psycopg.errors.LockNotAvailable as error:
        raise Conflict(
            "The trips of this vehicle are being derived at this moment; try again in a few seconds.",
            code="vehicle_busy",
        ) from error
    await connection.execute(IMPATIENCE)
    if not locked:
        # Nothing was derived of it yet: a worker will, from the beginning.
        await append_work(connection, tenant_id, [(vehicle_id, seconds(since))])
        return
    waiting = await take_work(connection, tenant_id, [vehicle_id])
    late = min(seconds(since), waiting.get(vehicle_id, seconds(since)))
    claims = await claims_from(connection, tenant_id, locked, {vehicle_id: late})
    outcome, written = await derive_claims(connection, tenant_id, claims, definition, Portions())
    await append_work(connection, tenant_id, outcome.unfinished)
    if written.states:
        await append_event(connection, TOPIC, {"vehicle_ids": [str(one) for one in written.states]})
