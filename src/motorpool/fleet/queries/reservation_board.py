"""What the pages of reservations show: the calendar's rows, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor

Row = dict[str, Any]
#: More in a span than this are not drawn; who has more looks at a facility or a kind of vehicle.
MOST_ROWS = 2000
_ROWS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.reservation_number, t.status, t.starts_at, t.ends_at, t.returned_at, t.handed_over_at, t.purpose, t.destination,
           t.passengers, t.vehicle_type, t.vehicle_id, v.vehicle_number, v.name AS vehicle_name, t.driver_id,
           d.full_name AS driver, u.display_name AS asked_by, t.status = 'handed_over' AND t.ends_at < now() AS is_late
    FROM vehicle_reservations t
    LEFT JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.requested_by_user_id
    WHERE t.tenant_id = %(tenant)s AND {scope} AND {condition}
    ORDER BY {order} LIMIT %(most)s) AS q
"""
#: What has a place in the calendar; a vehicle that is late is out until now, one that is back until it came.
IN_SPAN = """
t.status IN ('requested', 'approved', 'handed_over', 'returned') AND t.starts_at < %(end)s
AND CASE t.status WHEN 'returned' THEN least(t.ends_at, coalesce(t.returned_at, t.ends_at))
                  WHEN 'handed_over' THEN greatest(t.ends_at, now()) ELSE t.ends_at END > %(start)s
"""
WAITING = "t.status = 'requested' AND t.ends_at > now()"
OUT = "t.status = 'handed_over'"
NEXT = "t.status = 'approved' AND t.starts_at < now() + interval '24 hours'"
_VEHICLES = """
SELECT t.id, t.vehicle_number, t.name, t.vehicle_type, f.name
FROM vehicles t LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
WHERE t.tenant_id = %(tenant)s AND {scope} AND (t.status = 'active' OR t.id = ANY (%(taken)s))
  AND (%(kind)s::text IS NULL OR t.vehicle_type = %(kind)s::text)
  AND (%(facility)s::uuid IS NULL OR t.facility_id = %(facility)s::uuid)
ORDER BY t.id = ANY (%(taken)s) DESC, t.vehicle_number LIMIT %(most)s
"""
_IN_SHOP = """
SELECT t.id, t.vehicle_id, coalesce(t.actual_start, t.scheduled_start),
       CASE WHEN t.status = 'in_progress' THEN greatest(t.scheduled_end, now()) ELSE t.scheduled_end END
FROM service_bay_schedule t
WHERE t.tenant_id = %(tenant)s AND {scope} AND t.status IN ('scheduled', 'confirmed', 'in_progress')
  AND t.scheduled_start < %(end)s AND (t.scheduled_end > %(start)s OR t.status = 'in_progress')
ORDER BY t.scheduled_start LIMIT %(most)s
"""


async def reservations(
    database: Database,
    actor: Actor,
    resource: Resource,
    reach: Reach,
    condition: str,
    order: str = "t.starts_at, t.id",
    *,
    most: int = MOST_ROWS,
    **parameters: Any,
) -> list[Row]:
    """Reservations that the actor reaches and that fit a condition of this module, with names in place of ids."""
    sql = _ROWS.format(scope=scope_condition(resource, reach) or "true", condition=condition, order=order)
    found = await database.read(actor, sql, base_parameters(actor, reach) | parameters | {"most": most})
    return [msgspec.json.decode(row[0]) for row in found]


async def calendar_vehicles(
    database: Database,
    actor: Actor,
    vehicles: Resource,
    taken: Sequence[UUID],
    *,
    kind: str | None,
    facility: UUID | None,
    most: int,
) -> list[tuple[UUID, str, str | None, str | None, str | None]]:
    """(id, number, name, kind, facility) of vehicles that the actor may read, those in `taken` first."""
    reach = actor.access.reach(vehicles.permission("read"))
    if reach is None:
        return []
    sql = _VEHICLES.format(scope=scope_condition(vehicles, reach) or "true")
    parameters = {"taken": list(taken), "kind": kind, "facility": facility, "most": most}
    rows: Any = await database.read(actor, sql, base_parameters(actor, reach) | parameters)
    return list(rows)


async def in_shop(
    database: Database, actor: Actor, bookings: Resource, start: datetime, end: datetime
) -> list[tuple[UUID, UUID, datetime, datetime]]:
    """(id, vehicle, from, to) of the bookings of bays that the actor may read."""
    reach = actor.access.reach(bookings.permission("read"))
    if reach is None:
        return []
    sql = _IN_SHOP.format(scope=scope_condition(bookings, reach) or "true")
    parameters = base_parameters(actor, reach) | {"start": start, "end": end, "most": MOST_ROWS}
    rows: Any = await database.read(actor, sql, parameters)
    return list(rows)
