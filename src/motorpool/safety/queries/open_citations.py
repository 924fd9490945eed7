"""Citations of which something is still to be done: a fine, a day in court, a conviction that the employer has not heard of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.citations import NOTIFY_BY

#: More are seen in the list of all citations.
MOST = 300
OPEN = f"""
SELECT t.id, t.driver_id, d.full_name, t.citation_number, t.violation_type, (t.violation_date AT TIME ZONE %(zone)s)::date,
       t.case_status, t.fine_amount, t.fine_due_date, t.court_date, t.court_location, t.outcome, t.notify_by, v.vehicle_number,
       t.owes, t.points
FROM (SELECT t.*, {NOTIFY_BY.format(t="t")} AS notify_by,
             NOT t.fine_paid AND t.case_status <> 'contested' AND coalesce(t.fine_amount, 0) > 0
             AND t.outcome IS DISTINCT FROM 'dismissed' AS owes
      FROM driver_violations t
      WHERE t.tenant_id = %(tenant)s AND (%(driver)s::uuid IS NULL OR t.driver_id = %(driver)s::uuid) AND {{scope}}) AS t
JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.driver_id
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = t.vehicle_id
WHERE t.case_status IN ('open', 'contested') OR t.owes OR t.notify_by IS NOT NULL
ORDER BY least(CASE WHEN t.owes THEN t.fine_due_date END, CASE WHEN t.case_status IN ('open', 'contested') THEN t.court_date END,
               t.notify_by) NULLS LAST, t.violation_date DESC, t.id
LIMIT {MOST + 1}
"""


class OpenCitation(Struct, frozen=True):
    id: UUID
    driver_id: UUID
    driver: str
    number: str | None
    kind: str | None
    on: date
    status: str
    fine: Decimal | None
    fine_due_on: date | None
    court_on: date | None
    court_location: str | None
    outcome: str | None
    notify_by: date | None
    vehicle: str | None
    owes: bool
    points: int | None

    @property
    def court_ahead(self) -> date | None:
        """The day in court that its outcome waits for; it may have passed without one."""
        return self.court_on if self.status in ("open", "contested") else None


async def open_citations(
    database: Database, registry: Registry, actor: Actor, driver: UUID | None = None
) -> list[OpenCitation]:
    """Those that the caller reaches, what comes first first. Raises Forbidden."""
    resource = registry["driver_violations"]
    reach = reach_or_forbid(resource, actor, "read")
    query = OPEN.format(scope=scope_condition(resource, reach) or "true")
    parameters: dict[str, Any] = base_parameters(actor, reach) | {"driver": driver, "zone": actor.time_zone}
    return [OpenCitation(*row) for row in await database.read(actor, query, parameters)]
