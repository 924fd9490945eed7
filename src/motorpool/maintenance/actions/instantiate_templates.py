"""What a template holds becomes the tasks, part lines and skills of the work orders that are made from it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor

OUT_OF_USE = """
SELECT m.template_name FROM maintenance_records w
JOIN work_order_templates m ON m.tenant_id = w.tenant_id AND m.id = w.template_id
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s) AND NOT m.is_active AND w.source <> 'schedule'
LIMIT 1
"""
# What somebody gave with the order stays.
FILL = """
UPDATE maintenance_records w
SET required_skills = s.skills, required_certifications = s.certifications, required_equipment = s.equipment,
    instructions = s.instructions, estimated_hours = s.hours, estimated_cost = s.cost, work_order_type = s.type
FROM (
    SELECT t.id, coalesce(t.required_skills, m.required_skills) AS skills,
           coalesce(t.required_certifications, m.required_certifications) AS certifications,
           coalesce(t.required_equipment, m.required_equipment) AS equipment,
           coalesce(t.instructions, m.instructions) AS instructions,
           coalesce(t.estimated_hours, m.estimated_hours) AS hours, coalesce(t.estimated_cost, m.estimated_cost) AS cost,
           CASE WHEN %(typed)s THEN t.work_order_type ELSE coalesce(m.work_order_type, t.work_order_type) END AS type
    FROM maintenance_records t JOIN work_order_templates m ON m.tenant_id = t.tenant_id AND m.id = t.template_id
    WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(orders)s)
) AS s
WHERE w.tenant_id = %(tenant)s AND w.id = s.id
  AND (w.required_skills, w.required_certifications, w.required_equipment, w.instructions, w.estimated_hours,
       w.estimated_cost, w.work_order_type)
      IS DISTINCT FROM (s.skills, s.certifications, s.equipment, s.instructions, s.hours, s.cost, s.type)
"""
# Tasks with a place come first, in the order of their places; the others follow as they are listed.
TASKS = """
INSERT INTO work_order_tasks (tenant_id, work_order_id, task_order, task_description, assigned_technician_id, estimated_hours,
                              is_required, requires_inspection)
SELECT w.tenant_id, w.id, row_number() OVER (PARTITION BY w.id ORDER BY (c.task ->> 'order')::int NULLS LAST, c.place),
       c.task ->> 'task', w.assigned_technician_id, (c.task ->> 'estimated_hours')::numeric,
       coalesce((c.task ->> 'required')::boolean, true), coalesce((c.task ->> 'requires_inspection')::boolean, false)
FROM maintenance_records w
JOIN work_order_templates m ON m.tenant_id = w.tenant_id AND m.id = w.template_id
CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(m.task_checklist) WHEN 'array' THEN m.task_checklist END)
           WITH ORDINALITY AS c (task, place)
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)
ORDER BY w.id, 3
RETURNING id
"""
PARTS = """
INSERT INTO work_order_parts (tenant_id, work_order_id, part_id, facility_id, quantity, unit_cost, core_charge)
SELECT w.tenant_id, w.id, p.id, w.facility_id, coalesce((c.part ->> 'quantity')::numeric, 1), p.unit_cost, p.core_charge
FROM maintenance_records w
JOIN work_order_templates m ON m.tenant_id = w.tenant_id AND m.id = w.template_id
CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(m.required_parts) WHEN 'array' THEN m.required_parts END)
           WITH ORDINALITY AS c (part, place)
JOIN parts p ON p.tenant_id = w.tenant_id AND p.id = (c.part ->> 'part_id')::uuid
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)
ORDER BY w.id, c.place
RETURNING work_order_id
"""


async def instantiate_templates(
    session: AsyncSession, actor: Actor, order_ids: Collection[UUID], *, type_is_given: bool = True
) -> set[UUID]:
    """Give new work orders what their templates hold; those that got part lines. Orders without a template stay as they are.

    `type_is_given`: the type of the orders stays, else it is the template's. Raises Invalid for a template that is not in
    use any more; a schedule goes on with its own.
    """
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "orders": list(order_ids),
        "typed": type_is_given,
    }
    connection = await session.connection()
    unused = (await connection.exec_driver_sql(OUT_OF_USE, parameters)).scalar()
    if unused is not None:
        problem = FieldProblem("template_id", f"names a template that is not in use any more: {unused}")
        raise Invalid("Some fields are not valid.", fields=[problem])
    await connection.exec_driver_sql(FILL, parameters)
    await connection.exec_driver_sql(TASKS, parameters)
    return set((await connection.exec_driver_sql(PARTS, parameters)).scalars())
