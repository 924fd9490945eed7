"""What a work order's page shows beside its row: tasks, parts, labour, bookings, defects, talk. One statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.readable import readable

#: Longer talk is read on the record's own tab.
TALK = 50
SHEET = """
WITH shop AS (
    SELECT coalesce(w.facility_id, y.facility_id, v.facility_id) AS id
    FROM maintenance_records w JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id
    LEFT JOIN service_bays y ON y.tenant_id = w.tenant_id AND y.id = w.service_bay_id
    WHERE w.tenant_id = %(tenant)s AND w.id = %(order)s)
SELECT json_build_object(
'shop_id', (SELECT id FROM shop),
'technician_id', (SELECT k.id FROM technicians k WHERE k.tenant_id = %(tenant)s AND k.user_id = %(user)s),
'tasks', (
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'task', t.task_description, 'status', t.status,
        'technician', k.full_name, 'estimated_hours', t.estimated_hours::text, 'actual_hours', t.actual_hours::text,
        'is_required', t.is_required, 'blocked_reason', t.blocked_reason, 'notes', t.completion_notes,
        'completed_at', t.completed_at, 'completed_by', u.display_name, 'requires_inspection', t.requires_inspection,
        'passed', t.inspection_passed, 'inspection_notes', t.inspection_notes,
        'done_by_viewer', coalesce(t.completed_by_user_id = %(user)s, false),
        'clocks', (SELECT coalesce(json_agg(json_build_object('since', x.started_at, 'who', w.full_name,
                       'is_mine', coalesce(w.user_id = %(user)s, false))), '[]')
                   FROM work_order_labor x JOIN technicians w ON w.tenant_id = x.tenant_id AND w.id = x.technician_id
                   WHERE x.tenant_id = %(tenant)s AND x.task_id = t.id AND x.ended_at IS NULL))
        ORDER BY t.task_order NULLS LAST, t.created_at, t.id), '[]')
    FROM work_order_tasks t
    LEFT JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.assigned_technician_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.completed_by_user_id
    WHERE t.work_order_id = %(order)s AND {work_order_tasks}),
'parts', (
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'part_id', t.part_id, 'number', p.part_number, 'name', coalesce(p.name, t.description),
        'unit', p.unit_of_measure, 'quantity', trim_scale(t.quantity)::text,
        'reserved', trim_scale(t.quantity_reserved)::text, 'issued', trim_scale(t.quantity_issued)::text,
        'returned', trim_scale(t.quantity_returned)::text, 'unit_cost', t.unit_cost::text,
        'total_cost', t.total_cost::text, 'facility_id', t.facility_id, 'place', f.name, 'position', t.position,
        'supply', {supply}, 'available', trim_scale(s.quantity_available)::text, 'bin', s.bin_location)
        ORDER BY t.created_at, t.id), '[]')
    FROM work_order_parts t
    LEFT JOIN parts p ON p.tenant_id = t.tenant_id AND p.id = t.part_id
    LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = coalesce(t.facility_id, (SELECT id FROM shop))
    LEFT JOIN part_stocks s ON s.tenant_id = t.tenant_id AND s.part_id = t.part_id AND s.facility_id = f.id
    WHERE t.work_order_id = %(order)s AND {work_order_parts}),
'labor', (
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'technician_id', t.technician_id, 'technician', k.full_name,
        'is_mine', coalesce(k.user_id = %(user)s, false), 'task', x.task_description, 'started_at', t.started_at,
        'ended_at', t.ended_at, 'hours', t.hours::text, 'kind', t.labor_type, 'cost', t.labor_cost::text,
        'rate', t.hourly_rate::text, 'notes', t.notes) ORDER BY t.started_at, t.id), '[]')
    FROM work_order_labor t
    JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.technician_id
    LEFT JOIN work_order_tasks x ON x.tenant_id = t.tenant_id AND x.id = t.task_id
    WHERE t.work_order_id = %(order)s AND {work_order_labor}),
'bookings', (
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'status', t.status, 'bay', b.bay_name, 'technician', k.full_name, 'starts', t.scheduled_start,
        'ends', t.scheduled_end, 'why_cancelled', t.cancellation_reason) ORDER BY t.scheduled_start), '[]')
    FROM service_bay_schedule t
    JOIN service_bays b ON b.tenant_id = t.tenant_id AND b.id = t.service_bay_id
    LEFT JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.technician_id
    WHERE t.work_order_id = %(order)s AND {service_bay_schedule}),
'defects', (
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'number', t.defect_number, 'description', t.description, 'severity', t.severity,
        'is_unsafe', t.is_unsafe, 'status', t.status,
        'reviewed_at', t.reviewed_at) ORDER BY t.is_unsafe DESC, t.reported_at), '[]')
    FROM defects t WHERE t.work_order_id = %(order)s AND {defects}),
