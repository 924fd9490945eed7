"""The live state of vehicles, as the map and the stream show it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.fleet.resources import RESOURCES as FLEET

PERMISSION = "vehicle_states.read"
VEHICLES = FLEET[0]

#: Numbers, not decimal strings: this feeds a map, not a ledger.
STATE = """
json_build_object(
    'vehicle_id', t.id, 'number', t.vehicle_number, 'name', t.name, 'kind', t.vehicle_type,
    'state', CASE WHEN s.recorded_at IS NULL OR s.recorded_at < now() - make_interval(secs => %(offline)s)
             THEN 'offline' ELSE coalesce(s.motion, 'stopped') END,
    'latitude', s.latitude::float8, 'longitude', s.longitude::float8, 'heading', s.heading::float8,
    'speed_kph', s.speed::float8, 'recorded_at', s.recorded_at, 'since', s.motion_since,
    'driver_id', s.driver_id, 'driver_name', d.full_name, 'trip_id', s.trip_id,
    'odometer_km', round((s.odometer_m / 1000)::numeric, 1)::float8,
    'group_ids', coalesce((SELECT array_agg(m.group_id) FROM vehicle_group_members m
                           WHERE m.tenant_id = t.tenant_id AND m.vehicle_id = t.id), '{}'))::text
"""
FROM = """
FROM vehicles t
LEFT JOIN vehicle_states s ON s.tenant_id = t.tenant_id AND s.vehicle_id = t.id
LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = s.driver_id
WHERE t.tenant_id = %(tenant)s AND t.status NOT IN ('retired', 'sold', 'ordered')
"""


def reach_of(actor: Actor) -> Reach:
    """Raises: Forbidden when the actor may not see where vehicles are."""
    reach = actor.access.reach(PERMISSION)
    if reach is None:
        raise Forbidden(
            f"This needs the permission {PERMISSION}.", code="permission_needed", permission=PERMISSION
        )
    return reach


async def live_states(
    database: Database, actor: Actor, offline_after_s: int, vehicle_ids: Sequence[UUID] | None = None
) -> list[str]:
    """JSON texts of the states that the actor may see, by vehicle number; all vehicles or only some."""
    reach = reach_of(actor)
    parameters = base_parameters(actor, reach) | {"offline": offline_after_s}
    conditions = [FROM]
    if condition := scope_condition(VEHICLES, reach):
        conditions.append(condition)
    if vehicle_ids is not None:
        conditions.append("t.id = ANY (%(vehicles)s)")
        parameters["vehicles"] = list(vehicle_ids)
    sql = f"SELECT {STATE} {' AND '.join(conditions)} ORDER BY t.vehicle_number"
    return [row[0] for row in await database.read(actor, sql, parameters)]
