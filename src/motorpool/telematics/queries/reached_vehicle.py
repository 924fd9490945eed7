"""Whether somebody may see what a vehicle recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, NotFound
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import VEHICLES

KNOWN = "SELECT 1 FROM vehicles t WHERE t.tenant_id = %(tenant)s AND t.id = %(vehicle)s"


async def reached_vehicle(
    database: Database, actor: Actor, permission: str, vehicle_id: UUID
) -> dict[str, Any]:
    """Parameters of a query of the vehicle's series: `tenant`, `vehicle`, and what the actor's reach adds.

    Raises: Forbidden without the permission, NotFound for a vehicle that the actor does not reach.
    """
    reach = actor.access.reach(permission)
    if reach is None:
        raise Forbidden(
            f"This needs the permission {permission}.", code="permission_needed", permission=permission
        )
    parameters = base_parameters(actor, reach) | {"vehicle": vehicle_id}
    condition = scope_condition(VEHICLES, reach)
    if not await database.read(actor, KNOWN + (f" AND {condition}" if condition else ""), parameters):
        raise NotFound("There is no such vehicle.")
    return parameters
