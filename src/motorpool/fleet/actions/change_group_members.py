"""Put vehicles into a group and take them out."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.identity.actions.record_activity import record_activity

#: More at once would be an import.
MOST = 1000
_KNOWN = text("SELECT id FROM vehicles WHERE tenant_id = :tenant AND id = ANY(:vehicles)")
_ADD = text("""
    INSERT INTO vehicle_group_members (tenant_id, group_id, vehicle_id)
    SELECT CAST(:tenant AS uuid), CAST(:group AS uuid), v.id FROM vehicles v
    WHERE v.tenant_id = :tenant AND v.id = ANY(:vehicles)
    ON CONFLICT (tenant_id, group_id, vehicle_id) DO NOTHING RETURNING vehicle_id
""")
_REMOVE = text("""
    DELETE FROM vehicle_group_members
    WHERE tenant_id = :tenant AND group_id = :group AND vehicle_id = ANY(:vehicles) RETURNING vehicle_id
""")


async def add_vehicles(
    session: AsyncSession, actor: Actor, group_id: UUID, vehicle_ids: Sequence[UUID]
) -> int:
    """Put vehicles into a group; how many were not in it yet. Raises Invalid for a vehicle that is not here."""
    _require_some(vehicle_ids)
    parameters = {"tenant": actor.tenant_id, "vehicles": list(vehicle_ids)}
    known = set(await session.scalars(_KNOWN, parameters))
    problems = [
        FieldProblem(f"vehicle_ids[{index}]", f"there is no such row in vehicles: {key}")
        for index, key in enumerate(vehicle_ids)
        if key not in known
    ]
    if problems:
        raise Invalid("Some vehicles are not known.", fields=problems)
    added = list(await session.scalars(_ADD, parameters | {"group": group_id}))
    await _log(session, actor, "add_vehicles", group_id, added)
    return len(added)


async def remove_vehicles(
    session: AsyncSession, actor: Actor, group_id: UUID, vehicle_ids: Sequence[UUID]
) -> int:
    """Take vehicles out of a group; how many were in it."""
    _require_some(vehicle_ids)
    parameters = {"tenant": actor.tenant_id, "group": group_id, "vehicles": list(vehicle_ids)}
    removed = list(await session.scalars(_REMOVE, parameters))
    await _log(session, actor, "remove_vehicles", group_id, removed)
    return len(removed)


def _require_some(vehicle_ids: Sequence[UUID]) -> None:
    if not 1 <= len(vehicle_ids) <= MOST:
        raise Invalid(fields=[FieldProblem("vehicle_ids", f"must name 1 to {MOST:,} vehicles")])


async def _log(session: AsyncSession, actor: Actor, what: str, group_id: UUID, changed: list[UUID]) -> None:
    """Members have no audit trail of their own; the activity log says who changed them."""
    if changed:
        details = {"vehicle_ids": [str(key) for key in changed]}
        await record_activity(
            session, actor, what, resource_type="vehicle_groups", resource_id=group_id, details=details
        )
