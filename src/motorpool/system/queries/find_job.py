"""The import or export that an action is about."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import NotFound
from motorpool.core.tenancy import Actor
from motorpool.system.models import ExportJob, ImportJob

Job = TypeVar("Job", ImportJob, ExportJob)


async def find_job(
    session: AsyncSession, actor: Actor, kind: type[Job], job_id: UUID, *, lock: bool = False
) -> Job:
    """A job of the actor's tenant, locked for an update on request. Raises NotFound."""
    query = select(kind).where(kind.tenant_id == actor.tenant_id, kind.id == job_id)
    job = await session.scalar(query.with_for_update() if lock else query)
    if job is None:
        raise NotFound(f"There is no such {kind.__tablename__.removesuffix('_jobs')}.")
    return job
