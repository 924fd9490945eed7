"""Moving recurring schedules on: when their work order is closed, when a service was done elsewhere, skipped or postponed.

Each step leaves a row in `maintenance_schedule_events` that holds where the schedule stood, so that reopening the work order
takes it back. A work order moves its schedule on once, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.maintenance.resources.schedules import METERS_NOW
from motorpool.maintenance.rules.recurrence import (
    HOUR_S,
    MILE_M,
    Interval,
    Mark,
    completed_at,
    interval_of,
    next_due,
)

Row = Mapping[Any, Any]
Event = Literal["completed", "done_elsewhere", "skipped", "postponed"]
#: After a work order was cancelled none is opened by itself for so many days.
HOLD_DAYS = 7
#: What a step changes and what is kept for taking it back.
STANDING = tuple(
    "last_completed_mileage last_completed_date last_completed_hours anchor_mileage anchor_date anchor_hours "
    "next_due_mileage next_due_date next_due_hours hold_until last_work_order_id".split()
)
SET_STANDING = ", ".join(f"{name} = r.{name}" for name in STANDING)
INTERVALS = (
    "t.trigger_type, t.trigger_interval_miles, t.trigger_interval_days, t.trigger_interval_months, "
    "t.trigger_interval_hours"
)
LOCKED = f"""
SELECT t.id, t.vehicle_id, {INTERVALS}, {", ".join(f"t.{name}" for name in STANDING)},
       now.miles, now.hours, now.odometer_offset, now.hours_offset
FROM recurring_maintenance_schedules t CROSS JOIN LATERAL {METERS_NOW}
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s) ORDER BY t.id FOR NO KEY UPDATE OF t
"""
LOG = """
INSERT INTO maintenance_schedule_events (tenant_id, schedule_id, vehicle_id, event, work_order_id, happened_on, mileage,
    engine_hours, was_due_date, was_due_mileage, was_due_hours, reason, before, created_by_user_id)
SELECT %(tenant)s, r.schedule_id, r.vehicle_id, r.event, r.work_order_id, r.happened_on, r.mileage, r.engine_hours,
       r.was_due_date, r.was_due_mileage, r.was_due_hours, r.reason, r.before, %(user)s::uuid
FROM jsonb_populate_recordset(NULL::maintenance_schedule_events, %(rows)s::jsonb) AS r
ON CONFLICT (tenant_id, work_order_id) WHERE taken_back_at IS NULL DO NOTHING RETURNING schedule_id
"""
MOVE = f"""
UPDATE recurring_maintenance_schedules t SET {SET_STANDING}
FROM jsonb_populate_recordset(NULL::recurring_maintenance_schedules, %(rows)s::jsonb) AS r
WHERE t.tenant_id = %(tenant)s AND t.id = r.id
"""
CLOSED = """
SELECT w.id, w.schedule_id, w.closing_odometer, w.closing_engine_hours::float8 AS closing_engine_hours,
       (coalesce(w.completed_at, w.closed_at, now()) AT TIME ZONE
        (SELECT x.time_zone FROM tenants x WHERE x.id = %(tenant)s))::date AS done_on
