"""Background work of compliance."""

from __future__ import annotations

from functools import partial

from motorpool.core.jobs.registry import JobContext, job
from motorpool.safety.actions.announce_due_papers import announce_due_papers
from motorpool.safety.actions.keep_compliance_package import keep_compliance_package
from motorpool.system.jobs import make_export


@job("safety.announce_due_papers", cron="41 * * * *")
async def announce(context: JobContext) -> None:
    """Every hour, for every tenant: remind of papers and policies whose reminder days have begun."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        await announce_due_papers(context.database, tenant_id)


@job("safety.write_compliance_package", attempts=3)
async def write_package_of(context: JobContext, job_id: str, address: str) -> None:
    """Everything in one package, for whoever ordered it."""
    await make_export(context, job_id, partial(keep_compliance_package, address=address))
