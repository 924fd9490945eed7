"""What the maintenance domain offers."""

from __future__ import annotations

from motorpool.maintenance.resources import defects, parts, schedules, shop, work_orders

RESOURCES = (
    *work_orders.RESOURCES,
    *schedules.RESOURCES,
    *defects.RESOURCES,
    *parts.RESOURCES,
    *shop.RESOURCES,
)
