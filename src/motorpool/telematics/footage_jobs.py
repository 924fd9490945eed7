"""Jobs of dashcam clips: tie them to events that were derived later, archive and delete old ones."""

from __future__ import annotations

import logging

from motorpool.core.files.store import FileStore
from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.actions.retire_footage import MOST, retire_footage
from motorpool.telematics.actions.tie_footage import tie_footage

log = logging.getLogger(__name__)


@job("telematics.tie_footage", attempts=3, cron="*/15 * * * *")
async def tie(context: JobContext) -> None:
    """Every quarter of an hour, for every tenant: events may come long after the clip."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        actor = system_actor(tenant_id, "clip and event belong together")
        async with context.database.transaction(actor) as session:
            await tie_footage(session, tenant_id)


@job("telematics.retire_footage", attempts=3, cron="7 3 * * *")
async def retire(context: JobContext) -> None:
    """Once a day, for every tenant."""
    files = FileStore.of(context.settings)
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        more = True
        while more:
            try:
                done = await retire_footage(context.database, files, context.settings.footage, tenant_id)
            except Exception:
                # One tenant's trouble must not keep the others waiting; tomorrow it is tried again.
                log.exception("retiring the clips of tenant %s failed", tenant_id)
                break
            if done.archived or done.deleted:
                log.info(
                    "clips of tenant %s: %d archived, %d deleted", tenant_id, done.archived, done.deleted
                )
            more = max(done.archived, done.deleted) >= MOST
