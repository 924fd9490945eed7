"""Background work of compliance."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.safety.actions.announce_due_papers import announce_due_papers


@job("safety.announce_due_papers", cron="41 * * * *")
async def announce(context: JobContext) -> None:
    """Every hour, for every tenant: remind of papers and policies whose reminder days have begun."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        await announce_due_papers(context.database, tenant_id)
