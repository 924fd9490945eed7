"""Announcing court days that come near and fines that fall due; who listens tells people, each stage once."""

from __future__ import annotations

from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.jobs.defer import announce_rows
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.rules.citations import COURT_NOTICE, FINE_NOTICE

TOPIC = "citations_due"
#: A fine that fell due longer ago than this is not news any more.
STALE_DAYS = 60
#: The last stage that has begun of each court day and fine, unless somebody was told of it since: a notification about the citation
#: with that label. A day that is moved away is told anew in its time.
DUE = """
SELECT s.id FROM tenants z
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE z.time_zone)::date AS today) AS t
CROSS JOIN LATERAL (
    SELECT c.id, 'Court day' AS label, max(c.court_date - n.days) AS since
    FROM driver_violations c CROSS JOIN unnest(%(court)s::integer[]) AS n(days)
    WHERE c.tenant_id = %(tenant)s AND c.case_status IN ('open', 'contested') AND c.court_date >= t.today
      AND c.court_date - n.days <= t.today
    GROUP BY c.id
    UNION ALL
    SELECT c.id, 'Fine', max(CASE WHEN c.fine_due_date < t.today THEN c.fine_due_date + 1 ELSE c.fine_due_date - n.days END)
    FROM driver_violations c CROSS JOIN unnest(%(fine)s::integer[]) AS n(days)
    WHERE c.tenant_id = %(tenant)s AND c.case_status IN ('open', 'decided') AND NOT c.fine_paid AND c.fine_amount > 0
      AND c.outcome IS DISTINCT FROM 'dismissed' AND c.fine_due_date >= t.today - %(stale)s
      AND c.fine_due_date - n.days <= t.today
    GROUP BY c.id) AS s
WHERE z.id = %(tenant)s AND NOT EXISTS (
    SELECT FROM notifications x
    WHERE x.tenant_id = %(tenant)s AND x.entity_type = 'violation' AND x.entity_id = s.id AND x.action_label = s.label
      AND x.created_at >= s.since::timestamp AT TIME ZONE z.time_zone)
ORDER BY s.since, s.id
"""


async def announce_citations(database: Database, tenant_id: UUID) -> int:
    """Announce what a tenant was not told of yet; how many citations."""
    actor = system_actor(tenant_id, "court days and fines")
    async with database.connection(actor) as connection:
        where = {
            "tenant": tenant_id,
            "court": list(COURT_NOTICE),
            "fine": list(FINE_NOTICE),
            "stale": STALE_DAYS,
        }
        due = list(dict.fromkeys(row[0] for row in await (await connection.execute(DUE, where)).fetchall()))
        await announce_rows(connection, TOPIC, tenant_id, "citation_ids", due)
    return len(due)
