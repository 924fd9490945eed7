"""Stop an organisation for a while: nobody signs in, no token works, its devices are not heard."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Invalid, NotFound
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.identity.models import Tenant
from motorpool.identity.queries.actor_cache import forget_after_commit


async def suspend_tenant(session: AsyncSession, actor: Actor, *, suspended: bool = True) -> Tenant:
    """Suspend the actor's tenant, or with `suspended=False` let it go on. Nothing is deleted."""
    if actor.tenant_id == SYSTEM_TENANT_ID:
        raise Invalid("The system tenant cannot be suspended.")
    tenant = await session.scalar(select(Tenant).where(Tenant.id == actor.tenant_id).with_for_update())
    if tenant is None:
        raise NotFound("There is no such tenant.")
    tenant.status = "suspended" if suspended else "active"
    await session.flush()
    forget_after_commit(session, actor.tenant_id)
    return tenant