FROM maintenance_records w
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(ids)s) AND w.schedule_id IS NOT NULL AND w.status = 'completed'
"""
# Only the latest step of a schedule can be undone; under a later one it stays as it is.
TAKE_BACK = f"""
WITH taken AS (
    UPDATE maintenance_schedule_events e SET taken_back_at = now()
    WHERE e.tenant_id = %(tenant)s AND e.work_order_id = ANY (%(ids)s) AND e.taken_back_at IS NULL
    RETURNING e.id, e.schedule_id, e.before
), latest AS (
    SELECT k.schedule_id, k.before FROM taken k
    WHERE NOT EXISTS (
        SELECT FROM maintenance_schedule_events e WHERE e.tenant_id = %(tenant)s AND e.schedule_id = k.schedule_id
        AND e.id > k.id AND e.taken_back_at IS NULL)
)
UPDATE recurring_maintenance_schedules t SET {SET_STANDING}
FROM latest k CROSS JOIN LATERAL jsonb_populate_record(NULL::recurring_maintenance_schedules, k.before) AS r
WHERE t.tenant_id = %(tenant)s AND t.id = k.schedule_id
"""
HOLD = """
UPDATE recurring_maintenance_schedules t SET hold_until = %(until)s
FROM maintenance_records w
WHERE t.tenant_id = %(tenant)s AND w.tenant_id = %(tenant)s AND w.id = ANY (%(ids)s) AND t.id = w.schedule_id
  AND t.hold_until IS DISTINCT FROM %(until)s
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one service that was due; `at` in local days, true miles and true hours."""

    schedule_id: UUID
    event: Event
    at: Mark
    work_order_id: UUID | None = None
    reason: str | None = None


async def complete_orders(session: AsyncSession, actor: Actor, order_ids: Collection[UUID]) -> list[UUID]:
    """Move the schedules of closed work orders on, from the closing meters and the day the work was finished.

    Orders without a schedule, or that moved theirs on already, do nothing. Returns the schedules that moved.
    """
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "ids": list(order_ids)}
    orders = (await connection.exec_driver_sql(CLOSED, parameters)).mappings().all()
    found = await _locked(session, actor, [order["schedule_id"] for order in orders])
    steps = []
    for order in orders:
        row = found[order["schedule_id"]]
        done_on = max(order["done_on"], row["anchor_date"] or order["done_on"])
        steps.append(
            Step(
                row["id"], "completed", Mark(done_on, *_closing_meters(order, row)), work_order_id=order["id"]
            )
        )
    return await _take(session, actor, steps, found)


async def take_steps(session: AsyncSession, actor: Actor, steps: Sequence[Step]) -> list[UUID]:
    """Complete, skip or postpone schedules by hand. For `postponed`, `at` is what becomes due later: None stays."""
    return await _take(
        session, actor, steps, await _locked(session, actor, [step.schedule_id for step in steps])
    )


async def take_back_orders(session: AsyncSession, actor: Actor, order_ids: Collection[UUID]) -> None:
    """A reopened work order has fulfilled nothing: its schedule stands where it stood before."""
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "ids": list(order_ids)}
    await connection.exec_driver_sql(TAKE_BACK, parameters)
    await connection.exec_driver_sql(HOLD, parameters | {"until": None})


async def hold_schedules(session: AsyncSession, actor: Actor, order_ids: Collection[UUID]) -> None:
    """A cancelled work order leaves its schedule due; the next one is not opened by itself at once."""
    connection = await session.connection()
    until = actor.today + timedelta(days=HOLD_DAYS)
    await connection.exec_driver_sql(
        HOLD, {"tenant": actor.tenant_id, "ids": list(order_ids), "until": until}
    )


async def _locked(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Row]:
    if not ids:
        return {}
    connection = await session.connection()
    found = await connection.exec_driver_sql(LOCKED, {"tenant": actor.tenant_id, "ids": list(ids)})
    return {row["id"]: row for row in found.mappings()}


async def _take(
    session: AsyncSession, actor: Actor, steps: Sequence[Step], found: Mapping[UUID, Row]
) -> list[UUID]:
    if not steps:
        return []
    connection = await session.connection()
    log = [_logged(step, found[step.schedule_id], actor.today) for step in steps]
    told = await connection.exec_driver_sql(
        LOG, {"tenant": actor.tenant_id, "user": actor.user_id, "rows": _json(log)}
    )
    taken = set(told.scalars())
    after = [standing_after(step, found[step.schedule_id]) for step in steps if step.schedule_id in taken]
    if after:
        await connection.exec_driver_sql(MOVE, {"tenant": actor.tenant_id, "rows": _json(after)})
    return [row["id"] for row in after]


def interval_of_row(row: Row) -> Interval:
    return interval_of(
        row["trigger_type"],
        miles=row["trigger_interval_miles"],
        days=row["trigger_interval_days"],
        months=row["trigger_interval_months"],
        hours=row["trigger_interval_hours"],
    )


def standing_after(step: Step, row: Row) -> dict[str, Any]:
    """The columns of STANDING after a step."""
    after = {name: row[name] for name in STANDING} | {"id": row["id"], "hold_until": None}
    at = {"date": step.at.day, "mileage": step.at.miles, "hours": step.at.hours}
    known = {name: value for name, value in at.items() if value is not None}
    if step.event == "postponed":
        return after | {f"next_due_{name}": value for name, value in known.items()}
    after |= {f"anchor_{name}": value for name, value in known.items()}
    if step.event != "skipped":
        after |= {f"last_completed_{name}": value for name, value in known.items()}
        after["last_work_order_id"] = step.work_order_id
    due = next_due(
        interval_of_row(row), Mark(after["anchor_date"], after["anchor_mileage"], after["anchor_hours"])
    )
    return after | {"next_due_date": due.day, "next_due_mileage": due.miles, "next_due_hours": due.hours}


def _closing_meters(order: Row, row: Row) -> tuple[int | None, int | None]:
    """Miles and hours at which the work was done."""
    odometer, hours = order["closing_odometer"], order["closing_engine_hours"]
    return (
        completed_at(
            None if odometer is None else odometer * 1000.0,
            row["odometer_offset"],
            None if row["miles"] is None else row["miles"] * MILE_M,
            row["anchor_mileage"],
            row["next_due_mileage"],
            MILE_M,
        ),
        completed_at(
            None if hours is None else hours * HOUR_S,
            row["hours_offset"],
            None if row["hours"] is None else row["hours"] * HOUR_S,
            row["anchor_hours"],
            row["next_due_hours"],
            HOUR_S,
        ),
    )


def _logged(step: Step, row: Row, today: date) -> dict[str, Any]:
    postponed = step.event == "postponed"
    return {
        "schedule_id": row["id"],
        "vehicle_id": row["vehicle_id"],
        "event": step.event,
        "work_order_id": step.work_order_id,
        "happened_on": today if postponed else step.at.day,
        "mileage": None if postponed else step.at.miles,
        "engine_hours": None if postponed else step.at.hours,
        "was_due_date": row["next_due_date"],
        "was_due_mileage": row["next_due_mileage"],
        "was_due_hours": row["next_due_hours"],
        "reason": step.reason,
        "before": {name: row[name] for name in STANDING},
    }


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