'schedule', (
    SELECT json_build_object('id', t.id, 'name', coalesce(t.schedule_name, t.maintenance_type, 'Schedule'),
        'due_on', t.next_due_date, 'due_miles', t.next_due_mileage, 'due_hours', t.next_due_hours)
    FROM recurring_maintenance_schedules t WHERE t.id = %(schedule)s AND {recurring_maintenance_schedules}),
'talk', (
    SELECT coalesce(json_agg(c ORDER BY c.created_at, c.id), '[]') FROM (
        SELECT t.id, u.display_name AS author, t.body, t.created_at, t.status = 'removed' AS is_removed,
            t.edited_at IS NOT NULL AS is_edited,
            (SELECT coalesce(json_agg(f.id ORDER BY f.created_at), '[]') FROM files f
             WHERE f.tenant_id = %(tenant)s AND f.entity_type = 'comments' AND f.entity_id = t.id
               AND f.deleted_at IS NULL) AS photos
        FROM comments t LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.author_user_id
        WHERE t.record_type = 'maintenance_records' AND t.record_id = %(order)s AND {comments}
        ORDER BY t.created_at DESC LIMIT {most}) AS c)
)::text
"""
#: Tables whose rows a viewer may see or not.
TABLES = (
    "work_order_tasks",
    "work_order_parts",
    "work_order_labor",
    "service_bay_schedule",
    "defects",
    "recurring_maintenance_schedules",
    "comments",
)


class Running(msgspec.Struct):
    """A clock that runs on a task."""

    since: datetime
    who: str
    is_mine: bool


class Task(msgspec.Struct):
    id: str
    task: str
    status: str
    technician: str | None
    estimated_hours: str | None
    actual_hours: str | None
    is_required: bool
    blocked_reason: str | None
    notes: str | None
    completed_at: datetime | None
    completed_by: str | None
    requires_inspection: bool
    passed: bool | None
    inspection_notes: str | None
    #: Who did the work is not the one to inspect it.
    done_by_viewer: bool
    clocks: list[Running]

    @property
    def runs_for_viewer(self) -> bool:
        return any(clock.is_mine for clock in self.clocks)


class PartLine(msgspec.Struct):
    """Quantities are in the part's unit, as text without trailing zeros."""

    id: str
    part_id: str | None
    number: str | None
    name: str | None
    unit: str | None
    quantity: str
    reserved: str
    issued: str
    returned: str
    unit_cost: str
    total_cost: str
    facility_id: str | None
    #: The stock it is taken from: the line's, else that of the shop.
    place: str | None
    position: str | None
    available: str | None
    bin: str | None
    #: The API's computed column.
    supply: str

    @property
    def held(self) -> float:
        """Issued and not brought back."""
        return float(self.issued) - float(self.returned)


class Labor(msgspec.Struct):
    """Hours of a technician; `is_mine`: of the viewer."""

    id: str
    technician_id: str
    technician: str
    is_mine: bool
    task: str | None
    started_at: datetime
    ended_at: datetime | None
    hours: str | None
    kind: str
    cost: str | None
    rate: str
    notes: str | None


class Booking(msgspec.Struct):
    id: str
    status: str
    bay: str
    technician: str | None
    starts: datetime
    ends: datetime
    why_cancelled: str | None


class DefectLine(msgspec.Struct):
    id: str
    number: str
    description: str
    severity: str
    is_unsafe: bool
    status: str
    reviewed_at: datetime | None


class ScheduleLine(msgspec.Struct):
    id: str
    name: str
    due_on: date | None
    due_miles: int | None
    due_hours: int | None


class Remark(msgspec.Struct):
    id: str
    author: str | None
    body: str
    created_at: datetime
    is_removed: bool
    is_edited: bool
    photos: list[str]


class Sheet(msgspec.Struct):
    """`technician_id`: the technician that the viewer is; `shop_id`: where the work is done, or the vehicle's home."""

    technician_id: str | None
    shop_id: str | None
    tasks: list[Task]
    parts: list[PartLine]
    labor: list[Labor]
    bookings: list[Booking]
    defects: list[DefectLine]
    schedule: ScheduleLine | None
    talk: list[Remark]


async def work_order_sheet(
    database: Database,
    registry: Mapping[str, Resource],
    actor: Actor,
    order: UUID,
    schedule: UUID | None,
) -> Sheet:
    """What belongs to a work order that the actor may read, within what they may read of each kind."""
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "user": actor.user_id,
        "order": order,
        "schedule": schedule,
    }
    conditions = {table: readable(registry[table], actor, parameters) for table in TABLES}
    supply = registry["work_order_parts"].sql_of("supply")
    sql = SHEET.format(most=TALK, supply=supply, **conditions)
    rows: list[Any] = await database.read(actor, sql, parameters)
    return msgspec.json.decode(rows[0][0], type=Sheet)
