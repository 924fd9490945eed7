"""Behaviour events of the last days in a box of the map."""

from __future__ import annotations

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor

#: Events of one answer, the newest ones.
MOST = 2_000
DAYS = 14
#: The index over (tenant, time) bounds what is looked at; comparisons of degrees could not use one here (decision 10).
IN_BOX = """
SELECT json_build_object('type', 'Feature',
    'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(t.longitude::float8, t.latitude::float8)),
    'properties', json_build_object('id', t.id, 'event_type', t.event_type, 'severity', t.severity, 'recorded_at', t.recorded_at,
        'speed_kph', t.speed_at_event::float8, 'limit_kph', t.speed_limit, 'g_force', t.g_force::float8,
        'seconds', t.duration_seconds, 'vehicle', v.vehicle_number, 'driver', d.full_name))::text
FROM driver_behavior_events t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
WHERE t.tenant_id = %(tenant)s AND t.recorded_at > now() - make_interval(days => %(days)s)
  AND t.longitude BETWEEN %(west)s AND %(east)s AND t.latitude BETWEEN %(south)s AND %(north)s AND {scope}
ORDER BY t.recorded_at DESC LIMIT {most}
"""


async def behaviour_in_box(
    database: Database, actor: Actor, resource: Resource, box: tuple[float, float, float, float]
) -> tuple[list[str], bool]:
    """GeoJSON features (texts), newest first, of a box of degrees (west, south, east, north); whether there are more. Raises:
    Forbidden.
    """
    reach = reach_or_forbid(resource, actor, "read")
    sql = IN_BOX.format(scope=scope_condition(resource, reach) or "true", most=MOST + 1)
    parameters = base_parameters(actor, reach) | {"days": DAYS}
    parameters |= dict(zip(("west", "south", "east", "north"), box, strict=True))
    rows = await database.read(actor, sql, parameters)
    return [row[0] for row in rows[:MOST]], len(rows) > MOST
