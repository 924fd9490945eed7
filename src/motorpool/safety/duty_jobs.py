"""Background work on duty records."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.safety.actions.find_unassigned_driving import find_unassigned_driving
from motorpool.safety.actions.record_motion import record_motion
from motorpool.safety.duty_reactions import LOGS


@job("safety.find_unassigned_driving", attempts=1, cron="*/10 * * * *")
async def follow_trips(context: JobContext) -> None:
    """Every ten minutes, for every tenant: driving of known drivers where that is wanted, then what nobody is known to have driven."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        await record_motion(context.database, LOGS, tenant_id)
        await find_unassigned_driving(context.database, tenant_id)
