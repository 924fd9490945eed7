"""Telling whoever reacts that vehicles have grave faults: each fault once, when it becomes active."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from motorpool.core.database.database import Connection
from motorpool.core.jobs.defer import announce_rows

TOPIC = "vehicle_fault_alerts"
#: Severities that somebody has to do something about.
GRAVE = ("critical", "major")

ACTIVE = "SELECT f.id FROM vehicle_faults f WHERE f.tenant_id = %(tenant)s AND f.id = ANY (%(ids)s) AND f.status = 'active'"


async def active_before(connection: Connection, tenant_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of the faults that are active as they are stored now."""
    if not ids:
        return set()
    rows = await connection.execute(ACTIVE, {"tenant": tenant_id, "ids": list(ids)})
    return {row[0] for row in await rows.fetchall()}


async def announce_fault_alerts(connection: Connection, tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Queue the reactions to faults that became active, in the transaction that wrote them."""
    await announce_rows(connection, TOPIC, tenant_id, "fault_ids", ids)
