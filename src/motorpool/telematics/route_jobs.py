"""Background work of routes."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.actions.track_route import track_routes


@job("telematics.track_routes", cron="* * * * *")
async def track(context: JobContext) -> None:
    """Every minute, for every tenant."""
    async with context.database.unbound() as connection:
        rows = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in rows:
        await track_routes(context.database, system_actor(tenant_id, "tracking routes"))
