"""What work orders cost follows from their lines: labour is the sum of the labour entries, parts that of the part lines.

Without lines of a kind its amounts are what people typed in. Once there are lines they are sums, and they stay the
program's: when the last line goes they are zero (`labor_from_entries`, `parts_from_lines`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor

# In one order and before anything is summed: what another transaction added meanwhile is seen by the next statement.
LOCK = """
SELECT id FROM maintenance_records WHERE tenant_id = %(tenant)s AND id = ANY (%(orders)s) ORDER BY id FOR NO KEY UPDATE
"""
#: Sums of the orders `w`, beside them.
SUMS = """
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS present, coalesce(sum(x.hours), 0) AS hours, coalesce(sum(x.labor_cost), 0) AS cost
    FROM work_order_labor x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id
) AS labor
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS present, coalesce(sum(x.total_cost), 0) AS cost
    FROM work_order_parts x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id
) AS parts
"""
ORDERS = f"""
UPDATE maintenance_records t
SET labor_hours = s.hours, labor_cost = s.labor, parts_cost = s.parts, labor_from_entries = s.from_entries,
    parts_from_lines = s.from_lines
FROM (
    SELECT w.id, labor.present AS from_entries, parts.present AS from_lines,
           CASE WHEN labor.present OR w.labor_from_entries THEN labor.hours ELSE w.labor_hours END AS hours,
           CASE WHEN labor.present OR w.labor_from_entries THEN labor.cost ELSE w.labor_cost END AS labor,
           CASE WHEN parts.present OR w.parts_from_lines THEN parts.cost ELSE w.parts_cost END AS parts
    FROM maintenance_records w {SUMS}
    WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)
) AS s
WHERE t.tenant_id = %(tenant)s AND t.id = s.id
  AND (t.labor_hours, t.labor_cost, t.parts_cost, t.labor_from_entries, t.parts_from_lines)
      IS DISTINCT FROM (s.hours, s.labor, s.parts, s.from_entries, s.from_lines)
"""
TASKS = """
UPDATE work_order_tasks t
SET actual_hours = CASE WHEN s.present THEN s.hours END, hours_from_entries = s.present
FROM (
    SELECT k.id, count(x.id) > 0 AS present, coalesce(sum(x.hours), 0) AS hours
    FROM work_order_tasks k LEFT JOIN work_order_labor x ON x.tenant_id = k.tenant_id AND x.task_id = k.id
    WHERE k.tenant_id = %(tenant)s AND k.work_order_id = ANY (%(orders)s)
    GROUP BY k.id
) AS s
WHERE t.tenant_id = %(tenant)s AND t.id = s.id AND (s.present OR t.hours_from_entries)
  AND (t.actual_hours, t.hours_from_entries) IS DISTINCT FROM (CASE WHEN s.present THEN s.hours END, s.present)
"""


async def settle_costs(session: AsyncSession, actor: Actor, order_ids: Collection[UUID]) -> None:
    """Recompute labour hours, labour cost and parts cost of work orders, and the hours of their tasks, from their lines.

    Whoever writes labour entries or part lines by SQL calls it in the same transaction. Hours are hours, amounts are in the
    tenant's currency. A clock that runs counts nothing until it is stopped.
    """
    if not order_ids:
        return
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "orders": list(order_ids)}
    connection = await session.connection()
    await connection.exec_driver_sql(LOCK, parameters)
    await connection.exec_driver_sql(ORDERS, parameters)
    await connection.exec_driver_sql(TASKS, parameters)
