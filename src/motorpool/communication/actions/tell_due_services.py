"""Telling those who answer for the shop which work orders were opened for services that are due."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.core.tenancy import Actor

#: Vehicles that are named; of more only the number is told.
NAMED = 8

ORDERS = text("""
SELECT w.summary, w.priority, v.vehicle_number
FROM maintenance_records w JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id
WHERE w.tenant_id = :tenant AND w.id = ANY (:ids) AND w.status NOT IN ('completed', 'cancelled')
ORDER BY CASE w.priority WHEN 'high' THEN 0 ELSE 1 END, w.due_on, v.vehicle_number
""")


async def tell_due_services(session: AsyncSession, actor: Actor, orders: Sequence[UUID]) -> int:
    """One summary for whoever may approve work orders; how many people were told. Orders that are closed meanwhile are left out."""
    rows = (await session.execute(ORDERS, {"tenant": actor.tenant_id, "ids": list(orders)})).all()
    if not rows:
        return 0
    late = sum(row.priority == "high" for row in rows)
    named = [f"{row.vehicle_number}: {row.summary}" for row in rows[:NAMED]]
    more = len(rows) - len(named)
    orders_word = "1 work order was" if len(rows) == 1 else f"{len(rows)} work orders were"
    told = await notify(
        session,
        actor,
        permission="maintenance_records.approve",
        category="maintenance",
        kind="reminder",
        priority="high" if late else "medium",
        title=f"{orders_word} opened for services that are due",
        message=(f"{late} overdue. " if late else "")
        + "; ".join(named)
        + (f"; and {more} more." if more else "."),
        action_url="/service-due",
        action_label="Due services",
    )
    return len(told)
