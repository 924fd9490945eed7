"""The start/stop clock of technicians. It runs on one thing at a time; what it measured is a labour entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_row, words
from motorpool.core.resource.write import change_rows, create_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.resources.work_orders import RESOURCES

ORDER, TASK, LABOR = (
    next(one for one in RESOURCES if one.table.name == table)
    for table in ("maintenance_records", "work_order_tasks", "work_order_labor")
)
EVERYTHING = Reach(everything=True)
#: Clocks of phones and servers are not the same.
AHEAD = timedelta(minutes=5)
#: An entry is longer than nothing.
SHORTEST = timedelta(milliseconds=1)
ORDER_NOW = """
SELECT w.status, w.work_order_number FROM maintenance_records w
WHERE w.tenant_id = %(tenant)s AND w.id = %(order)s FOR NO KEY UPDATE
"""
TASK_NOW = "SELECT k.status, k.work_order_id FROM work_order_tasks k WHERE k.tenant_id = %(tenant)s AND k.id = %(task)s"
# Locked, so that of two starts at the same moment the second sees the first.
TECHNICIAN = """
SELECT k.id, k.full_name, k.status, k.user_id FROM technicians k
WHERE k.tenant_id = %(tenant)s AND CASE WHEN %(technician)s::uuid IS NULL THEN k.user_id = %(user)s::uuid
                                        ELSE k.id = %(technician)s::uuid END
FOR NO KEY UPDATE
"""
IN_THE_WAY = """
SELECT x.started_at, x.ended_at, x.work_order_id, x.task_id, w.work_order_number, k.task_description
FROM work_order_labor x
JOIN maintenance_records w ON w.tenant_id = x.tenant_id AND w.id = x.work_order_id
LEFT JOIN work_order_tasks k ON k.tenant_id = x.tenant_id AND k.id = x.task_id
WHERE x.tenant_id = %(tenant)s AND x.technician_id = %(technician)s
  AND (x.ended_at IS NULL OR x.ended_at > %(from)s)
ORDER BY x.ended_at DESC NULLS FIRST LIMIT 1
"""
RUNNING = """
SELECT x.id, x.started_at FROM work_order_labor x
WHERE x.tenant_id = %(tenant)s AND x.technician_id = %(technician)s AND x.ended_at IS NULL AND x.work_order_id = %(order)s
  AND (%(task)s::uuid IS NULL OR x.task_id = %(task)s::uuid)
"""
MEASURED = """
SELECT x.work_order_id, x.task_id, x.technician_id, x.started_at, x.ended_at, x.hours, x.labor_cost
FROM work_order_labor x WHERE x.tenant_id = %(tenant)s AND x.id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """A labour entry as the clock has it: hours, and cost in the tenant's currency; null while it runs."""

    id: UUID
    work_order_id: UUID
    task_id: UUID | None
    technician_id: UUID
    started_at: datetime
    ended_at: datetime | None
    hours: Decimal | None
    labor_cost: Decimal | None


async def clock_in(
    session: AsyncSession,
    actor: Actor,
    *,
    order_id: UUID | None = None,
    task_id: UUID | None = None,
    technician_id: UUID | None = None,
    at: datetime | None = None,
    labor_type: str | None = None,
) -> Clock:
    """Start the clock of a technician, the caller's own unless one is named, on an order or one of its tasks.

    An order that is open is started by it, and so is a pending task. Raises Conflict where the clock runs already (and says
    on what), or the order, the task or the technician is not at work; Invalid; Forbidden for another's clock.
    """
    begin = _moment(at, "started_at")
    task_state, order_id = await _task(session, actor, task_id, order_id)
    state, number = await _order(session, actor, order_id)
    technician = await _technician(session, actor, technician_id)
    if technician.status != "active":
        raise Conflict(
            f"{technician.full_name} is {words(technician.status)}.", code="technician_not_at_work"
        )
    begin = await _free_from(session, actor, technician, begin, moves=at is None)
    if state == "open":
        await _move(session, actor, ORDER, order_id, "start")
    elif state != "in_progress":
        raise Conflict(
            f"{number} is {words(state)}; the clock runs on orders that are open or in progress.",
            code="order_not_at_work",
            state=state,
            legal=ORDER.states.legal(state) if ORDER.states else [],
        )
    if task_id is not None and task_state == "pending":
        await _move(session, actor, TASK, task_id, "start")
    elif task_id is not None and task_state != "in_progress":
        raise Conflict(
            f"The task is {words(task_state)}; the clock runs on tasks that are pending or in progress.",
            code="task_not_at_work",
            state=task_state,
            legal=TASK.states.legal(task_state) if TASK.states else [],
        )
    body: dict[str, Any] = {
        "work_order_id": order_id,
        "technician_id": technician.id,
        "started_at": begin,
        "task_id": task_id,
    }
    if labor_type is not None:
        body["labor_type"] = labor_type
    key = await create_row(session, LABOR, actor, EVERYTHING, body)
    return await _measured(session, actor, key)


