"""The documents that an auditor asks for: every paper, policy and certificate on record, with where its file is."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_reach import reached

#: More are not listed in one file.
MOST = 20_000
DOCUMENTS = """
SELECT coalesce(d.full_name, v.vehicle_number, f.name, n.name, 'Whole fleet') AS subject, coalesce(t.entity_type, 'fleet') AS about,
       t.entity_id AS subject_id, t.document_type AS kind, t.document_number AS number, t.issuing_authority AS authority,
       t.issue_date AS issued, t.expiration_date AS expires, u.display_name AS verified_by,
       (t.verified_at AT TIME ZONE %(time_zone)s)::date AS verified_on, t.status, t.document_id, t.document_url AS url,
       'compliance-documents/' || t.id AS record
FROM compliance_documents t
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.entity_id AND t.entity_type = 'driver'
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = t.entity_id AND t.entity_type = 'vehicle'
LEFT JOIN facilities f ON f.tenant_id = %(tenant)s AND f.id = t.entity_id AND t.entity_type = 'facility'
LEFT JOIN vendors n ON n.tenant_id = %(tenant)s AND n.id = t.entity_id AND t.entity_type = 'vendor'
LEFT JOIN users u ON u.tenant_id = %(tenant)s AND u.id = t.verified_by_user_id
WHERE t.tenant_id = %(tenant)s AND {scope}"""
TRAININGS = """
SELECT d.full_name, 'driver', t.driver_id, coalesce(t.training_type, 'training'), t.certification_number, t.training_provider,
       t.completion_date, t.expiration_date, NULL::text, NULL::date, t.status,
       NULL::uuid, t.certificate_url, 'driver-training-records/' || t.id
FROM driver_training_records t JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.driver_id
WHERE t.tenant_id = %(tenant)s AND t.status = 'completed' AND {scope}"""
POLICIES = """
SELECT 'Whole fleet', 'fleet', NULL::uuid, coalesce(t.policy_type, 'policy'), t.policy_number, t.insurance_carrier,
       t.policy_start_date, t.policy_end_date, NULL::text, NULL::date, t.renewal_status, t.document_id, t.policy_document_url,
       'insurance-policies/' || t.id
FROM insurance_policies t WHERE t.tenant_id = %(tenant)s AND t.is_active AND {scope}"""
INSPECTIONS = """
SELECT v.vehicle_number, 'vehicle', t.vehicle_id, t.inspection_type || '_inspection', t.certification_number, t.inspector_name,
       (t.inspection_date AT TIME ZONE %(time_zone)s)::date, t.next_inspection_due, NULL::text, NULL::date, t.inspection_status,
       NULL::uuid, NULL::text,
       'safety-inspections/' || t.id
FROM safety_inspections t JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = t.vehicle_id
WHERE t.tenant_id = %(tenant)s AND t.inspection_type IN ('annual', 'DOT') AND t.next_inspection_due IS NOT NULL AND {scope}"""
SOURCES = (
    ("compliance_documents", DOCUMENTS),
    ("driver_training_records", TRAININGS),
    ("insurance_policies", POLICIES),
    ("safety_inspections", INSPECTIONS),
)


class Evidence(Struct):
    subject: str
    about: str
    subject_id: UUID | None
    kind: str
    number: str | None
    authority: str | None
    issued: date | None
    expires: date | None
    verified_by: str | None
    verified_on: date | None
    status: str | None
    document_id: UUID | None
    url: str | None
    record: str

    @property
    def file(self) -> str:
        """Where the file itself is; empty where only the record is kept."""
        return f"documents/{self.document_id}" if self.document_id else self.url or ""


async def compliance_evidence(database: Database, registry: Registry, actor: Actor) -> list[Evidence]:
    """What the actor may export, by subject and kind."""
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "most": MOST}
    parts = []
    for table, sql in SOURCES:
        scope = reached(registry, actor, table, (f"{table}.export",), parameters)
        if scope is not None:
            parts.append(sql.format(scope=scope))
    if not parts:
        return []
    names = ", ".join(Evidence.__struct_fields__)
    union = " UNION ALL ".join(f"SELECT * FROM ({part}) AS s ({names})" for part in parts)
    order = "ORDER BY about, subject, kind, expires DESC NULLS FIRST, record LIMIT %(most)s"
    rows = await database.read(
        actor, f"SELECT row_to_json(q)::text FROM (SELECT * FROM ({union}) AS e {order}) AS q", parameters
    )
    return [msgspec.json.decode(row[0], type=Evidence) for row in rows]
