"""Which work orders wait for a place in the shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.models import MaintenanceRecord
from motorpool.maintenance.queries.readable import readable
from motorpool.maintenance.queries.shop_facts import LIVE_BOOKING
from motorpool.maintenance.resources.work_orders import RESOURCES

WORK_ORDER: Resource = next(one for one in RESOURCES if one.model is MaintenanceRecord)
#: Work that is given away is not done in a bay. An order that names no shop belongs to the one where its vehicle is at home.
WAITING = f"""
SELECT t.id FROM maintenance_records t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
WHERE {{scope}} AND t.status = ANY (%(states)s) AND coalesce(t.facility_id, v.facility_id) = %(facility)s
  AND (t.vendor_id IS NULL OR t.facility_id IS NOT NULL)
  AND NOT EXISTS (SELECT FROM service_bay_schedule b WHERE b.tenant_id = t.tenant_id AND b.work_order_id = t.id
                  AND b.status IN {LIVE_BOOKING})
ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], t.priority::text), t.due_on NULLS LAST, t.reported_at
LIMIT %(most)s
"""
GIVEN = """
SELECT t.id FROM maintenance_records t WHERE {scope} AND t.id = ANY (%(ids)s)
"""


async def waiting_orders(
    database: Database,
    actor: Actor,
    facility: UUID,
    *,
    states: Sequence[str] = ("open", "in_progress"),
    most: int = 200,
) -> list[UUID]:
    """Orders of a shop that the actor may read and that have no live booking, the weightiest first."""
    parameters: dict[str, Any] = {"facility": facility, "states": list(states), "most": most}
    scope = readable(WORK_ORDER, actor, parameters)
    rows = await database.read(actor, WAITING.format(scope=scope), {"tenant": actor.tenant_id, **parameters})
    return [row[0] for row in rows]


async def readable_orders(database: Database, actor: Actor, ids: Sequence[UUID]) -> list[UUID]:
    """Those of the orders that are there and that the actor may read."""
    parameters: dict[str, Any] = {"ids": list(ids)}
    scope = readable(WORK_ORDER, actor, parameters)
    rows = await database.read(actor, GIVEN.format(scope=scope), {"tenant": actor.tenant_id, **parameters})
    there = {row[0] for row in rows}
    return [key for key in dict.fromkeys(ids) if key in there]
