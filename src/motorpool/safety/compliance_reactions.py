"""What follows from changes of compliance documents: the dates that availability asks about keep in step with the papers."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.reactions import Change, reaction
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.qualification_facts import LICENSE, MEDICAL, REGISTRATION

#: A medical certificate lasts 24 months from the examination at most (49 CFR 391.45(b)).
LAST = {
    "medical": "least(c.expiration_date, (c.issue_date + interval '24 months')::date)",
    "license": "c.expiration_date",
    "registration": "c.expiration_date",
}
#: A new paper moves the date on; a paper that is corrected or renewed sets it to what the papers say now.
FOLLOW = """
UPDATE {table} s SET {column} = p.last
FROM (SELECT c.entity_id, max({last}) AS last FROM compliance_documents c
      WHERE c.tenant_id = :tenant AND c.entity_type = :about AND c.status = 'active' AND lower(c.document_type) = ANY (:kinds)
        AND c.expiration_date IS NOT NULL
        AND c.entity_id IN (SELECT k.entity_id FROM compliance_documents k WHERE k.tenant_id = :tenant AND k.id = ANY (:keys)
                              AND k.entity_type = :about AND lower(k.document_type) = ANY (:kinds))
      GROUP BY c.entity_id) AS p
WHERE s.tenant_id = :tenant AND s.id = p.entity_id AND p.last IS NOT NULL AND s.{column} IS DISTINCT FROM p.last
  AND (:corrected OR s.{column} IS NULL OR s.{column} < p.last)
"""
DATES = (
    ("driver", "drivers", "license_expires_on", "license", LICENSE),
    ("driver", "drivers", "medical_card_expires_on", "medical", MEDICAL),
    ("vehicle", "vehicles", "registration_expires_on", "registration", REGISTRATION),
)
#: Columns whose change may move a date.
TELLING = frozenset({"expiration_date", "issue_date", "document_type", "entity_id", "entity_type"})


@reaction("compliance_documents", "create", "update", "reactivate")
async def follow_the_papers(session: AsyncSession, actor: Actor, change: Change) -> None:
    """License, medical card and registration that are recorded as papers move the dates of drivers and vehicles."""
    if change.occasion == "update" and not TELLING & change.columns:
        return
    await session.flush()
    for about, table, column, what, kinds in DATES:
        await session.execute(
            text(FOLLOW.format(table=table, column=column, last=LAST[what])),
            {
                "tenant": actor.tenant_id,
                "about": about,
                "kinds": list(kinds),
                "keys": list(change.keys),
                "corrected": change.occasion == "update",
            },
        )
