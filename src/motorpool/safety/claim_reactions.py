"""What insurance policies know of their claims: how many there are and what was paid, whichever way a claim changes."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.compliance import CLAIM_STATES

#: A claim may have left a policy, which nobody remembers: every policy whose figures are off is put right. Locked first, in their
#: order, so that of two claims at once the second counts the first.
LOCK = text("""
SELECT id FROM insurance_policies WHERE tenant_id = :tenant AND (claims_filed > 0 OR total_claims_paid > 0
    OR id IN (SELECT insurance_policy_id FROM insurance_claims WHERE tenant_id = :tenant AND id = ANY (:keys)))
ORDER BY id FOR NO KEY UPDATE
""")
ROLL_UP = text("""
UPDATE insurance_policies p SET claims_filed = c.filed, total_claims_paid = c.paid
FROM (SELECT q.id, count(k.id)::integer AS filed, coalesce(sum(k.paid_amount), 0) AS paid
      FROM insurance_policies q
      LEFT JOIN insurance_claims k ON k.tenant_id = :tenant AND k.insurance_policy_id = q.id
      WHERE q.tenant_id = :tenant GROUP BY q.id) AS c
WHERE p.tenant_id = :tenant AND p.id = c.id AND (p.claims_filed, p.total_claims_paid) IS DISTINCT FROM (c.filed, c.paid)
""")
COUNTED = frozenset({"insurance_policy_id", "paid_amount"})


@reaction("insurance_claims", "create", "update", *(move.verb for move in CLAIM_STATES.moves))
async def roll_up_claims(session: AsyncSession, actor: Actor, change: Change) -> None:
    if not change.columns & COUNTED:
        return
    await session.flush()
    await session.execute(LOCK, {"tenant": actor.tenant_id, "keys": list(change.keys)})
    await session.execute(ROLL_UP, {"tenant": actor.tenant_id})
