"""What an inspection led to: its defects, new and known ones, and the work order."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

#: Defects that the inspection raised, and those that it found again.
OUTCOME = """
SELECT d.id, d.defect_number AS number, coalesce(s.inspection_item, d.inspection_item) AS item, d.description, d.severity,
    d.is_unsafe, d.status, s.id IS NOT NULL AS is_known, d.work_order_id, w.work_order_number, w.status AS work_order_status,
    d.resolution_notes AS resolution, d.repaired_at, d.certified_at, d.reviewed_at, t.full_name AS repaired_by
FROM safety_inspections i
JOIN defects d ON d.tenant_id = i.tenant_id AND (d.inspection_id = i.id OR EXISTS (SELECT FROM defect_sightings x
    WHERE x.tenant_id = i.tenant_id AND x.inspection_id = i.id AND x.defect_id = d.id))
LEFT JOIN defect_sightings s ON s.tenant_id = i.tenant_id AND s.inspection_id = i.id AND s.defect_id = d.id
LEFT JOIN maintenance_records w ON w.tenant_id = d.tenant_id AND w.id = d.work_order_id
LEFT JOIN technicians t ON t.tenant_id = d.tenant_id AND t.id = d.repaired_by_technician_id
WHERE i.tenant_id = %(tenant)s AND i.id = %(key)s
ORDER BY d.is_unsafe DESC, array_position(ARRAY['critical', 'major', 'minor'], d.severity::text), d.defect_number
"""


class RaisedDefect(Struct, frozen=True):
    """A defect of an inspection."""

    id: UUID
    number: str
    item: str | None
    severity: str
    is_unsafe: bool
    status: str
    is_known: Annotated[bool, Meta(description="It was open before; the inspection found it again")]
    work_order_id: UUID | None
    work_order_number: str | None


class Receipt(Struct, frozen=True):
    """An inspection that was kept, and what follows from it."""

    id: UUID
    inspection_status: Annotated[str, Meta(description="passed, conditional (minor defects only) or failed")]
    is_repeat: Annotated[bool, Meta(description="It was kept before, under the same client_key")]
    defects: list[RaisedDefect]
    work_order_id: UUID | None
    next_inspection_due: str | None
    certification_number: str | None
    warnings: list[str]


def raised(rows: list[Any]) -> list[RaisedDefect]:
    """Rows of OUTCOME as mappings."""
    names = msgspec.structs.fields(RaisedDefect)
    return [RaisedDefect(*(row[name.name] for name in names)) for row in rows]
