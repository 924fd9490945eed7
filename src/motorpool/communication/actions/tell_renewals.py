"""Telling people that a paper or an insurance policy has to be renewed, and that it has lapsed: each once.

What was told is known by the notifications themselves: one about the same row since its reminder days began (or, of a lapse, since
its last day). A new last day is a new beginning, so a renewed paper is told about again in its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.core.database.turns import take_turn
from motorpool.core.tenancy import Actor

CATEGORY = "compliance"
REMINDER, LAPSE = "reminder", "alert"
#: The dates of drivers and vehicles have no reminder days of their own.
NOTICE_DAYS = 30
#: What lapsed longer ago than this is not news any more.
STALE_DAYS = 60

PAPERS = text("""
SELECT p.*, (p.last - (now() AT TIME ZONE z.time_zone)::date) AS days_left
FROM tenants z
CROSS JOIN LATERAL (
    SELECT 'compliance_document' AS entity, 'Renew' AS label, 'compliance_documents.renew' AS permission, c.id,
           c.document_type AS kind,
           coalesce(c.document_number, '') AS number, c.expiration_date AS last, c.renewal_reminder_days AS notice,
           coalesce(d.full_name, v.vehicle_number, f.name, n.name, 'the fleet') AS subject, d.user_id AS driver_user,
           coalesce(d.home_facility_id, v.facility_id, f.id) AS facility_id,
           coalesce(d.department_id, v.department_id) AS department_id,
           NULL::text[] AS kinds
    FROM compliance_documents c
    LEFT JOIN drivers d ON d.tenant_id = c.tenant_id AND d.id = c.entity_id AND c.entity_type = 'driver'
    LEFT JOIN vehicles v ON v.tenant_id = c.tenant_id AND v.id = c.entity_id AND c.entity_type = 'vehicle'
    LEFT JOIN facilities f ON f.tenant_id = c.tenant_id AND f.id = c.entity_id AND c.entity_type = 'facility'
    LEFT JOIN vendors n ON n.tenant_id = c.tenant_id AND n.id = c.entity_id AND c.entity_type = 'vendor'
    WHERE c.tenant_id = :tenant AND c.id = ANY (:ids) AND c.status = 'active'
    UNION ALL
    SELECT 'insurance_policy', 'Renew', 'insurance_policies.renew', i.id, coalesce(i.policy_type, 'insurance policy'),
           i.policy_number,
           i.policy_end_date, i.renewal_reminder_days, i.insurance_carrier, NULL, NULL, NULL, NULL
    FROM insurance_policies i
    WHERE i.tenant_id = :tenant AND i.id = ANY (:ids) AND i.is_active AND i.renewal_status = 'current'
    UNION ALL
    SELECT 'driver', x.label, 'drivers.update', d.id, x.label, '', x.last, :notice, d.full_name, d.user_id, d.home_facility_id,
           d.department_id, x.kinds
    FROM drivers d
    CROSS JOIN LATERAL (VALUES
        ('License', d.license_expires_on, ARRAY['license', 'driver_license', 'drivers_license', 'cdl']),
        ('Medical card', d.medical_card_expires_on, ARRAY['medical_card', 'medical_certificate', 'medical_examiners_certificate'])
    ) AS x(label, last, kinds)
    WHERE d.tenant_id = :tenant AND d.id = ANY (:ids)
    UNION ALL
    SELECT 'vehicle', 'Registration', 'vehicles.update', v.id, 'Registration', '', v.registration_expires_on, :notice,
           v.vehicle_number, NULL, v.facility_id, v.department_id,
           ARRAY['registration', 'vehicle_registration']
    FROM vehicles v WHERE v.tenant_id = :tenant AND v.id = ANY (:ids)
) AS p
WHERE z.id = :tenant AND p.last - p.notice <= (now() AT TIME ZONE z.time_zone)::date
  AND p.last >= (now() AT TIME ZONE z.time_zone)::date - :stale
  AND (p.kinds IS NULL OR NOT EXISTS (
    SELECT FROM compliance_documents c WHERE c.tenant_id = :tenant AND c.entity_id = p.id AND c.status = 'active'
      AND c.renewal_required AND c.expiration_date = p.last AND lower(c.document_type) = ANY (p.kinds)))
  AND NOT EXISTS (
    SELECT FROM notifications x
    WHERE x.tenant_id = :tenant AND x.entity_type = p.entity AND x.entity_id = p.id AND x.category = :category
      AND x.action_label = p.label
      AND CASE WHEN p.last < (now() AT TIME ZONE z.time_zone)::date
               THEN x.notification_type = 'alert' AND x.created_at >= (p.last + 1)::timestamp AT TIME ZONE z.time_zone
               ELSE x.created_at >= (p.last - p.notice)::timestamp AT TIME ZONE z.time_zone END)
ORDER BY p.last, p.id
""")


async def tell_renewals(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> int:
    """Tell those who may renew, and the driver whose paper it is; how many notifications were written.

    `ids`: compliance documents, insurance policies, and drivers and vehicles for their own dates. What was told before, and what
    was renewed meanwhile, is left out.
    """
    # Two rounds at once would tell twice.
    await take_turn(session, f"{actor.tenant_id}/renewals")
    rows = (
        await session.execute(
            PAPERS,
            {
                "tenant": actor.tenant_id,
                "ids": list(ids),
                "category": CATEGORY,
                "notice": NOTICE_DAYS,
                "stale": STALE_DAYS,
            },
        )
    ).all()
    written = 0
    for row in rows:
        over = row.days_left < 0
        named = row.kind.replace("_", " ")
        named = f"{named[:1].upper()}{named[1:]}"
        day = f"{row.last.day} {row.last:%b %Y}"
        number = f" {row.number}" if row.number else ""
        told = await notify(
            session,
            actor,
            to=[row.driver_user] if row.driver_user else (),
            permission=row.permission,
            facility_id=row.facility_id,
            department_id=row.department_id,
            category=CATEGORY,
            kind=LAPSE if over else REMINDER,
            priority="high" if row.days_left <= 7 else "medium",
            title=f"{named} of {row.subject} {'expired' if over else 'expires'} on {day}",
            message=f"{named}{number} of {row.subject} "
            + (
                f"expired on {day} and was not renewed."
                if over
                else f"expires on {day}, in {row.days_left} {'day' if row.days_left == 1 else 'days'}."
                if row.days_left
                else "expires today."
            ),
            entity=(row.entity, row.id),
            action_label=row.label,
        )
        written += len(told)
    return written
