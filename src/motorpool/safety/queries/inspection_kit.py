"""What a phone takes along to inspect vehicles without a connection: forms, vehicles, and what is known of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.select import base_parameters
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.inspectable_vehicles import DRIVEN, may_inspect
from motorpool.safety.queries.people_of_inspections import CERTIFIER, INSPECTOR
from motorpool.safety.rules.inspection_periods import report_every_day

MOST_VEHICLES = 2000

FORMS = """
SELECT jsonb_build_object('id', f.id, 'form_key', f.form_key, 'version', f.version, 'name', f.form_name,
    'inspection_type', f.inspection_type, 'description', f.description, 'legal_basis', f.legal_basis,
    'needs_signature', f.needs_signature, 'vehicle_types', coalesce(to_jsonb(f.vehicle_types), '[]'),
    'items', (SELECT jsonb_agg(jsonb_build_object('key', i.item_key, 'text', i.item_text, 'section', i.section,
        'guidance', i.guidance, 'kind', i.kind, 'is_required', i.is_required, 'allows_na', i.allows_na, 'minimum', i.minimum,
        'maximum', i.maximum, 'unit', i.unit, 'photo_on_failure', i.photo_on_failure, 'severity', i.severity,
        'is_unsafe', i.is_unsafe, 'vehicle_types', coalesce(to_jsonb(i.vehicle_types), '[]')) ORDER BY i.position, i.item_key)
        FROM inspection_form_items i WHERE i.tenant_id = f.tenant_id AND i.form_id = f.id))::text
FROM inspection_forms f
WHERE f.tenant_id = %(tenant)s AND f.status = 'published'
  AND (f.inspector_kind = 'anyone' OR EXISTS (SELECT FROM technicians k WHERE k.tenant_id = f.tenant_id
       AND k.user_id = %(actor_user)s AND k.status = 'active'))
ORDER BY array_position(ARRAY['pre_trip', 'post_trip'], f.inspection_type), f.form_name
"""
VEHICLES = """
SELECT t.id, t.vehicle_number, t.name, t.license_plate, t.vehicle_type, t.seats, ({driven}) IS TRUE,
    coalesce((SELECT s.odometer_m FROM vehicle_states s WHERE s.tenant_id = t.tenant_id AND s.vehicle_id = t.id),
             (SELECT m.true_value - m.replacement_offset FROM vehicle_meters m WHERE m.tenant_id = t.tenant_id
              AND m.vehicle_id = t.id AND m.meter_type = 'odometer')) / 1000,
    (SELECT jsonb_build_object('id', i.id, 'inspection_type', i.inspection_type, 'inspected_at', i.inspection_date,
        'result', i.inspection_status, 'inspector', {inspector}, 'certified_at', i.repairs_certified_at,
        'certifier', {certifier}, 'note', i.repairs_note, 'is_to_review', i.repairs_certified_at IS NOT NULL
            AND i.reviewed_at IS NULL AND (i.inspection_status <> 'passed' OR i.requires_maintenance))::text
     FROM safety_inspections i WHERE i.tenant_id = t.tenant_id AND i.vehicle_id = t.id AND i.inspection_status IS NOT NULL
     ORDER BY (i.repairs_certified_at IS NOT NULL AND i.reviewed_at IS NULL AND i.form_id IS NOT NULL
               AND i.inspection_status <> 'passed') DESC, i.inspection_date DESC LIMIT 1),
    (SELECT jsonb_agg(jsonb_build_object('id', d.id, 'number', d.defect_number, 'description', d.description,
        'severity', d.severity, 'is_unsafe', d.is_unsafe, 'status', d.status, 'key', d.component,
        'resolution', d.resolution_notes, 'inspection_id', d.inspection_id) ORDER BY d.is_unsafe DESC, d.reported_at DESC)::text
     FROM defects d WHERE d.tenant_id = t.tenant_id AND d.vehicle_id = t.id
       AND (d.status NOT IN ('certified', 'dismissed') OR d.reviewed_at IS NULL AND d.certified_at > now() - interval '90 days'))
FROM vehicles t
WHERE t.tenant_id = %(tenant)s AND t.status NOT IN ('retired', 'sold') AND {within}
ORDER BY ({driven}) IS TRUE DESC, t.vehicle_number LIMIT {most}
"""


class KitItem(Struct):
    """A line of a form."""

    key: str
    text: str
    section: str | None
    guidance: str | None
    kind: str
    is_required: bool
    allows_na: bool
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str | None
    photo_on_failure: bool
    severity: str
    is_unsafe: bool
    vehicle_types: list[str]


class KitForm(Struct):
    """A form that is in use."""

    id: UUID
    form_key: str
    version: int
    name: str
    inspection_type: str
    description: str | None
    legal_basis: str | None
    needs_signature: bool
    vehicle_types: list[str]
    items: list[KitItem] | None


class KitDefect(Struct):
    """A defect that is open, or was certified and not yet signed by a driver."""

    id: UUID
    number: str
    description: str
    severity: str
    is_unsafe: bool
    status: str
    key: str | None
    resolution: str | None
    inspection_id: UUID | None


class KitReport(Struct):
    """The report to be looked at before driving: one that waits for a signature, else the last one."""

    id: UUID
    inspection_type: str | None
    inspected_at: datetime
    result: str
    inspector: str | None
    certified_at: datetime | None
    certifier: str | None
    note: str | None
    is_to_review: Annotated[bool, Meta(description="Its repairs are certified; the next driver signs it")]


class KitVehicle(Struct):
    """A vehicle that may be inspected."""

    id: UUID
    number: str
    name: str | None
    plate: str | None
    vehicle_type: str | None
    is_driven: Annotated[bool, Meta(description="Assigned to or reserved for whoever asks")]
    odometer_km: int | None
    report_every_day: Annotated[bool, Meta(description="A report is due each day, without a defect too")]
    report: KitReport | None
    defects: list[KitDefect]


class Kit(Struct):
    """All of it. `user_id` says whose it is: reports that wait on a phone are sent by the one who wrote them."""

    user_id: UUID | None
    user_name: str
    time_zone: str
    units: str
    taken_at: datetime
    forms: list[KitForm]
    vehicles: list[KitVehicle]


async def inspection_kit(database: Database, actor: Actor, reach: Reach) -> Kit:
    """Two queries. Vehicles that whoever asks drives come first."""
    now = datetime.now(UTC)
    parameters = base_parameters(actor, reach) | {"at": now}
    forms = await database.read(actor, FORMS, parameters)
    query = VEHICLES.format(
        driven=DRIVEN, within=may_inspect(reach), most=MOST_VEHICLES, inspector=INSPECTOR, certifier=CERTIFIER
    )
    vehicles = await database.read(actor, query, parameters)
    return Kit(
        actor.user_id,
        actor.name,
        actor.time_zone,
        actor.units,
        now,
        [msgspec.json.decode(text, type=KitForm) for (text,) in forms],
        [_vehicle(row) for row in vehicles],
    )


def _vehicle(row: Any) -> KitVehicle:
    key, number, name, plate, kind, seats, is_driven, kilometres, report, defects = row
    return KitVehicle(
        key,
        number,
        name,
        plate,
        kind,
        is_driven,
        None if kilometres is None else int(kilometres),
        report_every_day(kind, seats),
        msgspec.json.decode(report, type=KitReport) if report else None,
        msgspec.json.decode(defects, type=list[KitDefect]) if defects else [],
    )
