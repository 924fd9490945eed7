"""Cancelling an insurance policy before its term is over: it covers until a last day, and what was agreed is kept beside it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.reactions import Change, react
from motorpool.core.resource.write import write_rows
from motorpool.core.tenancy import Actor

TERM = text(
    "SELECT policy_start_date, policy_end_date, is_active, cancelled_on FROM insurance_policies "
    "WHERE tenant_id = :tenant AND id = :key"
)


class Cancellation(Struct, forbid_unknown_fields=True):
    last_day: Annotated[date, Meta(description="The last day on which it covers")]
    reason: Annotated[str, Meta(min_length=1, max_length=2_000, description="Why, and who cancelled it")]


async def cancel_policy(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, key: UUID, wanted: Cancellation
) -> None:
    """End a locked policy on a day within its term. Raises: Conflict for one that was cancelled already, Invalid."""
    found = (await session.execute(TERM, {"tenant": actor.tenant_id, "key": key})).mappings().one()
    if not found["is_active"] or found["cancelled_on"] is not None:
        raise Conflict("The policy was cancelled already.", code="move_not_legal")
    if not found["policy_start_date"] <= wanted.last_day < found["policy_end_date"]:
        message = (
            f"must lie from {found['policy_start_date']} up to the day before {found['policy_end_date']}"
        )
        raise Invalid(fields=[FieldProblem("last_day", message)])
    values = {
        "agreed_end_date": found["policy_end_date"],
        "policy_end_date": wanted.last_day,
        "cancelled_on": wanted.last_day,
        "cancellation_reason": wanted.reason.strip(),
    }
    await write_rows(session, resource, actor, reach, {key: values})
    await react(session, actor, Change(resource.table.name, "update", (key,), frozenset(values)))
