"""Driving that a device recorded cannot be made shorter, by however many edits (49 CFR 395.30(c)(2))."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.reactions import Change
from motorpool.core.tenancy import Actor

#: Edits of edits go back to the record at the beginning; personal use and yard moves are told of, not shortened.
SHORTENED = """
WITH RECURSIVE chain (edit, up, depth) AS (
    SELECT t.id, t.replaces_log_id, 1 FROM hours_of_service_logs t
    WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s) AND t.replaces_log_id IS NOT NULL AND t.special_category IS NULL
    UNION ALL
    SELECT c.edit, p.replaces_log_id, c.depth + 1 FROM chain c
    JOIN hours_of_service_logs p ON p.tenant_id = %(tenant)s AND p.id = c.up
    WHERE p.replaces_log_id IS NOT NULL AND c.depth < 100)
SELECT DISTINCT t.id FROM chain c
JOIN hours_of_service_logs o ON o.tenant_id = %(tenant)s AND o.id = c.up
JOIN hours_of_service_logs t ON t.tenant_id = %(tenant)s AND t.id = c.edit
WHERE o.origin IN ('automatic', 'unidentified') AND o.duty_status = 'driving'
  AND (t.duty_status <> 'driving' OR t.status_start_time > o.status_start_time
       OR coalesce(t.status_end_time, 'infinity') < coalesce(o.status_end_time, 'infinity'))
"""


async def refuse_shortened_driving(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Raises Invalid that names the edits."""
    connection = await session.connection()
    where = {"tenant": actor.tenant_id, "keys": list(change.keys)}
    found: Any = await connection.exec_driver_sql(SHORTENED, where)
    problems = [
        FieldProblem(
            change.place(key, "replaces_log_id"),
            "is driving time that a device recorded; it cannot be shortened",
        )
        for (key,) in found
    ]
    if problems:
        raise Invalid(fields=problems)
