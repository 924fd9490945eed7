"""The vehicles of a group, and those that could join it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import SEARCH_MOST, base_parameters, escape_like, scope_condition
from motorpool.core.tenancy import Actor

#: A page of choices; more are found by searching.
MOST_CHOICES = 50
_MEMBERS = """
    SELECT t.id, t.vehicle_number, t.name, concat_ws(' ', t.make, t.model, t.model_year::text), t.status, true
    FROM vehicle_group_members m JOIN vehicles t ON t.tenant_id = m.tenant_id AND t.id = m.vehicle_id
    WHERE m.tenant_id = %(tenant)s AND t.tenant_id = %(tenant)s AND m.group_id = %(group)s AND {scope}
    ORDER BY t.vehicle_number, t.id
"""
_CHOICES = """
    SELECT t.id, t.vehicle_number, t.name, concat_ws(' ', t.make, t.model, t.model_year::text), t.status, false
    FROM vehicles t
    WHERE t.tenant_id = %(tenant)s AND t.status <> 'retired' AND {scope}
      AND (%(words)s::text[] IS NULL OR t.id = ANY (ARRAY(SELECT search_vehicles(%(words)s::text[], {found}))))
      AND NOT EXISTS (SELECT FROM vehicle_group_members m
                      WHERE m.tenant_id = t.tenant_id AND m.group_id = %(group)s AND m.vehicle_id = t.id)
    ORDER BY t.vehicle_number, t.id LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class GroupVehicle:
    id: UUID
    number: str
    name: str | None
    description: str
    status: str
    is_member: bool


async def members_of(
    database: Database, actor: Actor, vehicles: Resource, group_id: UUID
) -> list[GroupVehicle]:
    """The group's vehicles that the actor may read, by number. That the group itself may be read is asked before."""
    reach = actor.access.reach(vehicles.permission("read"))
    if reach is None:
        return []
    sql = _MEMBERS.format(scope=scope_condition(vehicles, reach) or "true")
    rows = await database.read(actor, sql, base_parameters(actor, reach) | {"group": group_id})
    return [GroupVehicle(*row) for row in rows]


async def choices_for(
    database: Database, actor: Actor, vehicles: Resource, group_id: UUID, search: str
) -> list[GroupVehicle]:
    """Vehicles that are not in the group, at most `MOST_CHOICES` and one more that tells that there are others.

    `search`: all of these words.
    """
    reach = actor.access.reach(vehicles.permission("read"))
    if reach is None:
        return []
    words = [f"%{escape_like(word)}%" for word in search.split()] or None
    sql = _CHOICES.format(
        scope=scope_condition(vehicles, reach) or "true", found=SEARCH_MOST, most=MOST_CHOICES + 1
    )
    parameters = base_parameters(actor, reach) | {"group": group_id, "words": words}
    return [GroupVehicle(*row) for row in await database.read(actor, sql, parameters)]
