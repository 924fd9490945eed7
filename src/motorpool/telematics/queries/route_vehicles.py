"""What planning has to know about vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import VEHICLES

SQL = """
SELECT t.id, t.vehicle_number, t.status, t.vehicle_type, t.fuel_type, t.gvwr_kg, t.curb_weight_kg, t.payload_kg,
       t.height_m::float8, f.latitude::float8, f.longitude::float8, f.name
FROM vehicles t LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(vehicles)s)
"""


@dataclass(frozen=True, slots=True)
class RouteVehicle:
    """A vehicle; masses in kg, height in metres, and where its home is, in degrees."""

    id: UUID
    number: str
    status: str
    kind: str | None
    fuel: str | None
    gvwr_kg: int | None
    curb_kg: int | None
    payload_kg: int | None
    height_m: float | None
    home_lat: float | None
    home_lng: float | None
    home_name: str | None


async def route_vehicles(database: Database, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, RouteVehicle]:
    """Those of the vehicles that the actor may read. Raises: Forbidden without the right to read any."""
    reach = reach_or_forbid(VEHICLES, actor, "read")
    condition = scope_condition(VEHICLES, reach)
    rows = await database.read(
        actor,
        SQL + (f" AND {condition}" if condition else ""),
        base_parameters(actor, reach) | {"vehicles": list(ids)},
    )
    return {row[0]: RouteVehicle(*row) for row in rows}


async def route_drivers(database: Database, actor: Actor, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the drivers that there are."""
    rows = await database.read(
        actor,
        "SELECT id FROM drivers WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s)",
        {"tenant": actor.tenant_id, "ids": list(ids)},
    )
    return frozenset(row[0] for row in rows)
