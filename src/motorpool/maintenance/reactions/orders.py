"""What follows from changes of work orders, their tasks, labour entries and part lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.resource.reactions import Change, Intent, foresight, reaction
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.hold_vehicles import hold_vehicles
from motorpool.maintenance.actions.instantiate_templates import instantiate_templates
from motorpool.maintenance.actions.record_meters import (
    COLUMNS as METERS,
    record_meters,
    refuse_falling_meters,
)
from motorpool.maintenance.actions.settle_costs import SUMS, settle_costs
from motorpool.maintenance.resources.work_orders import RESOURCES
from motorpool.maintenance.rules.costs import LIMIT_SETTING, SUMMED, approval_limit, cannot_be_typed
from motorpool.maintenance.rules.work_order_states import WORK_ORDER

ORDERS, TASKS, LABOR, PARTS = (
    "maintenance_records",
    "work_order_tasks",
    "work_order_labor",
    "work_order_parts",
)
RESOURCE = next(one for one in RESOURCES if one.table.name == ORDERS)
TYPED = f"""
SELECT w.id, CASE WHEN labor.present AND w.labor_hours <> labor.hours THEN labor.hours END AS labor_hours,
       CASE WHEN labor.present AND w.labor_cost <> labor.cost THEN labor.cost END AS labor_cost,
       CASE WHEN parts.present AND w.parts_cost <> parts.cost THEN parts.cost END AS parts_cost
FROM maintenance_records w {SUMS}
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s)
"""
LIMIT = """
SELECT setting_value FROM system_settings
WHERE (tenant_id = %(tenant)s OR tenant_id IS NULL) AND setting_key = %(key)s ORDER BY tenant_id NULLS LAST LIMIT 1
"""
DEAR = """
SELECT t.work_order_number, t.total_cost FROM maintenance_records t
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(orders)s) AND t.total_cost > %(limit)s AND NOT ({reached})
ORDER BY t.work_order_number LIMIT 1
"""
RATES = """
SELECT k.id, k.hourly_rate FROM technicians k
WHERE k.tenant_id = %(tenant)s AND k.id = ANY (%(keys)s) AND k.hourly_rate IS NOT NULL
"""
PRICES = "SELECT p.id, p.unit_cost, p.core_charge FROM parts p WHERE p.tenant_id = %(tenant)s AND p.id = ANY (%(keys)s)"
# Who finishes or blocks a task stops the clocks that run on it.
STOP = """
UPDATE work_order_labor x SET ended_at = greatest(now(), x.started_at + interval '1 millisecond')
WHERE x.tenant_id = %(tenant)s AND x.task_id = ANY (%(tasks)s) AND x.ended_at IS NULL RETURNING x.work_order_id
"""
INSPECTED = """
SELECT k.task_description FROM work_order_tasks k
WHERE k.tenant_id = %(tenant)s AND k.id = ANY (%(tasks)s) AND k.requires_inspection ORDER BY k.id LIMIT 1
"""
HOURS = """
SELECT k.id, sum(coalesce(x.hours, 0)) FROM work_order_tasks k
JOIN work_order_labor x ON x.tenant_id = k.tenant_id AND x.task_id = k.id
WHERE k.tenant_id = %(tenant)s AND k.id = ANY (%(tasks)s)
GROUP BY k.id, k.actual_hours HAVING k.actual_hours IS DISTINCT FROM sum(coalesce(x.hours, 0))
"""


# -- work orders


@reaction(ORDERS, "create")
async def begin(session: AsyncSession, actor: Actor, change: Change) -> None:
    """A new order gets what its template holds; what was typed in with it is looked at."""
    with_parts: Collection[UUID] = ()
    if "template_id" in change.columns:
        with_parts = await instantiate_templates(
            session, actor, change.keys, type_is_given="work_order_type" in change.columns
        )
    await _look_at_typed(session, actor, change)
    await settle_costs(session, actor, with_parts)
    if change.columns & {"status", "vehicle_unavailable"}:
        await hold_vehicles(session, actor, change.keys)


@reaction(ORDERS, "update")
async def follow_changes(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Sums stay sums, meters are read, and a vehicle that is said to be free, or another one, is."""
    await _look_at_typed(session, actor, change)
    if change.columns & {"vehicle_unavailable", "vehicle_id"}:
        await hold_vehicles(session, actor, change.keys, released="vehicle_unavailable" in change.columns)


