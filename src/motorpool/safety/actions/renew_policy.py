"""Renewing an insurance policy: the one that follows with the same cover, and the move of this one, in one step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.insurance_terms import next_term

#: What stays as it was.
KEPT = tuple(
    "insurance_carrier naic_code vendor_id policy_type coverage_type premium_amount deductible coverage_limits covered_vehicles "
    "covered_drivers agent_name agent_contact renewal_reminder_days".split()
)
POLICY = text(
    f"SELECT policy_number, policy_start_date, policy_end_date, is_active, cancelled_on, {', '.join(KEPT)} "
    "FROM insurance_policies WHERE tenant_id = :tenant AND id = :key"
)


class NextTerm(Struct, forbid_unknown_fields=True):
    """What is new in the term that follows; what is left out stays as it is."""

    policy_number: Annotated[
        str, Meta(min_length=1, max_length=100, description="The new number; each is used once")
    ]
    policy_start_date: (
        Annotated[
            date,
            Meta(
                description="When left out, the day behind the end of this one, or its end where that is an anniversary"
            ),
        ]
        | None
    ) = None
    policy_end_date: Annotated[date, Meta(description="As long as this term when left out")] | None = None
    insurance_carrier: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    premium_amount: Decimal | None = None
    deductible: Decimal | None = None


async def renew_policy(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, key: UUID, wanted: NextTerm
) -> UUID:
    """The policy that follows a locked one. Raises: Conflict for one that was cancelled or renewed already, Invalid."""
    found = (await session.execute(POLICY, {"tenant": actor.tenant_id, "key": key})).mappings().one()
    if not found["is_active"] or found["cancelled_on"] is not None:
        raise Conflict("A policy that was cancelled is not renewed; add a new one.", code="move_not_legal")
    start, end = next_term(found["policy_start_date"], found["policy_end_date"])
    if wanted.policy_start_date is not None and wanted.policy_start_date != start:
        end = wanted.policy_start_date + (end - start)
        start = wanted.policy_start_date
    end = wanted.policy_end_date or end
    if start <= found["policy_start_date"]:
        problem = FieldProblem(
            "policy_start_date", "must lie behind the first day of the policy that it follows"
        )
        raise Invalid(fields=[problem])
    body: dict[str, Any] = {name: found[name] for name in KEPT if found[name] is not None}
    for name in ("insurance_carrier", "premium_amount", "deductible"):
        if (value := getattr(wanted, name)) is not None:
            body[name] = value
    # As the API takes them.
    body |= {name: str(body[name]) for name in ("premium_amount", "deductible") if name in body}
    body |= {
        name: [str(one) for one in body[name]]
        for name in ("covered_vehicles", "covered_drivers")
        if name in body
    }
    if body.get("vendor_id"):
        body["vendor_id"] = str(body["vendor_id"])
    body |= {
        "policy_number": wanted.policy_number.strip(),
        "policy_start_date": str(start),
        "policy_end_date": str(end),
    }
    made = await create_row(session, resource, actor, Reach(everything=True), body)
    await move_row(session, resource, actor, reach, key, resource.move("renew"), {"renewed_by_id": str(made)})
    return made
