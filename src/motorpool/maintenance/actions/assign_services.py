"""Giving the services of a programme to many vehicles at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.reactions import Change, react
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.maintenance.resources.schedules import METERS_NOW
from motorpool.maintenance.shapes import PlannedService

TABLE = "recurring_maintenance_schedules"
#: More vehicles at once would be an import.
MOST_VEHICLES = 5000
Starts = Literal["today", "in_service"]

PROGRAM = "SELECT p.services, p.is_active FROM service_programs p WHERE p.tenant_id = %(tenant)s AND p.id = %(program)s"
VEHICLES = """
SELECT t.id FROM vehicles t WHERE t.tenant_id = %(tenant)s AND {scope} AND t.status NOT IN ('retired', 'sold') AND {wanted}
ORDER BY t.id LIMIT %(most)s
"""
#: Field of the filter -> condition over `t`.
CHOSEN = {
    "facility_id": "t.facility_id = %(facility_id)s",
    "department_id": "t.department_id = %(department_id)s",
    "vehicle_group_id": "EXISTS (SELECT FROM vehicle_group_members g WHERE g.tenant_id = t.tenant_id "
    "AND g.vehicle_id = t.id AND g.group_id = %(vehicle_group_id)s)",
    "vehicle_type": "t.vehicle_type = %(vehicle_type)s",
    "make": "lower(t.make) = lower(%(make)s)",
    "model": "lower(t.model) = lower(%(model)s)",
    "fuel_type": "t.fuel_type = %(fuel_type)s",
}
# What the columns' defaults are for, a programme need not say.
ASSIGN = f"""
WITH chosen AS (
    SELECT t.vehicle_id, now.miles, now.hours
    FROM (SELECT v.tenant_id, v.id AS vehicle_id FROM vehicles v
          WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)) AS t CROSS JOIN LATERAL {METERS_NOW}
)
INSERT INTO recurring_maintenance_schedules (tenant_id, vehicle_id, program_id, schedule_name, maintenance_type, template_id,
    trigger_interval_miles, trigger_interval_days, trigger_interval_months, trigger_interval_hours, advance_notice_miles,
    advance_notice_days, advance_notice_hours, auto_create_work_order, facility_id, anchor_date, anchor_mileage, anchor_hours)
SELECT %(tenant)s, c.vehicle_id, %(program)s, s.name, s.maintenance_type, s.template_id,
       s.interval_miles, s.interval_days, s.interval_months, s.interval_hours, coalesce(s.notice_miles, 500),
       coalesce(s.notice_days, 7), coalesce(s.notice_hours, 25), coalesce(s.auto_create, true), %(facility)s::uuid,
       CASE WHEN %(from_now)s THEN %(today)s::date END, CASE WHEN %(from_now)s THEN round(c.miles) END,
       CASE WHEN %(from_now)s THEN round(c.hours) END
FROM chosen c CROSS JOIN jsonb_to_recordset(%(services)s::jsonb) AS s (name text, maintenance_type text, template_id uuid,
    interval_miles int, interval_days int, interval_months int, interval_hours int, notice_miles int, notice_days int,
    notice_hours int, auto_create boolean)
ORDER BY c.vehicle_id
ON CONFLICT (tenant_id, vehicle_id, program_id, schedule_name) WHERE program_id IS NOT NULL DO NOTHING
RETURNING id
"""


async def assign_program(
    session: AsyncSession,
    actor: Actor,
    program_id: UUID,
    vehicles: Sequence[UUID],
    *,
    starts: Starts = "today",
    facility_id: UUID | None = None,
) -> tuple[list[UUID], int]:
    """Make the schedules of a programme for these vehicles; their ids, and how many there were already.

    `starts` says from where the first services are counted: the meters and the day of now, or the day on which the vehicle
    went into service and its first reading. Raises Conflict for a programme that is not in use, Invalid for one that is not
    there.
    """
    connection = await session.connection()
    found = await connection.exec_driver_sql(PROGRAM, {"tenant": actor.tenant_id, "program": program_id})
    program = found.one_or_none()
    if program is None:
        raise Invalid(
            fields=[FieldProblem("program_id", f"there is no such row in service_programs: {program_id}")]
        )
    if not program.is_active:
        raise Conflict("The programme is not in use any more; make it active first.", code="program_inactive")
    services = msgspec.convert(program.services, list[PlannedService])
    made = await connection.exec_driver_sql(
        ASSIGN,
        {
            "tenant": actor.tenant_id,
            "program": program_id,
            "vehicles": list(vehicles),
            "facility": facility_id,
            "from_now": starts == "today",
            "today": actor.today,
            "services": msgspec.json.encode(services).decode(),
        },
    )
    keys = list(made.scalars())
    # They are due somewhere: worked out where every new schedule's is.
    await react(session, actor, Change(TABLE, "create", tuple(keys)))
    return keys, len(vehicles) * len({service.name for service in services}) - len(keys)


async def vehicles_chosen(
    session: AsyncSession, actor: Actor, resource: Resource, reach: Reach, wanted: Mapping[str, Any]
) -> list[UUID]:
    """The vehicles of the fleet that a filter means and the actor reaches. Raises Invalid for none or too many."""
    given = {name: value for name, value in wanted.items() if value is not None}
    sql = VEHICLES.format(
        scope=scope_condition(resource, reach) or "true",
        wanted=" AND ".join(CHOSEN[name] for name in given) or "true",
    )
    connection = await session.connection()
    parameters = base_parameters(actor, reach) | given | {"most": MOST_VEHICLES + 1}
    found = list((await connection.exec_driver_sql(sql, parameters)).scalars())
    if not 1 <= len(found) <= MOST_VEHICLES:
        what = "means no vehicle" if not found else f"means more than {MOST_VEHICLES:,} vehicles"
        raise Invalid(fields=[FieldProblem("filter", what)])
    return found


async def vehicles_named(
    session: AsyncSession, actor: Actor, resource: Resource, reach: Reach, ids: Sequence[UUID]
) -> list[UUID]:
    """The same vehicles, once each. Raises Invalid for those that are not there, not reached or out of the fleet."""
    sql = VEHICLES.format(scope=scope_condition(resource, reach) or "true", wanted="t.id = ANY (%(ids)s)")
    connection = await session.connection()
    parameters = base_parameters(actor, reach) | {"ids": list(ids), "most": len(ids)}
    known = set((await connection.exec_driver_sql(sql, parameters)).scalars())
    problems = [
        FieldProblem(f"vehicle_ids[{index}]", f"there is no such vehicle in the fleet: {key}", "unknown_row")
        for index, key in enumerate(ids)
        if key not in known
    ]
    if problems:
        raise Invalid("Some vehicles are not known.", fields=problems)
    return sorted(known)
