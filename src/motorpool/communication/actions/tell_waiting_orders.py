"""Notifying those who answer for the shop of work orders that nobody begins with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import Priority
from motorpool.communication.actions.tell_each import tell_each
from motorpool.core.tenancy import Actor

ORDERS = text("""
SELECT w.id, w.work_order_number, w.summary, w.priority, v.vehicle_number, coalesce(w.facility_id, v.facility_id) AS facility_id,
       v.department_id, floor(extract(epoch FROM now() - greatest(w.opened_at, w.reopened_at)) / 3600)::int AS hours
FROM maintenance_records w JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id
WHERE w.tenant_id = :tenant AND w.id = ANY (:ids) AND w.status = 'open'
ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], w.priority::text), w.opened_at, w.id
""")
PRIORITY: dict[str, Priority] = {"critical": "urgent", "high": "high"}


async def tell_waiting_orders(session: AsyncSession, actor: Actor, orders: Sequence[UUID]) -> int:
    """One notification for each order to those who may approve it; how many were written. Begun ones are left out."""
    rows = (await session.execute(ORDERS, {"tenant": actor.tenant_id, "ids": list(orders)})).all()
    return await tell_each(
        session,
        actor,
        rows,
        _order,
        _others,
        permission="maintenance_records.approve",
        category="maintenance",
        kind="alert",
    )


def _order(row: Any) -> dict[str, Any]:
    return {
        "priority": PRIORITY.get(row.priority, "medium"),
        "title": f"{row.work_order_number} waits for {row.hours} hours",
        "message": f"Nobody has begun with {row.work_order_number} for {row.vehicle_number}: {row.summary}.",
        "entity": ("work_order", row.id),
        "action_label": "Work order",
    }


def _others(count: int) -> dict[str, Any]:
    return {
        "title": f"{count} more work orders wait",
        "message": f"{count} more work orders have been open for two days without anybody beginning with them.",
        "action_url": "/maintenance-records?status=open",
        "action_label": "Work orders",
    }
