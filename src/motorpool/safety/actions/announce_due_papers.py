"""Announcing the papers, policies and dates whose reminder days have begun; who listens tells people, each paper once."""

from __future__ import annotations

from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.jobs.defer import announce_rows
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.rules.qualification_facts import LICENSE, MEDICAL, REGISTRATION

TOPIC = "papers_due"
#: A paper that lapsed longer ago than this is not news any more.
STALE_DAYS = 60
#: The dates of drivers and vehicles have no reminder days of their own.
NOTICE_DAYS = 30
#: Papers and policies at the days of the row; the dates of drivers and vehicles where no paper stands for them. What somebody was
#: told of since its reminder days began (or since its last day) is left out: `label` tells two dates of a driver apart.
DUE = """
SELECT p.id FROM tenants z
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE z.time_zone)::date AS today) AS t
CROSS JOIN LATERAL (
    SELECT c.id, 'compliance_document' AS entity, 'Renew' AS label, c.expiration_date AS last, c.renewal_reminder_days AS notice
    FROM compliance_documents c
    WHERE c.tenant_id = %(tenant)s AND c.status = 'active' AND c.renewal_required AND c.expiration_date >= t.today - %(stale)s
      AND NOT EXISTS (SELECT FROM compliance_documents n WHERE n.tenant_id = %(tenant)s AND n.status = 'active' AND n.id <> c.id
                        AND coalesce(n.entity_id, '00000000-0000-0000-0000-000000000000')
                          = coalesce(c.entity_id, '00000000-0000-0000-0000-000000000000')
                        AND lower(n.document_type) = lower(c.document_type)
                        AND (n.expiration_date IS NULL OR (n.expiration_date, n.id) > (c.expiration_date, c.id)))
    UNION ALL
    SELECT i.id, 'insurance_policy', 'Renew', i.policy_end_date, i.renewal_reminder_days
    FROM insurance_policies i
    WHERE i.tenant_id = %(tenant)s AND i.is_active AND i.renewal_status = 'current' AND i.policy_end_date >= t.today - %(stale)s
    UNION ALL
    SELECT s.id, s.entity, s.label, s.last, %(notice)s
    FROM (SELECT d.id, 'driver' AS entity, x.* FROM drivers d
          CROSS JOIN LATERAL (VALUES
              ('License', d.license_expires_on, %(license)s::text[]),
              ('Medical card', d.medical_card_expires_on, %(medical)s::text[])
          ) AS x(label, last, kinds)
          WHERE d.tenant_id = %(tenant)s AND d.status IN ('active', 'on_leave', 'suspended')
          UNION ALL
          SELECT v.id, 'vehicle', 'Registration', v.registration_expires_on, %(registration)s::text[]
          FROM vehicles v
          WHERE v.tenant_id = %(tenant)s AND v.status IN ('active', 'in_shop', 'out_of_service')) AS s
    WHERE s.last >= t.today - %(stale)s AND NOT EXISTS (
        SELECT FROM compliance_documents c WHERE c.tenant_id = %(tenant)s AND c.entity_id = s.id AND c.status = 'active'
          AND c.renewal_required AND c.expiration_date = s.last AND lower(c.document_type) = ANY (s.kinds))) AS p
WHERE z.id = %(tenant)s AND p.last - p.notice <= t.today AND NOT EXISTS (
    SELECT FROM notifications x
    WHERE x.tenant_id = %(tenant)s AND x.entity_type = p.entity AND x.entity_id = p.id AND x.category = 'compliance'
      AND x.action_label = p.label
      AND CASE WHEN p.last < t.today
               THEN x.notification_type = 'alert' AND x.created_at >= (p.last + 1)::timestamp AT TIME ZONE z.time_zone
               ELSE x.created_at >= (p.last - p.notice)::timestamp AT TIME ZONE z.time_zone END)
ORDER BY p.last, p.id
"""


async def announce_due_papers(database: Database, tenant_id: UUID) -> int:
    """Announce what a tenant has to renew and was not told of; how many papers, policies, drivers and vehicles."""
    actor = system_actor(tenant_id, "papers to renew")
    async with database.connection(actor) as connection:
        kinds = {
            "license": list(LICENSE),
            "medical": list(MEDICAL),
            "registration": list(REGISTRATION),
        }
        where = {"tenant": tenant_id, "stale": STALE_DAYS, "notice": NOTICE_DAYS} | kinds
        rows = await connection.execute(DUE, where)
        due = list(dict.fromkeys(row[0] for row in await rows.fetchall()))
        await announce_rows(connection, TOPIC, tenant_id, "paper_ids", due)
    return len(due)
