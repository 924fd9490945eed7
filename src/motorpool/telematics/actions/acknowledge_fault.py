"""Somebody takes note of a fault."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict
from motorpool.core.tenancy import Actor

_ACKNOWLEDGE = text(
    "UPDATE vehicle_faults SET acknowledged_at = now(), acknowledged_by_user_id = :user, acknowledgement_note = :note "
    "WHERE tenant_id = :tenant AND id = :fault AND acknowledged_at IS NULL RETURNING id"
)


async def acknowledge_fault(session: AsyncSession, actor: Actor, fault: UUID, note: str | None) -> None:
    """The derivation never touches what is noted here. Raises Conflict when somebody was first."""
    parameters = {"tenant": actor.tenant_id, "fault": fault, "user": actor.user_id, "note": note}
    if (await session.execute(_ACKNOWLEDGE, parameters)).first() is None:
        raise Conflict("This fault is acknowledged already.", code="already_acknowledged")
