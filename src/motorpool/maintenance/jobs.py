"""Background work of the shop."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy.actor import system_actor
from motorpool.maintenance.actions.escalate_orders import escalate_orders
from motorpool.maintenance.actions.measure_use import measure_use
from motorpool.maintenance.actions.open_due_work_orders import open_due_work_orders
from motorpool.maintenance.actions.open_fault_orders import open_fault_orders

ZONE = "SELECT time_zone FROM tenants WHERE id = %(tenant)s"


@job("maintenance.open_due_work_orders", cron="7 * * * *")
async def open_due(context: JobContext) -> None:
    """Every hour, for every tenant: measure how vehicles are used, then open work orders for what is due."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        actor = system_actor(tenant_id, "services that are due")
        rows = await context.database.read(actor, ZONE, {"tenant": tenant_id})
        # Days are those of the tenant.
        actor = replace(actor, time_zone=rows[0][0])
        async with context.database.transaction(actor) as session:
            await measure_use(session, actor)
        async with context.database.transaction(actor) as session:
            await open_due_work_orders(session, actor)


@job("maintenance.open_fault_orders", on="vehicle_fault_alerts")
async def open_for_faults(context: JobContext, fault_ids: list[str]) -> None:
    """Open a work order for each grave trouble code that became active, unless one is open."""
    async with context.database.transaction(context.actor) as session:
        await open_fault_orders(session, context.actor, [UUID(key) for key in fault_ids])


@job("maintenance.escalate_orders", cron="23 * * * *")
async def escalate(context: JobContext) -> None:
    """Every hour, for every tenant: tell of work orders that nobody begins with."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        await escalate_orders(context.database, tenant_id)
