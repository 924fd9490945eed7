"""Background work on citations."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.safety.actions.announce_citations import announce_citations


@job("safety.announce_citations", cron="23 * * * *")
async def announce(context: JobContext) -> None:
    """Every hour, for every tenant: court days that come near and fines that fall due."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        await announce_citations(context.database, tenant_id)
