"""Background work of compliance."""

from __future__ import annotations

from uuid import UUID

from motorpool.core.files.store import FileStore
from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.resource.registry import load_registry
from motorpool.safety.actions.announce_due_papers import announce_due_papers
from motorpool.safety.actions.keep_compliance_package import keep_compliance_package
from motorpool.system.actions.export_list import fail_export
from motorpool.system.jobs import UNEXPECTED, guarded


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
    tenant_id, key = context.actor.tenant_id, UUID(job_id)

    async def work() -> None:
        await keep_compliance_package(
            context.database,
            FileStore.of(context.settings),
            context.settings.exports,
            load_registry(),
            tenant_id,
            key,
            address,
        )

    await guarded(work, lambda: fail_export(context.database, tenant_id, key, UNEXPECTED))
