"""Inspections raise defects; defects follow their work orders, and inspections their defects."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Forbidden
from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.fleet.resources import RESOURCES as FLEET
from motorpool.maintenance.actions.raise_defects import raise_defects
from motorpool.maintenance.actions.settle_defects import (
    certify_defects,
    free_defects,
    repair_defects,
    review_defects,
    tell_inspections,
    unrepair_defects,
)

VEHICLES = FLEET[0]
BEYOND = """
SELECT d.id FROM defects d
WHERE d.tenant_id = %(tenant)s AND d.id = ANY (%(keys)s)
  AND NOT EXISTS (SELECT FROM vehicles t WHERE t.tenant_id = d.tenant_id AND t.id = d.vehicle_id AND ({condition}))
  AND NOT EXISTS (SELECT FROM safety_inspections i
                  WHERE i.tenant_id = d.tenant_id AND i.id = d.inspection_id AND i.vehicle_id = d.vehicle_id)
"""


@reaction("defects", "create")
async def refuse_vehicles_of_others(session: AsyncSession, actor: Actor, change: Change) -> None:
    """One's own report is within one's reach, whatever it is about; the vehicle has to be, too, unless an inspection of it
    found the defect: whoever inspected it had it then.
    """
    reach = actor.access.reach("defects.create")
    condition = scope_condition(VEHICLES, reach) if reach else None
    if not reach or condition is None:
        return
    connection = await session.connection()
    found = await connection.exec_driver_sql(
        BEYOND.format(condition=condition), base_parameters(actor, reach) | {"keys": list(change.keys)}
    )
    problems = [
        FieldProblem(
            change.place(key, "vehicle_id"), "is outside of what you may report about", "out_of_reach"
        )
        for key in found.scalars()
    ]
    if problems:
        raise Forbidden("You may not report defects of this vehicle.", code="out_of_reach", fields=problems)


@reaction("safety_inspections", "create", "update")
async def raise_what_was_found(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.occasion == "create" or "checklist_results" in change.columns:
        await raise_defects(session, actor, change.keys)


@reaction("safety_inspections", "certify")
async def certify_what_was_repaired(session: AsyncSession, actor: Actor, change: Change) -> None:
    await certify_defects(session, actor, change.keys)


@reaction("safety_inspections", "review")
async def sign_with_the_report(session: AsyncSession, actor: Actor, change: Change) -> None:
    await review_defects(session, actor, change.keys)


@reaction("maintenance_records", "approve")
async def repaired_with_the_order(session: AsyncSession, actor: Actor, change: Change) -> None:
    await repair_defects(session, actor, change.keys)


@reaction("maintenance_records", "reopen")
async def not_repaired_after_all(session: AsyncSession, actor: Actor, change: Change) -> None:
    await unrepair_defects(session, actor, change.keys)


@reaction("maintenance_records", "cancel")
async def open_without_the_order(session: AsyncSession, actor: Actor, change: Change) -> None:
    await free_defects(session, actor, change.keys)


@reaction("defects", "certify", "dismiss", "review", "reopen")
async def inspections_follow(session: AsyncSession, actor: Actor, change: Change) -> None:
    await tell_inspections(session, actor, change.keys, change.occasion)