@reaction(ORDERS, "approve")
async def keep_to_the_limit(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Above the limit an order is approved by somebody who may do that."""
    permission = RESOURCE.permission("approve_above_limit")
    reach = actor.access.reach(permission)
    if reach is not None and reach.everything:
        return
    connection = await session.connection()
    found = await connection.exec_driver_sql(LIMIT, {"tenant": actor.tenant_id, "key": LIMIT_SETTING})
    limit = approval_limit(found.scalar())
    if limit is None:
        return
    reached = "false" if reach is None else scope_condition(RESOURCE, reach) or "true"
    parameters = {} if reach is None else base_parameters(actor, reach)
    dear: Any = await connection.exec_driver_sql(
        DEAR.format(reached=reached),
        parameters | {"tenant": actor.tenant_id, "orders": list(change.keys), "limit": limit},
    )
    for number, total in dear:
        raise Forbidden(
            f"{number} comes to {total:,.2f}. Above {limit:,.2f} it is approved by somebody with the permission {permission}.",
            code="above_the_limit",
            permission=permission,
            limit=str(limit),
        )


@reaction(ORDERS, *(move.verb for move in WORK_ORDER.moves))
async def follow_moves(session: AsyncSession, actor: Actor, change: Change) -> None:
    """The clock of the downtime, the vehicle in the shop, and the meters that were read with the move."""
    await _read_meters(session, actor, change)
    await hold_vehicles(session, actor, change.keys)


async def _look_at_typed(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.columns & SUMMED.keys():
        await _refuse_typed_sums(session, actor, change)
    await _read_meters(session, actor, change)


async def _read_meters(session: AsyncSession, actor: Actor, change: Change) -> None:
    if change.columns & METERS.keys():
        await refuse_falling_meters(session, actor, change)
        await record_meters(session, actor, change.keys, change.columns)


async def _refuse_typed_sums(session: AsyncSession, actor: Actor, change: Change) -> None:
    connection = await session.connection()
    rows = await connection.exec_driver_sql(TYPED, {"tenant": actor.tenant_id, "orders": list(change.keys)})
    problems = [
        FieldProblem(change.place(row.id, column), cannot_be_typed(column, getattr(row, column)), "summed")
        for row in rows
        for column in SUMMED
        if column in change.columns and getattr(row, column) is not None
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


# -- tasks


@foresight(TASKS, "update", "delete")
async def keep_inspections(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """That a second person has to look at a task is taken back by those who approve orders, not by who does the work."""
    permission = RESOURCE.permission("approve")
    tasks = [
        row["id"]
        for row in intent.rows
        if intent.occasion == "delete" or row.get("requires_inspection") is False
    ]
    if not tasks or actor.access.allows(permission):
        return
    connection = await session.connection()
    found = await connection.exec_driver_sql(INSPECTED, {"tenant": actor.tenant_id, "tasks": tasks})
    for task in found.scalars():
        raise Forbidden(
            f"{task!r} has to be inspected; to take that back needs the permission {permission}.",
            code="permission_needed",
            permission=permission,
        )


@reaction(TASKS, "complete", "block")
async def stop_clocks(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Clocks that run on a task stop when it is done or cannot go on."""
    parameters = {"tenant": actor.tenant_id, "tasks": list(change.keys)}
    connection = await session.connection()
    orders = set((await connection.exec_driver_sql(STOP, parameters)).scalars())
    await settle_costs(session, actor, orders)


@reaction(TASKS, "create", "update", "complete")
async def keep_hours(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Hours of a task with labour entries are their sum."""
    if "actual_hours" not in change.columns:
        return
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        HOURS, {"tenant": actor.tenant_id, "tasks": list(change.keys)}
    )
    rows: Sequence[tuple[UUID, Decimal]] = [(key, hours) for key, hours in found]
    if rows:
        raise Invalid(
            "Some fields are not valid.",
            fields=[
                FieldProblem(
                    change.place(key, "actual_hours"),
                    f"is the sum of the labour entries, {hours:f}, and cannot be typed in",
                    "summed",
                )
                for key, hours in rows
            ],
        )


# -- lines


@foresight(LABOR, "create")
async def take_rates(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """Where nobody said what an hour costs, it is what the technician's hour costs now."""
    await _fill_in(session, actor, intent, "technician_id", RATES, ("hourly_rate",))


@foresight(PARTS, "create")
async def take_prices(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """Where nobody said what a part costs, it is what the catalogue says."""
    await _fill_in(session, actor, intent, "part_id", PRICES, ("unit_cost", "core_charge"))


async def _fill_in(
    session: AsyncSession, actor: Actor, intent: Intent, reference: str, known: str, columns: tuple[str, ...]
) -> None:
    """Give new rows the columns that they do not name, as `known` has them of the rows that they refer to."""
    bare = [row for row in intent.rows if row.get(reference) and not row.keys() >= set(columns)]
    if not bare:
        return
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        known, {"tenant": actor.tenant_id, "keys": [row[reference] for row in bare]}
    )
    values = {key: dict(zip(columns, rest, strict=True)) for key, *rest in found}
    for row in bare:
        for name, value in values.get(row[reference], {}).items():
            row.setdefault(name, value)


@reaction(LABOR, "create", "update", "delete")
async def settle_labor(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Orders cost what their labour entries come to."""
    await settle_costs(session, actor, await _orders_of(session, actor, change))


@reaction(PARTS, "create", "update", "delete")
async def settle_parts(session: AsyncSession, actor: Actor, change: Change) -> None:
    """Orders cost what their part lines come to."""
    await settle_costs(session, actor, await _orders_of(session, actor, change))


async def _orders_of(session: AsyncSession, actor: Actor, change: Change) -> set[UUID]:
    if change.gone:
        return {UUID(str(row["work_order_id"])) for row in change.gone}
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(
        f"SELECT DISTINCT x.work_order_id FROM {change.table} x WHERE x.tenant_id = %(tenant)s AND x.id = ANY (%(keys)s)",
        {"tenant": actor.tenant_id, "keys": list(change.keys)},
    )
    return set(found.scalars())
