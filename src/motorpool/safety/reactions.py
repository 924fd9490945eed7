"""What the safety domain does when something changes."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety import (
    citation_reactions,
    claim_reactions,
    compliance_reactions,
    drug_test_reactions,
    duty_reactions,
    incident_reach,
    meeting_reactions,
    post_accident_reactions,
)
from motorpool.safety.actions.give_inspection_forms import give_inspection_forms

__all__ = [
    "citation_reactions",
    "claim_reactions",
    "compliance_reactions",
    "drug_test_reactions",
    "duty_reactions",
    "give_forms",
    "incident_reach",
    "meeting_reactions",
    "post_accident_reactions",
    "retire_the_version_before",
]

#: One version of a form is in use at a time.
RETIRE_OTHERS = text("""
UPDATE inspection_forms o SET status = 'retired', retired_at = now()
FROM inspection_forms n
WHERE n.tenant_id = :tenant AND n.id = ANY (:keys) AND o.tenant_id = n.tenant_id AND o.form_key = n.form_key
  AND o.status = 'published' AND o.id <> n.id AND NOT o.id = ANY (:keys)
""")


@reaction("inspection_forms", "publish", "reinstate")
async def retire_the_version_before(session: AsyncSession, actor: Actor, change: Change) -> None:
    await session.execute(RETIRE_OTHERS, {"tenant": actor.tenant_id, "keys": list(change.keys)})


@reaction("tenants", "create")
async def give_forms(session: AsyncSession, actor: Actor, change: Change) -> None:
    await give_inspection_forms(session, actor)
