"""A technician's day: the clock that runs, and the jobs that are theirs, in the order of work. One statement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

#: More jobs than this nobody does in a day.
MOST = 30
MINE = """
SELECT json_build_object(
    'name', k.full_name, 'status', k.status,
    'hours_today', (
        SELECT coalesce(sum(extract(epoch FROM coalesce(x.ended_at, now()) - greatest(x.started_at, day.begins)) / 3600), 0)
        FROM work_order_labor x WHERE x.tenant_id = %(tenant)s AND x.technician_id = k.id
          AND (x.ended_at IS NULL OR x.ended_at > day.begins)),
    'tasks_done_today', (
        SELECT count(*) FROM work_order_tasks x WHERE x.tenant_id = %(tenant)s
          AND x.completed_by_user_id = %(user)s AND x.completed_at >= day.begins),
    'clock', (
        SELECT json_build_object('since', x.started_at, 'task_id', x.task_id, 'order_id', w.id,
            'number', w.work_order_number, 'summary', w.summary, 'vehicle', v.vehicle_number,
            'task', (SELECT s.task_description FROM work_order_tasks s
                     WHERE s.tenant_id = %(tenant)s AND s.id = x.task_id))
        FROM work_order_labor x
        JOIN maintenance_records w ON w.tenant_id = x.tenant_id AND w.id = x.work_order_id
        JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id
        WHERE x.tenant_id = %(tenant)s AND x.technician_id = k.id AND x.ended_at IS NULL
        ORDER BY x.started_at DESC LIMIT 1),
    'jobs', (
        SELECT coalesce(json_agg(j), '[]') FROM (
            SELECT w.id, w.status, w.work_order_number AS number, w.summary, w.priority, w.complaint, w.due_on,
                coalesce(w.due_on < %(today)s, false) AS is_overdue, w.waiting_for, v.vehicle_number AS vehicle,
                booking.bay, booking.booked_from,
                (SELECT coalesce(json_agg(json_build_object(
                        'id', s.id, 'task', s.task_description, 'status', s.status, 'is_required', s.is_required,
                        'estimated_hours', s.estimated_hours::text, 'blocked_reason', s.blocked_reason,
                        'notes', s.completion_notes, 'is_mine', s.assigned_technician_id IS NULL
                            OR s.assigned_technician_id = k.id)
                        ORDER BY s.task_order NULLS LAST, s.id), '[]')
                 FROM work_order_tasks s WHERE s.tenant_id = %(tenant)s AND s.work_order_id = w.id) AS tasks,
                (SELECT coalesce(json_agg(json_build_object(
                        'name', coalesce(p.name, x.description), 'quantity', trim_scale(x.quantity)::text,
                        'unit', p.unit_of_measure,
                        'is_issued', x.quantity_issued - x.quantity_returned >= x.quantity,
                        'is_reserved', x.quantity_reserved + x.quantity_issued - x.quantity_returned >= x.quantity)
                        ORDER BY x.created_at, x.id), '[]')
                 FROM work_order_parts x LEFT JOIN parts p ON p.tenant_id = x.tenant_id AND p.id = x.part_id
                 WHERE x.tenant_id = %(tenant)s AND x.work_order_id = w.id) AS parts
            FROM maintenance_records w
            JOIN vehicles v ON v.tenant_id = w.tenant_id AND v.id = w.vehicle_id
            LEFT JOIN LATERAL (
                SELECT b.bay_name AS bay, x.scheduled_start AS booked_from
                FROM service_bay_schedule x
                JOIN service_bays b ON b.tenant_id = x.tenant_id AND b.id = x.service_bay_id
                WHERE x.tenant_id = %(tenant)s AND x.work_order_id = w.id
                  AND x.status IN ('scheduled', 'confirmed', 'in_progress')
                ORDER BY x.scheduled_start LIMIT 1) AS booking ON true
            WHERE w.tenant_id = %(tenant)s AND w.status IN ('open', 'in_progress', 'waiting_parts')
              AND (w.assigned_technician_id = k.id
                   OR w.id IN (SELECT s.work_order_id FROM work_order_tasks s WHERE s.tenant_id = %(tenant)s
                               AND s.assigned_technician_id = k.id AND s.status <> 'completed')
                   OR w.id IN (SELECT x.work_order_id FROM service_bay_schedule x WHERE x.tenant_id = %(tenant)s
                               AND x.technician_id = k.id AND x.status IN ('scheduled', 'confirmed', 'in_progress')))
            ORDER BY array_position(ARRAY['in_progress', 'open', 'waiting_parts'], w.status::text),
                booking.booked_from NULLS LAST,
                array_position(ARRAY['critical', 'high', 'medium', 'low'], w.priority::text), w.due_on, w.id
            LIMIT {most}) AS j))::text
FROM technicians k,
    LATERAL (SELECT %(today)s::date::timestamp AT TIME ZONE %(time_zone)s AS begins) AS day
WHERE k.tenant_id = %(tenant)s AND k.user_id = %(user)s AND k.status <> 'terminated'
"""


class Clock(msgspec.Struct):
    """What the technician's clock runs on; without `task_id` on the order as a whole."""

    since: datetime
    task_id: str | None
    order_id: str
    number: str
    summary: str
    vehicle: str
    task: str | None


class Task(msgspec.Struct):
    id: str
    task: str
    status: str
    is_required: bool
    estimated_hours: str | None
    blocked_reason: str | None
    notes: str | None
    #: Given to this technician, or to nobody.
    is_mine: bool


class Supply(msgspec.Struct):
    name: str
    quantity: str
    unit: str | None
    is_issued: bool
    is_reserved: bool


class Job(msgspec.Struct):
    """A work order that is the technician's, or has a task or a booking of theirs."""

    id: str
    status: str
    number: str
    summary: str
    priority: str
    complaint: str | None
    due_on: date | None
    is_overdue: bool
    waiting_for: str | None
    vehicle: str
    bay: str | None
    booked_from: datetime | None
    tasks: list[Task]
    parts: list[Supply]

    @property
    def done(self) -> int:
        return sum(task.status == "completed" for task in self.tasks)

    @property
    def is_ready(self) -> bool:
        """Nothing that is required is left to do."""
        return all(task.status == "completed" for task in self.tasks if task.is_required)


class MyWork(msgspec.Struct):
    """A technician's day; `hours_today` are hours of work so far, the running clock included."""

    name: str
    status: str
    hours_today: float
    tasks_done_today: int
    clock: Clock | None
    jobs: list[Job]


async def my_work(database: Database, actor: Actor) -> MyWork | None:
    """The day of the technician that the actor is; None for somebody who is none.

    One's own work needs no permission to be seen; what is done with it does.
    """
    if actor.user_id is None:
        return None
    rows: list[Any] = await database.read(
        actor,
        MINE.format(most=MOST),
        {
            "tenant": actor.tenant_id,
            "user": actor.user_id,
            "today": actor.today,
            "time_zone": actor.time_zone,
        },
    )
    if not rows:
        return None
    work = msgspec.json.decode(rows[0][0], type=MyWork)
    if work.clock:
        # What is being worked on stands first.
        work.jobs.sort(key=lambda job: job.id != (work.clock and work.clock.order_id))
    return work
