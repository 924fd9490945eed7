"""Commands that nobody sent or answered in time."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.tenancy.actor import system_actor

EXPIRE = """
UPDATE device_commands SET updated_at = now(),
    status = CASE status WHEN 'queued' THEN 'expired' ELSE 'failed' END,
    result = CASE status WHEN 'queued' THEN 'The device did not connect in time.' ELSE 'The device did not answer.' END
WHERE tenant_id = %(tenant)s
    AND (status = 'queued' AND expires_at <= now() OR status = 'sent' AND sent_at < now() - interval '10 minutes')
"""


@job("telematics.expire_device_commands", cron="*/2 * * * *")
async def expire_device_commands(context: JobContext) -> None:
    """For every tenant. A command whose gateway died before the answer came counts as not answered."""
    async with context.database.unbound() as connection:
        rows = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in rows:
        async with context.database.connection(system_actor(tenant_id)) as connection:
            await connection.execute(EXPIRE, {"tenant": tenant_id})
