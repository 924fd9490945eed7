"""What people decide about a service that is due: done elsewhere, skipped, postponed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.advance_schedules import Step, take_steps
from motorpool.maintenance.resources.schedules import METERS_NOW
from motorpool.maintenance.rules.recurrence import Mark

STANDING = f"""
SELECT t.anchor_date, t.anchor_mileage, t.anchor_hours, t.next_due_date, t.next_due_mileage, t.next_due_hours,
       now.miles, now.hours, w.work_order_number
FROM recurring_maintenance_schedules t CROSS JOIN LATERAL {METERS_NOW}
LEFT JOIN maintenance_records w ON w.tenant_id = t.tenant_id AND w.schedule_id = t.id
    AND w.status NOT IN ('completed', 'cancelled')
WHERE t.tenant_id = %(tenant)s AND t.id = %(schedule)s
"""
#: A meter was read in whole numbers, and the vehicle has moved since.
NEAR = 1


async def complete_without_order(
    session: AsyncSession,
    actor: Actor,
    schedule_id: UUID,
    *,
    done_on: date | None = None,
    mileage: int | None = None,
    hours: int | None = None,
    reason: str | None = None,
) -> None:
    """Note a service that was done without a work order of ours; miles and hours are those of the true meters.

    What is left out is taken from today and the meters of now. Raises Conflict while a work order is open for it; Invalid for
    a day that is to come or before the last time, and for a meter that has not come so far or was farther the last time.
    """
    row = await _standing(session, actor, schedule_id, "be completed")
    day = done_on or actor.today
    problems = []
    if day > actor.today:
        problems.append(FieldProblem("completed_date", "must not be in the future"))
    elif row["anchor_date"] is not None and day < row["anchor_date"]:
        problems.append(
            FieldProblem(
                "completed_date", f"must not be before {row['anchor_date']}, from where this one counts"
            )
        )
    for name, unit, value, now, before in (
        ("completed_mileage", "mi", mileage, row["miles"], row["anchor_mileage"]),
        ("completed_hours", "h", hours, row["hours"], row["anchor_hours"]),
    ):
        if value is None:
            continue
        if before is not None and value < before:
            problems.append(
                FieldProblem(name, f"must not be below {before:,} {unit}, from where this one counts")
            )
        elif now is not None and value > now + NEAR and day < actor.today:
            problems.append(
                FieldProblem(name, f"must not be above {round(now):,} {unit}, what the meter says today")
            )
    if problems:
        raise Invalid(fields=problems)
    at = Mark(day, _or(mileage, row["miles"]), _or(hours, row["hours"]))
    await take_steps(session, actor, [Step(schedule_id, "done_elsewhere", at, reason=reason)])


async def skip_service(session: AsyncSession, actor: Actor, schedule_id: UUID, reason: str) -> None:
    """Leave this one out: the next is counted from today and the meters of now. Raises Conflict while an order is open."""
    row = await _standing(session, actor, schedule_id, "be skipped")
    at = Mark(actor.today, _or(None, row["miles"]), _or(None, row["hours"]))
    await take_steps(session, actor, [Step(schedule_id, "skipped", at, reason=reason)])


async def postpone_service(
    session: AsyncSession,
    actor: Actor,
    schedule_id: UUID,
    reason: str,
    *,
    day: date | None = None,
    mileage: int | None = None,
    hours: int | None = None,
) -> None:
    """Let this one fall due later. Raises Invalid for what is not later than it is now, or when nothing is given."""
    row = await _standing(session, actor, schedule_id, "be postponed")
    given = {"next_due_date": day, "next_due_mileage": mileage, "next_due_hours": hours}
    wanted = {name: value for name, value in given.items() if value is not None}
    if not wanted:
        raise Invalid(
            fields=[FieldProblem("next_due_date", "give a later date, mileage or engine hours", "required")]
        )
    problems = [
        FieldProblem(name, f"must be later than {row[name]}")
        if row[name] is not None
        else FieldProblem(name, "is not planned for this schedule")
        for name, value in wanted.items()
        if row[name] is None or value <= row[name]
    ]
    if problems:
        raise Invalid(fields=problems)
    await take_steps(
        session, actor, [Step(schedule_id, "postponed", Mark(day, mileage, hours), reason=reason)]
    )


async def _standing(session: AsyncSession, actor: Actor, schedule_id: UUID, what: str) -> Any:
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "schedule": schedule_id}
    row = (await connection.exec_driver_sql(STANDING, parameters)).mappings().one()
    if row["work_order_number"]:
        raise Conflict(
            f"Work order {row['work_order_number']} is open for this service; it cannot {what} until that is closed or "
            "cancelled.",
            code="work_order_open",
        )
    return row


def _or(given: int | None, meter: float | None) -> int | None:
    if given is not None or meter is None:
        return given
    return round(meter)
