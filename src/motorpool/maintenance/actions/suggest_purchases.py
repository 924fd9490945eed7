"""Purchase suggestions follow the stock: raised as it falls to its reorder point, withdrawn as it rises."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.maintenance.rules.reorder import Level, suggested_quantity

LEVELS = """
SELECT s.part_id, s.facility_id, s.quantity_available, s.quantity_on_order, coalesce(s.reorder_point, p.reorder_point),
       coalesce(s.reorder_quantity, p.reorder_quantity), s.maximum_quantity, p.status, p.vendor_id,
       coalesce(p.last_cost, nullif(p.unit_cost, 0)), g.id
FROM part_stocks s
JOIN parts p ON p.tenant_id = s.tenant_id AND p.id = s.part_id
LEFT JOIN purchase_suggestions g ON g.tenant_id = s.tenant_id AND g.part_id = s.part_id AND g.facility_id = s.facility_id
     AND g.status IN ('open', 'dismissed')
WHERE s.tenant_id = %(tenant)s AND s.id = ANY (%(stocks)s)
ORDER BY s.part_id, s.facility_id
"""
# The figures of an open suggestion are those of now; a dismissed one is left as it is.
RAISE = """
INSERT INTO purchase_suggestions AS t (tenant_id, part_id, facility_id, vendor_id, quantity, quantity_available, quantity_on_order,
    reorder_point, unit_cost)
SELECT %(tenant)s, r.part_id, r.facility_id, r.vendor_id, r.quantity, r.available, r.on_order, r.reorder_point, r.unit_cost
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (part_id uuid, facility_id uuid, vendor_id uuid, quantity numeric, available numeric,
    on_order numeric, reorder_point numeric, unit_cost numeric)
ORDER BY r.part_id, r.facility_id
ON CONFLICT (tenant_id, part_id, facility_id) WHERE status IN ('open', 'dismissed') DO UPDATE
SET vendor_id = excluded.vendor_id, quantity = excluded.quantity, quantity_available = excluded.quantity_available,
    quantity_on_order = excluded.quantity_on_order, reorder_point = excluded.reorder_point, unit_cost = excluded.unit_cost
WHERE t.status = 'open' AND (t.vendor_id, t.quantity, t.quantity_available, t.quantity_on_order, t.reorder_point, t.unit_cost)
    IS DISTINCT FROM (excluded.vendor_id, excluded.quantity, excluded.quantity_available, excluded.quantity_on_order,
    excluded.reorder_point, excluded.unit_cost)
"""
WITHDRAW = """
UPDATE purchase_suggestions t SET status = 'withdrawn', decided_at = CASE t.status WHEN 'open' THEN now() ELSE t.decided_at END
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(gone)s) AND t.status IN ('open', 'dismissed')
"""
STOCKS_OF_PARTS = """
SELECT s.id FROM part_stocks s WHERE s.tenant_id = %(tenant)s AND s.part_id = ANY (%(parts)s)
ORDER BY s.part_id, s.facility_id FOR UPDATE OF s
"""


async def suggest_purchases(session: AsyncSession, actor: Actor, stocks: Collection[UUID]) -> None:
    """Bring the suggestions for rows of part_stocks in step with them; the caller holds these rows locked.

    A part that is discontinued or retired is not ordered again.
    """
    if not stocks:
        return
    connection = await session.connection()
    values: dict[str, Any] = {"tenant": actor.tenant_id}
    raised, gone = [], []
    found: Any = await connection.exec_driver_sql(LEVELS, values | {"stocks": list(stocks)})
    for row in found:
        part, facility, available, on_order, point, lot, most, status, vendor, cost, live = row
        level = Level(available, on_order, point, lot, most)
        quantity = suggested_quantity(level) if status == "active" else None
        if quantity is not None:
            raised.append(
                {
                    "part_id": part,
                    "facility_id": facility,
                    "vendor_id": vendor,
                    "quantity": quantity,
                    "available": available,
                    "on_order": on_order,
                    "reorder_point": point,
                    "unit_cost": cost,
                }
            )
        elif live is not None:
            gone.append(live)
    if raised:
        rows = msgspec.json.encode(raised).decode()
        await connection.exec_driver_sql(RAISE, values | {"rows": rows})
    if gone:
        await connection.exec_driver_sql(WITHDRAW, values | {"gone": gone})


async def suggest_for_parts(session: AsyncSession, actor: Actor, parts: Collection[UUID]) -> None:
    """As `suggest_purchases`, for the stock of parts at all facilities, which it locks."""
    connection = await session.connection()
    found = await connection.exec_driver_sql(
        STOCKS_OF_PARTS, {"tenant": actor.tenant_id, "parts": list(parts)}
    )
    await suggest_purchases(session, actor, list(found.scalars()))
