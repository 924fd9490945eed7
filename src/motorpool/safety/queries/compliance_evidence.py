"""The documents that an auditor asks for: every paper, policy and certificate on record, with where its file is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from motorpool.core.database.database import Database
from motorpool.core.errors import Invalid
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_reach import reached

#: More are not listed in one file: a sheet of Excel takes 65,530 links.
MOST = 60_000
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
    #: The stored file behind it, where the actor may read it.
    file_id: UUID | None = None
    #: It names a document or a file that the actor may not read, or that is no longer there.
    is_withheld: bool = False

    @property
    def file(self) -> str:
        """Where the file itself is; empty where only the record is kept."""
        return f"documents/{self.document_id}" if self.document_id else self.url or ""


async def compliance_evidence(
    database: Database, registry: Registry, actor: Actor, subjects: Collection[UUID] | None = None
) -> list[Evidence]:
    """What the actor may export, by subject and kind; with `subjects` only what is about these drivers and vehicles.

    Raises: Invalid when there is more than one file has room for.
    """
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "most": MOST + 1}
    if subjects is not None:
        parameters["subjects"] = list(subjects)
    parts = []
    for table, sql in SOURCES:
        scope = reached(registry, actor, table, (f"{table}.export",), parameters)
        if scope is not None:
            parts.append(sql.format(scope=scope))
    if not parts:
        return []
    names = ", ".join(name for name in Evidence.__struct_fields__ if name not in ("file_id", "is_withheld"))
    union = " UNION ALL ".join(f"SELECT * FROM ({part}) AS s ({names})" for part in parts)
    where = "WHERE e.subject_id = ANY (%(subjects)s) " if subjects is not None else ""
    order = f"{where}ORDER BY about, subject, kind, expires DESC NULLS FIRST, record LIMIT %(most)s"
    rows = await database.read(
        actor, f"SELECT row_to_json(q)::text FROM (SELECT * FROM ({union}) AS e {order}) AS q", parameters
    )
    if len(rows) > MOST:
        raise Invalid(
            f"There are more than {MOST:,} documents; choose a facility or a department.",
            code="too_many_rows",
        )
    return [msgspec.json.decode(row[0], type=Evidence) for row in rows]


#: Addresses under which a stored file can stand in a column of addresses.
STORED = re.compile(r"(?:https?://[^/]+)?/api/v1/files/([0-9a-fA-F-]{36})/content")
DOCUMENTS_READ = """
SELECT t.id, t.file_id, t.file_url FROM documents t
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(documents)s) AND t.status = 'active' AND {scope}
"""
FILES_READ = """
SELECT row_to_json(q)::text FROM (
    SELECT f.id, f.name, f.media_type, f.size_bytes, f.sha256, f.storage_key, f.uploaded_by_user_id AS uploader FROM files f
    WHERE f.tenant_id = %(tenant)s AND f.id = ANY (%(files)s) AND f.deleted_at IS NULL
      AND (f.expires_at IS NULL OR f.expires_at > now())) AS q
"""


class KeptFile(Struct):
    """A file in the store."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    storage_key: str
    uploader: UUID | None


async def files_of(
    database: Database, registry: Registry, actor: Actor, evidence: Sequence[Evidence]
) -> dict[UUID, KeptFile]:
    """The stored files behind the evidence that the actor may read, by id; `file_id` and `is_withheld` are set on each.

    A document's own file is read by whoever may read the document; one that only an address names, which anybody may type, by whoever
    may read files or sent it.
    """
    parameters: dict[str, Any] = {"documents": [one.document_id for one in evidence if one.document_id]}
    scope = reached(registry, actor, "documents", ("documents.read",), parameters)
    found: dict[UUID, tuple[UUID | None, str | None]] = {}
    if scope is not None and parameters["documents"]:
        rows = await database.read(actor, DOCUMENTS_READ.format(scope=scope), parameters)
        found = {row[0]: (row[1], row[2]) for row in rows}
    for one in evidence:
        if one.document_id:
            file_id, address = found.get(one.document_id, (None, None))
            one.file_id = file_id or _stored(address)
            one.url = None if one.document_id not in found else one.url or address
            one.is_withheld = one.document_id not in found
        else:
            one.file_id = _stored(one.url)
    wanted = [one.file_id for one in evidence if one.file_id]
    where = {"tenant": actor.tenant_id, "files": wanted}
    rows = await database.read(actor, FILES_READ, where) if wanted else []
    kept = {file.id: file for (text,) in rows for file in [msgspec.json.decode(text, type=KeptFile)]}
    reach = actor.access.reach("files.read")
    reads_all = reach is not None and reach.everything
    for one in evidence:
        file = kept.get(one.file_id) if one.file_id else None
        by_document = one.document_id in found and found[one.document_id][0] is not None
        is_sender = file is not None and actor.user_id is not None and file.uploader == actor.user_id
        if file and not (by_document or reads_all or is_sender):
            one.file_id, one.is_withheld = None, True
    return kept


def _stored(address: str | None) -> UUID | None:
    """The id of the stored file that an address names."""
    match = STORED.fullmatch(address or "")
    try:
        return UUID(match.group(1)) if match else None
    except ValueError:
        return None
