"""Jobs of road data: ask the sources, forget old weather."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.road_data.polling import poll_road_data


@job("telematics.poll_road_data", attempts=1, cron="*/10 * * * *")
async def poll(context: JobContext) -> None:
    """Every ten minutes; a source that fails is left alone for longer each time."""
    await poll_road_data(context.database, context.settings)


@job("telematics.forget_weather", cron="23 4 * * *")
async def forget(context: JobContext) -> None:
    """Observations that are older than the installation keeps, the platform's and each tenant's own."""
    days = context.settings.road_data.observation_days
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for tenant_id in (SYSTEM_TENANT_ID, *(row[0] for row in tenants)):
        owner = None if tenant_id == SYSTEM_TENANT_ID else tenant_id
        async with context.database.connection(system_actor(tenant_id, "old weather")) as connection:
            await connection.execute(
                "DELETE FROM weather_observations WHERE tenant_id IS NOT DISTINCT FROM %s "
                "AND observed_at < now() - %s * interval '1 day'",
                (owner, days),
            )