async def clock_out(
    session: AsyncSession,
    actor: Actor,
    *,
    order_id: UUID | None = None,
    task_id: UUID | None = None,
    technician_id: UUID | None = None,
    at: datetime | None = None,
    break_minutes: int | None = None,
    notes: str | None = None,
) -> Clock:
    """Stop the clock of a technician on an order or one of its tasks; the labour entry that it became.

    Raises Conflict where no clock of the technician runs there, Invalid for an end before its start or a break that is longer
    than the work.
    """
    end = _moment(at, "ended_at")
    _, order_id = await _task(session, actor, task_id, order_id)
    _, number = await _order(session, actor, order_id)
    technician = await _technician(session, actor, technician_id)
    parameters = {
        "tenant": actor.tenant_id,
        "technician": technician.id,
        "order": order_id,
        "task": task_id,
    }
    connection = await session.connection()
    running: Any = (await connection.exec_driver_sql(RUNNING, parameters)).first()
    if running is None:
        where = number if task_id is None else f"this task of {number}"
        raise Conflict(f"No clock of {technician.full_name} runs on {where}.", code="no_clock_runs")
    if at is None:
        end = max(end, running.started_at + SHORTEST)
    if end <= running.started_at:
        text = f"must be after the start, {_at(actor, running.started_at)}"
        raise Invalid("Some fields are not valid.", fields=[FieldProblem("ended_at", text)])
    if break_minutes is not None and break_minutes * 60 > (end - running.started_at).total_seconds():
        problem = FieldProblem("break_minutes", "must not be longer than the work")
        raise Invalid("Some fields are not valid.", fields=[problem])
    values: dict[str, Any] = {"ended_at": end}
    if break_minutes is not None:
        values["break_minutes"] = break_minutes
    if notes is not None:
        values["notes"] = notes
    await change_rows(session, LABOR, actor, EVERYTHING, {running.id: values})
    return await _measured(session, actor, running.id)


def _moment(at: datetime | None, field: str) -> datetime:
    now = datetime.now(UTC)
    if at is not None and at > now + AHEAD:
        raise Invalid("Some fields are not valid.", fields=[FieldProblem(field, "must not be in the future")])
    return min(at, now) if at is not None else now


async def _task(
    session: AsyncSession, actor: Actor, task_id: UUID | None, order_id: UUID | None
) -> tuple[str | None, UUID]:
    if task_id is None:
        assert order_id is not None, "an order or a task"
        return None, order_id
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(TASK_NOW, {"tenant": actor.tenant_id, "task": task_id})
    state, order = found.one()
    return state, order


async def _order(session: AsyncSession, actor: Actor, order_id: UUID) -> tuple[str, str]:
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(ORDER_NOW, {"tenant": actor.tenant_id, "order": order_id})
    state, number = found.one()
    return state, number


async def _technician(session: AsyncSession, actor: Actor, technician_id: UUID | None) -> Any:
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "technician": technician_id, "user": actor.user_id}
    found: Any = (await connection.exec_driver_sql(TECHNICIAN, parameters)).first()
    if found is None:
        text = "is required, since you are no technician yourself"
        if technician_id is not None:
            text = "does not name anything that exists here"
        raise Invalid("Some fields are not valid.", fields=[FieldProblem("technician_id", text)])
    if found.user_id is None or found.user_id != actor.user_id:
        permission = LABOR.permission("update")
        reach = actor.access.reach(permission)
        if reach is None or not reach.everything:
            raise Forbidden(
                f"The clock of somebody else needs the permission {permission}.",
                code="permission_needed",
                permission=permission,
            )
    return found


async def _free_from(
    session: AsyncSession, actor: Actor, technician: Any, begin: datetime, *, moves: bool
) -> datetime:
    """When the clock can begin: then, or (`moves`) a moment later, since clocks of servers differ. Raises Conflict."""
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "technician": technician.id, "from": begin}
    there: Any = (await connection.exec_driver_sql(IN_THE_WAY, parameters)).first()
    if there is None:
        return begin
    if moves and there.ended_at is not None and there.ended_at <= begin + AHEAD:
        later: datetime = there.ended_at
        return later
    what = there.work_order_number + (f", {there.task_description}" if there.task_description else "")
    if there.ended_at is None:
        sentence = f"The clock of {technician.full_name} runs on {what} since {_at(actor, there.started_at)}; stop it there first."
    else:
        sentence = (
            f"{technician.full_name} worked on {what} until {_at(actor, there.ended_at)}; start after that."
        )
    raise Conflict(
        sentence,
        code="clock_runs" if there.ended_at is None else "overlap",
        work_order_id=str(there.work_order_id),
        task_id=None if there.task_id is None else str(there.task_id),
        started_at=there.started_at.isoformat(),
    )


async def _move(session: AsyncSession, actor: Actor, resource: Resource, key: UUID, verb: str) -> None:
    permission = resource.permission(verb)
    if not actor.access.allows(permission):
        raise Forbidden(
            f"The {resource.label.lower()} has not been started, and that needs the permission {permission}.",
            code="permission_needed",
            permission=permission,
        )
    await move_row(session, resource, actor, EVERYTHING, key, resource.move(verb), {})


async def _measured(session: AsyncSession, actor: Actor, key: UUID) -> Clock:
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(MEASURED, {"tenant": actor.tenant_id, "id": key})
    return Clock(key, *found.one())


def _at(actor: Actor, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(actor.time_zone)):%Y-%m-%d %H:%M}"
