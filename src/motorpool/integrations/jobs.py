"""Jobs of integrations: which connections are due, and one poll of one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.http import OutgoingClient
from motorpool.core.jobs.defer import defer
from motorpool.core.jobs.registry import JobContext, job
from motorpool.core.settings import Settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.integrations.actions.complete_event import complete_event
from motorpool.integrations.actions.poll import poll
from motorpool.integrations.connectors import CONNECTORS
from motorpool.telematics.ingest.pipeline import IngestPipeline

POLL_JOB = "integrations.poll"
EVENT_JOB = "integrations.complete_event"

DUE = """
SELECT i.id FROM api_integrations i
LEFT JOIN connector_states s ON s.tenant_id = %(tenant)s AND s.integration_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.provider = ANY (%(providers)s) AND i.is_active AND i.sync_enabled
  AND (i.next_sync_at IS NULL OR i.next_sync_at <= now()) AND s.paused_at IS NULL
  AND (s.claimed_until IS NULL OR s.claimed_until < now())
  AND i.credentials_encrypted_ciphertext IS NOT NULL
"""


async def order_poll(session: AsyncSession, tenant_id: UUID, integration_id: UUID) -> bool:
    """Queue a poll; False while one waits already. Polls of one connection never run side by side."""
    name = f"connector/{integration_id}"
    return await defer(
        session, POLL_JOB, tenant_id, one_at_a_time=name, only_once=name, integration_id=str(integration_id)
    )


@job("integrations.poll_due", cron="* * * * *", attempts=1)
async def poll_due(context: JobContext) -> None:
    """Each minute: queue the polls that are due, of all tenants."""
    async with context.database.unbound() as connection:
        tenants = await (await connection.execute("SELECT active_tenants()")).fetchall()
    for (tenant_id,) in tenants:
        actor = system_actor(tenant_id, "connectors")
        rows = await context.database.read(actor, DUE, {"tenant": tenant_id, "providers": list(CONNECTORS)})
        if rows:
            async with context.database.transaction(actor) as session:
                for (integration_id,) in rows:
                    await order_poll(session, tenant_id, integration_id)


@job(POLL_JOB, attempts=1)
async def poll_connection(context: JobContext, integration_id: str) -> None:
    """One poll. When it fails, its own state says when the next one comes."""
    async with at_work(context.database, context.settings) as (pipeline, client):
        await poll(context.database, pipeline, client, context.actor, UUID(integration_id))


@job(EVENT_JOB, attempts=6)
async def complete(
    context: JobContext, integration_id: str, event_id: str, vehicle: str, driver: str | None, moment: str
) -> None:
    """Ask what a harsh event was that a webhook announced, and store it."""
    async with OutgoingClient(context.settings.outgoing) as client:
        await complete_event(
            context.database,
            client,
            context.actor,
            UUID(integration_id),
            event_id,
            vehicle,
            driver,
            datetime.fromisoformat(moment),
        )


@asynccontextmanager
async def at_work(
    database: Database, settings: Settings
) -> AsyncIterator[tuple[IngestPipeline, OutgoingClient]]:
    """The way into the time series and the way out to the provider, for the length of a poll."""
    pipeline = IngestPipeline(database, settings, writers=1)
    await pipeline.start()
    try:
        async with OutgoingClient(settings.outgoing) as client:
            yield pipeline, client
    finally:
        await pipeline.stop()
