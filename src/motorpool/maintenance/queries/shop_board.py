"""The shop's board: open work orders by state and what was closed today, with what a card tells of each. One statement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, escape_like, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor

#: States from left to right; of what is completed only today's is shown.
COLUMNS = ("draft", "open", "in_progress", "waiting_parts", "review", "completed")
#: Cards of a column at first, and of the one column that is asked for whole.
MOST = 25
WHOLE = 1000
#: What is urgent comes first, then what is late or due soonest, then what has waited longest.
ORDER = """array_position(ARRAY['critical', 'high', 'medium', 'low'], t.priority::text),
    coalesce(t.due_on, 'infinity'), t.reported_at, t.id"""
#: What the words of the search are looked for in.
SEARCHED = (
    "t.work_order_number, t.summary, t.complaint, v.vehicle_number, v.name, v.license_plate, k.full_name"
)
CARDS = """
WITH found AS MATERIALIZED (
    SELECT t.id, t.status, t.work_order_number AS number, t.summary, t.priority, t.reported_at,
        t.due_on, t.closed_at, {is_overdue} AS is_overdue, t.waiting_for,
        t.vehicle_unavailable, t.service_bay_id, v.vehicle_number AS vehicle, v.name AS vehicle_name,
        v.vehicle_type, k.full_name AS technician,
        count(*) OVER (PARTITION BY t.status) AS of_column,
        row_number() OVER (PARTITION BY t.status ORDER BY {order}) AS place
    FROM maintenance_records t
    JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.assigned_technician_id
    WHERE t.tenant_id = %(tenant)s AND {conditions}
      AND (t.status IN ('draft', 'open', 'in_progress', 'waiting_parts', 'review')
           OR t.status = 'completed'
              AND t.closed_at >= %(today)s::date::timestamp AT TIME ZONE %(time_zone)s)
)
SELECT row_to_json(q)::text FROM (
    SELECT f.*, task.*, supply.*, clock.*, coalesce(booking.bay, own_bay.bay_name) AS bay
    FROM found f
    LEFT JOIN LATERAL (
        SELECT count(*) AS tasks, count(*) FILTER (WHERE x.status = 'completed') AS tasks_done,
            count(*) FILTER (WHERE x.status = 'blocked') AS tasks_blocked
        FROM work_order_tasks x WHERE x.tenant_id = %(tenant)s AND x.work_order_id = f.id) AS task ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS parts,
            count(*) FILTER (WHERE x.quantity_reserved + x.quantity_issued - x.quantity_returned >= x.quantity)
                AS parts_ready
        FROM work_order_parts x WHERE x.tenant_id = %(tenant)s AND x.work_order_id = f.id) AS supply ON true
    LEFT JOIN LATERAL (
        SELECT min(x.started_at) AS clock_since, string_agg(DISTINCT w.full_name, ', ') AS clock_of
        FROM work_order_labor x JOIN technicians w ON w.tenant_id = x.tenant_id AND w.id = x.technician_id
        WHERE x.tenant_id = %(tenant)s AND x.work_order_id = f.id AND x.ended_at IS NULL) AS clock ON true
    LEFT JOIN LATERAL (
        SELECT b.bay_name AS bay
        FROM service_bay_schedule x JOIN service_bays b ON b.tenant_id = x.tenant_id AND b.id = x.service_bay_id
        WHERE x.tenant_id = %(tenant)s AND x.work_order_id = f.id
          AND x.status IN ('scheduled', 'confirmed', 'in_progress')
        ORDER BY x.scheduled_start LIMIT 1) AS booking ON true
    LEFT JOIN service_bays own_bay ON own_bay.tenant_id = %(tenant)s AND own_bay.id = f.service_bay_id
    WHERE f.place <= CASE WHEN f.status = %(whole)s THEN {whole} ELSE {most} END
    ORDER BY f.place) AS q
"""


class Asked(msgspec.Struct, frozen=True):
    """What the board is narrowed to; `unassigned`: to orders of nobody, `whole`: the column that is shown to its end."""

    facility: UUID | None = None
    technician: UUID | None = None
    unassigned: bool = False
    priority: str = ""
    kind: str = ""
    text: str = ""
    whole: str = ""


class Card(msgspec.Struct):
    """A work order on the board."""

    id: str
    status: str
    number: str
    summary: str
    priority: str
    reported_at: datetime
    due_on: date | None
    closed_at: datetime | None
    is_overdue: bool
    waiting_for: str | None
    vehicle_unavailable: bool
    vehicle: str
    vehicle_name: str | None
    vehicle_type: str | None
    technician: str | None
    of_column: int
    tasks: int
    tasks_done: int
    tasks_blocked: int
    parts: int
    parts_ready: int
    clock_since: datetime | None
    clock_of: str | None
    bay: str | None


async def shop_board(database: Database, actor: Actor, resource: Resource, asked: Asked) -> list[Card]:
    """Cards in their order within their columns, `of_column` telling how many there are. Raises Forbidden."""
    reach = reach_or_forbid(resource, actor, "read")
    parameters = base_parameters(actor, reach) | {"whole": asked.whole}
    conditions = [scope_condition(resource, reach) or "true"]
    for name, expression, value in (
        # An order that names no shop is looked for where its vehicle is at home.
        ("facility", "coalesce(t.facility_id, v.facility_id)", asked.facility),
        ("technician", "t.assigned_technician_id", asked.technician),
        ("priority", "t.priority", asked.priority),
        ("kind", "t.work_order_type", asked.kind),
    ):
        if value:
            conditions.append(f"{expression} = %({name})s")
            parameters[name] = value
    if asked.unassigned:
        conditions.append("t.assigned_technician_id IS NULL")
    if asked.text:
        conditions.append(f"concat_ws(' ', {SEARCHED}) ILIKE ALL (%(words)s::text[])")
        parameters["words"] = [f"%{escape_like(word)}%" for word in asked.text.split()]
    sql = CARDS.format(
        order=ORDER,
        conditions=" AND ".join(conditions),
        is_overdue=resource.sql_of("is_overdue"),
        whole=WHOLE,
        most=MOST,
    )
    rows: list[Any] = await database.read(actor, sql, parameters)
    return [msgspec.json.decode(row[0], type=Card) for row in rows]
