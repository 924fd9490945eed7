"""Work orders that nobody begins with are told to those who answer for the shop, once."""

from __future__ import annotations

from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.jobs.defer import defer_reactions
from motorpool.core.tenancy.actor import system_actor

TOPIC = "waiting_work_orders"
#: Released for so long, and not begun.
HOURS = 48
# Work that is planned for later, or due later, does not wait for anybody.
ESCALATE = """
UPDATE maintenance_records w SET escalated_at = now()
FROM tenants z
WHERE z.id = %(tenant)s AND w.tenant_id = %(tenant)s AND w.status = 'open' AND w.escalated_at IS NULL
  AND greatest(w.opened_at, w.reopened_at) < now() - %(hours)s * interval '1 hour'
  AND (w.scheduled_start IS NULL OR w.scheduled_start < now())
  AND (w.due_on IS NULL OR w.due_on <= (now() AT TIME ZONE z.time_zone)::date)
RETURNING w.id
"""


async def escalate_orders(database: Database, tenant_id: UUID) -> int:
    """Mark and announce the orders of a tenant that wait for more than two days; how many."""
    actor = system_actor(tenant_id, "nobody began with it for two days")
    async with database.connection(actor) as connection:
        rows = await connection.execute(ESCALATE, {"tenant": tenant_id, "hours": HOURS})
        orders = sorted(row[0] for row in await rows.fetchall())
        if orders:
            await defer_reactions(connection, TOPIC, tenant_id, order_ids=orders)
    return len(orders)
