"""What is due on which vehicle: one statement over all schedules that the actor may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.maintenance.resources.schedules import DUE_CASE, FLEET_NOW, PREDICTED_CASE
from motorpool.maintenance.rules.recurrence import DueStatus, service_name

#: In the order in which they matter.
STATUSES: tuple[DueStatus, ...] = ("overdue", "due", "due_soon", "upcoming", "not_planned", "paused")
#: Rows of each status that are read.
MOST = 200

ROWS = f"""
WITH {FLEET_NOW}
SELECT row_to_json(q)::text FROM (
    SELECT d.*, count(*) OVER (PARTITION BY d.due_status) AS of_status,
           row_number() OVER (PARTITION BY d.due_status ORDER BY d.predicted_due_date, d.vehicle_number, d.id) AS place
    FROM (
        SELECT t.id, t.vehicle_id, now.vehicle_number, now.vehicle_name, now.vehicle_type, now.facility_id,
               f.name AS facility, t.schedule_name, t.maintenance_type, t.auto_create_work_order, t.hold_until,
               t.anchor_date, t.anchor_mileage, t.anchor_hours, t.next_due_date, t.next_due_mileage, t.next_due_hours,
               now.miles, now.hours, now.miles_a_day, now.hours_a_day,
               {DUE_CASE} AS due_status, {PREDICTED_CASE} AS predicted_due_date,
               m.template_name, m.estimated_hours::float8 AS estimated_hours, m.estimated_cost::text AS estimated_cost,
               w.id AS order_id, w.work_order_number AS order_number, w.status AS order_status
        FROM recurring_maintenance_schedules t
        JOIN fleet now ON now.vehicle_id = t.vehicle_id
        LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = now.facility_id
        LEFT JOIN work_order_templates m ON m.tenant_id = t.tenant_id AND m.id = t.template_id
        LEFT JOIN maintenance_records w ON w.tenant_id = t.tenant_id AND w.schedule_id = t.id
            AND w.status NOT IN ('completed', 'cancelled')
        WHERE t.tenant_id = %(tenant)s AND {{scope}} AND {{wanted}}
    ) AS d
) AS q WHERE q.place <= %(most)s AND q.due_status = ANY (%(statuses)s::text[])
ORDER BY array_position(%(statuses)s::text[], q.due_status), q.place
"""
TYPES = """
SELECT DISTINCT t.maintenance_type FROM recurring_maintenance_schedules t
WHERE t.tenant_id = %(tenant)s AND t.maintenance_type IS NOT NULL ORDER BY 1 LIMIT 200
"""
WANTED = {
    "facility": "now.facility_id = %(facility)s",
    "type": "t.maintenance_type = %(type)s",
    "vehicle": "t.vehicle_id = %(vehicle)s",
    "schedule": "t.id = %(schedule)s",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one of a schedule's intervals has run: `done` of `total` miles, hours or days since the last service."""

    kind: str
    done: float
    total: float

    @property
    def share(self) -> float:
        return self.done / self.total if self.total > 0 else 1.0


class DueService(msgspec.Struct):
    """A schedule, where its vehicle stands, and the work order that is open for it."""

    id: UUID
    vehicle_id: UUID
    vehicle_number: str
    vehicle_name: str | None
    vehicle_type: str | None
    facility_id: UUID | None
    facility: str | None
    schedule_name: str | None
    maintenance_type: str | None
    auto_create_work_order: bool
    hold_until: date | None
    anchor_date: date | None
    anchor_mileage: int | None
    anchor_hours: int | None
    next_due_date: date | None
    next_due_mileage: int | None
    next_due_hours: int | None
    miles: float | None
    hours: float | None
    miles_a_day: float | None
    hours_a_day: float | None
    due_status: DueStatus
    predicted_due_date: date | None
    template_name: str | None
    estimated_hours: float | None
    estimated_cost: Decimal | None
    order_id: UUID | None
    order_number: str | None
    order_status: str | None
    of_status: int

    @property
    def title(self) -> str:
        return service_name(self.schedule_name, self.maintenance_type)

    def progress(self, today: date) -> list[Progress]:
        """Of each interval that is planned and whose meter is known, the one that is farthest first."""
        found = []
        for kind, anchor, due, now in (
            ("miles", self.anchor_mileage, self.next_due_mileage, self.miles),
            ("hours", self.anchor_hours, self.next_due_hours, self.hours),
        ):
            if due is not None and now is not None:
                # Without a beginning the meter itself is what runs towards the mark.
                begin = anchor if anchor is not None and anchor < due else 0
                found.append(Progress(kind, max(0.0, now - begin), due - begin))
        if self.next_due_date is not None and self.anchor_date is not None:
            total = (self.next_due_date - self.anchor_date).days
            if total > 0:
                found.append(Progress("days", max(0, (today - self.anchor_date).days), total))
        return sorted(found, key=lambda one: one.share, reverse=True)


def asked_of(
    sql: str, resource: Resource, actor: Actor, filters: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """A statement over the schedules that the actor may read, narrowed by the filters that say something, and its parameters.

    Raises Forbidden.
    """
    reach = reach_or_forbid(resource, actor, "read")
    given = {name: value for name, value in filters.items() if value is not None}
    filled = sql.format(
        scope=scope_condition(resource, reach) or "true",
        wanted=" AND ".join(WANTED[name] for name in given) or "true",
        vehicles="x.id = %(vehicle)s" if "vehicle" in given else "true",
    )
    return filled, base_parameters(actor, reach) | given


async def due_list(
    database: Database,
    actor: Actor,
    resource: Resource,
    *,
    filters: Mapping[str, Any] | None = None,
    statuses: tuple[DueStatus, ...] = STATUSES[:4],
    most: int = MOST,
) -> list[DueService]:
    """The first `most` services of each of the statuses, the worst first; `of_status` says how many there are.

    `filters`: facility (of the vehicle), type (maintenance_type), vehicle, schedule. Raises Forbidden.
    """
    sql, parameters = asked_of(ROWS, resource, actor, filters or {})
    rows = await database.read(actor, sql, parameters | {"statuses": list(statuses), "most": most})
    return [msgspec.json.decode(row[0], type=DueService) for row in rows]


async def maintenance_types(database: Database, actor: Actor) -> list[str]:
    """The kinds of service that the tenant plans."""
    return [row[0] for row in await database.read(actor, TYPES, {"tenant": actor.tenant_id})]
