"""What belongs to a work order, by name: its audit entries tell with the order's own what happened. One statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.readable import readable

#: Orders have dozens of them; a list takes so many ids.
MOST = 400
#: Characters of a comment that are its name.
LONGEST = 200
BELONGS = """
SELECT 'work_order_tasks', t.id, t.task_description
FROM work_order_tasks t WHERE t.work_order_id = %(order)s AND {work_order_tasks}
UNION ALL
SELECT 'work_order_labor', t.id, concat_ws(', ', k.full_name, x.task_description)
FROM work_order_labor t
JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.technician_id
LEFT JOIN work_order_tasks x ON x.tenant_id = t.tenant_id AND x.id = t.task_id
WHERE t.work_order_id = %(order)s AND {work_order_labor}
UNION ALL
SELECT 'work_order_parts', t.id, coalesce(p.name, t.description)
FROM work_order_parts t LEFT JOIN parts p ON p.tenant_id = t.tenant_id AND p.id = t.part_id
WHERE t.work_order_id = %(order)s AND {work_order_parts}
UNION ALL
SELECT 'service_bay_schedule', t.id, b.bay_name
FROM service_bay_schedule t JOIN service_bays b ON b.tenant_id = t.tenant_id AND b.id = t.service_bay_id
WHERE t.work_order_id = %(order)s AND {service_bay_schedule}
UNION ALL
SELECT 'defects', t.id, concat_ws(', ', t.defect_number, t.description)
FROM defects t WHERE t.work_order_id = %(order)s AND {defects}
UNION ALL
SELECT 'comments', t.id, CASE WHEN t.status = 'visible' THEN left(t.body, {longest}) ELSE '' END
FROM comments t WHERE t.record_type = 'maintenance_records' AND t.record_id = %(order)s AND {comments}
LIMIT {most}
"""
TABLES = (
    "work_order_tasks",
    "work_order_labor",
    "work_order_parts",
    "service_bay_schedule",
    "defects",
    "comments",
)


async def order_story(
    database: Database, registry: Mapping[str, Resource], actor: Actor, order: UUID
) -> dict[tuple[str, str], str]:
    """(table, id) -> name of the tasks, labour entries, part lines, bookings, defects and comments that the actor may read.

    A line that was deleted is not among them; a comment that was removed has no name.
    """
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "order": order}
    conditions = {table: readable(registry[table], actor, parameters) for table in TABLES}
    rows: list[Any] = await database.read(
        actor, BELONGS.format(most=MOST, longest=LONGEST, **conditions), parameters
    )
    return {(table, str(key)): name for table, key, name in rows}
