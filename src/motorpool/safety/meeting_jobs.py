"""Background work of meetings and of what was decided at them."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.safety.actions.announce_meetings import announce_meetings


@job("safety.announce_meetings", cron="23 * * * *")
async def announce(context: JobContext) -> None:
    """Every hour, for every tenant: remind of meetings of the next day and of actions that are due or late."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        await announce_meetings(context.database, tenant_id)
